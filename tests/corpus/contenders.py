"""Start mock servers on a document: a name and a file in, a process that answers on a port out."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("@stoplight/prism-cli", "@mockoon/cli")


@dataclass(frozen=True, slots=True)
class Contender:
    """A mock server: its name, the command that plays {document} on {port}, and whether it
    leaves out base paths.
    """

    name: str
    command: Sequence[str]
    at_root: bool = False


class NotStarted(Exception):
    """A server did not answer in time, or ended; the text tells what it said last."""


class Running:
    """A started server; `first_reply_s` is the time from the start of its process to its first
    answer.
    """

    def __init__(self, contender: Contender, document: Path, patience_s: float, log: Path) -> None:
        """Start a server and wait for its first answer. Raises NotStarted."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = log
        began = time.perf_counter()
        with log.open("wb") as told:
            self._process = subprocess.Popen(
                [word.format(document=document, port=self.port) for word in contender.command],
                stdout=told,
                stderr=told,
                cwd=log.parent,
                start_new_session=True,
            )
        try:
            self._wait(began, patience_s)
        except NotStarted:
            self.stop()
            raise
        self.first_reply_s = time.perf_counter() - began

    def _wait(self, began: float, patience_s: float) -> None:
        while time.perf_counter() - began < patience_s:
            if self._process.poll() is not None:
                raise NotStarted(self._last_words())
            try:
                with socket.create_connection(
                    ("127.0.0.1", self.port), timeout=patience_s
                ) as client:
                    client.sendall(
                        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                    )
                    if client.recv(12).startswith(b"HTTP/1"):
                        return
            except OSError:
                time.sleep(0.01)
        raise NotStarted(f"no answer within {patience_s:.0f} s")

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").strip().splitlines()
        return (lines[-1] if lines else "it ended without a word")[:200]

    def megabytes(self) -> float:
        """Return the resident memory of the process now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        """End the process and what it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, sign)
                try:
                    self._process.wait(5)
                except subprocess.TimeoutExpired:
                    continue


def contenders(tools: Path | None) -> list[Contender]:
    """Return the servers that can run here; those on Node need their packages in `tools`."""
    understudy = str(Path(sys.executable).with_name("understudy"))
    here = [understudy, "mock", "{document}", "-p", "{port}", "-q", "--populate", "2"]
    found = [Contender("Understudy", here)]
    modules = (tools or Path()).absolute() / "node_modules"
    prism, mockoon = (
        modules / "@stoplight/prism-cli/dist/index.js",
        modules / "@mockoon/cli/bin/run.js",
    )
    if tools and prism.is_file():
        line = ["node", str(prism), "mock", "-v", "silent", "-p", "{port}", "{document}"]
        found.append(Contender("Prism", line, at_root=True))
    if tools and mockoon.is_file():
        start = ["node", str(mockoon), "start", "-X", "-r", "--disable-admin-api"]
        line = [*start, "-l", "127.0.0.1", "-p", "{port}", "-d", "{document}"]
        found.append(Contender("Mockoon", line))
    return found


def install(tools: Path) -> None:
    """Install the Node packages of the peers, where Node's package manager is there."""
    tools.mkdir(parents=True, exist_ok=True)
    if shutil.which("npm"):
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES],
            check=False,
            cwd=tools,
        )
