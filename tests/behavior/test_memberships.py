"""Records that are linked to others: the very records are shown, and a link that is taken away
leaves them.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.call import ProblemKind
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

KEY = {"type": "integer", "readOnly": True}
COMPONENTS = {
    "schemas": {
        "User": thing(id=KEY, name="string"),
        "Club": thing(id=KEY, title="string", member_count=KEY, members={"$ref": "#/M"}),
    }
}
USER, CLUB = {"$ref": "#/components/schemas/User"}, {"$ref": "#/components/schemas/Club"}
COMPONENTS["schemas"]["Club"]["properties"]["members"] = many(USER)
KEYS = many({"type": "integer"})
PAIR = thing(type="string", id="integer")


def clubs(add: Any) -> World:
    """Return a world in which POST adds members as it is said, with two users and a club."""
    model = small(
        {
            "/users": {"get": does(many(USER)), "post": does(USER, thing(name="string"), 201)},
            "/users/{user_id}": {
                "get": does(USER),
                "patch": does(USER, thing(name="string")),
                "delete": does(status=204),
            },
            "/users/{user_id}/clubs": {"get": does(many(CLUB))},
            "/clubs": {"get": does(many(CLUB)), "post": does(CLUB, thing(title="string"), 201)},
            "/clubs/{club_id}": {"get": does(CLUB), "delete": does(status=204)},
            "/clubs/{club_id}/members": {"get": does(many(USER)), "post": add},
            "/clubs/{club_id}/members/{user_id}": {
                "get": does(status=204),
                "put": does(status=204),
                "delete": does(status=204),
            },
        },
        components=COMPONENTS,
    )
    world = World(model=model)
    for name in "ab":
        world.value("POST /users", {"name": name})
    world.value("POST /clubs", {"title": "chess"})
    return world


ADD = does(USER, thing(user_id="integer"), 201)
MEMBERS = "/clubs/{club_id}/members"
FIRST = {"club_id": 1}


def names(world: World) -> list[Any]:
    return [each["name"] for each in world.value(f"GET {MEMBERS}", path=FIRST)]


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (thing(user_id="integer"), {"user_id": 2}),
        (thing(id="integer"), {"id": 2}),
        (thing(user_ids=KEYS), {"user_ids": [2]}),
        (thing(ids=KEYS), {"ids": [2]}),
        (KEYS, [2]),
        (many(thing(id="integer")), [{"id": 2}]),
        (thing(data=many(PAIR)), {"data": [{"type": "user", "id": 2}]}),
        (thing(members=KEYS), {"members": [2]}),
    ],
)
def test_a_key_in_any_form_links_the_very_record(body: Any, sent: Any) -> None:
    world = clubs(does(status=204, body=body))
    world.value(f"POST {MEMBERS}", sent, path=FIRST)
    assert names(world) == ["b"]
    assert len(world.value("GET /users")) == 2


def test_a_link_is_put_and_taken_away_and_the_record_stays() -> None:
    world, path = clubs(ADD), {"club_id": 1, "user_id": 2}
    item = "/clubs/{club_id}/members/{user_id}"
    assert world.refusal(f"GET {item}", path=path).kind == ProblemKind.NOT_FOUND
    for _ in range(2):
        world.value(f"PUT {item}", path=path)
    world.value(f"GET {item}", path=path)
    assert names(world) == ["b"]
    world.value(f"DELETE {item}", path=path)
    assert names(world) == []
    assert world.refusal(f"DELETE {item}", path=path).kind == ProblemKind.NOT_FOUND
    assert world.value("GET /users/{user_id}", path=path)["name"] == "b"


def test_links_are_seen_from_both_sides() -> None:
    world = clubs(ADD)
    world.value(f"POST {MEMBERS}", {"user_id": 2}, path=FIRST)
    shown = world.value("GET /users/{user_id}/clubs", path={"user_id": 2})
    assert [each["title"] for each in shown] == ["chess"]
    assert world.value("GET /users/{user_id}/clubs", path={"user_id": 1}) == []


def test_what_becomes_of_a_record_is_seen_wherever_it_is_linked() -> None:
    world = clubs(ADD)
    world.value(f"POST {MEMBERS}", {"user_id": 2}, path=FIRST)
    world.value("PATCH /users/{user_id}", {"name": "c"}, path={"user_id": 2})
    club = world.value("GET /clubs/{club_id}", path=FIRST)
    assert (club["member_count"], club["members"]) == (1, [{"id": 2, "name": "c"}])
    world.value("DELETE /users/{user_id}", path={"user_id": 2})
    assert names(world) == []
    assert world.value("GET /clubs/{club_id}", path=FIRST)["member_count"] == 0


def test_who_is_not_there_cannot_be_linked() -> None:
    world = clubs(ADD)
    assert world.refusal(f"POST {MEMBERS}", {"user_id": 9}, path=FIRST).kind == ProblemKind.INVALID
    path = {"club_id": 1, "user_id": 9}
    refused = world.refusal("PUT /clubs/{club_id}/members/{user_id}", path=path)
    assert refused.kind == ProblemKind.NOT_FOUND
    assert names(world) == []


def test_a_parent_that_goes_takes_its_links_and_no_record() -> None:
    world = clubs(ADD)
    world.value(f"POST {MEMBERS}", {"user_id": 2}, path=FIRST)
    world.value("DELETE /clubs/{club_id}", path=FIRST)
    assert world.value("GET /users/{user_id}/clubs", path={"user_id": 2}) == []
    assert len(world.value("GET /users")) == 2


def test_records_that_are_sent_whole_are_no_links() -> None:
    world = clubs(does(USER, thing(name="string"), 201))
    world.value(f"POST {MEMBERS}", {"name": "c"}, path=FIRST)
    assert names(world) == ["c"]
    assert len(world.value("GET /users")) == 2


def test_a_parameter_stands_for_what_it_stands_for_where_the_records_are_at_home() -> None:
    firm = thing(type="string", id=KEY, firm_id="string", name="string")
    schemas = {"Firm": firm, "Person": thing(id=KEY, name="string")}
    shown = {"$ref": "#/components/schemas/Firm"}
    person = {"$ref": "#/components/schemas/Person"}
    named = thing(firm_id="string", name="string")
    below = "/people/{person_id}/firms"
    model = small(
        {
            "/firms": {"get": does(many(shown)), "post": does(shown, named, 201)},
            "/firms/{id}": {"get": does(shown), "put": does(shown, named)},
            "/people": {
                "get": does(many(person)),
                "post": does(person, thing(name="string"), 201),
            },
            "/people/{person_id}": {"get": does(person)},
            below: {"get": does(many(shown)), "post": does(shown, thing(id="integer"))},
            f"{below}/{{id}}": {"delete": does(shown)},
        },
        components={"schemas": schemas},
    )
    world = World(model=model)
    firm_id = world.value("POST /firms", {"firm_id": "f-7", "name": "a"})["id"]
    path = {"person_id": world.value("POST /people", {"name": "b"})["id"], "id": firm_id}
    world.value(f"POST {below}", {"id": firm_id}, path=path)
    world.value(f"DELETE {below}/{{id}}", path=path)
    assert world.value(f"GET {below}", path=path) == []
    assert len(world.value("GET /firms")) == 1


def test_what_is_made_below_what_links_lead_to_is_no_other_side_of_them() -> None:
    components = {"schemas": {"Role": thing(id=KEY, title="string"), "Team": thing(id=KEY)}}
    role, team = ({"$ref": f"#/components/schemas/{name}"} for name in ("Role", "Team"))
    targets = "/teams/{team_id}/roles/{role_id}/targets"
    paths = {
        "/teams": {"get": does(many(team)), "post": does(team, thing(), 201)},
        "/teams/{team_id}": {"get": does(team)},
        "/teams/{team_id}/roles": {
            "get": does(many(role)),
            "post": does(role, thing(title="string"), 201),
        },
        "/teams/{team_id}/roles/{role_id}": {"get": does(role)},
        targets: {"get": does(many(team))},
        f"{targets}/{{target_id}}": {"put": does(status=204), "delete": does(status=204)},
    }
    world = World(model=small(paths, components=components))
    world.value("POST /teams", {})
    world.value("POST /teams/{team_id}/roles", {"title": "lead"}, path={"team_id": 1})
    roles = world.value("GET /teams/{team_id}/roles", path={"team_id": 1})
    assert [each["title"] for each in roles] == ["lead"]
