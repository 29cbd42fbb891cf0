"""Find error schemas that no error can fit: a document in, a finding for each contradiction out.

    404: {type: object, required: [code], additionalProperties: false}
    422: {type: object, required: [code], properties: {code: {type: string, enum: [1, 2]}}}

gives "required and additionalProperties contradict each other: no error can fit" at the former and
"type and enum contradict each other: no error can fit" at the property of the latter. The mock
tells its errors in the form of such a schema all the same; its author learns of it here.

Theory: the canonical form of a schema (of the validator's library) tells which parts of it nothing
fits, and which words are why. A part may be one that no value needs, such as an optional property;
so the contradiction is looked for from the whole down, through what every value has to fit:
required properties, items, parts of `allOf`, and references. Alternatives are told by the first of
them. What is not proven to be empty is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jsonschema_rs import canonical

from mockserver.document.document import Document
from mockserver.document.findings import Finding
from mockserver.document.grammar import walk_document
from mockserver.document.pointers import Place, Trail, join, place_of, split, step
from mockserver.model.schema.emptiness import matches_nothing
from mockserver.model.schema.schemas import Direction, SchemaCompiler, reference_of
from mockserver.slots import dataclass

DEFINITIONS = "/$defs/"
REFERENCE = "$ref"
VALUES = frozenset({"enum", "const", "default"})
"""Words of a schema whose values are data."""
NO_TEXT = {"not": {"type": "string"}}
"""What a pattern that matches nothing comes to."""

Reason = canonical.UnsatisfiableReason
Reasons = Mapping[str, Reason]
"""Why nothing fits parts of a schema, by their pointers."""


def unfit_errors(document: Document) -> Sequence[Finding]:
    """Return why there are errors that no reply can tell as it is documented, in the order of the
    document, each once.
    """
    search = _Sifting(SchemaCompiler(document.spec), {}, {})
    walk_document(document.spec, {"operation": search.operation}, Place("", ""))
    once: dict[Place, Finding] = {}
    for finding in search.findings.values():
        once.setdefault(document.trace(finding.pointer), finding)
    found = list(once.values())
    pointers = [finding.pointer for finding in found]
    places = document.locate_all(pointers)
    told = []
    for finding, (file, line) in zip(found, places, strict=True):
        placed = replace(finding, source=file, line=line)
        told.append(placed)
    return told


@dataclass(frozen=True, slots=True)
class _Sifting:
    """The findings so far by their pointers, and the contradictions of schemas by reference."""

    compiler: SchemaCompiler
    findings: dict[str, Finding]
    known: dict[str, Finding | None]

    def operation(self, value: Any, trail: Trail) -> Any:
        """Look at the schemas of all errors of an operation."""
        if not isinstance(value, Mapping):
            return value
        place = place_of(trail)
        for status, response in _errors(value.get("responses")):
            content = response.get("content", {})
            for name, media in content.items():
                inner = join(["responses", status, "content", name, "schema"])
                pointer = f"{place.pointer}{inner}"
                self._look(media.get("schema"), pointer)
        return value

    def _look(self, schema: Any, pointer: str) -> None:
        """Note the contradiction of a schema, which is looked for once where it is shared."""
        if not isinstance(schema, Mapping):
            return
        reference = schema.get(REFERENCE)
        if not isinstance(reference, str):
            found = self._contradiction(schema, pointer)
        else:
            if reference not in self.known:
                self.known[reference] = self._contradiction(schema, pointer)
            found = self.known[reference]
        if found is not None:
            self.findings.setdefault(found.pointer, found)

    def _contradiction(self, schema: Any, pointer: str) -> Finding | None:
        """Return why nothing fits a schema that is at a pointer, None where something may."""
        spelled = self.compiler.spelled(schema, Direction.REPLY)
        empty: dict[str, str] = {}
        plain = _without_patterns(spelled, "", empty)
        try:
            found = canonical.find_unsatisfiable(plain)
        except ValueError:
            return None
        if "" not in found:
            return None
        deepest = _deepest(plain, found, "", set())
        message = _message(deepest, found, empty)
        where = f"{pointer}{deepest}"
        if deepest.startswith(DEFINITIONS):
            where = _origin(deepest)
        return Finding(f"{message}: no error can fit", where, fault=False)


def _errors(responses: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the responses that tell of an error; `default` does where another one tells of
    success.
    """
    if not isinstance(responses, Mapping):
        return
    first_digits = {status[:1] for status in responses}
    errors = {"4", "5"}
    if not first_digits.isdisjoint({"2", "3"}):
        errors.add("d")
    for status, response in responses.items():
        is_error = status[:1] in errors
        if is_error and isinstance(response, Mapping):
            yield status, response


def _without_patterns(schema: Any, pointer: str, empty: dict[str, str]) -> Any:
    """Return a schema with plain words for patterns that match nothing; these are noted."""
    if isinstance(schema, list):
        listed = []
        for place, each in enumerate(schema):
            inner = _without_patterns(each, f"{pointer}/{place}", empty)
            listed.append(inner)
        return listed
    if not isinstance(schema, dict):
        return schema
    plain = {}
    for word, value in schema.items():
        plain[word] = value
        if word not in VALUES:
            step_down = join([word])
            inner = f"{pointer}{step_down}"
            plain[word] = _without_patterns(value, inner, empty)
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or "not" in schema:
        return plain
    if matches_nothing(pattern):
        empty[pointer] = pattern
        plain |= NO_TEXT
    return plain


def _deepest(schema: Any, found: Reasons, pointer: str, seen: set[str]) -> str:
    """Return the contradiction that a schema comes down to, by the pointer of its own part."""
    seen.add(pointer)
    for inner in _causing(schema, found, pointer):
        is_new = inner not in seen
        if inner in found and is_new:
            return _deepest(schema, found, inner, seen)
    return pointer


def _causing(schema: Any, found: Reasons, pointer: str) -> Iterator[str]:
    """Yield the parts of a schema that may be why nothing fits it."""
    own = _at(schema, pointer)
    for cause in _causes(found[pointer]):
        words = cause.keywords
        if REFERENCE in words:
            referring = _at(schema, cause.pointer)
            reference = referring[REFERENCE]
            yield reference.removeprefix("#")
        if not words:
            yield cause.pointer
        for word in words:
            yield from _parts(own, pointer, word)


def _parts(own: Any, pointer: str, word: str) -> Iterator[str]:
    """Yield where the schemas of a word are: those that a value has to fit."""
    value = own.get(word)
    if word == "properties":
        for name in own.get("required", ()):
            inner = join([word, name])
            yield f"{pointer}{inner}"
    elif isinstance(value, list):
        for place, _ in enumerate(value):
            yield f"{pointer}/{word}/{place}"
    elif word == "items":
        yield f"{pointer}/{word}"


def _message(pointer: str, found: Reasons, empty: Mapping[str, str]) -> str:
    """Return what is wrong at a pointer."""
    if pointer in empty:
        return f"the pattern {empty[pointer]!r:.60} matches nothing"
    reason = found[pointer]
    words = list(dict.fromkeys(_words(reason)))
    telling = [word for word in words if word != "type"]
    shown = telling if len(telling) > 1 else words
    match shown:
        case []:
            return "the schema is false"
        case ["allOf" | "anyOf" | "oneOf" as word]:
            return f"the parts of {word} leave nothing that fits"
        case [word]:
            return f"{word} leaves nothing that fits"
    *first, last = shown
    others = ", ".join(first)
    return f"{others} and {last} contradict each other"


def _words(reason: Reason) -> Iterator[str]:
    """Yield the words of a schema that are why nothing fits it."""
    for cause in _causes(reason):
        if cause.keywords:
            yield from cause.keywords
            continue
        tokens = split(cause.pointer)
        words = [token for token in tokens if not token.isdecimal()]
        yield from words[-1:]


def _causes(reason: Reason) -> Sequence[canonical.Cause]:
    """Return the parts of a schema that a reason names."""
    if isinstance(reason, Reason.Conflict):
        return reason.causes
    if isinstance(reason, Reason.Empty):
        return [reason.cause]
    return ()


def _at(schema: Any, pointer: str) -> Any:
    """Return the part of a schema at a pointer, an empty one where there is none."""
    for token in split(pointer):
        schema = step(schema, token)
    return schema if isinstance(schema, dict) else {}


def _origin(pointer: str) -> str:
    """Return where in the document a definition of a spelled schema is, or what is in it."""
    name, slash, rest = pointer.removeprefix(DEFINITIONS).partition("/")
    origin = reference_of(name).removeprefix("#")
    return f"{origin}{slash}{rest}"
