"""Read request bodies: what an operation declares of them and a request in, a checked value or a
refusal out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.asgi.bodies import (
    Decoder,
    Malformed,
    decode_bytes,
    decode_json,
    decoder_for,
    parse_media_type,
)
from mockserver.asgi.encoding import CODINGS, UnknownCoding, decoded
from mockserver.asgi.integers import with_integers
from mockserver.asgi.lines import is_lines
from mockserver.asgi.request import Request
from mockserver.asgi.violations import find_violations
from mockserver.asgi.xml import is_xml, xml_decoders
from mockserver.call import Problem, ProblemKind, Violation
from mockserver.lookup import MISSING
from mockserver.model.coercion import Coercer, coercer_of
from mockserver.model.declared import is_array, parameters, resolved, type_of
from mockserver.model.schemas import Direction, SchemaCompiler, Validator
from mockserver.model.types import Model, Operation


class Intake:
    """Reads and checks the request bodies of one operation."""

    def __init__(
        self,
        model: Model,
        operation: Operation,
        declared: Mapping[str, Any],
        schemas: SchemaCompiler,
    ) -> None:
        self._spec = model.document.spec
        self._wrapper = operation.envelope.request
        self._required = declared.get("required") is True
        self._schemas: dict[str, Any] = {
            media_type.partition(";")[0].strip().lower(): (media or {}).get("schema", {})
            for media_type, media in (declared.get("content") or {}).items()
        }
        others = (*_told_by_header(self._spec, operation), *model.habits.request_media_types)
        for media_type in others if self._schemas else ():
            self._schemas.setdefault(media_type, next(iter(self._schemas.values())))
        self._xml = xml_decoders(self._spec, self._schemas, model.habits.xml)
        self._compiler = schemas
        self._coercers: dict[str, Coercer | None] = {
            media_type: coercer_of(model, operation, model.schemas.schema(schema))
            for media_type, schema in self._schemas.items()
        }
        self._validators: dict[str, Validator] = {}

    async def read(self, request: Request) -> tuple[Any, list[Violation]] | Problem:
        """Return the decoded body and its violations. Raises TooLarge or Gone."""
        if not self._schemas:
            return MISSING, []
        content = await _content(request)
        if isinstance(content, Problem):
            return content
        if not content:
            return MISSING, self._missing()
        declared = request.headers.get("content-type")
        media_type, options = (
            parse_media_type(declared) if declared else (next(iter(self._schemas)), {})
        )
        known = self._known(media_type)
        if known is None:
            text = f"the media type {media_type} is not taken here"
            return Problem(
                ProblemKind.UNSUPPORTED_MEDIA_TYPE,
                text,
                values={"media_type": declared or media_type},
            )
        schema = self._schemas[known]
        try:
            decode = self._xml.get(known) or self._decoder(known, media_type)
            value = with_integers(self._spec, schema, decode(content, options, self._spec, schema))
        except Malformed as error:
            return Problem(
                ProblemKind.MALFORMED,
                f"the body is not {media_type}: {error}",
                values={"reason": str(error)},
            )
        coercer = self._coercers[known]
        value = value if coercer is None else coercer.of(value)
        return value, self._check(known, value)

    def _decoder(self, known: str, media_type: str) -> Decoder:
        """Return what decodes a media type; an unknown one may be JSON where any is declared and no
        text is wanted.
        """
        decoder = decoder_for(media_type)
        is_any = (
            known in ("*/*", "application/*")
            and type_of(resolved(self._spec, self._schemas[known])) != "string"
        )
        return decode_json if is_any and decoder is decode_bytes else decoder

    def _known(self, media_type: str) -> str | None:
        kind = media_type.partition("/")[0]
        for wanted in (media_type, f"{kind}/*", "*/*"):
            if wanted in self._schemas:
                return wanted
        if media_type == "application/merge-patch+json" and "application/json" in self._schemas:
            return "application/json"
        if is_xml(media_type):
            return next(iter(self._xml), None)
        return None

    def _check(self, media_type: str, value: Any) -> list[Violation]:
        if media_type not in self._validators:
            self._validators[media_type] = self._compiler.compile(
                self._schemas[media_type], Direction.REQUEST
            )
        validator = self._validators[media_type]
        if (
            is_lines(media_type)
            and isinstance(value, list)
            and not is_array(self._spec, self._schemas[media_type])
        ):
            found = [
                find_violations(validator, each, "body", (number,))
                for number, each in enumerate(value)
            ]
            return [violation for each in found for violation in each]
        violations = find_violations(validator, value, "body")
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
        media_type = next(iter(self._schemas))
        kind = type_of(resolved(self._spec, self._schemas[media_type]))
        lacking = self._check(media_type, {}) if kind in ("object", None) else []
        return lacking or [Violation("body", (), "required", "a body is required")]


def _told_by_header(spec: Mapping[str, Any], operation: Operation) -> Iterator[str]:
    """Yield the media types that a header parameter Content-Type lists, as some documents do beside
    the content.
    """
    for each in parameters(spec, operation.path, operation.method):
        if each.get("in") == "header" and str(each.get("name")).lower() == "content-type":
            schema = resolved(spec, each.get("schema"))
            told = [*(schema.get("enum") or ()), schema.get("default")]
            yield from (text.lower() for text in told if isinstance(text, str) and "/" in text)


async def _content(request: Request) -> bytes | Problem:
    """Return the body without its content codings, or why they cannot be taken off. Raises TooLarge
    or Gone.
    """
    content = await request.body()
    codings = request.headers.get("content-encoding")
    if not codings:
        return content
    try:
        return decoded(content, codings)
    except UnknownCoding as error:
        text = f"the content coding {error} is not taken here; {' and '.join(CODINGS)} are"
        values = {"media_type": str(error), "codings": ", ".join(CODINGS)}
        return Problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, text, values=values)
    except Malformed as error:
        return Problem(
            ProblemKind.MALFORMED,
            f"the body is not {codings}: {error}",
            values={"reason": str(error)},
        )
