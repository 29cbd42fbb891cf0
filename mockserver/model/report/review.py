"""Review the examples of a document: a model in, a finding for each example that breaks the schema
beside it out.

    schema: {type: object, properties: {size: {type: integer}}}
    example: {size: large}

gives "the example breaks its schema at /size: "large" is not of type "integer"". The mock puts such
an example right before it shows it; its author learns of it here. An object may hold what only a
request or only a reply has: an example is broken where it fits neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.document.document import Document
from mockserver.document.findings import Finding
from mockserver.document.grammar import walk_document
from mockserver.document.pointers import Place, Trail, join, place_of
from mockserver.model.schema.schemas import Direction, SchemaCompiler, path_of
from mockserver.model.types.described import is_json
from mockserver.slots import dataclass

_DATA_OF_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def broken_examples(document: Document) -> Sequence[Finding]:
    """Return what is wrong with the examples of a document, in its order."""
    review = _Review(SchemaCompiler(document.spec), [])
    visits = {
        "schema": review.schema,
        "media": review.media,
        "parameter": review.carrier,
        "header": review.carrier,
    }
    walk_document(document.spec, visits, Place("", ""))
    places = document.locate_all([finding.pointer for finding in review.findings])
    pairs = zip(review.findings, places, strict=True)
    return [replace(finding, source=file, line=line) for finding, (file, line) in pairs]


@dataclass(frozen=True, slots=True)
class _Review:
    """The findings so far."""

    compiler: SchemaCompiler
    findings: list[Finding]

    def schema(self, value: Any, trail: Trail) -> Any:
        if isinstance(value, Mapping) and "example" in value:
            self._check(value["example"], value, (trail, "example"))
        return value

    def media(self, value: Any, trail: Trail) -> Any:
        """Look at the examples of a body; a text that stands for a body in another form than JSON
        is as its author wants it.
        """
        _, media_type = trail
        is_data = is_json(media_type) or media_type in _DATA_OF_FORMS
        for example, where in _examples(value):
            if is_data or not isinstance(example, str):
                self._check(example, value.get("schema"), _below(trail, where))
        return value

    def carrier(self, value: Any, trail: Trail) -> Any:
        """Look at the examples of a parameter or a header; a text is how its value is spelled."""
        for example, where in _examples(value):
            if not isinstance(example, str):
                self._check(example, value.get("schema"), _below(trail, where))
        return value

    def _check(self, example: Any, schema: Any, trail: Trail) -> None:
        if not isinstance(schema, Mapping):
            return
        message = ""
        for direction in Direction:
            validator = self.compiler.compile(schema, direction)
            error = next(validator.iter_errors(example), None)
            if error is None:
                return
            pointer = join(str(step) for step in path_of(error, example))
            place = f" at {pointer}" if pointer else ""
            message = f"the example breaks its schema{place}: {error.message:.200}"
        self.findings.append(Finding(message, place_of(trail).pointer))


def _examples(carrier: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield the examples that stand beside a schema, with where they are."""
    if not isinstance(carrier, Mapping):
        return
    if "example" in carrier:
        yield carrier["example"], ("example",)
    named = carrier.get("examples")
    for name, example in named.items() if isinstance(named, Mapping) else ():
        if isinstance(example, Mapping) and "value" in example:
            yield example["value"], ("examples", name, "value")


def _below(trail: Trail, tokens: Sequence[str]) -> Trail:
    for token in tokens:
        trail = (trail, token)
    return trail
