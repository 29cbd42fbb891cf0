"""One cause is one finding, which names the other operations that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contracts.conformance.failure import Failure
from contracts.events import CheckFailed
from contracts.findings import Finding
from contracts.ledger import Ledger, load_ledger
from contracts.phases.origins import causes_of_failure
from contracts.phases.told import document_finding
from contracts.reports.story import Story
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent
from contracts.verdict import Verdict
from tests.conftest import model_of

MODEL = model_of("bookshop")
HTML = "Undocumented Content-Type: Received: text/html; charset=utf-8\nDocumented: application/json"
UNKNOWN = "Undocumented status code: Received: {}\nDocumented: 200"
BROKEN = """Response violates schema: {0} is not of type "string"

Validated against the response schema for status code {1}.

Schema at /components/schemas/Author/properties/{2}:

    {{"type": "string"}}

Value:

    {0}"""


def failure(check: str, operation: str, message: str, reply: str = "404 none") -> Failure:
    return Failure(check, operation, "fuzzing", message, "", reply)


def told(failures: Sequence[Failure], ledger: Ledger | None = None) -> list[Finding]:
    """Return the findings of a run in which these failures came."""
    verdict = Verdict(MODEL, ledger or Ledger())
    for each in failures:
        verdict.take(CheckFailed(document_finding("conformance", each, 0)))
    return list(verdict.finished(1.0, "", interrupted=False).findings)


def test_what_each_operation_answers_alike_is_one_finding() -> None:
    labels = ["GET /a", "GET /b", "POST /b"]
    found = told([failure("content_type_conformance", label, HTML) for label in labels])
    assert [(each.operation, each.also) for each in found] == [("GET /a", ("GET /b", "POST /b"))]
    story = Story(found[0], "http://127.0.0.1")
    assert "the same in GET /b, POST /b" in list(story.lines())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            failure("status_code_conformance", "GET /a", UNKNOWN.format(422)),
            failure("status_code_conformance", "GET /a", UNKNOWN.format(500), "500"),
        ),
        (
            failure("not_a_server_error", "GET /a", "Server error", "500"),
            failure("not_a_server_error", "GET /b", "Server error", "500"),
        ),
        (
            failure("response_schema_conformance", "GET /a", BROKEN.format(1, 200, "name")),
            failure("response_schema_conformance", "GET /a", BROKEN.format(1, 200, "born")),
        ),
        (
            failure("content_type_conformance", "GET /a", HTML, "404"),
            failure("content_type_conformance", "GET /b", HTML, "200"),
        ),
        (
            failure("positive_data_acceptance", "GET /a", "refused", "400 no name"),
            failure("positive_data_acceptance", "GET /b", "refused", "400 no color"),
        ),
    ],
)
def test_what_is_to_be_mended_in_two_places_is_two_findings(one: Failure, other: Failure) -> None:
    causes = (causes_of_failure(one), causes_of_failure(other))
    assert set(causes[0]).isdisjoint(causes[1])


def test_a_wrong_parameter_is_one_cause_in_all_operations_that_take_it() -> None:
    wrong = "Invalid component: parameter `lang` in query - lang: Incorrect type"
    failures = [
        failure("negative_data_rejection", label, wrong, "200") for label in ("GET /a", "GET /b")
    ]
    assert [each.also for each in told(failures)] == [("GET /b",)]


def test_an_error_of_the_server_is_told_once_for_an_operation() -> None:
    crash = failure("not_a_server_error", "GET /a", "Server error", "500 oh")
    status = failure("status_code_conformance", "GET /a", UNKNOWN.format(500), "500 oh")
    assert [each.check for each in told([crash, status])] == ["not_a_server_error"]


def test_a_property_of_one_schema_is_one_cause_whatever_shows_it() -> None:
    failures = [
        failure("response_schema_conformance", label, BROKEN.format(value, status, "born"))
        for label, value, status in (("GET /a", "null", 200), ("POST /a", "7", 201))
    ]
    assert len(told(failures)) == 1


def test_what_the_oracle_says_of_a_place_is_not_said_again_after_a_law() -> None:
    verdict = Verdict(MODEL, Ledger())
    law = Finding("laws", "defaults-apply", "s", "GET /a", "m", "/color", "the default", "null")
    state = replace(law, phase="machine", check="expected_state", expected='"red"')
    for each in (law, state, replace(state, place="/size", actual="7")):
        verdict.take(CheckFailed(each))
    found = verdict.finished(1.0, "", interrupted=False).findings
    assert [(each.check, each.actual) for each in found] == [
        ("defaults-apply", "null"),
        ("expected_state", "7"),
    ]


def test_what_is_accepted_of_a_cause_accepts_what_comes_after_it_and_nothing_before(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ledger.yaml"
    file.write_text(
        'accepted:\n  - {check: content_type_conformance, operation: "GET /b", reason: known}\n'
    )
    ledger = load_ledger(file, date(2026, 1, 1))
    labels = ["GET /b", "GET /a"]
    both = [failure("content_type_conformance", label, HTML) for label in labels]
    assert [each.accepted for each in told(both, ledger)] == ["known"]
    assert [each.accepted for each in told(both[::-1], ledger)] == ["", "known"]


def test_calls_that_only_ask_do_not_lead_to_what_a_later_call_shows() -> None:
    calls = [
        Exchange(Sent(method, "/a"), Answer(status))
        for method, status in (("GET", 200), ("POST", 201), ("GET", 200), ("PATCH", 500))
    ]
    crash = replace(failure("not_a_server_error", "PATCH /a", "Server error", "500"), calls=calls)
    finding = document_finding("conformance", crash, 0)
    assert [each.sent.method for each in finding.calls] == ["POST", "PATCH"]
