"""Compile operations: for each method and path its kind, resource, envelope, paging and filters."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.atlas import Atlas
from mockserver.model.beside import Beside, infer_beside
from mockserver.model.declared import (
    parameters,
    properties,
    success_statuses,
)
from mockserver.model.enveloping import infer_envelope
from mockserver.model.keys import HIDDEN_KEY, infer_key
from mockserver.model.listing import ON_MANY, asked_in_body, settled_filters, settled_paging
from mockserver.model.lists import infer_sort
from mockserver.model.paths import canonical, collection_of, key_parameter, parameter_names
from mockserver.model.rules import Case, infer_kind
from mockserver.model.sketch import sent_record
from mockserver.model.statuses import documents_location, statuses
from mockserver.model.survey import Place, is_count, parent_path
from mockserver.model.types import (
    Action,
    Envelope,
    Errors,
    Kind,
    Operation,
    Parent,
    Resource,
    View,
)
from mockserver.model.untold import leave_untold

ON_ONE = frozenset({Kind.READ, Kind.REPLACE, Kind.MERGE, Kind.DELETE, Kind.UPSERT})


class OperationCompiler:
    """Compiles the operations of one document."""

    def __init__(
        self,
        atlas: Atlas,
        resources: Mapping[str, Resource],
        views: Mapping[tuple[str, str], View],
        semantics: Mapping[str, Any],
        errors: Mapping[str, Errors],
        source: str,
    ) -> None:
        self._atlas = atlas
        self._spec = atlas.spec
        self._resources = resources
        self._views = views
        self._defaults = semantics.get("defaults", {})
        self._declared = semantics.get("operations", {})
        self._errors = errors
        self._source = source

    def compile(self) -> tuple[Operation, ...]:
        """Return every operation in the order of the document. Raises SemanticsError for an unknown
        label.
        """
        places = [
            place
            for spot in self._atlas.spots.values()
            for place in (*spot.on_collection.values(), *spot.on_item.values(), *spot.others)
        ]
        labels = {place.label for place in places}
        for label in self._declared:
            if label not in labels:
                near = difflib.get_close_matches(label, labels, n=1, cutoff=0.5)
                hint = (
                    f"did you mean {near[0]!r}?"
                    if near
                    else "it must be METHOD /path of the document"
                )
                raise SemanticsError(self._source, f"no operation {label!r}", "/operations", hint)
        return leave_untold(
            tuple(map(self._operation, places)), self._resources, self._atlas.declared
        )

    def _operation(self, place: Place) -> Operation:
        said = self._declared.get(place.label, {})
        kind, name, reason, beside = self._kind(place, said)
        if name is not None and name not in self._resources:
            known = f"known resources: {', '.join(sorted(self._resources))}"
            raise SemanticsError(
                self._source, f"no resource {name!r}", f"/operations/{place.label}", known
            )
        resource = self._resources[name] if name else None
        if resource is None and kind not in (Kind.ACTION, Kind.STATELESS):
            kind, reason = Kind.STATELESS, "no resource: answers with an example"
        base = Operation(
            label=place.label,
            method=place.method,
            path=place.path,
            kind=kind,
            resource=name,
            errors=self._errors_of(place, said),
            scopes=tuple(said.get("scopes", place.operation.get("x-scopes", ()))),
            unknown_query=said.get("unknown_query", self._defaults.get("unknown_query", "ignore")),
            location=said.get(
                "location", self._defaults.get("location", self._has_location(place, kind))
            ),
            reason=reason,
        )
        success, created = statuses(place.operation, kind, said)
        base = replace(base, success=success, created=created)
        if kind is Kind.ACTION:
            action, settings = next(iter(said.get("action", {"": {}}).items()))
            return replace(base, action=Action(action, settings or {}))
        if resource is None:
            return base
        stateful = self._stateful(place, kind, resource, said, beside)
        return replace(base, **stateful, sets=beside.sets if beside else {})

    def _has_location(self, place: Place, kind: Kind) -> bool:
        """Tell whether a create names the new record: it is documented, or 201 and the record can
        be read by GET.
        """
        readable = "GET" in self._atlas.spots[place.collection].on_item
        return documents_location(place.operation) or (
            kind is Kind.CREATE
            and readable
            and (201 in success_statuses(place.operation) or self._is_hidden(place))
        )

    def _is_hidden(self, place: Place) -> bool:
        """Tell whether the key of a record is in none of its properties, so that only a header can
        tell it.
        """
        resource = self._resources.get(self._atlas.names.get(place.collection, ""))
        return resource is not None and resource.key == HIDDEN_KEY

    def _kind(
        self, place: Place, said: Mapping[str, Any]
    ) -> tuple[Kind, str | None, str, Beside | None]:
        """Return kind, resource and reason; the last is there where a rule for paths beside a
        resource fired.
        """
        spot = self._atlas.spots[place.collection]
        habits = (
            self._defaults.get("put"),
            self._defaults.get("patch"),
            self._defaults.get("upsert"),
        )
        inferred, rule = infer_kind(Case(place, spot, self._spec, *habits))
        kind = Kind(said["kind"]) if "kind" in said else inferred
        above = parent_path(place.path) if is_count(self._spec, spot) else place.collection
        name = said.get("resource", self._atlas.names.get(above))
        if "kind" in said:
            return kind, None if kind in (Kind.STATELESS, Kind.ACTION) else name, "declared", None
        if kind is not Kind.STATELESS:
            shallow = place.item and collection_of(place.path) != place.collection
            return kind, name, f"shallow-{rule} of {place.collection}" if shallow else rule, None
        beside = infer_beside(place, self._spec, self._atlas.names, self._resources)
        return (
            (beside.kind, beside.resource, beside.rule, beside)
            if beside
            else (kind, None, rule, None)
        )

    def _stateful(
        self,
        place: Place,
        kind: Kind,
        resource: Resource,
        said: Mapping[str, Any],
        beside: Beside | None,
    ) -> dict[str, Any]:
        path_params = parameter_names(place.path)
        key = beside.key_param if beside else key_parameter(place.path) if kind in ON_ONE else None
        key = said.get("key") or key
        if resource.key is None:
            key = None
        query = [
            *parameters(self._spec, place.path, place.method),
            *asked_in_body(self._spec, place, kind),
        ]
        fields = properties(self._spec, resource.schema)
        paging = settled_paging(self._spec, kind, query, said, self._defaults)
        return {
            "key_param": key,
            "key_field": said.get("by") or self._key_field(key, resource, fields),
            "parents": self._parents(place, path_params, key, resource),
            "envelope": self._envelope(place, kind, resource, said),
            "paging": paging,
            "filters": settled_filters(kind, query, fields, paging, said),
            "sort_param": said.get("sort", infer_sort(query, fields)) if kind in ON_MANY else None,
            "view": self._view(place, resource, said),
            "carries": frozenset(
                properties(self._spec, sent_record(self._spec, place, resource.name, fields))
            ),
        }

    def _key_field(
        self, key: str | None, resource: Resource, fields: Mapping[str, Any]
    ) -> str | None:
        if key is None or resource.key in (None, HIDDEN_KEY):
            return resource.key
        field, rule = infer_key(key, resource.name, fields)
        return field if rule == "same-name" else resource.key

    def _parents(
        self, place: Place, path_params: list[str], key: str | None, resource: Resource
    ) -> tuple[Parent, ...]:
        """Return the parents of this path: those of the resource that it names, others that must
        only exist.
        """
        own = {parent.param: parent for parent in resource.split}
        within: Mapping[str, str] = {}
        for path, known in self._atlas.within.items():
            if canonical(place.path).startswith(path):
                within = known
        found = [
            own.get(name, Parent(name, within.get(name), False))
            for name in path_params
            if name != key
        ]
        return tuple(found)

    def _envelope(
        self, place: Place, kind: Kind, resource: Resource, said: Mapping[str, Any]
    ) -> Envelope:
        status = statuses(place.operation, kind, said)[kind is Kind.CREATE]
        inferred = infer_envelope(self._spec, place, kind, resource, status)
        declared = {**self._defaults.get("envelope", {}), **said.get("envelope", {})}
        return replace(
            inferred, **{word: _template(word, value) for word, value in declared.items()}
        )

    def _view(self, place: Place, resource: Resource, said: Mapping[str, Any]) -> View | None:
        if "view" not in said:
            return None
        view = self._views.get((resource.name, said["view"]))
        if view is None:
            known = (
                ", ".join(name for owner, name in self._views if owner == resource.name) or "none"
            )
            hint = f"views of {resource.name}: {known}"
            raise SemanticsError(
                self._source, f"no view {said['view']!r}", f"/operations/{place.label}", hint
            )
        return view

    def _errors_of(self, place: Place, said: Mapping[str, Any]) -> str:
        if "errors" in said:
            if said["errors"] not in self._errors:
                known = f"known: {', '.join(self._errors)}"
                raise SemanticsError(
                    self._source,
                    f"no errors {said['errors']!r}",
                    f"/operations/{place.label}",
                    known,
                )
            return str(said["errors"])
        at = [
            name
            for name, each in self._errors.items()
            if each.at and place.path.startswith(each.at)
        ]
        return max(at, key=lambda name: len(self._errors[name].at), default="default")


def _template(word: str, value: Any) -> Any:
    """Return a template; a bare word means the property that holds the value."""
    if word in ("one", "many", "count") and isinstance(value, str) and not value.startswith("$"):
        return {value: "$value"}
    return value
