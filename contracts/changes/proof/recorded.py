"""A recording of OLD in, the calls in it that can be made again out, with credentials put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.changes.proof.side import Side
from contracts.changes.proof.tape import Step, Tape
from contracts.openapi import parameters
from contracts.requests.caller import asking
from contracts.targets.credentials import credentials_for
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.control.masking import MASK
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
        answer = each.answer
        if operation is None or answer is None or not answer.succeeded:
            continue
        granted = _granted(side, operation, sent)
        steps.append(Step(operation.label, granted, answer))
    return tuple(steps)


def _granted(side: Side, operation: Operation, sent: Sent) -> Sent:
    """Return the request with the headers that matter and known credentials."""
    base = side.base
    granted = credentials_for(side.model, operation, base)
    asked = [(name, value) for name, value in sent.query if value != MASK]
    mattering = (*_KEPT, *_declared(side, operation))
    headers = {}
    for name, value in sent.headers.items():
        if name.lower() in mattering:
            headers[name] = value
    headers |= granted.headers
    cookies = [f"{name}={value}" for name, value in granted.cookies.items()]
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    pairs = [*asked, *granted.query.items()]
    target = asking(sent.raw_path, pairs)
    opened = sent.with_headers(headers)
    return replace(opened, target=target)


def _declared(side: Side, operation: Operation) -> frozenset[str]:
    """Return the headers that the operation has as parameters, but those that were masked."""
    listed = parameters(side.model.document.spec, operation.path, operation.method)
    names = [str(each.get("name")) for each in listed if each.get("in") == "header"]
    return frozenset(name.lower() for name in names)
