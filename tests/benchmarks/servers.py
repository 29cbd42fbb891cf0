"""Start the servers that are measured side by side: a name in, a process with its CPU time and
memory out.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE / "things.yaml"
START_TIMEOUT_S = 60.0
THING = '{"id": 1, "name": "Lamp", "color": "red", "size": 3, "price": 9.5, "tags": ["new"]}'


@dataclass(frozen=True, slots=True)
class Contender:
    """A server to measure: its name and the command that starts it on a port."""

    name: str
    command: Callable[[int], Sequence[str]]


class Running:
    """A started server; `started_s` is the time from process start to its first answer."""

    def __init__(self, contender: Contender) -> None:
        self.name = contender.name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        began = time.perf_counter()
        self._process = subprocess.Popen(
            contender.command(self.port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=HERE,
        )
        self._wait(began)
        self.started_s = time.perf_counter() - began

    def _wait(self, began: float) -> None:
        while time.perf_counter() - began < START_TIMEOUT_S:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
                    client.sendall(
                        b"GET /things HTTP/1.1\r\nHost: x\r\nX-Api-Key: understudy\r\nConnection: close\r\n\r\n"
                    )
                    if client.recv(12).startswith(b"HTTP/1"):
                        return
            except OSError:
                time.sleep(0.01)
        self.stop()
        raise TimeoutError(f"{self.name} did not answer within {START_TIMEOUT_S} s")

    def cpu_s(self) -> float:
        """User and system time of the process and its children so far."""
        return _cpu_s(self._process.pid)

    def memory_mb(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _cpu_s(pid: int) -> float:
    process = Path(f"/proc/{pid}")
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    own_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = (process / "task" / str(pid) / "children").read_text().split()
    return own_s + sum(_cpu_s(int(child)) for child in children)


def contenders(tools: Path) -> list[Contender]:
    """Return the servers that can run here; those on Node need their packages in `tools`."""
    python = sys.executable
    understudy = str(Path(python).with_name("understudy"))
    found = [
        Contender(
            "understudy", lambda port: [understudy, "mock", str(DOCUMENT), "-p", str(port), "-q"]
        ),
        Contender(
            "hand-written Starlette",
            lambda port: [python, str(HERE / "starlette_app.py"), str(port)],
        ),
    ]
    prism = tools / "node_modules/@stoplight/prism-cli/dist/index.js"
    if prism.is_file():
        base = ["node", str(prism), "mock", str(DOCUMENT), "-p"]
        found.append(
            Contender("Prism, logging off", lambda port: [*base, str(port), "-v", "silent"])
        )
        found.append(Contender("Prism", lambda port: [*base, str(port)]))
    scripts = [tools / "node_modules/json-server/lib" / name for name in ("bin.js", "cli/bin.js")]
    json_server = next((each for each in scripts if each.is_file()), None)
    if json_server is not None:
        data = tools / "things.json"
        data.write_text(
            json.dumps({"things": [json.loads(THING) | {"id": str(n)} for n in range(1, 101)]})
        )
        found.append(
            Contender(
                "json-server",
                lambda port: ["node", str(json_server), str(data), "--port", str(port)],
            )
        )
    return found


def install_peers(tools: Path) -> None:
    """Install the Node packages of the peers, where Node and its package manager are there."""
    if shutil.which("npm"):
        subprocess.run(
            [
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                str(tools),
                "@stoplight/prism-cli",
                "json-server",
            ],
            check=False,
        )
