"""Write a page of HTML from a template: a package, a file in it and values in, text out.

What a page shows often comes from a client or a server that nobody trusts. So every value is
escaped, characters that steer terminals are spelled out, and a value that a template misses is an
error.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mockserver.plaintext import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def html_page(package: str, name: str, **values: object) -> str:
    """Return the page that the template `name` of a package makes of values."""
    return _templates(package).get_template(name).render(values)


@cache
def _templates(package: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # when the first page is due

    return Environment(
        loader=PackageLoader(package, ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_spelled_out,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _spelled_out(value: object) -> object:
    """Return a value as text that can be seen; what is markup already is left as it is."""
    return value if hasattr(value, "__html__") else visible(str(value))
