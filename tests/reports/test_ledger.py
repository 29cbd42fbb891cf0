from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import LedgerError
from contracts.events import CheckTried
from contracts.findings import Finding
from contracts.ledger import Entry, Ledger, appended, entries_for, load_ledger
from tests.reports.runs import LOST, WRONG

TODAY = date(2026, 11, 26)
TRIED = CheckTried("conformance", "response_schema_conformance", "GET /shelves", True)


def loaded(tmp_path: Path, text: str) -> Ledger:
    (tmp_path / "ledger.yaml").write_text(text)
    return load_ledger(tmp_path / "ledger.yaml", TODAY)


@pytest.mark.parametrize(
    "said",
    [
        "fingerprint: 25b46bba",
        "check: response_schema_conformance, operation: GET /shelves",
        "check: 'response_*', operation: '*', place: /items/*/id",
        "check: '*', operation: 'GET *', place: '/items/0/*', until: 2026-11-26",
        "fingerprint: 25b46bba, check: response_schema_conformance, operation: GET /shelves, place: /items/*/id",
    ],
)
def test_an_entry_accepts_what_agrees_with_all_that_it_says(said: str, tmp_path: Path) -> None:
    ledger = loaded(tmp_path, f"accepted:\n  - {{{said}, reason: known}}\n")
    assert ledger.judged(WRONG) == replace(WRONG, accepted="known")
    assert ledger.judged(LOST) == LOST


@pytest.mark.parametrize(
    "said",
    [
        "fingerprint: '00000000'",
        "fingerprint: 25b46bba, check: other",
        "check: response_schema, operation: GET /shelves",
        "check: response_schema_conformance, operation: GET /shelves, place: /items/*/name",
        "check: response_schema_conformance, operation: GET /shelves/*",
        "fingerprint: 25b46bba, until: 2026-11-25",
    ],
)
def test_an_entry_accepts_nothing_else(said: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, f"accepted:\n  - {{{said}, reason: known}}\n").judged(WRONG) == WRONG


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "accepted:\n  - fingerprint: 25b46bba\n    resaon: x\n",
            ":3: unknown word 'resaon' (did you mean 'reason'?)",
        ),
        ("acepted: []\n", ":1: unknown word 'acepted' (did you mean 'accepted'?)"),
        ("accepted:\n  - fingerprint: 25b46bba\n", ":2: the entry has no reason"),
        ("accepted:\n  - fingerprint: 25b46bba\n    reason: ' '\n", ":3: the reason is empty"),
        (
            "accepted:\n\n  - fingerprint: 25b46bba\n    reason: 'TODO: why'\n",
            ":3: the reason is still 'TODO: why'",
        ),
        (
            "accepted:\n  - reason: x\n",
            ":2: say which finding is meant: its fingerprint, or check and operation",
        ),
        ("accepted:\n  - {check: a, reason: x}\n", ":2: say which finding is meant"),
        (
            "accepted:\n  - {fingerprint: 12345678, reason: x}\n",
            ":2: a fingerprint is eight digits",
        ),
        (
            "accepted:\n  - {fingerprint: 25b46bba, reason: x, until: 2026-02-30}\n",
            ":2: until: 2026-02-30 is no day",
        ),
        ("accepted:\n  - {fingerprint: 25b46bba, reason: x, until: soon}\n", ":2: "),
        ("accepted: [\n", ":2: "),
        ("- a\n", ":1: "),
    ],
)
def test_a_wrong_ledger_is_told_with_its_line_and_what_to_do(
    text: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError) as caught:
        loaded(tmp_path, text)
    assert f"ledger.yaml{told}" in str(caught.value)


def test_a_ledger_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be read: No such file"):
        load_ledger(tmp_path / "none.yaml", TODAY)


def test_an_empty_ledger_accepts_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, "# nothing\n").judged(WRONG) == WRONG


def test_an_entry_whose_time_is_over_is_told(tmp_path: Path) -> None:
    ledger = loaded(
        tmp_path, "accepted:\n  - {fingerprint: 25b46bba, reason: x, until: 2026-11-25}\n"
    )
    assert [each.line for each in ledger.overdue] == [2]


@pytest.mark.parametrize(
    ("operation", "tried", "gone"),
    [
        ("GET /shelves", TRIED, True),
        ("GET *", TRIED, True),
        ("GET /shelves", replace(TRIED, held=False, untried="no such list"), False),
        ("GET /shelves/{shelf_id}", TRIED, False),
        ("GET /shelves/{shelf_id}", replace(TRIED, where="/shelves"), True),
        ("GET /books", replace(TRIED, where="/shelves"), False),
        ("GET /shelves", replace(TRIED, where=""), True),
        ("GET /shelves", replace(TRIED, check="other"), False),
    ],
)
def test_what_did_not_turn_up_is_gone_only_if_it_was_tried(
    operation: str, tried: CheckTried, gone: bool
) -> None:
    ledger = Ledger([Entry("known", check="response_schema_conformance", operation=operation)])
    assert bool(ledger.gone([], [tried])) is gone
    if operation == "GET /shelves":
        assert ledger.gone([WRONG], [tried]) == []


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@settings(max_examples=8, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_the_lines_for_a_finding_accept_it_once_a_reason_is_written(
    check: str, operation: str, place: str
) -> None:
    finding = Finding("laws", check, "s", operation, "m", place)
    text = appended("", [finding, LOST])
    path = Path("ledger.yaml")
    with pytest.raises(LedgerError, match="write why"):
        _from_text(text, path)
    ledger = _from_text(text.replace("TODO: why", "known since 2020"), path)
    assert ledger.judged(finding).accepted == "known since 2020"


def _from_text(text: str, path: Path) -> Ledger:
    class Held(type(path)):  # type: ignore[misc]
        def read_text(self, *args: object, **more: object) -> str:
            return text

    return load_ledger(Held(path), TODAY)


def test_lines_are_appended_to_what_people_wrote() -> None:
    text = appended("# ours\naccepted:\n  - {fingerprint: 25b46bba, reason: x}\n", [LOST])
    assert text.startswith(
        "# ours\naccepted:\n  - {fingerprint: 25b46bba, reason: x}\n  - fingerprint: "
    )
    assert json.dumps(LOST.operation) in entries_for([LOST])
