"""A schema that is spelled in place means what a reference to it means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.compiling import does, many, small, thing

NUMBER = {"type": "integer", "readOnly": True}
BOAT = thing(id=NUMBER, name="string", yard_id="integer", state="string")
SENT = thing(name="string", state="string")
YARDS = {
    "/yards": {"get": does(many()), "post": does(thing(), thing(), 201)},
    "/yards/{yard_id}": {"get": does(thing())},
}


def shallow(boat: Any) -> Any:
    makes = does(boat, SENT, 201)
    return {**YARDS, "/yards/{yard_id}/boats": {"post": makes}, "/boats/{id}": {"get": does(boat)}}


def linked(boat: Any) -> Any:
    home = {"get": does(many(boat)), "post": does(boat, boat, 201)}
    below = {"post": does(boat, SENT, 201), "delete": does(status=204)}
    return {
        **YARDS,
        "/boats": home,
        "/boats/{id}": {"get": does(boat)},
        "/yards/{yard_id}/boats": below,
    }


def by_property(boat: Any) -> Any:
    home = {"get": does(many(boat)), "post": does(boat, SENT, 201)}
    return {
        "/boats": home,
        "/boats/{id}": {"get": does(boat)},
        "/boats/name/{name}": {"get": does(boat)},
    }


def read_elsewhere(boat: Any) -> Any:
    return {"/admin/boats": {"post": does(boat, SENT, 201)}, "/boats/{id}": {"get": does(boat)}}


def acted_on(boat: Any) -> Any:
    acts = {"post": does(boat)}
    return {"/boats": {"post": does(boat, SENT, 201)}, "/boats/{id}/launch": acts}


def put_whole(boat: Any) -> Any:
    home = {"get": does(many(boat)), "post": does(boat, boat, 201)}
    return {"/boats": home, "/boats/{id}": {"get": does(boat), "put": does(boat, boat)}}


def purposes(paths: Any) -> dict[str, Any]:
    model = small(paths, components={"schemas": {"Boat": BOAT}})
    found = {}
    for operation in model.operations:
        found[operation.label] = (operation.kind, operation.resource, operation.reason)
    return found


@pytest.mark.parametrize(
    "paths", [shallow, linked, by_property, read_elsewhere, acted_on, put_whole]
)
def test_a_document_without_references_is_understood_as_one_with_them(paths: Any) -> None:
    spelled = purposes(paths(BOAT))
    assert spelled == purposes(paths({"$ref": "#/components/schemas/Boat"}))
    assert "stateless" not in [kind for kind, _, _ in spelled.values()]


def test_what_is_made_below_its_parent_need_not_name_it_again() -> None:
    made = purposes(linked(BOAT))["POST /yards/{yard_id}/boats"]
    assert made == ("create", "boats", "create-in-collection of /boats where yard_id={yard_id}")
    emptied = purposes(linked(BOAT))["DELETE /yards/{yard_id}/boats"]
    assert emptied[:2] == ("bulk_delete", "boats")
