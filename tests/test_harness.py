"""Cases of a test harness are read and judged as they say."""

from __future__ import annotations

import pytest

from tests.harness import answer_of, holds, read_case

CASE = """\
====test====
A tea pot answers.
====spec====
openapi: 3.0.3
====server====
mock -p 4010 ${document}
====command====
curl -i http://localhost:4010/pot
====expect====
HTTP/1.1 418 I'm a teapot
content-type: application/json

{"tea": true, "cups": 2}
"""
ANSWER = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 418 \r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"cups":2,"tea":true}'


def test_a_case_is_read_by_its_sections() -> None:
    case = read_case(CASE, "pot.txt")
    assert case.sections["command"] == "curl -i http://localhost:4010/pot\n"
    assert (case.expected.status, case.expected.media_type) == (418, "application/json")
    assert case.is_played
    assert case.is_portable


def test_an_answer_holds_by_its_values_whatever_their_order() -> None:
    assert holds(read_case(CASE), answer_of(ANSWER))
    assert not holds(read_case(CASE), answer_of(ANSWER.replace("2", "3")))


@pytest.mark.parametrize(
    ("expectation", "holding"), [("expect-loose", True), ("expect-keysOnly", False)]
)
def test_other_expectations_are_about_the_form(expectation: str, holding: bool) -> None:
    case = read_case(CASE.replace("====expect====", f"===={expectation}===="))
    other = answer_of(ANSWER.replace("2", "3"))
    assert holds(case, other) is holding
