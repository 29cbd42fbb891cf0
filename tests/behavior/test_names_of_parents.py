"""Records that a path names in more than one way: by the key, or by what stands for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

MADE = {"type": "integer", "readOnly": True}
DOMAIN = thing(id=MADE, name="string", slug="string")
PART = thing(id=MADE, text="string")


def world(parameter: str, description: str) -> World:
    """Return domains with parts, at paths that name a domain by a parameter."""
    named = {
        "name": parameter,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": description,
    }
    one = f"/domains/{{{parameter}}}"
    paths: dict[str, Any] = {
        "/domains": {"get": does(many(DOMAIN)), "post": does(DOMAIN, DOMAIN)},
        one: {"parameters": [named], "get": does(DOMAIN), "delete": does(status=204)},
        f"{one}/parts": {
            "parameters": [named],
            "get": does(many(PART)),
            "post": does(PART, PART),
        },
    }
    return World(model=small(paths))


DRESSES = pytest.mark.parametrize(
    ("parameter", "description"),
    [
        ("domain", "The domain name or id"),
        ("domain", "ID or name of the domain"),
        ("domain", "id/slug/name, whichever is known"),
        ("domain_id_or_name", "d"),
        ("domainIdOrName", "d"),
    ],
)


@DRESSES
def test_a_record_is_found_by_each_property_that_may_stand_for_its_key(
    parameter: str, description: str
) -> None:
    played = world(parameter, description)
    made = played.value("POST /domains", {"name": "amber", "slug": "amber"})
    for value in (made["id"], "amber"):
        path = {parameter: value}
        assert played.value(f"GET /domains/{{{parameter}}}", path=path) == made


@DRESSES
def test_what_is_below_a_record_is_there_however_a_path_names_it(
    parameter: str, description: str
) -> None:
    played = world(parameter, description)
    made = played.value("POST /domains", {"name": "amber", "slug": "amber"})
    parts = f"/domains/{{{parameter}}}/parts"
    for value in (made["id"], "amber"):
        played.value(f"POST {parts}", {"text": "t"}, path={parameter: value})
    for value in (made["id"], "amber"):
        assert len(played.value(f"GET {parts}", path={parameter: value})) == 2


@pytest.mark.parametrize("key", ["id", "customer_id", "customerId"])
def test_a_record_names_what_it_is_made_below_by_the_noun_of_its_path(key: str) -> None:
    order = thing(id=MADE, customer_id="integer", note="string")
    played = World(
        model=small(
            {
                "/customers": {"post": does(thing(id=MADE, name="string"), thing(name="string"))},
                f"/customers/{{{key}}}": {"get": does(thing(id=MADE, name="string"))},
                f"/customers/{{{key}}}/orders": {
                    "get": does(many(order)),
                    "post": does(order, thing(note="string")),
                },
                "/orders/{id}": {"get": does(order)},
            }
        )
    )
    for name in ("a", "b"):
        played.value("POST /customers", {"name": name})
    made = played.value(f"POST /customers/{{{key}}}/orders", {"note": "n"}, path={key: 2})
    assert (made["customer_id"], made["note"]) == (2, "n")
