"""What a reply's schema does not allow is respelled, made anew or left out; what it allows
stays.
"""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import pytest

from mockserver.asgi.replies.conform import Conformer
from mockserver.generation.supply import SeededSupply
from tests.asgi.stage import Play
from tests.described import schema_of

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}


def conformer(schema: dict[str, Any], **schemas: Any) -> Conformer:
    spec = {"components": {"schemas": schemas}}
    return Conformer(schema_of(schema, spec), SeededSupply(spec))


def shaped(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def test_mending_ends_where_the_schema_asks_for_too_much() -> None:
    tree = {"$ref": "#/components/schemas/Tree"}
    schema = shaped(("left", "right"), left=tree, right=tree)
    start = perf_counter()
    assert isinstance(conformer(tree, Tree=schema).conform({}, "tree"), dict)
    assert perf_counter() - start < 5


@pytest.mark.parametrize("inside", ["plain", "list", "choice"])
def test_a_value_of_a_schema_that_requires_itself_can_be_written(inside: str) -> None:
    self = {"$ref": "#/components/schemas/Self"}
    members = {
        "plain": self,
        "list": {"type": "array", "items": self, "minItems": 1},
        "choice": {"oneOf": [self]},
    }
    schema = shaped(("parent",), id=WHOLE, parent=members[inside])
    shown = conformer(self, Self=schema).conform({"id": 7}, "s")
    assert shown["id"] == 7
    assert len(json.dumps(shown)) < 100_000


def test_what_fits_stays_the_same_object() -> None:
    value = {"a": "x", "b": 1}
    assert conformer(shaped(a=TEXT)).conform(value, "s") is value


@pytest.mark.parametrize(
    ("schema", "given", "wanted"),
    [
        (WHOLE, "7", 7),
        (TEXT, 7, "7"),
        ({"type": "array", "items": TEXT}, "a", ["a"]),
        (shaped(id=TEXT), "a", {"id": "a"}),
        ({**TEXT, "format": "date-time"}, "2020-09-22T09:00:00", "2020-09-22T09:00:00Z"),
        ({**TEXT, "format": "date-time"}, "2020-09-22", "2020-09-22T00:00:00Z"),
    ],
)
def test_a_value_of_another_type_is_respelled(
    schema: dict[str, Any], given: Any, wanted: Any
) -> None:
    assert conformer(shaped(a=schema)).conform({"a": given}, "s") == {"a": wanted}


def test_what_is_required_is_made() -> None:
    made = conformer(shaped(("a", "b"), a=TEXT, b=WHOLE)).conform({"a": "x"}, "s")
    assert made["a"] == "x"
    assert isinstance(made["b"], int)


def test_what_is_not_allowed_is_left_out() -> None:
    closed = {**shaped(a=TEXT), "additionalProperties": False}
    assert conformer(closed).conform({"a": "x", "b": 1}, "s") == {"a": "x"}


def test_an_object_that_alternatives_have_in_common_stays_where_nothing_fits_better() -> None:
    both = {"oneOf": [shaped(id=TEXT, a=TEXT), shaped(id=TEXT, b=TEXT)]}
    value = {"data": {"id": "1", "a": "x"}}
    made = conformer(shaped(data=both)).conform(value, "s")
    assert (made, list(made["data"])) == (value, ["id", "a"])


def test_what_is_made_anew_keeps_what_fits_down_to_the_properties_of_objects() -> None:
    kinds = [
        shaped(("id", "kind"), id=TEXT, kind={"enum": [name]}, size=size)
        for name, size in (("a", TEXT), ("b", WHOLE))
    ]
    made = conformer(shaped(data={"oneOf": kinds})).conform(
        {"data": {"id": "1", "kind": "c", "size": 3}}, "s"
    )
    assert made["data"]["id"] == "1"
    assert made["data"]["kind"] in ("a", "b")


def test_only_what_is_wrong_deep_inside_is_changed() -> None:
    schema = shaped(items={"type": "array", "items": shaped(n=WHOLE)})
    made = conformer(schema).conform({"items": [{"n": 1}, {"n": "2"}], "b": 3}, "s")
    assert made == {"items": [{"n": 1}, {"n": 2}], "b": 3}


def test_of_several_shapes_the_nearest_is_taken() -> None:
    cat = {
        **shaped(("kind", "lives"), kind={"enum": ["cat"]}, lives=WHOLE),
        "additionalProperties": False,
    }
    dog = {
        **shaped(("kind", "tricks"), kind={"enum": ["dog"]}, tricks=WHOLE),
        "additionalProperties": False,
    }
    fits = conformer({"oneOf": [cat, dog]})
    assert fits.fits(fits.conform({"kind": "dog", "tricks": "3"}, "s"))
    assert fits.conform({"kind": "dog", "tricks": 3, "lives": 9}, "s")["kind"] in ("cat", "dog")


def test_a_wrong_example_is_passed_over() -> None:
    when = {"type": "string", "format": "date-time", "example": "2020-09-22T09:00:00"}
    fits = conformer(shaped(("at",), at=when))
    assert fits.fits(fits.conform({}, "s"))


def test_a_reply_of_no_type_is_anything() -> None:
    assert conformer({}).conform(None, "s") is None


def test_a_reference_is_followed() -> None:
    fits = conformer({"$ref": "#/components/schemas/Thing"}, Thing=shaped(n=WHOLE))
    assert fits.conform({"n": "1"}, "s") == {"n": 1}


def test_what_cannot_be_mended_leaves_the_rest_mended() -> None:
    same = shaped(a=TEXT)
    made = conformer(shaped(both={"oneOf": [same, same]}, n=WHOLE)).conform(
        {"both": {"a": "x"}, "n": "7"}, "s"
    )
    assert made["n"] == 7
    assert set(made) == {"both", "n"}


FOLDER = shaped(("id", "type"), id=TEXT, type={"type": "string", "enum": ["folder"]})


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [FOLDER], "nullable": True},
        {**FOLDER, "nullable": True},
        {"oneOf": [FOLDER], "nullable": True},
    ],
)
def test_an_object_that_lacks_something_is_completed_where_null_would_do_too(
    schema: dict[str, Any],
) -> None:
    parent = {"id": "0"}
    mended = conformer(shaped(parent=schema)).conform({"parent": parent}, "s")
    assert mended == {"parent": {"id": "0", "type": "folder"}}
    assert conformer(shaped(parent=schema)).conform({"parent": None}, "s") == {"parent": None}


def test_objects_in_a_list_are_completed_one_by_one() -> None:
    schema = shaped(parents={"type": "array", "nullable": True, "items": FOLDER})
    mended = conformer(schema).conform({"parents": [{"id": "0"}, {"id": "1"}]}, "s")
    assert [parent["id"] for parent in mended["parents"]] == ["0", "1"]
    assert {parent["type"] for parent in mended["parents"]} == {"folder"}


@pytest.mark.parametrize(
    ("item", "given", "wanted"),
    [
        (shaped(("id", "url"), id=WHOLE, url=TEXT), 60, ("id", 60)),
        (shaped(("slug", "url"), id=WHOLE, slug=TEXT, url=TEXT), "new", ("slug", "new")),
        (shaped(("value", "label"), value=TEXT, label=TEXT), "virtual", ("value", "virtual")),
        (shaped(("id", "url"), id=TEXT, url=TEXT), 60, ("id", "60")),
    ],
)
def test_an_object_is_completed_around_the_key_that_was_sent_for_it(
    item: dict[str, Any], given: Any, wanted: tuple[str, Any]
) -> None:
    schema = shaped(tags={"type": "array", "items": item})
    mended = conformer(schema).conform({"tags": [given]}, "s")
    name, value = wanted
    assert mended["tags"][0][name] == value
    assert conformer(schema).fits(mended)


def test_names_that_are_digits_are_names_of_properties(play: Play) -> None:
    period: dict[str, Any] = {"type": "object", "required": ["revenue"]}
    period["properties"] = {"revenue": {"type": "integer"}, "7": {"type": "string"}}
    schema = {"type": "object", "additionalProperties": period}
    example = {"2018": {"4": 1}, "2019": {"7": 5}}
    media = {"schema": schema, "example": example}
    answer = {"description": "", "content": {"application/json": media}}
    stage = play({"/open": {"get": {"responses": {"200": answer}}}})
    shown = stage.ask("GET /open").json
    assert list(shown) == ["2018", "2019"]
    assert shown["2018"]["4"] == 1
    assert shown["2019"]["7"] == "5"
    assert isinstance(shown["2018"]["revenue"], int)
