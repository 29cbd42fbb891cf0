"""Two hundred callers at once: nothing lost, nothing torn, no id twice; by threads on one space and
over a server.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import pytest

from mockserver.call import Call
from mockserver.lookup import MISSING
from mockserver.server import MockServer
from mockserver.space import Space
from tests.conftest import fresh_app, fresh_space

MANY = 200
PRODUCT = "7d2a9c64-51be-4c0f-9a35-8e6f4b1d2c02"
SKU = "9036451200"
BASES = {"bigcommerce-v2": "/stores/abc123/v2", "shoplazza": "", "omnitron": ""}
HEADERS = {
    "bigcommerce-v2": {"X-Auth-Token": "tok", "Accept": "application/json"},
    "shoplazza": {"Access-Token": "tok"},
    "omnitron": {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"},
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A call by the label of its operation."""

    label: str
    path: Mapping[str, Any] = field(default_factory=dict)
    body: Any = MISSING
    query: Mapping[str, Any] = field(default_factory=dict)


class Crowd(Protocol):
    """Callers who ask all at once; what each one gets is a value, or None where it is refused."""

    def ask(self, calls: Sequence[Ask]) -> list[Any]: ...


class Threads:
    """A thread for each call, all let go together, on one space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._operations = {operation.label: operation for operation in space.model.operations}

    def ask(self, calls: Sequence[Ask]) -> list[Any]:
        gate = threading.Barrier(len(calls))

        def call(asked: Ask) -> Any:
            gate.wait(30)
            said = Call(self._operations[asked.label], asked.path, asked.query, body=asked.body)
            reply = self._space.answer(said).reply
            return None if reply.problem else (True if reply.value is None else reply.value)

        usual = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)  # threads take turns inside a call, not after it
        try:
            with ThreadPoolExecutor(len(calls)) as pool:
                return list(pool.map(call, calls))
        finally:
            sys.setswitchinterval(usual)


class Clients:
    """A connection for each call, all open together, to a server on a port."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name

    def ask(self, calls: Sequence[Ask]) -> list[Any]:
        return asyncio.run(self._ask_all(calls))

    async def _ask_all(self, calls: Sequence[Ask]) -> list[Any]:
        return await asyncio.gather(*(self._ask(each) for each in calls))

    async def _ask(self, asked: Ask) -> Any:
        method, _, template = asked.label.partition(" ")
        query = f"?{urlencode(asked.query)}" if asked.query else ""
        body = b"" if asked.body is MISSING else json.dumps(asked.body).encode()
        target = BASES[self._name] + template.format(**asked.path) + query
        status, content = await self._exchange(f"{method} {target} HTTP/1.1", body)
        assert status < 500, content
        if status >= 400:
            return None
        value: Any = json.loads(content) if content else []
        if isinstance(value, dict) and len(value) == 1:  # an envelope around what is asked for
            (value,) = value.values()
        return value or True

    async def _exchange(self, line: str, body: bytes) -> tuple[int, bytes]:
        """Send a request on a connection of its own; return status and body. A library's pool would
        cost more.
        """
        address = urlsplit(self._url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        said = {
            **HEADERS[self._name],
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        fields = {"Host": address.netloc, "Connection": "close", **said}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"{line}\r\n{head}\r\n".encode() + body)
        whole = await reader.read()
        writer.close()
        await writer.wait_closed()
        start, _, content = whole.partition(b"\r\n\r\n")
        return int(start.split(b" ", 2)[1]), content


@pytest.fixture(params=["threads", "clients"])
def crowd(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Give what makes a crowd of callers for an API."""
    if request.param == "threads":
        yield lambda name: Threads(fresh_space(name))
        return
    started: list[MockServer] = []

    def serve(name: str) -> Crowd:
        started.append(MockServer(app=fresh_app(name)).start())
        return Clients(started[-1].url, name)

    yield serve
    for mock in started:
        mock.stop()


def created(product: int, **fields: Any) -> Ask:
    body = {"image_file": "http://e.com/a.jpg", **fields}
    return Ask("POST /products/{product_id}/images", {"product_id": product}, body)


def listed(crowd: Crowd, product: int) -> list[Any]:
    """Return all images of a product."""
    asked = Ask("GET /products/{product_id}/images", {"product_id": product}, query={"limit": 250})
    found = crowd.ask([asked])[0]
    return [] if found is True else found


def test_no_write_is_lost_and_no_id_is_given_twice(crowd: Any) -> None:
    callers = crowd("bigcommerce-v2")
    made = callers.ask([created(29, description=str(number)) for number in range(MANY)])
    assert len({image["id"] for image in made}) == MANY
    kept = listed(callers, 29)
    assert [image["id"] for image in kept] == sorted(image["id"] for image in made)
    assert {image["description"] for image in kept} == {str(number) for number in range(MANY)}


def test_each_caller_reads_what_it_changed_and_nothing_of_the_others_is_undone(crowd: Any) -> None:
    callers = crowd("bigcommerce-v2")
    made = callers.ask([created(29) for _ in range(MANY)])
    label = "PUT /products/{product_id}/images/{id}"
    changes = [
        Ask(label, {"product_id": 29, "id": image["id"]}, {"description": f"of {image['id']}"})
        for image in made
    ]
    replies = callers.ask(changes)
    assert [image["description"] for image in replies] == [f"of {image['id']}" for image in made]
    assert all(image["description"] == f"of {image['id']}" for image in listed(callers, 29))


def test_writes_to_different_properties_of_one_record_all_stay(crowd: Any) -> None:
    callers = crowd("bigcommerce-v2")
    label, path = "PUT /products/{product_id}/images/{id}", {"product_id": 30, "id": 118}
    bodies: list[Any] = [{"description": "new"}, {"sort_order": 7}, {"is_thumbnail": True}]
    callers.ask([Ask(label, path, bodies[number % 3]) for number in range(MANY)])
    (image,) = listed(callers, 30)
    assert (image["description"], image["sort_order"], image["is_thumbnail"]) == ("new", 7, True)


def test_there_is_always_exactly_one_thumbnail(crowd: Any) -> None:
    callers = crowd("bigcommerce-v2")
    made = callers.ask([created(29, is_thumbnail=True) for _ in range(MANY // 2)])
    assert [image["is_thumbnail"] for image in listed(callers, 29)].count(True) == 1
    label = "PUT /products/{product_id}/images/{id}"
    moves = [
        Ask(label, {"product_id": 29, "id": image["id"]}, {"is_thumbnail": True}) for image in made
    ]
    looks = [Ask("GET /products/{product_id}/images", {"product_id": 29}, query={"limit": 250})] * (
        MANY // 2
    )
    seen = callers.ask([call for pair in zip(moves, looks, strict=True) for call in pair])[1::2]
    assert all([image["is_thumbnail"] for image in images].count(True) == 1 for images in seen)


def test_a_collection_that_takes_a_thousand_takes_no_more(crowd: Any) -> None:
    callers = crowd("bigcommerce-v2")
    for _ in range(4):
        callers.ask([created(29) for _ in range(225)])
    taken = callers.ask([created(29) for _ in range(MANY)])
    assert len([image for image in taken if image is not None]) == 100


def test_of_two_hundred_who_delete_a_record_one_does(crowd: Any) -> None:
    callers = crowd("bigcommerce-v2")
    gone = callers.ask(
        [Ask("DELETE /products/{product_id}/images/{id}", {"product_id": 32, "id": 247})] * MANY
    )
    assert len([reply for reply in gone if reply is not None]) == 1


def positions(crowd: Crowd) -> list[int]:
    label = "GET /openapi/2022-01/products/{product_id}/images"
    found = crowd.ask([Ask(label, {"product_id": PRODUCT})])[0]
    return [] if found is True else [image["position"] for image in found]


def test_positions_stay_dense_through_inserts_moves_and_deletes(crowd: Any) -> None:
    callers = crowd("shoplazza")
    label, path = "POST /openapi/2022-01/products/{product_id}/images", {"product_id": PRODUCT}
    sources = [{"src": f"https://e.com/{number}.jpg"} for number in range(MANY)]
    places = [{"position": 1 + number % 5} if number % 2 else {} for number in range(MANY)]
    made = callers.ask(
        [
            Ask(label, path, {"image": each | place})
            for each, place in zip(sources, places, strict=True)
        ]
    )
    assert len({image["id"] for image in made}) == MANY
    assert positions(callers) == list(range(1, MANY + 1))
    one = "/openapi/2022-01/products/{product_id}/images/{image_id}"
    at = [{"product_id": PRODUCT, "image_id": image["id"]} for image in made]
    moves = [
        Ask(f"PUT {one}", each, {"image": {"position": 1 + n}})
        for n, each in enumerate(at[: MANY // 2])
    ]
    deletes = [Ask(f"DELETE {one}", each) for each in at[MANY // 2 :]]
    callers.ask([call for pair in zip(moves, deletes, strict=True) for call in pair])
    assert positions(callers) == list(range(1, MANY // 2 + 1))


def wanted(letter: str, size: int) -> dict[str, Any]:
    images = [
        {"url": f"https://e.com/{letter}{order}.png", "order": order} for order in range(size)
    ]
    return {
        "product_sku": SKU,
        "images": [*images, {"url": "https://e.com/both.png", "order": size}],
    }


def shape(found: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(image["url"] for image in found["images"])


def test_an_upsert_is_never_torn_and_no_id_is_given_twice(crowd: Any) -> None:
    callers = crowd("omnitron")
    sets = [wanted("a", 3), wanted("b", 6)]
    whole = {tuple(image["url"] for image in each["images"]) for each in sets}
    post = [
        Ask("POST /api/i1/downloadable_image/", body=sets[number % 2])
        for number in range(MANY // 2)
    ]
    look = [Ask("GET /api/i1/downloadable_image/", query={"product_sku": SKU})] * (MANY // 2)
    replies = callers.ask([call for pair in zip(post, look, strict=True) for call in pair])
    assert [shape(reply) for reply in replies[::2]] == [
        shape(sets[number % 2]) for number in range(MANY // 2)
    ]
    seen = [found for page in replies[1::2] for found in rows(page)]
    assert {shape(found) for found in seen} <= whole
    owners: dict[int, set[str]] = {}
    for found in [*replies[::2], *seen]:
        for image in found["images"]:
            owners.setdefault(image["id"], set()).add(image["url"])
    assert all(len(urls) == 1 for urls in owners.values())
    assert (
        len(
            {
                i["id"]
                for each in replies[::2]
                for i in each["images"]
                if i["url"].endswith("both.png")
            }
        )
        == 1
    )


def rows(page: Any) -> list[Any]:
    return [] if page is True else page if isinstance(page, list) else page["results"]


def test_each_downloadable_image_has_one_product_image_after_all(crowd: Any) -> None:
    callers = crowd("omnitron")
    sets = [wanted("a", 3), wanted("b", 6), {"product_sku": SKU, "images": []}]
    callers.ask(
        [Ask("POST /api/i1/downloadable_image/", body=sets[number % 3]) for number in range(MANY)]
    )
    (last,) = callers.ask([Ask("POST /api/i1/downloadable_image/", body=wanted("c", 4))])
    label, path = "GET /api/v1/channel/{channel_id}/product_images/inserts/", {"channel_id": 5}
    (new,) = callers.ask([Ask(label, path, query={"limit": 250})])
    mine = [image["image"] for image in new if image["image"].startswith("https://e.com/")]
    assert sorted(mine) == sorted(image["url"] for image in last["images"])


def test_of_many_batches_one_is_in_commit(crowd: Any) -> None:
    callers = crowd("omnitron")
    path = {"channel_id": 5}
    opened = callers.ask(
        [Ask("POST /api/v1/channel/{channel_id}/batch_requests/", path, {"channel": 5})] * 50
    )
    assert len({batch["local_batch_id"] for batch in opened}) == 50
    label = "PATCH /api/v1/channel/{channel_id}/batch_requests/{pk}/"
    part = {"pk": 1, "version_date": "2024-04-08T07:13:28.123456Z", "content_type": "productimage"}
    body = {"status": "commit", "content_type": "productimage", "objects": [part]}
    moved = callers.ask([Ask(label, {**path, "pk": batch["pk"]}, body) for batch in opened])
    (committed,) = [batch for batch in moved if batch is not None]
    actions = Ask("GET /api/v1/channel/{channel_id}/integration_actions/", path)
    (found,) = callers.ask([actions])
    assert [action["local_batch_id"] for action in rows(found)] == [committed["local_batch_id"]]
