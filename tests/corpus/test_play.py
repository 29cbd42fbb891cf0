"""What no rule for collections and items says is played too: each law on an API of a few lines."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from mockserver.app import Settings, space_of
from mockserver.asgi.edge import Edge
from tests.model.compiling import does, many, small, thing

ORDER = thing(id="integer", name="string", status={"type": "string", "enum": ["open", "cancelled"]})
NAMED = thing(name="string")
ITEM = {"get": does(ORDER), "patch": does(ORDER, NAMED), "delete": does(status=204)}
ORDERS = {
    "/orders": {"get": does(many(ORDER)), "post": does(ORDER, NAMED, 201)},
    "/orders/{id}": ITEM,
}


def play(paths: dict[str, Any], *calls: tuple[Any, ...]) -> list[httpx.Response]:
    """Return the replies to calls, each a method, a path and a body."""

    async def run() -> list[httpx.Response]:
        model = small(paths)
        transport = httpx.ASGITransport(
            app=Edge(space_of(model, None, Settings()), model.base_paths)
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return [
                await client.request(call[0], call[1], json=call[2] if len(call) > 2 else None)
                for call in calls
            ]

    return asyncio.run(run())


def test_a_verb_moves_the_record() -> None:
    paths = {**ORDERS, "/orders/{id}/cancel": {"post": does(ORDER)}}
    *_, cancelled, read = play(
        paths,
        ("POST", "/orders", {"name": "a"}),
        ("POST", "/orders/1/cancel"),
        ("GET", "/orders/1"),
    )
    assert cancelled.json()["status"] == read.json()["status"] == "cancelled"


def test_a_search_by_post_lists_what_fits() -> None:
    paths = {**ORDERS, "/orders/search": {"post": does(thing(data=many(ORDER)), NAMED)}}
    made = [("POST", "/orders", {"name": name}) for name in ("a", "b")]
    *_, found, all_of_them = play(
        paths, *made, ("POST", "/orders/search", {"name": "b"}), ("POST", "/orders/search", {})
    )
    assert [each["name"] for each in found.json()["data"]] == ["b"]
    assert len(all_of_them.json()["data"]) == 2


def test_an_array_makes_a_record_of_each_item() -> None:
    paths = {
        **ORDERS,
        "/orders": {"get": does(many(ORDER)), "post": does(many(ORDER), many(NAMED), 201)},
    }
    made, listed = play(
        paths, ("POST", "/orders", [{"name": "a"}, {"name": "b"}]), ("GET", "/orders")
    )
    assert (
        [each["name"] for each in made.json()]
        == [each["name"] for each in listed.json()]
        == ["a", "b"]
    )


def test_a_reply_of_another_shape_has_nothing_of_the_record_but_its_own_properties() -> None:
    told = thing(message="string") | {"required": ["message"]}
    paths = {**ORDERS, "/orders": {"get": does(many(ORDER)), "post": does(told, NAMED, 201)}}
    made, read = play(paths, ("POST", "/orders", {"name": "a"}), ("GET", "/orders/1"))
    assert set(made.json()) == {"message"}
    assert read.json()["name"] == "a"


def test_a_key_that_is_in_no_reply_is_in_location() -> None:
    paths = {
        "/notes": {
            "post": does(thing(a_id="string", b_id="string"), thing(a_id="string", b_id="string"))
        }
    }
    paths["/notes/{x}"] = {"get": does(thing(a_id="string", b_id="string"))}
    spelled = {"name": "x", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/notes/{x}"]["get"]["parameters"] = [spelled]
    (made,) = play(paths, ("POST", "/notes", {"a_id": "1"}))
    assert made.headers["location"].startswith("http://testserver/notes/")


def test_what_is_without_rule_is_marked() -> None:
    dance, listed = play(
        {**ORDERS, "/dance": {"get": does(thing())}}, ("GET", "/dance"), ("GET", "/orders")
    )
    assert dance.headers["understudy-stateless"] == "true"
    assert "understudy-stateless" not in listed.headers


def test_a_value_is_shown_as_the_reply_describes_it() -> None:
    told = thing(id="integer", name="integer", owner=thing(id="string"))
    sent = thing(name="string", owner="string")
    paths = {"/orders": {"post": does(told, sent, 201)}, "/orders/{id}": {"get": does(told)}}
    _, read = play(paths, ("POST", "/orders", {"name": "7", "owner": "me"}), ("GET", "/orders/1"))
    assert read.json()["name"] == 7
    assert read.json()["owner"] == {"id": "me"}


@pytest.mark.parametrize("asked", ["?limit=2", "?limit=2&after=2"])
def test_pages_after_a_key_partition_the_list(asked: str) -> None:
    listed = {"get": does(many(ORDER), query=["after"]), "post": does(ORDER, NAMED, 201)}
    listed["get"]["parameters"].append(
        {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    )
    made = [("POST", "/orders", {"name": name}) for name in "abc"]
    *_, page = play({**ORDERS, "/orders": listed}, *made, ("GET", f"/orders{asked}"))
    assert [each["name"] for each in page.json()] == (["c"] if "after" in asked else ["a", "b"])


def test_a_change_of_attributes_leaves_the_other_attributes() -> None:
    inner = thing(name="string", color="string")
    record = thing(data=thing(id="string", type="string", attributes=inner))
    sent = thing(data=thing(type="string", attributes=inner))
    item = {"get": does(record), "patch": does(record, sent)}
    text = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    paths = {
        "/things": {"post": does(record, sent, 201)},
        "/things/{id}": {**item, "parameters": text},
    }
    body = {"data": {"type": "thing", "attributes": {"name": "a", "color": "red"}}}
    (made,) = play(paths, ("POST", "/things", body))
    key = made.json()["data"]["id"]
    change = {"data": {"type": "thing", "attributes": {"color": "blue"}}}
    *_, read = play(
        paths,
        ("POST", "/things", body),
        ("PATCH", f"/things/{key}", change),
        ("GET", f"/things/{key}"),
    )
    assert read.json()["data"]["attributes"] == {"name": "a", "color": "blue"}


def test_a_record_is_the_same_with_and_without_its_parent_in_the_path() -> None:
    item = {"get": does(ORDER), "patch": does(ORDER, NAMED), "delete": does(status=204)}
    shops = {"/shops": ORDERS["/orders"], "/shops/{shop_id}": ITEM}
    paths = {**shops, "/shops/{shop_id}/orders": ORDERS["/orders"], "/orders/{id}": item}
    below = {"/orders/{id}/notes": ORDERS["/orders"]}
    made = [("POST", "/shops", {"name": "s"}), ("POST", "/shops/1/orders", {"name": "a"})]
    change = [("PATCH", "/orders/1", {"name": "b"}), ("POST", "/orders/1/notes", {"name": "n"})]
    *_, noted, changed, gone, missed, left = play(
        {**paths, **below},
        *made,
        *change,
        ("GET", "/shops/1/orders"),
        ("DELETE", "/orders/1"),
        ("GET", "/orders/1"),
        ("GET", "/shops/1/orders"),
    )
    assert noted.status_code == 201
    assert [each["name"] for each in changed.json()] == ["b"]
    assert (gone.status_code, missed.status_code, left.json()) == (204, 404, [])


def test_a_deleted_parent_takes_along_what_is_below_its_shallow_children() -> None:
    item = {"get": does(ORDER), "delete": does(status=204)}
    paths = {
        "/shops": ORDERS["/orders"],
        "/shops/{shop_id}": ITEM,
        "/shops/{shop_id}/orders": ORDERS["/orders"],
    }
    paths |= {"/orders/{order_id}": item, "/orders/{order_id}/notes": ORDERS["/orders"]}
    paths |= {"/orders/{order_id}/notes/{id}": ITEM, "/notes": {"get": does(many(ORDER))}}
    made = [
        ("POST", f"{path}", {"name": "x"})
        for path in ("/shops", "/shops/1/orders", "/orders/1/notes")
    ]
    *_, there, _, missed = play(
        paths,
        *made,
        ("GET", "/orders/1/notes/1"),
        ("DELETE", "/shops/1"),
        ("GET", "/orders/1/notes/1"),
    )
    assert (there.status_code, missed.status_code) == (200, 404)


def test_a_singleton_below_a_parent_is_there_before_it_is_written() -> None:
    paths = {
        **ORDERS,
        "/orders/{id}/address": {
            "get": does(thing(town="string")),
            "put": does(thing(town="string")),
        },
    }
    paths["/orders/{id}/address"]["put"] = does(thing(town="string"), thing(town="string"))
    made = ("POST", "/orders", {"name": "a"})
    address = "/orders/1/address"
    missed, _, first, again, _, changed = play(
        paths,
        ("GET", address),
        made,
        ("GET", address),
        ("GET", address),
        ("PUT", address, {"town": "Rome"}),
        ("GET", address),
    )
    assert missed.status_code == 404
    assert first.status_code == 200
    assert first.json() == again.json()
    assert changed.json() == {"town": "Rome"}


@pytest.mark.parametrize("body", [[2], [{"id": 2}], [{"id": "2", "name": "b"}]])
def test_a_delete_of_many_takes_those_that_its_body_names_and_no_other(body: Any) -> None:
    paths = {
        **ORDERS,
        "/orders": {**ORDERS["/orders"], "delete": does(body={"type": "array"}, status=204)},
    }
    *_, left = play(
        paths,
        *[("POST", "/orders", {"name": name}) for name in "abc"],
        ("DELETE", "/orders", body),
        ("GET", "/orders"),
    )
    assert [each["name"] for each in left.json()] == ["a", "c"]
