"""Compare the mock's answer to a call with the live server's: a reading of the call and both
answers in, drifts out.

Of two answers with different statuses the bodies say no more. Of an operation that keeps no state
the mock makes its answer up, so that only its form is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.compare.alignment import Alignment
from contracts.compare.differences import Drift, Way, same, type_name
from contracts.drift.links import defaults_of, meaning
from contracts.drift.records import Records, Sent
from contracts.openapi import operation_at, response_at
from contracts.oracle.judge import template_of
from contracts.oracle.oracle import LISTS
from contracts.targets.reading import Reading
from contracts.targets.target import NO_BODY, Answer
from mockserver.control.masking import MASK
from mockserver.lookup import MISSING
from mockserver.model.envelopes import inside
from mockserver.model.search.roles import ABSENT
from mockserver.model.types import Kind, Model, Operation, Template

USUAL_HEADERS = ("location", "link", "x-total-count")
"""Headers that are compared although no document names them."""
OPAQUE_HEADERS = (
    "etag",
    "last-modified",
    "date",
    "set-cookie",
    "retry-after",
    "expires",
    "content-length",
)
"""Headers of which only their presence is compared."""
ROOTLESS = frozenset({Kind.STATELESS, Kind.ACTION})
Agree = Callable[[str, str], bool]
"""Tells whether a text of the live server and one of the mock say the same."""


class Answers:
    """Compares the answers of two servers of one API. `sent` is filled by who makes the calls."""

    def __init__(self, model: Model, alignment: Alignment, sent: Sent) -> None:
        self._model, self._alignment = model, alignment
        self._records = Records(model, alignment, sent)

    def compare(
        self, reading: Reading, method: str, mock: Answer, live: Answer, sent: set[str] | None
    ) -> list[Drift]:
        """Return where two answers differ; `sent` are the properties sent for what the call makes,
        None for nothing.
        """
        asks_only = method == "OPTIONS" and mock.status // 100 == live.status // 100
        if mock.status != live.status and not asks_only:
            way = Way.STATUS if mock.status // 100 == live.status // 100 else Way.STATUS_CLASS
            return [Drift(way, "status", mock.status, live.status)]
        operation = reading.operation
        if MASK.encode() in live.content:
            body = _masked_alike(mock.body, live.body)
            mock = mock.with_body(body)
        found: list[Drift] = []
        if mock.status >= 300 and method != "HEAD":
            found = self._error(operation, mock, live)
        elif operation is not None:
            found = self._body(operation, mock.body, live.body, sent)
        return [*self._headers(operation, method, mock, live), *found]

    def _headers(
        self, operation: Operation | None, method: str, mock: Answer, live: Answer
    ) -> Iterator[Drift]:
        ours, theirs = (each.headers.media_type for each in (mock, live))
        empty = mock.body is NO_BODY and live.body is NO_BODY and method != "HEAD"
        if ours != theirs and not empty and method != "OPTIONS":
            yield Drift(Way.HEADER, "Content-Type", ours or MISSING, theirs or MISSING)
        lacks, more = _allowed(mock) - _allowed(live), _allowed(live) - _allowed(mock)
        if (lacks and method == "OPTIONS") or ((lacks or more) and mock.status == 405):
            yield Drift(
                Way.HEADER,
                "Allow",
                mock.headers.get("allow", MISSING),
                live.headers.get("allow", MISSING),
            )
        for name in dict.fromkeys((*USUAL_HEADERS, *self._declared(operation, live.status))):
            one, other = mock.headers.get(name, MISSING), live.headers.get(name, MISSING)
            if one is not other and not self._says_the_same(operation, name, one, other):
                yield Drift(Way.HEADER, name.title(), one, other)

    def _declared(self, operation: Operation | None, status: int) -> list[str]:
        """Return the headers that the document gives an answer of a status, in small letters."""
        if operation is None:
            return []
        declared = operation_at(self._model.document.spec, operation.path, operation.method)
        return [str(name).lower() for name in response_at(declared, status).get("headers") or {}]

    def _says_the_same(self, operation: Operation | None, name: str, mock: Any, live: Any) -> bool:
        """Tell whether two values of a header mean the same."""
        if mock is MISSING or live is MISSING:
            return False
        if name in OPAQUE_HEADERS or name in self._model.habits.header_names or MASK in live:
            return True  # of what was masked in a recording, nobody knows what it was
        if name == "link":
            ours, theirs = _links(mock), _links(live)
            agree = self._linking(operation)
            return ours.keys() == theirs.keys() and all(
                agree(theirs[rel], ours[rel]) for rel in ours
            )
        if name == "location" and operation is not None and operation.resource is not None:
            self._alignment.keys(_last_step(live), _last_step(mock), operation.resource)
        return self._alignment.texts(live, mock)

    def _linking(self, operation: Operation | None) -> Agree:
        """Return what tells whether two links that an operation gives ask for the same."""
        defaults = (
            defaults_of(self._model.document.spec, operation) if operation is not None else {}
        )
        return lambda live, mock: self._alignment.texts(
            meaning(live, defaults), meaning(mock, defaults)
        )

    def _error(self, operation: Operation | None, mock: Answer, live: Answer) -> list[Drift]:
        """Return where two refusals differ: in their form as a whole, else in their words.

        Where an API says nothing of its refusals the words are the mock's own, and so is what it
        tells beside.
        """
        own = self._model.errors[operation.errors if operation is not None else "default"].standard
        ours, theirs = _form(mock.body), _form(live.body)
        if own:
            return [] if _agree(ours, theirs) else [Drift(Way.ERROR_FORM, "", mock.body, live.body)]
        if ours != theirs:
            return [Drift(Way.ERROR_FORM, "", mock.body, live.body)]
        agree = self._alignment.texts
        leaves = self._leaves(mock.body, live.body, "", agree)
        return [Drift(Way.ERROR_FORM, *leaf) for leaf in leaves]

    def _body(
        self, operation: Operation, mock: Any, live: Any, sent: set[str] | None
    ) -> list[Drift]:
        """Return where two bodies differ that tell of a success."""
        resource = self._model.resources.get(operation.resource or "")
        if resource is None or operation.kind in ROOTLESS:
            return [] if type_name(mock) == type_name(live) else [Drift(Way.TYPE, "", mock, live)]
        template = _of_one(template_of(operation))
        if mock is NO_BODY or live is NO_BODY or template is None:
            return (
                [] if type_name(mock) == type_name(live) else [Drift(Way.ENVELOPE, "", mock, live)]
            )
        place = place_of(template)
        if place == "?":
            return [
                Drift(Way.ENVELOPE, *each)
                for each in self._leaves(mock, live, "", self._linking(operation))
            ]
        ours, theirs = inside(template, mock), inside(template, live)
        lists = (
            operation.kind in LISTS or operation.kind is Kind.BULK_DELETE or isinstance(ours, list)
        )
        if theirs is MISSING or (lists and isinstance(ours, list) and not isinstance(theirs, list)):
            return [Drift(Way.ENVELOPE, "", mock, live)]
        if lists and isinstance(ours, list) and isinstance(theirs, list):
            found = self._records.listed(
                ours, theirs, resource, place, place_of(operation.envelope.item)
            )
        elif operation.kind is Kind.COUNT:
            found = [] if same(ours, theirs) else [Drift(Way.VALUE, place, ours, theirs)]
        else:
            found = self._records.compare(ours, theirs, resource, place, sent)
        if not place or any(each.way in (Way.PAGE, Way.RECORDS) for each in found):
            return found
        around = self._leaves(
            _without(mock, place), _without(live, place), "", self._linking(operation)
        )
        return [*found, *(Drift(Way.ENVELOPE, *each) for each in around)]

    def _leaves(
        self, mock: Any, live: Any, place: str, agree: Agree
    ) -> Iterator[tuple[str, Any, Any]]:
        if isinstance(mock, Mapping) and isinstance(live, Mapping):
            for name in (*mock, *(live.keys() - mock.keys())):
                yield from self._leaves(
                    mock.get(name, MISSING), live.get(name, MISSING), f"{place}/{name}", agree
                )
        elif isinstance(mock, list) and isinstance(live, list) and len(mock) == len(live):
            for index, (ours, theirs) in enumerate(zip(mock, live, strict=True)):
                yield from self._leaves(ours, theirs, f"{place}/{index}", agree)
        elif isinstance(mock, str) and isinstance(live, str):
            if not agree(live, mock):
                yield place, mock, live
        elif not same(mock, live):
            yield place, mock, live


def _last_step(location: str) -> str:
    """Return the last segment of the path of a URL."""
    path = location.partition("?")[0]
    return path.rstrip("/").rpartition("/")[2]


def _masked_alike(mock: Any, live: Any) -> Any:
    """Return a value of the mock in which is masked what a recording masks of the live server's."""
    if live == MASK:
        return MASK
    if isinstance(mock, Mapping) and isinstance(live, Mapping):
        return {name: _masked_alike(child, live.get(name)) for name, child in mock.items()}
    if isinstance(mock, list) and isinstance(live, list):
        pairs = zip(mock, live, strict=False)
        masked = [_masked_alike(*pair) for pair in pairs]
        beyond = mock[len(live) :]
        return [*masked, *beyond]
    return mock


def _of_one(template: Template) -> Template:
    """Return an envelope in which a list of what was made stands as a list does."""
    if isinstance(template, Mapping):
        return {name: _of_one(child) for name, child in template.items()}
    return "$value" if template == ["$value"] else template


def place_of(template: Template) -> str:
    """Return the pointer to the records in an envelope."""
    if isinstance(template, Mapping):
        for name, child in template.items():
            if child is not None and (inner := place_of(child)) != "?":
                return f"/{name}{inner}"
        return "?"
    return "" if isinstance(template, str) and template.removesuffix(ABSENT) == "$value" else "?"


def _without(body: Any, place: str) -> Any:
    name, _, rest = place[1:].partition("/")
    if not isinstance(body, Mapping):
        return body
    return {
        key: _without(child, f"/{rest}") if rest and key == name else child
        for key, child in body.items()
        if rest or key != name
    }


def _allowed(answer: Answer) -> frozenset[str]:
    """Return the methods that are allowed; that OPTIONS is, goes without saying."""
    named = {each.strip().upper() for each in answer.headers.get("allow", "").split(",")}
    return frozenset(named - {"", "OPTIONS", "HEAD"})


def _links(header: str) -> dict[str, str]:
    """Return the targets of a Link header by their relation (RFC 8288)."""
    found = {}
    for link in header.split(","):
        target, _, rest = link.partition(">")
        _, _, rel = rest.partition("rel=")
        found[rel.partition(";")[0].strip().strip('"')] = target.strip().lstrip("<")
    return found


def _form(value: Any) -> Any:
    """Return what a refusal is made of: its names and types, whatever it says and however often."""
    if isinstance(value, Mapping):
        return {name: _form(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_form(value[0])] if value else []
    return type_name(value)


def _agree(one: Any, other: Any) -> bool:
    """Tell whether two forms have something in common, and that of the same types."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        common = one.keys() & other.keys()
        return (bool(common) or not (one or other)) and all(
            _agree(one[name], other[name]) for name in common
        )
    if isinstance(one, list) and isinstance(other, list):
        return not one or not other or _agree(one[0], other[0])
    return bool(one == other)
