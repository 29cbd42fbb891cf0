"""The plugin for contracts, seen from a project that has it installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

import pytest

import contracts.cases
import mockserver.space
from tests.conftest import ROOT
from tests.inside import RunInside
from tests.machine.faults import FAULTS

Run = Callable[..., tuple[int, str]]
INSTALLED = any(each.name == "understudy_contracts" for each in entry_points(group="pytest11"))
BOOKSHOP = ("--contract-api", "bookshop", "--contract-examples", "1")
APP = """
from mockserver.app import Settings, make_app
app = make_app(["bookshop"])
"""
MINE = """
import pytest

@pytest.mark.contract(api="bookshop")
def test_shop(contract_case):
    contract_case.hold()
"""


@pytest.fixture
def run(run_inside: RunInside, pytester: pytest.Pytester) -> Run:
    """Return what runs pytest in a project of its own: its exit code and what it printed."""

    def run(*options: str, ini: str = "") -> tuple[int, str]:
        pytester.makefile(
            ".ini", pytest=f"[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n{ini}"
        )
        plugin = () if INSTALLED else ("-p", "contracts.pytest_plugin")
        ran = run_inside(*plugin, "-p", "no:randomly", *options)
        return int(ran.ret), ran.stdout.str() + ran.stderr.str()

    return run


def plant(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        mockserver.space, "decide", next(each.decide for each in FAULTS if each.name == fault)
    )


def test_there_is_a_test_for_each_check_law_and_resource_with_a_name_that_stays(run: Run) -> None:
    code, said = run(*BOOKSHOP, "--collect-only")
    names = [line for line in said.splitlines() if line.startswith("contract::")]
    assert code == 0
    assert "contract::bookshop::GET /shelves::response_schema_conformance" in names
    assert "contract::bookshop::/shelves::created-is-readable" in names
    assert "contract::bookshop::books::expected_state" in names
    assert len(set(names)) == len(names) > 100
    assert names == [
        line
        for line in run(*BOOKSHOP, "--collect-only")[1].splitlines()
        if line.startswith("contract::")
    ]


def test_all_checks_of_an_operation_share_its_calls_and_what_cannot_be_tried_is_skipped_with_the_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    real = contracts.cases.run_conformance

    def counted(*arguments: Any, **more: Any) -> Any:
        ran.append("")
        return real(*arguments, **more)

    monkeypatch.setattr(contracts.cases, "run_conformance", counted)
    code, said = run(
        *BOOKSHOP,
        "-rs",
        "-k",
        "(DELETE and not book_id) or (defaults and not told and not shelf_id)",
    )
    assert code == 0, said
    assert len(ran) == 1
    assert "14 passed, 4 skipped" in said
    assert "no property that a client can leave out has a default" in said
    assert "nothing brings back what was deleted" in said


def test_a_failure_tells_its_story_and_nothing_of_what_is_inside(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant("a delete deletes nothing", monkeypatch)
    code, said = run(*BOOKSHOP, "-k", "deleted-is-gone and not shelf_id")
    assert code == 1, said
    assert "deleted-is-gone in " in said
    assert "1. POST /shelves " in said
    assert "curl -X DELETE" in said
    assert "${X_API_KEY}" in said
    assert "Traceback" not in said
    assert "contracts/" not in said


def test_a_test_of_ones_own_gets_the_cases_one_by_one(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_mine=MINE)
    code, said = run("-vv", "--contract-examples", "3", "-k", "head-is-get")
    assert code == 0, said
    assert "test_mine.py::test_shop[/shelves::head-is-get]" in said


def test_an_application_is_held_to_the_contract_and_only_read_from_unless_it_is_said(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(my_app=APP)
    pytester.syspathinsert()
    options = (
        *BOOKSHOP,
        "--contract-app",
        "my_app:app",
        "-k",
        "created-is-readable or pages-partition",
    )
    assert "2 passed" in run(*options)[1]
    code, said = run(*options, ini="contract_safety = all")
    assert code == 0
    assert "4 passed" in said


def test_a_server_that_does_not_answer_is_an_error_and_no_failure(run: Run) -> None:
    code, said = run(
        *BOOKSHOP, "--contract-url", "http://127.0.0.1:1", "-k", "pages-partition and not shelf_id"
    )
    assert code == 1
    assert "1 error" in said
    assert "failed" not in said
    assert "the contract cannot be tried: http://127.0.0.1:1 does not answer" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--contract-api", "nope"), "'nope' is no API, file, folder or URL"),
        ((*BOOKSHOP, "--contract-safety", "al"), "contract-safety al: say one of read, own, all"),
        ((*BOOKSHOP, "--contract-seed", "x"), "contract-seed must be a whole number, not 'x'"),
        (
            (*BOOKSHOP, "--contract-app", "x:y", "--contract-url", "http://h"),
            "are two servers: say a URL or",
        ),
        ((*BOOKSHOP, "--contract-ledger", "none.yaml"), "none.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_run_is_told_in_one_line(
    options: tuple[str, ...], told: str, run: Run
) -> None:
    code, said = run(*options)
    assert code == 4
    assert told in said
    assert "Traceback" not in said


def test_what_the_ledger_accepts_is_expected_to_fail(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant("a delete deletes nothing", monkeypatch)
    text = "accepted:\n  - {check: deleted-is-gone, operation: '*', reason: we know}\n"
    pytester.makefile(".yaml", ledger=text)
    code, said = run(*BOOKSHOP, "-rx", "--contract-ledger", "ledger.yaml", "-k", "deleted-is-gone")
    assert code == 0, said
    assert "2 xfailed" in said
    assert "accepted: we know" in said


def test_what_shares_calls_or_records_is_a_group_for_xdist(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makeconftest(
        "def pytest_collection_finish(session):\n"
        "    for each in session.items:\n"
        "        print('GROUP', each.get_closest_marker('xdist_group').args[0])\n"
    )
    _, said = run(*BOOKSHOP, "--collect-only", "-s")
    groups = [line for line in said.splitlines() if line.startswith("GROUP")]
    assert groups.count("GROUP bookshop conformance GET /shelves") > 10
    assert groups.count("GROUP bookshop laws /shelves") > 10
    assert groups.count("GROUP bookshop machine books") == 1


def test_nothing_is_imported_before_somebody_asks_for_a_contract() -> None:
    code = "import sys, contracts.pytest_plugin; print([m for m in sys.modules if m.startswith(('hypothesis', "
    code += "'schemathesis', 'mockserver.', 'rich', 'click'))])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.stdout == "[]\n", ran.stderr
