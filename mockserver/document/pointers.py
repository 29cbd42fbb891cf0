"""JSON pointers (RFC 6901): text to tokens, tokens to text, and the trail that a walk leaves
behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import unquote


class Place(NamedTuple):
    """Where a value stands: the file or URL, and the pointer inside it."""

    source: str
    pointer: str

    def below(self, *tokens: str) -> Place:
        """Return the place so many tokens deeper."""
        return Place(self.source, self.pointer + join(tokens))

    @property
    def above(self) -> Place:
        """The place one token less deep."""
        return Place(self.source, self.pointer.rpartition("/")[0])

    def is_in(self, around: Place) -> bool:
        """Tell whether the place is another one, or inside of it."""
        return self == around or self.pointer.startswith(f"{around.pointer}/")


Trail = Place | tuple[Any, str]
"""The way to a value as a chain of (way so far, last token): cheap to extend, spelled out when
needed.
"""


class _Signal(Enum):
    MISSING = "missing"


MISSING: Any = _Signal.MISSING
"""What `step` returns where there is nothing: None is a value in a document."""


def escape(token: str) -> str:
    """Write one token for use in a pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def split(pointer: str) -> list[str]:
    """Cut a pointer into its unescaped tokens."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def split_fragment(fragment: str) -> list[str]:
    """Cut the part of a reference after `#`, which is also percent-encoded (RFC 6901, section
    6).
    """
    return split(unquote(fragment))


def join(tokens: Iterable[str]) -> str:
    """Write tokens as a pointer."""
    return "".join(f"/{escape(token)}" for token in tokens)


def place_of(trail: Trail) -> Place:
    """Spell out a trail."""
    tokens: list[str] = []
    way: Any = trail
    while not isinstance(way, Place):
        way, token = way
        tokens.append(token)
    return Place(way.source, way.pointer + join(reversed(tokens)))


def start_of(trail: Trail) -> Place:
    """Tell where the walk began: the document, or the component that it was sent into."""
    way: Any = trail
    while not isinstance(way, Place):
        way = way[0]
    return way


def step(value: Any, token: str) -> Any:
    """Go one token down; MISSING where there is nothing."""
    if isinstance(value, dict):
        return value.get(token, MISSING)
    if (
        isinstance(value, list)
        and token.isdecimal()
        and len(token) < 10
        and int(token) < len(value)
    ):
        return value[int(token)]
    return MISSING


def nodes(value: Any, start: Trail) -> Iterator[tuple[Trail, dict[str, Any]]]:
    """Yield every object in a value, with the way to it; what is outside comes first."""
    stack = [(start, value)]
    while stack:
        trail, node = stack.pop()
        children: list[tuple[str, Any]] = []
        if isinstance(node, dict):
            yield trail, node
            children = list(node.items())
        elif isinstance(node, list):
            children = [(str(index), child) for index, child in enumerate(node)]
        for token, child in reversed(children):
            stack.append(((trail, token), child))
