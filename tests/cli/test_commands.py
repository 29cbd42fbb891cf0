from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.apis import data_folder
from mockserver.cli import main
from mockserver.cli.group import Terminated
from mockserver.server import open_socket


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(autouse=True)
def _serve_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What should have been refused must not wait for requests."""
    monkeypatch.setattr("mockserver.server.serve.serve", lambda *_: None)


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
def test_a_file_that_is_no_document_is_refused_in_one_line(
    tmp_path: Path, text: str, said: str
) -> None:
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
def test_an_option_that_cannot_be_used_is_refused_in_one_line(
    arguments: list[str], said: str
) -> None:
    assert said in refusal("mock", "-p", "0", *arguments)


def test_a_taken_port_is_told_before_the_apis_are_loaded() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        assert "is taken" in refusal("mock", "-p", str(taken.getsockname()[1]), "no-such-api")


def test_explain_shows_kind_resource_and_key_of_each_operation() -> None:
    result = run("explain", "bookshop")
    assert result.exit_code == 0
    rows = {tuple(line.split()[:3]) for line in result.output.splitlines() if line}
    assert ("read", "GET", "/shelves/{shelf_id}") in rows
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


def test_build_needs_sources() -> None:
    assert "sources.yaml" in refusal("build", "bookshop")
    assert "'no-such-folder' is no API" in refusal("build", "no-such-folder")


def test_build_of_broken_sources_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources: [", "utf-8")
    assert "sources.yaml" in refusal("build", str(tmp_path))


def test_a_name_that_is_nearly_right_is_suggested(tmp_path: Path) -> None:
    assert "did you mean bookshop?" in refusal("explain", "bookshp")
    assert "did you mean bookshop?" in refusal("build", "bookshp")
    assert "Did you mean 'mock'?" in run("moc").stderr
    assert "did you mean" not in refusal("explain", "nothing-like-it")


DOCUMENT = '{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {}}'


def test_a_document_is_read_from_the_standard_input_and_from_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from mockserver.cli import main; main()", "explain", "-"]
    ran = subprocess.run(command, input=DOCUMENT, capture_output=True, text=True, check=True)
    assert "0 of 0 operations" in ran.stdout
    assert (
        "<stdin>: is empty"
        in subprocess.run(command, input="", capture_output=True, text=True).stderr
    )
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(DOCUMENT))
    writer.start()
    assert "0 of 0 operations" in run("explain", str(pipe)).output
    writer.join()


def test_a_mock_with_nothing_to_play_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text(DOCUMENT)
    ran = run("mock", "-p", "0", str(tmp_path / "empty.json"))
    assert "the document has no operations to play" in ran.stderr
    assert "Try:" not in ran.stdout


def test_more_records_than_are_made_are_refused() -> None:
    ran = run("mock", "bookshop", "-p", "0", "--populate", "1000000000")
    assert (ran.exit_code, "is not in the range 0<=x<=10000" in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ("nofile", "nofile: cannot be read: No such file or directory\n"),
        ("{status: 1", "the faults:2: is no YAML: "),
    ],
)
def test_faults_that_cannot_be_read_are_told_without_jargon(faults: str, told: str) -> None:
    assert told in refusal("mock", "bookshop", "-p", "0", "--faults", faults)


def test_a_full_disk_and_a_terminal_without_unicode_end_no_command_with_a_traceback(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ü.json"
    path.write_text(
        DOCUMENT.replace("{}", '{"/ü": {"get": {"responses": {"200": {"description": ""}}}}}')
    )
    command = [
        sys.executable,
        "-c",
        "from mockserver.cli import main; main()",
        "explain",
        str(path),
    ]
    with open("/dev/full", "w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (ran.returncode, ran.stderr) == (
        2,
        "understudy: the output cannot be written: No space left on device\n",
    )
    plain = {**os.environ, "PYTHONIOENCODING": "ascii:strict"}
    ran = subprocess.run(command, capture_output=True, text=True, env=plain)
    assert (ran.returncode, "GET /?" in ran.stdout) == (0, True), ran.stderr


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [(KeyboardInterrupt, 130, "interrupted"), (Terminated, 143, "terminated")],
)
def test_an_interrupt_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int, told: str
) -> None:
    def interrupt(*_: object) -> None:
        raise error

    monkeypatch.setattr("mockserver.apis.load_model", interrupt)
    ran = run("explain", "bookshop")
    assert (ran.exit_code, ran.stderr) == (code, f"understudy: {told}\n")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a signal of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_a_process_lets_a_command_clean_up(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    cleaned_up = []

    def load(*_: object) -> None:
        try:
            os.kill(os.getpid(), number)
            threading.Event().wait(10)
        finally:
            cleaned_up.append(number)

    monkeypatch.setattr("mockserver.apis.load_model", load)
    before = signal.signal(number, signal.SIG_DFL)  # `nohup` would have it ignored
    try:
        ran = run("explain", "bookshop")
    finally:
        signal.signal(number, before)
    assert cleaned_up == [number]
    assert (ran.exit_code, ran.stderr) == (128 + number, "understudy: terminated\n")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a signal of POSIX")
def test_a_signal_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    monkeypatch.setattr("mockserver.apis.load_model", lambda *_: os.kill(os.getpid(), 1))
    try:
        assert run("explain", "bookshop").exit_code != 129
    finally:
        signal.signal(signal.SIGHUP, before)
