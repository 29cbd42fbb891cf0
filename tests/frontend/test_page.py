"""A frontend developer's page, served from another origin, works against the mock in a browser:
with cookies and a header of its own, which a browser asks about first.

Skipped where there is no Chromium.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from mockserver.server import MockServer
from tests.chromium import ARGUMENTS, CHROMIUM, PATIENCE_MS, needs_chromium

FOLDER = Path(__file__).parent / "page"
pytestmark = needs_chromium


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    """Where the page is served: another port is another origin (RFC 6454)."""
    handler = partial(Quiet, directory=str(FOLDER))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


def test_a_page_of_another_origin_reads_and_writes_with_credentials(
    page: Page, origin: str
) -> None:
    page.set_default_timeout(PATIENCE_MS)
    with MockServer("bookshop") as mock:
        page.context.add_cookies([{"name": "visit", "value": "7", "url": mock.url}])
        page.goto(f"{origin}/index.html?api={mock.url}")
        expect(page.locator("#shelves li")).to_have_count(3, timeout=PATIENCE_MS)
        page.get_by_label("Name").fill("Poetry")
        page.get_by_role("button", name="Add").click()
        expect(page.locator("#shelves")).to_contain_text("Poetry", timeout=PATIENCE_MS)
        expect(page.get_by_role("status")).to_have_text("added")
        assert mock.state["shelves"].count() == 4
        mock.assert_called("POST /shelves", headers={"Cookie": {"contains": "visit"}}, times=1)
        mock.reply("POST /shelves", status=409, json={"detail": "no more room"}, times=1)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("status")).to_have_text("no more room", timeout=PATIENCE_MS)
