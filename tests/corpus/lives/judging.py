"""Let the judge play derived lives: samples and lives in, its verdicts out.

The judge is a program of its own that knows nothing of Understudy: it starts a server by a command
and plays over HTTP. Lives are written for it as those by hand are.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from contracts.requests.samples import sample_parameters, text
from contracts.targets.credentials import header_credentials, keys_elsewhere
from mockserver.generation.supply import SeededSupply
from mockserver.model.types import Model
from tests.corpus.documents import Sample
from tests.corpus.lives.life import DerivedLife, Verdict, is_of_one_request
from tests.measures.played import JUDGE, UNDERSTUDY

COMMAND = f"{UNDERSTUDY} mock {{document}} -p {{port}} -q"

OWN = {"authorization": "Authorization", "x-api-key": "X-Api-Key"}
"""How the judge spells the headers that it sends by itself."""
SERVER_ERROR = re.compile(r"^\s+5\d\d ", re.M)
"""How the judge shows a reply whose status is a 5xx."""


def has_judge() -> bool:
    """Tell whether the judge is on this machine."""
    return (JUDGE / "judge.py").is_file()


def judged(
    sample: Sample,
    model: Model,
    lives: Sequence[DerivedLife],
    command: str = COMMAND,
    at_root: bool = False,
) -> list[Verdict]:
    """Return what comes of lives on a server that a command starts; `at_root` is without the base
    path.
    """
    played = {each.collection: each for each in lives if each.played is not None}
    unplayed = [Verdict(each) for each in lives if each.played is None]
    if not played:
        return unplayed
    said = {
        "document": str(sample.path),
        "base": model.base_paths[0].rstrip("/"),
        "headers": _headers(model),
        "query": _keys(model),
        "lives": [each.played for each in played.values()],
    }
    found = []
    for told in _played(said, command, at_root):
        collection = told["life"].partition(" / ")[2]
        failures = tuple(_failure(each) for each in told["failures"])
        errors = sum(bool(SERVER_ERROR.search(each["exchange"])) for each in told["failures"])
        found.append(Verdict(played[collection], told["steps"], failures, errors))
    return [*found, *unplayed]


def _failure(told: Mapping[str, str]) -> str:
    exchange = " ".join(told["exchange"].split())
    return f"{told['step']}: {told['why']} [{exchange[:700]}]"


def _played(said: Mapping[str, Any], command: str, at_root: bool) -> list[Any]:
    """Return what the judge tells of the lives of one document."""
    with TemporaryDirectory() as folder:
        lives, out = Path(folder) / "lives", Path(folder) / "told.json"
        lives.mkdir()
        (lives / "derived.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
        options = ["--lives", str(lives), "--corpus", folder, "--command", command]
        options += ["--json", str(out), *(["--no-base"] if at_root else [])]
        line = [sys.executable, "judge.py", *options]
        subprocess.run(line, cwd=JUDGE, capture_output=True, check=False)
        told: list[Any] = json.loads(out.read_text("utf-8"))
        return told


def _headers(model: Model) -> dict[str, str]:
    """Return the headers that some operation requires, and what lets a client in; not a key that
    differs from request to request.
    """
    supply, found = SeededSupply(model.document.spec, 1), dict[str, Any]()
    for each in model.operations:
        found |= sample_parameters(model.document.spec, each, "header", supply, "header")
    sent = {
        name: text(value)
        for name, value in found.items()
        if text(value).isascii() and not is_of_one_request(name)
    }
    sent |= header_credentials(model, model.base_paths[0])
    return {OWN.get(name.lower(), name): value for name, value in sent.items()}


def _keys(model: Model) -> dict[str, str]:
    """Return the keys that travel in the query."""
    schemes = (model.document.spec.get("components") or {}).get("securitySchemes") or {}
    keys = keys_elsewhere(model)
    return {schemes[name]["name"]: keys[name] for name in keys if schemes[name]["in"] == "query"}
