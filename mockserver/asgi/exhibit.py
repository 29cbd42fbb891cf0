"""Show a documented response: a Preference in, the answer that the document describes out; the state stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from mockserver.asgi.negotiation import choose_format, concrete
from mockserver.asgi.prefer import Preference
from mockserver.asgi.refusal import refuse
from mockserver.asgi.replyheaders import declared_headers, encoded
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer, encode, error_answer
from mockserver.asgi.xml import xml_writers
from mockserver.behavior.stateless import value_of
from mockserver.call import Problem, ProblemKind, Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import response_at
from mockserver.model.refusals import standard_errors
from mockserver.model.types import Model, Operation


class Exhibit:
    """The documented responses of one operation. `fresh` supplies values that come from no example."""

    def __init__(
        self, model: Model, operation: Operation, responses: Mapping[str, Any], supply: Supply, fresh: Supply
    ) -> None:
        self._model = model
        self._operation = operation
        self._declared = {"responses": responses}
        self._supply = supply
        self._fresh = fresh
        self._shown = count(1)

    def answer(self, preference: Preference, request: Request) -> Answer:
        """Return the preferred response, or a refusal that names those there are."""
        status = preference.code or self._operation.success
        response = response_at(self._declared, status)
        if not response:
            known = ", ".join(map(str, self._declared["responses"])) or "none"
            return refused_preference(f"no response {status} is documented here (documented: {known})")
        salt = self._salt(preference)
        make = (self._fresh if preference.dynamic else self._supply).value
        but = {name.lower() for name in self._model.habits.headers}
        headers = declared_headers(
            self._model.document.spec, response, lambda schema, name: make(schema, f"{salt}/{name}"), but
        )
        sent = encoded({**headers, "preference-applied": preference.applied})
        content = response.get("content") or {}
        if not content or status in (204, 205, 304):
            return self._without_body(preference, status, sent)
        return self._with_body(preference, request, status, content, sent, salt)

    def _without_body(self, preference: Preference, status: int, headers: list[tuple[bytes, bytes]]) -> Answer:
        if preference.example is not None:
            return refused_preference(f"the response {status} has no body, so no example {preference.example!r}")
        return Answer(status, headers, b"")

    def _with_body(
        self,
        preference: Preference,
        request: Request,
        status: int,
        content: Mapping[str, Any],
        headers: list[tuple[bytes, bytes]],
        salt: str,
    ) -> Answer:
        offered = {concrete(name): media or {} for name, media in content.items()}
        media_type = choose_format(request.headers.get("accept"), list(offered), request.preferred, request.usual)
        if media_type is None:
            text = f"the response {status} has none of the accepted media types (it has {', '.join(offered)})"
            return error_answer(refuse(standard_errors(), Problem(ProblemKind.NOT_ACCEPTABLE, text)), None)
        if preference.example is not None:
            examples = offered[media_type].get("examples") or {}
            if preference.example not in examples:
                known = ", ".join(examples) or "none"
                text = f"the response {status} has no example {preference.example!r} (documented: {known})"
                return refused_preference(text)
            value = (examples[preference.example] or {}).get("value")
        elif preference.dynamic:
            value = self._fresh.value(offered[media_type].get("schema", {}), salt)
        else:
            value = value_of(offered[media_type], salt, self._supply)
        if value is MISSING:
            return Answer(status, headers, b"")
        responses, habits = self._declared["responses"], self._model.habits.xml
        writers = xml_writers(self._model.document.spec, responses, [status], habits)
        return encode(status, headers, value, media_type, writers.get((status, media_type)))

    def _salt(self, preference: Preference) -> str:
        """Return what chooses the values: the seed that was asked for, else what no other answer has had."""
        if not preference.dynamic:
            return self._operation.label
        seed = preference.seed
        if seed is None:
            seed = f"{self._supply.digits('prefer', 12)}.{next(self._shown)}"
        return f"{self._operation.method} {self._operation.path} {seed}/"


def refused_preference(said: str | Problem) -> Answer:
    """Return the refusal of a preference: it is ours, not the API's, so it is always problem details."""
    problem = said if isinstance(said, Problem) else Problem(ProblemKind.INVALID_QUERY, said)
    return error_answer(refuse(standard_errors(), problem), None)
