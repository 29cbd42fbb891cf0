"""Write values as Python: JSON values and paths in, literals out, in which variables stand for what
replies told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from contracts.exports.borrowed import Names, segments
from contracts.targets.exchanges import Exchange

WIDTH = 90
"""Characters of a literal on one line."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]|$)|\w{3}, \d\d \w{3} \d{4}")


def literal(value: Any, names: Names = Names(), indent: int = 4, hint: str = "") -> str:  # noqa: B008 - it is frozen
    """Return a value as Python; `hint` is the name that it has where it is."""
    flat = _flat(value, names, hint)
    if len(flat) <= WIDTH or not isinstance(value, Mapping | list) or not value:
        return flat
    pad, more = " " * (indent + 4), indent + 4
    if isinstance(value, Mapping):
        inner = [
            f"{text(str(name))}: {literal(each, names, more, str(name))}"
            for name, each in value.items()
        ]
        return "{\n" + "".join(f"{pad}{each},\n" for each in inner) + " " * indent + "}"
    inner = [literal(each, names, more, hint) for each in value]
    return "[\n" + "".join(f"{pad}{each},\n" for each in inner) + " " * indent + "]"


def loosely(value: Any, names: Names, sent: frozenset[str], hint: str = "") -> Any:
    """Return a reply in which what the server made up is anything: keys that no call takes up,
    moments.
    """
    if isinstance(value, Mapping):
        return {name: loosely(each, names, sent, str(name)) for name, each in value.items()}
    if isinstance(value, list):
        return [loosely(each, names, sent, hint) for each in value]
    if (
        isinstance(value, bool | float)
        or value is None
        or str(value) in sent
        or names.code(hint, value)
    ):
        return value
    return Anything() if isinstance(value, int) or _MOMENT.match(str(value)) else value


class Anything:
    """Stands for a value that may be any."""


def text(value: str) -> str:
    """Return a text as Python, in double quotes."""
    return json.dumps(value, ensure_ascii=False) if value.isprintable() else json.dumps(value)


def path_code(exchange: Exchange, names: Names) -> str:
    """Return the path of a call as Python, an f-string where variables stand in it."""
    path, sign, query = exchange.sent.target.partition("?")
    parts = [_spelled(hint, part, names) for hint, part in segments(exchange.operation, path)]
    pairs = [each.partition("=") for each in query.split("&")]
    asked = [
        (_braced(name) + equals, _spelled(name, value, names)) for name, equals, value in pairs
    ]
    told = text(
        "/".join(part for part, _ in parts)
        + sign
        + "&".join(name + value for name, (value, _) in asked)
    )
    if any(known for _, known in (*parts, *(each for _, each in asked))):
        return f"f{told}"
    return text(exchange.sent.target)


def access(steps: Sequence[str | int]) -> str:
    """Return what takes a value out of another one: `["items"][0]`."""
    return "".join(f"[{each if isinstance(each, int) else text(each)}]" for each in steps)


def _spelled(hint: str, part: str, names: Names) -> tuple[str, bool]:
    """Return a part of a path for an f-string, and whether a variable stands in it."""
    code = names.code(hint, unquote(part)) if hint else None
    if code is None:
        return _braced(part), False
    return f"{{{code.removeprefix('str(').removesuffix(')')}}}", True


def _braced(part: str) -> str:
    return part.replace("{", "{{").replace("}", "}}")


def _flat(value: Any, names: Names, hint: str) -> str:
    if isinstance(value, Anything):
        return "ANY"
    if isinstance(value, Mapping):
        inner = (
            f"{text(str(name))}: {_flat(each, names, str(name))}" for name, each in value.items()
        )
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flat(each, names, hint) for each in value) + "]"
    code = names.code(hint, value)
    if code is not None:
        return code
    if isinstance(value, str):
        return text(value)
    return _UNENDING.get(value, repr(value)) if isinstance(value, float) else repr(value)


_UNENDING = {float("inf"): 'float("inf")', float("-inf"): '-float("inf")'}
