"""A recording as traffic: a file and the API that it is of in, calls and answers below a base path
out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from contracts.drift.comparison import Traffic
from contracts.errors import RecordingError
from contracts.targets.recording import read_recording
from mockserver.model.servers import filled
from mockserver.model.types import Model

LOOKED_AT = 200
"""Calls by which the base path is found."""


def recorded_traffic(path: Path, model: Model) -> Traffic:
    """Return the calls of a recording, numbered in their order. Raises RecordingError."""
    exchanges = [
        replace(each, number=number) for number, each in enumerate(read_recording(path), 1)
    ]
    return Traffic(exchanges, "", base_of([each.sent.target for each in exchanges], model, path))


def base_of(paths: list[str], model: Model, path: Path) -> str:
    """Return the path before the operations' paths under which most requests are. Raises
    RecordingError.
    """
    found: dict[str, int] = {}
    for template in model.base_paths:
        usual = filled(model.document.spec, template).rstrip("/")
        start = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(template.rstrip("/")))
        pattern = re.compile(f"(?:{re.escape(usual)}|{start})(?=/)")
        routes = [
            re.compile(re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(each.path)))
            for each in model.operations
        ]
        for asked in paths[:LOOKED_AT]:
            bare = asked.partition("?")[0]
            match = pattern.match(bare)
            if match and any(route.fullmatch(bare[match.end() :]) for route in routes):
                found[match.group()] = found.get(match.group(), 0) + 1
    if not found:
        raise RecordingError(
            str(path), f"holds no call of {model.name}: is it a recording of another API?"
        )
    return max(found, key=lambda base: found[base])
