from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.apis import data_folder
from mockserver.cli import main
from mockserver.server import open_socket


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(autouse=True)
def _serve_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What should have been refused must not wait for requests."""
    monkeypatch.setattr("mockserver.cli.mock.serve", lambda *_: None)


def refusal(*arguments: str) -> str:
    """Return the one line with which a command refuses to run."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("understudy: ")
    assert "Traceback" not in result.output
    return result.stderr


@pytest.mark.parametrize("command", ["mock", "explain", "build"])
def test_every_command_tells_what_it_does(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"main {command}" in result.output


def test_the_commands_are_listed() -> None:
    assert {"mock", "explain", "build"} <= set(run("--help").output.split())


def test_an_unknown_command_or_option_is_refused() -> None:
    assert run("mok").exit_code == 2
    assert run("mock", "--no-such-option").exit_code == 2
    assert run("mock", "--port", "many").exit_code == 2


def test_an_unknown_api_is_told_with_the_known_ones() -> None:
    for command in (["mock", "-p", "0"], ["explain"]):
        line = refusal(*command, "nothing-like-it")
        assert "nothing-like-it" in line
        assert "bookshop" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openapi: 3.0.3\ninfo: [", "api.yaml"),
        ('{"openapi": "3.0.3", "info": [}', "api.yaml"),
        ("hello: world\n", "neither an openapi nor a swagger key"),
        ("- 1\n", "not an OpenAPI document"),
        ("", "is empty"),
        ("<html></html>", "HTML"),
        ('openapi: "9.9"\n', "9.9"),
    ],
)
def test_a_file_that_is_no_document_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(text, "utf-8")
    for command in (["mock", "-p", "0"], ["explain"]):
        assert said in refusal(*command, str(path))


def test_an_unknown_word_in_the_semantics_is_refused_with_the_nearest(tmp_path: Path) -> None:
    shutil.copytree(data_folder("specs") / "bookshop", tmp_path / "shop")
    (tmp_path / "shop" / "semantics.yaml").write_text("defalts: {}\n", "utf-8")
    assert "did you mean 'defaults'" in refusal("mock", "-p", "0", str(tmp_path / "shop"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bookshop", "--auth", "nobody"], "known, any, off or SCHEME=VALUE"),
        (["bookshop", "--auth", "Nokey=x"], "ApiKey"),
        (["bookshop", "--fixtures", "nothing"], "known here: default"),
        (["bookshop", "--fixtures", "nothing.yaml"], "nothing.yaml"),
        (["bookshop", "bookshop"], "two APIs are called 'bookshop'"),
        (["bookshop", "-p", "65536"], "0 to 65535"),
        (["bookshop", "-p", "-1"], "0 to 65535"),
        (["bookshop", "-h", "192.0.2.1"], "cannot listen on 192.0.2.1"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_in_one_line(arguments: list[str], said: str) -> None:
    assert said in refusal("mock", "-p", "0", *arguments)


def test_a_taken_port_is_told_before_the_apis_are_loaded() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        assert "is taken" in refusal("mock", "-p", str(taken.getsockname()[1]), "no-such-api")


def test_explain_shows_kind_resource_and_key_of_each_operation() -> None:
    result = run("explain", "bookshop")
    assert result.exit_code == 0
    rows = {tuple(line.split()[:5]) for line in result.output.splitlines() if line}
    assert ("GET", "/shelves/{shelf_id}", "read", "shelves", "id") in rows
    assert "operations are stateful" in result.output


def built(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder("specs") / "omnitron", tmp_path / "omnitron"))


def test_build_check_tells_whether_the_document_is_up_to_date(tmp_path: Path) -> None:
    folder = built(tmp_path)
    fresh = run("build", str(folder), "--check")
    assert (fresh.exit_code, "up to date" in fresh.output) == (0, True)
    document = folder / "openapi.yaml"
    before = document.read_text("utf-8")
    document.write_text(before + "# changed\n", "utf-8")
    stale = run("build", str(folder), "--check")
    assert (stale.exit_code, "differs" in stale.stderr) == (1, True)
    assert run("build", str(folder)).exit_code == 0
    assert document.read_text("utf-8") == before


@pytest.mark.parametrize("name", ["bookshop", "no-such-folder"])
def test_build_needs_sources(name: str) -> None:
    assert "sources.yaml" in refusal("build", name)


def test_build_of_broken_sources_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources: [", "utf-8")
    assert "sources.yaml" in refusal("build", str(tmp_path))
