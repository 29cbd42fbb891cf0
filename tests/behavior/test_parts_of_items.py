"""A path below an item may show all of it, for the sake of one property."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.types import Model
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

STATE = thing(phase="string")
SHIP = thing(
    kind="string",
    metadata=thing(name="string", port="string"),
    spec=thing(size="integer"),
    status=STATE,
)
DOOR = thing(id="integer", name="string", lock=STATE)
REF = {"$ref": "#/components/schemas/One"}


def below(item: str, part: str, schema: Any, method: str = "put") -> Model:
    """Return an API of items with a part that is read and changed at a path of its own."""
    collection = item.rpartition("/")[0]
    paths = {
        collection: {"get": does(many(REF)), "post": does(REF, REF, 201)},
        item: {"get": does(REF), "put": does(REF, REF)},
        f"{item}/{part}": {"get": does(REF), method: does(REF, REF)},
    }
    return small(paths, components={"schemas": {"One": schema}})


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_part_of_an_item_that_its_path_ends_with_is_changed_alone(method: str) -> None:
    world = World(model=below("/ports/{port}/ships/{name}", "status", SHIP, method.lower()))
    made = {"metadata": {"name": "Fram"}, "spec": {"size": 3}}
    world.value("POST /ports/{port}/ships", made, path={"port": "oslo"})
    key = {"port": "oslo", "name": "Fram"}
    sent = {**made, "spec": {"size": 9}, "status": {"phase": "docked"}}
    world.value(f"{method} /ports/{{port}}/ships/{{name}}/status", sent, path=key)
    whole = world.value("GET /ports/{port}/ships/{name}", path=key)
    assert (whole["spec"], whole["status"]) == ({"size": 3}, {"phase": "docked"})
    assert world.value("GET /ports/{port}/ships/{name}/status", path=key) == whole


def test_a_part_of_an_item_that_is_not_there_is_not_found() -> None:
    world = World(model=below("/doors/{id}", "lock", DOOR))
    assert world.refusal("GET /doors/{id}/lock", path={"id": 7}).kind == "not_found"


def test_an_item_below_another_of_the_same_kind_is_no_part_of_it() -> None:
    person = thing(id="integer", name="string", manager=REF)
    model = below("/people/{id}", "manager", person)
    assert [found.path for found in model.resources.values()] == ["/people", "/people/{id}/manager"]


def test_a_parent_is_named_beside_a_key_that_is_inside_an_object() -> None:
    world = World(model=below("/ports/{port}/ships/{name}", "status", SHIP))
    path = {"port": "oslo"}
    made = world.value("POST /ports/{port}/ships", {"metadata": {"name": "Fram"}}, path=path)
    assert made["metadata"] == {"name": "Fram", "port": "oslo"}
    key = {**path, "name": "Fram"}
    world.value("PUT /ports/{port}/ships/{name}", {"metadata": {"name": "Fram"}}, path=key)
    shown = world.value("GET /ports/{port}/ships/{name}", path=key)
    assert shown["metadata"] == {"name": "Fram", "port": "oslo"}
