"""Remember what a call made: the call and its answer in, the record with the key that it has on the
server out.

The key is looked for where servers tell it: in the record that is shown, in the path or the body
that was sent, in `Location` (RFC 9110, section 10.2.2), and at last in the list.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.compare.same import losses
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Untried
from contracts.laws.bench.lists import listed
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made, Visit
from contracts.requests.caller import Keys
from contracts.requests.drafts import Record
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer
from mockserver.lookup import value_at
from mockserver.model.types import Operation
from mockserver.state import key_of


@dataclass(frozen=True, slots=True)
class Making:
    """What was sent to make a record: `above` are the parameters that choose the collection, `at`
    those of the call.
    """

    operation: Operation
    record: Record
    above: Keys
    at: Keys


def noted(visit: Visit, place: Place, making: Making, exchange: Exchange) -> Made:
    """Remember a record that was made. Raises Untried when its key is told nowhere."""
    operation = making.operation
    answer = exchange.answer
    if answer is None:
        raise Untried("no answer")
    shown = record_of(operation, answer) or {}
    path = exchange.sent.bare_path
    if operation.key_param:
        key = making.at[operation.key_param]
    else:
        key = _told_key(visit, place, making, shown, answer)
        path = f"{path}/{key}"
    if operation.described.request is None and is_known(visit, place, key, making.above):
        raise Untried("the server keeps one record here, and makes no other")
    made = Made(key, making.above, making.record, answer, shown)
    visit.made.append((place, made))
    visit.origins[path] = exchange.number
    return made


def is_known(visit: Visit, place: Place, key: str, above: Keys) -> bool:
    """Tell whether a record of this key was made here before."""
    for home, made in visit.made:
        if home is place and (made.key, made.above) == (key, above):
            return True
    return False


def _told_key(visit: Visit, place: Place, making: Making, shown: Record, answer: Answer) -> str:
    name = place.resource.key or ""
    sources = [shown]
    if name not in place.resource.read_only:
        sources.append(making.record)
    for source in sources:
        told = value_at(source, name)
        if isinstance(told, str | int):
            return key_of(told)
    return place.key(shown) or answer.located_key or _listed_key(visit, place, making)


def _listed_key(visit: Visit, place: Place, making: Making) -> str:
    """Return the key of the only record in the list that is new and as it was sent. Raises
    Untried.
    """
    known = {made.key for home, made in visit.made if home is place}
    found = []
    with visit.off_stage():
        for record in listed(visit, place, making.above):
            is_new = place.key(record) not in known
            if is_new and not any(losses(visit.drafts.spec, {}, making.record, record)):
                found.append(record)
    if len(found) != 1:
        raise Untried("the key of a new record is told nowhere")
    return place.key(found[0])
