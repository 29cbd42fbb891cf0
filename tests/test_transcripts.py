"""Every transcript holds: the mock answers each request of tests/transcripts/*.md as it says."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest

from mockserver.app import Settings
from tests.conftest import app_of, client_of, fresh_space
from tests.databases import new_database
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
    asyncio.run(_play(section, Settings()))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_mock_on_a_database_does_too(section: Section) -> None:
    asyncio.run(_play(section, Settings(store=_database(), fresh=True)))


@cache
def _database() -> str:
    return new_database("sqlite")


async def _play(section: Section, settings: Settings) -> None:
    bindings = Bindings()
    space = fresh_space(section.api, settings)
    async with client_of(app_of(space, settings)) as client:
        for request, expected in section.pairs:
            method, _, target = bindings.fill(request.first).partition(" ")
            headers = [(name, bindings.fill(value)) for name, value in request.headers]
            body = bindings.fill(request.body)
            reply = await client.request(
                method, target, headers=headers, content=body.encode() if body else None
            )
            compare(bindings, expected, reply, f"{method} {target}")
    space.store.close()
