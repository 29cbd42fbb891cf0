"""Find what a later call sends back of an earlier reply: exchanges in, the values that must be
taken from replies out.

A server makes keys and tokens of its own, so a call that is made again on another server must not
repeat them, but take what that server answers.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts.compare.scalars import may_be_key
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent

LONG = 8
"""Characters from which on a text is not the same by chance."""
_KEY = re.compile(
    r"(^|_|-)(id|ids|pk|uuid|guid|key|token|number|code|slug|sku|href)$|[a-z](Id|Key|Uuid|Token)$"
)


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A value that later calls send: the reply to call `call` (from 0) has it at these `steps` into
    its body.
    """

    name: str
    value: Any
    call: int
    steps: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The variables of a test, by the name and the text for which each stands."""

    found: Mapping[tuple[str, str], Borrowed] = field(default_factory=dict)

    @property
    def taken(self) -> list[Borrowed]:
        """The values in the order of the replies that tell them."""
        return sorted(dict.fromkeys(self.found.values()), key=lambda each: each.call)

    def before(self, call: int) -> Names:
        """Return those of the replies before a call."""
        return Names({use: each for use, each in self.found.items() if each.call < call})

    def only(self, names: Container[str]) -> Names:
        """Return those with these names."""
        return Names({use: each for use, each in self.found.items() if each.name in names})

    def code(self, hint: str, value: Any) -> str | None:
        """Return what stands for a value that has this name where it is, None where it stands for
        itself.
        """
        each = self.found.get((hint, str(value)))
        if each is None or not may_be_key(value):
            return None
        return (
            each.name if type(each.value) is type(value) else f"{type(value).__name__}({each.name})"
        )


@dataclass(frozen=True, slots=True)
class Use:
    """A text that is sent, or expected: the name that it has there, and the path of the records
    that it is a key of.
    """

    hint: str
    text: str
    records: str = ""


def borrowed(calls: Sequence[Exchange], expected: Any = None) -> Names:
    """Return the values that calls, or what is `expected` of the last reply, take from the replies
    before.
    """
    found: dict[tuple[str, str], Borrowed] = {}
    for number, exchange in enumerate(calls):
        for use in _uses(exchange):
            _note(found, calls[:number], use)
    last = calls[-1]
    for steps, value in (
        *leaves(expected),
        *leaves(last.answer.body if last.answer is not None else None),
    ):
        if may_be_key(value) and is_key(_named(steps)):
            _note(
                found,
                calls[:-1],
                Use(_named(steps), str(value), last.operation.partition(" ")[2]),
            )
    return Names(found)


def _note(found: dict[tuple[str, str], Borrowed], calls: Sequence[Exchange], use: Use) -> None:
    source = _source(calls, use)
    if source is None or (use.hint, use.text) in found:
        return
    number, value, steps = source
    same = next(
        (each for each in found.values() if (each.call, each.steps) == (number, steps)), None
    )
    found[use.hint, use.text] = same or Borrowed(
        _free(use.hint, found.values()), value, number, steps
    )


def leaves(
    value: Any, steps: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the scalars of a JSON value with the steps that lead to them."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from leaves(each, (*steps, str(name)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*steps, index))
    else:
        yield steps, value


def _uses(exchange: Exchange) -> Iterator[Use]:
    """Yield what a call sends."""
    path, _, query = exchange.sent.target.partition("?")
    template = exchange.operation.partition(" ")[2]
    for hint, segment in segments(exchange.operation, path):
        if hint:
            yield Use(hint, unquote(segment), template.partition(f"/{{{hint}}}")[0])
    yield from (Use(name, text) for name, text in parse_qsl(query))
    for steps, value in leaves(body_of(exchange.sent)):
        if may_be_key(value) and steps:
            yield Use(_named(steps), str(value))


def _named(steps: Sequence[str | int]) -> str:
    """Return the name of the property that a value stands in."""
    return next((each for each in reversed(steps) if isinstance(each, str)), "")


def segments(label: str | None, path: str) -> list[tuple[str, str]]:
    """Return the segments of a path, each with the parameter that it is in the operation, empty
    where it is none.
    """
    names = (label or "").partition(" ")[2].split("/")
    parts = path.split("/")
    known = ["", *([""] * (len(parts) - len(names))), *names[1:]]
    hints = [name[1:-1] if name.startswith("{") and name.endswith("}") else "" for name in known]
    return (
        list(zip(hints, parts, strict=True))
        if len(hints) == len(parts)
        else [("", part) for part in parts]
    )


def is_key(name: str) -> bool:
    """Tell whether a property of this name is likely a key, which a server makes."""
    return _KEY.search(name) is not None


def body_of(sent: Sent) -> Any:
    """Return the JSON value that a request carries, None where it carries none."""
    value = sent.body
    return value if isinstance(value, Mapping | list) else None


def _source(calls: Sequence[Exchange], use: Use) -> tuple[int, Any, tuple[str | int, ...]] | None:
    """Return the reply that most likely tells a value which no call before it sent as such, and
    where.
    """
    found = []
    for number, exchange in enumerate(calls):
        if any(
            each.text == use.text and (each.hint == use.hint or len(use.text) >= LONG)
            for each in _uses(exchange)
        ):
            break
        body = exchange.answer.body if exchange.answer is not None else None
        records = exchange.operation.partition(" ")[2]
        for steps, value in leaves(body):
            rank = _rank(steps, use.hint, use.text) if _is_same(value, use.text) and steps else None
            if rank is not None:
                found.append((records != use.records, rank, number, steps, value))
    if not found:
        return None
    _, _, number, steps, value = min(found, key=lambda each: each[:3])
    return number, value, steps


def _is_same(value: Any, text: str) -> bool:
    return may_be_key(value) and str(value) == text


def _rank(steps: Sequence[str | int], hint: str, text: str) -> tuple[int, int] | None:
    """Tell how likely a place is the source of a value that is sent under a name, None where it is
    chance.
    """
    last = _named(steps)
    if last == hint or hint.endswith(f"_{last}"):
        return 0, len(steps)
    if is_key(last) and is_key(hint):
        return 1, len(steps)
    return (2, len(steps)) if len(text) >= LONG else None


def _free(hint: str, taken: Any) -> str:
    """Return a name for a variable that no other has."""
    stem = re.sub(r"\W+", "_", hint, flags=re.ASCII).strip("_").lower() or "value"
    stem = f"the_{stem}" if stem[0].isdigit() or stem in _RESERVED else stem
    names = {each.name for each in taken}
    number = next(
        number for number in range(1, len(names) + 2) if _numbered(stem, number) not in names
    )
    return _numbered(stem, number)


_RESERVED = frozenset(
    {
        "client",
        "reply",
        "os",
        "pytest",
        "httpx",
        "any",
        "id",
        "import",
        "from",
        "class",
        "def",
        "in",
    }
)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}_{number}"
