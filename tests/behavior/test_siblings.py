"""Rules between the records of one collection: flags, positions, limits, uniqueness and
references.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mockserver.call import ProblemKind
from tests.behavior.world import World


def world(rules: str, more: str = "") -> World:
    return World(f"resources: {{things: {{fill: none, order: [id], {rules}}}}}\n{more}")


def names(small: World, flag: str = "main") -> list[int]:
    return [each["id"] for each in small.records("things") if each.get(flag) is True]


def test_at_most_one_record_has_an_exclusive_flag() -> None:
    small = world("exclusive: [main]", "operations: {'PUT /things/{id}': {kind: upsert}}")
    small.value("POST /things", {"main": True})
    small.value("POST /things", {"main": True})
    assert names(small) == [2]
    small.value("PATCH /things/{id}", {"main": True}, path={"id": 1})
    assert names(small) == [1]
    small.value("PUT /things/{id}", {"main": True}, path={"id": 7})
    assert names(small) == [7]
    small.value("PATCH /things/{id}", {"main": False}, path={"id": 7})
    assert names(small) == []


def test_a_new_record_without_the_flag_leaves_it_where_it_is() -> None:
    small = world("exclusive: [main]")
    small.value("POST /things", {"main": True})
    small.value("POST /things", {"main": False})
    assert names(small) == [1]


class DensePositions(RuleBasedStateMachine):
    """Whatever is created, moved and deleted, the positions are 1 to n, and the order is that of a
    plain list.
    """

    def __init__(self) -> None:
        super().__init__()
        self.small = world(
            "position: {field: place, first: 1, dense: true}",
            "defaults: {put: replace}\noperations: {POST /things: {kind: create}}",
        )
        self.order: list[int] = []

    @property
    def places(self) -> list[int]:
        return list(range(1, len(self.order) + 1))

    @rule(place=st.one_of(st.none(), st.integers(-2, 9)))
    def create(self, place: int | None) -> None:
        made = self.small.value("POST /things", {} if place is None else {"place": place})
        index = len(self.order) if place is None else max(0, min(place - 1, len(self.order)))
        self.order.insert(index, made["id"])

    @precondition(lambda self: self.order)
    @rule(data=st.data(), place=st.integers(-2, 9), label=st.sampled_from(["PATCH", "PUT"]))
    def move(self, data: st.DataObject, place: int, label: str) -> None:
        key = data.draw(st.sampled_from(self.order))
        self.small.value(f"{label} /things/{{id}}", {"place": place}, path={"id": key})
        self.order.remove(key)
        self.order.insert(max(0, min(place - 1, len(self.order))), key)

    @precondition(lambda self: self.order)
    @rule(data=st.data(), body=st.sampled_from([{"name": "x"}, {"place": None, "name": "y"}]))
    def change_something_else(self, data: st.DataObject, body: dict[str, Any]) -> None:
        key = data.draw(st.sampled_from(self.order))
        label = data.draw(st.sampled_from(["PATCH /things/{id}", "PUT /things/{id}"]))
        self.small.value(label, body, path={"id": key})

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.order))
        self.small.value("DELETE /things/{id}", path={"id": key})
        self.order.remove(key)

    @rule()
    def delete_all(self) -> None:
        self.small.value("DELETE /things")
        self.order = []

    @invariant()
    def positions_have_no_gaps(self) -> None:
        by_place = sorted(self.small.records("things"), key=lambda each: each["place"])
        assert [each["place"] for each in by_place] == self.places
        assert [each["id"] for each in by_place] == self.order


DensePositions.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestDensePositions = DensePositions.TestCase


def places(small: World) -> dict[int, int]:
    return {each["id"]: each["place"] for each in small.records("things")}


def test_an_upsert_takes_its_place_among_dense_positions() -> None:
    small = world(
        "position: {field: place, dense: true}", "operations: {'PUT /things/{id}': {kind: upsert}}"
    )
    for key in (5, 6, 7):
        small.value("PUT /things/{id}", {}, path={"id": key})
    small.value("PUT /things/{id}", {"place": 1}, path={"id": 7})
    small.value("PUT /things/{id}", {"place": 2}, path={"id": 8})
    assert places(small) == {7: 1, 8: 2, 5: 3, 6: 4}


def pushing() -> World:
    small = world("position: {field: place, first: 0, dense: false}")
    return small.seed(things=[{"id": 1, "place": 0}, {"id": 2, "place": 3}, {"id": 3, "place": 7}])


def test_a_record_moved_up_pushes_those_at_or_above_it() -> None:
    small = pushing()
    small.value("PATCH /things/{id}", {"place": 3}, path={"id": 1})
    assert places(small) == {1: 3, 2: 4, 3: 8}


def test_a_record_moved_down_pushes_none() -> None:
    small = pushing()
    small.value("PATCH /things/{id}", {"place": 0}, path={"id": 3})
    assert places(small) == {1: 0, 2: 3, 3: 0}


def test_a_new_record_and_a_delete_push_none_where_positions_have_gaps() -> None:
    small = pushing()
    small.value("POST /things", {"place": 3})
    small.value("DELETE /things/{id}", path={"id": 1})
    assert places(small) == {2: 3, 3: 7, 4: 3}


def test_a_record_moved_keeps_its_exclusive_flag_rule() -> None:
    small = world("exclusive: [main], position: {field: place}")
    for _ in range(3):
        small.value("POST /things", {"main": True})
    small.value("PATCH /things/{id}", {"place": 1, "main": True}, path={"id": 2})
    assert places(small) == {2: 1, 1: 2, 3: 3}
    assert names(small) == [2]


def test_a_collection_that_is_full_takes_no_more() -> None:
    small = world("limit: 2")
    small.value("POST /things", {})
    small.value("POST /things", {})
    problem = small.refusal("POST /things", {})
    assert (problem.kind, problem.values["limit"]) == (ProblemKind.TOO_MANY, 2)
    small.value("DELETE /things/{id}", path={"id": 1})
    small.value("POST /things", {})


def unique(problem: Any) -> list[tuple[str, str]]:
    return [(each.rule, each.name) for each in problem.violations]


def test_no_two_records_agree_in_a_unique_property() -> None:
    small = world("unique: [[name]]")
    small.value("POST /things", {"name": "a"})
    small.value("POST /things", {"name": "b"})
    assert unique(small.refusal("POST /things", {"name": "a"})) == [("unique", "name")]
    assert unique(small.refusal("PATCH /things/{id}", {"name": "a"}, path={"id": 2})) == [
        ("unique", "name")
    ]
    small.value("PATCH /things/{id}", {"name": "b", "size": 3}, path={"id": 2})
    small.value("POST /things", {})
    small.value("POST /things", {})


def test_a_value_that_another_record_has_is_a_duplicate_and_no_invalid_body() -> None:
    small = world(
        "unique: [[name]], references: {owner: {resource: owners, by: id, open_when_empty: false}}"
    )
    small.value("POST /things", {"name": "a"})
    assert small.refusal("POST /things", {"name": "a"}).kind is ProblemKind.DUPLICATE
    both = small.refusal("POST /things", {"name": "a", "owner": 5})
    assert (both.kind, unique(both)) == (
        ProblemKind.INVALID,
        [("reference", "owner"), ("unique", "name")],
    )


def test_unique_properties_are_compared_together() -> None:
    small = world("unique: [[name, size]]")
    small.value("POST /things", {"name": "a", "size": 1})
    small.value("POST /things", {"name": "a", "size": 2})
    assert unique(small.refusal("POST /things", {"name": "a"})), "the default size is 1"
    assert unique(small.refusal("PATCH /things/{id}", {"size": 1}, path={"id": 2}))


def test_an_upsert_does_not_stand_in_its_own_way() -> None:
    operations = "operations: {POST /things: {kind: upsert}}"
    small = world("unique: [[name]], key: label, order: [label]", operations)
    for _ in range(2):
        small.value("POST /things", {"label": "k", "name": "a"})
    assert unique(small.refusal("POST /things", {"label": "l", "name": "a"})) == [
        ("unique", "name")
    ]


def test_a_key_that_is_taken_is_a_conflict() -> None:
    small = world("key: label, order: [label]")
    small.value("POST /things", {"label": "k"})
    problem = small.refusal("POST /things", {"label": "k"})
    assert (problem.kind, problem.values["key"]) == (ProblemKind.CONFLICT, "k")


@pytest.mark.parametrize("generator", ["sequence", "sequence-text"])
@pytest.mark.parametrize("chosen", [1, "1", 1.0])
def test_a_number_that_a_client_chose_is_not_given_again(generator: str, chosen: object) -> None:
    small = world(f"key: label, order: [label], generated: {{label: {generator}}}")
    small.value("POST /things", {"label": chosen})
    assert int(small.value("POST /things", {})["label"]) == 2


def test_each_number_of_a_record_is_counted_by_itself() -> None:
    small = world("key: label, order: [label], generated: {label: sequence, id: sequence}")
    small.seed(things=[{"label": 7, "id": 40}])
    made = [small.value("POST /things", {}) for _ in range(2)]
    assert [(each["label"], each["id"]) for each in made] == [(8, 41), (9, 42)]


REFERENCE = "references: {owner: {resource: owners, by: id%s}}"


def test_a_reference_to_what_is_not_there_is_refused() -> None:
    small = world(REFERENCE % "").seed(owners=[{"id": 1}])
    small.value("POST /things", {"owner": 1})
    for body in ({"owner": 2}, {"owner": 0}):
        for label, path in (("POST /things", {}), ("PATCH /things/{id}", {"id": 1})):
            problem = small.refusal(label, body, path=path)
            assert (problem.kind, unique(problem)) == (
                ProblemKind.INVALID,
                [("reference", "owner")],
            )


def test_no_reference_and_null_are_both_fine() -> None:
    small = world(REFERENCE % "").seed(owners=[{"id": 1}])
    small.value("POST /things", {})
    small.value("POST /things", {"owner": None})


def test_an_open_world_takes_every_reference_until_there_is_something_to_refer_to() -> None:
    small = world(REFERENCE % "")
    small.value("POST /things", {"owner": 5})
    small.value("POST /owners", {})
    small.refusal("POST /things", {"owner": 5})


def test_a_closed_world_takes_no_reference_to_nothing() -> None:
    world(REFERENCE % ", open_when_empty: false").refusal("POST /things", {"owner": 5})


def test_a_reference_that_is_read_only_is_not_looked_at() -> None:
    small = world((REFERENCE % ", open_when_empty: false") + ", read_only: [owner]")
    assert "owner" not in small.value("POST /things", {"owner": 5})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("abc"), max_size=8))
def test_no_sequence_of_calls_breaks_uniqueness(sent: list[str]) -> None:
    small = world("unique: [[name]]")
    for name in sent:
        small.call("POST /things", {"name": name})
    kept = [each["name"] for each in small.records("things")]
    assert sorted(kept) == sorted(set(sent))
