"""Compile resources: what is inferred from the document, with what the semantics declare on top."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.declared import Spec, flattened, is_array, properties, request_schema, success_schema
from mockserver.model.envelopes import many_envelope, one_envelope, request_envelope
from mockserver.model.keys import HIDDEN_KEY, infer_generator, infer_house_key, infer_key, infer_stamps
from mockserver.model.paths import bare, canonical, key_parameter, parameter_names, segments, whole_parameter
from mockserver.model.stateful import compile_mirrors, compile_states, compile_views
from mockserver.model.survey import COLLECTION, SINGLETON, Place, Spot, is_collection, is_singleton
from mockserver.model.types import Children, Parent, Position, Reference, Resource, View


@dataclass(slots=True)
class Atlas:
    """Where resources are: names by canonical collection path, and the parents that other paths ask for."""

    spec: Spec
    spots: Mapping[str, Spot]
    declared: Mapping[str, Mapping[str, Any]]
    names: dict[str, str] = field(default_factory=dict)
    within: dict[str, Mapping[str, str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


def draw_atlas(spec: Spec, spots: Mapping[str, Spot], semantics: Mapping[str, Any], source: str) -> Atlas:
    """Name every resource: declared paths first, then collections and singletons by their last segment."""
    atlas = Atlas(spec, spots, semantics.get("resources", {}))
    for name, said in atlas.declared.items():
        for path, within in {said.get("path", ""): {}, **said.get("also_at", {})}.items():
            if path and canonical(path) not in spots:
                pointer = f"/resources/{name}/path"
                raise SemanticsError(source, f"the document has no path {path}", pointer, _near(path, spots))
            if path:
                spots[canonical(path)].declared = SINGLETON if said.get("key", "") is None else COLLECTION
                atlas.names[canonical(path)] = name
                atlas.within[canonical(path)] = within
        if said.get("path"):
            atlas.paths[name] = canonical(said["path"])
    for path, spot in _found_by_name(atlas).items():
        atlas.names[path] = spot.name
        atlas.paths[spot.name] = path
    for path, spot in spots.items():
        if path not in atlas.names and (is_collection(spec, spot) or is_singleton(spec, spot)):
            atlas.names[path] = _free_name(spot, atlas)
            atlas.paths[atlas.names[path]] = path
    return atlas


def _found_by_name(atlas: Atlas) -> dict[str, Spot]:
    """Return the spots meant by resources that are declared without a path: the one that ends in their name."""
    found = {}
    for name, said in atlas.declared.items():
        fitting = [
            spot
            for spot in atlas.spots.values()
            if spot.name == name and spot.path not in atlas.names and is_collection(atlas.spec, spot)
        ]
        if not said.get("path") and len(fitting) == 1:
            found[fitting[0].path] = fitting[0]
    return found


def compile_resources(atlas: Atlas, defaults: Mapping[str, Any], source: str) -> dict[str, Resource]:
    """Return every resource by name. Raises SemanticsError when a declaration names one that is not there."""
    names = [*dict.fromkeys([*atlas.declared, *atlas.paths])]
    drafts = {name: _sketch(name, atlas) for name in names}
    house = infer_house_key((draft.fields, draft.writable) for draft in drafts.values() if draft.has_items)
    resources = {name: _compile(name, atlas, defaults, draft, house) for name, draft in drafts.items()}
    for resource in resources.values():
        for named in _named_resources(resource):
            if named not in resources:
                raise SemanticsError(source, f"no resource {named!r}", f"/resources/{resource.name}", _known(resources))
    return resources


def resource_views(atlas: Atlas) -> dict[tuple[str, str], View]:
    """Return the declared views by resource and name."""
    return {
        (name, view.name): view
        for name, said in atlas.declared.items()
        for view in compile_views(said.get("views", {}))
    }


def record_schema(spec: Spec, spot: Spot | None, name: str, key: str | None) -> dict[str, Any]:
    """Return the schema of a stored record: that of a read, else of a list, a create, or of what is sent."""
    if spot is None:
        return {}
    for place in (spot.on_item.get("GET"), spot.on_collection.get("GET")):
        if place is not None:
            schema = success_schema(place.operation)
            listed = not place.item and not is_singleton(spec, spot)
            many = many_envelope(spec, schema, name) if listed else None
            record = one_envelope(spec, many[1] if many else schema, name, key)[1]
            if properties(spec, record):
                return flattened(spec, record)
    for place in _writes(spot):
        record = one_envelope(spec, success_schema(place.operation), name, key)[1]
        if _is_record(spec, record, _unwrapped(spec, place, name, {})):
            return flattened(spec, record)
    sent = [_unwrapped(spec, place, name, {}) for place in _writes(spot)]
    return dict(next((each for each in sent if each.get("properties")), {}))


def _is_record(spec: Spec, schema: Any, sent: Any) -> bool:
    """Tell whether the reply to a write is the record: it shows something of what was sent, or its id."""
    fields = properties(spec, schema)
    return bool(fields.keys() & properties(spec, sent).keys()) or any(bare(name) == "id" for name in fields)


def parents_of(path: str, atlas: Atlas, said: Mapping[str, Any]) -> tuple[Parent, ...]:
    """Return a parent for each parameter of a collection path, outermost first."""
    parents, steps = [], segments(path)
    for index, step in enumerate(steps):
        for param in parameter_names(step):
            known = said.get("parents", {}).get(param)
            resource = known if isinstance(known, str) else (known or {}).get("resource")
            if resource is None and whole_parameter(step):
                resource = _parent_at(canonical("/".join(steps[:index])), atlas)
            field_name = known.get("field") if isinstance(known, Mapping) else None
            parents.append(Parent(param, resource, True, field_name))
    return tuple(parents)


def _parent_at(path: str, atlas: Atlas) -> str | None:
    """Return the resource whose record a path parameter names, None when the API cannot make such records.

    /users/{user_id}/posts without POST /users: any user will do, for nobody could make one.
    """
    name = atlas.names.get(path)
    spot = atlas.spots.get(path)
    if name is None or spot is None or name in atlas.declared:
        return name
    return name if "POST" in spot.on_collection or {"PUT", "POST"} & spot.on_item.keys() else None


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What the document shows of a resource: its spot, its record and what requests carry of it."""

    spot: Spot | None
    schema: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]
    sent: Mapping[str, Any]
    carried: Mapping[str, Mapping[str, Any]]

    @property
    def has_items(self) -> bool:
        return self.spot is not None and bool(self.spot.on_item)

    @property
    def writable(self) -> frozenset[str]:
        """The properties that some request carries."""
        return frozenset(name for name, child in self.carried.items() if not child.get("readOnly"))


def _sketch(name: str, atlas: Atlas) -> _Sketch:
    path = atlas.paths.get(name)
    spot = atlas.spots.get(path) if path else None
    schema = record_schema(atlas.spec, spot, name, atlas.declared.get(name, {}).get("key"))
    fields = properties(atlas.spec, schema)
    sent = [_unwrapped(atlas.spec, place, name, fields) for place in _writes(spot)]
    carried = {field: child for each in reversed(sent) for field, child in properties(atlas.spec, each).items()}
    return _Sketch(spot, schema, fields, sent[0] if sent else {}, carried)


def _compile(name: str, atlas: Atlas, defaults: Mapping[str, Any], draft: _Sketch, house: str | None) -> Resource:
    said = atlas.declared.get(name, {})
    path, spot = atlas.paths.get(name), draft.spot
    param = key_parameter(spot.item_path) if spot and spot.item_path else None
    schema, fields, sent = draft.schema, draft.fields, draft.sent
    single = spot is not None and not is_collection(atlas.spec, spot) and is_singleton(atlas.spec, spot)
    key, rule = _key(said, single, infer_key(param, name, fields, draft.carried, house))
    writable = frozenset(draft.carried)
    read_only = {each for each, child in {**fields, **draft.carried}.items() if child.get("readOnly")}
    read_only -= draft.writable
    generated, touched = infer_stamps(fields, draft.writable)
    if key is not None:
        client_made = key in _required(sent) and key not in read_only
        generator = infer_generator(key, fields.get(key, {}), client_made)
        generated |= {key: generator} if generator else {}
    parents = tuple(_with_field(parent, fields) for parent in parents_of(path or "", atlas, said))
    return Resource(
        name=name,
        key=key,
        parents=parents,
        schema=schema,
        order=tuple(said.get("order", defaults.get("order", (key,) if key else ()))),
        defaults={
            **_schema_defaults(fields),
            **_schema_defaults(properties(atlas.spec, sent)),
            **said.get("defaults", {}),
        },
        generated={**generated, **said.get("generated", {})},
        touched={**touched, **said.get("touched", {})},
        computed=said.get("computed", {}),
        assigned=said.get("assigned", {}),
        read_only=frozenset(read_only | {*said.get("read_only", ())} | _owned_key(key, writable)),
        refuse_read_only=defaults.get("read_only") == "refuse",
        hidden=frozenset({HIDDEN_KEY, *said.get("hidden", ())}),
        fill=said.get("fill", defaults.get("fill", "owned")),
        writable=writable - read_only,
        nested=_nested(atlas.spec, fields),
        unique=tuple(tuple(names) for names in said.get("unique", ())),
        exclusive=tuple(said.get("exclusive", ())),
        position=Position(**said["position"]) if "position" in said else None,
        limit=said.get("limit"),
        references=tuple(Reference(field, **each) for field, each in said.get("references", {}).items()),
        children=tuple(_children(atlas.spec, field, each, fields) for field, each in said.get("children", {}).items()),
        mirrors=compile_mirrors(said.get("mirrors", {})),
        states=compile_states(said["states"]) if "states" in said else None,
        keep_empty=said.get("keep_empty", True),
        open=not fields or bool(schema.get("additionalProperties")),
        key_rule=rule,
    )


def _key(said: Mapping[str, Any], single: bool, inferred: tuple[str, str]) -> tuple[str | None, str]:
    """Return the key and the rule that found it: what is declared wins, a singleton has none."""
    if "key" in said:
        return said["key"], "declared"
    return (None, "") if single else inferred


def _nested(spec: Spec, fields: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the objects of a JSON:API resource whose members are changed one by one (JSON:API 1.1, Updating)."""
    parts = {"attributes", "relationships"} & fields.keys()
    return frozenset(parts) if "type" in fields and properties(spec, fields.get("attributes")) else frozenset()


def _owned_key(key: str | None, writable: frozenset[str]) -> set[str]:
    """Return the key when no request may carry it."""
    return {key} if key is not None and key not in writable else set()


def _writes(spot: Spot | None) -> list[Place]:
    """Return the operations that send a record, creates first."""
    if spot is None:
        return []
    item = [spot.on_item.get(method) for method in ("PUT", "PATCH", "POST")]
    places = [spot.on_collection.get("POST"), *item, *map(spot.on_collection.get, ("PUT", "PATCH"))]
    return [place for place in places if place is not None]


def _unwrapped(spec: Spec, place: Place, name: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the record that a request sends, without its envelope; of one, where it sends many."""
    schema: Any = request_schema(place.operation)
    wrapper = request_envelope(spec, schema, name, known.keys())
    if wrapper:
        schema = properties(spec, schema)[wrapper]
    if is_array(spec, schema):
        schema = flattened(spec, schema).get("items", {})
    return flattened(spec, schema)


def _required(schema: Mapping[str, Any]) -> list[str]:
    required = schema.get("required")
    return required if isinstance(required, list) else []


def _schema_defaults(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: schema["default"] for name, schema in fields.items() if "default" in schema}


def _with_field(parent: Parent, fields: Mapping[str, Any]) -> Parent:
    """Name the property of the child that is spelled as the parameter: {productId} fills product_id."""
    spelled = [name for name in fields if bare(name) == bare(parent.param)]
    if parent.field is not None or not spelled or bare(parent.param) == "id":
        return parent
    return replace(parent, field=parent.param if parent.param in spelled else spelled[0])


def _children(spec: Spec, name: str, said: Mapping[str, Any], fields: Mapping[str, Any]) -> Children:
    items = flattened(spec, fields.get(name, {}).get("items", {}))
    known = frozenset() if items.get("additionalProperties") else frozenset(properties(spec, items))
    return Children(name, said["by"], said["key"], tuple(said.get("order", ())), said.get("defaults", {}), known)


def _free_name(spot: Spot, atlas: Atlas) -> str:
    """Return the last fixed segment, with the ones before it where that name is taken."""
    taken = {*atlas.names.values(), *atlas.declared}
    parts = [step for step in segments(spot.path) if not whole_parameter(step)] or ["root"]
    for size in range(1, len(parts) + 1):
        name = ".".join(parts[-size:])
        if name not in taken:
            return name
    return spot.path


def _named_resources(resource: Resource) -> list[str]:
    named = [parent.resource for parent in resource.parents]
    named += [reference.resource for reference in resource.references]
    named += [mirror.resource for mirror in resource.mirrors]
    steps = resource.states.steps.values() if resource.states else ()
    named += [step.into for each in steps for step in each]
    return [name for name in named if name is not None]


def _known(resources: Mapping[str, Any]) -> str:
    return f"known resources: {', '.join(sorted(resources))}"


def _near(path: str, spots: Mapping[str, Spot]) -> str:
    near = difflib.get_close_matches(canonical(path), spots, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "it must be a path of the document"
