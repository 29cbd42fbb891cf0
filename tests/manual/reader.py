"""Somebody who follows a page of the manual: writes its files, runs its commands and its code."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path

from tests.conftest import ROOT
from tests.manual.examples import Block, fits

USUAL_PORT = "4010"
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+\b")
_OPTION = re.compile(r" -p (\d+)")
_READY = re.compile(r"listening on https?://[^:]+:(\d+)")
_LONGEST_S = 120.0
_PLUGINS = "-p no:cacheprovider -p no:randomly -p no:schemathesis -p no:hypothesispytest"
_SHELL = ("bash", "-eo", "pipefail", "-c")


class Reader:
    """Follows the blocks of a page in a folder; `close` ends what was left running."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: list[subprocess.Popen[bytes]] = []
        self._ports: dict[str, str] = {}
        scripts = Path(sys.executable).parent
        path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}

    def follow(self, block: Block) -> None:
        """Do what a block says. Raises AssertionError where something else comes of it."""
        if block.told.startswith("skip"):
            return
        if block.title:
            file = self._folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.code, "utf-8")
        if block.told == "serve":
            self._serve(block)
        elif block.told == "pytest":
            file = block.title or "test_example.py"
            (self._folder / file).write_text(block.code, "utf-8")
            self._run(f"python -m pytest -q {_PLUGINS} {file}", "...passed...")
        elif block.language == "console":
            for command, shown in block.steps():
                self._run(command, shown, block.told)
        elif block.language == "python" and not block.title:
            with chdir(self._folder):
                exec(compile(block.code, str(self._folder), "exec"), {})

    def close(self) -> None:
        """End the servers that were started."""
        for server in self._servers:
            server.terminate()
        for server in self._servers:
            server.wait(_LONGEST_S)

    def _run(self, command: str, shown: str, told: str = "") -> None:
        ran = subprocess.run(
            [*_SHELL, self._local(command)],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
        )
        code = int(told.removeprefix("exit ") or 0)
        printed = self._published(ran.stdout + ran.stderr)
        assert ran.returncode == code, f"{command}\nended with {ran.returncode}\n{printed}"
        if shown.strip():
            assert fits(printed, shown), f"{command}\nprints\n{printed}\nand not\n{shown}"

    def _serve(self, block: Block) -> None:
        """Start the server of the first step, on a free port in the place of the one it names."""
        command, _ = next(block.steps())
        said = _OPTION.search(command)
        usual = said[1] if said else USUAL_PORT
        output = self._folder.parent / f"server-{len(self._servers)}.log"
        with output.open("w") as file:
            server = subprocess.Popen(
                [*shlex.split(_OPTION.sub("", self._local(command))), "-p", "0"],
                cwd=self._folder,
                env=self._environment,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self._servers.append(server)
        self._ports[usual] = _port_of(server, output)

    def _local(self, text: str) -> str:
        """Return a text of the manual with the ports of this run."""
        return _PORT.sub(lambda match: self._ports.get(match[0], match[0]), text)

    def _published(self, text: str) -> str:
        """Return what was printed with the ports of the manual."""
        usual = {real: port for port, real in self._ports.items()}
        return _PORT.sub(lambda match: usual.get(match[0], match[0]), text)


def _port_of(server: subprocess.Popen[bytes], output: Path) -> str:
    """Return the port on which a server says that it listens."""
    ends = time.monotonic() + _LONGEST_S
    while time.monotonic() < ends and server.poll() is None:
        match = _READY.search(output.read_text("utf-8"))
        if match:
            return match[1]
        time.sleep(0.05)
    raise AssertionError(f"{server.args} does not listen:\n{output.read_text('utf-8')}")
