"""Templates, expressions, conditions and JSON Merge Patch, as plain functions of values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.behavior.expression import evaluate
from mockserver.behavior.patch import merge_patch
from mockserver.behavior.template import FILTERS, fill, names_in
from mockserver.lookup import MISSING, holds, value_at
from tests.behavior.world import World

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)

RFC_7396_APPENDIX_A: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), RFC_7396_APPENDIX_A)
def test_a_merge_patch_does_what_the_rfc_shows(target: Any, patch: Any, result: Any) -> None:
    assert merge_patch(target, patch) == result


@given(JSON, JSON)
def test_a_merge_patch_twice_is_a_merge_patch_once(target: Any, patch: Any) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


VALUES = {
    "id": 5,
    "name": "My Photo",
    "url": "https://x.example/a/Pic.one.PNG?v=1",
    "none": None,
    "flag": False,
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("plain", "plain"),
        ("is {none}, {flag}", "is null, false"),
        ("is {none:python}, {flag:python}", "is None, False"),
        ("{id}", 5),
        ("{none}", None),
        ("{flag}", False),
        ("n{id}-{name}", "n5-My Photo"),
        ("a{absent}b", "ab"),
        ("{url:stem}.{url:extension}", "Pic.one.PNG"),
        ("{url:initial}", "p"),
        ("{absent:stem}", MISSING),
        ("{name:pascal}", "MyPhoto"),
        ("{id:json}", "5"),
        ("{name:json}", '"My Photo"'),
        ("{random:3}", "777"),
        ("{random}", "777777"),
        ("{}", "{}"),
        ("{not a part}", "{not a part}"),
        ({"a": "{id}", "b": "{absent}", "c": [1, "{absent}", "{none}"]}, {"a": 5, "c": [1, None]}),
        ({"a": {"b": "{absent}"}, "c": {}}, {"c": {}}),
        (7, 7),
    ],
)
def test_a_template_is_filled(template: Any, filled: Any) -> None:
    assert fill(template, VALUES, lambda length: "7" * length) == filled


@pytest.mark.parametrize("url", ["", "https://x.example/", "a", "/.hidden", "///", None, 5])
@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_takes_any_value(name: str, url: Any) -> None:
    assert isinstance(fill("x{v:" + name + "}", {"v": url}), str)


def test_the_names_of_a_template_are_those_that_it_reads() -> None:
    assert names_in({"a": "{id}-{name:stem}", "b": ["{url}", 5, None]}) == {"id", "name", "url"}


SCOPE = {"body": {"a": 1, "n": None, "deep": {"x": [1]}}, "path": {"id": "7"}}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("text", "text"),
        (5, 5),
        (None, None),
        ("$body.a", 1),
        ("$body.n", None),
        ("$body.deep.x", [1]),
        ("$body.absent", MISSING),
        ("$nothing.at.all", MISSING),
        ("$path.id", "7"),
        ({"first": ["$body.absent", "$body.n", "$body.a", "$path.id"]}, 1),
        ({"first": ["$body.absent"]}, MISSING),
        ({"a": "$body.a", "b": "$body.absent", "c": ["$path.id"]}, {"a": 1, "c": ["7"]}),
        (
            {
                "case": [
                    {"when": {"body.a": 2}, "then": "two"},
                    {"when": {"body.a": 1}, "then": "$path.id"},
                ]
            },
            "7",
        ),
        ({"case": [{"when": {"body.a": 2}, "then": "two"}, {"then": "other"}]}, "other"),
        ({"case": [{"when": {"body.a": 2}, "then": "two"}]}, MISSING),
    ],
)
def test_an_expression_is_evaluated(expression: Any, value: Any) -> None:
    assert evaluate(expression, SCOPE) == value


@pytest.mark.parametrize(
    ("condition", "is_held"),
    [
        ({}, True),
        ({"body.a": 1}, True),
        ({"body.a": 2}, False),
        ({"body.a": [2, 1]}, True),
        ({"body.a": 1, "path.id": "8"}, False),
        ({"body.absent": None}, True),
        ({"body.n": None}, True),
        ({"body.n": {"not": None}}, False),
        ({"body.a": {"not": None}}, True),
        ({"body.a": "$body.a"}, True),
        ({"body.absent": "$body.alsoabsent"}, True),
        ({"when": {"after": "then"}}, True),
        ({"then": {"after": "when"}}, False),
        ({"then": {"after": "nothing"}}, True),
        ({"nothing": {"after": "then"}}, False),
        ({"z": {"after": "offset"}}, True),
    ],
)
def test_a_condition_holds(condition: Any, is_held: bool) -> None:
    scope = {
        **SCOPE,
        "when": "2024-01-02T00:00:00Z",
        "then": "2024-01-01T23:59:59Z",
        "z": "2024-01-01T01:30:00Z",
        "offset": "2024-01-01T02:00:00+01:00",
    }
    assert holds(condition, scope) is is_held


def test_a_value_at_a_path_through_something_else_is_missing() -> None:
    assert value_at({"a": [1]}, "a.0") is MISSING
    assert value_at(None, "a") is MISSING


COMPUTED = """
resources:
  things:
    fill: none
    computed: {label: "{name:stem}-{id}", detail: "{status}"}
"""


def test_a_computed_property_follows_its_sources() -> None:
    world = World(COMPUTED)
    assert world.value("POST /things", {"name": "a/b.jpg", "label": "sent"})["label"] == "b-1"
    assert world.value("PATCH /things/{id}", {"name": "c.jpg"}, path={"id": 1})["label"] == "c-1"


def test_a_computed_property_stays_while_its_sources_do() -> None:
    world = World("resources: {things: {computed: {label: '{name}-{random:4}'}}}")
    first = world.value("POST /things", {"name": "a"})["label"]
    assert world.value("PATCH /things/{id}", {"size": 9}, path={"id": 1})["label"] == first
    assert world.value("PATCH /things/{id}", {"name": "b"}, path={"id": 1})["label"] != first


def test_a_computed_property_whose_source_is_not_there_is_not_there_either() -> None:
    assert "detail" not in World(COMPUTED).value("POST /things", {"name": "a"})


ASSIGNED = """
resources:
  things:
    fill: none
    assigned:
      label: $body.name
      detail: {find: owners, any: [{text: $body.status}, {id: $body.owner}]}
"""


def test_an_assigned_property_is_what_its_expression_says() -> None:
    world = World(ASSIGNED).seed(owners=[{"id": 4, "text": "t"}])
    made = world.value("POST /things", {"name": "n", "owner": 4, "label": "sent"})
    assert (made["label"], made["detail"]) == ("n", {"id": 4, "text": "t"})
    assert "detail" not in world.value("POST /things", {"name": "n"})


def test_an_assigned_record_that_is_not_there_is_refused() -> None:
    problem = World(ASSIGNED).refusal("POST /things", {"owner": 4})
    assert (problem.violations[0].rule, problem.violations[0].path) == ("reference", ("owner",))
