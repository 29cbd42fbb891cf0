"""A description with references in, the same with every reference local or settled out.

Schemas are the one kind that may hold themselves, so each schema that is referred to becomes a
component and keeps one local `$ref` to it; every other kind is put in its place. Wherever a
reference leads (another file, a path item, half a component), the walk goes on there and takes the
file along as its start. A reference that leads nowhere becomes what refuses least, and a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import DROP, Shape, Walk
from mockserver.document.library import Library
from mockserver.document.names import Names
from mockserver.document.pointers import Place, Trail, escape, place_of, start_of
from mockserver.document.targets import Targets, section
from mockserver.errors import DocumentError

_INNOCENT = frozenset({"$ref", "description", "summary", "title", "$comment"})
_FILE = re.compile(r"[^#:]+\.(ya?ml|json|md)(#/.*)?")
_SCHEMA = Shape("one", "schema")
_SCHEMA_KINDS = frozenset({"schema", "schema_or_flag"})
_OPTIONAL = frozenset(
    {"parameter", "text", "header", "example", "link", "callback", "security_scheme"}
)


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


class _Resolver:
    def __init__(self, root: str, library: Library) -> None:
        self._root = root
        self._document: dict[str, Any] = library.value(root)
        self._home = ("definitions",) if "swagger" in self._document else ("components", "schemas")
        self._targets = Targets(library)
        self._names = Names(self._home)
        self._findings: list[Finding] = []
        self._waiting: list[Place] = []
        self._inside: set[Place] = set()
        self._walk = Walk({"discriminator": self._discriminator, "data": self._data}, self._follow)

    def run(self) -> Resolved:
        start = Place(self._root, "")
        self._claim_components(start)
        document = self._walk.rebuild(self._without_schemas(), Shape("one", "document"), start)
        schemas = {}
        for place in self._waiting:  # grows while schemas refer to further ones
            schemas[self._names[place]] = self._component(place)
        return Resolved(
            self._with_schemas(document, schemas), self._names.origins(), self._findings
        )

    def _claim_components(self, start: Place) -> None:
        """Give every schema of the components section its own name before others may take it."""
        try:
            home, members = section(self._targets, self._root, self._home)
        except DocumentError as error:
            self._note(start, error)
            return
        for key, schema in members.items():
            place = Place(home.source, f"{home.pointer}/{escape(key)}")
            name = self._names.give(place, [key])
            self._waiting.append(place)
            self._share(place, schema, name)

    def _share(self, place: Place, schema: Any, name: str) -> None:
        """Let a schema in another file go by the name of the component that only points at it."""
        try:
            target, _ = self._targets.chase(place, schema, stay=True)
        except DocumentError:
            return  # told when the component is built
        if target.source != place.source:
            self._names.share(target, name)

    def _without_schemas(self) -> dict[str, Any]:
        """Copy the document without its schemas, which are rebuilt one by one."""
        document = _without(self._document, "definitions" if len(self._home) == 1 else "")
        if len(self._home) == 2 and isinstance(document.get("components"), dict):
            document["components"] = _without(document["components"], "schemas")
        return document

    def _with_schemas(self, document: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
        if len(self._home) == 1:
            return document | {"definitions": schemas}
        components = document.get("components")
        others = components if isinstance(components, dict) else {}
        return document | {"components": {"schemas": schemas} | _without(others, "schemas")}

    def _component(self, place: Place) -> Any:
        try:
            target, found = self._targets.chase(place, self._targets.at(place), stay=True)
        except DocumentError as error:
            self._note(place, error)
            return {}
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
            return self._targets.text(start_of(trail), reference)
        place, found = self._targets.find(start_of(trail), reference)
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
        siblings = {} if value.keys() <= _INNOCENT else _without(value, "$ref")
        if siblings:
            siblings = self._walk.rebuild(siblings, _SCHEMA, trail)
        try:
            place, found = self._targets.find(start_of(trail), value["$ref"])
            if not isinstance(found, dict | bool):
                raise DocumentError(
                    place.source, f"the reference {value['$ref']} leads to no schema"
                )
        except DocumentError as error:
            self._note(trail, error)
            return siblings
        local = {"$ref": self._reference(place)}
        others = siblings.get("allOf", [])
        entries = [local, *(others if isinstance(others, list) else [])]
        return siblings | {"allOf": entries} if siblings else local

    def _reference(self, place: Place) -> str:
        if place not in self._names:
            self._waiting.append(place)
        return self._names.reference(place)

    def _discriminator(self, value: Any, trail: Trail) -> Any:
        """Point the mapping of a discriminator at the local names of its schemas."""
        mapping = value.get("mapping") if isinstance(value, dict) else None
        if not isinstance(mapping, dict):
            return value
        return value | {
            "mapping": {key: self._mapped(name, trail) for key, name in mapping.items()}
        }

    def _mapped(self, name: Any, trail: Trail) -> Any:
        if not isinstance(name, str):
            return name
        is_name = re.fullmatch(r"[A-Za-z0-9._-]+", name) is not None and self._names.is_taken(name)
        try:
            place, _ = self._targets.find(
                start_of(trail), self._names.local(name) if is_name else name
            )
        except DocumentError as error:
            self._note(trail, error)
            return name
        return self._reference(place)

    def _data(self, value: Any, trail: Trail) -> Any:
        """Put in what data takes from files, as authors do though it is no reference by the
        specification.

        Only an object that is nothing but the name of a file that can be read is meant; else it is
        data.
        """
        if isinstance(value, list):
            entries = [
                self._data(entry, trail) if type(entry) in (dict, list) else entry
                for entry in value
            ]
            return (
                entries
                if any(new is not old for new, old in zip(entries, value, strict=True))
                else value
            )
        if len(value) == 1 and _is_file(value.get("$ref")):
            return self._file(value, start_of(trail))
        members = {
            k: self._data(v, trail) if type(v) in (dict, list) else v for k, v in value.items()
        }
        return members if any(members[key] is not value[key] for key in members) else value

    def _file(self, value: dict[str, Any], start: Place) -> Any:
        try:
            if value["$ref"].endswith(".md"):
                return self._targets.text(start, value["$ref"])
            place, found = self._targets.find(start, value["$ref"])
        except DocumentError:
            return value
        if place in self._inside:
            return value  # data that would hold itself
        self._inside.add(place)
        embedded = self._data(found, place) if type(found) in (dict, list) else found
        self._inside.remove(place)
        return embedded

    def _note(self, trail: Trail, error: DocumentError) -> None:
        place = place_of(trail)
        message = (
            error.message if error.source == place.source else f"{error.source}: {error.message}"
        )
        self._findings.append(
            Finding(f"{message}; anything is allowed there", place.pointer, place.source)
        )


def _is_file(reference: Any) -> bool:
    return isinstance(reference, str) and _FILE.fullmatch(reference) is not None


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
