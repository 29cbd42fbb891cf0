"""A key in parentheses is one, as one that is a segment is (OData 4.01, part 2, section 4.3.1)."""

from __future__ import annotations

import pytest

from mockserver.model.types import Model
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

CAR = thing(CarID="integer", Plate="string")
TRIP = thing(TripID="integer", CarID="integer", Miles="number")
LISTED = thing(**{"@odata.count": "integer", "value": many(CAR), "@odata.nextLink": "string"})


def cars(key: str) -> Model:
    """Return an API of cars whose keys are spelled in a way."""
    paths = {
        "/Cars": {"get": does(LISTED, query=["$top", "$skip"]), "post": does(CAR, CAR, 201)},
        f"/Cars{key}": {"get": does(CAR), "patch": does(body=CAR, status=204)},
        f"/Cars{key}/Trips": {"get": does(thing(value=many(TRIP))), "post": does(TRIP, TRIP, 201)},
    }
    return small(paths)


@pytest.mark.parametrize("key", ["({CarID})", "('{CarID}')", "/{CarID}"])
def test_a_key_in_parentheses_names_one_of_the_collection(key: str) -> None:
    world = World(model=cars(key))
    car = world.value("POST /Cars", {"Plate": "A 1"})
    path = {"CarID": car["CarID"]}
    world.call(f"PATCH /Cars{key}", {"Plate": "B 2"}, path=path)
    assert world.value(f"GET /Cars{key}", path=path)["Plate"] == "B 2"
    trip = world.value(f"POST /Cars{key}/Trips", {"Miles": 3}, path=path)
    assert trip["CarID"] == car["CarID"]
    assert world.value(f"GET /Cars{key}/Trips", path=path) == [trip]


def test_what_a_protocol_tells_beside_a_list_has_a_role_by_its_last_name() -> None:
    envelope = operation(cars("({CarID})"), "GET /Cars").envelope.many
    told = {"@odata.count": "$total", "value": "$value", "@odata.nextLink": "$next?"}
    assert envelope == told
