"""Make the bodies of a life from the schema of a request: two to create, one that changes, and
those that break the schema.

What is sent differs from record to record, so that one cannot be taken for the other:

    {title: text, kind: new | used}    {title: amber-title, kind: new}, {title: birch-title, kind: used}
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.openapi import (
    Spec,
    flattened,
    is_json,
    properties,
    request_schema,
    resolved,
    type_of,
)
from contracts.requests.samples import writable
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.paths import bare
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from tests.corpus.lives.life import Underivable
from tests.corpus.lives.replies import Names

FIRST, SECOND, CHANGED_FIRST, ABOVE = "amber", "birch", "cedar", "dogwood"
"""What begins the texts of the first record, of the second, of the changed first one, and of what
is above them; a number may follow.
"""
ORDER = "abcd"
LETTERS = string.ascii_letters
FORM = "application/x-www-form-urlencoded"
REFERENCE = ("id", "ids", "uuid", "href", "url", "uri", "links")
"""Endings of properties that name other things, which may have to be there."""
VERSIONS = frozenset({"version", "etag", "rowversion", "lockversion", "revision"})
CONCURRENT = re.compile(r"concurren|increment|optimistic|overwrit|(current|latest) version", re.I)
"""Names of a version that the server counts, and words of its description: a client sends none with
what it makes, and only the one that it was told with a change.
"""
CHANGED = 2
"""Properties that a partial change sends."""


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body that an operation takes: its media type, the path of the record in it, and the
    schemas of both.
    """

    media_type: str
    schema: Mapping[str, Any]
    envelope: str
    inner: Mapping[str, Any]

    @property
    def encoding(self) -> str:
        """The word of the judge for the media type."""
        if self.media_type == "application/json" or "*" in self.media_type:
            return "json"
        return "form" if self.media_type == FORM else self.media_type


class Bodies:
    """Makes the bodies of one document."""

    def __init__(self, spec: Spec, supply: Supply) -> None:
        self._spec = spec
        self._supply = supply
        self._schemas = SchemaCompiler(spec)

    def taken(self, operation: Mapping[str, Any], shown: Mapping[str, Any]) -> RequestBody:
        """Return the body that an operation takes, for records that are shown with such
        properties. Raises Underivable.
        """
        content = (operation.get("requestBody") or {}).get("content") or {}
        named = next((each for each in content if is_json(each) and "patch" not in each), None)
        named = named or next((each for each in content if is_json(each) or "*" in each), None)
        named = named or (FORM if FORM in content else None)
        if named is None:
            raise Underivable("no body in JSON or as a form is described")
        schema = (content[named] or {}).get("schema") or {}
        envelope, inner = self._enveloped(schema, shown)
        return RequestBody(named.partition(";")[0].strip(), schema, envelope, inner)

    def record(
        self, body: RequestBody, word: str, salt: str, is_least: bool = False
    ) -> dict[str, Any]:
        """Return the record that is sent: with what the document requires and all that names no
        other thing, or the least. Raises Underivable.
        """
        flat = flattened(self._spec, body.inner)
        required = set(flat.get("required") or ())
        made = self._supply.value(body.inner, f"{salt}/{word}")
        if not isinstance(made, Mapping):
            raise Underivable("no body can be made from the schema")
        made = writable(self._spec, body.inner, made)
        known = properties(self._spec, body.inner)
        record = {}
        for name, sample in made.items():
            is_other = bare(name).endswith(REFERENCE) and bare(name) not in ("id", "uuid")
            is_other = is_other or self._is_counted(name, known.get(name, {}))
            is_wanted = not is_least and not is_other
            value = sample
            if sample is None and is_wanted:
                value = self._present(known.get(name, {}), f"{salt}/{word}/{name}")
            if name in required or (is_wanted and value is not None):
                value = self._unlinked(value, known.get(name, {}))
                record[name] = self._varied(name, value, known.get(name, {}), word)
        if not self.is_valid(body, record):
            if is_least:
                raise Underivable("no valid body can be made from the schema")
            return self.record(body, word, salt, is_least=True)
        return record

    def is_valid(self, body: RequestBody, record: Mapping[str, Any]) -> bool:
        """Tell whether the document takes the record in its envelope."""
        validator = self._schemas.compile(body.schema, Direction.REQUEST)
        return bool(validator.is_valid(wrapped(record, body.envelope)))

    def fits(self, schema: Any, value: Any) -> bool:
        """Tell whether a value is one of a schema of a reply."""
        return bool(self._schemas.compile(schema, Direction.REPLY).is_valid(value))

    def broken(self, body: RequestBody, record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield records that break the schema in one way: without what is required, and with a
        value of a wrong type.
        """
        required = flattened(self._spec, body.inner).get("required") or ()
        for name in (each for each in required if each in record):
            lacking = {other: value for other, value in record.items() if other != name}
            if not self.is_valid(body, lacking):
                yield lacking
                break
        for name, value in record.items() if body.encoding != "form" else ():
            wrong = {**record, name: {"wrong": True} if not isinstance(value, Mapping) else "wrong"}
            if not self.is_valid(body, wrong):
                yield wrong
                break

    def change(
        self,
        body: RequestBody,
        word: str,
        salt: str,
        shown: Collection[str],
        given: Collection[str],
    ) -> dict[str, Any]:
        """Return a partial change: what it requires, and some that a reply shows. Raises
        Underivable.
        """
        full = self.record(body, word, salt)
        required = flattened(self._spec, body.inner).get("required") or ()
        there = [name for name, value in full.items() if name in shown and _is_plain(value)]
        chosen = [name for name in there if bare(name) not in given][:CHANGED]
        change = {name: value for name, value in full.items() if name in {*required, *chosen}}
        if not chosen or not self.is_valid(body, change):
            raise Underivable("no change can be made that a reply would show")
        return change

    def counted(self, body: RequestBody, record: Mapping[str, Any]) -> list[str]:
        """Return the properties of a record by which a server sees that two changes meet."""
        known = properties(self._spec, body.inner)
        return [name for name in record if self._is_counted(name, known.get(name, {}))]

    def names(self, operation: Mapping[str, Any]) -> Names:
        """Return the names of what an operation takes, those inside its objects too."""
        schema = request_schema(operation)
        outer = properties(self._spec, schema)
        objects = {name: properties(self._spec, child) for name, child in outer.items()}
        plain = [name for name, fields in objects.items() if not fields]
        inner = [name for fields in objects.values() for name in fields]
        return Names((*plain,), (*inner,), tuple(name for name in outer if name not in plain))

    def _is_counted(self, name: str, schema: Any) -> bool:
        """Tell whether a property is a version by which a server sees that two changes meet."""
        about = flattened(self._spec, schema).get("description")
        return bare(name) in VERSIONS and bool(CONCURRENT.search(str(about)))

    def _unlinked(self, value: Any, schema: Any) -> Any:
        """Return a value without what names other things in the objects inside it, as far as it may
        be left out: the key of the record itself is not known yet.
        """
        flat = flattened(self._spec, schema)
        if isinstance(value, list):
            return [self._unlinked(item, flat.get("items", {})) for item in value]
        if not isinstance(value, Mapping):
            return value
        known, required = properties(self._spec, schema), set(flat.get("required") or ())
        return {
            name: self._unlinked(child, known.get(name, {}))
            for name, child in value.items()
            if name in required or name not in known or not bare(name).endswith(REFERENCE)
        }

    def _present(self, schema: Any, salt: str) -> Any:
        """Return a value that is not null, None where the schema has no other."""
        flat = {**flattened(self._spec, schema)}
        flat.pop("nullable", None)
        if isinstance(flat.get("type"), list):
            flat["type"] = [kind for kind in flat["type"] if kind != "null"]
        value = self._supply.value(flat, salt)
        return None if value is MISSING else value

    def _enveloped(self, schema: Any, shown: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Return the path of the record in a body, and its schema."""
        outer = properties(self._spec, schema)
        best, found = _common(outer, shown), ("", schema)
        for name, child in outer.items():
            flat = flattened(self._spec, child)
            is_list = type_of(flat) == "array"
            inner = flat.get("items", {}) if is_list else child
            common = _common(properties(self._spec, inner), shown)
            if common > best and name not in shown:
                best, found = common, (f"{name}[]" if is_list else name, inner)
        return found[0], resolved(self._spec, found[1])

    def _varied(self, name: str, value: Any, schema: Any, word: str) -> Any:
        """Return a value of the property that no other record has, as far as its schema allows."""
        flat = flattened(self._spec, schema)
        validator = self._schemas.compile(schema, Direction.REQUEST)
        for other in _others(name, value, flat, word):
            if validator.is_valid(other):
                return other
        return value


def wrapped(value: Any, envelope: str) -> Any:
    """Return a value inside an envelope: `Contacts[]` is a list of one."""
    if not envelope:
        return value
    if envelope.endswith("[]"):
        return {envelope[:-2]: [value]}
    return {envelope: value}


def placed(record: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with given values, by their names in small letters."""
    return {name: given.get(bare(name), value) for name, value in record.items()}


def _others(name: str, value: Any, flat: Mapping[str, Any], word: str) -> Iterator[Any]:
    which = ORDER.index(word[0])
    choices = [each for each in flat.get("enum") or () if each is not None]
    if choices:
        yield choices[which % len(choices)]
    elif isinstance(value, bool):
        yield which != 1
    elif flat.get("format") == "email":
        yield f"{word}@example.com"
    elif isinstance(value, str) and not flat.get("format"):
        text = f"{word}-{name}"
        yield text
        yield text[: int(flat.get("maxLength") or len(text))]
    elif isinstance(value, int | float):
        yield value + which + len(ORDER) * int(word.lstrip(LETTERS) or 0)
        yield value + which
        yield value - which


def _is_plain(value: Any) -> bool:
    return value is not None and value is not MISSING and not isinstance(value, Mapping | list)


def _common(fields: Mapping[str, Any], shown: Mapping[str, Any]) -> int:
    there = set(map(bare, shown))
    return sum(bare(name) in there for name in fields)
