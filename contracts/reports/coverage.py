"""What of a document was tried: calls in, the statuses seen and the parameters sent of each
operation out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracts.events import CallAnswered, Event
from contracts.openapi import operation_at, parameters
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Reading, Readings
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation

BODY = "body"


@dataclass(slots=True)
class Sendings:
    """How often a parameter (or the body) was sent as its schema has it, and how often
    otherwise.
    """

    place: str
    name: str
    required: bool = False
    valid: int = 0
    invalid: int = 0


@dataclass(slots=True)
class Covered:
    """What of an operation was tried. `documented` are its statuses, as in `200`, `4XX` and
    `default`.
    """

    operation: Operation
    documented: tuple[str, ...]
    parameters: list[Sendings]
    seen: dict[int, int] = field(default_factory=dict)

    def statuses(self) -> Iterator[tuple[str, int, bool]]:
        """Yield statuses, how often each was seen, and whether it is documented."""
        left = dict(self.seen)
        for each in sorted(self.documented):
            counted = [status for status in left if _means(each, status, self.documented)]
            yield each, sum(left.pop(status) for status in counted), True
        yield from ((str(status), count, False) for status, count in sorted(left.items()))


class Coverage:
    """Counts what the calls of a run sent to each operation, and what came back."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.operations = {each.label: _covered(model, each) for each in model.operations}
        self._readings: dict[str, Readings] = {}

    def take(self, event: Event) -> None:
        if isinstance(event, CallAnswered) and event.exchange.operation in self.operations:
            self._count(self.operations[event.exchange.operation], event.exchange)

    def summary(self) -> str:
        """Return how many of the documented statuses and parameters were met, in one sentence."""
        seen = []
        sent: list[Sendings] = []
        for covered in self.operations.values():
            seen += [count > 0 for _, count, documented in covered.statuses() if documented]
            sent += covered.parameters
        valid = sum(sendings.valid > 0 for sendings in sent)
        invalid = sum(sendings.invalid > 0 for sendings in sent)
        return (
            f"{sum(seen)} of {len(seen)} documented statuses were seen; of {len(sent)} parameters "
            f"and bodies {valid} were sent as documented and {invalid} otherwise."
        )

    def _count(self, covered: Covered, exchange: Exchange) -> None:
        if exchange.answer is not None:
            status = exchange.answer.status
            covered.seen[status] = covered.seen.get(status, 0) + 1
        base = _base(covered.operation.path, exchange.sent.target)
        if base not in self._readings:
            self._readings[base] = Readings(self._model, base)
        reading = self._readings[base].read(exchange.sent)
        sent = {name.lower() for name in exchange.sent.headers}
        for each in covered.parameters:
            right, wrong = _judged(each, reading, sent)
            each.valid += right
            each.invalid += wrong


def _covered(model: Model, operation: Operation) -> Covered:
    spec = model.document.spec
    said = operation_at(spec, operation.path, operation.method)
    listed = [
        Sendings(str(each.get("in")), str(each["name"]), each.get("required") is True)
        for each in parameters(spec, operation.path, operation.method)
    ]
    body = said.get("requestBody")
    if body is not None:
        listed.append(Sendings(BODY, BODY, body.get("required") is True))
    return Covered(operation, tuple(map(str, said.get("responses") or ())), listed)


def _judged(each: Sendings, reading: Reading, headers: set[str]) -> tuple[bool, bool]:
    """Tell whether a parameter was sent right, and whether it was sent wrong."""
    known: Mapping[str, Mapping[str, object]] = {"path": reading.path, "query": reading.query}
    if each.place in known:
        return each.name in known[each.place], f"{each.name} is wrong" in reading.faults
    if each.place == BODY:
        wrong = any(
            fault.startswith("the body") and fault != "the body is missing"
            for fault in reading.faults
        )
        return reading.body is not MISSING and not wrong, wrong
    return (each.name.lower() if each.place == "header" else "cookie") in headers, False


def _means(documented: str, status: int, all_of_them: tuple[str, ...]) -> bool:
    """Tell whether a documented status is that of a reply: itself, else its range, else
    `default`.
    """
    ways = [str(status), f"{status // 100}XX", f"{status // 100}xx", "default"]
    return next((way for way in ways if way in all_of_them), None) == documented


def _base(template: str, path: str) -> str:
    """Return what stands before the path of an operation in a path that calls it."""
    parts = path.partition("?")[0].split("/")
    return "/".join(parts[: len(parts) - len(template.split("/")) + 1])
