"""The reserved path is never taken by a parameter of a mocked API, and is left to an API that
declares it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.app import make_app
from tests.conftest import client_of

DOCUMENT = """
openapi: 3.0.3
info: {title: Taken, version: '1'}
paths:
  %s:
    get:
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}, example: {own: 1}}}}}
"""


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "is_own"), [("/{bucket}/{item}", False), ("/__admin/health", True)]
)
async def test_the_reserved_path_is_ours_unless_it_is_declared_word_for_word(
    tmp_path: Path, path: str, is_own: bool
) -> None:
    file = tmp_path / "taken.yaml"
    file.write_text(DOCUMENT % path)
    async with client_of(make_app([str(file)])) as client:
        assert ("apis" not in (await client.get("/__admin/health")).json()) is is_own
