"""Each planted fault changes what the shop answers, and no reply breaks the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from contracts.targets.target import Answer, Sent
from contracts.targets.wsgi import WsgiTarget
from tests.conftest import ROOT
from tests.live.machines import SHOP
from tests.live.omnitron import app as omnitron
from tests.live.shop.app import application
from tests.planted.calls import Step
from tests.planted.fault import Fault
from tests.planted.faults import BY_NAME, FAULTS

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
BY_CHANCE = frozenset(
    {"reference", "created_at", "updated_at", "created_date", "modified_date", "local_batch_id"}
)
"""What depends on who comes first, and on the clock."""


@pytest.mark.parametrize("fault", FAULTS, ids=BY_NAME)
def test_the_fault_shows_and_its_replies_are_as_documented(fault: Fault) -> None:
    right, wrong = (
        answers(fault.server, None, fault.shows),
        answers(fault.server, fault.habits(), fault.shows),
    )
    assert told(fault, wrong) != told(fault, right)
    for sent, answer in [*right, *wrong]:
        assert list(breaches(fault.server, sent, answer)) == []


def test_every_fault_has_a_name_of_its_own() -> None:
    assert [
        name for name, times in Counter(fault.name for fault in FAULTS).items() if times > 1
    ] == []


def test_two_right_servers_answer_alike() -> None:
    for fault in FAULTS:
        right, again = (told(fault, answers(fault.server, None, fault.shows)) for _ in range(2))
        assert right == again


def answers(server: str, habits: Any, steps: tuple[Step, ...]) -> list[tuple[Sent, Answer]]:
    """Return each call and its answer, of a shop whose clock stands still; those sent at once in
    their order.
    """
    made = application(habits, lambda: NOON) if server == "shop" else omnitron.application(habits)
    target = WsgiTarget(made)
    found: list[tuple[Sent, Answer]] = []
    for step in steps:
        calls = step if isinstance(step, tuple) else (step,)
        with ThreadPoolExecutor(len(calls)) as threads:
            found += zip(calls, threads.map(target.send, calls), strict=True)
    return found


def told(fault: Fault, found: list[tuple[Sent, Answer]]) -> Any:
    """Return what tells two runs apart: all answers; of calls sent at once, what the last one says
    of their sum.
    """
    if any(isinstance(step, tuple) for step in fault.shows):
        return without(BY_CHANCE | {"id"}, found[-1][1].body)
    if fault.server != "shop":
        return [(answer.status, without(BY_CHANCE, answer.body)) for _, answer in found]
    return [
        (answer.status, answer.body, answer.headers.get("content-length")) for _, answer in found
    ]


def without(names: frozenset[str], value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without(names, child) for name, child in value.items() if name not in names}
    return [without(names, child) for child in value] if isinstance(value, list) else value


def breaches(server: str, sent: Sent, answer: Answer) -> Iterator[str]:
    """Yield how an answer breaks the document: a status that is not there, or a body that is no
    such thing.
    """
    spec = document(server)
    path, found = operation(spec, sent)
    responses = found["responses"]
    if str(answer.status) not in responses:
        yield f"{sent.method} {path}: {answer.status} is not documented"
        return
    response = resolved(spec, responses[str(answer.status)])
    (media_type, media), *_ = (response.get("content") or {"": {}}).items()
    if media_type and answer.headers.get("content-type") != media_type:
        yield f"{sent.method} {path}: {answer.headers.get('content-type')}"
    if media_type and sent.method != "HEAD":
        yield from (
            str(error) for error in validator(spec, media["schema"]).iter_errors(answer.body)
        )


def operation(spec: Any, sent: Sent) -> tuple[str, Any]:
    """Return the path of the document that a call is for, and its operation."""
    steps = sent.target.partition("?")[0].split("/")
    for path, item in sorted(spec["paths"].items(), key=lambda pair: pair[0].count("{")):
        known = path.split("/")
        if len(known) == len(steps) and all(
            k == s or k.startswith("{") for k, s in zip(known, steps, strict=True)
        ):
            return path, item["get" if sent.method == "HEAD" else sent.method.lower()]
    raise LookupError(sent.target)


def resolved(spec: Any, value: Any) -> Any:
    if "$ref" not in value:
        return value
    _, *steps = value["$ref"].split("/")
    found = spec
    for step in steps:
        found = found[step]
    return found


@cache
def document(server: str) -> Any:
    """Return the document of a server, in which null is spelled as in OpenAPI 3.1."""
    path = Path(SHOP if server == "shop" else ROOT / "specs" / server, "openapi.yaml")
    return with_null(yaml.safe_load(path.read_text("utf-8")))


def with_null(value: Any) -> Any:
    if isinstance(value, list):
        return [with_null(child) for child in value]
    if not isinstance(value, dict):
        return value
    made = {
        name: with_null(child)
        for name, child in value.items()
        if name != "nullable" or child is not True
    }
    return {"anyOf": [made, {"type": "null"}]} if value.get("nullable") is True else made


def validator(spec: Any, schema: Any) -> Any:
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": spec["components"]}, validate_formats=True
    )
