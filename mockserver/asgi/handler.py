"""Answer the calls of one operation; all that can be settled beforehand is settled when it is first
used.

The path of a request: accept, credentials, parameters, body, decision, envelope. Each step either
goes on or names a Problem, and the API's own error form is put around it at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol

from mockserver.asgi.callbacks import Callbacks
from mockserver.asgi.envelope import Enveloper
from mockserver.asgi.errorreply import ErrorPlace, Wanted, error_reply, wanted_error
from mockserver.asgi.exhibit import Exhibit, refused_preference
from mockserver.asgi.heldheaders import HeldHeaders
from mockserver.asgi.intake import Intake
from mockserver.asgi.negotiation import choose_format
from mockserver.asgi.note import NOTE
from mockserver.asgi.offered import offered_types, reply_validators
from mockserver.asgi.parameters import ParameterPlan
from mockserver.asgi.prefer import Preference, take_preference
from mockserver.asgi.replyheaders import ReplyHeaders
from mockserver.asgi.request import Request, TooLarge
from mockserver.asgi.respond import Answer, encode
from mockserver.asgi.security import Guard
from mockserver.asgi.violations import MOST, find_violations
from mockserver.asgi.xml import xml_writers
from mockserver.call import (
    Call,
    Decision,
    Principal,
    Problem,
    ProblemKind,
    RawBody,
    Reply,
    Supply,
    Violation,
)
from mockserver.lookup import MISSING
from mockserver.model.declared import (
    operation_at,
    parameters,
)
from mockserver.model.schemas import SchemaCompiler
from mockserver.model.types import Kind, Operation
from mockserver.space import Space


class Declared(Protocol):
    """What a handler takes from connexion's operation."""

    @property
    def security(self) -> list[Mapping[str, list[str]]] | None: ...

    @property
    def security_schemes(self) -> Mapping[str, Any]: ...

    @property
    def request_body(self) -> Mapping[str, Any]: ...

    @property
    def responses(self) -> Mapping[str, Any]: ...


class Handler:
    """Answers one operation under one base path."""

    def __init__(
        self,
        space: Space,
        operation: Operation,
        declared: Declared,
        base: str,
        schemas: SchemaCompiler,
        fresh: Supply,
        check: bool,
    ) -> None:
        model = space.model
        self._space = space
        self._operation = operation
        self._guard = Guard(
            declared.security, declared.security_schemes, model.security, operation, base
        )
        listed = parameters(model.document.spec, operation.path, operation.method)
        self._plan = ParameterPlan(model.document.spec, listed, schemas)
        self._bodies = Intake(model, operation, declared.request_body, schemas)
        own = model.habits.header_names
        self._held = HeldHeaders(model.document.spec, declared.responses, schemas, "reply", own)
        self._headers = ReplyHeaders(model, operation, declared.responses, space.supply, self._held)
        spoken = operation_at(model.document.spec, operation.path, operation.method)
        self._callbacks = Callbacks(model.document.spec, spoken, space.supply)
        self.errors = ErrorPlace(
            model,
            model.errors[operation.errors],
            operation=operation,
            responses=declared.responses,
            declared=self._headers.declared,
            make=lambda schema, name: space.supply.value(schema, f"{operation.label}/{name}"),
            challenges=self._guard.challenges,
        )
        self._exhibit = Exhibit(
            model, operation, declared.responses, space.supply, fresh, self.errors
        )
        self._enveloper = Enveloper(model, operation, space.supply, schemas)
        self._offered = offered_types(declared.responses, operation)
        statuses = {operation.success, operation.created}
        self._writers = xml_writers(
            model.document.spec, declared.responses, statuses, model.habits.xml
        )
        self._check = check
        self._reply_validators = reply_validators(declared.responses, schemas) if check else {}

    async def __call__(self, request: Request) -> Answer:
        """Return the answer to a request; every refusal is in the API's own form."""
        preference = take_preference(request, self._plan.takes)
        if preference is not None:
            return await self._preferred(preference, request)
        media_type = self._format(request, self._offered) if self._offered else ""
        if media_type is None:
            problem = Problem(
                ProblemKind.NOT_ACCEPTABLE, "none of the accepted media types can be given"
            )
            return self.refused(problem, request)
        admitted = self._guard.admit(request)
        if isinstance(admitted, Problem):
            return self.refused(admitted, request)
        call = await self.decode(request, admitted)
        if isinstance(call, Problem):
            return self.refused(call, request)
        decision, body = self._decided(call, request)
        if decision.reply.problem is not None:
            return self.refused(decision.reply.problem, request)
        answer = self._answered(decision.reply, body, request, media_type)
        return (
            replace(answer, after=self._callbacks.due(request, call, answer))
            if self._callbacks
            else answer
        )

    def knows(self, request: Request) -> bool:
        """Tell whether a caller shows credentials that are known, with whatever scopes, or needs
        none.
        """
        admitted = self._guard.admit(request)
        return not isinstance(admitted, Problem) or admitted.kind is ProblemKind.FORBIDDEN

    def _decided(self, call: Call, request: Request) -> tuple[Decision, Any]:
        """Decide a call and return the body of its reply too, made before anything is stored: a
        reply that cannot be made, or must not be sent, changes nothing.
        """
        body: Any = MISSING

        def fault_in(reply: Reply) -> Problem | None:
            nonlocal body
            if not self._is_empty(reply):
                body = self._enveloper.wrap(reply, request)
            return self._reply_fault(reply, body, request) if self._check else None

        decision = (request.space or self._space).answer(call, fault_in)
        note = request.scope.get(NOTE)
        if note is not None:
            note.call, note.changes = call, (*note.changes, *decision.changes)
        return decision, body

    async def _preferred(self, preference: Preference | Problem, request: Request) -> Answer:
        """Return the documented response that was asked for. Credentials are checked even so and,
        where it is not an error, the request: a preference is no waiver (RFC 7240 section 2).
        """
        admitted = self._guard.admit(request)
        if isinstance(admitted, Problem):
            return self.refused(admitted, request)
        if isinstance(preference, Problem):
            return refused_preference(preference)
        if preference.code is None or preference.code < 400:
            call = await self.decode(request, admitted)
            problem = call if isinstance(call, Problem) else _broken_body(call)
            if problem is not None:
                return self.refused(problem, request)
        return self._exhibit.answer(preference, request)

    def _format(self, request: Request, offered: Sequence[str]) -> str | None:
        return choose_format(
            request.headers.get("accept"), offered, request.preferred, request.usual
        )

    async def decode(self, request: Request, principal: Principal | None = None) -> Call | Problem:
        """Return the call that a request spells, or what is wrong with its parameters or the form
        of its body.

        Raises TooLarge or Gone where no body can be read.
        """
        path, violations = self._plan.decode(
            "path", {name: [text] for name, text in request.path_texts.items()}
        )
        if violations:
            return Problem(ProblemKind.INVALID_PATH, violations[0].message, tuple(violations))
        query, violations = self._plan.decode("query", self._sent_query(request))
        violations += self._unknown_query(request)
        headers, wrong = self._named("header", request)
        cookies, wrong_cookies = self._named("cookie", request)
        violations += wrong + wrong_cookies
        if violations:
            return self._query_problem(violations)
        try:
            body = await self._bodies.read(request)
        except TooLarge:
            return Problem(ProblemKind.BODY_TOO_LARGE, "the body is larger than the limit")
        if isinstance(body, Problem):
            return body
        value, wrong = body
        if "content-type" in request.headers:
            headers["content-type"] = request.headers["content-type"]
        return Call(
            self._operation, path, query, {**headers, **cookies}, value, principal, tuple(wrong)
        )

    def _sent_query(self, request: Request) -> Mapping[str, Sequence[str]]:
        """Return the query parameters that count: those without a value do not where the API passes
        them over.
        """
        if self._space.model.habits.empty_query == "value":
            return request.query
        sent = {name: [text for text in texts if text] for name, texts in request.query.items()}
        return {name: texts for name, texts in sent.items() if texts}

    def _named(self, place: str, request: Request) -> tuple[dict[str, Any], list[Violation]]:
        """Return the header or cookie parameters; most operations have none."""
        if not self._plan.by_place[place]:
            return {}, []
        texts = request.headers if place == "header" else request.cookies
        return self._plan.decode(place, {name: [text] for name, text in texts.items()})

    def _unknown_query(self, request: Request) -> list[Violation]:
        if self._operation.unknown_query != "refuse":
            return []
        unknown = list(islice((name for name in request.query if not self._plan.takes(name)), MOST))
        return [
            Violation("query", (name,), "unknown", f"{name} is not known here") for name in unknown
        ]

    def _query_problem(self, violations: list[Violation]) -> Problem:
        """Return the refusal of query parameters; a page larger than the API gives has a kind of
        its own.
        """
        size = self._operation.paging.size
        if all(violation.name == size and violation.rule == "maximum" for violation in violations):
            values = {"limit": violations[0].values.get("limit")}
            return Problem(
                ProblemKind.LIMIT_EXCEEDED, violations[0].message, tuple(violations), values
            )
        return Problem(ProblemKind.INVALID_QUERY, violations[0].message, tuple(violations))

    def _status(self, reply: Reply) -> int:
        return self._operation.created if reply.created else self._operation.success

    def _is_empty(self, reply: Reply) -> bool:
        """Tell whether a reply lists nothing, for which the API has a status of its own."""
        operation = self._operation
        return (
            operation.envelope.empty is not None
            and reply.value == []
            and operation.kind in (Kind.LIST, Kind.VIEW)
        )

    def _answered(self, reply: Reply, body: Any, request: Request, media_type: str) -> Answer:
        operation, status = self._operation, self._status(reply)
        if operation.envelope.empty is not None and self._is_empty(reply):
            return Answer(operation.envelope.empty, [], b"")
        headers = self._headers.of(status, reply, request)
        if body is MISSING or status == 204:
            return Answer(status, headers, b"")
        return encode(status, headers, body, media_type, self._writers.get((status, media_type)))

    def _reply_fault(self, reply: Reply, body: Any, request: Request) -> Problem | None:
        """Return the refusal of a reply whose headers or body break the document."""
        status = self._status(reply)
        if self._is_empty(reply):
            return None
        faults = self._held.violations(status, self._headers.of(status, reply, request))
        validator = self._reply_validators.get(status)
        is_checked = body is not MISSING and not isinstance(body, RawBody)
        if validator is not None and is_checked and status != 204:
            faults += find_violations(validator, body, "body")
        if not faults:
            return None
        text = f"the reply breaks the document at {faults[0].path}: {faults[0].message}"
        return Problem(ProblemKind.INTERNAL, text, tuple(faults))

    def refused(self, problem: Problem, request: Request) -> Answer:
        """Return a refusal in the accepted media type of those its status has, in the first when
        none is.
        """
        answer = error_reply(self.errors, problem, request)
        if "codings" not in problem.values:
            return answer
        return replace(
            answer,
            headers=[*answer.headers, (b"accept-encoding", problem.values["codings"].encode())],
        )

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


def _broken_body(call: Call) -> Problem | None:
    """Return what is wrong with the body of a call."""
    if not call.violations:
        return None
    return Problem(ProblemKind.INVALID, call.violations[0].message, call.violations)
