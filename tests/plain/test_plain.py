"""What `pip install .` brings is enough for the mock and for every help text; a sentence tells what
the rest needs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.cli import commands
from tests.plain.closure import distributions
from tests.plain.process import run_plainly

COMMAND = """
from mockserver.cli import main
main(sys.argv[1:])
"""
CALLS = """
import httpx
from mockserver import MockServer
with MockServer(sys.argv[1]) as mock:
    for place in sys.argv[2:]:
        reply = httpx.get(mock.url + place, headers=mock.headers)
        print(reply.status_code, reply.text)
"""
WITHOUT = "needs more than a plain installation: pip install"
ISSUER = """
openapi: 3.0.3
info: {title: Notes, version: '1'}
components:
  securitySchemes:
    login: {type: openIdConnect, openIdConnectUrl: https://id.example.com/.well-known/openid-configuration}
security: [{login: []}]
paths:
  /notes: {get: {responses: {'200': {description: Notes.}}}}
"""
KEYS = ("/.well-known/openid-configuration", "/.well-known/jwks.json")
MOST_DISTRIBUTIONS = 42


def test_a_plain_installation_stays_small() -> None:
    assert len(distributions()) <= MOST_DISTRIBUTIONS


@pytest.mark.parametrize("name", [*commands.OWN, "check", "diff", "drift"])
def test_every_command_tells_what_it_takes(name: str) -> None:
    done = run_plainly(COMMAND, name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: main {name}" in done.stdout.replace("-c ", "main ")


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("check", "--mock", "--api", "bookshop"), "contracts"),
        (("diff", "bookshop", "bookshop"), "contracts"),
        (("drift", "bookshop", "http://127.0.0.1:9"), "contracts"),
        (("build", "omnitron"), "build"),
        (("mcp", "bookshop"), "mcp"),
        (("mock", "bookshop", "-p", "0", "--tls"), "tls"),
        (("mock", "bookshop", "-p", "0", "--store", "sqlite:///state.db"), "sql"),
        (("mock", "bookshop", "-p", "0", "--store", "postgresql://localhost/a"), "postgresql"),
    ],
)
def test_what_needs_an_extra_names_it_in_one_line(arguments: tuple[str, ...], extra: str) -> None:
    done = run_plainly(COMMAND, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("understudy: ")
    assert done.stderr.endswith(f"{WITHOUT} 'understudy[{extra}]'\n")
    assert done.stderr.count("\n") == 1


def test_the_mock_plays_and_tells_what_its_pages_need() -> None:
    done = run_plainly(CALLS, "bookshop", "/shelves/1", "/__admin/", "/__admin/docs/bookshop/")
    assert done.stderr == ""
    shelf, *rest = done.stdout.splitlines()
    assert shelf == '200 {"id":1,"name":"Fiction"}'
    assert any(line.startswith("200 <!doctype html>") for line in rest)
    assert rest[-1].startswith("501 ")
    assert f"Swagger UI {WITHOUT} 'understudy[ui]'" in rest[-1]


def test_keys_of_signed_tokens_need_an_extra(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    document.write_text(ISSUER, "utf-8")
    done = run_plainly(CALLS, str(document), *KEYS)
    assert done.stderr == ""
    assert done.stdout.startswith("200 ")
    assert f"a signed token {WITHOUT} 'understudy[oauth]'" in done.stdout
