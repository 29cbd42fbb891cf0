"""Name every resource and find its parents: the survey of a document and the declared resources in,
an atlas out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.paths import canonical, is_version, parameter_names, segments, whole_parameter
from mockserver.model.places.listings import is_listing
from mockserver.model.places.survey import (
    COLLECTION,
    SINGLETON,
    Spot,
    is_collection,
    is_singleton,
)
from mockserver.model.types import Parent
from mockserver.model.types.relation import CASCADE
from mockserver.slots import dataclass

Spots = Mapping[str, Spot]
"""Collections by their canonical paths."""
Declaration = Mapping[str, Any]
"""What the semantics say of one resource."""


@dataclass(slots=True)
class Atlas:
    """Where resources are: names by canonical collection path, and the parents that other paths ask
    for. `mistakes` are declarations that the document does not bear out.
    """

    spots: Spots
    declared: Mapping[str, Declaration]
    names: dict[str, str] = field(default_factory=dict)
    within: dict[str, Mapping[str, str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    mistakes: list[SemanticsError] = field(default_factory=list)

    def spot_of(self, name: str) -> Spot | None:
        """Return where a resource is, None when it has no path."""
        path = self.paths.get(name)
        return None if path is None else self.spots.get(path)

    def is_named(self, spot: Spot) -> bool:
        """Tell whether it is known which resource is at a path."""
        return spot.path in self.names

    def name(self, spot: Spot, name: str) -> None:
        """Note that a resource is at a path."""
        self.names[spot.path] = name
        self.paths[name] = spot.path


def draw_atlas(spots: Spots, semantics: Mapping[str, Any], source: str) -> Atlas:
    """Name every resource: declared paths first, then collections and singletons by their last
    segment, in the end what is only listed. A path that the document has not is a mistake.
    """
    atlas = Atlas(spots, semantics.get("resources", {}))
    for name in atlas.declared:
        _name_declared(atlas, name, source)
    for spot in _found_by_name(atlas):
        atlas.name(spot, spot.name)
    for spot in spots.values():
        if atlas.is_named(spot):
            continue
        if is_collection(spot) or is_singleton(spot):
            atlas.name(spot, _free_name(spot, atlas))
    for spot in spots.values():
        if not atlas.is_named(spot) and is_listing(spot):
            atlas.name(spot, _free_name(spot, atlas))
    for path, name in list(atlas.names.items()):
        for other in spots[path].further_paths:
            atlas.names[other] = name
    return atlas


def _name_declared(atlas: Atlas, name: str, source: str) -> None:
    """Name the paths that a resource is declared to have."""
    declaration = atlas.declared[name]
    is_single = declaration.get("key", "") is None
    for path, within in _paths_of(declaration):
        spot = atlas.spots.get(canonical(path))
        if spot is None:
            hint = _near(path, atlas.spots)
            pointer = f"/resources/{name}/path"
            text = f"the document has no path {path}"
            atlas.mistakes.append(SemanticsError(source, text, pointer, hint))
            continue
        spot.declared = SINGLETON if is_single else COLLECTION
        atlas.names[spot.path] = name
        atlas.within[spot.path] = within
    own = declaration.get("path")
    if own and canonical(own) in atlas.spots:
        atlas.paths[name] = canonical(own)


def declared_paths(semantics: Mapping[str, Any]) -> set[str]:
    """Return the canonical paths that the semantics give to a resource."""
    found: set[str] = set()
    declarations = semantics.get("resources", {})
    for declaration in declarations.values():
        paths = dict(_paths_of(declaration))
        found.update(map(canonical, paths))
    return found


def _paths_of(declaration: Declaration) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the paths of a resource, each with the parents that it asks for."""
    own = declaration.get("path")
    if own:
        yield own, {}
    for path, within in declaration.get("also_at", {}).items():
        if path:
            yield path, within


def _near(path: str, spots: Spots) -> str:
    near = difflib.get_close_matches(canonical(path), spots, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "it must be a path of the document"


def _found_by_name(atlas: Atlas) -> list[Spot]:
    """Return the spots meant by resources that are declared without a path: the one that ends in
    their name.
    """
    free = [spot for spot in atlas.spots.values() if not atlas.is_named(spot)]
    found = []
    for name, declaration in atlas.declared.items():
        if declaration.get("path"):
            continue
        named = [spot for spot in free if spot.name == name]
        collections = list(filter(is_collection, named))
        if len(collections) == 1:
            found += collections
    return found


def parents_of(path: str, atlas: Atlas, declaration: Declaration) -> tuple[Parent, ...]:
    """Return a parent for each parameter of a collection path, outermost first."""
    declared = declaration.get("parents", {})
    parents = []
    above: list[str] = []
    for step in segments(path):
        for param in parameter_names(step):
            known = declared.get(param)
            settings = known if isinstance(known, Mapping) else {"resource": known}
            resource = settings.get("resource")
            if resource is None and whole_parameter(step):
                resource = _parent_at(canonical("/".join(above)), atlas)
            parent = Parent(
                param,
                resource,
                field=settings.get("field"),
                on_delete=settings.get("on_delete", CASCADE),
            )
            parents.append(parent)
        above.append(step)
    return tuple(parents)


def _parent_at(path: str, atlas: Atlas) -> str | None:
    """Return the resource whose record a path parameter names, None when the API cannot make such
    records.

    /users/{user_id}/posts without POST /users: any user will do, for nobody could make one. So will
    what is known by its owner and its name, for many of them are there before a client comes.
    """
    name = atlas.names.get(path)
    if name is None or name in atlas.declared:
        return name
    spot = atlas.spots.get(path) or atlas.spot_of(name)
    if spot is None:
        return name
    if spot.named_by is not None or _is_first_of_key(path, spot):
        return None
    can_be_made = "POST" in spot.on_collection or "PUT" in spot.on_item
    return name if can_be_made else None


def _is_first_of_key(path: str, spot: Spot) -> bool:
    """Tell whether what comes after a path is no record but the first part of how one is named:
    /stock/{warehouse}/{sku}, of which /stock lists all.
    """
    above = segments(path)
    steps = segments(spot.path)
    length = len(above)
    if steps[:length] != above or len(steps) == length:
        return False
    following = steps[length]
    return whole_parameter(following) is not None


def _free_name(spot: Spot, atlas: Atlas) -> str:
    """Return the last fixed segment, with the ones before it where that name is taken."""
    taken = {*atlas.names.values(), *atlas.declared}
    if spot.called and spot.called not in taken:
        return spot.called
    steps = [step.removeprefix("?") for step in segments(canonical(spot.own_path))]
    fixed = [step for step in steps if not whole_parameter(step)]
    named = [step for step in fixed if not is_version(step)]
    parts = named or fixed or ["root"]
    for size in range(1, len(parts) + 1):
        name = ".".join(parts[-size:])
        if name not in taken:
            return name
    return spot.path
