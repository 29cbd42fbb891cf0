"""Show the response that a client prefers: `Prefer` (RFC 7240) or query parameters in, a documented
response out; the state stays as it is.

    Prefer: code=404, example=name, dynamic=true, seed=7
    ?__code=404&__example=name&__dynamic=true&__seed=7

Where the header has one of these words, the query parameters are passed over. A success is its
example, or made from its schema. An error is an example that the document shows for it, else it is
told as the API tells it for a reason of its own, so that its words and numbers mean something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from mockserver.asgi.codec.negotiation import choose_format, offered
from mockserver.asgi.codec.xml import xml_writer
from mockserver.asgi.refusals.refusal import refuse
from mockserver.asgi.replies.errorreply import WITHOUT_BODY, ErrorPlace, Wanted, wanted_error
from mockserver.asgi.replies.headers import declared_headers, encoded
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer, Headers, encode, error_answer
from mockserver.behavior.stateless import value_of
from mockserver.call import Problem, ProblemKind, Supply, Violation
from mockserver.lookup import MISSING
from mockserver.model.refusals import standard_errors
from mockserver.model.types import (
    Content,
    DescribedMedia,
    DescribedResponse,
    DescribedSchema,
    Model,
    Operation,
    Template,
)
from mockserver.slots import dataclass

WORDS = ("code", "example", "dynamic", "seed")
LONGEST = 4096
"""Characters of a Prefer header that are read."""
# No part of it takes anything back once it has taken it, so that no text costs more than its
# length for each start.
_ITEM = re.compile(
    r'\s*+([!#$%&\'*+.^_`|~\w-]++)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^",;]*+))?+((?:[^",]|"(?:[^"\\]|\\.)*+")*+)(?:,|$)'
)


@dataclass(frozen=True, slots=True)
class Preference:
    """Which documented response is wanted: its status, the name of its example, or values made anew
    from a seed.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None

    @property
    def applied(self) -> str:
        """The text of Preference-Applied (RFC 7240 section 3)."""
        words: dict[str, Any] = {"code": self.code, "example": self.example}
        if self.dynamic:
            words |= {"dynamic": "true", "seed": self.seed}
        known = {word: value for word, value in words.items() if value is not None}
        return ", ".join(f"{word}={_quoted(str(value))}" for word, value in known.items())


ALWAYS_NEW = Preference(dynamic=True)
"""What is preferred where nobody says anything, and values are to be made anew for each request."""


def take_preference(
    request: Request, declares: Callable[[str], bool]
) -> Preference | Problem | None:
    """Return what is preferred, None for nothing, or what is wrong with it.

    The query parameters are taken out of the request, so that nothing else sees them; those that
    the operation declares itself stay.
    """
    header = request.headers.get("prefer")
    is_in_query = b"__" in request.scope["query_string"]
    if header is None and not is_in_query:
        return None
    in_query: dict[str, str] = {}
    for word in WORDS if is_in_query else ():
        name = f"__{word}"
        value = None if declares(name) else request.take(name)
        if value:
            in_query[word] = value
    listed = {} if header is None else read_preferences(header)
    in_header = {word: listed[word] for word in WORDS if listed.get(word)}
    if in_header:
        return _checked(in_header, "header")
    return _checked(in_query, "query") if in_query else None


def wants_nothing_back(request: Request, operation: Operation) -> bool:
    """Tell whether a client prefers an answer without a representation, where the operation
    declares that it may say so (RFC 7240 section 4.2).
    """
    header = request.headers.get("prefer")
    if header is None or read_preferences(header).get("return", "").lower() != "minimal":
        return False
    names = (each.name for each in operation.described.parameters_in("header"))
    return "prefer" in map(str.lower, names)


def read_preferences(text: str) -> dict[str, str]:
    """Return preferences by name in small letters; the first of a name counts (RFC 7240 section
    2).
    """
    found: dict[str, str] = {}
    for match in _ITEM.finditer(text[:LONGEST]):
        value = (match[2] or "").strip()
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match[1].lower(), value)
    return found


def _checked(words: Mapping[str, str], place: str) -> Preference | Problem | None:
    code, dynamic = words.get("code"), words.get("dynamic", "false").lower()
    if code is not None and not re.fullmatch(r"[1-5]\d\d", code):
        text = f"code must be a status of three digits, such as 404, not {code!r}"
        return _wrong(place, "code", text)
    if dynamic not in ("true", "false"):
        return _wrong(place, "dynamic", f"dynamic must be true or false, not {dynamic!r}")
    preference = Preference(
        code=int(code) if code else None,
        example=words.get("example"),
        dynamic=dynamic == "true",
        seed=words.get("seed"),
    )
    return preference if preference.applied else None


def _wrong(place: str, word: str, text: str) -> Problem:
    name = "prefer" if place == "header" else f"__{word}"
    violation = Violation(place, (name,), "preference", text)
    return Problem(ProblemKind.INVALID_QUERY, text, (violation,))


def _quoted(value: str) -> str:
    """Return a value as a token, quoted where it is none (RFC 9110 section 5.6.4)."""
    if re.fullmatch(r"[!#$%&'*+.^`|~\w-]+", value, re.ASCII):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Exhibit:
    """The documented responses of one operation. `fresh` supplies values that come from no
    example.
    """

    def __init__(
        self, model: Model, operation: Operation, supply: Supply, fresh: Supply, errors: ErrorPlace
    ) -> None:
        self._model = model
        self._operation = operation
        self._supply = supply
        self._fresh = fresh
        self._errors = errors
        self._count = count(1)

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
        described = self._operation.described
        status = preference.code or self._operation.success
        wanted = wanted or Wanted(status, "preferred response")
        response = described.response(status)
        if not response.status:
            known = ", ".join(described.responses) or "none"
            text = f"no response {status} is documented here (documented: {known})"
            return _unknown(text)
        content = {} if status in WITHOUT_BODY else offered(response)
        accept = request.headers.get("accept")
        media_type = choose_format(accept, list(content), request.preferred, request.usual)
        if status >= 400 and not _is_shown(preference, content, media_type):
            return wanted_error(self._errors, wanted, request)
        if content and media_type is None:
            known = ", ".join(content)
            text = f"the response {status} has none of the accepted media types (it has {known})"
            return Problem(ProblemKind.NOT_ACCEPTABLE, text)
        media = content.get(media_type or "")
        salt = self._salt(preference)
        body = self._body(preference, status, media, salt)
        if isinstance(body, Problem):
            return body
        headers = self._headers(preference, wanted, response, request, salt)
        if body is MISSING or media is None or media_type is None:
            return Answer(status, headers, b"")
        writer = xml_writer(media, self._model.habits.xml)
        return encode(status, headers, body, media_type, writer)

    def _body(
        self, preference: Preference, status: int, media: DescribedMedia | None, salt: str
    ) -> Any:
        """Return the body of a response, MISSING for none, or why its example is not there."""
        wanted = preference.example
        if wanted is not None:
            examples = _named_examples(media)
            if wanted not in examples:
                known = ", ".join(examples) or "none"
                text = f"the response {status} has no example {wanted!r} (documented: {known})"
                return _unknown(text)
            return examples[wanted]
        if media is None:
            return MISSING
        if not preference.dynamic:
            return value_of(media, salt, self._supply)
        value = self._fresh.value(media.schema.raw, salt)
        if status < 400:
            return value
        _, form = self._errors.form(status)
        return _with_status(value, form.body, status)

    def _headers(
        self,
        preference: Preference,
        wanted: Wanted,
        response: DescribedResponse,
        request: Request,
        salt: str,
    ) -> Headers:
        """Return the headers of a response; an error has those of a real one."""
        if wanted.status >= 400:
            real = wanted_error(self._errors, wanted, request)
            return [header for header in real.headers if header[0] != b"content-type"]
        supply = self._fresh if preference.dynamic else self._supply
        but = {name.lower() for name in self._model.habits.headers}

        def make(schema: Any, name: str) -> Any:
            return supply.value(schema, f"{salt}/{name}")

        return encoded(declared_headers(response, make, but))

    def _salt(self, preference: Preference) -> str:
        """Return what chooses the values: the seed that was asked for, else what no other answer
        has had.
        """
        if not preference.dynamic:
            return self._operation.label
        seed = preference.seed
        if seed is None:
            seed = f"{self._supply.digits('prefer', 12)}.{next(self._count)}"
        return f"{self._operation.method} {self._operation.path} {seed}/"


def refused_preference(problem: Problem) -> Answer:
    """Return the refusal of a preference: it is ours, not the API's, so it is always problem
    details.
    """
    return error_answer(refuse(standard_errors(), problem), None)


def _is_shown(preference: Preference, content: Content, media_type: str | None) -> bool:
    """Tell whether the body of an error is asked for, or shown in the accepted media type:
    beside or in its schema.
    """
    if preference.example is not None or preference.dynamic:
        return True
    accepted = list(content.values())
    if media_type is not None:
        accepted = [content[media_type]]
    for media in accepted:
        if media.examples or "example" in media.schema.plain or _tells_itself(media.schema):
            return True
    return False


def _tells_itself(schema: DescribedSchema) -> bool:
    """Tell whether each text of an error has an example of its own."""
    texts = []
    for child in schema.properties.values():
        if child.type == "string":
            texts.append(child)
    return bool(texts) and all(child.says("example") for child in texts)


def _named_examples(media: DescribedMedia | None) -> dict[str, Any]:
    """Return the examples that have a name."""
    examples = media.examples if media else {}
    return {name: value for name, value in examples.items() if name}


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
