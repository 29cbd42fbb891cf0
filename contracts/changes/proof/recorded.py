"""A recording of OLD in, the calls in it that can be made again out, with credentials put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from contracts.changes.proof.side import Side
from contracts.changes.proof.tape import Step, Tape
from contracts.lifecycle.caller import asking
from contracts.targets.credentials import credentials_for
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.control.masking import MASK
from mockserver.model.declared import parameters
from mockserver.model.types import Operation

_KEPT = ("content-type", "accept", "prefer", "if-match", "if-none-match")
"""Headers that are sent again; who called is masked in a recording, and how is of no matter."""


def tape_of(side: Side, recorded: Sequence[Exchange]) -> Tape:
    """Return the calls that succeeded, as a client of OLD would make them."""
    readings = side.readings()
    steps = []
    for each in recorded:
        sent = side.below(each.sent)
        operation = readings.read(sent).operation
        if operation is not None and each.answer is not None and each.answer.succeeded:
            steps.append(Step(operation.label, _granted(side, operation, sent), each.answer))
    return tuple(steps)


def _granted(side: Side, operation: Operation, sent: Sent) -> Sent:
    """Return the request with the headers that matter and known credentials."""
    granted = credentials_for(side.model, operation, side.base)
    path, _, query = sent.path.partition("?")
    asked = [
        (name, value) for name, value in parse_qsl(query, keep_blank_values=True) if value != MASK
    ]
    headers = {
        name: value
        for name, value in sent.headers.items()
        if name.lower() in (*_KEPT, *_declared(side, operation))
    }
    jar = "; ".join(f"{name}={value}" for name, value in granted.cookies.items())
    more = {**granted.headers, **({"Cookie": jar} if jar else {})}
    return replace(
        sent, path=asking(path, [*asked, *granted.query.items()]), headers={**headers, **more}
    )


def _declared(side: Side, operation: Operation) -> frozenset[str]:
    """Return the headers that the operation has as parameters, but those that were masked."""
    listed = parameters(side.model.document.spec, operation.path, operation.method)
    return frozenset(str(each.get("name")).lower() for each in listed if each.get("in") == "header")
