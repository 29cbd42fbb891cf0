"""Hold a server to its document with Schemathesis: a target and what is known of the API in, failures out.

All of Schemathesis' phases and checks run. What a document cannot say about its own refusals is read from it
all the same: `x-refusals: {valid: [...], invalid: [...]}` on an operation lists statuses that may refuse a
well-formed call because of the state, or an ill-formed one.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis.engine import Status, events, from_schema

from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent, decoded
from contracts.wire.gate import WITHHELD
from mockserver.call import ProblemKind
from mockserver.model.declared import operations
from mockserver.model.servers import filled
from mockserver.model.types import Kind, Model

PHASES = ("examples", "coverage", "fuzzing", "stateful")
METHODS = ("get", "put", "post", "delete", "options", "patch", "trace", "query")
"""Methods that the coverage phase tries where the document does not have them."""
USUAL_VALID = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
"""Statuses that Schemathesis lets a valid call have."""
USUAL_INVALID = ("400", "401", "403", "404", "405", "406", "409", "411", "415", "422", "428", "429", "431", "5xx")


@dataclass(frozen=True, slots=True)
class Failure:
    """One finding: the check that failed, where, a curl line that shows it, and status and body of the reply.

    `calls` are the call that failed, after those that it follows from.
    """

    check: str
    operation: str
    phase: str
    message: str
    curl: str
    reply: str = ""
    calls: Sequence[Exchange] = ()

    @property
    def sent(self) -> Sent | None:
        """The request of the call that failed, its path with the query."""
        return self.calls[-1].sent if self.calls else None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a run did: calls by operation, in its own method, and the statuses that came back.

    `checks` tells of each operation and check whether it held every time.
    """

    statuses: Mapping[str, Mapping[int, int]]
    errors: Sequence[str]
    checks: Mapping[tuple[str, str], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `excluded` maps a check to the reason why it cannot hold on this API.

    `expected_statuses` gives a check the statuses it takes for right, `unexpected_methods` are those that are
    tried where the document does not have them. `keys` are API keys by security scheme, for those that travel
    in no header. A run ends after `seconds`, whatever is left to do. Operations are narrowed to those of
    `only_method`, and to the labels in `only`.
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


def habits_of(model: Model) -> dict[str, Any]:
    """Return what the semantics of an API say against a check of Schemathesis, as words of a Plan.

    Methods that it answers with 501 are not tried where 405 is wanted; a DELETE that removes one page of a collection
    is not taken for one of everything in it.
    """
    paged = any(each.kind is Kind.BULK_DELETE and each.paging.style != "none" for each in model.operations)
    why = "the check takes a DELETE on a collection for one of all its items; here it removes one page"
    lacking = {method.lower() for method in model.habits.unimplemented}
    return {
        "excluded": {"use_after_free": why} if paged else {},
        "unexpected_methods": tuple(method for method in METHODS if method not in lacking),
    }


def is_its_way(model: Model, failure: Failure) -> bool:
    """Tell whether a failure is the way in which the semantics say that an API refuses missing or wrong credentials."""
    if failure.check != "ignored_auth":
        return False
    forms = [errors.forms for errors in model.errors.values() if not errors.standard]
    words = (ProblemKind.UNAUTHORIZED, ProblemKind.BAD_CREDENTIALS)
    return failure.reply[:3] in {str(each[word].status) for each in forms for word in words if word in each}


class Conformance:
    """One run of Schemathesis over a document."""

    def __init__(
        self, model: Model, plan: Plan, *, app: Any = None, url: str | None = None, base: str | None = None
    ) -> None:
        """Take an API and either an ASGI app or the URL of a server; `base` is one of the API's base paths."""
        self._until = None if plan.seconds is None else time.monotonic() + plan.seconds
        self._statuses: dict[str, dict[int, int]] = {}
        self._errors: list[str] = []
        template = model.base_paths[0] if base is None else base
        document = document_at(model, template)
        place = filled(model.document.spec, template)
        document["servers"] = [{"url": f"{url or 'http://testserver'}{place}"}]
        config = _config(document, plan, f"{url}{place}" if url else None)
        self._wanted = plan.max_examples if "stateful" in plan.phases else 0
        self._scenarios = 0
        self._checks: dict[tuple[str, str], bool] = {}
        self.cases = 0
        schema: Any = schemathesis.openapi.from_dict(document, config=config)
        schema = schema.include(method=plan.only_method) if plan.only_method else schema
        self._schema = schema.include(name=list(plan.only)) if plan.only else schema
        self._schema.app = app

    def run(self, is_over: Callable[[], bool] = lambda: False) -> Iterator[Failure]:
        """Yield failures as they are found, until it is over."""
        seen: set[tuple[str, str, str]] = set()
        stream = from_schema(self._schema).execute()
        for event in stream:
            if is_over() or (self._until is not None and time.monotonic() > self._until):
                stream.stop()
                self._scenarios = self._wanted
                return
            if isinstance(event, events.NonFatalError):
                self._errors.append(str(event.info.format()))
            if isinstance(event, events.ScenarioFinished):
                self._count(event)
                self._scenarios += event.phase.value.lower() == "stateful"
                for failure in _failures(event):
                    name = (failure.check, failure.operation, failure.message[:120])
                    if name not in seen:
                        seen.add(name)
                        yield failure

    @property
    def tried(self) -> Tried:
        """What was called so far, and what Schemathesis itself could not do."""
        return Tried(self._statuses, tuple(self._errors), self._checks)

    @property
    def early(self) -> str:
        """Why the stateful phase did less than was asked for, empty when it did not.

        Schemathesis ends it without a word when a server that keeps its state answers the same calls otherwise.
        """
        if 0 < self._scenarios < self._wanted:
            return f"the stateful phase ended after {self._scenarios} of {self._wanted} scenarios"
        return ""

    def _count(self, event: Any) -> None:
        for case_id, interaction in event.recorder.interactions.items():
            node = event.recorder.cases.get(case_id)
            if node is None or interaction.response is None or _is_withheld(interaction):
                continue
            if interaction.request.method != node.value.operation.method.upper():
                continue  # a method that the document does not have
            label = node.value.operation.label
            self.cases += 1
            for check in event.recorder.checks.get(case_id, ()):
                name = (label, check.name)
                self._checks[name] = self._checks.get(name, True) and check.status != Status.FAILURE
            counted = self._statuses.setdefault(label, {})
            counted[interaction.response.status_code] = counted.get(interaction.response.status_code, 0) + 1


def document_at(model: Model, base: str) -> dict[str, Any]:
    """Return a copy of the document as it holds under a base path: without the schemes that do not count there."""
    document: dict[str, Any] = copy.deepcopy(dict(model.document.spec))
    schemes = document.get("components", {}).get("securitySchemes", {})
    foreign = {name for name, at in model.security.at.items() if at != base}
    for name in foreign:
        schemes.pop(name, None)
    holders: list[Any] = [document, *(operation for _, _, operation in operations(document))]
    for holder in holders:
        if foreign and "security" in holder:
            holder["security"] = [each for each in holder["security"] if not foreign & set(each)]
    return document


def _config(spec: Mapping[str, Any], plan: Plan, base_url: str | None) -> schemathesis.Config:
    settings = []
    for path, method, refusals in _refusals(spec):
        checks: dict[str, Any] = {}
        if refusals.get("valid"):
            expected = [*USUAL_VALID, *map(str, refusals["valid"])]
            checks["positive_data_acceptance"] = {"expected-statuses": expected}
        if refusals.get("invalid"):
            expected = [*USUAL_INVALID, *map(str, refusals["invalid"])]
            checks["negative_data_rejection"] = {"expected-statuses": expected}
        settings.append({"include-name": f"{method.upper()} {path}", "checks": checks})
    checks = {name: {"enabled": False} for name in plan.excluded}
    for name, statuses in plan.expected_statuses.items():
        checks[name] = {"expected-statuses": list(statuses)}
    keys = {name: {"api_key": key} for name, key in plan.keys.items()}
    config = schemathesis.Config.from_dict(
        {
            "seed": plan.seed,
            "headers": dict(plan.headers),
            **({"auth": {"openapi": keys}} if keys else {}),
            "generation": {"max-examples": plan.max_examples, "database": "none"},
            "checks": checks,
            "operations": settings,
            "phases": {"coverage": {"unexpected-methods": list(plan.unexpected_methods)}},
            "cache": {"enabled": False},
        }
    )
    if base_url is not None:
        config.projects.default.update(base_url=base_url)
    config.projects.default.phases.update(phases=list(plan.phases))
    return config


def _refusals(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in spec.get("paths", {}).items():
        for method, operation in item.items():
            if isinstance(operation, Mapping) and "x-refusals" in operation:
                yield path, method, operation["x-refusals"]


def _failures(event: Any) -> Iterator[Failure]:
    for case_id, nodes in event.recorder.checks.items():
        interaction = event.recorder.interactions.get(case_id)
        if _is_withheld(interaction):
            continue
        for node in nodes:
            if node.status == Status.FAILURE and node.failure_info is not None:
                found = node.failure_info.failure
                yield Failure(
                    check=node.name,
                    operation=found.operation,
                    phase=event.phase.value,
                    message=f"{found.title}: {found.message}",
                    curl=node.failure_info.code_sample,
                    reply=_replied(interaction),
                    calls=tuple(_calls(event.recorder, case_id)),
                )


def _is_withheld(interaction: Any) -> bool:
    return WITHHELD.lower() in getattr(getattr(interaction, "response", None), "headers", {})


def _calls(recorder: Any, case_id: str) -> Iterator[Exchange]:
    """Yield the exchange of a case, after those of the cases that it follows from."""
    node = recorder.cases.get(case_id)
    interaction = recorder.interactions.get(case_id)
    if node is None or interaction is None:
        return
    if node.parent_id is not None:
        yield from _calls(recorder, node.parent_id)
    asked, response = interaction.request, interaction.response
    headers = {name.lower(): ", ".join(values) for name, values in asked.headers.items()}
    place = urlsplit(asked.uri)
    path = f"{place.path}?{place.query}" if place.query else place.path
    sent = Sent(asked.method, path, headers, asked.body or None)
    yield Exchange(0, "", node.value.operation.label, sent, _answer(response), interaction.timestamp)


def _answer(response: Any) -> Answer | None:
    if response is None:
        return None
    headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
    content = response.content or b""
    return Answer(response.status_code, headers, decoded(content, headers), content)


def _replied(interaction: Any) -> str:
    """Return the status and the beginning of the body that came back, empty when nothing did."""
    response = getattr(interaction, "response", None)
    return f"{response.status_code} {response.text[:500]}" if response is not None else ""
