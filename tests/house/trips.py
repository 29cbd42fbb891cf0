"""Follow a request, or the compilation of a document, through the code: what to run in, counts out.

`sys.setprofile` tells each entering of a function. A *room* is a sub-package of `mockserver` or a
module directly in it; a *switch* is an entering whose module, or room, is another than that of the
entering before. These are counts, not times. Requests go through the whole application in this
process, with its control API and journal, after the first few of their kind have made what is made
on first use.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import mockserver
from mockserver.apis import find_api, load_model
from mockserver.app import App, Settings, make_app
from mockserver.exchange import Sent
from mockserver.testing.inprocess import ask, sent_to

PACKAGE = Path(mockserver.__file__).parent
CLIENT = "testing"
"""The room that asks the application here: it is no part of the trip."""
WARM_UPS = 3
KEY = ("x-api-key", "bookshop-key")
JSON = ("content-type", "application/json")
BOOK = b'{"title": "Kindred", "author": "Octavia E. Butler", "pages": 287}'
NO_BOOK = b'{"title": "", "pages": "many"}'

Entered = Callable[[str, FrameType], None]


@dataclass(frozen=True, slots=True)
class Trip:
    """What entered functions say of a piece of work; `status` is that of its answer."""

    name: str
    status: int
    calls: int
    functions: int
    modules: int
    module_switches: int
    room_switches: int


@dataclass(frozen=True, slots=True)
class Resolutions:
    """How often references of a document were followed while its model was made, and from how many
    schemas.
    """

    calls: int
    distinct: int


def bookshop_trips() -> Sequence[Trip]:
    """Return the trips of the four most common kinds of requests, and of one that no operation
    answers.
    """
    books = "http://shop.test/shelves/1/books"
    requests = {
        "GET one": sent_to("GET", f"{books}/2", [KEY], b""),
        "GET list": sent_to("GET", "http://shop.test/shelves?limit=2", [KEY], b""),
        "POST": sent_to("POST", books, [KEY, JSON], BOOK),
        "POST refused": sent_to("POST", books, [KEY, JSON], NO_BOOK),
        "GET nowhere": sent_to("GET", "http://shop.test/nowhere", [KEY], b""),
    }
    app = make_app(["bookshop"], Settings(seed=1))
    return [asyncio.run(_trip(name, app, request)) for name, request in requests.items()]


async def _trip(name: str, app: App, request: Sent) -> Trip:
    for _ in range(WARM_UPS):
        await ask(app, request)
    entered: list[tuple[str, CodeType]] = []

    async def profiled(scope: Any, receive: Any, send: Any) -> None:
        with _profiled(lambda module, frame: entered.append((module, frame.f_code))):
            await app(scope, receive, send)

    answer = await ask(profiled, request)
    path = [module for module, _ in entered if _room(module) != CLIENT]
    functions = {code for module, code in entered if _room(module) != CLIENT}
    rooms = [_room(module) for module in path]
    return Trip(
        name,
        answer.status,
        calls=len(path),
        functions=len(functions),
        modules=len(set(path)),
        module_switches=_switches(path),
        room_switches=_switches(rooms),
    )


def resolutions(document: str) -> Resolutions:
    """Return how often `resolved` was called while a document was loaded and compiled."""
    schemas: list[Any] = []  # they are held here, so that no two of them can have the same id

    def note(module: str, frame: FrameType) -> None:
        if _room(module) == "model" and frame.f_code.co_name == "resolved":
            schemas.append(_last_argument(frame))

    with _profiled(note):
        load_model(find_api(document))
    return Resolutions(len(schemas), len({id(schema) for schema in schemas}))


@contextmanager
def _profiled(entered: Entered) -> Iterator[None]:
    """Tell of each function of the package that is entered: its module's path in the package, and
    its frame.
    """
    package = f"{PACKAGE}/"

    def profile(frame: FrameType, event: str, _: Any) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(package):
            entered(file.removeprefix(package), frame)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)


def _room(module: str) -> str:
    return module.partition("/")[0].removesuffix(".py")


def _switches(path: Sequence[str]) -> int:
    return sum(before != after for before, after in pairwise(path))


def _last_argument(frame: FrameType) -> Any:
    arguments = inspect.getargvalues(frame)
    return arguments.locals[arguments.args[-1]]
