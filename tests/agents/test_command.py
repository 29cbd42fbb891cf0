"""`understudy mcp` speaks on the standard input and output, and tells what it cannot do."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters, stdio_client

from mockserver.cli import main
from tests.conftest import ROOT

RUN = ["-c", "from mockserver.cli import main; main()", "mcp"]


def test_an_agent_plays_the_bookshop_over_pipes() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [*RUN, "bookshop", "--tools", "operations"]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def played() -> tuple[int, object]:
        async with Client(stdio_client(server)) as client:
            tools = (await client.list_tools()).tools
            made = await client.call_tool("createShelf", {"body": {"name": "Poetry"}})
            return len(tools), made.structured_content

    count, made = asyncio.run(played())
    assert count == 10
    assert isinstance(made, dict)
    assert made["body"] == {"id": 4, "name": "Poetry"}


def test_it_ends_when_its_input_does() -> None:
    done = subprocess.run(
        [sys.executable, *RUN, "bookshop"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-",), "standard input"),
        (("boookshop",), "bookshop"),
        (("bookshop", "--tools", "operations", "--only", "PUT /x"), "no operation fits PUT /x"),
        (("bookshop", "--faults", "{stauts: 503}"), "stauts"),
    ],
)
def test_what_cannot_be_played_is_told_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(main, ["mcp", *arguments])
    assert result.exit_code == 2
    assert told in result.output
    assert result.output.count("\n") == 1


def test_a_document_that_is_no_bundled_one_is_explained_by_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "things.yaml"
    file.write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n", "utf-8")
    result = CliRunner().invoke(main, ["mcp", str(file), "--tools", "operations"])
    assert "no operation" in result.output


def test_a_taken_port_is_told_by_its_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["mcp", "bookshop", "--mcp-port", port])
    assert result.exit_code == 2
    assert f"port {port} on 127.0.0.1 is taken; give another one with --mcp-port" in result.stderr


def test_an_agent_plays_the_bookshop_over_http() -> None:
    command = [sys.executable, *RUN, "bookshop", "--tools", "operations", "--mcp-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        url = server.stderr.readline().rpartition(" ")[2].strip()

        async def listed() -> int:
            async with Client(url) as client:
                return len((await client.list_tools()).tools)

        try:
            assert asyncio.run(listed()) == 10
        finally:
            server.terminate()
