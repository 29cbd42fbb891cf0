"""What a server may write in another way is the same; another value is not."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compare.same import changes, losses

ONE = "0defa931-4f1b-4de7-927f-a460b30500c8"
OTHER = "ec9d2bb1-d354-4ffc-b1c9-679f56375b2c"


@pytest.mark.parametrize(
    ("sent", "read", "lost"),
    [
        ({"part": {"id": ONE, "kind": "a"}}, {"part": {"id": OTHER, "kind": "a"}}, []),
        ({"part": {"id": ONE, "kind": "a"}}, {"part": {"id": OTHER, "kind": "b"}}, ["/part/kind"]),
        ({"owner": {"id": ONE}}, {"owner": {"id": OTHER}}, ["/owner/id"]),
        ({"part": {"id": "x", "kind": "a"}}, {"part": {"id": "y", "kind": "a"}}, ["/part/id"]),
        ({"id": ONE, "kind": "a"}, {"id": OTHER, "kind": "a"}, ["/id"]),
    ],
)
def test_a_part_of_a_record_may_get_another_key_each_time_and_nothing_else(
    sent: Any, read: Any, lost: list[str]
) -> None:
    assert [each.place for each in losses({}, {}, sent, read)] == lost
    assert bool([*changes(sent, read)]) is bool(lost)


def test_what_is_deprecated_need_not_be_kept() -> None:
    schema = {"properties": {"old": {"deprecated": True}, "new": {}}}
    sent, read = {"old": 1, "new": 1}, {"old": None, "new": None}
    assert [each.place for each in losses({}, schema, sent, read)] == ["/new"]


@pytest.mark.parametrize(
    ("name", "lost"),
    [("is_superuser", []), ("emailVerified", []), ("is_admin", []), ("is_open", ["/is_open"])],
)
def test_nobody_may_give_themselves_a_right(name: str, lost: list[str]) -> None:
    assert [each.place for each in losses({}, {}, {name: True}, {name: False})] == lost
