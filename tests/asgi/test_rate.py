"""Quotas: a pure judge driven by a clock of numbers, and the four APIs' own limits behind the whole
app.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import Settings
from mockserver.asgi.rate import MOST_CALLERS, Meter, Tally, judge, told
from mockserver.errors import SemanticsError
from mockserver.model.quotas import compile_quotas
from mockserver.model.semantics import check_semantics
from mockserver.model.types import Quota
from tests.asgi.stage import Answer, Stage
from tests.conftest import fresh_app, model_of

WINDOW = Quota(3, window_s=10)
BUCKET = Quota(3, per_second=2)
BASIC = {"Authorization": "Basic YWRtaW46a2V5"}
SHIRT = "/openapi/2022-01/products/3f7c1e52-9d0a-4a7b-8f43-2f1d5b0c9a01/images"


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def run(quota: Quota, *moments_s: float) -> list[tuple[bool, int, float, int]]:
    """Return the verdicts on calls at these moments."""
    tally, found = None, []
    for moment in moments_s:
        verdict, tally = judge(quota, tally, moment)
        found.append((verdict.admitted, verdict.left, round(verdict.reset_s, 6), verdict.retry_s))
    return found


def test_a_window_lets_in_its_requests_and_counts_them_down() -> None:
    assert run(WINDOW, 0, 1, 2.5) == [(True, 2, 10, 0), (True, 1, 9, 0), (True, 0, 7.5, 0)]


def test_past_the_quota_a_call_is_refused_until_the_window_ends() -> None:
    assert run(WINDOW, 0, 0, 0, 4.2, 9.9)[3:] == [(False, 0, 5.8, 6), (False, 0, 0.1, 1)]


def test_a_new_window_begins_with_the_first_call_after_the_last_one() -> None:
    assert run(WINDOW, 0, 0, 0, 10)[-1] == (True, 2, 10, 0)
    assert run(WINDOW, 0, 25, 34.9)[1:] == [(True, 2, 10, 0), (True, 1, 0.1, 0)]


def test_a_refused_call_is_not_counted() -> None:
    _, tally = judge(WINDOW, Tally(3, 0), 1)
    assert tally == Tally(3, 0)


def test_a_bucket_drains_and_lets_in_as_much() -> None:
    assert run(BUCKET, 0, 0, 0) == [(True, 2, 0.5, 0), (True, 1, 1, 0), (True, 0, 1.5, 0)]
    assert run(BUCKET, 0, 0, 0, 0.4)[-1] == (False, 0, 1.1, 1)
    assert run(BUCKET, 0, 0, 0, 0.5)[-1] == (True, 0, 1.5, 0)
    assert run(BUCKET, 0, 0, 0, 100)[-1] == (True, 2, 0.5, 0)


def test_a_slow_bucket_tells_how_long_to_wait() -> None:
    assert run(Quota(1, per_second=0.1), 0, 4)[-1] == (False, 0, 6, 6)


def test_a_clock_that_is_set_back_begins_anew() -> None:
    assert run(WINDOW, 100, 100, 100, 3)[-1] == (True, 2, 10, 0)
    assert run(BUCKET, 100, 100, 100, 3)[-1] == (True, 2, 0.5, 0)


@given(
    quota=st.one_of(
        st.builds(Quota, st.integers(1, 5), window_s=st.floats(0.5, 20)),
        st.builds(Quota, st.integers(1, 5), per_second=st.floats(0.1, 5)),
    ),
    steps=st.lists(st.floats(0, 5), max_size=40),
)
def test_who_waits_as_told_is_let_in_and_no_more_than_the_quota_are_at_once(
    quota: Quota, steps: list[float]
) -> None:
    now_s, tally, admitted = 0.0, None, []
    for step in steps:
        now_s += step
        verdict, tally = judge(quota, tally, now_s)
        assert 0 <= verdict.left < quota.requests or not verdict.admitted
        if verdict.admitted:
            admitted.append(now_s)
        else:
            assert judge(quota, tally, now_s + verdict.retry_s)[0].admitted
    assert all(admitted.count(moment) <= quota.requests for moment in admitted)


def test_headers_are_whole_numbers_rounded_up() -> None:
    names = ("quota", "left", "reset_s", "reset_ms", "window_s", "window_ms")
    quota = Quota(3, window_s=10, headers={f"X-{name}": "{" + name + "}" for name in names})
    verdict, _ = judge(quota, Tally(1, 0), 2.0004)
    assert [value for _, value in told(quota, verdict)] == [
        b"3",
        b"1",
        b"8",
        b"8000",
        b"10",
        b"10000",
    ]


def scope(token: str = "tok", host: str = "1.2.3.4") -> Mapping[str, Any]:
    headers = [(b"x-auth-token", token.encode())] if token else []
    return {"headers": headers, "client": (host, 1)}


def test_a_meter_forgets_the_caller_that_called_longest_ago() -> None:
    meter = Meter(model_of("shoplazza"), enforced=True)
    for number in range(MOST_CALLERS + 10):
        meter.take(SHIRT, scope("", f"host {number}"), "", float(number))
    assert meter.callers == MOST_CALLERS


def limited(name: str, clock: Time) -> Stage:
    return Stage(fresh_app(name, Settings(rate_limit=True, clock=clock)))


def images(stage: Stage, token: str = "tok", path: str = "/products/32/images") -> Answer:
    return stage.ask(
        f"GET /stores/abc123/v2{path}",
        headers={"X-Auth-Token": token, "Accept": "application/json"},
    )


def rates(answer: Answer) -> list[int]:
    names = ("time-window-ms", "time-reset-ms", "requests-quota", "requests-left")
    return [int(answer.headers[f"x-rate-limit-{name}"]) for name in names]


def test_without_being_told_nobody_is_refused_and_the_quota_looks_fresh() -> None:
    stage = Stage(fresh_app("bigcommerce-v2"))
    answers = [images(stage) for _ in range(200)]
    assert {answer.status for answer in answers} == {200}
    assert all(rates(answer) == [30_000, 30_000, 150, 149] for answer in answers)


def test_the_quota_counts_down_over_all_tokens_and_replies_and_comes_back() -> None:
    clock = Time()
    stage = limited("bigcommerce-v2", clock)
    assert rates(images(stage)) == [30_000, 30_000, 150, 149]
    clock.pass_by(12)
    assert rates(images(stage, "tok-read-only", "/products/9/images")) == [30_000, 18_000, 150, 148]
    assert rates(images(stage, "tok-read-only", "/nowhere")) == [30_000, 18_000, 150, 147]
    clock.pass_by(18)
    assert rates(images(stage)) == [30_000, 30_000, 150, 149]


def test_past_the_quota_it_is_429_with_the_wait_and_all_rate_headers() -> None:
    clock = Time()
    stage = limited("bigcommerce-v2", clock)
    assert [images(stage).status for _ in range(150)] == [200] * 150
    clock.pass_by(9.5)
    refused = images(stage)
    assert (refused.status, refused.headers["x-retry-after"]) == (429, "21")
    assert rates(refused) == [30_000, 20_500, 150, 0]
    assert refused.json == [{"status": 429, "message": "The quota of requests is used up."}]
    clock.pass_by(21)
    assert images(stage).status == 200


@pytest.mark.parametrize("token", ["wrong", ""])
def test_credentials_that_nobody_has_use_up_no_quota_and_are_told_as_such(token: str) -> None:
    stage = limited("bigcommerce-v2", Time())
    assert images(stage, token).status == 401
    assert rates(images(stage, token)) == [30_000, 30_000, 150, 150]
    assert [images(stage).status for _ in range(151)][-2:] == [200, 429]
    assert images(stage, token).status == 401


def test_each_tenant_has_a_quota_of_its_own() -> None:
    stage = limited("bigcommerce-v2", Time())
    for _ in range(150):
        images(stage)
    assert images(stage).status == 429
    other = stage.ask("GET /stores/other/v2/products/32/images", headers={"X-Auth-Token": "tok"})
    assert (other.status, rates(other)[-1]) == (200, 149)


def test_a_refused_write_changes_nothing() -> None:
    clock = Time()
    stage = limited("bigcommerce-v2", clock)
    for _ in range(150):
        images(stage)
    assert (
        stage.ask(
            "DELETE /stores/abc123/v2/products/32/images", headers={"X-Auth-Token": "tok"}
        ).status
        == 429
    )
    clock.pass_by(30)
    assert len(images(stage).json) == 2


def test_basic_has_a_quota_of_its_own_and_a_status_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Time()
    stage = limited("bigcommerce-v2", clock)
    for _ in range(151):
        images(stage)
    answer = stage.ask("GET /api/v2/products/32/images", headers=BASIC)
    assert (answer.status, answer.headers["x-bc-apilimit-remaining"]) == (200, "19999")
    assert not any(name.startswith("x-rate-limit") for name in answer.headers)
    meter = Meter(model_of("bigcommerce-v2"), enforced=True)
    rate = None
    for _ in range(20_001):
        rate = meter.take("/api/v2/products/32/images", scope(), "", 0.0)
    assert rate is not None
    assert rate.status == 509
    assert rate.refused is not None
    assert rate.refused.retry_s == 3600


def test_a_leaky_bucket_is_the_callers_own_and_the_store_has_one_for_all() -> None:
    clock = Time()
    stage = limited("shoplazza", clock)

    def ask(token: str) -> Answer:
        return stage.ask(f"GET {SHIRT}", headers={"Access-Token": token})

    assert [ask("tok").status for _ in range(40)] == [200] * 40
    refused = ask("tok")
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert refused.json == {"errors": ["Too Many Requests"]}
    assert "request-id" in refused.headers
    assert [ask("tok-read-only").status for _ in range(40)] == [200] * 40
    assert ask("tok-read-only").status == 429
    assert ask("another").status == 400
    clock.pass_by(0.5)
    assert [ask("tok").status, ask("tok").status] == [200, 429]


def test_a_later_version_refuses_in_its_own_form() -> None:
    stage = limited("shoplazza", Time())
    path = SHIRT.replace("2022-01", "2026-01")
    answers = [stage.ask(f"GET {path}", headers={"Access-Token": "tok"}) for _ in range(41)]
    assert answers[-1].status == 429
    assert answers[-1].json == {"code": "TooManyRequests", "message": "Too Many Requests"}


@pytest.mark.parametrize("name", ["omnitron", "bookshop"])
def test_an_api_without_a_quota_has_none_to_hold_to(name: str) -> None:
    stage = limited(name, Time())
    assert 429 not in {stage.ask("GET /nothing/").status for _ in range(300)}


@pytest.mark.parametrize("both", [{"requests": 1}, {"requests": 1, "window_s": 1, "per_second": 1}])
def test_a_quota_has_a_window_or_a_bucket(both: dict[str, Any]) -> None:
    with pytest.raises(SemanticsError, match="either window_s or per_second"):
        compile_quotas(both, "semantics.yaml")
    with pytest.raises(SemanticsError, match="/defaults/rate_limit/0"):
        compile_quotas([both], "semantics.yaml")


@pytest.mark.parametrize("said", [{"requests": 1, "windows": 1}, [{"requests": 1, "windows": 1}]])
def test_an_unknown_word_of_a_quota_has_a_hint(said: Any) -> None:
    with pytest.raises(SemanticsError, match="did you mean 'window_s'"):
        check_semantics({"defaults": {"rate_limit": said}}, "semantics.yaml")


def test_one_quota_needs_no_list() -> None:
    assert compile_quotas({"requests": 3, "window_s": 10}, "semantics.yaml") == (WINDOW,)
