"""What curl has to be told so that it sends a target as it is: a path with a query in, options out.

>>> as_it_is("/things?price[gte]=5")
['--globoff']
"""

from __future__ import annotations

import re

_GLOB = re.compile(r"[\[\]{}]")


def as_it_is(target: str) -> list[str]:
    """Return the options without which curl reads ranges in a target, or leaves out dots."""
    options = []
    if _GLOB.search(target):
        options.append("--globoff")
    if "/." in target:
        options.append("--path-as-is")
    return options
