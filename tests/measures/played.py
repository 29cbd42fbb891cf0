"""Play the measures against this installation: a folder in, what is wrong by name out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.measures.stored import FOLDER

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[1].parent / "shared"
MEASURES = Path(os.environ.get("UNDERSTUDY_MEASURES", BESIDE))
CASES = MEASURES / "cases"
JUDGE = MEASURES / "judge"
CORPUS = MEASURES / "corpus"
UNDERSTUDY = Path(sys.executable).with_name("understudy")
SLACK = "5"
"""How much longer than said a call of a case may take, on a machine that has other work."""
JOBS = "4"
"""Cases that are played at a time: most of their time they wait."""

Wrong = Mapping[str, Sequence[str]]
"""What is wrong by the name of a case or a life: the reason, or the steps that fail."""


def not_yet(kind: str) -> Wrong:
    """Return what is listed as not right yet: of the `cases`, or of the `lives`."""
    listed: dict[str, dict[str, list[str]]] = tomllib.loads(
        (HERE / "not_yet.toml").read_text("utf-8")
    )
    return listed[kind]


def wrong_cases(names: Sequence[str] = ()) -> Wrong:
    """Return the cases that are wrong, of these or of all, each with its topic."""
    places = [str(CASES / "given" / name) for name in names] or [str(CASES / "given")]
    command = f"{UNDERSTUDY} mock {{document}} -p {{port}} {{options}}"
    options = ["--command", command, "--slack", SLACK, "--jobs", JOBS]
    verdicts = _told(CASES / "play.py", [*places, *options])
    return {each["file"]: [each["topic"]] for each in verdicts if not each["right"]}


def failed_lives(store: str = "memory", names: Sequence[str] = ()) -> Wrong:
    """Return the lives that are not whole, of these or of all, each with the steps that fail; each
    is played on an empty store.
    """
    command = f"{UNDERSTUDY} mock {{document}} -p {{port}} -q"
    if store != "memory":
        stored = f"{sys.executable} -m tests.measures.stored {store}"
        command = f"{stored} mock {{document}} -p {{port}} -q"
    options = ["--corpus", str(CORPUS), "--command", command]
    if names:
        options += ["--only", *names]
    failed = {}
    for life in _told(JUDGE / "judge.py", options):
        steps = [step for step, verdict in life["steps"].items() if verdict == "failed"]
        if steps:
            failed[life["life"]] = steps
    return failed


def _told(program: Path, options: Sequence[str]) -> Any:
    """Return what a program writes with --json."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "told.json"
        line = [sys.executable, program.name, *options, "--json", str(out)]
        root = str(HERE.parents[1])
        environment = {**os.environ, "PYTHONPATH": root, FOLDER: folder}
        subprocess.run(line, cwd=program.parent, capture_output=True, check=False, env=environment)
        return json.loads(out.read_text("utf-8"))
