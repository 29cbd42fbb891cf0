"""Kill a mock again and again while clients write to it, and look whether its state holds all that
was acknowledged, and nothing by half.

    python -m tests.stores.crash sqlite:////tmp/state.db 100
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

START = "from mockserver.cli import main; main()"
HEADERS = {"X-Api-Key": "bookshop-key"}
CLIENTS = 6
MOST_WRITES = 60
"""Acknowledged writes after which a mock is killed at the latest."""


@dataclass
class Acknowledged:
    """What clients know: shelves that were made, with their books, and those that were removed;
    `unsure` are those whose removal nobody has answered.
    """

    books: dict[int, list[int]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)

    @property
    def writes(self) -> int:
        """How many writes were acknowledged."""
        made = list(self.books.values())
        return len(made) + sum(map(len, made)) + len(self.removed)


def start(address: str) -> tuple[subprocess.Popen[str], str]:
    """Return a mock on a database, and where it listens."""
    words = ["mock", "bookshop", "-p", "0", "-q", "--store", address]
    process = subprocess.Popen(
        [sys.executable, "-c", START, *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"listening on (http://\S+)", line)
        if found:
            return process, found[1]
    raise AssertionError("the mock has not started")


def write(url: str, known: Acknowledged) -> None:
    """Make shelves with books and remove every other one, until nobody answers."""
    with suppress(httpx.HTTPError), httpx.Client(base_url=url, headers=HEADERS) as client:
        for number in range(10_000):
            shelf = client.post("/shelves", json={"name": "Poetry"}).json()["id"]
            known.books[shelf] = []
            for title in ("Kindred", "Dawn"):
                book = {"title": title, "author": "Octavia E. Butler"}
                made = client.post(f"/shelves/{shelf}/books", json=book)
                known.books[shelf].append(made.json()["id"])
            if number % 2:
                known.unsure.add(shelf)
                assert client.delete(f"/shelves/{shelf}").status_code == 204
                known.unsure.remove(shelf)
                known.removed.add(shelf)


def check(url: str, known: Acknowledged) -> None:
    """Raise AssertionError where the state is not what clients know."""
    state = f"{url}/__admin/state/bookshop"
    shelves = {each["id"] for each in httpx.get(f"{state}/shelves").json()["records"]}
    books = httpx.get(f"{state}/books").json()["records"]
    by_shelf: dict[int, set[int]] = {}
    for book in books:
        by_shelf.setdefault(book["shelf_id"], set()).add(book["id"])
    assert by_shelf.keys() <= shelves, "books without their shelf: a removal was kept by half"
    assert len({book["id"] for book in books}) == len(books)
    assert not shelves & known.removed, "a removal was lost"
    for shelf, made in known.books.items():
        if shelf in known.unsure and shelf not in shelves:
            continue
        if shelf not in known.removed:
            assert shelf in shelves, "a shelf was lost"
            assert set(made) <= by_shelf.get(shelf, set()), "a book was lost"


def crash(address: str, rounds: int) -> int:
    """Kill a mock so many times; return how many writes were acknowledged."""
    known = Acknowledged()
    for _ in range(rounds):
        process, url = start(address)
        check(url, known)
        with ThreadPoolExecutor(CLIENTS) as pool:
            writing = [pool.submit(write, url, known) for _ in range(CLIENTS)]
            enough = known.writes + random.randint(1, MOST_WRITES)
            while known.writes < enough and not all(each.done() for each in writing):
                time.sleep(0.001)
            process.kill()
        process.communicate()
        for each in writing:
            each.result()
    process, url = start(address)
    check(url, known)
    process.kill()
    process.communicate()
    return known.writes


if __name__ == "__main__":
    writes = crash(sys.argv[1], int(sys.argv[2]))
    print(f"{sys.argv[2]} kills, {writes} acknowledged writes, none lost")
