"""Make several records by one call: an operation that takes an array in, the records that its
answer shows out.
"""

from __future__ import annotations

from contracts.laws.bench.envelopes import all_of
from contracts.laws.bench.law import Untried
from contracts.laws.bench.maker import Maker
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made, Visit
from contracts.requests.caller import Keys
from contracts.requests.drafts import Draft, Record, natural_key
from contracts.wire.safety import Safety
from mockserver.model.types import Operation


def make_batch(maker: Maker, operation: Operation, above: Keys, count: int) -> list[Made]:
    """Make records by one call; return those that the answer shows. Raises Untried when it is
    refused.
    """
    visit = maker.visit
    place = maker.place
    if visit.subject.safety is Safety.OWN and place.delete is None:
        raise Untried("what is made together could not be removed")
    draft = visit.drafts.accepted.get(operation.label)
    if draft is None:
        draft = next(visit.drafts.of(operation, above), None)
    if draft is None:
        raise Untried(f"{operation.label} takes no JSON")
    records = _records(maker, operation, draft, above, count)
    body = draft.with_record(records)
    answer = visit.send(operation, above, body)
    if not answer.succeeded:
        told = f"{answer.status} {answer.text[:200]}"
        raise Untried(f"{operation.label} refuses {count} records: {told}")
    shown = [record for record in all_of(operation, answer) if place.key(record)]
    made = []
    for told_record, record in zip(shown, records, strict=False):
        one = Made(
            place.key(told_record),
            above,
            record,
            answer,
            told_record,
        )
        visit.made.append((place, one))
        _claim(visit, place, one)
        made.append(one)
    return made


def _records(
    maker: Maker,
    operation: Operation,
    draft: Draft,
    above: Keys,
    count: int,
) -> list[Record]:
    """Return records with different values where they may have some; the last one is as the draft
    is.
    """
    drafts = maker.visit.drafts
    alone = drafts.accepted.get(maker.operation.label, draft)
    others = drafts.others(operation, maker.place.resource)
    others.pop(natural_key(maker.operation) or "", None)
    records: list[Record] = []
    for at in range(count):
        record = maker.record(alone, above)
        is_last = at == count - 1
        for name, values in others.items():
            if values and not is_last:
                record[name] = values[at % len(values)]
        records.append(drafts.mended(operation, record))
    return records


def _claim(visit: Visit, place: Place, made: Made) -> None:
    """Note that a record is the run's own, which the wire cannot tell of those that one call makes
    together.
    """
    item = place.delete or place.read
    if item is None or item.key_field not in (None, place.resource.key):
        return
    keys = {**made.above, str(item.key_param): made.key}
    sent = visit.spelled(item, keys)
    path = sent.raw_path
    visit.wire.guard.belongings.add(path.rstrip("/"))
