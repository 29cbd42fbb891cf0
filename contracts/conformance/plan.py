"""What Schemathesis runs: a Plan and a document in, its configuration out.

What a document cannot say about its own refusals is read from it all the same: `x-refusals: {valid:
[...], invalid: [...]}` on an operation lists statuses that may refuse a well-formed call because of
the state, or an ill-formed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis

from mockserver.lookup import MISSING
from mockserver.model.errorforms import documented_errors
from mockserver.model.types import BY_PLACE, Kind, Model, Operation

PHASES = ("examples", "coverage", "fuzzing", "stateful")
METHODS = ("get", "put", "post", "delete", "options", "patch", "trace", "query")
"""Methods that the coverage phase tries where the document does not have them."""
CHANGING = frozenset(Kind) - {Kind.LIST, Kind.VIEW, Kind.READ, Kind.COUNT, Kind.STATELESS}
"""Kinds whose calls are held to the conditions of a resource."""
USUAL_VALID = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
"""Statuses that Schemathesis lets a valid call have."""
OF_STATE = (402, 410, 412, 423, 424, 428, 451)
"""Statuses of refusals that say nothing of the request but what it met, where a document has them
(RFC 9110, section 15.5; RFC 4918, section 11; RFC 7725).
"""
USUAL_INVALID = (
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "409",
    "411",
    "415",
    "422",
    "428",
    "429",
    "431",
    "5xx",
)


USUAL_WITHOUT = ("400", "401", "403", "406", "415", "422")
"""Statuses that Schemathesis lets a call have that lacks a required header."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `excluded` maps a check to the reason why it cannot hold on this API.

    `expected_statuses` gives a check the statuses it takes for right, `unexpected_methods` are
    those that are tried where the document does not have them. `keys` are API keys by security
    scheme, for those that travel in no header. A run ends after `seconds`, whatever is left to do.
    Operations are narrowed to those of `only_method`, and to the labels in `only`.

    When `shared` is true, Schemathesis shares the seconds out among operations, so that each is
    tried, and the run ends when every phase is through. `left_out` names phases by the label of an
    operation that they leave alone, `promised` the statuses by which it may refuse a call because
    of what it promises: of a version, a key that was sent before, or a condition.
    """

    phases: Sequence[str] = PHASES
    max_examples: int = 20
    seconds: float | None = None
    seed: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    expected_statuses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unexpected_methods: Sequence[str] = METHODS
    only_method: str | None = None
    only: Sequence[str] = ()
    shared: bool = False
    left_out: Mapping[str, Sequence[str]] = field(default_factory=dict)
    promised: Mapping[str, Sequence[int]] = field(default_factory=dict)
    by_place: Sequence[str] = ()


def habits_of(model: Model) -> dict[str, Any]:
    """Return what the semantics of an API say against a check of Schemathesis, as words of a Plan.

    Methods that it answers with 501 are not tried where 405 is wanted; a DELETE that removes one
    page of a collection is not taken for one of everything in it; a list in which a cursor or a key
    begins a page may refuse one that it never told.
    """
    paged = any(
        each.kind is Kind.BULK_DELETE and each.paging.style != "none" for each in model.operations
    )
    why = (
        "the check takes a DELETE on a collection for one of all its items; here it removes one "
        "page"
    )
    promised = {}
    for operation in model.operations:
        statuses = refusals_of(model, operation)
        statuses += filter(operation.described.documents, OF_STATE)
        if statuses:
            promised[operation.label] = statuses
    lacking = {method.lower() for method in model.habits.unimplemented}
    return {
        "excluded": {"use_after_free": why} if paged else {},
        "unexpected_methods": tuple(method for method in METHODS if method not in lacking),
        "promised": promised,
        "by_place": tuple(each.label for each in model.operations if each.paging.style in BY_PLACE),
    }


def refusals_of(model: Model, operation: Operation) -> list[int]:
    """Return the statuses by which an operation may refuse a call because of what it promises."""
    usual = model.errors[operation.errors]
    errors = documented_errors(usual, operation.described, _no_value)
    statuses = set()
    for kind in _kinds_of_refusals(model, operation):
        form = errors.forms[kind]
        statuses.add(form.status)
    return sorted(statuses)


def _kinds_of_refusals(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the kinds of problems that an operation may have because of what it promises."""
    if operation.conditions is not None:
        yield "stale"
        yield "precondition_failed"
        yield "precondition_required"
    if operation.idempotency is not None:
        yield "key_reused"
    for demand in operation.demands:
        yield demand.kind
    resource = model.resources.get(operation.resource or "")
    if resource is None:
        return
    if operation.kind in CHANGING:
        for demand in resource.demands:
            yield demand.kind
    if resource.departure is not None:
        yield "gone"


def _no_value(schema: Any, name: str) -> Any:
    return MISSING


def config_of(spec: Mapping[str, Any], plan: Plan, base_url: str | None) -> schemathesis.Config:
    settings = [_left_out(label, phases) for label, phases in plan.left_out.items()]
    for label in plan.by_place:
        expected = [*USUAL_VALID, "400", "422"]
        acceptance = {"positive_data_acceptance": {"expected-statuses": expected}}
        settings.append({"include-name": label, "checks": acceptance})
    for path, method, refusals in _refusals(spec):
        checks: dict[str, Any] = {}
        if refusals.get("valid"):
            expected = [*USUAL_VALID, *map(str, refusals["valid"])]
            checks["positive_data_acceptance"] = {"expected-statuses": expected}
        if refusals.get("invalid"):
            expected = [*USUAL_INVALID, *map(str, refusals["invalid"])]
            checks["negative_data_rejection"] = {"expected-statuses": expected}
        settings.append({"include-name": f"{method.upper()} {path}", "checks": checks})
    settings += [_promised(label, statuses) for label, statuses in plan.promised.items()]
    checks = {name: {"enabled": False} for name in plan.excluded}
    for name, statuses in plan.expected_statuses.items():
        checks[name] = {"expected-statuses": list(statuses)}
    keys = {name: {"api_key": key} for name, key in plan.keys.items()}
    config = schemathesis.Config.from_dict(
        {
            "seed": plan.seed,
            "headers": dict(plan.headers),
            **({"auth": {"openapi": keys}} if keys else {}),
            **({"max-time": max(1, round(plan.seconds))} if plan.shared and plan.seconds else {}),
            "generation": {"max-examples": plan.max_examples, "database": "none"},
            "checks": checks,
            "operations": settings,
            "phases": {"coverage": {"unexpected-methods": list(plan.unexpected_methods)}},
            "cache": {"enabled": False},
            "analysis": {
                "constants": {"enabled": False}
            },  # it would read the source of the gate, not of the server
        }
    )
    if base_url is not None:
        config.projects.default.update(base_url=base_url)
    config.projects.default.phases.update(phases=list(plan.phases))
    return config


def _promised(label: str, statuses: Sequence[int]) -> dict[str, Any]:
    """Return the settings of an operation that may refuse with more statuses than usual."""
    usual = {
        "positive_data_acceptance": USUAL_VALID,
        "negative_data_rejection": USUAL_INVALID,
        "missing_required_header": USUAL_WITHOUT,
    }
    own = [str(status) for status in statuses]
    checks = {}
    for name, expected in usual.items():
        checks[name] = {"expected-statuses": [*expected, *own]}
    return {"include-name": label, "checks": checks}


def _left_out(label: str, phases: Sequence[str]) -> dict[str, Any]:
    return {"include-name": label, "phases": {phase: {"enabled": False} for phase in phases}}


def _refusals(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in spec.get("paths", {}).items():
        for method, operation in item.items():
            if isinstance(operation, Mapping) and "x-refusals" in operation:
                yield path, method, operation["x-refusals"]
