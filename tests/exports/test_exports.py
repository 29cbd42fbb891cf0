from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mockserver.space
from contracts.errors import PlanError
from contracts.events import CheckFailed, RunFinished
from contracts.exports.borrowed import borrowed
from contracts.exports.exporter import Exporter
from contracts.exports.pytest_file import file_name, file_text
from contracts.findings import Finding
from mockserver.server import MockServer
from tests.conftest import model_of
from tests.exports.bench import FAULTY, ORIGIN, Call, client_of, exported, found
from tests.reports.runs import KNOWN, LOST, WRONG, broken_run, call, started

SHELF = {"name": "Maps"}
BOOK = {"title": "Emma", "author": "Jane Austen", "pages": 300}
NEW_SHELF: Call = ("POST", "/shelves", SHELF)
NEW_BOOK: Call = ("POST", "/shelves/{1/id}/books", BOOK)
CASES: dict[str, list[Call]] = {
    "a delete deletes nothing": [
        NEW_SHELF,
        ("DELETE", "/shelves/{1/id}", None),
        ("GET", "/shelves/{1/id}", None),
    ],
    "an update loses a property": [
        NEW_SHELF,
        NEW_BOOK,
        ("PATCH", "/shelves/{1/id}/books/{2/id}", {"pages": 12}),
        ("GET", "/shelves/{1/id}/books/{2/id}", None),
    ],
    "pages overlap": [
        NEW_SHELF,
        NEW_BOOK,
        NEW_BOOK,
        ("GET", "/shelves/{1/id}/books?limit=1&page=2", None),
    ],
    "a filter is ignored": [
        NEW_SHELF,
        NEW_BOOK,
        ("GET", "/shelves/{1/id}/books?author=Nobody", None),
    ],
    "a child is read under another parent": [
        NEW_SHELF,
        NEW_SHELF,
        NEW_BOOK,
        ("GET", "/shelves/{2/id}/books/{3/id}", None),
    ],
    "a default is not applied": [NEW_SHELF, NEW_BOOK],
    "a key is given twice": [
        NEW_SHELF,
        NEW_BOOK,
        ("DELETE", "/shelves/{1/id}/books/{2/id}", None),
        NEW_BOOK,
    ],
}
OTHER_KEYS: list[Call] = [NEW_SHELF, NEW_BOOK, NEW_BOOK, ("DELETE", "/shelves/{1/id}", None)]


@pytest.mark.parametrize("fault", CASES)
def test_an_exported_test_fails_on_the_faulty_server_and_passes_on_the_right_one(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = exported(found("bookshop", fault, CASES[fault], monkeypatch), "bookshop")
    with client_of("bookshop", OTHER_KEYS) as right:
        test(right)
    monkeypatch.setattr(mockserver.space, "decide", FAULTY[fault])
    with client_of("bookshop", OTHER_KEYS) as faulty:
        with pytest.raises((AssertionError, KeyError)):
            test(faulty)


@pytest.mark.parametrize("what", ["expected", "place"])
def test_what_is_told_in_words_is_exported_as_the_reply_that_must_not_come_again(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = "pages overlap"
    finding = found("bookshop", fault, CASES[fault], monkeypatch)
    told = {"expected": "another record", "place": finding.place if what == "expected" else ""}
    test = exported(replace(finding, **told), "bookshop")  # type: ignore[arg-type]
    with client_of("bookshop", OTHER_KEYS) as right:
        test(right)
    monkeypatch.setattr(mockserver.space, "decide", FAULTY[fault])
    with client_of("bookshop", OTHER_KEYS) as faulty:
        with pytest.raises(AssertionError):
            test(faulty)


def test_it_runs_under_pytest_against_any_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = "a delete deletes nothing"
    finding = found("bookshop", fault, CASES[fault], monkeypatch)
    exporter = Exporter(tmp_path / "exported", model_of("bookshop"))
    for event in [started(), CheckFailed(finding), RunFinished(1.0, 3, (finding, KNOWN))]:
        exporter.take(event)
    exporter.close()
    assert os.listdir(tmp_path / "exported") == [file_name(finding)]
    with MockServer("bookshop") as server:
        environment = {
            **os.environ,
            "UNDERSTUDY_URL": server.url,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "exported"]

        def run() -> str:
            ran = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
            )
            return ran.stdout

        assert "1 passed" in run()
        monkeypatch.setattr(mockserver.space, "decide", FAULTY[fault])
        assert "1 failed" in run()
        assert "test_the_state_is_kept" in run()


def test_a_file_reads_like_a_test_that_somebody_wrote() -> None:
    text = file_text(LOST, model_of("bookshop"), ORIGIN)
    assert text.endswith("""
URL = os.environ.get("UNDERSTUDY_URL", "http://testserver")
HEADERS = {"X-Api-Key": os.environ.get("X_API_KEY", "bookshop-key")}


@pytest.fixture
def client():
    with httpx.Client(base_url=URL, headers=HEADERS, timeout=30) as client:
        yield client


def test_a_record_that_was_created_can_be_read(client):
    reply = client.request("POST", "/shelves", json={"name": "Maps"})
    assert reply.status_code == 201, reply.text
    shelf_id = reply.json()["id"]

    reply = client.request("GET", f"/shelves/{shelf_id}")
    assert reply.status_code == 200
""")


@pytest.mark.parametrize(
    ("check", "expected", "claim"),
    [
        ("not_a_server_error", "", "assert reply.status_code < 500"),
        ("ignored_auth", "", "assert reply.status_code in (401, 403)"),
        ("status_code_conformance", "", "& {"),
        (
            "response_schema_conformance",
            "",
            "jsonschema.Draft202012Validator(schema).validate(reply.json())",
        ),
        ("content_type_conformance", "", 'partition(";")[0] in ["application/json"]'),
    ],
)
def test_a_check_without_a_place_claims_what_it_is_about(
    check: str, expected: str, claim: str
) -> None:
    finding = replace(WRONG, check=check, place="", expected=expected, actual="")
    text = file_text(finding, model_of("bookshop"), ORIGIN)
    compile(text, "exported", "exec")
    assert claim in text


@pytest.mark.parametrize(
    ("expected", "claim"),
    [
        ("200", "== 200"),
        ("200, the status of GET", "== 200"),
        ("401 or 403", "in (401, 403)"),
        ("2xx", "// 100 in (2,)"),
        ("a refusal, for names must be unique", "400 <= reply.status_code < 500"),
        ("something else", "!= 404"),
    ],
)
def test_a_status_is_read_from_what_was_expected(expected: str, claim: str) -> None:
    assert (
        claim
        in file_text(replace(LOST, expected=expected), model_of("bookshop"), ORIGIN).splitlines()[
            -1
        ]
    )


def test_masked_credentials_come_from_the_environment_alone() -> None:
    calls = [
        replace(each, sent=replace(each.sent, headers={"Authorization": "Bearer ***"}))
        for each in LOST.calls
    ]
    text = file_text(replace(LOST, calls=tuple(calls)), model_of("bookshop"), ORIGIN)
    assert 'HEADERS = {"Authorization": "Bearer " + os.environ["AUTHORIZATION"]}' in text


def test_numbers_that_are_the_same_by_chance_are_not_taken_from_replies() -> None:
    made = call(1, "POST /shelves", "/shelves", 201, {"id": 3, "name": "a"}, {"name": "a"})
    listed = call(2, "GET /shelves", "/shelves?limit=3", 200, {"items": []})
    book = call(
        3,
        "POST /shelves/{shelf_id}/books",
        "/shelves/3/books",
        201,
        {},
        {"pages": 3, "shelf_id": 3},
    )
    [taken] = borrowed([made, listed, book]).taken
    assert (taken.name, taken.steps, taken.call) == ("shelf_id", ("id",), 0)
    text = file_text(replace(LOST, calls=(made, listed, book)), model_of("bookshop"), ORIGIN)
    assert '"/shelves?limit=3"' in text
    assert 'f"/shelves/{shelf_id}/books", json={"pages": 3, "shelf_id": shelf_id}' in text


TEXTS = st.text()


@settings(max_examples=12, deadline=None)
@given(
    TEXTS,
    TEXTS,
    TEXTS,
    st.binary(),
    st.dictionaries(TEXTS, TEXTS | st.floats() | st.none(), max_size=3),
)
def test_whatever_was_found_the_file_is_python(
    message: str, place: str, expected: str, body: bytes, reply: dict[str, object]
) -> None:
    odd = call(
        1,
        "GET /shelves/{shelf_id}",
        f"/shelves/{place}?{message}",
        200,
        reply,
        reply,
        headers={"X": message},
    )
    raw = replace(odd, sent=replace(odd.sent, content=body))
    finding = Finding(
        "laws", message, place, "GET /shelves", message, f"/{place}", expected, message, (odd, raw)
    )
    compile(file_text(finding, model_of("bookshop"), ORIGIN), "exported", "exec")


def test_accepted_findings_and_those_without_calls_are_not_exported(tmp_path: Path) -> None:
    exporter = Exporter(tmp_path, model_of("bookshop"))
    for event in broken_run():
        exporter.take(event)
    exporter.close()
    assert sorted(os.listdir(tmp_path)) == sorted([file_name(LOST), file_name(WRONG)])


def test_a_folder_that_cannot_be_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PlanError, match="cannot be a folder of tests"):
        Exporter(tmp_path / "file", model_of("bookshop"))
