"""Where the answers of two mocks to the same call part: two answers in, what a client of OLD cannot
take out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.changes.carried import headers_of, replies_of, reply_like
from contracts.changes.operations import OperationPair
from contracts.changes.proof.faults import Fault, Faults, Path
from contracts.changes.walk import ANY
from contracts.compare.scalars import is_same_scalar
from contracts.compare.values import differences
from contracts.targets.target import NO_BODY, Answer, Sent
from mockserver.lookup import MISSING


class Sign(StrEnum):
    """How an answer of NEW differs from that of OLD."""

    REFUSED = "refused"
    STATUS = "status"
    REPLY = "reply"
    LOST = "lost"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One way in which the answers to a call part.

    `at` counts the calls from 0; `faults` are the places that explain it: those of the request by
    NEW where it was refused, those of the reply by OLD else. `status` is that of NEW's answer.
    """

    at: int
    operation: str
    sign: Sign
    message: str
    faults: tuple[Fault, ...] = ()
    status: int = 0

    @property
    def is_breaking(self) -> bool:
        """Whether no client of OLD could take it: all but an answer that only says something
        else.
        """
        return self.sign in (Sign.REFUSED, Sign.STATUS, Sign.REPLY)


class Judge:
    """Compares the answers of two mocks."""

    def __init__(self, pairs: Mapping[str, OperationPair], old: Faults, new: Faults) -> None:
        self._pairs, self._old, self._new = pairs, old, new

    def judge(
        self, at: int, label: str, sent: Sent, old: Answer, new: Answer
    ) -> Iterator[Evidence]:
        """Yield how the answers part, the worst first; nothing when OLD's is no success."""
        pair = self._pairs.get(label)
        if not old.succeeded or pair is None or pair.old is None:
            return
        if new.status >= 400:
            yield Evidence(
                at,
                label,
                Sign.REFUSED,
                f"NEW refuses it: {_told(new)}",
                self._why(pair, sent),
                new.status,
            )
            return
        if new.status != old.status:
            yield Evidence(
                at,
                label,
                Sign.STATUS,
                f"NEW answers {new.status}, not {old.status}",
                (),
                new.status,
            )
        known = {(where, path) for where, path, _ in self._old.of_reply(pair.old, old)}
        broken = [each for each in self._old.of_reply(pair.old, new) if each[:2] not in known]
        if new.status != old.status:
            broken = [each for each in broken if each[0] != "status"]
        if broken:
            told = f"NEW's reply breaks OLD's document: {broken[0][2]}"
            yield Evidence(at, label, Sign.REPLY, told, tuple(broken), new.status)
        yield from self._differences(at, label, pair, old, new)

    def _why(self, pair: OperationPair, sent: Sent) -> tuple[Fault, ...]:
        if pair.new is None or pair.old is None:
            return ()
        before = {(where, path) for where, path, _ in self._old.of_request(pair.old, sent)}
        return tuple(
            each for each in self._new.of_request(pair.new, sent) if each[:2] not in before
        )

    def _differences(
        self, at: int, label: str, pair: OperationPair, old: Answer, new: Answer
    ) -> Iterator[Evidence]:
        lost = sorted(names_in(old.body) - names_in(new.body))
        lost = [
            path
            for path in lost
            if not any(path[: len(other)] == other for other in lost if other != path)
        ]
        headers = _lost_headers(pair, old, new)
        if lost or headers or (old.body is not NO_BODY and new.body is NO_BODY):
            faults: list[Fault] = [
                ("reply", path, "".join(f"/{step}" for step in path)) for path in lost
            ]
            faults += [("header", (name,), f"the header {name}") for name in headers]
            told = ", ".join(each[2] for each in faults[:4]) or "the body"
            yield Evidence(
                at, label, Sign.LOST, f"NEW's reply is without {told}", tuple(faults), new.status
            )
        found = [
            each
            for each in differences(old.body, new.body, is_same_scalar)
            if MISSING not in (each.expected, each.actual)
        ]
        sizes = _sizes(old.body, new.body)
        if found or sizes:
            paths: list[Fault] = [("reply", _generic(each.place), str(each)) for each in found]
            told = sizes or (
                f"{found[0].place or 'the body'} is {found[0].actual!r}, not {found[0].expected!r}"
            )
            yield Evidence(
                at, label, Sign.OTHER, f"NEW answers otherwise: {told}", tuple(paths), new.status
            )


def names_in(value: Any, path: Path = ()) -> frozenset[Path]:
    """Return where a JSON value has something, items of lists as one."""
    found: set[Path] = set()
    if isinstance(value, Mapping):
        for name, child in value.items():
            found |= {(*path, str(name))} | names_in(child, (*path, str(name)))
    elif isinstance(value, list):
        for child in value:
            found |= names_in(child, (*path, ANY))
    return frozenset(found)


def _lost_headers(pair: OperationPair, old: Answer, new: Answer) -> list[str]:
    """Return the documented headers that OLD sent and NEW did not."""
    reply = reply_like(replies_of(pair.old), str(old.status)) if pair.old else None
    known = headers_of(reply) if reply is not None else {}
    return [name for name in known if name in old.headers and name not in new.headers]


def _sizes(old: Any, new: Any, path: str = "") -> str:
    """Return where two values have lists of different lengths, as text; empty when nowhere."""
    if isinstance(old, list) and isinstance(new, list):
        return (
            f"{path or 'it'} has {len(new)} items, not {len(old)}" if len(old) != len(new) else ""
        )
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        told = (_sizes(old[name], new[name], f"{path}/{name}") for name in old if name in new)
        return next(filter(None, told), "")
    return ""


def _generic(pointer: str) -> Path:
    return tuple(ANY if step.isdigit() else step for step in pointer.split("/")[1:])


def _told(answer: Answer) -> str:
    """Return a refusal in a few words."""
    text = answer.text or str(answer.body or "")
    body = answer.body
    if isinstance(body, Mapping):
        said = [
            body.get(name)
            for name in ("detail", "message", "error", "title")
            if isinstance(body.get(name), str)
        ]
        text = str(said[0]) if said else text
    return f"{answer.status} {text if len(text) <= 160 else f'{text[:70]}...{text[-70:]}'}".strip()
