from __future__ import annotations

import asyncio
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from mockserver.app import Settings, wire
from mockserver.asgi.codec.negotiation import choose_format
from mockserver.asgi.edge import Edge
from tests.conftest import client_of, fresh_app, fresh_space

TOKEN = {"X-Auth-Token": "tok"}
IMAGES = "/stores/abc123/v2/products/32/images"
OFFERED = ["application/json", "application/xml"]


def ask(method: str, path: str, headers: dict[str, str], json: object = None) -> httpx.Response:
    async def play() -> httpx.Response:
        async with client_of(fresh_app("bigcommerce-v2")) as client:
            return await client.request(method, path, headers={**TOKEN, **headers}, json=json)

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("accept", "preferred", "chosen"),
    [
        (None, "", "application/json"),
        (None, "application/xml", "application/xml"),
        ("*/*", "application/xml", "application/xml"),
        ("application/json", "application/xml", "application/json"),
        ("application/xml", "application/json", "application/xml"),
        ("application/json, application/xml", "application/xml", "application/xml"),
        ("application/json;q=0.9", "application/xml", "application/xml"),
        ("application/xml;q=0.9", "", "application/xml"),
        ("text/csv", "application/xml", "application/xml"),
        ("text/csv", "", None),
        ("application/xml", "text/csv", "application/xml"),
    ],
)
def test_accept_beats_the_extension_and_that_beats_a_low_quality(
    accept: str | None, preferred: str, chosen: str | None
) -> None:
    assert choose_format(accept, OFFERED, preferred) == chosen


@pytest.mark.parametrize("path", ["", "/248", "/count"])
def test_the_extension_of_a_path_chooses_the_format(path: str) -> None:
    assert ask("GET", f"{IMAGES}{path}.xml", {}).headers["content-type"] == "application/xml"
    assert ask("GET", f"{IMAGES}{path}.json", {}).headers["content-type"] == "application/json"
    asked = ask("GET", f"{IMAGES}{path}", {"Accept": "application/json"})
    assert ask("GET", f"{IMAGES}{path}.json", {}).json() == asked.json()


@pytest.mark.parametrize(
    ("headers", "json", "path", "told"),
    [
        ({}, None, "/248", "xml"),  # the client asks for anything, `*/*`
        ({"Accept": ""}, None, "/248", "xml"),
        ({"Accept": "application/*"}, None, "/248", "xml"),
        ({"Accept": "application/json, text/plain, */*"}, None, "/248", "json"),
        ({"Accept": "application/json;q=0.5"}, None, "/248", "json"),
        ({"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}, None, "/248", "xml"),
        ({}, None, "/248.json", "json"),
        ({"Content-Type": "application/json"}, None, "/248", "xml"),  # it sends no body
        ({}, {"sort_order": 5}, "/248", "json"),
        ({"Accept": "application/xml"}, {"sort_order": 5}, "/248", "xml"),
        ({}, {"sort_order": "x"}, "/248", "json"),  # so are refusals
        ({}, None, "/1", "xml"),
        ({"X-Auth-Token": "wrong"}, None, "/248", "xml"),
        ({}, None, "/248/nowhere", "xml"),
        ({}, {"sort_order": 5}, "/248/nowhere", "json"),
        ({"Prefer": "code=404"}, None, "/248", "xml"),
        ({"Accept": "text/csv"}, None, "/248", "json"),  # 406
    ],
)
def test_where_nothing_asks_for_a_format_it_is_the_declared_one_and_json_to_a_body_in_json(
    headers: dict[str, str], json: object, path: str, told: str
) -> None:
    reply = ask("PUT" if json else "GET", f"{IMAGES}{path}", headers, json)
    assert reply.headers["content-type"] == f"application/{told}"
    assert (fromstring(reply.text) is not None) if told == "xml" else reply.json()


def test_a_body_in_xml_is_answered_in_xml() -> None:
    async def play() -> httpx.Response:
        async with client_of(fresh_app("bigcommerce-v2")) as client:
            headers = {**TOKEN, "Content-Type": "application/xml"}
            return await client.put(
                f"{IMAGES}/248",
                headers=headers,
                content=b"<image><sort_order>7</sort_order></image>",
            )

    assert fromstring(asyncio.run(play()).text).findtext("sort_order") == "7"


def test_the_extension_stands_before_the_query() -> None:
    assert len(fromstring(ask("GET", f"{IMAGES}.xml?limit=1", {}).text)) == 1


def test_a_refusal_follows_the_extension() -> None:
    reply = ask("GET", f"{IMAGES}/1.xml", {})
    assert (reply.status_code, fromstring(reply.text).findtext("error/status")) == (404, "404")


def test_a_client_may_send_json_and_ask_for_xml() -> None:
    reply = ask(
        "POST", f"{IMAGES}.xml", {"Accept": "application/xml"}, {"image_file": "http://e.com/a.jpg"}
    )
    assert reply.status_code == 201, reply.text
    key = fromstring(reply.text).findtext("id")
    assert reply.headers["location"] == f"http://testserver{IMAGES}/{key}.xml"


def test_null_is_written_in_the_word_of_the_api() -> None:
    assert "<description>NULL</description>" in ask("GET", f"{IMAGES}/248.xml", {}).text


def test_an_extension_that_is_not_declared_is_part_of_the_path() -> None:
    assert ask("GET", f"{IMAGES}.csv", {}).status_code == 404
    space = fresh_space("bigcommerce-v2")
    plain = replace(
        space, model=replace(space.model, habits=replace(space.model.habits, extensions={}))
    )
    app = wire([Edge(plain, plain.model.base_paths)], Settings())

    async def play() -> httpx.Response:
        async with client_of(app) as client:
            return await client.get(f"{IMAGES}.xml", headers=TOKEN)

    assert asyncio.run(play()).status_code == 404


def test_an_extension_with_nothing_before_it_is_a_key() -> None:
    assert ask("GET", f"{IMAGES}/.xml", {}).status_code == 400
