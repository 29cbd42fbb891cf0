"""Answer with an error, whoever asks for one: a place, a Problem or a wanted status, and a request
in, an Answer out.

Every error of an API takes this way: what is wrong with a call, a quota that is used up, a fault
that was planned, a status that the client prefers, and a defect of the mock. So all of them have
the same forms, filled with the same values of the request. A place is an operation, or a path that
no operation answers: it knows the forms, the media types and the headers that are documented there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.asgi.codec.negotiation import choose_format, error_types
from mockserver.asgi.codec.xml import is_xml, xml_writer
from mockserver.asgi.codec.xml.write import Writer
from mockserver.asgi.refusals.phrases import phrase_of
from mockserver.asgi.refusals.refusal import Refusal, refuse
from mockserver.asgi.replies.headers import USUAL_WAIT_S, declared_headers, encoded
from mockserver.asgi.request import Request, note_problem
from mockserver.asgi.respond import Answer, Headers, error_answer
from mockserver.asgi.routes import nearness
from mockserver.call import Problem, ProblemKind
from mockserver.lookup import MISSING
from mockserver.model.errorforms import Make, documented_errors, documented_form
from mockserver.model.refusals import meant_by
from mockserver.model.types import DescribedMedia, ErrorForm, Errors, Model, Operation
from mockserver.model.types.operation import NOTHING
from mockserver.slots import dataclass

WITHOUT_BODY = frozenset({204, 205, 304})
"""Statuses of replies that have no body (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5)."""
_UNTOLD_MEDIA_TYPE = "application/octet-stream"
"""What a body is whose media type nobody told (RFC 9110 section 8.3)."""

PROBLEM_XML = "application/problem+xml"
PROBLEM = {
    "type": "object",
    "xml": {"name": "problem", "namespace": "urn:ietf:rfc:7807"},
    "properties": {
        "errors": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"type": "object", "xml": {"name": "error"}},
        }
    },
}
"""The schema of problem details in XML (RFC 9457 appendix B)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An error that somebody wants to see: its status, why it comes (`planned fault`), and seconds
    to wait.
    """

    status: int
    why: str
    retry_s: int | None = None


class ErrorPlace:
    """The errors of one operation, or those of a path that no operation answers."""

    def __init__(
        self,
        model: Model,
        errors: Errors,
        under: str = "",
        operation: Operation | None = None,
        declared: Callable[[int], Mapping[str, str]] | None = None,
        make: Make | None = None,
        challenges: tuple[str, ...] = (),
    ) -> None:
        """Take the path `under` which the API is played; of an operation the `declared` headers of
        a status, what makes values, and how a client could let itself in.
        """
        self.operation = operation
        self._model = model
        self._under = under
        self._described = operation.described if operation else NOTHING
        self._declared = declared or _declare_nothing
        self._make = make or _make_nothing
        self._challenges = challenges
        self.errors = documented_errors(errors, self._described, self._make)
        self._media_types: dict[int, list[str]] = {}
        self._writers: dict[tuple[int, str], Writer | None] = {}
        self._waits: dict[int, Mapping[str, str]] = {}
        self._headers: dict[int, Headers] = {}

    def form(self, status: int) -> tuple[ProblemKind, ErrorForm]:
        """Return the kind of problem that a status tells of, and its form; a status that nobody has
        a form for is told by its own name.
        """
        kind = self._kind(status)
        form = self.errors.forms[kind or ProblemKind.INTERNAL]
        form = replace(form, status=status)
        if kind is None:
            form = replace(form, message="", code="", headers={})
        if self.errors.standard:
            form = documented_form(form, self._described, self._make)
        return kind or ProblemKind.INTERNAL, form

    def _kind(self, status: int) -> ProblemKind | None:
        """Return the kind of problem that a status tells of; a quota may refuse with its own."""
        quotas = self._model.habits.quotas
        if any(quota.status == status for quota in quotas):
            return ProblemKind.RATE_LIMITED
        kind = meant_by(self.errors, status)
        if kind is None:
            return None
        return ProblemKind(kind)

    def written(self, refusal: Refusal, request: Request) -> Answer:
        """Return the answer in the accepted media type of those that are documented, in the first
        when none is.
        """
        status = refusal.status
        accept = request.headers.get("accept")
        offered = self._offered(status)
        if not offered:
            return error_answer(refusal, *self._nearest_writer(refusal, request))
        media_type = choose_format(accept, offered, request.preferred, request.usual)
        if media_type is None:
            media_type = offered[0]
        return error_answer(refusal, media_type, self._writers.get((status, media_type)))

    def _offered(self, status: int) -> list[str]:
        """Return the media types of a status, found out once, and with them what writes them."""
        if status not in self._media_types:
            self._media_types[status] = error_types(self._described, status)
            response = self._described.response(status)
            habits = self._model.habits.xml
            for name, media in response.content.items():
                self._writers[status, name] = xml_writer(media, habits)
        return self._media_types[status]

    def _nearest_writer(
        self, refusal: Refusal, request: Request
    ) -> tuple[str | None, Writer | None]:
        """Return the media type and the writer of a refusal that is documented nowhere; None of
        either where JSON will do.

        JSON unless XML is asked for, by Accept or by the extension of the path, or usual where
        nothing asks: then as the operation nearest to the path documents its errors in XML, else as
        problem details in XML (RFC 9457 appendix B).
        """
        accept = request.headers.get("accept", "")
        asks = bool(request.preferred) or is_xml(request.usual) or "xml" in accept.lower()
        if refusal.body is None or not asks:
            return None, None
        path = request.raw_path.removeprefix(self._under)
        media = next(_documented_xml(self._model, path, refusal.status), None)
        if media is None and refusal.media_type == "application/problem+json":
            media = DescribedMedia(PROBLEM_XML, self._model.schemas.schema(PROBLEM))
        if media is None:
            return None, None
        others = {"application/xml", "text/xml"} - {media.media_type}
        known = [refusal.media_type, media.media_type, *others]
        chosen = choose_format(accept, known, request.preferred, request.usual)
        if chosen is None or not is_xml(chosen):
            return None, None
        return chosen, xml_writer(media, self._model.habits.xml)

    def headers(self, status: int) -> Headers:
        """Return what the document declares for a status, and what would let a client in that is
        not, found out once.
        """
        known = self._headers.get(status)
        if known is None:
            made = self._made_headers(status)
            known = encoded(made)
            self._headers[status] = known
        return known

    def _made_headers(self, status: int) -> Mapping[str, str]:
        found = {}
        if status == 401 and self._challenges:
            found["www-authenticate"] = ", ".join(self._challenges)
        shown = self._shown_waits(status)
        usual = str(self.wait_s(status))
        for name, text in self._declared(status).items():
            found[name] = text
            if _is_wait(name):
                found[name] = shown.get(name, usual)
        return found

    def wait_s(self, status: int) -> int:
        """Return how long a client is to wait after a status: what the document shows, else a
        second.
        """
        waits = self._shown_waits(status).values()
        for text in waits:
            if text.isdigit():
                return int(text)
        return USUAL_WAIT_S

    def _shown_waits(self, status: int) -> Mapping[str, str]:
        """Return the headers that tell when to come again and have a value in the document."""
        waits = self._waits.get(status)
        if waits is not None:
            return waits
        waits = {}
        shown = declared_headers(self._described.response(status), _make_nothing)
        for name, text in shown.items():
            if _is_wait(name) and _is_long_enough(text):
                waits[name] = text
        self._waits[status] = waits
        return waits


def error_reply(
    place: ErrorPlace, problem: Problem, request: Request, form: ErrorForm | None = None
) -> Answer:
    """Return the answer to a problem in the form of its place, or in another one; note why."""
    note_problem(request.scope, problem)
    form = form or place.errors.forms[problem.kind]
    values = _values(place, problem, request, form.status)
    told = Problem(
        problem.kind,
        problem.message,
        problem.violations,
        values,
        problem.chosen,
    )
    refusal = refuse(place.errors, told, form)
    if refusal.status in WITHOUT_BODY:
        refusal = replace(refusal, body=None)
    answer = place.written(refusal, request)
    names = {name for name, _ in answer.headers}
    headers = list(answer.headers)
    for name, value in place.headers(refusal.status):
        if name not in names:
            headers.append((name, value))
    is_known = problem.values.get("retry_s") is not None
    headers = _with_wait(headers, values["retry_s"], is_known)
    return Answer(answer.status, headers, answer.body, answer.after)


def wanted_error(place: ErrorPlace, wanted: Wanted, request: Request) -> Answer:
    """Return an error that somebody wants to see, as the API gives it for a reason of its own."""
    kind, form = place.form(wanted.status)
    name = phrase_of(wanted.status)
    if not name:
        name = f"Status {wanted.status}"
    values: dict[str, Any] = {}
    if wanted.retry_s is not None:
        values["retry_s"] = max(1, wanted.retry_s)
    usual = place.errors.forms[kind]
    is_other = form.status != usual.status
    if kind is ProblemKind.INTERNAL and is_other:
        values["kind"] = name.lower().replace(" ", "_")
    problem = Problem(kind, f"{name} ({wanted.why})", values=values, chosen=True)
    return error_reply(place, problem, request, form)


def _values(place: ErrorPlace, problem: Problem, request: Request, status: int) -> dict[str, Any]:
    """Return what a form may tell: what any request has, and what the problem says itself."""
    media_type = request.headers.get("content-type")
    known: dict[str, Any] = {
        "method": request.scope["method"],
        "media_type": media_type or _UNTOLD_MEDIA_TYPE,
        "reason": problem.message,
        "retry_s": place.wait_s(status),
    }
    operation = place.operation
    if operation is not None:
        known["resource"] = operation.resource
        known["key"] = request.path_texts.get(operation.key_param or "")
        known["limit"] = operation.paging.maximum
    for name, value in problem.values.items():
        if value is not None:
            known[name] = value
    return {name: value for name, value in known.items() if value is not None}


def _with_wait(headers: Headers, wait_s: int, all_of_them: bool) -> Headers:
    """Return headers of which none tells a client to come again at once; a wait takes the place of
    those that do, or of all of them.
    """
    wait = str(wait_s).encode()
    found = []
    for name, value in headers:
        told = value
        if name.endswith(b"retry-after"):
            text = value.decode("latin-1")
            told = wait if all_of_them or not _is_long_enough(text) else value
        found.append((name, told))
    return found


def _documented_xml(model: Model, path: str, status: int) -> Iterator[DescribedMedia]:
    """Yield the XML in which the operations nearest to a path document a status, or any other
    error.
    """
    for operation in _by_nearness(model, path):
        described = operation.described
        for each in (status, *described.error_statuses):
            for name, media in described.response(each).content.items():
                if is_xml(name) and media.schema.raw:
                    yield media


def _by_nearness(model: Model, path: str) -> list[Operation]:
    """Return the operations, those first whose path has most of the beginning of another."""

    def distance(operation: Operation) -> int:
        near = []
        for base in model.base_paths:
            template = base + operation.path
            near.append(nearness(template, path))
        return -max(near)

    return sorted(model.operations, key=distance)


def _declare_nothing(status: int) -> Mapping[str, str]:
    return {}


def _make_nothing(schema: Any, name: str) -> Any:
    return MISSING


def _is_wait(name: str) -> bool:
    """Tell whether a header says when to come again: Retry-After, and what APIs call it
    (`X-Retry-After`).
    """
    return name.lower().endswith("retry-after")


def _is_long_enough(text: str) -> bool:
    """Tell whether a wait is a second at least; a date is (RFC 9110 section 10.2.3)."""
    try:
        return float(text) >= 1
    except ValueError:
        return "GMT" in text
