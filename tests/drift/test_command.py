from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.cli.drift import drift
from contracts.drift.lines import Line
from mockserver.cli.group import main
from tests.drift.stage import app_of

WRONG = app_of("bookshop", Line({"defaults": {"unknown_query": "refuse"}}))
RIGHT = app_of("bookshop")


def _run(*arguments: object) -> Result:
    main.add_command(drift)
    return CliRunner().invoke(main, ["drift", *map(str, arguments)])


def test_no_drift_is_exit_code_0_and_drift_is_1_with_the_line() -> None:
    held = _run("bookshop", f"{__name__}:RIGHT")
    assert (held.exit_code, held.output.splitlines()[-1][-9:]) == (0, "no drift.")
    broke = _run("bookshop", f"{__name__}:WRONG")
    assert broke.exit_code == 1
    assert "closed by, verified (semantics.yaml): defaults: {unknown_query: refuse}" in broke.output
    assert "1. GET /shelves?no_such_parameter=x  ->  400" in broke.output


def test_a_recording_shows_the_same_drift_without_the_server(tmp_path: Path) -> None:
    file = tmp_path / "live.jsonl"
    live = _run(
        "bookshop", f"{__name__}:WRONG", "--record", file, "--allow-writes", "--format", "json"
    )
    again = _run("bookshop", file, "--format", "json")
    assert (live.exit_code, again.exit_code) == (1, 1)
    shown = [
        [each["line"] for each in json.loads(result.stdout)["causes"]] for result in (live, again)
    ]
    assert (
        shown[0]
        == shown[1]
        == [
            [
                {
                    "file": "semantics.yaml",
                    "line": "defaults: {unknown_query: refuse}",
                    "verified": True,
                }
            ]
        ][0]
    )
    assert "bookshop-key" not in file.read_text()


def test_tolerated_drift_is_no_drift_and_a_tolerance_without_drift_is_told(tmp_path: Path) -> None:
    found = json.loads(_run("bookshop", f"{__name__}:WRONG", "--format", "json").stdout)["causes"][
        0
    ]["fingerprint"]
    ledger = tmp_path / "ledger.yaml"
    ledger.write_text(
        f"accepted:\n  - {{fingerprint: {found}, reason: The mock is more lenient on purpose.}}\n"
    )
    tolerated = _run("bookshop", f"{__name__}:WRONG", "--ledger", ledger)
    assert (tolerated.exit_code, "1 tolerated" in tolerated.output) == (0, True)
    gone = _run("bookshop", f"{__name__}:RIGHT", "--ledger", ledger)
    assert f"remove from the ledger: {found}" in gone.output


def test_markdown_is_for_reviews() -> None:
    output = _run("bookshop", f"{__name__}:WRONG", "--format", "markdown").output
    assert "### 1. status class: mock 200, live 400 (a parameter is not declared)" in output
    assert "```yaml\ndefaults: {unknown_query: refuse}\n```" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bookshop", "http://127.0.0.1:9"], "http://127.0.0.1:9 does not answer"),
        (["bookshop", "nothing:app"], "nothing:app cannot be imported: ModuleNotFoundError"),
        (
            ["bookshop", "nothing.jsonl"],
            "nothing.jsonl: there is no such recording; say the URL of a server, an app",
        ),
        (["bookshop", "os:path"], "os:path is a module, no ASGI or WSGI application"),
        (["nothing", "http://127.0.0.1:9"], "nothing"),
        (["http://127.0.0.1:9", "http://127.0.0.1:9"], "say by --api which API it plays"),
        (
            ["bookshop", "http://127.0.0.1:9", "--auth", "Nobody=x"],
            "no security scheme 'Nobody' (known: ApiKey)",
        ),
        (["bookshop", "http://127.0.0.1:9", "--header", "x"], "--header x: say 'NAME: VALUE'"),
        (
            ["bookshop", "http://127.0.0.1:9", "--header", "x: $NO_SUCH_VARIABLE"],
            "no variable NO_SUCH_VARIABLE",
        ),
        (
            ["bookshop", "http://127.0.0.1:9", "--parent", "x"],
            "--parent x: say the path of an item",
        ),
        (
            ["bookshop", "http://127.0.0.1:9", "--semantics", "no.yaml"],
            "--semantics no.yaml: there is no such file",
        ),
        (["bookshop", "http://127.0.0.1:9", "--ledger", "no.yaml"], "no.yaml: cannot be read"),
        (["bookshop", __file__], "line 1: is no JSON"),
        (["bookshop", __file__, "--record", "x.jsonl"], "LIVE is a recording already"),
    ],
)
def test_what_cannot_run_is_one_line_and_exit_code_2(arguments: list[str], said: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1
