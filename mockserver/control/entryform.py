"""Entries of the journal as JSON texts, and back, for those who read what another process met.

Nothing is masked: what was sent is looked for as it was sent, and masked when it is shown. Bytes
are texts of one character for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.asgi.request import Note
from mockserver.call import Call, Problem, ProblemKind, Violation
from mockserver.control.journal import Entry, WireHeaders
from mockserver.jsontext import dumps, loads
from mockserver.lookup import MISSING
from mockserver.model.types import Operation
from mockserver.state import Advance, Change, Collection, Put, Remove

Form = Mapping[str, Any]
FindOperation = Callable[[str, str], Operation | None]
"""Returns the operation of an API by its label."""
_TEXTS = ("method", "scheme", "http_version", "path")
_BYTES = ("raw_path", "query_string")
_OF_NOTE = ("space", "root_path", "api", "operation", "kind", "live")
_OF_CALL = ("path", "query", "headers")


def entry_text(entry: Entry) -> str:
    """Return an entry as a text, without its number."""
    scope = entry.scope
    asked = {name: scope[name] for name in _TEXTS if name in scope}
    for name in _BYTES:
        if scope.get(name) is not None:
            asked[name] = _text(scope[name])
    note = entry.note
    noted = {name: getattr(note, name) for name in _OF_NOTE}
    form = {
        "scope": {**asked, "headers": _pairs(scope["headers"])},
        "note": noted,
        "disagreements": note.disagreements,
        "problem": _problem_form(note.problem),
        "call": _call_form(note.call),
        "changes": list(map(_change_form, note.changes)),
        "began_s": entry.began_s,
        "took_s": entry.took_s,
        "status": entry.status,
        "headers": _pairs(entry.wire_headers),
        "sent": _text(b"".join(entry.request_chunks)),
        "told": _text(b"".join(entry.reply_chunks)),
    }
    return dumps(form).decode()


def entry_from(text: str, number: int, find: FindOperation) -> Entry:
    """Return the entry that a text tells."""
    form = loads(text)
    asked = form["scope"]
    scope = {name: asked[name] for name in _TEXTS if name in asked}
    for name in _BYTES:
        if name in asked:
            scope[name] = _bytes(asked[name])
    scope["headers"] = _wire(asked["headers"])
    note = Note(**form["note"])
    note.disagreements = tuple(form["disagreements"])
    note.problem = _problem_from(form["problem"])
    operation = find(note.api, note.operation)
    if form["call"] is not None and operation is not None:
        note.call = _call_from(form["call"], operation)
    note.changes = tuple(map(_change_from, form["changes"]))
    return Entry(
        scope,
        note,
        form["began_s"],
        number,
        form["took_s"],
        form["status"],
        _wire(form["headers"]),
        [_bytes(form["sent"])],
        [_bytes(form["told"])],
    )


def _problem_form(problem: Problem | None) -> Form | None:
    if problem is None:
        return None
    violations = []
    for each in problem.violations:
        path = list(each.path)
        violations.append([each.place, path, each.rule, each.message])
    return {
        "kind": problem.kind.value,
        "message": problem.message,
        "violations": violations,
        "chosen": problem.chosen,
    }


def _problem_from(form: Form | None) -> Problem | None:
    if form is None:
        return None
    violations = []
    for place, path, rule, message in form["violations"]:
        violations.append(
            Violation(
                place,
                tuple(path),
                rule,
                message,
            )
        )
    kind = ProblemKind(form["kind"])
    return Problem(
        kind,
        form["message"],
        tuple(violations),
        chosen=form["chosen"],
    )


def _call_form(call: Call | None) -> Form | None:
    if call is None:
        return None
    form = {name: dict(getattr(call, name)) for name in _OF_CALL}
    return form if call.body is MISSING else {**form, "body": call.body}


def _call_from(form: Form, operation: Operation) -> Call:
    return Call(
        operation,
        form["path"],
        form["query"],
        form["headers"],
        form.get("body", MISSING),
    )


def _change_form(change: Change) -> Sequence[Any]:
    if isinstance(change, Advance):
        return [change.sequence, change.to]
    place = change.collection
    record = change.record if isinstance(change, Put) else None
    return [
        place.resource,
        place.parents,
        change.key,
        record,
    ]


def _change_from(form: Sequence[Any]) -> Change:
    if len(form) == 2:
        return Advance(*form)
    resource, parents, key, record = form
    place = Collection(resource, tuple(parents))
    return (
        Remove(place, key)
        if record is None
        else Put(
            place,
            key,
            record,
        )
    )


def _pairs(headers: WireHeaders) -> Sequence[Sequence[str]]:
    return [(_text(name), _text(value)) for name, value in headers]


def _wire(pairs: Sequence[Sequence[str]]) -> WireHeaders:
    return [(_bytes(name), _bytes(value)) for name, value in pairs]


def _text(content: bytes) -> str:
    return content.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
