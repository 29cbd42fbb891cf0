"""Runs that were written by hand: what a run against the bookshop tells, in the order in which it
tells it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.events import (
    CallAnswered,
    CallWithheld,
    CasesTried,
    CheckFailed,
    CheckTried,
    Event,
    LeftBehind,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Trouble,
    Unsure,
)
from contracts.findings import Finding
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.exchange import json_answer
from tests.conftest import model_of

KEY = {"X-Api-Key": "bookshop-key"}
BEGAN_S = 1_790_000_000.0


def call(
    number: int,
    label: str | None,
    path: str,
    status: int | None,
    reply: Any = None,
    body: Any = None,
    phase: str = "laws",
    headers: Mapping[str, str] = KEY,
) -> Exchange:
    """Return a call of the bookshop with JSON in and out; no status: no answer came."""
    method = (label or "TRACE").partition(" ")[0]
    content = json.dumps(body).encode() if body is not None else None
    typed = {"Content-Type": "application/json"} if body is not None else {}
    answer = None
    if status is not None:
        answer = json_answer(reply, status)
        answer = answer if reply is not None else answer.with_body(None)
    return Exchange(
        Sent(method, path, {**headers, **typed}, content),
        answer,
        BEGAN_S,
        0.0042,
        number=number,
        phase=phase,
        operation=label or "",
    )


CREATED = call(1, "POST /shelves", "/shelves", 201, {"id": 3, "name": "Maps"}, {"name": "Maps"})
MISSED = call(2, "GET /shelves/{shelf_id}", "/shelves/3", 404, {"title": "Not Found"})
LISTED = call(
    3,
    "GET /shelves",
    "/shelves?limit=2&page=x",
    200,
    {"items": [{"id": "3"}], "total": 1},
    phase="conformance",
)
LOST = Finding(
    phase="laws",
    check="created is readable",
    sentence="A record that was created can be read.",
    operation="GET /shelves/{shelf_id}",
    message="the record is not there",
    place="status",
    expected="200",
    actual="404",
    calls=(CREATED, MISSED),
    seed=7,
)
WRONG = Finding(
    phase="conformance",
    check="response_schema_conformance",
    sentence="A reply keeps the schema of its document.",
    operation="GET /shelves",
    message="Response violates schema: '3' is not of type 'integer'",
    place="/items/0/id",
    expected="an integer",
    actual='"3"',
    calls=(LISTED,),
    seed=7,
    pointer="/components/schemas/Shelf/properties/id",
)
KNOWN = Finding(
    phase="conformance",
    check="unsupported_method",
    sentence="A method that is not documented is refused.",
    operation="GET /shelves",
    message="TRACE is answered with 200",
    place="status",
    expected="405",
    actual="200",
    calls=(call(4, None, "/shelves", 200, phase="conformance"),),
    seed=7,
    accepted="The proxy before it answers TRACE, ticket 12.",
)


def started(
    phases: Iterable[str] = ("conformance", "laws"), seconds: float | None = 60.0
) -> RunStarted:
    operations = [each.label for each in model_of("bookshop").operations]
    return RunStarted(
        "bookshop",
        "http://127.0.0.1:4010",
        "http://127.0.0.1:4010",
        "own",
        tuple(phases),
        operations,
        7,
        seconds,
        BEGAN_S,
    )


def broken_run() -> list[Event]:
    """Return a run with two findings, an accepted one and all else that can happen."""
    never = {"DELETE /shelves/{shelf_id}": {404: 12}, "POST /shelves/{shelf_id}/books": {}}
    return [
        started(),
        PhaseStarted("conformance", 40.0),
        CallAnswered(LISTED),
        CheckTried("conformance", "response_schema_conformance", "GET /shelves", False),
        CheckFailed(WRONG),
        CheckTried("conformance", "not_a_server_error", "GET /shelves", True),
        CallAnswered(KNOWN.calls[0]),
        CheckTried("conformance", "unsupported_method", "GET /shelves", False),
        CheckFailed(KNOWN),
        CallWithheld(
            "conformance",
            "DELETE /shelves/{shelf_id}",
            "DELETE",
            "it would change what is not the run's",
        ),
        CallWithheld("conformance", None, "TRACE", "nobody knows what it changes"),
        Trouble("conformance", "GET /shelves got no answer: Connection reset by peer"),
        CasesTried("conformance", 812),
        PhaseFinished("conformance", 39.5, 812, "time was up"),
        PhaseStarted("laws", 20.0),
        CallAnswered(CREATED),
        CallAnswered(MISSED),
        CallAnswered(call(5, "GET /shelves/{shelf_id}", "/shelves/9", None)),
        CheckTried("laws", "created is readable", "/shelves", False),
        CheckFailed(LOST),
        CheckTried("laws", "pages partition the list", "/shelves", True),
        CheckTried(
            "laws", "filters are sound and complete", "/shelves", False, "the list has no filters"
        ),
        PhaseFinished("laws", 3.25, 3),
        Unsure(WRONG),
        LeftBehind(("/shelves/3",)),
        RunFinished(
            42.9, 1402, (WRONG, KNOWN, LOST), never, gone=("cafebabe header_is_there GET /shelves",)
        ),
    ]


def good_run() -> list[Event]:
    """Return a run that found nothing."""
    return [
        started(("laws",), None),
        PhaseStarted("laws", None),
        CallAnswered(CREATED),
        CasesTried("laws", 1),
        CheckTried("laws", "created is readable", "/shelves", True),
        PhaseFinished("laws", 3.25, 1),
        RunFinished(3.3, 1, ()),
    ]


def cut_off_run() -> list[Event]:
    """Return a run that was killed in the middle of a phase."""
    return broken_run()[:8]


RUNS: Mapping[str, list[Event]] = {
    "broken": broken_run(),
    "good": good_run(),
    "cut off": cut_off_run(),
    "empty": [],
    "unreachable": [
        started(),
        RunFinished(0.1, 0, (), could_not="http://127.0.0.1:4010 does not answer"),
    ],
    "nothing tested": [
        started(),
        RunFinished(0.1, 9, (), nothing_tested="no operation answered with success"),
    ],
}
