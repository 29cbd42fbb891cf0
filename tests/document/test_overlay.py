"""Laws of overlays: each action has a reason and a target, and nothing else is changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.document.overlay import merged, overlay, read_actions
from mockserver.document.reader import read_text
from mockserver.errors import DocumentError

DOCUMENT = {
    "info": {"title": "A", "version": "1"},
    "tags": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    "paths": {
        "/a/{id}": {"get": {"summary": "Read", "deprecated": True}},
        "/b": {"get": {"summary": "List"}},
    },
}
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def apply(*actions: dict[str, Any], document: Any = DOCUMENT) -> Any:
    reasoned = [{"description": "a reason"} | action for action in actions]
    value = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": reasoned}
    return overlay(document, read_actions(value, "overlay.yaml", ""))


def read(text: str) -> Any:
    return read_actions(read_text(text, "overlay.yaml", []), "overlay.yaml", text)


def test_an_update_is_merged_and_the_rest_stays() -> None:
    result = apply(
        {"target": "$.paths['/a/{id}'].get", "update": {"summary": "New", "x-a": {"b": 1}}}
    )
    assert result["paths"]["/a/{id}"] == {
        "get": {"summary": "New", "deprecated": True, "x-a": {"b": 1}}
    }
    assert result["paths"]["/b"] is DOCUMENT["paths"]["/b"]  # type: ignore[index]


def test_the_document_itself_is_not_changed() -> None:
    before = copy.deepcopy(DOCUMENT)
    apply(
        {"target": "$", "update": {"info": {"title": "B"}}},
        {"target": "$.paths.*.get", "remove": True},
    )
    assert before == DOCUMENT


def test_one_action_changes_all_that_its_target_selects() -> None:
    result = apply({"target": "$.paths.*.get", "update": {"x-seen": True}})
    assert all(item["get"]["x-seen"] for item in result["paths"].values())


def test_an_update_of_a_list_is_appended() -> None:
    assert apply({"target": "$.tags", "update": {"name": "d"}})["tags"][-1] == {"name": "d"}
    assert apply({"target": "$.tags", "update": [{"name": "d"}]})["tags"][-1] == {"name": "d"}


def test_what_is_removed_is_gone() -> None:
    assert (
        "deprecated"
        not in apply({"target": "$.paths..deprecated", "remove": True})["paths"]["/a/{id}"]["get"]
    )
    assert apply({"target": "$.tags[?@.name != 'b']", "remove": True})["tags"] == [{"name": "b"}]
    assert apply({"target": "$.tags..*", "remove": True})["tags"] == []


def test_later_actions_see_what_earlier_ones_did() -> None:
    result = apply({"target": "$", "update": {"x": {}}}, {"target": "$.x", "update": {"y": 1}})
    assert result["x"] == {"y": 1}


@given(plain, plain)
def test_merging_the_same_update_twice_changes_nothing_more(value: Any, update: Any) -> None:
    once = merged(value, update)
    assert merged(once, update) == once


def test_a_target_that_selects_nothing_is_an_error_that_names_it() -> None:
    text = "overlay: 1.0.0\nactions:\n- target: $.info\n  description: a\n  update: {}\n"
    text += "- target: $.paths['/nobody']\n  description: b\n  remove: true\n"
    with pytest.raises(
        DocumentError,
        match=r"overlay.yaml:6: at /actions/1 the target \$.paths\['/nobody'\] selects nothing",
    ):
        overlay(DOCUMENT, read(text))


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            {"target": "$.info", "description": " ", "remove": True},
            "has no description that tells its reason",
        ),
        ({"description": "a", "remove": True}, "the action has no target"),
        ({"target": "$.info", "description": "a"}, "either update or remove"),
        (
            {"target": "$.info", "description": "a", "update": {}, "remove": True},
            "either update or remove",
        ),
        (
            {"target": "$.info", "description": "a", "remove": True, "updates": 1},
            "unknown word 'updates'",
        ),
        ({"target": "$.info[", "description": "a", "remove": True}, "is no JSONPath"),
        ({"target": "$", "description": "a", "remove": True}, "cannot be removed"),
        ({"target": "$.info", "description": "a", "update": 1}, "so update must be one"),
    ],
)
def test_a_wrong_action_is_an_error(action: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        overlay(
            DOCUMENT, read_actions({"overlay": "1.0.0", "actions": [action]}, "overlay.yaml", "")
        )


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"overlay": "1.0.0"},
        {"overlay": "1.0.0", "actions": []},
        {"overlay": "2.0.0", "actions": [{}]},
    ],
)
def test_what_is_no_overlay_is_an_error(value: Any) -> None:
    with pytest.raises(DocumentError):
        read_actions(value, "overlay.yaml", "")
