"""Name every resource and find its parents: the survey of a document and the declared resources in,
an atlas out.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.declared import Spec
from mockserver.model.paths import canonical, is_version, parameter_names, segments, whole_parameter
from mockserver.model.survey import COLLECTION, SINGLETON, Spot, is_collection, is_singleton
from mockserver.model.types import Parent


@dataclass(slots=True)
class Atlas:
    """Where resources are: names by canonical collection path, and the parents that other paths ask
    for.
    """

    spec: Spec
    spots: Mapping[str, Spot]
    declared: Mapping[str, Mapping[str, Any]]
    names: dict[str, str] = field(default_factory=dict)
    within: dict[str, Mapping[str, str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


def draw_atlas(
    spec: Spec, spots: Mapping[str, Spot], semantics: Mapping[str, Any], source: str
) -> Atlas:
    """Name every resource: declared paths first, then collections and singletons by their last
    segment.
    """
    atlas = Atlas(spec, spots, semantics.get("resources", {}))
    for name, said in atlas.declared.items():
        for path, within in {said.get("path", ""): {}, **said.get("also_at", {})}.items():
            if path and canonical(path) not in spots:
                pointer = f"/resources/{name}/path"
                raise SemanticsError(
                    source, f"the document has no path {path}", pointer, _near(path, spots)
                )
            if path:
                spots[canonical(path)].declared = (
                    SINGLETON if said.get("key", "") is None else COLLECTION
                )
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
    for path, name in [*atlas.names.items()]:
        atlas.names |= dict.fromkeys(spots[path].shallow, name)
    return atlas


def declared_paths(semantics: Mapping[str, Any]) -> set[str]:
    """Return the canonical paths that the semantics give to a resource."""
    said = semantics.get("resources", {}).values()
    return {
        canonical(path)
        for each in said
        for path in (each.get("path", ""), *each.get("also_at", {}))
        if path
    }


def _found_by_name(atlas: Atlas) -> dict[str, Spot]:
    """Return the spots meant by resources that are declared without a path: the one that ends in
    their name.
    """
    found = {}
    for name, said in atlas.declared.items():
        fitting = [
            spot
            for spot in atlas.spots.values()
            if spot.name == name
            and spot.path not in atlas.names
            and is_collection(atlas.spec, spot)
        ]
        if not said.get("path") and len(fitting) == 1:
            found[fitting[0].path] = fitting[0]
    return found


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
    """Return the resource whose record a path parameter names, None when the API cannot make such
    records.

    /users/{user_id}/posts without POST /users: any user will do, for nobody could make one.
    """
    name = atlas.names.get(path)
    spot = atlas.spots.get(path) or atlas.spots.get(atlas.paths.get(name or "", ""))
    if name is None or spot is None or name in atlas.declared:
        return name
    return name if "POST" in spot.on_collection or "PUT" in spot.on_item else None


def _free_name(spot: Spot, atlas: Atlas) -> str:
    """Return the last fixed segment, with the ones before it where that name is taken."""
    taken = {*atlas.names.values(), *atlas.declared}
    steps = [step.removeprefix("?") for step in segments(canonical(spot.own_path))]
    fixed = [step for step in steps if not whole_parameter(step)]
    parts = [step for step in fixed if not is_version(step)] or fixed or ["root"]
    for size in range(1, len(parts) + 1):
        name = ".".join(parts[-size:])
        if name not in taken:
            return name
    return spot.path


def _near(path: str, spots: Mapping[str, Spot]) -> str:
    near = difflib.get_close_matches(canonical(path), spots, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "it must be a path of the document"
