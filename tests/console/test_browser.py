"""The console in a browser: what is done in the page holds in the mock, and the other way round.

Skipped where there is no Chromium; `apt-get install chromium` brings one.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from mockserver import Settings
from mockserver.server import MockServer
from mockserver.testing.mock import Mock
from tests.chromium import ARGUMENTS, CHROMIUM, PATIENCE_MS, needs_chromium

VIEWS = {
    "Calls": "calls",
    "Records": "records/bookshop/books",
    "Understood": "understood",
    "Faults": "faults",
    "Clock and snapshots": "clock",
    "Webhooks": "sent",
    "Access": "access",
    "Documents": "documents",
}
pytestmark = needs_chromium
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer("bookshop") as server:
        yield server


@pytest.fixture
def mock(server: MockServer) -> Iterator[Mock]:
    """A space of the mock, for one test."""
    space = server.space()
    yield space
    space.drop()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser finds wrong: errors, what the policy forbids, and what is asked elsewhere."""
    return []


@pytest.fixture
def page(browser: Browser, server: MockServer, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def see(request: Request) -> None:
        if not request.url.startswith(server.url):
            complaints.append(f"{request.url} is asked for")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", see)
    yield page
    context.close()


def look(page: Page, server: MockServer, mock: Mock, view: str = "calls") -> None:
    """Look at a view of the space, when it is told what happens."""
    page.goto(f"{server.url}/__admin/?space={mock.name}#/{view}")
    expect(page.get_by_role("status").filter(has_text="live")).to_be_visible()


def test_a_record_that_is_added_in_the_page_is_served(
    page: Page, server: MockServer, mock: Mock
) -> None:
    look(page, server, mock, "records/bookshop/shelves")
    page.get_by_role("button", name="Add a record").click()
    page.get_by_label("The record as JSON").fill('{"id": 9, "name": "Poetry"}')
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="shelves 9")).to_be_visible()
    shelf = httpx.get(f"{mock.url}/shelves/9", headers=mock.headers).json()
    assert shelf["name"] == "Poetry"


def test_a_record_that_is_deleted_in_the_page_is_gone(
    page: Page, server: MockServer, mock: Mock
) -> None:
    look(page, server, mock, "records/bookshop/books?key=4&under=2")
    page.get_by_role("button", name="Delete the record").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The record is deleted.")).to_be_visible()
    gone = httpx.get(f"{mock.url}/shelves/2/books/4", headers=mock.headers)
    assert gone.status_code == 404


def test_a_call_shows_as_it_comes_and_so_does_what_it_made(
    page: Page, server: MockServer, mock: Mock
) -> None:
    look(page, server, mock)
    expect(page.get_by_text("No calls yet")).to_be_visible()
    httpx.post(f"{mock.url}/shelves", json={"name": "Poetry"}, headers=mock.headers)
    page.get_by_role("link", name="201 POST /shelves").click()
    page.get_by_role("link", name="shelves 4").click()
    expect(page.get_by_label("The record", exact=True)).to_contain_text('"Poetry"')
    expect(page.get_by_role("link", name="201 POST /shelves")).to_be_visible()


def test_a_replay_makes_the_call_once_more(page: Page, server: MockServer, mock: Mock) -> None:
    httpx.post(f"{mock.url}/shelves", json={"name": "Poetry"}, headers=mock.headers)
    look(page, server, mock)
    page.get_by_role("link", name="201 POST /shelves").click()
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("was made once more, and answered 201")).to_be_visible()
    assert [call.status for call in mock.requests] == [201, 201]


def test_no_call_is_missed_where_many_come_and_others_steer(
    page: Page, server: MockServer, mock: Mock
) -> None:
    look(page, server, mock)
    with httpx.Client(headers=mock.headers) as client:
        for number in range(120):
            client.get(f"{mock.url}/shelves/{number}")
            if number % 10 == 0:
                client.post(f"{server.url}/__admin/clock/advance", json={"seconds": 1})
    expect(page.get_by_text("120 calls", exact=True)).to_be_visible()


def test_what_is_steered_elsewhere_shows_at_once(
    page: Page, server: MockServer, mock: Mock
) -> None:
    look(page, server, mock, "clock")
    asked = {"space": mock.name}
    body = {"moment": "2031-05-06T07:08:09Z"}
    httpx.post(f"{server.url}/__admin/clock/freeze", params=asked, json=body)
    expect(page.get_by_text("2031-05-06T07:08:09Z")).to_be_visible()


def test_the_browser_finds_nothing_wrong_with_any_view(
    page: Page, server: MockServer, mock: Mock, complaints: list[str]
) -> None:
    httpx.post(f"{mock.url}/shelves", json={"name": 7}, headers=mock.headers)
    look(page, server, mock)
    page.get_by_role("link", name="400 POST /shelves").click()
    expect(page.get_by_text("Why it was refused")).to_be_visible()
    for name, place in VIEWS.items():
        look(page, server, mock, place)
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text="a")).to_have_count(0)
    assert complaints == []


@pytest.mark.parametrize("place", VIEWS.values(), ids=list(VIEWS))
def test_nothing_scrolls_sideways_on_a_phone(
    page: Page, server: MockServer, mock: Mock, place: str
) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    httpx.get(f"{mock.url}/shelves/{'9' * 200}?name={'x' * 300}", headers=mock.headers)
    look(page, server, mock, place)
    expect(page.get_by_role("main")).to_contain_text("o")
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_keys_lead_to_the_views(page: Page, server: MockServer, mock: Mock) -> None:
    look(page, server, mock)
    link = page.get_by_role("link", name="Records", exact=True)
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Records", level=1)).to_be_focused()
    page.keyboard.press("Alt+4")
    expect(page.get_by_role("heading", name="Faults", level=1)).to_be_focused()


def test_the_token_is_asked_for_until_it_is_the_right_one(browser: Browser) -> None:
    with MockServer("bookshop", settings=Settings(admin_token="sesame")) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/__admin/")
        token = page.get_by_role("textbox", name="Token")
        token.fill("swordfish")
        token.press("Enter")
        expect(page.get_by_text("is not the right one")).to_be_visible()
        token.fill("sesame")
        token.press("Enter")
        expect(page.get_by_role("status").filter(has_text="live")).to_be_visible()
        page.close()
