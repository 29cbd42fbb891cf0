"""Differences that were planted in a live server are found, each as one cause, with the line that
closes it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.drift.lines import Line
from contracts.drift.playing import understood
from contracts.wire.safety import Safety
from tests.drift.stage import drift_of, live_of, played

NOT_FOUND = {"extends": "default", "forms": {"not_found": {"status": 410}}}
NULL = Line(target="$.components.schemas.Book.properties.pages", update={"nullable": True})
OPEN = Line(target="$.paths['/shelves'].get", update={"security": []})
READS: list[tuple[str, dict[str, Any] | Line]] = [
    ("status class", OPEN),
    ("order", {"resources": {"books": {"order": ["-id"]}}}),
    ("status", {"errors": {"default": NOT_FOUND}}),
    ("status class", {"defaults": {"unknown_query": "refuse"}}),
    ("status class", {"defaults": {"slash": "strict"}}),
    ("status", {"defaults": {"envelope": {"empty": 204}}}),
    ("envelope", {"defaults": {"paging": {"maximum": 5}}}),
    (
        "envelope",
        {"defaults": {"envelope": {"many": {"data": "$value", "meta": {"total": "$total"}}}}},
    ),
]
WRITES: list[tuple[str, dict[str, Any] | Line]] = [
    ("status class", NULL),
    ("extra field", {"defaults": {"put": "merge"}}),
    ("missing field", {"resources": {"books": {"hidden": ["author"]}}}),
]


def _line(said: dict[str, Any] | Line) -> Line:
    return said if isinstance(said, Line) else Line(said)


def _id(planted: tuple[str, dict[str, Any] | Line]) -> str:
    return str(_line(planted[1]))


@pytest.mark.parametrize("planted", READS, ids=_id)
def test_reads_find_a_planted_difference_and_the_line_for_it(
    planted: tuple[str, dict[str, Any] | Line],
) -> None:
    _check(planted, Safety.READ)


@pytest.mark.parametrize("planted", WRITES, ids=_id)
def test_writes_to_own_records_find_it_too(planted: tuple[str, dict[str, Any] | Line]) -> None:
    _check(planted, Safety.OWN)


def _check(planted: tuple[str, dict[str, Any] | Line], safety: Safety) -> None:
    way, said = planted
    report = drift_of("bookshop", None, _line(said), safety=safety)
    (cause,) = report.causes
    assert cause.shown.drift.way == way
    assert str(cause.line) == str(_line(said))
    assert report.exit_code == 1
    assert report.left == ()


def test_other_words_for_one_rule_are_one_cause_wherever_they_are_said() -> None:
    body = {"errors": {"$all": "{property}: {message}"}}
    told = {"forms": {"invalid": {}}, "invalid_body": {"$fields": "{message}"}, "body": body}
    both = Line({"errors": {"default": {**told, "messages": {"query.type": "{value} is wrong."}}}})
    theirs = Line({"errors": {"default": {"messages": {"query.type": 'What is "{value}"?'}}}})
    (cause,) = drift_of("bookshop", None, theirs, both=both).causes
    assert str(cause.line) == str(theirs)
    assert cause.count > 3


def test_a_server_that_lets_anybody_in_is_found() -> None:
    api, understanding = understood("bookshop", None)
    model = replace(
        understanding.model, security=replace(understanding.model.security, policy="any")
    )
    (cause,) = drift_of("bookshop", live_of(understanding, played(model, api), Safety.READ)).causes
    assert cause.title == "status class: mock 401, live 200 (wrong credentials)"
