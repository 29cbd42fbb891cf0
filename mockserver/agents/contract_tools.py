"""Tools that hold a server to its contract: the commands `check` and `diff`, each run in a process
of its own, whose output cannot come between the messages of this one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from json import loads
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from mockserver.agents.argument_types import Api
from mockserver.agents.record_tools import chosen_api
from mockserver.agents.toolbox import reading_tool
from mockserver.errors import SettingsError

GRACE_S = 120.0
"""Seconds that a command has beyond its own limit."""
_RUN = "from mockserver.cli import main; main()"
_COULD_NOT = 2
Seconds = Annotated[float, Field(gt=0, le=900, description="Time limit in seconds.")]


class ContractTools:
    """Runs the commands for APIs, given by name with what they were named by on the command line,
    and for those servers alone that were named there, too.
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        targets: Sequence[str] = (),
        references: Sequence[str] = (),
    ) -> None:
        self._sources = sources
        self._targets = targets
        self._allowed = [f"--allow-references={each}" for each in references]

    def tools(self) -> list[Tool]:
        """Return the tools."""
        reaches_out = bool(self._targets)
        return [reading_tool(self.check, reaches_out), reading_tool(self.diff)]

    def check(
        self,
        api: Api = None,
        target: Annotated[
            str | None,
            Field(
                description=(
                    "URL of the server, one of those given with --target; the API's own mock where "
                    "it is not said."
                )
            ),
        ] = None,
        max_time: Seconds = 60,
    ) -> dict[str, Any]:
        """Check that a server conforms to the document of an API and keeps its state consistent. A
        server at a URL is only read from; the mock of the API is a fresh one.
        """
        source = self._source(api)
        where = [self._target(target)] if target else ["--mock"]
        done = self._run("check", *where, "--api", source, f"--max-time={max_time}", limit=max_time)
        return {"held": done.returncode == 0, "report": done.stdout}

    def diff(
        self,
        api: Api = None,
        new_document: Annotated[
            str | None, Field(description="The new OpenAPI document itself, in YAML or JSON.")
        ] = None,
        new_api: Annotated[
            str | None, Field(description="Name of a played API that is the new version.")
        ] = None,
        max_time: Seconds = 60,
    ) -> dict[str, Any]:
        """List the changes from the document of an API to a new version of it that break clients,
        with a failing call for each.
        """
        if (new_document is None) == (new_api is None):
            raise SettingsError("say new_document or new_api, one of them")
        with TemporaryDirectory() as folder:
            if new_document is None:
                new = self._source(new_api)
            else:
                file = Path(folder) / "openapi.yaml"
                file.write_text(new_document, "utf-8")
                new = str(file)
            options = ("--format=json", f"--max-time={max_time}")
            done = self._run("diff", self._source(api), new, *options, limit=max_time)
        changes: dict[str, Any] = loads(done.stdout)
        return changes

    def _source(self, api: str | None) -> str:
        return self._sources[chosen_api(list(self._sources), api)]

    def _target(self, target: str) -> str:
        if target in self._targets:
            return target
        listed = ", ".join(self._targets) or "none was"
        raise SettingsError(
            f"{target} was not given on the command line with --target, {listed}; "
            "only such servers are called"
        )

    def _run(self, *words: str, limit: float) -> subprocess.CompletedProcess[str]:
        """Run a command to its end. Raises SettingsError where it could not do its work."""
        command = [sys.executable, "-c", _RUN, *words, *self._allowed]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=limit + GRACE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SettingsError(f"{words[0]} did not end in {limit + GRACE_S:.0f} s") from None
        if done.returncode >= _COULD_NOT or done.returncode < 0:
            reason = done.stderr.strip() or done.stdout.strip()
            raise SettingsError(reason or f"{words[0]} ended with {done.returncode}")
        return done
