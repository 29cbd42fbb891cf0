"""The habits of Shoplazza's clients: how they send the token, which versions they call, what they
read of a reply.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

SHIRT = "3f7c1e52-9d0a-4a7b-8f43-2f1d5b0c9a01"
NOBODY = "00000000-0000-4000-8000-000000000000"
VERSIONS = ("2022-01", "2025-06", "2026-01")


@pytest.fixture
def client(shoplazza: str) -> Iterator[httpx.Client]:
    headers = {"Access-Token": "tok", "Content-Type": "application/json"}
    with httpx.Client(base_url=shoplazza, headers=headers, trust_env=False) as client:
        yield client


def unwrapped(reply: httpx.Response) -> Any:
    """Return what is in the envelope of any version."""
    body = reply.json()
    if "code" in body:
        assert body["code"] == "Success"
        return body["data"]
    return body


@pytest.mark.parametrize("name", ["Access-Token", "access-token", "ACCESS-TOKEN", "aCCESS-tOKEN"])
@pytest.mark.parametrize("version", VERSIONS)
def test_the_name_of_the_token_header_has_no_case(shoplazza: str, name: str, version: str) -> None:
    reply = httpx.get(
        f"{shoplazza}/openapi/{version}/products/{SHIRT}/images",
        headers={name: "tok"},
        trust_env=False,
    )
    assert len(unwrapped(reply)["images"]) == 3


@pytest.mark.parametrize("version", VERSIONS)
def test_the_whole_story_of_an_image(client: httpx.Client, version: str) -> None:
    path = f"/openapi/{version}/products/{SHIRT}/images"
    made = unwrapped(
        client.post(path, json={"image": {"src": "https://e.com/a.jpg", "position": 1}})
    )["image"]
    assert unwrapped(client.get(f"{path}/{made['id']}"))["image"] == made
    assert unwrapped(client.get(f"{path}/count"))["count"] == 4
    assert [each["position"] for each in unwrapped(client.get(path))["images"]] == [1, 2, 3, 4]
    changed = unwrapped(client.put(f"{path}/{made['id']}", json={"image": {"position": 4}}))[
        "image"
    ]
    assert (changed["id"], changed["position"]) == (made["id"], 4)
    assert unwrapped(client.delete(f"{path}/{made['id']}")) == {}
    assert [each["position"] for each in unwrapped(client.get(path))["images"]] == [1, 2, 3]


def test_what_one_version_wrote_another_reads(client: httpx.Client) -> None:
    path = f"/products/{SHIRT}/images"
    made = unwrapped(
        client.post(f"/openapi/2022-01{path}", json={"image": {"src": "https://e.com/a.jpg"}})
    )["image"]
    assert unwrapped(client.get(f"/openapi/2026-01{path}/{made['id']}"))["image"] == made


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        ("GET", f"/products/{SHIRT}/images", "tok"),
        ("HEAD", f"/products/{SHIRT}/images", "tok"),
        ("GET", f"/products/{SHIRT}/images", "wrong"),
        ("GET", f"/products/{SHIRT}/images/{NOBODY}", "tok"),
        ("GET", "/products/no-uuid/images/no-uuid", "tok"),
        ("POST", f"/products/{SHIRT}/images", "tok"),
        ("DELETE", f"/products/{NOBODY}/images/{NOBODY}", "tok"),
        ("DELETE", f"/products/{SHIRT}/images/{NOBODY}", "tok-read-only"),
        ("PATCH", f"/products/{SHIRT}/images", "tok"),
        ("OPTIONS", f"/products/{SHIRT}/images", "tok"),
        ("GET", "/nowhere", "tok"),
    ],
)
def test_every_reply_has_a_request_id_of_its_own(
    client: httpx.Client, version: str, method: str, path: str, token: str
) -> None:
    asked = (method, f"/openapi/{version}{path}")
    replies = [client.request(*asked, headers={"Access-Token": token}) for _ in range(2)]
    ids = {str(uuid.UUID(reply.headers["Request-Id"])) for reply in replies}
    assert len(ids) == 2
