"""Laws change what is inside objects and arrays too, and tell where it is lost."""

from __future__ import annotations

import pytest

import mockserver.space
from contracts.compare.same import losses
from mockserver.call import Call
from mockserver.model.types import Kind
from mockserver.state import Put, Reader, Record
from tests.laws.faults import storing
from tests.laws.servers import WAREHOUSE, events_of, findings_of, subject_of

ITEM = {"type": "object", "properties": {"price": {"type": "number"}, "tags": {"type": "array"}}}
RECORD = {
    "type": "object",
    "properties": {"variants": {"type": "array", "items": ITEM}, "size": ITEM},
}


@pytest.mark.parametrize(
    ("read", "places"),
    [
        ({"variants": [{"price": 1, "tags": ["a"]}, {"price": 2}]}, []),
        ({"variants": [{"price": 2, "id": 1}, {"price": 1, "tags": ["a"], "id": 2}]}, []),
        ({"variants": [{"price": 0, "tags": ["a"]}, {"price": 2}]}, ["/variants/0/price"]),
        (
            {"variants": [{"price": 1, "tags": ["b"]}, {"price": 3}]},
            ["/variants/0/tags", "/variants/1/price"],
        ),
        ({"variants": [1, 2]}, []),
    ],
)
def test_each_object_of_a_list_is_held_against_the_one_that_comes_nearest(
    read: object, places: list[str]
) -> None:
    sent = {"variants": [{"price": 1, "tags": ["a"]}, {"price": 2}]}
    assert [each.place for each in losses({}, RECORD, sent, read)] == places


def _lose_depth(call: Call, reader: Reader, put: Put) -> Record:
    parts = [{**each, "depth": 1} for each in put.record.get("parts") or ()]
    return {**put.record, **({"parts": parts} if parts else {})}


@pytest.mark.parametrize(
    ("law", "kind"), [("sent-is-read", Kind.CREATE), ("merge-keeps-the-rest", Kind.MERGE)]
)
def test_a_value_that_is_lost_inside_an_array_is_told_by_its_place(
    law: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mockserver.space, "decide", storing((kind,), _lose_depth, "boxes"))
    found = findings_of(events_of(subject_of(WAREHOUSE), law))
    assert [each.place for each in found] == ["/parts/0/depth"]
