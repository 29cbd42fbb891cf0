"""Whether a PUT takes away what its body leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.compiling import does, many, operation, small, thing

WHOLE = thing(id="string", name="string", note="string")
DEMANDING = {**thing(name="string", note="string"), "required": ["name"]}
LOOSE = thing(name="string", note="string")
PET = {"$ref": "#/components/schemas/Pet"}


def kind_of_put(put: Any, post: Any = DEMANDING, shown: Any = WHOLE, **others: Any) -> str:
    """Return the kind of PUT /pets/{id} beside a POST with a body."""
    paths = {
        "/pets": {"get": does(many(shown)), "post": does(shown, post, 201)},
        "/pets/{id}": {"get": does(shown), "put": put, **others},
    }
    model = small(paths, components={"schemas": {"Pet": WHOLE}})
    return operation(model, "PUT /pets/{id}").kind


def wrapped(schema: Any) -> Any:
    return {**thing(pet=schema), "required": ["pet"]}


@pytest.mark.parametrize(
    "words",
    [
        "Updates a pet using JSON merge patch.",
        "Only the fields provided in the body will be updated.",
        "Specify whichever attributes you want to change. The values of the others remain the same.",
        "Properties that are not sent are left unchanged.",
        "Updates a *Pet*.\n\n**Required Fields**\n* none\n",
    ],
)
def test_a_put_merges_where_its_words_say_so_whatever_its_body_demands(words: str) -> None:
    assert kind_of_put(does(WHOLE, DEMANDING, description=words)) == "merge"


@pytest.mark.parametrize(
    "words", ["replace the specified Pet", "Overwrites a pet", "Fields not sent are set to null."]
)
def test_a_put_replaces_where_its_words_say_so_even_if_its_body_demands_nothing(words: str) -> None:
    assert kind_of_put(does(WHOLE, LOOSE, summary=words)) == "replace"


def test_a_put_that_replaces_a_name_by_another_one_replaces_no_more() -> None:
    words = "Lets you replace a pet name with another name."
    assert kind_of_put(does(WHOLE, LOOSE, description=words)) == "merge"


def test_a_put_replaces_where_a_patch_is_beside_it() -> None:
    assert kind_of_put(does(WHOLE, LOOSE), patch=does(WHOLE, LOOSE)) == "replace"


def test_a_put_of_what_a_read_shows_replaces() -> None:
    assert kind_of_put(does(PET, PET), shown=PET) == "replace"


@pytest.mark.parametrize("body", [LOOSE, wrapped(LOOSE)])
def test_a_put_of_which_nothing_is_demanded_merges_inside_a_wrapper_too(body: Any) -> None:
    assert kind_of_put(does(WHOLE, body)) == "merge"


@pytest.mark.parametrize("body", [DEMANDING, wrapped(DEMANDING)])
def test_a_put_of_which_something_is_demanded_replaces_inside_a_wrapper_too(body: Any) -> None:
    assert kind_of_put(does(WHOLE, body)) == "replace"


def test_a_key_a_constant_and_an_empty_object_are_no_demands() -> None:
    kind = {"type": "string", "enum": ["pet"]}
    body = {**thing(id="string", type=kind, attributes=LOOSE)}
    body["required"] = ["id", "type", "attributes"]
    assert kind_of_put(does(WHOLE, body)) == "merge"


def test_a_put_that_documents_201_makes_nothing_if_it_demands_less_than_the_post() -> None:
    put = does(WHOLE, LOOSE)
    put["responses"]["201"] = {"description": "made"}
    assert kind_of_put(put) == "merge"
    assert kind_of_put(put, post=LOOSE) == "upsert"
