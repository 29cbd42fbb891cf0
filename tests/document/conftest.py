"""The fixture that writes a document and loads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.document import Document, load_document
from tests.document.documents import Load


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a document (a value or a text) and files beside it, and load it."""

    def load(
        content: Any, file: str = "openapi.json", *, strict: bool = False, **files: Any
    ) -> Document:
        for name, other in {file: content, **files}.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(other if isinstance(other, str) else json.dumps(other), "utf-8")
        return load_document(tmp_path / file, strict=strict)

    return load
