"""What a store keeps can be exported, and imported into another one."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from mockserver import MockServer
from mockserver.cli import main
from tests.databases import new_database

HEAD = '{"understudy": "state", "version": 1}\n'


def understudy(*words: str) -> Result:
    return CliRunner().invoke(main, ["state", *words])


@pytest.fixture
def full(tmp_path: Path) -> str:
    """A database in which something was changed, removed, forked and kept apart."""
    address = new_database("sqlite", tmp_path)
    with MockServer("bookshop", "bigcommerce-v2", store=address) as mock:
        client = httpx.Client(
            transport=mock.transport(), base_url="http://mock", headers=mock.headers
        )
        made = client.post("/shelves", json={"name": "Poetry \0 and ünicode"}).json()
        mock.state["shelves"].put({"id": 77, "name": "Plays", "big": 2**80, "nested": {"a": [1.0]}})
        assert client.delete("/shelves/3").status_code == 204
        mock.space("blue").state["shelves"].clear()
        mock.state_of("other")["images"].clear()
        assert made["id"] == 4
    return address


def test_an_export_holds_all_that_an_import_needs(full: str, tmp_path: Path) -> None:
    file, again = str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")
    other = new_database("postgresql")
    assert understudy("export", file, "--store", full).exit_code == 0
    assert understudy("import", file, "--store", other).exit_code == 0
    assert understudy("export", again, "--store", other).exit_code == 0
    assert sorted(Path(again).read_text().split("\n")) == sorted(Path(file).read_text().split("\n"))
    with MockServer("bookshop", store=other) as mock:
        assert mock.state["shelves"].get(77)["big"] == 2**80
        assert mock.state["shelves"].get(4)["name"] == "Poetry \0 and ünicode"
        assert mock.space("blue").state["shelves"].count() == 0
        client = httpx.Client(
            transport=mock.transport(), base_url="http://mock", headers=mock.headers
        )
        assert client.post("/shelves", json={"name": "Next"}).json()["id"] == 78
        mock.reset()
        assert mock.state["shelves"].count() == 3


def test_an_api_can_be_exported_alone(full: str, tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    understudy("export", str(file), "bookshop", "--store", full)
    lines = map(json.loads, file.read_text().splitlines())
    assert {line["api"] for line in lines if "api" in line} == {"bookshop"}


def test_an_import_overwrites_only_where_that_is_wanted(full: str, tmp_path: Path) -> None:
    file = str(tmp_path / "one.jsonl")
    understudy("export", file, "--store", full)
    with MockServer("bookshop", store=full) as mock:
        mock.state["shelves"].clear()
    refused = understudy("import", file, "--store", full)
    assert "say --fresh" in refused.output
    with MockServer("bookshop", store=full) as mock:
        assert mock.state["shelves"].count() == 0
    assert understudy("import", file, "--fresh", "--store", full).exit_code == 0
    with MockServer("bookshop", store=full) as mock:
        assert mock.state["shelves"].count() == 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "line 1: this is no export"),
        ('{"understudy": "state", "version": 9}', "newer version of Understudy"),
        (f"{HEAD}nothing", "line 2: is no JSON"),
        (f"{HEAD}[]", "line 2: must be an object"),
        (f'{HEAD}{{"resource": "shelves"}}', "line 2: nothing says which API it is of"),
        (f'{HEAD}{{"api": "a"}}\n{{"resource": "b"}}', "line 3: is neither a record"),
        (f'{HEAD}{{"api": "a"}}', "the file was cut off"),
    ],
)
def test_a_file_that_is_wrong_is_told_and_imports_nothing(
    text: str, reason: str, tmp_path: Path
) -> None:
    file, address = tmp_path / "wrong.jsonl", new_database("sqlite", tmp_path)
    file.write_text(text)
    refused = understudy("import", str(file), "--store", address)
    assert reason in refused.output
    assert understudy("export", "-", "--store", address).stdout.count("\n") == 2


def test_memory_keeps_nothing_to_be_exported() -> None:
    refused = understudy("export", "-", "--store", "memory")
    assert "--store memory keeps nothing" in refused.output
