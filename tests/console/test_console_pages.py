"""The files of the console: who gets them, and by what rules a browser keeps to them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from mockserver.app import Settings
from mockserver.control.console_pages import FOLDER, MEDIA_TYPES, console_files
from tests.conftest import client_of, fresh_app

pytestmark = pytest.mark.anyio
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FILES = console_files()
MODULES = sorted(name for name in FILES if name.endswith(".js"))
NAMED = re.compile(r'(?:from|import)\s*"([^"]+)"')
LINKED = re.compile(r'(?:src|href)="(console/[^"]+)"')


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(fresh_app("bookshop")) as client:
        yield client


async def test_a_browser_gets_the_console(client: httpx.AsyncClient) -> None:
    reply = await client.get("/__admin/", headers=BROWSER)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert 'src="console/app.js"' in reply.text


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "text/*", ""])
async def test_who_does_not_ask_for_html_gets_the_list_of_documents(
    client: httpx.AsyncClient, accepted: str
) -> None:
    reply = await client.get("/__admin/", headers={"Accept": accepted})
    assert (reply.status_code, "openapi.json" in reply.text) == (200, True)
    assert "console/app.js" not in reply.text


async def test_the_page_is_found_without_its_last_slash(client: httpx.AsyncClient) -> None:
    reply = await client.get("/__admin", headers=BROWSER)
    assert (reply.status_code, reply.headers["location"]) == (307, "__admin/")


async def test_the_page_runs_no_script_but_its_own(client: httpx.AsyncClient) -> None:
    reply = await client.get("/__admin/", headers=BROWSER)
    policy = reply.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'"} <= set(policy)
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", reply.text)


@pytest.mark.parametrize("name", sorted(FILES))
async def test_each_file_is_served_as_what_it_is(client: httpx.AsyncClient, name: str) -> None:
    reply = await client.get(f"{FOLDER}{name}")
    assert (reply.status_code, reply.content) == (200, FILES[name])
    assert reply.headers["content-type"] == MEDIA_TYPES[name.rpartition(".")[2]]
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", MODULES)
def test_each_module_imports_files_that_are_there(name: str) -> None:
    folder = posixpath.dirname(name)
    named = NAMED.findall(FILES[name].decode())
    assert {posixpath.normpath(posixpath.join(folder, each)) for each in named} <= FILES.keys()


def test_the_page_links_files_that_are_there() -> None:
    linked = LINKED.findall(FILES["index.html"].decode())
    assert {each.removeprefix("console/") for each in linked} <= FILES.keys()


def test_each_library_has_its_license() -> None:
    packages = {"preact", "htm", "signals", "signals-core"}
    assert {f"vendor/{name}.LICENSE" for name in packages} <= FILES.keys()


async def test_a_file_that_has_not_changed_is_not_sent_again(client: httpx.AsyncClient) -> None:
    tag = (await client.get(f"{FOLDER}app.js")).headers["etag"]
    again = await client.get(f"{FOLDER}app.js", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_head_tells_what_get_does(client: httpx.AsyncClient) -> None:
    got = await client.get("/__admin/", headers=BROWSER)
    told = await client.head("/__admin/", headers=BROWSER)
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("name", ["../steering.py", "nothing.js", "vendor", ""])
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"{FOLDER}{name}", headers=BROWSER)).status_code == 404


async def test_the_console_of_a_space_is_below_its_prefix(client: httpx.AsyncClient) -> None:
    page = await client.get("/__space/blue/__admin/", headers=BROWSER)
    module = await client.get("/__space/blue/__admin/console/app.js")
    assert ("console/app.js" in page.text, module.status_code) == (True, 200)


async def test_a_page_of_another_site_gets_nothing_of_it(client: httpx.AsyncClient) -> None:
    headers = {**BROWSER, "Origin": "https://elsewhere.example"}
    assert (await client.get("/__admin/", headers=headers)).status_code == 403


async def test_the_page_comes_without_the_token_and_what_it_shows_does_not() -> None:
    async with client_of(fresh_app("bookshop", Settings(admin_token="sesame"))) as client:
        page = await client.get("/__admin/", headers=BROWSER)
        told = await client.get("/__admin/apis")
    assert ("console/app.js" in page.text, told.status_code) == (True, 401)


async def test_there_is_no_console_without_the_control_api() -> None:
    async with client_of(fresh_app("bookshop", Settings(admin=False))) as client:
        assert "console/app.js" not in (await client.get("/__admin/", headers=BROWSER)).text
        assert (await client.get(f"{FOLDER}app.js")).status_code == 404
