"""Calls to be made again: what a client of OLD sent and got, with the keys that each server made
put in their place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from contracts.requests.renames import KEYLIKE, renamed
from contracts.targets.target import Answer, Sent


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a client of OLD: `operation` is its label in OLD, the path of `sent` is without the
    base path.

    `stranger` tells that another client, one of NEW, made it on NEW alone.
    """

    operation: str
    sent: Sent
    answer: Answer
    stranger: bool = False


Tape = tuple[Step, ...]


@dataclass(slots=True)
class Keys:
    """What the keys in a tape are on the server that it is played to."""

    known: dict[str, Any] = field(default_factory=dict)

    def learn(self, step: Step, actual: Any) -> None:
        """Note where two replies to the same call hold different keys, but those that the client
        chose itself.
        """
        chosen = {unquote(segment) for segment in step.sent.raw_path.split("/")}
        for one, other in _scalars(step.answer.body, actual):
            if one != other and str(one) not in chosen:
                self.known[str(one)] = other

    def spelled(self, sent: Sent) -> Sent:
        """Return a request with the keys that the server knows."""
        return renamed(sent, self.known)


def names_in_body(sent: Sent) -> list[str]:
    """Return the properties of a JSON object that is sent."""
    value = _json(sent.content)
    return list(value) if isinstance(value, dict) else []


def without(sent: Sent, name: str) -> Sent:
    """Return a request whose body lacks a property."""
    value = _json(sent.content)
    rest = {each: child for each, child in value.items() if each != name}
    content = json.dumps(rest).encode()
    return replace(sent, content=content)


def _json(content: bytes | None) -> Any:
    try:
        return json.loads(content or b"")
    except ValueError:
        return None


def _scalars(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of likely keys that stand at the same place of two values."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name, value in one.items():
            if name in other:
                there = other[name]
                if (
                    isinstance(value, str | int)
                    and isinstance(there, str | int)
                    and KEYLIKE.search(name)
                ):
                    yield value, there
                else:
                    yield from _scalars(value, there)
    elif isinstance(one, list) and isinstance(other, list):
        for each, beside in zip(one, other, strict=False):
            yield from _scalars(each, beside)
