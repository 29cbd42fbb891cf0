from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from contracts.errors import PlanError
from contracts.reports.opening import KINDS, Reports, open_reports
from contracts.secrecy import Secrets
from tests.conftest import model_of
from tests.reports.runs import RUNS, broken_run


def opened(
    asked: list[str], secrets: Secrets | None = None, stream: io.StringIO | None = None
) -> Reports:
    return open_reports(
        asked, model_of("bookshop"), secrets=secrets, stream=stream or io.StringIO()
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["junti=out"], "there is no report 'junti': did you mean 'junit'?"),
        (["=out"], "say one of .*junit"),
        (["junit"], "the report junit needs a file: say junit=FILE"),
        (["junit="], "needs a file"),
        (["junit=nowhere/out.xml"], "there is no folder nowhere; make it first"),
        (["junit=out", "junit=./out"], "out is asked for twice, for junit and for junit"),
    ],
)
def test_reports_that_cannot_be_written_are_told_before_the_run(
    asked: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlanError, match=told):
        opened(["junit=fine.xml", *asked])
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("run", RUNS)
def test_every_report_is_written_whatever_the_run_tells(run: str, tmp_path: Path) -> None:
    stream = io.StringIO()
    with opened([f"{kind}={tmp_path / kind}" for kind in KINDS], stream=stream) as reports:
        for event in RUNS[run]:
            reports.take(event)
    assert {each.name for each in tmp_path.iterdir()} == set(KINDS)
    assert "The contract" in stream.getvalue()


def test_reports_are_written_when_the_run_is_interrupted(tmp_path: Path) -> None:
    def interrupted() -> None:
        with opened([f"{kind}={tmp_path / kind}" for kind in KINDS]) as reports:
            for event in broken_run()[:8]:
                reports.take(event)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert {each.name for each in tmp_path.iterdir()} == set(KINDS)


def test_one_report_that_cannot_be_closed_does_not_lose_the_others(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    reports = opened([f"junit={tmp_path}/a/x", f"junit={tmp_path}/y"])
    for each in (tmp_path / "a").iterdir():
        each.unlink()
    (tmp_path / "a").rmdir()
    with pytest.raises(PlanError, match="x cannot be written"):
        reports.close()
    assert (tmp_path / "y").is_file()


def test_no_report_tells_a_secret(tmp_path: Path) -> None:
    stream = io.StringIO()
    secrets = Secrets(["bookshop-key"])
    with opened([f"{kind}={tmp_path / kind}" for kind in KINDS], secrets, stream) as reports:
        for event in broken_run():
            reports.take(event)
    told = [each.read_text() for each in tmp_path.iterdir()] + [stream.getvalue()]
    assert all("bookshop-key" not in each for each in told)
    assert "${X_API_KEY}" in stream.getvalue()
