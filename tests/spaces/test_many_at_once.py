"""Two hundred clients at once on one server: none sees what another one did."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx
import pytest

from mockserver import Mock, MockServer

CLIENTS = 200
STEPS = 4


def live(mock: Mock, number: int, begin: threading.Barrier) -> list[str]:
    """Make, read and delete shelves of one's own for a while; return what was wrong."""
    random, mine = Random(number), {1: "Fiction", 2: "Science", 3: "Empty shelf"}
    wrong: list[str] = []
    with httpx.Client(base_url=mock.url, headers=mock.headers, timeout=60, verify=False) as client:
        begin.wait()
        for step in range(STEPS):
            if random.random() < 0.3 and mine:
                key = random.choice(sorted(mine))
                del mine[key]
                client.delete(f"/shelves/{key}").raise_for_status()
            else:
                name = f"{number}/{step}"
                key = client.post("/shelves", json={"name": name}).raise_for_status().json()["id"]
                wrong += [f"{number}: the key {key} was given twice"] if key in mine else []
                mine[key] = name
            listed = client.get("/shelves?limit=100").raise_for_status().json()
            seen = {each["id"]: each["name"] for each in listed["items"]}
            wrong += [] if seen == mine else [f"{number}: {seen} is not {mine}"]
    if len(mock.requests) != 2 * STEPS:
        wrong.append(f"{number}: the journal has {len(mock.requests)} calls")
    return wrong


@pytest.mark.parametrize("by", ["url", "header"])
def test_two_hundred_clients_at_once_do_not_meet(by: str) -> None:
    with MockServer("bookshop") as server, ThreadPoolExecutor(CLIENTS) as threads:
        begin = threading.Barrier(CLIENTS)
        mocks: list[Mock] = [server.space() for _ in range(CLIENTS)]
        if by == "header":
            mocks = [_ByHeader(mock, server.url) for mock in mocks]
        found = threads.map(live, mocks, range(CLIENTS), [begin] * CLIENTS)
        assert [text for each in found for text in each] == []
        assert server.state["shelves"].count() == 3


class _ByHeader(Mock):
    """A space whose clients name it in a header and use the URL of the server."""

    def __init__(self, mock: Mock, url: str) -> None:
        super().__init__(mock._stage, mock.name)
        self._url = url

    @property
    def url(self) -> str:
        return self._url

    @property
    def headers(self) -> dict[str, str]:
        return super().headers | {"Understudy-Space": self.name}
