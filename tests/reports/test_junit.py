from __future__ import annotations

from xml.etree import ElementTree as xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import CheckFailed, CheckTried, Event, RunFinished
from contracts.findings import Finding
from contracts.reports.junit import junit
from contracts.reports.opening import Told
from contracts.reports.story import Teller
from tests.conftest import model_of
from tests.reports.runs import RUNS, broken_run, call, started

SUITE = {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"}
INSIDE = {
    "testsuites": (["testsuite"], {"name", "tests", "failures", "errors", "skipped"}),
    "testsuite": (["properties", "testcase", "system-out", "system-err"], SUITE),
    "properties": (["property"], set()),
    "property": ([], {"name", "value"}),
    "testcase": (
        ["skipped", "error", "failure", "system-out", "system-err"],
        {"name", "classname", "time"},
    ),
    "skipped": ([], {"message"}),
    "error": ([], {"message", "type"}),
    "failure": ([], {"message", "type"}),
    "system-err": ([], set()),
}
"""What consumers of JUnit XML agree on: the elements inside of each in their order, and its
attributes.
"""

TELLER = Teller(model_of("bookshop"))


def written(events: list[Event]) -> xml.Element:
    fold = Told(junit, TELLER)
    for event in events:
        fold.take(event)
    return xml.fromstring(fold.text())


def hold_to_the_schema(element: xml.Element) -> None:
    order, attributes = INSIDE[element.tag]
    assert set(element.attrib) <= attributes
    places = [order.index(child.tag) for child in element]
    assert places == sorted(places)
    for child in element:
        hold_to_the_schema(child)


@pytest.mark.parametrize("run", RUNS)
def test_it_has_the_form_that_consumers_read(run: str) -> None:
    root = written(RUNS[run])
    hold_to_the_schema(root)
    cases = list(root.iter("testcase"))
    assert int(root.attrib["tests"]) == len(cases)
    assert int(root.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == len(cases)


def test_each_check_at_each_place_is_a_case_with_its_story_or_the_reason_why_it_was_not_tried() -> (
    None
):
    cases = {case.attrib["name"]: case for case in written(broken_run()).iter("testcase")}
    story = cases["created is readable [/shelves]"].find("failure")
    assert story is not None
    assert story.attrib["message"] == "A record that was created can be read."
    assert "2. GET /shelves/3  ->  404" in (story.text or "")
    assert len(cases["not_a_server_error [GET /shelves]"]) == 0
    untried = cases["filters are sound and complete [/shelves]"].find("skipped")
    assert untried is not None
    assert untried.attrib["message"] == "the list has no filters"
    accepted = cases["unsupported_method [GET /shelves]"].find("skipped")
    assert accepted is not None
    assert accepted.attrib["message"].startswith("accepted: The proxy")


@pytest.mark.parametrize("run", ["unreachable", "cut off", "nothing tested"])
def test_a_run_that_proves_nothing_is_no_green_report(run: str) -> None:
    assert written(RUNS[run]).find("testsuite/testcase/error") is not None


@settings(max_examples=12, deadline=None)
@given(st.text(), st.text(), st.binary())
def test_whatever_is_found_it_is_well_formed(message: str, place: str, body: bytes) -> None:
    odd = call(1, "GET /shelves", "/shelves", 200, message)
    finding = Finding("laws", "c", message, "GET /shelves", message, place, place, message, (odd,))
    root = written(
        [
            started(),
            CheckTried("laws", "c", "/", False, place),
            CheckFailed(finding),
            RunFinished(1, 1, (finding,)),
        ]
    )
    assert len(list(root.iter("failure"))) == 1
