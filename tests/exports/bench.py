"""Findings of real faults: calls in, the first reply in which a faulty server differs from the
right one out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest

import mockserver.space
from contracts.compare.scalars import is_same_scalar
from contracts.compare.values import differences
from contracts.exports.pytest_file import file_text
from contracts.findings import Finding
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Readings
from contracts.targets.target import Answer, AppTarget, Sent
from mockserver.app import Settings
from mockserver.lookup import MISSING
from tests.conftest import fresh_app, model_of
from tests.machine.faults import FAULTS
from tests.machine.machines import HEADERS

FAULTY = {each.name: each.decide for each in FAULTS}
ORIGIN = "http://testserver"
Call = tuple[str, str, Any]
"""Method, path and JSON body; None for no body. `{1/id}` is what the first reply has there."""


def sent_to(api: str, call: Call, told: Sequence[Answer]) -> Sent:
    """Return a request, with what the replies before it told."""
    method, path, body = call
    for number, answer in enumerate(told, 1):
        if isinstance(answer.body, dict) and "id" in answer.body:
            path = path.replace(f"{{{number}/id}}", str(answer.body["id"]))
    typed = {"Content-Type": "application/json"} if body is not None else {}
    return Sent(
        method,
        path,
        {**HEADERS[api], **typed},
        json.dumps(body).encode() if body is not None else None,
    )


def answers(api: str, calls: Sequence[Call]) -> tuple[list[Sent], list[Answer]]:
    """Make calls on a fresh server."""
    target = AppTarget(fresh_app(api, Settings(seed=7)))
    requests: list[Sent] = []
    replies: list[Answer] = []
    for call in calls:
        requests.append(sent_to(api, call, replies))
        replies.append(target.send(requests[-1]))
    target.close()
    return requests, replies


def found(api: str, fault: str, calls: Sequence[Call], patch: pytest.MonkeyPatch) -> Finding:
    """Return the finding that the calls bring to light."""
    _, right = answers(api, calls)
    with patch.context() as planted:
        planted.setattr(mockserver.space, "decide", FAULTY[fault])
        requests, wrong = answers(api, calls)
    readings = Readings(model_of(api), "")
    exchanges = [
        Exchange(
            sent,
            answer,
            number=number,
            phase="machine",
            operation=readings.read(sent).label or "",
        )
        for number, (sent, answer) in enumerate(zip(requests, wrong, strict=True), 1)
    ]
    for number, (one, other) in enumerate(zip(right, wrong, strict=True), 1):
        place, expected, actual = _first(one, other)
        if place is not None:
            label = exchanges[number - 1].operation
            calls_to = tuple(exchanges[:number])
            return Finding(
                "machine",
                "state",
                "The state is kept.",
                label,
                fault,
                place,
                expected,
                actual,
                calls_to,
                7,
            )
    raise AssertionError("the calls do not show the fault")


def _first(one: Answer, other: Answer) -> tuple[str | None, str, str]:
    if one.status != other.status:
        return "status", str(one.status), str(other.status)
    first = next(differences(one.body, other.body, _agree), None)
    return (
        (first.place, _shown(first.expected), _shown(first.actual))
        if first is not None
        else (None, "", "")
    )


def _agree(one: Any, other: Any) -> bool:
    """Tell whether two scalars are the same, moments aside: the clock goes on."""
    return is_same_scalar(one, other) or all(
        re.match(r"\d{4}-\d\d-\d\dT", str(each)) for each in (one, other)
    )


def _shown(value: Any) -> str:
    return "nothing" if value is MISSING else json.dumps(value)


def exported(finding: Finding, api: str) -> Callable[[httpx.Client], None]:
    """Return the test of the exported file."""
    space: dict[str, Any] = {}
    exec(compile(file_text(finding, model_of(api), ORIGIN), "exported", "exec"), space)
    [test] = [value for name, value in space.items() if name.startswith("test_")]
    return lambda client: test(_with(client, space["HEADERS"]))


def _with(client: httpx.Client, headers: dict[str, str]) -> httpx.Client:
    client.headers.update(headers)
    return client


@contextmanager
def client_of(api: str, before: Sequence[Call]) -> Iterator[httpx.Client]:
    """Give a client of a fresh server on which other calls were made before, so that its keys are
    others.
    """
    target = AppTarget(fresh_app(api, Settings(seed=11)))
    replies: list[Answer] = []
    for call in before:
        replies.append(target.send(sent_to(api, call, replies)))

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in ("host", "accept-encoding")
        }
        told = target.send(
            Sent(request.method, request.url.raw_path.decode(), headers, request.content)
        )
        return httpx.Response(told.status, headers=dict(told.headers), content=told.content)

    with (
        closing(target),
        httpx.Client(transport=httpx.MockTransport(answer), base_url=ORIGIN) as client,
    ):
        yield client
