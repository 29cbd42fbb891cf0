"""The browser of the tests that look at a page: where it is, and how it is started."""

from __future__ import annotations

import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 30_000
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason=f"no Chromium is on the PATH: {', '.join(NAMES)}"
)
