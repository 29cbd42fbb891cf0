"""Objects kept in an array of their parent: an upsert replaces them, matched ones keep their key."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.state import Collection, Query, Remove
from tests.behavior.world import World

SEMANTICS = """
resources:
  things:
    fill: none
    children: {parts: {by: url, key: id, order: [order, id], defaults: {order: 0, kind: plain}}}
    %s
operations: {'PUT /things/{id}': {kind: upsert}}
"""
PATH = {"path": {"id": 1}}
UPSERT = "PUT /things/{id}"


def world(more: str = "") -> World:
    return World(SEMANTICS % more)


def part(url: str, **fields: Any) -> dict[str, Any]:
    return {"url": url, **fields}


def test_new_children_get_keys_and_defaults() -> None:
    record = world().value(UPSERT, {"parts": [part("a"), part("b", order=-1)]}, **PATH)
    assert record["parts"] == [
        {"id": 2, "url": "b", "order": -1, "kind": "plain"},
        {"id": 1, "url": "a", "order": 0, "kind": "plain"},
    ]


def test_a_child_that_is_sent_again_keeps_its_key_and_an_omitted_one_goes() -> None:
    small = world()
    small.value(UPSERT, {"parts": [part("a"), part("b")]}, **PATH)
    record = small.value(UPSERT, {"parts": [part("b"), part("c")]}, **PATH)
    assert [(each["id"], each["url"]) for each in record["parts"]] == [(2, "b"), (3, "c")]


def test_what_is_not_sent_of_a_child_goes_back_to_its_default() -> None:
    small = world()
    small.value(UPSERT, {"parts": [part("a", kind="special", extra=1)]}, **PATH)
    record = small.value(UPSERT, {"parts": [part("a")]}, **PATH)
    assert record["parts"] == [{"id": 1, "url": "a", "order": 0, "kind": "plain"}]


def test_the_key_of_a_child_is_not_the_clients_to_choose() -> None:
    record = world().value(UPSERT, {"parts": [part("a", id=99)]}, **PATH)
    assert record["parts"][0]["id"] == 1


def test_a_number_of_a_child_that_went_is_not_given_again() -> None:
    small = world()
    small.value(UPSERT, {"parts": [part("a")]}, **PATH)
    small.value(UPSERT, {"parts": []}, **PATH)
    assert small.value(UPSERT, {"parts": [part("a")]}, **PATH)["parts"][0]["id"] == 2


def test_the_key_of_a_child_may_be_zero() -> None:
    small = world().seed(things=[{"id": 1, "parts": [{"id": 0, "url": "a"}]}])
    assert small.value(UPSERT, {"parts": [part("a")]}, **PATH)["parts"][0]["id"] == 0


def test_children_without_their_order_come_first() -> None:
    record = world().value(UPSERT, {"parts": [part("a", order=5), part("b", order=None)]}, **PATH)
    assert [each["url"] for each in record["parts"]] == ["b", "a"]


def test_an_empty_list_deletes_the_record_where_it_is_not_kept() -> None:
    small = world("keep_empty: false")
    small.value(UPSERT, {"parts": [part("a")]}, **PATH)
    small.value(UPSERT, {"parts": []}, **PATH)
    assert small.records("things") == []
    assert small.value(UPSERT, {"parts": []}, **PATH)["parts"] == []
    assert small.records("things") == []


def test_an_empty_list_keeps_the_record_by_default() -> None:
    small = world()
    small.value(UPSERT, {"parts": [part("a")]}, **PATH)
    small.value(UPSERT, {"parts": []}, **PATH)
    assert small.records("things")[0]["parts"] == []


def test_a_child_sent_twice_is_refused_with_its_place() -> None:
    small = world()
    small.value(UPSERT, {"parts": [part("a")]}, **PATH)
    problem = small.refusal(UPSERT, {"parts": [part("b"), part("c"), part("b")]}, **PATH)
    assert problem.violations[0].path == ("parts", 2, "url")
    assert problem.violations[0].rule == "unique"


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ("a", ("parts",)),
        (1, ("parts",)),
        ({"url": "a"}, ("parts",)),
        ([part("a"), None], ("parts", 1)),
        (["a"], ("parts", 0)),
        ([{}], ("parts", 0, "url")),
        ([{"url": None}], ("parts", 0, "url")),
        ([{"url": ["a"]}], ("parts", 0, "url")),
    ],
)
def test_children_that_cannot_be_matched_are_refused_with_their_place(parts: object, path: tuple[object, ...]) -> None:
    problem = world().refusal(UPSERT, {"parts": parts}, **PATH)
    assert (problem.violations[0].rule, problem.violations[0].path) == ("type", path)


@pytest.mark.parametrize("put", ["replace", "upsert"])
def test_a_put_without_children_takes_them_away(put: str) -> None:
    small = World((SEMANTICS % "").replace("kind: upsert", f"kind: {put}"))
    small.seed(things=[{"id": 1, "parts": [{"id": 1, "url": "a"}]}])
    assert small.value(UPSERT, {"name": "n"}, **PATH)["parts"] == []


def test_a_merge_without_children_leaves_them() -> None:
    small = world().seed(things=[{"id": 1, "parts": [{"id": 1, "url": "a"}]}])
    assert small.value("PATCH /things/{id}", {"name": "n"}, **PATH)["parts"] == [{"id": 1, "url": "a"}]


def test_a_new_record_without_children_has_an_empty_list() -> None:
    assert world().value("POST /things", {"name": "n"})["parts"] == []


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from("abcde"), unique=True, max_size=4), min_size=1, max_size=6))
def test_each_url_keeps_its_key_as_long_as_it_is_there(sent: list[list[str]]) -> None:
    small = world()
    kept: dict[str, int] = {}
    used: set[int] = set()
    for urls in sent:
        record = small.value(UPSERT, {"parts": [part(url) for url in urls]}, **PATH)
        keys = {each["url"]: each["id"] for each in record["parts"]}
        assert keys.keys() == set(urls)
        for url, key in keys.items():
            assert key == kept[url] if url in kept else key not in used
        used |= set(keys.values())
        kept = keys


MIRRORED = """
resources:
  things:
    fill: none
    children: {parts: {by: url, key: id, order: [id]}}
    mirrors:
      parts:
        resource: owners
        key_field: part
        find: {other: {in: things, where: {name: $record.label}}}
        values: {text: $child.url, of: $record.name, other: $other.id}
  owners: {fill: none}
operations: {'PUT /things/{id}': {kind: upsert}}
"""


def shown(small: World) -> list[tuple[int, str, str]]:
    return [(each["part"], each["text"], each["of"]) for each in small.records("owners")]


def test_each_child_appears_as_a_record_of_its_own() -> None:
    small = World(MIRRORED)
    small.value(UPSERT, {"name": "n", "parts": [part("a"), part("b")]}, **PATH)
    assert shown(small) == [(1, "a", "n"), (2, "b", "n")]


def test_mirrored_records_come_and_go_with_the_children() -> None:
    small = World(MIRRORED)
    small.value(UPSERT, {"name": "n", "parts": [part("a"), part("b")]}, **PATH)
    keys = [each["id"] for each in small.records("owners")]
    small.value(UPSERT, {"name": "n", "parts": [part("b"), part("c")]}, **PATH)
    assert shown(small) == [(2, "b", "n"), (3, "c", "n")]
    assert small.records("owners")[0]["id"] == keys[1], "the kept one is the same record"
    small.value("DELETE /things/{id}", **PATH)
    assert small.records("owners") == []


def test_a_mirrored_record_that_finds_another_holds_its_value() -> None:
    small = World(MIRRORED).seed(things=[{"id": 8, "name": "other"}])
    small.value(UPSERT, {"name": "n", "label": "other", "parts": [part("a")]}, **PATH)
    assert small.records("owners")[0]["other"] == 8


def test_seeded_children_are_mirrored_too() -> None:
    small = World(MIRRORED).seed(things=[{"id": 1, "name": "n", "parts": [{"id": 5, "url": "a"}]}])
    assert shown(small) == [(5, "a", "n")]


def test_what_is_sent_again_brings_back_a_mirrored_record_that_was_deleted_by_itself() -> None:
    small = World(MIRRORED)
    small.value(UPSERT, {"name": "n", "parts": [part("a"), part("b")]}, **PATH)
    (found,) = small.store.select(Collection("owners"), Query(limit=1)).found
    small.store.apply((Remove(found.collection, found.key),))
    assert shown(small) == [(2, "b", "n")]
    small.value(UPSERT, {"name": "n", "parts": [part("a"), part("b")]}, **PATH)
    assert sorted(shown(small)) == [(1, "a", "n"), (2, "b", "n")]
