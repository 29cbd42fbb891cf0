"""Compile what is worked out of several records: resources and what is declared of them in,
resources whose formulas know each other out.

    orders:
      computed: {total: {value: sum(lines.amount)}}
      conditions: [total <= customer.limit]

An order is put anew when one of its lines changes, so `lines` are watched by orders, by the way
back from a line to its order. What looks at itself by any way is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.formula.formulas import (
    FormulaError,
    FormulaReading,
    Use,
    in_order,
    read_formula,
)
from mockserver.model.types import Demand, Formula, Operation, Resource, Watcher
from mockserver.slots import dataclass

Resources = Mapping[str, Resource]
Declared = Mapping[str, Mapping[str, Any]]
"""What the semantics say of resources, or of operations."""
USUALLY_AT = ("create", "change")


@dataclass(slots=True)
class _FormulaCompiler:
    """Reads formulas, and notes the mistakes in them."""

    resources: Resources
    source: str
    mistakes: list[SemanticsError] = field(default_factory=list)

    def read(
        self,
        text: str,
        name: str,
        at: str,
    ) -> FormulaReading | None:
        """Return a formula about records of a resource, None where it is a mistake."""
        try:
            return read_formula(text, name, self.resources)
        except FormulaError as error:
            self.mistakes.append(SemanticsError(self.source, error.message, at, error.hint))
            return None

    def lost(self, name: str) -> None:
        """Note that conditions hold for a resource that no operation is about."""
        text = f"no operation is about {name}, so nothing is held to its conditions"
        hint = "say where it is: path: /..."
        mistake = SemanticsError(self.source, text, f"/resources/{name}/conditions", hint)
        self.mistakes.append(mistake)

    def demands(
        self,
        said: Sequence[Any],
        name: str,
        at: str,
    ) -> Iterator[Demand]:
        """Yield what must hold of the records of a resource."""
        for place, each in enumerate(said):
            pointer = f"{at}/conditions/{place}"
            words: Mapping[str, Any] = {"must": each}
            if isinstance(each, Mapping):
                words = each
                pointer = f"{pointer}/must"
            reading = self.read(words["must"], name, pointer)
            if reading is None:
                continue
            events = frozenset(words.get("at", USUALLY_AT))
            usual = "conflict" if events == {"delete"} else "invalid"
            yield Demand(
                reading.formula,
                events,
                words.get("problem", usual),
                words.get("message", ""),
                words.get("field"),
            )


def with_formulas(
    resources: Resources,
    declared: Declared,
    source: str,
) -> tuple[dict[str, Resource], Sequence[SemanticsError]]:
    """Return the resources with what is computed of several records, and what must hold of them;
    and the mistakes in that.
    """
    compiler = _FormulaCompiler(resources, source)
    readings = dict(_computed(compiler, declared))
    grown = dict(resources)
    try:
        for name, property_name in in_order(readings):
            formula = readings[name, property_name].formula
            grown[name] = _with_formula(grown[name], property_name, formula)
    except FormulaError as error:
        mistake = SemanticsError(source, error.message, "/resources")
        compiler.mistakes.append(mistake)
    for use, reading in readings.items():
        _watch(grown, use[0], reading)
    for name, words in declared.items():
        said = words.get("conditions", ())
        if said and not resources[name].path:
            compiler.lost(name)
        demands = compiler.demands(said, name, f"/resources/{name}")
        grown[name] = replace(grown[name], demands=tuple(demands))
    return grown, compiler.mistakes


def _computed(
    compiler: _FormulaCompiler,
    declared: Declared,
) -> Iterator[tuple[Use, FormulaReading]]:
    """Yield the properties that are computed by formulas."""
    for name, words in declared.items():
        computed = words.get("computed", {})
        for property_name, said in computed.items():
            if not isinstance(said, Mapping):
                continue
            at = f"/resources/{name}/computed/{property_name}/value"
            reading = compiler.read(said["value"], name, at)
            if reading is not None:
                yield (name, property_name), reading


def _with_formula(
    resource: Resource,
    name: str,
    formula: Formula,
) -> Resource:
    formulas = {**resource.formulas, name: formula}
    return replace(resource, formulas=formulas)


def _watch(
    resources: dict[str, Resource],
    name: str,
    reading: FormulaReading,
) -> None:
    """Let the resources at which a formula looks know who looks at them."""
    _add_watch(resources, name, Watcher(name))
    for way in reading.ways:
        back = tuple(tie.back for tie in reversed(way))
        _add_watch(resources, way[-1].target, Watcher(name, back))


def _add_watch(
    resources: dict[str, Resource],
    name: str,
    watch: Watcher,
) -> None:
    watched = resources[name]
    if watch not in watched.watched_by:
        watchers = (*watched.watched_by, watch)
        resources[name] = replace(watched, watched_by=watchers)


def with_demands(
    operations: Sequence[Operation],
    resources: Resources,
    declared: Declared,
    source: str,
) -> tuple[tuple[Operation, ...], Sequence[SemanticsError]]:
    """Return the operations with what must hold of a record once they are done with it; and the
    mistakes in that.
    """
    compiler = _FormulaCompiler(resources, source)
    settled = []
    for operation in operations:
        said = declared.get(operation.label, {}).get("conditions", ())
        at = f"/operations/{operation.label}"
        if said and operation.resource is None:
            text = "conditions need a resource: say which one the operation is about"
            compiler.mistakes.append(SemanticsError(source, text, f"{at}/conditions"))
            said = ()
        name = operation.resource or ""
        demands = tuple(compiler.demands(said, name, at))
        settled.append(replace(operation, demands=demands) if demands else operation)
    return tuple(settled), compiler.mistakes
