"""A description with references in, the same with every reference local or settled out.

Schemas are the one kind that may hold themselves, so each schema that is referred to becomes a
component and keeps one local `$ref` to it; every other kind is put in its place:

    paths: {/pets: {get: {responses: {'200': {$ref: 'answers.yaml#/pets'}}}}}
    answers.yaml: {pets: {content: {application/json: {schema: {$ref: 'models.yaml#/Pet'}}}}}

becomes

    paths: {/pets: {get: {responses: {'200': {content: {application/json:
        {schema: {$ref: '#/components/schemas/Pet'}}}}}}}}
    components: {schemas: {Pet: ...}}

Wherever a reference leads (another file, a path item, half a component), the walk goes on there and
takes the file along as its start. `Targets` finds what a reference means, `Names` gives components
short names, and the resolver walks. A reference that leads nowhere becomes what refuses least, and
a finding.

A schema with places to fill (`$dynamicRef`) becomes one component for each way in which they are
filled: a `List` whose items are books is `List_Book`. What a component is made of is therefore a
place together with what fills it, a `Source`; most fill nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from mockserver.document.anchors import (
    WORDS,
    Identifiers,
    anchors_of,
    anchors_on_the_way,
    read_identifiers,
)
from mockserver.document.findings import Finding
from mockserver.document.grammar import DROP, REFERENCES, Shape, Walk
from mockserver.document.library import Library
from mockserver.document.pointers import (
    MISSING,
    Place,
    Trail,
    join,
    nodes,
    place_of,
    split,
    split_fragment,
    start_of,
    step,
)
from mockserver.errors import DocumentError
from mockserver.slots import dataclass

_CHAIN = 50  # references in a row; more are a circle
_EMBEDDED = ("#/$defs/", "#/definitions/")
_NAMED_ONLY = frozenset(WORDS) | {"$schema", "$defs"}
_INNOCENT = _NAMED_ONLY | {"description", "summary", "title", "$comment"}
"""What may stand beside a reference without an effect on which values fit."""
_FILE = re.compile(r"[^#:]+\.(ya?ml|json|md)(#/.*)?")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_SCHEMA = Shape("one", "schema")
_SCHEMA_KINDS = frozenset({"schema", "schema_or_flag"})
_OPTIONAL = frozenset(
    {"parameter", "text", "header", "example", "link", "callback", "security_scheme"}
)

Found = tuple[Place, Any]
"""The place and the value that a reference means."""


class Source(NamedTuple):
    """What a component is made of: a schema, and what fills the dynamic references in it by the
    names of their anchors.
    """

    place: Place
    filled: frozenset[tuple[str, Place]] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document without foreign references, and the place that each of its schema components came
    from.
    """

    document: dict[str, Any]
    origins: dict[str, Place]
    findings: list[Finding]


def resolve(root: str, library: Library) -> Resolved:
    """Settle all references of the document `root`, reading further sources from `library`.

    The result is in the dialect of the document: schemas in `components` (3.x) or `definitions`
    (2.0).
    """
    return _Resolver(root, library).run()


class Targets:
    """Finds what references mean, across the sources of a library, and remembers it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[tuple[Place, str, str], Found] = {}
        self._identifiers: dict[str, Identifiers] = {}
        self._called: dict[Place, frozenset[str]] = {}

    def find(self, trail: Trail, reference: str) -> Found:
        """Tell the place and value of a reference that stands at a trail.

        Raises DocumentError if there is none, or if its source cannot be read.
        """
        start = start_of(trail)
        resource = self.identifiers(start.source).resource_of(trail)
        is_by_start = not reference.startswith("#/") or reference.startswith(_EMBEDDED)
        key = (resource, reference, start.pointer if is_by_start else "")
        if key not in self._known:
            place, value = self._located(start, resource, reference)
            self._known[key] = self.chase(place, value, stay=True)
        return self._known[key]

    def text(self, trail: Trail, reference: str) -> str:
        """Return the text of a file that stands for a description."""
        source, _ = self._library.target(start_of(trail).source, reference)
        return self._library.text(source)

    def at(self, place: Place) -> Any:
        """Return the value at a place; MISSING if there is none."""
        value = self._library.value(place.source)
        for token in split(place.pointer):
            value = step(value, token)
        return value

    def chase(self, place: Place, value: Any, *, stay: bool = False) -> Found:
        """Follow a value that is nothing but a reference; `stay`: only as far as it leads to other
        files.
        """
        for _ in range(_CHAIN):
            reference = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
            if not isinstance(reference, str) or (stay and reference.startswith("#")):
                return place, value
            resource = self.identifiers(place.source).resource_of(place)
            place, value = self._located(place, resource, reference)
        raise DocumentError(place.source, "references lead in a circle", pointer=place.pointer)

    def section(self, root: str, home: tuple[str, ...]) -> tuple[Place, dict[str, Any]]:
        """Find a section of a document, which may itself stand in another file; an empty one if
        there is none.

        Raises DocumentError if it cannot be read.
        """
        place = Place(root, "")
        value = self.at(place)
        for token in home:
            place, value = self.chase(place, value)
            place, value = place.below(token), step(value, token)
        place, value = self.chase(place, value)
        return place, value if isinstance(value, dict) else {}

    def identifiers(self, source: str) -> Identifiers:
        """Return the names that are given in a source."""
        if source not in self._identifiers:
            is_named = self._library.mentions(source, WORDS)
            value = self._library.value(source) if is_named else None
            self._identifiers[source] = read_identifiers(source, value)
        return self._identifiers[source]

    def called(self, place: Place) -> frozenset[str]:
        """Return the names that are called by `$dynamicRef` in a schema, or in one that it refers
        to.
        """
        if place not in self._called:
            names: set[str] = set()
            waiting = [place]
            for start in waiting:  # grows while schemas refer to further ones
                further = self._call(start, names)
                waiting += [each for each in further if each not in waiting]
            self._called[place] = frozenset(names)
        return self._called[place]

    def _call(self, start: Place, names: set[str]) -> dict[Place, None]:
        """Add the names that are called in a schema, and return what it refers to."""
        further: dict[Place, None] = {}
        for trail, node in nodes(self.at(start), start):
            for reference in _references_in(node):
                if reference.dynamic is not None:
                    names.add(reference.dynamic)
                with suppress(DocumentError):  # told where it is settled
                    place, _ = self.find(trail, reference.text)
                    further[place] = None
        return further

    def _located(self, start: Place, resource: Place, reference: str) -> Found:
        """Find a reference that stands in a resource, in the schema or document at a start.

        In the resource that it names, else in the source, else as if the schema were a document of
        its own.
        """
        address, _, fragment = reference.partition("#")
        identified = self.identifiers(start.source).resource_at(resource, address)
        if identified is not None:
            found = self._within(identified, identified, fragment)
            if found is not None:
                return found
        source, _ = self._library.target(start.source, reference)
        around = start if source == start.source else Place(source, "")
        found = self._within(Place(source, ""), around, fragment)
        if found is None and reference.startswith(_EMBEDDED):
            found = self._within(start, start, fragment)
        if found is None:
            raise _dangling(start.source, reference)
        return found

    def _within(self, resource: Place, around: Place, fragment: str) -> Found | None:
        """Find a fragment, a pointer or an anchor, in a resource; None if it is not there."""
        if not fragment or fragment.startswith("/"):
            place, value = self._descend(resource, split_fragment(fragment))
            return None if value is MISSING else (place, value)
        place_of_anchor = self.identifiers(resource.source).anchored(fragment, around)
        return None if place_of_anchor is None else (place_of_anchor, self.at(place_of_anchor))

    def _descend(self, place: Place, tokens: list[str]) -> Found:
        """Walk down from a place, through references that stand in the way."""
        value = self.at(place)
        for token in tokens:
            below = step(value, token)
            if below is MISSING:
                place, value = self.chase(place, value)
                below = step(value, token)
            place, value = place.below(token), below
        return place, value


class Names:
    """Names for schema components: one for each source, short, and never the same twice.

    `home` is the way to the schemas section of the document.
    """

    def __init__(self, home: tuple[str, ...]) -> None:
        self._home = home
        self._names: dict[Source, str] = {}
        self._taken: set[str] = set()

    def __contains__(self, source: Source) -> bool:
        return source in self._names

    def __getitem__(self, source: Source) -> str:
        return self._names[source]

    def give(self, source: Source, tokens: list[str]) -> str:
        """Give a source the shortest free name that the end of `tokens` makes, with a number if
        need be.

        Names keep to what a component may be called (OpenAPI 3.0.3, section 4.7.7), so that nobody
        has to unescape a reference to them.
        """
        plain = (re.sub(r"[^A-Za-z0-9._-]+", "_", token) for token in tokens)
        words = [word for word in plain if word] or ["Schema"]
        name = self._free(words)
        self._taken.add(name)
        self._names[source] = name
        return name

    def share(self, source: Source, name: str) -> None:
        """Let a further source go by a name that was given, unless it has one."""
        self._names.setdefault(source, name)

    def is_taken(self, name: str) -> bool:
        """Tell whether some component has that name."""
        return name in self._taken

    def of(self, source: Source) -> str:
        """Return the name of a source, giving it one if it has none."""
        if source not in self._names:
            self.give(source, self._tokens(source))
        return self._names[source]

    def reference(self, source: Source) -> str:
        """Write the local reference to a source, giving it a name if it has none."""
        return self.local(self.of(source))

    def local(self, name: str) -> str:
        """Write the local reference to a name."""
        return "#" + join([*self._home, name])

    def origins(self) -> dict[str, Place]:
        """Tell for the pointer of each component where it came from."""
        named = reversed(self._names.items())
        return {self.local(name)[1:]: source.place for source, name in named}

    def _free(self, words: list[str]) -> str:
        name = ""
        for word in reversed(words):
            name = f"{word}_{name}" if name else word
            if name not in self._taken:
                return name
        number = 2
        while f"{name}_{number}" in self._taken:
            number += 1
        return f"{name}_{number}"

    def _tokens(self, source: Source) -> list[str]:
        if source.filled:
            words = [self._word(source.place)]
            for _, filling in sorted(source.filled):
                words.append(self._word(filling))
            return ["_".join(words)]
        file = re.split(r"[/\\]", source.place.source)[-1]
        stem = file.partition(".")[0]
        return [stem, *split(source.place.pointer)]

    def _word(self, place: Place) -> str:
        """Return what a place is called where it is a part of a name."""
        return self._names.get(Source(place)) or self._tokens(Source(place))[-1]


class _Resolver:
    def __init__(self, root: str, library: Library) -> None:
        self._root = root
        self._document: dict[str, Any] = library.value(root)
        self._home = ("definitions",) if "swagger" in self._document else ("components", "schemas")
        self._targets = Targets(library)
        self._names = Names(self._home)
        self._findings: list[Finding] = []
        self._waiting: list[Source] = []
        self._filled: dict[str, Place] = {}  # in the component that is being built
        self._inside: set[Place] = set()
        self._walk = Walk({"discriminator": self._discriminator, "data": self._data}, self._follow)

    def run(self) -> Resolved:
        start = Place(self._root, "")
        self._claim_components(start)
        document = self._walk.rebuild(self._without_schemas(), Shape("one", "document"), start)
        schemas = {}
        for source in self._waiting:  # grows while schemas refer to further ones
            schemas[self._names[source]] = self._component(source)
        whole = self._with_schemas(document, schemas)
        return Resolved(whole, self._names.origins(), self._findings)

    def _claim_components(self, start: Place) -> None:
        """Give every schema of the components section its own name before others may take it."""
        try:
            home, members = self._targets.section(self._root, self._home)
        except DocumentError as error:
            self._note(start, error)
            return
        for key, schema in members.items():
            place = home.below(key)
            name = self._names.give(Source(place), [key])
            self._waiting.append(Source(place))
            self._share(place, schema, name)

    def _share(self, place: Place, schema: Any, name: str) -> None:
        """Let a schema in another file go by the name of the component that only points at it."""
        try:
            target, _ = self._targets.chase(place, schema, stay=True)
        except DocumentError:
            return  # told when the component is built
        if target.source != place.source:
            self._names.share(Source(target), name)

    def _without_schemas(self) -> dict[str, Any]:
        """Copy the document without its schemas, which are rebuilt one by one."""
        document = _without(self._document, "definitions" if len(self._home) == 1 else "")
        if len(self._home) == 2 and isinstance(document.get("components"), dict):
            document["components"] = _without(document["components"], "schemas")
        return document

    def _with_schemas(self, document: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
        if len(self._home) == 1:
            return document | {"definitions": schemas}
        given = document.get("components")
        components = {"schemas": schemas}
        if isinstance(given, dict):
            components |= _without(given, "schemas")
        return document | {"components": components}

    def _component(self, source: Source) -> Any:
        try:
            value = self._targets.at(source.place)
            target, found = self._targets.chase(source.place, value, stay=True)
        except DocumentError as error:
            self._note(source.place, error)
            return {}
        self._filled = dict(source.filled)
        return self._walk.rebuild(found, _SCHEMA, target)

    def _follow(self, value: dict[str, Any], shape: Shape, trail: Trail) -> Any:
        if shape.container == "one" and shape.kind in _SCHEMA_KINDS:
            return self._refer(value, trail)
        try:
            found = self._settle(value["$ref"], shape, trail)
        except DocumentError as error:
            self._note(trail, error)
            return _permissive(shape)
        if len(value) == 1 or not isinstance(found, dict):
            return found
        siblings: dict[str, Any] = self._walk.rebuild(_without(value, "$ref"), shape, trail)
        return found | siblings

    def _settle(self, reference: str, shape: Shape, trail: Trail) -> Any:
        """Rebuild what a reference means, anew for each use: frameworks change what they are
        given.
        """
        if shape.kind == "text":
            return self._targets.text(trail, reference)
        place, found = self._targets.find(trail, reference)
        if place in self._inside:
            return _permissive(shape)  # a circle of references that are no schemas
        self._inside.add(place)
        rebuilt = self._walk.rebuild(found, shape, place)
        self._inside.remove(place)
        return rebuilt

    def _refer(self, value: dict[str, Any], trail: Trail) -> Any:
        """Turn a reference at a schema's place into a local one; siblings with an effect stay
        beside it.
        """
        reference = _references_in(value)[0]
        siblings = _without(value, reference.word)
        is_alone = siblings.keys() <= _INNOCENT
        words = {}
        if "description" in siblings:
            words["description"] = siblings["description"]
        siblings = {} if is_alone else self._walk.rebuild(siblings, _SCHEMA, trail)
        try:
            source = self._source_of(reference, trail)
        except DocumentError as error:
            self._note(trail, error)
            return siblings
        local = {"$ref": self._local(source)}
        if not siblings:
            return words | local
        others = siblings.get("allOf", [])
        parts = others if isinstance(others, list) else []
        return siblings | {"allOf": [local, *parts]}

    def _source_of(self, reference: _SchemaReference, trail: Trail) -> Source:
        """Tell what a reference in a schema means, with what fills it there.

        Raises DocumentError if it means no schema.
        """
        filled = self._fillings(trail)
        if reference.dynamic is not None and reference.dynamic in filled:
            place = filled[reference.dynamic]
            return self._filled_source(place, self._targets.at(place), filled)
        place, found = self._targets.find(trail, reference.text)
        if _is_document(found):
            place = start_of(trail)  # `#` in a schema, as if it were a document of its own
            found = self._targets.at(place)
        if not isinstance(found, dict | bool) or _is_document(found):
            message = f"the reference {reference.text} leads to no schema"
            raise DocumentError(place.source, message)
        return self._filled_source(place, found, filled)

    def _fillings(self, trail: Trail) -> Mapping[str, Place]:
        """Return what fills the dynamic references of what is referred to from here: what fills
        this component, then what the schemas around bring along.
        """
        start = start_of(trail)
        if not self._targets.identifiers(start.source).dynamic:
            return self._filled
        value = self._targets.at(start)
        return anchors_on_the_way(start, value, place_of(trail)) | self._filled

    def _filled_source(self, place: Place, value: Any, filled: Mapping[str, Place]) -> Source:
        """Keep of the fillings what a schema has a use for and would not bring along itself."""
        if not filled:
            return Source(place)
        place, value = self._behind(place, value)
        own = anchors_of(value, place)
        called = self._targets.called(place)
        kept = set()
        for name, filling in filled.items():
            if name in called:
                end, _ = self._behind(filling, self._targets.at(filling))
                kept.add((name, end))
        return Source(place, frozenset(kept - own.items()))

    def _behind(self, place: Place, value: Any) -> Found:
        """Go on from a schema that only refers to another one and gives it a name."""
        for _ in range(_CHAIN):
            if not isinstance(value, dict):
                break
            reference = value.get("$ref")
            others = value.keys() - _NAMED_ONLY
            if others != {"$ref"} or not isinstance(reference, str):
                break
            brought = anchors_of(value, place)
            if any(anchor != place for anchor in brought.values()):
                break
            place, value = self._targets.find(place, reference)
        return place, value

    def _local(self, source: Source) -> str:
        if source not in self._names:
            self._waiting.append(source)
        return self._names.reference(source)

    def _discriminator(self, value: Any, trail: Trail) -> Any:
        """Point the mapping of a discriminator at the local names of its schemas."""
        mapping = value.get("mapping") if isinstance(value, dict) else None
        if not isinstance(mapping, dict):
            return value
        local = {key: self._mapped(name, trail) for key, name in mapping.items()}
        return value | {"mapping": local}

    def _mapped(self, name: Any, trail: Trail) -> Any:
        if not isinstance(name, str):
            return name
        is_name = _PLAIN.fullmatch(name) is not None and self._names.is_taken(name)
        reference = self._names.local(name) if is_name else name
        try:
            place, found = self._targets.find(trail, reference)
        except DocumentError as error:
            self._note(trail, error)
            return name
        return self._local(self._filled_source(place, found, self._fillings(trail)))

    def _data(self, value: Any, trail: Trail) -> Any:
        """Put in what data takes from files, as authors do though it is no reference by the
        specification.

        Only an object that is nothing but the name of a file that can be read is meant; else it is
        data, and stays the object that it was.
        """
        if isinstance(value, list):
            entries = [self._inner_data(entry, trail) for entry in value]
            pairs = zip(entries, value, strict=True)
            return entries if any(new is not old for new, old in pairs) else value
        if len(value) == 1 and _is_file(value.get("$ref")):
            return self._file(value, trail)
        members = {key: self._inner_data(member, trail) for key, member in value.items()}
        return members if any(members[key] is not value[key] for key in members) else value

    def _inner_data(self, value: Any, trail: Trail) -> Any:
        return self._data(value, trail) if type(value) in (dict, list) else value

    def _file(self, value: dict[str, Any], trail: Trail) -> Any:
        try:
            if value["$ref"].endswith(".md"):
                return self._targets.text(trail, value["$ref"])
            place, found = self._targets.find(trail, value["$ref"])
        except DocumentError:
            return value
        if place in self._inside:
            return value  # data that would hold itself
        self._inside.add(place)
        embedded = self._inner_data(found, place)
        self._inside.remove(place)
        return embedded

    def _note(self, trail: Trail, error: DocumentError) -> None:
        place = place_of(trail)
        is_here = error.source == place.source
        message = error.message if is_here else f"{error.source}: {error.message}"
        told = f"{message}; anything is allowed there"
        self._findings.append(Finding(told, place.pointer, place.source))


class _SchemaReference(NamedTuple):
    """A reference in a schema: the word that makes it, its text, and the name of the anchor by
    which others may fill it; None for a plain one.
    """

    word: str
    text: str
    dynamic: str | None


def _references_in(schema: dict[str, Any]) -> list[_SchemaReference]:
    """Return the references that a schema itself makes, the plain one first."""
    found = []
    for word in REFERENCES:
        text = schema.get(word)
        if isinstance(text, str):
            dynamic = None if word == "$ref" else text.partition("#")[2]
            found.append(_SchemaReference(word, text, dynamic))
    return found


def _is_file(reference: Any) -> bool:
    return isinstance(reference, str) and _FILE.fullmatch(reference) is not None


def _is_document(value: Any) -> bool:
    return isinstance(value, dict) and ("openapi" in value or "swagger" in value)


def _without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: member for key, member in value.items() if key != name}


def _permissive(shape: Shape) -> Any:
    """Tell what stands for a lost value: nothing where that is possible, else what allows
    everything.
    """
    if shape.container != "one":
        return {} if shape.container == "map" else []
    if shape.kind in _OPTIONAL:
        return DROP
    return {"description": ""} if shape.kind == "response" else {}


def _dangling(source: str, reference: str) -> DocumentError:
    return DocumentError(source, f"the reference {reference} leads nowhere", hint="add its target")
