"""Every transcript holds: the mock answers each request of tests/transcripts/*.md as it says."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import client_of, fresh_app
from tests.transcripts.transcript import Bindings, Section, compare, read_transcript

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.md"))
SECTIONS = [
    pytest.param(section, id=f"{path.stem}: {section.law}")
    for path in FILES
    if path.stem != "README"
    for section in read_transcript(path)
]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_mock_answers_as_the_transcript_says(section: Section) -> None:
    asyncio.run(_play(section))


async def _play(section: Section) -> None:
    bindings = Bindings()
    async with client_of(fresh_app(section.api)) as client:
        for request, expected in section.pairs:
            method, _, target = bindings.fill(request.first).partition(" ")
            headers = [(name, bindings.fill(value)) for name, value in request.headers]
            body = bindings.fill(request.body)
            reply = await client.request(
                method, target, headers=headers, content=body.encode() if body else None
            )
            compare(bindings, expected, reply, f"{method} {target}")
