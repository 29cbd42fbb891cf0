"""Answer the calls of one operation.

A request is negotiated, admitted and decoded; what it does is decided, put into the API's envelope
and checked; then the changes are applied, and what is due elsewhere is told:

    POST /shelves {"name": "Fiction"}
    decoded     Call(body={"name": "Fiction"})
    decided     Decision(Reply({"id": 7, "name": "Fiction"}), changes=(Put(...),))
    enveloped   {"data": {"id": 7, "name": "Fiction"}}
    applied, and answered with 201

A step that cannot go on raises Refused with a Problem, and the API's own error form is put around
that. As nothing is applied before the whole answer is made, a reply that cannot be made, or must
not be sent, changes nothing. Each part that a request needs is made from what the document says of
the operation when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus
from typing import Any

from mockserver.asgi.background import in_background
from mockserver.asgi.codec.bodies import writer_of
from mockserver.asgi.codec.negotiation import choose_format, offered
from mockserver.asgi.codec.parameters import ParameterPlan
from mockserver.asgi.codec.xml import xml_writer
from mockserver.asgi.codec.xml.write import Writer
from mockserver.asgi.courier import HEADER, Delivery
from mockserver.asgi.intake import Intake
from mockserver.asgi.issuer.bearers import with_reason
from mockserver.asgi.issuer.desks import OPEN, IssuerDesk
from mockserver.asgi.messages.callbacks import Callbacks
from mockserver.asgi.messages.messenger import Before, Messenger, before_of
from mockserver.asgi.preference import (
    ALWAYS_NEW,
    Exhibit,
    Preference,
    refused_preference,
    take_preference,
    wants_nothing_back,
)
from mockserver.asgi.refusals.violations import MOST, find_violations
from mockserver.asgi.replies.envelope import Enveloper, body_schema
from mockserver.asgi.replies.errorreply import (
    WITHOUT_BODY,
    ErrorPlace,
    Wanted,
    error_reply,
    wanted_error,
)
from mockserver.asgi.replies.headers import HeldHeaders, ReplyHeaders
from mockserver.asgi.replies.ranges import in_range
from mockserver.asgi.replies.streams import Streamer, streamer_of
from mockserver.asgi.request import FAILING, FAILING_DELIVERIES, NOTE, Request, TooLarge
from mockserver.asgi.respond import Answer, encode
from mockserver.asgi.security import Guard
from mockserver.call import (
    Call,
    Decision,
    Principal,
    Problem,
    ProblemKind,
    RawBody,
    Refused,
    Reply,
    Supply,
    Violation,
)
from mockserver.errors import StoreError
from mockserver.lookup import MISSING
from mockserver.model.schema.schemas import Direction
from mockserver.model.search.paging import held_parameters
from mockserver.model.types import DescribedMedia, Kind, Operation, is_json
from mockserver.slots import dataclass
from mockserver.space import Space
from mockserver.state import Change, Collection, Reader
from mockserver.stores.base import MOST_ATTEMPTS, MustArrange, MustWrite

READING = frozenset({Kind.LIST, Kind.VIEW, Kind.READ, Kind.COUNT, Kind.STATELESS})
"""What usually changes nothing."""
MINIMAL = (b"preference-applied", b"return=minimal")
"""Tells that nothing is sent back because the client prefers that (RFC 7240 section 3)."""
DEPRECATION = (b"deprecation", b"@0")
"""Tells that an operation is deprecated, since a moment that the document does not say (RFC 9745
section 2.1).
"""


@dataclass(frozen=True, slots=True)
class EnvelopedReply:
    """A reply as it is to be sent, before it is encoded; `body` is MISSING where there is none."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: Any
    media_type: str


class Handler:
    """Answers one operation under one base path. `fresh` supplies values that come from no example;
    replies are held to the document where it is to `check` them, and made of such values where it
    is `dynamic`. `webhooks` are the URLs to which those go for which no client can ask.
    """

    def __init__(
        self,
        space: Space,
        operation: Operation,
        base: str,
        fresh: Supply,
        check: bool,
        webhooks: Sequence[str] = (),
        dynamic: bool = False,
    ) -> None:
        self._space = space
        self._model = space.model
        self._supply = space.supply
        self._operation = operation
        self._described = operation.described
        self._base = base
        self._fresh = fresh
        self._check = check
        self._webhooks = webhooks
        self._dynamic = dynamic
        self._reads = operation.kind in READING
        self._media = offered(self._described.response(operation.success))
        self._offered = list(self._media)
        self._writers: dict[str, Writer] = {}

    @cached_property
    def _guard(self) -> Guard:
        components = self._model.document.spec.get("components") or {}
        schemes = components.get("securitySchemes") or {}
        security = self._model.security
        needed = self._described.security
        duty = self._operation.duty
        if duty is not None and duty.desk in OPEN:
            needed = ()
        return Guard(needed, schemes, security, self._operation, self._base)

    @cached_property
    def _desk(self) -> IssuerDesk | None:
        """What the operation does for who gives tokens, None where it does nothing."""
        duty = self._operation.duty
        if duty is None:
            return None
        return IssuerDesk(
            self._model,
            self._operation,
            duty,
            self._space,
            lambda: self.errors,
        )

    @cached_property
    def _parameters(self) -> ParameterPlan:
        parameters = held_parameters(self._operation)
        return ParameterPlan(parameters, self._operation.heard_as_sent)

    @cached_property
    def _intake(self) -> Intake:
        return Intake(self._model, self._operation)

    @cached_property
    def _held(self) -> HeldHeaders:
        return HeldHeaders(self._described, "reply", self._model.habits.header_names)

    @cached_property
    def _headers(self) -> ReplyHeaders:
        return ReplyHeaders(self._model, self._operation, self._supply, self._held)

    @cached_property
    def _enveloper(self) -> Enveloper:
        return Enveloper(self._model, self._operation, self._supply)

    @cached_property
    def _callbacks(self) -> Callbacks:
        later = self._model.announcements.later
        return Callbacks(self._described, self._supply, later)

    @cached_property
    def _streamer(self) -> Streamer | None:
        resource = self._model.resources.get(self._operation.resource or "")
        return streamer_of(self._operation, resource)

    @cached_property
    def _messenger(self) -> Messenger:
        return Messenger(self._model, self._webhooks)

    @cached_property
    def errors(self) -> ErrorPlace:
        """How the operation tells its errors."""
        label = self._operation.label

        def make(schema: Any, name: str) -> Any:
            return self._supply.value(schema, f"{label}/{name}")

        return ErrorPlace(
            self._model,
            self._model.errors[self._operation.errors],
            operation=self._operation,
            declared=self._headers.declared,
            make=make,
            challenges=self._guard.challenges,
        )

    @cached_property
    def _exhibit(self) -> Exhibit:
        return Exhibit(self._model, self._operation, self._supply, self._fresh, self.errors)

    async def __call__(self, request: Request) -> Answer:
        """Return the answer to a request; every refusal is in the API's own form."""
        try:
            preference = take_preference(request, self._parameters.takes)
            if self._dynamic:
                preference = _made_anew(preference)
            if preference is None:
                answer = await self._answer(request)
            else:
                answer = await self._preferred(preference, request)
        except Refused as refused:
            answer = self.refused(refused.problem, request)
        if self._described.deprecated:
            names = [name for name, _ in answer.headers]
            if b"deprecation" not in names:
                return replace(answer, headers=[*answer.headers, DEPRECATION])
        return answer

    async def _answer(self, request: Request) -> Answer:
        """Return the answer that the state gives. Raises Refused."""
        desk = self._desk
        if desk is not None and desk.is_whole:
            return await desk.answer(request, self.decode, self._admitted)
        media_type = self._negotiated(request)
        principal = self._admitted(request)
        call = await self.decode(request, principal)
        decision, enveloped, answer = await self._settled(call, request, media_type)
        note = request.scope.get(NOTE)
        if note is not None:
            note.changes = (*note.changes, *decision.changes)
        if desk is not None:
            token = self._with_token(desk, enveloped, request, call)
            answer = replace(token, after=answer.after)
        return answer

    async def _settled(
        self, call: Call, request: Request, media_type: str
    ) -> tuple[Decision, EnvelopedReply, Answer]:
        """Decide a call and apply its changes, all or none; a decision that another one held up, or
        that needs what is to be arranged first, is taken again. Raises Refused and StoreError.
        """
        reads = self._reads
        for attempt in range(MOST_ATTEMPTS):
            is_last = attempt + 1 == MOST_ATTEMPTS
            try:
                return self._decided(call, request, media_type, reads, waits=not is_last)
            except MustWrite:
                reads = False
            except MustArrange as wanted:
                await in_background(wanted.arrange)
            except StoreError as error:
                if not error.is_conflict or is_last:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _decided(
        self, call: Call, request: Request, media_type: str, reads: bool, waits: bool
    ) -> tuple[Decision, EnvelopedReply, Answer]:
        """Decide a call and apply its changes. Raises MustWrite where a read has changes,
        MustArrange where it `waits`, and what `_settled` does.
        """
        space = request.space or self._space
        with space.transaction(reads, waits) as transaction:
            decision = space.decide(call, transaction)
            enveloped = self._enveloped(decision, request, media_type)
            answer = self._encoded(enveloped)
            if isinstance(enveloped.body, RawBody):
                answer = in_range(answer, request)
            if self._streamer is not None:
                answer = self._streamer.streamed(
                    answer, enveloped.body, enveloped.media_type, request
                )
            if self._check:
                self._check_reply(enveloped)
            before = self._before(decision.changes, transaction)
            if decision.changes:
                transaction.apply(decision.changes)
            after = self._messages(before, transaction, request, space)
        if self._described.callbacks:
            about = _first_of(before, self._operation.resource)
            after += self._callbacks.due(request, call, answer, about, space)
        if after:
            answer = replace(answer, after=after)
        return decision, enveloped, answer

    def _messages(
        self, before: Before, reader: Reader, request: Request, space: Space
    ) -> tuple[Delivery, ...]:
        """Return what is to be told others of the records that are not as they were before; nothing
        of what a message has brought about, so that none goes in a circle.
        """
        if not before or HEADER.lower() in request.headers:
            return ()
        failing = request.scope.get(FAILING_DELIVERIES, 0)
        label = self._operation.label
        return tuple(self._messenger.due(label, before, reader, space, failing))

    def _before(self, changes: Sequence[Change], reader: Reader) -> Before:
        """Return the records that changes touch as they were, where anybody is told of it."""
        if not changes or not self._model.announcements.notices:
            return {}
        return before_of(changes, reader)

    def _with_token(
        self, desk: IssuerDesk, reply: EnvelopedReply, request: Request, call: Call
    ) -> Answer:
        """Return the answer to a log-in with the token that it gives; that of a log-out is taken
        back.
        """
        if desk.logs_out:
            desk.logged_out(request)
            return self._encoded(reply)
        body = desk.logged_in(request, call, reply.body)
        return self._encoded(replace(reply, body=body))

    def _negotiated(self, request: Request) -> str:
        """Return the media type of the reply, empty where none is documented. Raises Refused."""
        if not self._offered:
            return ""
        accept = request.headers.get("accept")
        chosen = choose_format(accept, self._offered, request.preferred, request.usual)
        if chosen is None:
            text = "none of the accepted media types can be given"
            problem = Problem(ProblemKind.NOT_ACCEPTABLE, text)
            raise Refused(problem)
        return chosen

    def _admitted(self, request: Request) -> Principal | None:
        """Return who calls, None for an anonymous caller. Raises Refused."""
        admitted = self._guard.admit(request)
        if isinstance(admitted, Problem):
            raise Refused(admitted)
        return admitted

    def knows(self, request: Request) -> bool:
        """Tell whether a caller shows credentials that are known, with whatever scopes, or needs
        none.
        """
        admitted = self._guard.admit(request)
        return not isinstance(admitted, Problem) or admitted.kind is ProblemKind.FORBIDDEN

    async def decode(self, request: Request, principal: Principal | None = None) -> Call:
        """Return the call that a request spells, and note it. Raises Refused for parameters that
        break the document and for a body in another form, and Gone where no body can be read.
        """
        declared = self._parameters.by_place
        path: dict[str, Any] = {}
        query: dict[str, Any] = {}
        values: dict[str, Any] = {}
        violations: list[Violation] = []
        if declared["path"]:
            sent = {name: [text] for name, text in request.path_texts.items()}
            path, violations = self._parameters.decode("path", sent)
            if violations:
                text = violations[0].message
                problem = Problem(ProblemKind.INVALID_PATH, text, (*violations,))
                raise Refused(problem)
        if declared["query"]:
            query, violations = self._parameters.decode("query", self._sent_query(request))
        if self._operation.unknown_query == "refuse":
            violations += self._unknown_query(request)
        if declared["header"]:
            violations += self._take("header", request.headers, values)
        values |= request.named(self._operation.heard)
        if declared["cookie"]:
            violations += self._take("cookie", request.cookies, values)
        if violations:
            problem = self._query_problem(violations)
            raise Refused(problem)
        try:
            received = await self._intake.read(request)
        except TooLarge as error:
            text = str(error) or "the body is larger than the limit"
            problem = Problem(ProblemKind.BODY_TOO_LARGE, text)
            raise Refused(problem) from None
        fails = self._operation.work is not None and FAILING in request.scope
        call = Call(
            operation=self._operation,
            path=path,
            query=query,
            headers=values,
            body=received.value,
            principal=principal,
            violations=tuple(received.violations),
            file=received.file,
            fails=fails,
        )
        note = request.scope.get(NOTE)
        if note is not None:
            note.call = call
        return call

    def _sent_query(self, request: Request) -> Mapping[str, Sequence[str]]:
        """Return the query parameters that count: those without a value do not where the API passes
        them over.
        """
        if self._model.habits.empty_query == "value":
            return request.query
        sent = {}
        for name, texts in request.query.items():
            full = [text for text in texts if text]
            if full:
                sent[name] = full
        return sent

    def _take(
        self, place: str, texts: Mapping[str, str], values: dict[str, Any]
    ) -> list[Violation]:
        """Put the header or cookie parameters among other values; return what is wrong with
        them.
        """
        sent = {name: [text] for name, text in texts.items()}
        found, violations = self._parameters.decode(place, sent)
        values.update(found)
        return violations

    def _unknown_query(self, request: Request) -> list[Violation]:
        """Return what is wrong with query parameters that nobody declared, where the API refuses
        them.
        """
        unknown = [name for name in request.query if not self._parameters.takes(name)]
        return [
            Violation("query", (name,), "unknown", f"{name} is not known here")
            for name in unknown[:MOST]
        ]

    def _query_problem(self, violations: list[Violation]) -> Problem:
        """Return the refusal of query parameters; a page larger than the API gives has a kind of
        its own.
        """
        size = self._operation.paging.size
        text = violations[0].message
        if all(violation.name == size and violation.rule == "maximum" for violation in violations):
            values = {"limit": violations[0].values.get("limit")}
            return Problem(ProblemKind.LIMIT_EXCEEDED, text, tuple(violations), values)
        return Problem(ProblemKind.INVALID_QUERY, text, tuple(violations))

    def _enveloped(self, decision: Decision, request: Request, media_type: str) -> EnvelopedReply:
        """Return the reply in the API's envelope. Raises Refused where the call is refused."""
        reply = decision.reply
        if reply.problem is not None:
            raise Refused(reply.problem)
        if reply.is_known:
            headers = self._headers.of(304, reply, request)
            return EnvelopedReply(304, headers, MISSING, "")
        empty = self._operation.envelope.empty
        if empty is not None and self._lists_nothing(reply):
            return EnvelopedReply(empty, [], MISSING, "")
        status = self._status(reply)
        body = self._enveloper.wrap(reply, request, media_type)
        has_other_form = status >= 300 or reply.wait_s is not None
        if status in WITHOUT_BODY or (has_other_form and not self._has_body(status)):
            body = MISSING
        is_bare = not self._reads and wants_nothing_back(request, self._operation)
        if is_bare:
            status = HTTPStatus.NO_CONTENT if status == HTTPStatus.OK else status
            body = MISSING
        headers = self._headers.of(status, reply, request)
        if is_bare:
            headers = [*headers, MINIMAL]
        return EnvelopedReply(status, headers, body, media_type)

    def _status(self, reply: Reply) -> int:
        """Return the status of a reply that is no refusal."""
        operation = self._operation
        usual = operation.created if reply.created else operation.success
        results = operation.results
        is_batch = results is not None and reply.outcomes is not None
        if results is not None and is_batch and results.is_told(reply.is_partial):
            return results.status
        if operation.work is None:
            return usual
        return operation.work.status(reply.wait_s, usual)

    def _has_body(self, status: int) -> bool:
        """Tell whether a body is documented for a status, or for success where that is the
        status.
        """
        if status in (self._operation.success, self._operation.created):
            return bool(self._media)
        return bool(self._described.response(status).content)

    def _lists_nothing(self, reply: Reply) -> bool:
        return reply.value == [] and self._operation.kind in (Kind.LIST, Kind.VIEW)

    def _encoded(self, reply: EnvelopedReply) -> Answer:
        if reply.body is MISSING:
            return Answer(reply.status, reply.headers, b"")
        media_type = reply.media_type
        if media_type not in self._writers:
            media = self._media.get(media_type)
            writer = None if media is None else xml_writer(media, self._model.habits.xml)
            self._writers[media_type] = writer or writer_of(media_type)
        writer = self._writers[media_type]
        return encode(reply.status, reply.headers, reply.body, media_type, writer)

    def _check_reply(self, reply: EnvelopedReply) -> None:
        """Raise Refused for a reply whose headers or body break the document."""
        if reply.status == self._operation.envelope.empty:
            return
        faults = self._held.violations(reply.status, reply.headers)
        content = self._described.response(reply.status).content
        media = content.get(reply.media_type) or next(iter(content.values()), None)
        if media is not None and _is_value_of(media, reply.body):
            validator = body_schema(media).validator(Direction.REPLY)
            faults += find_violations(validator, reply.body, "body")
        if faults:
            text = f"the reply breaks the document at {faults[0].path}: {faults[0].message}"
            raise Refused(Problem(ProblemKind.INTERNAL, text, tuple(faults)))

    async def _preferred(self, preference: Preference | Problem, request: Request) -> Answer:
        """Return the documented response that was asked for. Credentials are checked even so and,
        where it is not an error, the request: a preference is no waiver (RFC 7240 section 2).
        """
        principal = self._admitted(request)
        if isinstance(preference, Problem):
            return refused_preference(preference)
        if preference.code is None or preference.code < 400:
            call = await self.decode(request, principal)
            if call.violations:
                text = call.violations[0].message
                problem = Problem(ProblemKind.INVALID, text, call.violations)
                raise Refused(problem)
        if preference is not ALWAYS_NEW:
            return self._exhibit.answer(preference, request)
        shown = self._exhibit.show(preference, request)
        if isinstance(shown, Problem):
            return await self._answer(request)
        return shown

    def refused(self, problem: Problem, request: Request) -> Answer:
        """Return a refusal in the accepted media type of those its status has, in the first when
        none is.
        """
        answer = error_reply(self.errors, problem, request)
        if self._model.security.issued and "Bearer" in self._guard.challenges:
            answer = with_reason(answer, problem)
        if "codings" not in problem.values:
            return answer
        codings = (b"accept-encoding", problem.values["codings"].encode())
        return replace(answer, headers=[*answer.headers, codings])

    def wanted(self, wanted: Wanted, request: Request, example: str | None) -> Answer:
        """Return an error that somebody wants to see, or what the document shows by the name of an
        example.
        """
        if example is None and wanted.status >= 400:
            return wanted_error(self.errors, wanted, request)
        preference = Preference(wanted.status, example)
        shown = self._exhibit.show(preference, request, wanted)
        if isinstance(shown, Answer):
            return shown
        why = wanted.why if example is None else f"{wanted.why}: {shown.message}"
        return wanted_error(self.errors, replace(wanted, why=why), request)


def _first_of(before: Before, resource: str | None) -> tuple[Collection, str] | None:
    """Return where the first of some records is that are of a resource."""
    for address in before:
        if address[0].resource == resource:
            return address
    return None


def _made_anew(preference: Preference | Problem | None) -> Preference | Problem:
    """Return what is preferred where values are to be made anew; a named example is shown."""
    if preference is None:
        return ALWAYS_NEW
    if isinstance(preference, Problem) or preference.example is not None:
        return preference
    return replace(preference, dynamic=True)


def _is_value_of(media: DescribedMedia, body: Any) -> bool:
    """Tell whether the schema of a media type describes the value of a body, not its text."""
    if body is MISSING or isinstance(body, RawBody):
        return False
    if isinstance(body, str):
        return is_json(media.media_type) or media.schema.own_type == "string"
    return is_json(media.media_type) or media.schema.own_type != "string"
