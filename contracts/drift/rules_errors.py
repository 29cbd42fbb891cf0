"""Lines about refusals: their status, their media type, their body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.drift.groups import Group
from contracts.drift.lines import Line, Understanding
from mockserver.call import ProblemKind
from mockserver.lookup import MISSING
from mockserver.model.types import Errors

LIKELY = (
    ProblemKind.NOT_FOUND,
    ProblemKind.INVALID,
    ProblemKind.INVALID_QUERY,
    ProblemKind.UNAUTHORIZED,
)


def error_status(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A kind of refusal has another status."""
    drift = group.smallest.drift
    if drift.mock < 400:
        return
    name, errors = _errors(group, understanding)
    known = [
        kind
        for kind in ProblemKind
        if kind in errors.forms and errors.forms[kind].status == drift.mock
    ]
    for kind in sorted(
        known, key=lambda each: (each not in LIKELY, LIKELY.index(each) if each in LIKELY else 0)
    ):
        yield _line(name, understanding, {"forms": {kind.value: {"status": drift.live}}})
    together = {kind.value: {"status": drift.live} for kind in known}
    if len(together) > 1:
        yield _line(name, understanding, {"forms": together})


def error_media_type(group: Group, understanding: Understanding) -> Iterator[Line]:
    """Refusals have another media type."""
    shown = group.smallest
    if (
        shown.drift.place == "Content-Type"
        and shown.by.answer.status >= 400
        and shown.drift.live is not MISSING
    ):
        name, _ = _errors(group, understanding)
        yield _line(name, understanding, {"media_type": shown.drift.live})


def error_words(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A broken rule is told in other words: in the errors of the operation, or wherever it is told
    so.
    """
    drift = group.smallest.drift
    if not isinstance(drift.mock, str) or not isinstance(drift.live, str):
        return
    name, errors = _errors(group, understanding)
    own = understanding.semantics.get("errors") or {}
    for rule, text in errors.messages.items():
        live = _worded(text, drift.mock, drift.live)
        if live is None:
            continue
        yield _line(name, understanding, {"messages": {rule: live}})
        known = [
            each for each in own if understanding.model.errors[each].messages.get(rule) == text
        ]
        yield Line({"errors": {each: {"messages": {rule: live}} for each in known}})


def error_body(group: Group, understanding: Understanding) -> Iterator[Line]:
    """The body of refusals has another form, or other words."""
    shown = group.smallest
    name, errors = _errors(group, understanding)
    live = shown.by.exchange.answer.body if shown.by.exchange.answer is not None else None
    words = _longest(live)
    if not words:
        return
    kinds = [
        kind
        for kind in ProblemKind
        if kind in errors.forms and errors.forms[kind].status == shown.by.answer.status
    ]
    template = _template(live, words, shown.by.answer.status)
    if not shown.drift.place:
        yield _line(name, understanding, {"body": template})
    for kind in sorted(kinds, key=lambda each: each not in LIKELY):
        yield _line(name, understanding, {"forms": {kind.value: {"message": words}}})
        yield _line(
            name, understanding, {"body": template, "forms": {kind.value: {"message": words}}}
        )


def _worded(text: str, mock: str, live: str) -> str | None:
    """Return the live server's words as a template, None where the mock's are not of the template
    `text`.

    >>> _worded("{value} is wrong.", "7 is wrong.", 'There is no "7".')
    'There is no "{value}".'
    """
    parts = re.split(r"\{(\w+)\}", text)
    found = re.fullmatch("(.+)".join(map(re.escape, parts[::2])), mock)
    if found is None or "{" in live:
        return None
    for name, value in zip(parts[1::2], found.groups(), strict=True):
        live = live.replace(value, f"{{{name}}}")
    return live


def _line(name: str, understanding: Understanding, said: dict[str, Any]) -> Line:
    """Return a line for a set of errors, which is built on the standard ones where the API has none
    of its own.
    """
    own = name in (understanding.semantics.get("errors") or {})
    return Line({"errors": {name: said if own else {"extends": "default", **said}}})


def _errors(group: Group, understanding: Understanding) -> tuple[str, Errors]:
    """Return the set of errors that the operation of a group refuses with, and its name in the
    semantics.
    """
    operation = group.smallest.by.reading.operation
    used = operation.errors if operation is not None else "default"
    errors = understanding.model.errors[used]
    return (used if used in (understanding.semantics.get("errors") or {}) else "default"), errors


def _longest(body: Any) -> str:
    """Return the longest text in a body: what is told to people."""
    if isinstance(body, Mapping):
        body = list(body.values())
    if isinstance(body, list):
        return max(map(_longest, body), key=len, default="")
    return body if isinstance(body, str) else ""


def _template(body: Any, words: str, status: int) -> Any:
    if isinstance(body, Mapping):
        return {name: _template(child, words, status) for name, child in body.items()}
    if isinstance(body, list):
        return {"$all": _template(body[0], words, status)} if body else []
    if body == words:
        return "{message}"
    return "{status}" if body == status and not isinstance(body, bool) else body
