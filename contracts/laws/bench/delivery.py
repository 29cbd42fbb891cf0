"""Send what makes a record: a draft and a record in, the answer, the parameters and what was sent
out.

Where the client chooses the key in the path (`PUT /books/{isbn}`), one is taken that nothing has.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.laws.bench.law import Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Visit
from contracts.requests.bodies import alike
from contracts.requests.caller import Keys
from contracts.requests.drafts import Draft, Record
from contracts.requests.samples import sample_parameters, text
from contracts.targets.target import Answer
from contracts.wire.safety import Safety
from mockserver.model.types import Operation
from mockserver.model.types.facts import admits


@dataclass(frozen=True, slots=True)
class Tryout:
    """A record of a draft that was to be made, and the answer: `at` are the parameters of the call,
    `sent` is the record with the key that it had in the path.
    """

    draft: Draft
    record: Record
    answer: Answer
    at: Keys
    sent: Record


def delivered(
    visit: Visit,
    place: Place,
    draft: Draft,
    record: Record,
    above: Keys,
) -> Tryout:
    """Send a record to be made; a key of its own goes into the path where the client chooses it.

    Raises Untried when it may not be sent or gets no answer.
    """
    operation = draft.operation
    if operation.key_param is None:
        body = draft.with_record(record)
        answer = visit.send(operation, above, body)
        return Tryout(draft, record, answer, above, record)
    key = own_key(visit, operation, operation.key_param)
    at = {**above, operation.key_param: key}
    if visit.subject.safety is Safety.OWN:
        _claim(visit, operation, at)
    sent = record
    name = operation.key_field or place.resource.key or ""
    if name in record:
        own = alike(key, record[name])
        sent = {**record, name: own}
    body = draft.with_record(sent)
    answer = visit.send(operation, at, body)
    return Tryout(draft, record, answer, at, sent)


def own_key(visit: Visit, operation: Operation, param: str) -> str:
    """Return a key that nothing has, in the form that the path asks for."""
    drafts = visit.drafts
    number = visit.number
    sample = sample_parameters(
        drafts.spec,
        operation,
        "path",
        drafts.supply,
        f"laws/{number}",
    )
    told = text(sample.get(param, "law"))
    if told.isdigit():
        return str(70_000 + number)
    if len(told) == 36:
        return drafts.supply.uuid(f"law/{number}")
    own = f"law-{number}"
    declared = operation.described.parameter("path", param)
    is_allowed = declared is None or admits(declared.schema.plain, own)
    is_pair = f"}}/{{{param}}}" in operation.path  # no list tells records by one of two keys
    return own if is_allowed or is_pair else told


def _claim(visit: Visit, operation: Operation, at: Keys) -> None:
    """Take a free key for the run's own. Raises Untried when it is not free."""
    sent = visit.granted(operation, at)
    with visit.reachable():
        is_free = visit.wire.claim(sent.target, sent.headers)
    if not is_free:
        raise Untried(f"{sent.target} is there already, so it is not the run's own")
