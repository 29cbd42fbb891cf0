"""A plan of faults strikes the calls that it is made for, and always the same ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.errors import SettingsError
from mockserver.faults.plan import Asked, Plan
from mockserver.faults.words import fault_of, plan_of, read_plan, told

CALL = Asked("bookshop", "GET /shelves/{shelf_id}", "GET", "/shelves/1")


def strikes(plan: Plan, calls: int = 10, call: Asked = CALL, now_s: float = 0.0) -> list[int]:
    """Return which of so many calls are struck, counted from 1."""
    return [at for at in range(1, calls + 1) if plan.meet(call, now_s)]


def plan(seed: int = 0, **said: Any) -> Plan:
    return plan_of({"seed": seed, "faults": [{"status": 503, **said}]})


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"operation": "GET /shelves/{shelf_id}"},
        {"operation": "/shelves/{shelf_id}"},
        {"method": "get", "path": "/shelves/*"},
        {"path": "/**"},
        {"api": "bookshop"},
    ],
)
def test_a_call_that_fits_is_struck(said: dict[str, str]) -> None:
    assert strikes(plan_of([{"status": 503, **said}]), 1) == [1]


@pytest.mark.parametrize(
    "said",
    [
        {"operation": "POST /shelves/{shelf_id}"},
        {"method": "POST"},
        {"path": "/*"},
        {"path": "/shelves/1/*"},
        {"api": "other"},
        {"api": "bookshop", "method": "PUT"},
    ],
)
def test_a_call_that_does_not_fit_is_spared(said: dict[str, str]) -> None:
    assert strikes(plan_of([{"status": 503, **said}]), 1) == []


def test_the_nth_call_alone_is_struck() -> None:
    assert strikes(plan(nth=3)) == [3]


def test_every_so_many_calls_one_is_struck() -> None:
    assert strikes(plan(every=4)) == [4, 8]


def test_no_more_calls_than_said_are_struck() -> None:
    assert strikes(plan(times=2)) == [1, 2]


@pytest.mark.parametrize(
    ("word", "kind"), [("stale_read", "list"), ("lost_write", "create"), ("duplicate", "delete")]
)
def test_what_reads_or_writes_alone_can_suffer_is_counted_for_these(word: str, kind: str) -> None:
    planned = plan_of([{word: True, "times": 1}])
    calls = [Asked("bookshop", "", "GET", "/", "list"), Asked("bookshop", "", "POST", "/", "view")]
    writes = [
        Asked("bookshop", "", "POST", "/", "create"),
        Asked("bookshop", "", "DELETE", "/", "delete"),
    ]
    other, concerned = (writes, calls) if kind == "list" else (calls, writes)
    assert [len(planned.meet(call, 0)) for call in (*other, *concerned)] == [0, 0, 1, 0]


def test_the_same_seed_strikes_the_same_calls() -> None:
    assert strikes(plan(7, chance=0.3), 200) == strikes(plan(7, chance=0.3), 200)
    assert strikes(plan(7, chance=0.3), 200) != strikes(plan(8, chance=0.3), 200)


def test_a_chance_strikes_about_so_many() -> None:
    assert 220 < len(strikes(plan(chance=0.3), 1000)) < 380
    assert strikes(plan(chance=0)) == []


def test_a_rate_limit_refuses_what_is_beyond_it_until_its_window_ends() -> None:
    limited = plan_of([{"rate_limit": {"limit": 2, "per": "60s"}}])
    refused = [limited.meet(CALL, now_s)[0].refused_for_s for now_s in (0, 10, 20, 59, 60, 61, 62)]
    assert refused == [None, None, 40, 1, None, None, 58]


@pytest.mark.parametrize(
    ("latency", "low", "high"),
    [
        ("250ms", 250, 250),
        ({"uniform": ["100ms", "1s"]}, 100, 1000),
        ({"lognormal": {"median": 90, "sigma": 0}}, 90, 90),
    ],
)
def test_a_latency_is_drawn_from_its_distribution(latency: Any, low: float, high: float) -> None:
    slow = plan_of([{"latency": latency}])
    assert all(low <= slow.meet(CALL, 0)[0].latency_ms <= high for _ in range(50))


def test_a_fault_is_told_in_the_words_in_which_it_is_read() -> None:
    said = {
        "operation": "GET /shelves",
        "status": 503,
        "retry_after": 5,
        "chance": 0.5,
        "latency": 20,
        "nth": 2,
    }
    assert fault_of(told(fault_of(said))) == fault_of(said)
    odd = {"stale_read": "2s", "duplicate": True, "lost_write": True}
    assert fault_of(told(fault_of(odd))) == fault_of(odd)
    assert told(fault_of({"stale_read": True})) == {"stale_read": True}
    limited = {"rate_limit": {"limit": 2, "per": "60s"}, "drip": "1s", "truncate": True}
    assert fault_of(told(fault_of(limited))) == fault_of(limited)


WRONG: list[tuple[Any, str]] = [
    ({"stats": 500}, "did you mean 'status'?"),
    ({"status": 99}, "whole number from 200"),
    ({"status": 700}, "200 to 599"),
    ({"status": True}, "whole number"),
    ({"status": 500, "chance": 2}, "from 0 to 1"),
    ({"status": 500, "nth": 0}, "whole number from 1"),
    ({"latency": "soon"}, "like 250ms"),
    ({"latency": "9999s"}, "from 0ms to 600s"),
    ({"latency": {"unifrom": [1, 2]}}, "did you mean 'uniform'?"),
    ({"rate_limit": {"limt": 1}}, "did you mean 'limit'?"),
    ({"reset": "yes"}, "true or false"),
    ({"method": "GET"}, "has no effect"),
    ({"stale_read": "long"}, "like 250ms"),
    ({"duplicate": 2}, "true or false"),
    ("status", "must be an object"),
]


@pytest.mark.parametrize(("said", "part"), WRONG)
def test_a_wrong_fault_is_refused_with_what_to_do(said: Any, part: str) -> None:
    with pytest.raises(SettingsError, match="fault 1") as caught:
        plan_of([said])
    assert part in str(caught.value)


def test_a_file_of_faults_is_read_and_named_when_it_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text("seed: 3\nfaults:\n  - {status: 500, times: 1}\n")
    assert (read_plan(path).seed, len(read_plan(path).faults)) == (3, 1)
    path.write_text("falts: []\n")
    with pytest.raises(SettingsError, match=r"faults\.yaml.*did you mean 'faults'"):
        read_plan(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_plan(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "text", ["{status: 503}", "[{status: 503}]", "{faults: [{status: 503}]}", ' {"status": 503}']
)
def test_faults_may_be_said_in_place_of_a_file(text: str) -> None:
    assert [fault.effect.status for fault in read_plan(text).faults] == [503]
    with pytest.raises(SettingsError, match="the faults: fault 1 has no word 'stats'"):
        read_plan(text.replace("status", "stats"))
    with pytest.raises(SettingsError, match=r"the faults:\d: is no (YAML|JSON)"):
        read_plan(text[:-1])
