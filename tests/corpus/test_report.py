"""The report of the corpus adds up, and nothing holds it up."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from contracts.conformance.failure import Failure
from tests.corpus import trial as trials
from tests.corpus.explanations import EXPLANATIONS
from tests.corpus.lives.life import DerivedLife, Verdict
from tests.corpus.measure import Figures
from tests.corpus.report import MOST, slowness
from tests.corpus.table import foot, head, reasons, row, steps
from tests.model.compiling import does, many, small, thing

README = Path(__file__).with_name("README.md")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]]


def lived(**results: str) -> Verdict:
    """Return what came of a life that was played, the steps that are named besides creating."""
    return Verdict(DerivedLife("/a", {"name": "/a"}), {"create": "passed", **results})


def failure(operation: str) -> Failure:
    return Failure("a_check", operation, "fuzzing", "wrong", "", "500")


def test_the_last_lines_are_the_sums_and_the_shares_of_all_documents() -> None:
    one = Figures("one", operations=4, stateful=2, tried=4, cases=9, start_seconds=1.0)
    one.lives = [lived(), lived(page="failed")]
    one.failures = [failure("GET /a"), failure("GET /a")]
    one.explained = [(failure("GET /a"), "why"), (failure("GET /b"), "why")]
    two = Figures("two", operations=6, stateful=6, tried=4, cases=1, start_seconds=2.0)
    two.lives = [lived(), lived(), Verdict(DerivedLife("/c", None, {"create": "no POST"}))]
    lost = Figures("three", error="it does not load")
    sums, shares = map(cells, foot([one, two, lost]))
    told = ["all", "2/3", "10", "80%", "3/4", "4", "1", "0", "8", "10", "1", "1", "2.00"]
    assert sums[:13] == told
    assert [each for each in shares if each] == ["75.0%", "100.0%", "80.0%", "12.5%", "12.5%"]
    assert {len(cells(line)) for line in [*head(), row(one), row(lost)]} == {len(sums)}


def test_a_step_that_could_not_be_derived_is_counted_as_not_tried() -> None:
    one = Figures("one", lives=[lived(page="failed", gone="unreached"), lived()])
    rows = {cells(line)[0]: cells(line)[1:] for line in steps([one])}
    assert rows["create"] == ["2", "0", "0", "0"]
    assert rows["page"] == ["1", "1", "0", "1"]
    assert rows["gone"] == ["0", "0", "1", "1"]
    assert rows["filter"] == ["0", "0", "0", "2"]


def test_what_was_too_slow_is_named() -> None:
    assert list(reasons(Figures("one", slow=["POST /a: examples"]))) == [
        "generation too slow: POST /a: examples"
    ]


def slow_and_quick() -> trials.Trial:
    """Return what is found of two operations, one of which answers after a minute."""
    model = small({"/slow": {"get": does(thing())}, "/things": {"get": does(many())}})

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/slow":
            time.sleep(60)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": b"[]"})

    trials.PATIENCE_S, trials.PHASES = 8.0, ("fuzzing",)
    return trials.trial(model, lambda: app, 5.0)


def test_an_operation_that_takes_too_long_holds_up_no_other() -> None:
    with ProcessPoolExecutor(
        1, get_context("spawn")
    ) as pool:  # a trial forks, so no threads may run beside it
        found = pool.submit(slow_and_quick).result()
    assert found.slow == {"GET /slow": ["fuzzing"]}
    assert "GET /things" in found.statuses


def test_a_machine_is_told_to_be_no_faster_than_idle() -> None:
    assert 1.0 <= slowness() <= MOST


def test_each_explanation_is_in_the_readme() -> None:
    text = README.read_text("utf-8")
    assert [why for why in EXPLANATIONS if f"| {why} |" not in text] == []
