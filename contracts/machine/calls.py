"""A Model into Hypothesis strategies of calls: an operation in, plans of calls out.

A Plan says what to call in words that hold in every state ("the second live record of the first
shelf"), so that Hypothesis can drop and reorder plans while it shrinks. `machine.pool` settles a
plan into a call when its turn comes. Most plans are valid; one in a few breaks exactly one rule of
the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from contracts.openapi import (
    Spec,
    json_content,
    operation_at,
    parameters,
    request_schema,
    resolved,
)
from contracts.requests.spoils import Spoil, spoils_of
from contracts.requests.strategies import values
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Model, Operation
from mockserver.model.types.facts import bounds


@dataclass(frozen=True, slots=True)
class Pick:
    """A key for a path: the n-th one `live` where it leads, `elsewhere`, `gone` or `never` there,
    `near` a live one. Where `key` is one of them, it is the one that is meant.
    """

    where: str
    n: int = 0
    key: Any = MISSING


@dataclass(frozen=True, slots=True)
class Drawn:
    """A query and a body that Schemathesis generated, and whether they keep the document."""

    query: Mapping[str, Any]
    body: Any
    valid: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A call to be settled: picks and values by parameter, a body with Echoes, and what is wrong
    with it.

    `drawn` tells what of it was generated.
    """

    operation: Operation = field(repr=False)
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = MISSING
    spoil: Spoil | None = None
    drawn: Drawn | None = None

    def about(self, path: Mapping[str, Any]) -> Plan:
        """Return the plan with picks of the keys that it was settled with: it stays about the same
        records where other calls are left out, as long as those are there.
        """
        picks = {
            name: replace(pick, key=path.get(name, MISSING)) if isinstance(pick, Pick) else pick
            for name, pick in self.path.items()
        }
        return replace(self, path=picks)


def _weighted(**shares: tuple[int, ...]) -> st.SearchStrategy[Pick]:
    """Return picks: for each place, how often the first one there, the second one, and so on."""
    return st.sampled_from(
        [
            Pick(where, n)
            for where, counts in shares.items()
            for n, count in enumerate(counts)
            for _ in range(count)
        ]
    )


KEYS = _weighted(
    live=(36, 30, 18), gone=(6, 6), elsewhere=(6, 6), never=(6,), near=(2, 2, 1, 1, 1, 1, 1, 1)
)
PARENTS = _weighted(live=(8, 8, 8), gone=(1,), never=(1,))
"""Most calls are about what is there: a parent that is not would hide everything below it."""


def can_be_called(model: Model, operation: Operation) -> bool:
    """Tell whether plans can be made: an operation with a body must take JSON."""
    body = operation_at(model.document.spec, operation.path, operation.method).get("requestBody")
    return body is None or json_content(body.get("content")) is not None


def plans(model: Model, operation: Operation) -> st.SearchStrategy[Plan]:
    """Return a strategy of plans for one operation."""
    spec = model.document.spec
    listed = parameters(spec, operation.path, operation.method)
    asked = [each for each in listed if _in(each, "query")]
    spoils = _now_and_then(spoils_of(model, operation))
    return st.builds(
        Plan,
        operation=st.just(operation),
        path=st.fixed_dictionaries(
            {each["name"]: _picks(spec, operation, each) for each in listed if _in(each, "path")}
        ),
        query=st.builds(
            lambda pages, rest: {**pages, **rest},
            _pages(spec, operation, asked),
            _queries(spec, operation, asked),
        ),
        body=_bodies(model, operation),
        spoil=spoils,
    )


def _now_and_then(found: list[Spoil]) -> st.SearchStrategy[Spoil | None]:
    """Return None nine times out of ten."""
    if not found:
        return st.none()
    return st.integers(0, 9).flatmap(lambda n: st.sampled_from(found) if n == 9 else st.none())


def _in(parameter: Mapping[str, Any], place: str) -> bool:
    return parameter.get("in") == place and "schema" in parameter


def _picks(
    spec: Spec, operation: Operation, parameter: Mapping[str, Any]
) -> st.SearchStrategy[Any]:
    if parameter["name"] == operation.key_param:
        return KEYS
    if any(
        parameter["name"] == parent.param and (parent.resource or parent.splits)
        for parent in operation.parents
    ):
        return PARENTS
    return values(spec, parameter["schema"])


def _pages(
    spec: Spec, operation: Operation, asked: list[Mapping[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Return choices of a page: often the second one of one or two records, where an overlap or a
    gap shows.
    """
    paging, schemas = (
        operation.paging,
        {each["name"]: resolved(spec, each["schema"]) for each in asked},
    )
    first = paging.first if paging.style == "page" else 0
    most = int(min(50, bounds(schemas.get(paging.size or "", {}))[1]))
    pairs = [
        (None, None),
        (1, first + 1),
        (2, first + 1),
        (1, None),
        (2, first),
        (1, first + 2),
        (None, first + 1),
    ]
    named = [{paging.size: size, paging.number: number} for size, number in [*pairs, (most, None)]]
    known = [
        {name: value for name, value in pair.items() if name in schemas and value} for pair in named
    ]
    return st.sampled_from(known)


def _queries(
    spec: Spec, operation: Operation, asked: list[Mapping[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    rest = [
        each
        for each in asked
        if each["name"] not in (operation.paging.size, operation.paging.number)
    ]
    return st.fixed_dictionaries(
        {}, optional={each["name"]: _query(spec, operation, each) for each in rest}
    )


def _query(
    spec: Spec, operation: Operation, parameter: Mapping[str, Any]
) -> st.SearchStrategy[Any]:
    """Return values of a query parameter: those that a filter finds, properties to sort by."""
    name, schema = parameter["name"], resolved(spec, parameter["schema"])
    if name == operation.sort_param and not schema.get("enum"):
        return st.sampled_from(["id", "-id", "pk", "-pk"])
    narrowed = {each.param: each.field.rpartition(".")[2] for each in operation.filters}
    return values(spec, _without_null(schema), narrowed.get(name, name))


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema with at least one item in a list and no empty text: neither can be spelled
    in a query.
    """
    return {
        **schema,
        "nullable": False,
        "minItems": 1,
        "minLength": max(1, schema.get("minLength", 0)),
    }


def _bodies(model: Model, operation: Operation) -> st.SearchStrategy[Any]:
    declared = operation_at(model.document.spec, operation.path, operation.method)
    if "requestBody" not in declared:
        return st.just(MISSING)
    made = values(model.document.spec, request_schema(declared))
    settings = operation.action.settings if operation.action else {}
    if operation.kind is Kind.ACTION and "name" in settings:
        known = [
            each.value.partition(":") for each in model.security.credentials if ":" in each.value
        ]
        right = [
            {settings["name"]: name, settings["password"]: secret} for name, _, secret in known
        ]
        return st.one_of(made, st.sampled_from(right)) if right else made
    return made
