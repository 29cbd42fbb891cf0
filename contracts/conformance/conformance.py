"""Hold a server to its document with Schemathesis: a target and what is known of the API in,
failures out.

All of Schemathesis' phases and checks run.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.engine import Status, events, from_schema

from contracts.conformance.failure import Failure, failures_in, is_withheld
from contracts.conformance.plan import Plan, config_of
from contracts.openapi import operations
from mockserver.model.servers import filled
from mockserver.model.types import Model


@dataclass(frozen=True, slots=True)
class Tried:
    """What a run did: calls by operation, in its own method, and the statuses that came back.

    `checks` tells of each operation and check whether it held every time.
    """

    statuses: Mapping[str, Mapping[int, int]]
    errors: Sequence[str]
    checks: Mapping[tuple[str, str], bool] = field(default_factory=dict)


class Conformance:
    """One run of Schemathesis over a document."""

    def __init__(
        self,
        model: Model,
        plan: Plan,
        *,
        app: Any = None,
        url: str | None = None,
        base: str | None = None,
    ) -> None:
        """Take an API and either an ASGI app or the URL of a server; `base` is one of the API's
        base paths.

        `at` is the label of the operation that is being tried, and the phase.
        """
        self._until = (
            None if plan.seconds is None or plan.shared else time.monotonic() + plan.seconds
        )
        self._last_phase = plan.phases[-1] if plan.shared else ""
        self.at = ("", "")
        self._statuses: dict[str, dict[int, int]] = {}
        self._errors: list[str] = []
        template = model.base_paths[0] if base is None else base
        document = document_at(model, template)
        place = filled(model.document.spec, template)
        document["servers"] = [{"url": f"{url or 'http://testserver'}{place}"}]
        config = config_of(document, plan, f"{url}{place}" if url else None)
        self._wanted = plan.max_examples if "stateful" in plan.phases else 0
        self._scenarios = 0
        self._checks: dict[tuple[str, str], bool] = {}
        self.cases = 0
        schema: Any = schemathesis.openapi.from_dict(document, config=config)
        schema = schema.include(method=plan.only_method) if plan.only_method else schema
        self._schema = schema.include(name=list(plan.only)) if plan.only else schema
        self._schema.app = app

    def run(
        self,
        is_over: Callable[[], bool] = lambda: False,
        tell: Callable[[int], None] = lambda cases: None,
    ) -> Iterator[Failure]:
        """Yield failures as they are found, until it is over; `tell` is told how many cases there
        were so far.
        """
        seen: set[tuple[str, str, str]] = set()
        stream = from_schema(self._schema).execute()
        for event in stream:
            if isinstance(event, events.ScenarioStarted):
                self.at = (str(event.label), event.phase.value.lower())
            if is_over() or (self._until is not None and time.monotonic() > self._until):
                stream.stop()
                self._scenarios = self._wanted
                return
            if (
                isinstance(event, events.PhaseFinished)
                and event.phase.name.value.lower() == self._last_phase
            ):
                # with a time to keep, Schemathesis would go round again until it is used up
                stream.stop()
                return
            if isinstance(event, events.NonFatalError):
                self._errors.append(str(event.info.format()))
            if isinstance(event, events.ScenarioFinished):
                self._count(event)
                tell(self.cases)
                self._scenarios += event.phase.value.lower() == "stateful"
                for failure in failures_in(event):
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

        Schemathesis ends it without a word when a server that keeps its state answers the same
        calls otherwise.
        """
        if 0 < self._scenarios < self._wanted:
            return f"the stateful phase ended after {self._scenarios} of {self._wanted} scenarios"
        return ""

    def _count(self, event: Any) -> None:
        for case_id, interaction in event.recorder.interactions.items():
            node = event.recorder.cases.get(case_id)
            if node is None or interaction.response is None or is_withheld(interaction):
                continue
            if interaction.request.method != node.value.operation.method.upper():
                continue  # a method that the document does not have
            label = node.value.operation.label
            self.cases += 1
            for check in event.recorder.checks.get(case_id, ()):
                name = (label, check.name)
                self._checks[name] = self._checks.get(name, True) and check.status != Status.FAILURE
            counted = self._statuses.setdefault(label, {})
            counted[interaction.response.status_code] = (
                counted.get(interaction.response.status_code, 0) + 1
            )


def document_at(model: Model, base: str) -> dict[str, Any]:
    """Return a copy of the document as it holds under a base path: without the schemes that do not
    count there.
    """
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
