"""Compile resources: what is inferred from the document, with what the semantics declare on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.atlas import Atlas, parents_of
from mockserver.model.declared import Spec, flattened, properties
from mockserver.model.keys import (
    HIDDEN_KEY,
    infer_generator,
    infer_house_key,
    infer_key,
    infer_stamps,
)
from mockserver.model.paths import bare, key_parameter
from mockserver.model.sketch import Sketch, sketch
from mockserver.model.stateful import compile_mirrors, compile_states, compile_views
from mockserver.model.survey import is_collection, is_singleton
from mockserver.model.types import Children, Exclusion, Parent, Position, Reference, Resource, View


def compile_resources(
    atlas: Atlas, defaults: Mapping[str, Any], source: str
) -> dict[str, Resource]:
    """Return every resource by name. Raises SemanticsError when a declaration names one that is not
    there.
    """
    names = [*dict.fromkeys([*atlas.declared, *atlas.paths])]
    drafts = {name: sketch(name, atlas) for name in names}
    house = infer_house_key(
        (draft.fields, draft.writable) for draft in drafts.values() if draft.has_items
    )
    resources = {
        name: _compile(name, atlas, defaults, draft, house) for name, draft in drafts.items()
    }
    for resource in resources.values():
        for named in _named_resources(resource):
            if named not in resources:
                raise SemanticsError(
                    source,
                    f"no resource {named!r}",
                    f"/resources/{resource.name}",
                    _known(resources),
                )
    return resources


def resource_views(atlas: Atlas) -> dict[tuple[str, str], View]:
    """Return the declared views by resource and name."""
    return {
        (name, view.name): view
        for name, said in atlas.declared.items()
        for view in compile_views(said.get("views", {}))
    }


def _compile(
    name: str, atlas: Atlas, defaults: Mapping[str, Any], draft: Sketch, house: str | None
) -> Resource:
    said = atlas.declared.get(name, {})
    path, spot = atlas.paths.get(name), draft.spot
    param = key_parameter(spot.item_path) if spot and spot.item_path else None
    schema, fields, sent = draft.schema, draft.fields, draft.sent
    single = (
        spot is not None and not is_collection(atlas.spec, spot) and is_singleton(atlas.spec, spot)
    )
    key, rule = _key(said, single, infer_key(param, name, fields, draft.carried, house))
    writable = frozenset(draft.carried)
    read_only = {
        each for each, child in {**fields, **draft.carried}.items() if child.get("readOnly")
    }
    read_only -= draft.writable
    generated, touched = infer_stamps(fields, draft.writable)
    if key is not None:
        client_made = key in _required(sent) and key not in read_only
        generator = infer_generator(key, fields.get(key, {}), client_made)
        generated |= {key: generator} if generator else {}
    servers_own = read_only | {*said.get("read_only", ())} | _owned_key(key, writable)
    parents = tuple(
        _with_field(parent, fields, key) for parent in parents_of(path or "", atlas, said)
    )
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
        read_only=frozenset(servers_own),
        refused=_refused(servers_own, defaults.get("read_only", "ignore")),
        hidden=frozenset({HIDDEN_KEY, *said.get("hidden", ())}),
        fill=said.get("fill", defaults.get("fill", "owned")),
        writable=writable - read_only,
        nested=_nested(atlas.spec, fields),
        unique=tuple(tuple(names) for names in said.get("unique", ())),
        exclusive=tuple(said.get("exclusive", ())),
        position=Position(**said["position"]) if "position" in said else None,
        limit=said.get("limit"),
        references=tuple(
            Reference(field, **each) for field, each in said.get("references", {}).items()
        ),
        children=tuple(
            _children(atlas.spec, field, each, fields)
            for field, each in said.get("children", {}).items()
        ),
        mirrors=compile_mirrors(said.get("mirrors", {})),
        states=compile_states(said["states"]) if "states" in said else None,
        keep_empty=said.get("keep_empty", True),
        given=single and not said and spot is not None and "DELETE" not in spot.on_collection,
        open=not fields or bool(schema.get("additionalProperties")),
        key_rule=rule,
        keeps_untouched=said.get("unchanged", defaults.get("unchanged")) == "keep",
        excluded=tuple(
            Exclusion(field, **each) for field, each in said.get("excluded", {}).items()
        ),
        coerce={field: frozenset(words) for field, words in said.get("coerce", {}).items()},
    )


def _key(
    said: Mapping[str, Any], single: bool, inferred: tuple[str, str]
) -> tuple[str | None, str]:
    """Return the key and the rule that found it: what is declared wins, a singleton has none."""
    if "key" in said:
        return said["key"], "declared"
    return (None, "") if single else inferred


def _nested(spec: Spec, fields: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the objects of a JSON:API resource whose members are changed one by one (JSON:API 1.1,
    Updating).
    """
    parts = {"attributes", "relationships"} & fields.keys()
    return (
        frozenset(parts)
        if "type" in fields and properties(spec, fields.get("attributes"))
        else frozenset()
    )


def _owned_key(key: str | None, writable: frozenset[str]) -> set[str]:
    """Return the key when no request may carry it."""
    return {key} if key is not None and key not in writable else set()


def _refused(read_only: set[str], said: str | list[str]) -> frozenset[str]:
    """Return the read-only properties that a request must not carry: all, none or those that are
    said.
    """
    if isinstance(said, str):
        return frozenset(read_only) if said == "refuse" else frozenset()
    return frozenset(read_only.intersection(said))


def _required(schema: Mapping[str, Any]) -> list[str]:
    required = schema.get("required")
    return required if isinstance(required, list) else []


def _schema_defaults(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: schema["default"] for name, schema in fields.items() if "default" in schema}


def _with_field(parent: Parent, fields: Mapping[str, Any], key: str | None) -> Parent:
    """Name the property of the child that is spelled as the parameter: {productId} fills
    product_id, not its key.
    """
    spelled = [name for name in fields if bare(name) == bare(parent.param) and name != key]
    if parent.field is not None or not spelled or bare(parent.param) == "id":
        return parent
    return replace(parent, field=parent.param if parent.param in spelled else spelled[0])


def _children(
    spec: Spec, name: str, said: Mapping[str, Any], fields: Mapping[str, Any]
) -> Children:
    items = flattened(spec, fields.get(name, {}).get("items", {}))
    known = () if items.get("additionalProperties") else tuple(properties(spec, items))
    return Children(
        name, said["by"], said["key"], tuple(said.get("order", ())), said.get("defaults", {}), known
    )


def _named_resources(resource: Resource) -> list[str]:
    named = [parent.resource for parent in resource.parents]
    named += [reference.resource for reference in resource.references]
    named += [exclusion.resource for exclusion in resource.excluded]
    named += [mirror.resource for mirror in resource.mirrors]
    steps = [*resource.states.steps.values(), resource.states.removed] if resource.states else []
    named += [step.into for each in steps for step in each]
    return [name for name in named if name is not None]


def _known(resources: Mapping[str, Any]) -> str:
    return f"known resources: {', '.join(sorted(resources))}"
