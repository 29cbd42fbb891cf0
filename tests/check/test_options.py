from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.cli.check import check
from contracts.options import load_application
from contracts.targets.target import Sent
from mockserver.cli.group import main

APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
"""


def test_an_application_can_be_opened_again_after_it_was_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "opened_again.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    connect = load_application("opened_again:app")
    for _ in range(2):
        target = connect()
        assert target.send(Sent("GET", "/")).status == 204
        target.close()


def test_a_function_without_parameters_makes_the_application_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made_once.py").write_text(
        f"made = []\n{APP}\ndef make():\n    made.append(1)\n    return app\n"
    )
    monkeypatch.chdir(tmp_path)
    connect = load_application("made_once:make")
    for _ in range(2):
        target = connect()
        assert target.send(Sent("GET", "/")).status == 204
        target.close()
    assert importlib.import_module("made_once").made == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--examples", "0"], "0 is not in the range x>=1"),
        (
            ["--exclude-check", "foo"],
            "--exclude-check foo: no check is called that; say one of allow_",
        ),
    ],
)
def test_an_option_that_means_nothing_is_refused(arguments: list[str], said: str) -> None:
    main.add_command(check)
    ran = CliRunner().invoke(main, ["check", "--mock", "--api", "bookshop", *arguments])
    assert (ran.exit_code, said in ran.stderr) == (2, True), ran.output
