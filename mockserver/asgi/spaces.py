"""Choose the space of a request: a scope in, the scope of the same request inside its space out.

A path prefix works with every client, `/__space/NAME/...`; it goes to the root path, so that links
in replies keep it. A header, `Understudy-Space: NAME`, leaves the path alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from mockserver.asgi.request import SPACE, raw_path_of

RESERVED = "/__admin"
"""What is not the mocked APIs' own begins with this."""
PREFIX = "/__space/"
"""What begins the path of a request to a space."""
HEADER = b"understudy-space"
LONGEST_NAME = 200
"""Characters that the name of a space has at most."""


class BadName(Exception):
    """The name of a space is missing or too long; the text tells what to do."""


def place(scope: Any) -> Any:
    """Return the scope with its space named; the same scope when it names none. Raises BadName."""
    if raw_path_of(scope).startswith(PREFIX):
        spelled = _rest(scope).partition("/")[0]
        root = f"{scope.get('root_path', '')}{PREFIX}{spelled}"
        return {**scope, "root_path": root, SPACE: _checked(unquote(spelled))}
    for name, value in scope["headers"]:
        if name == HEADER:
            return {**scope, SPACE: _checked(unquote(value.decode("latin-1")).strip())}
    return scope


def prefix_of(name: str) -> str:
    """Return what leads to a space: `/__space/NAME`, nothing for the first space."""
    return f"{PREFIX}{quote(name, safe='')}" if name else ""


def is_drop(scope: Any) -> bool:
    """Tell whether a request drops its space: DELETE of the prefix alone, with nothing behind the
    name.
    """
    return (
        scope["method"] == "DELETE"
        and raw_path_of(scope).startswith(PREFIX)
        and _rest(scope).count("/") == 0
    )


def _rest(scope: Any) -> str:
    return raw_path_of(scope)[len(PREFIX) :]


def _checked(name: str) -> str:
    if not name:
        raise BadName(
            f"the name of the space is missing: the path is {PREFIX}NAME/... and the header has a "
            f"name"
        )
    if len(name) > LONGEST_NAME:
        raise BadName(
            f"the name of a space has {LONGEST_NAME} characters at most; this one has {len(name)}"
        )
    return name
