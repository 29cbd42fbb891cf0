"""Read request bodies: what an operation declares of them and a request in, a checked value or a
refusal out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field as attribute
from functools import partial
from typing import Any

from mockserver.asgi.background import LARGE, in_background
from mockserver.asgi.codec.bodies import (
    Decoder,
    Malformed,
    decode_bytes,
    decode_json,
    decoder_for,
    is_lines,
    parse_media_type,
    uploaded_file,
)
from mockserver.asgi.codec.encoding import CODINGS, UnknownCoding, decoded
from mockserver.asgi.codec.integers import with_integers
from mockserver.asgi.codec.xml import is_xml, read_xml, shape_of
from mockserver.asgi.refusals.violations import MOST, find_violations
from mockserver.asgi.request import Request
from mockserver.call import Problem, ProblemKind, RawBody, Refused, Violation
from mockserver.lookup import MISSING
from mockserver.mediatype import plain_media_type
from mockserver.model.schema.coercion import Coercer, coercer_of
from mockserver.model.schema.schemas import Direction, Validator
from mockserver.model.types import Described, DescribedSchema, Kind, Model, Operation
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

MULTIPART = "multipart/form-data"
JSON = "application/json"
CARRYING = frozenset({Kind.CREATE, Kind.MERGE, Kind.REPLACE, Kind.UPSERT})
"""Kinds of operations whose requests carry a record."""
ANY_TYPE = ("*/*", "application/*")
MOST_OF_BATCH = 10_000
"""More violations than this in one body of many records are not told."""


@dataclass(frozen=True, slots=True)
class ReceivedBody:
    """A decoded request body, what is wrong with it, and the file that a form uploads."""

    value: Any = MISSING
    violations: list[Violation] = attribute(default_factory=list)
    file: RawBody | None = None


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """How the bodies of a media type, or a range of them, are read. `decode` is None for a range,
    as each media type has its own. A body is looked at `by_line` where each line is a value of the
    schema.
    """

    schema: DescribedSchema
    decode: Decoder | None
    coercer: Coercer | None
    validator: Validator
    by_line: bool


def _may_carry(operation: Operation) -> bool:
    """Tell whether a request may carry a record though the document describes no body: it makes or
    changes one, and no verb says how.
    """
    is_plain = not operation.sets and operation.membership is None
    return is_plain and operation.kind in CARRYING


class Intake:
    """Reads and checks the request bodies of one operation."""

    def __init__(self, model: Model, operation: Operation) -> None:
        request = operation.described.request
        self._model = model
        self._operation = operation
        self._wrapper = operation.envelope.request
        self._required = request is not None and request.required
        self._schemas: dict[str, DescribedSchema] = {}
        for name, media in (request.content if request else {}).items():
            self._schemas[plain_media_type(name)] = media.item_schema or media.schema
        self._is_untold = request is None and _may_carry(operation)
        if self._is_untold:
            self._schemas[JSON] = NO_SCHEMA
        self._usual = next(iter(self._schemas), "")
        others = [*_types_of_header(operation.described), *model.habits.request_media_types]
        for media_type in others if self._schemas else ():
            self._schemas.setdefault(media_type, self._schemas[self._usual])
        self._plans: dict[str, BodyPlan] = {}

    async def read(self, request: Request) -> ReceivedBody:
        """Return the decoded body. Raises TooLarge, Gone, or Refused where it is none of what is
        taken.
        """
        if not self._schemas:
            return ReceivedBody()
        content = await request.body()
        codings = request.headers.get("content-encoding", "")
        declared = request.headers.get("content-type", "")
        if len(content) < LARGE and not codings:
            return self._received(content, declared, codings)
        work = partial(self._received, content, declared, codings)
        return await in_background(work)

    def _received(self, content: bytes, declared: str, codings: str) -> ReceivedBody:
        """Return a body that is declared to be of a media type, and coded."""
        if codings:
            content = _uncoded(content, codings)
        if not content:
            return ReceivedBody(MISSING, self._missing())
        media_type, options = self._usual, dict[str, str]()
        if declared:
            media_type, options = parse_media_type(declared)
        known = media_type if media_type in self._schemas else self._range_of(media_type)
        if known is None and self._is_untold:
            return ReceivedBody()
        if known is None:
            values = {"media_type": declared or media_type}
            text = f"the media type {media_type} is not taken here"
            raise Refused(Problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, text, values=values))
        plan = self._plan(known)
        decode = plan.decode or _decoder_within(known, media_type, plan.schema)
        try:
            value = decode(content, options, plan.schema)
        except Malformed as error:
            raise Refused(_malformed(media_type, error)) from None
        value = with_integers(plan.schema, value)
        if plan.coercer is not None:
            value = plan.coercer.of(value)
        violations = self._check(plan, value)
        if known != MULTIPART:
            return ReceivedBody(value, violations)
        file = uploaded_file(content, options)
        return ReceivedBody(value, violations, file)

    def _plan(self, known: str) -> BodyPlan:
        """Return how the bodies of a media type are read, made when it is first asked for."""
        plan = self._plans.get(known)
        if plan is not None:
            return plan
        schema = self._schemas[known]
        decode: Decoder | None = None
        if is_xml(known):
            decode = partial(read_xml, shape_of(schema, self._model.habits.xml))
        elif "*" not in known:
            decode = decoder_for(known)
        plan = BodyPlan(
            schema,
            decode,
            coercer=coercer_of(self._model, self._operation, schema),
            validator=schema.validator(Direction.REQUEST),
            by_line=is_lines(known) and not schema.is_array,
        )
        self._plans[known] = plan
        return plan

    def _range_of(self, media_type: str) -> str | None:
        """Return the declared range of media types, or the near relation, that a media type that is
        not declared itself is one of.
        """
        kind = media_type.partition("/")[0]
        for wanted in (f"{kind}/*", "*/*"):
            if wanted in self._schemas:
                return wanted
        if media_type == "application/merge-patch+json" and "application/json" in self._schemas:
            return "application/json"
        if is_xml(media_type):
            return next(filter(is_xml, self._schemas), None)
        return None

    def _check(self, plan: BodyPlan, value: Any) -> list[Violation]:
        """Return what is wrong with a value by the schema of its media type."""
        if plan.by_line and isinstance(value, list):
            found = []
            for number, item in enumerate(value):
                found += find_violations(plan.validator, item, "body", (number,))
            return found
        most = MOST if self._operation.results is None else MOST_OF_BATCH
        violations = find_violations(plan.validator, value, "body", most=most)
        if self._wrapper is None:
            return violations
        return [self._named(violation) for violation in violations]

    def _named(self, violation: Violation) -> Violation:
        """Tell a missing envelope from a missing property."""
        if violation.path == (self._wrapper,) and violation.rule in ("required", "null", "type"):
            return Violation(
                violation.place,
                violation.path,
                "missing_envelope",
                violation.message,
                violation.values,
            )
        return violation

    def _missing(self) -> list[Violation]:
        """Return what is wrong with no body at all: what an empty object lacks, else that there is
        none.
        """
        if not self._required:
            return []
        kind = self._schemas[self._usual].own_type
        lacking = self._check(self._plan(self._usual), {}) if kind in ("object", None) else []
        return lacking or [Violation("body", (), "required", "a body is required")]


def _types_of_header(described: Described) -> Iterator[str]:
    """Yield the media types that a header parameter Content-Type lists, as some documents do beside
    the content.
    """
    for parameter in described.parameters_in("header"):
        if parameter.name.lower() == "content-type":
            schema = parameter.schema.plain
            listed = [*(schema.get("enum") or ()), schema.get("default")]
            texts = [text.lower() for text in listed if isinstance(text, str)]
            yield from (text for text in texts if "/" in text)


def _decoder_within(known: str, media_type: str, schema: DescribedSchema) -> Decoder:
    """Return what decodes a media type of a declared range; an unknown one may be JSON where any is
    declared and no text is wanted.
    """
    decoder = decoder_for(media_type)
    may_be_json = known in ANY_TYPE and schema.own_type != "string"
    return decode_json if may_be_json and decoder is decode_bytes else decoder


def _uncoded(content: bytes, codings: str) -> bytes:
    """Return a body without its content codings. Raises TooLarge, or Refused where they cannot be
    taken off.
    """
    try:
        return decoded(content, codings)
    except UnknownCoding as error:
        text = f"the content coding {error} is not taken here; {' and '.join(CODINGS)} are"
        values = {"media_type": str(error), "codings": ", ".join(CODINGS)}
        problem = Problem(ProblemKind.UNSUPPORTED_CODING, text, values=values)
    except Malformed as error:
        problem = _malformed(codings, error)
    raise Refused(problem)


def _malformed(form: str, error: Malformed) -> Problem:
    """Return the refusal of bytes that are not in their form: a media type, or content codings."""
    values = {"reason": str(error)}
    return Problem(ProblemKind.MALFORMED, f"the body is not {form}: {error}", values=values)
