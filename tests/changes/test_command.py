from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.changes.rules.table import RULES
from mockserver.cli import main
from tests.conftest import ROOT

TEXT = (ROOT / "specs" / "bookshop" / "openapi.yaml").read_text("utf-8")
SHORTER = TEXT.replace(
    "title: {type: string, minLength: 1, maxLength: 200}",
    "title: {type: string, minLength: 1, maxLength: 50}",
)
LINE = 1 + TEXT[: TEXT.index("title: {type: string, minLength: 1, maxLength: 200}")].count("\n")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments])


@pytest.fixture
def new(tmp_path: Path) -> str:
    path = tmp_path / "new.yaml"
    path.write_text(SHORTER, "utf-8")
    return str(path)


def test_a_breaking_change_is_told_with_its_lines_and_shown_by_a_curl_line(new: str) -> None:
    result = run("bookshop", new)
    assert result.exit_code == 1, result.output
    assert f"specs/bookshop/openapi.yaml:{LINE}" in result.stdout
    assert f"NEW {new}:{LINE}" in result.stdout
    assert "also in PUT /shelves/{shelf_id}/books/{book_id}" in result.stdout
    assert "1. curl -X POST" in result.stdout
    assert "# OLD 201, NEW 400" in result.stdout
    assert (
        result.stderr
        == f"understudy: {new} has no semantics.yaml: that of the other side is taken\n"
    )


def test_json_holds_all_that_is_told(new: str) -> None:
    result = run("bookshop", new, "--format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["summary"]["breaking"], told["replayed"]) == (1, 2, True)
    first = told["changes"][0]
    assert (first["rule"], first["place"]) == ("request-max-length-narrowed", "body /title")
    assert (first["new"]["line"], first["not_shown"]) == (LINE, None)
    assert [(call["old"], call["new"]) for call in first["shown_by"]] == [(201, 400)]


def test_markdown_has_a_heading_for_each_operation_and_an_item_for_each_change(new: str) -> None:
    result = run("bookshop", new, "--format", "markdown", "--no-replay")
    assert result.stdout.startswith(f"## API changes: `bookshop` → `{new}`\n")
    assert "### `POST /shelves/{shelf_id}/books`" in result.stdout
    assert "- **breaking** `request-max-length-narrowed` `body /title`: " in result.stdout


def test_a_changelog_tells_what_changed_for_those_who_call(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    longer = SHORTER.replace("version: 1.0.0", "version: 2.0.0").replace(
        "operationId: getShelf\n", "operationId: getShelf\n      deprecated: true\n"
    )
    path.write_text(longer, "utf-8")
    result = run("bookshop", str(path), "--format", "changelog", "--no-replay")
    heading, *sections = result.stdout.split("\n### ")
    assert heading == "## Bookshop: 1.0.0 → 2.0.0\n"
    assert [each.partition("\n")[0] for each in sections] == ["Breaking", "Deprecated", "Changed"]
    assert (
        "- `POST /shelves/{shelf_id}/books`, `PUT /shelves/{shelf_id}/books/{book_id}`, "
        "`PATCH /shelves/{shelf_id}/books/{book_id}`: body /title: maxLength was 200 and is 50\n"
    ) in sections[0]


def test_a_change_that_the_ledger_accepts_breaks_nothing(new: str, tmp_path: Path) -> None:
    ledger = tmp_path / "accepted.yaml"
    common = ("bookshop", new, "--no-replay", "--ledger", str(ledger))
    noted = run(*common, "--update-ledger")
    assert (noted.exit_code, f"{ledger}: 2 added; write a reason" in noted.stderr) == (1, True)
    refused = run(*common)
    assert (refused.exit_code, "the reason is still 'TODO: why'" in refused.stderr) == (2, True)
    ledger.write_text(ledger.read_text().replace("TODO: why", "All clients cut titles."))
    text, told = run(*common), json.loads(run(*common, "--format", "json").stdout)
    assert (text.exit_code, text.stdout.count("accepted: All clients cut titles.")) == (0, 2)
    assert [each["accepted"] for each in told["changes"]] == ["All clients cut titles."] * 2 + [
        None
    ]
    assert all(each["fingerprint"] in ledger.read_text() for each in told["changes"][:2])
    github = run(*common, "--format", "github").stdout
    assert "::error" not in github
    assert "(accepted: All clients cut titles.)" in github


def test_what_the_ledger_accepts_and_is_no_change_any_more_is_told(tmp_path: Path) -> None:
    ledger = tmp_path / "accepted.yaml"
    ledger.write_text(
        "accepted: [{check: operation-removed, operation: GET /old, reason: Nobody called it.}]"
    )
    result = run("bookshop", "bookshop", "--no-replay", "--ledger", str(ledger))
    assert result.exit_code == 0
    assert "remove from the ledger: operation-removed GET /old." in result.stdout


@pytest.mark.parametrize(("fail_on", "code"), [("none", 0), ("breaking", 1), ("warning", 1)])
def test_the_exit_code_follows_what_shall_fail(new: str, fail_on: str, code: int) -> None:
    assert run("bookshop", new, "--no-replay", "--fail-on", fail_on).exit_code == code


def test_an_api_that_has_not_changed_passes() -> None:
    result = run("bookshop", "bookshop", "--no-replay")
    assert (result.exit_code, result.stdout) == (0, "bookshop -> bookshop: nothing changed\n")


def test_every_rule_is_listed_with_its_sentence() -> None:
    shown = run("--rules").stdout
    assert all(f"{rule.name} " in shown and rule.says in shown for rule in RULES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing-like-it", "bookshop"), "'nothing-like-it' is no API"),
        (("bookshop", "git:main"), "say git:REVISION:PATH"),
        (
            ("bookshop", "git:no-such-revision:openapi.yaml"),
            "there is no revision 'no-such-revision'",
        ),
        (("bookshop", "bookshop", "--recording", "nowhere.jsonl"), "nowhere.jsonl: cannot be read"),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_code_2(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository(tmp_path))
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("understudy: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def repository(folder: Path) -> Path:
    """Return a Git repository with a document in two files."""
    (folder / "parts").mkdir()
    book = {"type": "object", "properties": {"title": {"type": "string", "maxLength": 200}}}
    (folder / "parts" / "book.json").write_text(json.dumps(book))
    content = {"application/json": {"schema": {"$ref": "parts/book.json"}}}
    operation = {"requestBody": {"content": content}, "responses": {"201": {"description": "Made"}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/books": {"post": operation}},
    }
    (folder / "openapi.yaml").write_text(json.dumps(document))
    git = [
        "git",
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "First"]):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_revision_is_compared_with_what_it_refers_to(tmp_path: Path) -> None:
    repository(tmp_path)
    part = tmp_path / "parts" / "book.json"
    part.write_text(part.read_text().replace("200", "50"))
    command = [
        str(Path(sys.executable).parent / "understudy"),
        "diff",
        "git:main:openapi.yaml",
        "openapi.yaml",
        "--no-replay",
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1, ran.stderr
    assert "body /title: maxLength was 200 and is 50  [request-max-length-narrowed]" in ran.stdout
    assert "OLD main:parts/book.json:1  NEW parts/book.json:1" in ran.stdout


def test_annotations_are_workflow_commands_with_file_and_line(new: str) -> None:
    result = run("bookshop", new, "--format", "github", "--no-replay")
    lines = result.stdout.splitlines()
    title = "title=request-max-length-narrowed"
    assert lines[0].startswith(f"::error {title},file={new},line={LINE}::POST /shelves/")
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_what_ends_a_workflow_command_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a,b%.yaml"
    path.write_text(SHORTER, "utf-8")
    result = run("bookshop", str(path), "--format", "github", "--no-replay")
    assert "a%2Cb%25.yaml" in result.stdout
