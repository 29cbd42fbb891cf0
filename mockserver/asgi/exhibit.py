"""Show a documented response: a Preference in, the answer that the document describes out; the
state stays as it is.

A success is its example, or made from its schema. An error is an example that the document shows
for it, else it is told as the API tells it for a reason of its own, so that its words and numbers
mean something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from mockserver.asgi.errorreply import WITHOUT_BODY, ErrorPlace, Wanted, wanted_error
from mockserver.asgi.negotiation import choose_format, concrete
from mockserver.asgi.prefer import Preference
from mockserver.asgi.refusal import refuse
from mockserver.asgi.replyheaders import declared_headers, encoded
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer, Headers, encode, error_answer
from mockserver.asgi.xml import xml_writers
from mockserver.behavior.stateless import value_of
from mockserver.call import Problem, ProblemKind, Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import resolved, response_at
from mockserver.model.refusals import standard_errors
from mockserver.model.types import Model, Operation, Template


class Exhibit:
    """The documented responses of one operation. `fresh` supplies values that come from no
    example.
    """

    def __init__(
        self,
        model: Model,
        operation: Operation,
        responses: Mapping[str, Any],
        supply: Supply,
        fresh: Supply,
        errors: ErrorPlace,
    ) -> None:
        self._model = model
        self._operation = operation
        self._declared = {"responses": responses}
        self._supply = supply
        self._fresh = fresh
        self._errors = errors
        self._shown = count(1)

    def answer(self, preference: Preference, request: Request) -> Answer:
        """Return the preferred response, or a refusal that names those there are."""
        shown = self.show(preference, request)
        if isinstance(shown, Problem):
            return refused_preference(shown)
        applied = encoded({"preference-applied": preference.applied})
        return replace(shown, headers=[*shown.headers, *applied])

    def show(
        self, preference: Preference, request: Request, wanted: Wanted | None = None
    ) -> Answer | Problem:
        """Return a documented response, or why there is none. `wanted` tells why an error comes."""
        status = preference.code or self._operation.success
        wanted = wanted or Wanted(status, "preferred response")
        response = response_at(self._declared, status)
        if not response:
            known = ", ".join(map(str, self._declared["responses"]))
            text = f"no response {status} is documented here (documented: {known or 'none'})"
            return _unknown(text)
        content = response.get("content") or {}
        if status in WITHOUT_BODY:
            content = {}
        offered = {concrete(name): media or {} for name, media in content.items()}
        accept = request.headers.get("accept")
        media_type = choose_format(accept, list(offered), request.preferred, request.usual)
        if status >= 400 and not self._is_shown(preference, offered, media_type):
            return wanted_error(self._errors, wanted, request)
        if offered and media_type is None:
            known = ", ".join(offered)
            text = f"the response {status} has none of the accepted media types (it has {known})"
            return Problem(ProblemKind.NOT_ACCEPTABLE, text)
        salt = self._salt(preference)
        body = self._body(preference, status, offered.get(media_type or ""), salt)
        if isinstance(body, Problem):
            return body
        headers = self._headers(preference, wanted, response, request, salt)
        if body is MISSING or media_type is None:
            return Answer(status, headers, b"")
        spec = self._model.document.spec
        responses = self._declared["responses"]
        writers = xml_writers(spec, responses, [status], self._model.habits.xml)
        writer = writers.get((status, media_type))
        return encode(status, headers, body, media_type, writer)

    def _is_shown(
        self, preference: Preference, offered: Mapping[str, Any], media_type: str | None
    ) -> bool:
        """Tell whether the body of an error is asked for, or shown in the accepted media type:
        beside or in its schema.
        """
        if preference.example is not None or preference.dynamic:
            return True
        medias = list(offered.values())
        if media_type is not None:
            medias = [offered[media_type]]
        spec = self._model.document.spec
        for media in medias:
            schema = resolved(spec, media.get("schema"))
            if "example" in schema or "example" in media:
                return True
            if media.get("examples"):
                return True
        return False

    def _body(self, preference: Preference, status: int, media: Any, salt: str) -> Any:
        """Return the body of a response, MISSING for none, or why its example is not there."""
        wanted = preference.example
        if wanted is not None:
            examples = (media or {}).get("examples") or {}
            if wanted not in examples:
                known = ", ".join(examples) or "none"
                text = f"the response {status} has no example {wanted!r} (documented: {known})"
                return _unknown(text)
            return (examples[wanted] or {}).get("value")
        if media is None:
            return MISSING
        if not preference.dynamic:
            return value_of(media, salt, self._supply)
        value = self._fresh.value(media.get("schema", {}), salt)
        if status < 400:
            return value
        _, form = self._errors.form(status)
        return _with_status(value, form.body, status)

    def _headers(
        self,
        preference: Preference,
        wanted: Wanted,
        response: Mapping[str, Any],
        request: Request,
        salt: str,
    ) -> Headers:
        """Return the headers of a response; an error has those of a real one."""
        if wanted.status >= 400:
            real = wanted_error(self._errors, wanted, request)
            return [header for header in real.headers if header[0] != b"content-type"]
        supply = self._fresh if preference.dynamic else self._supply
        but = {name.lower() for name in self._model.habits.headers}
        spec = self._model.document.spec

        def make(schema: Any, name: str) -> Any:
            return supply.value(schema, f"{salt}/{name}")

        return encoded(declared_headers(spec, response, make, but))

    def _salt(self, preference: Preference) -> str:
        """Return what chooses the values: the seed that was asked for, else what no other answer
        has had.
        """
        if not preference.dynamic:
            return self._operation.label
        seed = preference.seed
        if seed is None:
            seed = f"{self._supply.digits('prefer', 12)}.{next(self._shown)}"
        return f"{self._operation.method} {self._operation.path} {seed}/"


def refused_preference(problem: Problem) -> Answer:
    """Return the refusal of a preference: it is ours, not the API's, so it is always problem
    details.
    """
    return error_answer(refuse(standard_errors(), problem), None)


def _unknown(text: str) -> Problem:
    return Problem(ProblemKind.INVALID_QUERY, text)


def _with_status(value: Any, template: Template, status: int) -> Any:
    """Return a made body whose members that tell the status tell that of the reply."""
    if template == "{status}":
        return status
    if template == "{status_text}":
        return str(status)
    if not isinstance(template, Mapping):
        return value
    if isinstance(value, list):
        entry = template.get("$all", template.get("$each"))
        return [_with_status(item, entry, status) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _with_status(child, template.get(name), status) for name, child in value.items()}
