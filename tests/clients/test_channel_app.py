"""The vendor's channel client, unmodified: what it does step by step, in one call, and to whom it
reports errors.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from mockserver.app import Settings
from mockserver.server import MockServer
from tests.clients.channel_app import install
from tests.clients.conftest import Stage
from tests.clients.sdk import TOKEN
from tests.conftest import fresh_app

Record = dict[str, Any]
DRIVER = Path(__file__).parent / "channel_app" / "driver.py"
STATE = "products-sent"
STOCK = "channel_app.omnitron.integration"
OF_A_PROJECT = "omnitron_of_a_project"
PATIENCE_S = 60.0
ANYWHERE = {"CACHE_HOST": "127.0.0.1", "CACHE_PORT": "1", "CACHE_DATABASE_INDEX": "0"}
SETTINGS = {
    "OMNITRON_USERNAME": "u",
    "OMNITRON_PASSWORD": "p",
    "OMNITRON_CATALOG_ID": "1",
    **ANYWHERE,
}


class Client:
    """A process of the client for one channel; it takes a step when it is told to."""

    def __init__(self, url: str, python: Path, channel: int, integration: str) -> None:
        where = {
            "MOCK_URL": url,
            "MAIN_APP_URL": "127.0.0.1:1",
            "OMNITRON_CHANNEL_ID": str(channel),
        }
        modules = {"OMNITRON_MODULE": integration, "CHANNEL_MODULE": "marketplace"}
        environment = {"PATH": os.environ["PATH"], **SETTINGS, **where, **modules}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([python, DRIVER], env=environment, **pipes)
        self._end = threading.Timer(PATIENCE_S, self._process.kill)

    def __enter__(self) -> Self:
        self._end.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._end.cancel()

    def plays(self, step: str, *arguments: Any) -> Any:
        """Return what a step of driver.py comes to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([step, *arguments]), file=self._process.stdin, flush=True)
        outcome = json.loads(self._process.stdout.readline())
        assert "raised" not in outcome, outcome["raised"]
        return outcome["result"]


class World:
    """What the mock holds, as anyone is told over HTTP."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(
            base_url=f"{url}api/v1/", headers={"Authorization": TOKEN}, trust_env=False
        )

    def of_channel(self, path: str, channel: int = 5, **params: Any) -> list[Record]:
        reply = self.http.get(f"channel/{channel}/{path}/", params={"limit": 100, **params})
        body = reply.json()
        listed: list[Record] = body if isinstance(body, list) else body["results"]
        return listed

    def pending(self, which: str, channel: int = 5) -> list[int]:
        """Return the keys of a pending list of images."""
        return [image["pk"] for image in self.of_channel(f"product_images/{which}", channel)]

    def actions(self, channel: int = 5) -> dict[int, tuple[str, str | None]]:
        """Return status and remote ID of the images that a channel has or tried to get."""
        told = self.of_channel("integration_actions", channel, content_type_name="productimage")
        return {action["object_id"]: (action["status"], action["remote_id"]) for action in told}

    def batches(self, channel: int = 5) -> list[str]:
        return [batch["status"] for batch in self.of_channel("batch_requests", channel)]

    def reports(self, channel: int = 5) -> list[Record]:
        return self.of_channel("error_reports", channel)

    def edit(self, pk: int, order: int) -> None:
        assert self.http.patch(f"product_image/{pk}/", json={"order": order}).status_code == 200


Clients = Callable[..., Client]


@pytest.fixture(scope="session")
def python() -> Path:
    """The client's interpreter. Only who has not asked for the client goes without it."""
    folder = install.chosen_folder()
    if not install.is_installed(folder):
        told = f"no channel-app {install.VERSION} in {folder}: {install.COMMAND}"
        if install.VARIABLE in os.environ:
            pytest.fail(told)
        pytest.skip(told)
    return install.interpreter(folder)


@pytest.fixture
def url(house: tuple[MockServer, Stage], python: Path) -> str:
    """An Omnitron whose channels have the products of the first three images."""
    mock, stage = house
    stage.app = fresh_app("omnitron", Settings(fixtures=STATE))
    return f"{mock.url}/"


@pytest.fixture
def world(url: str) -> Iterator[World]:
    world = World(url)
    with world.http:
        yield world


@pytest.fixture
def client_of(url: str, python: Path) -> Clients:
    """Make a client of a channel, with the integration of the package or another."""

    def client_of(channel: int = 5, integration: str = STOCK) -> Client:
        return Client(url, python, channel, integration)

    return client_of


def test_new_images_are_committed_sent_polled_and_done(client_of: Clients, world: World) -> None:
    with client_of() as client:
        batch = client.plays("open")
        assert batch["status"] == "initialized"
        got = client.plays("images", "get_inserted_images")
        assert got == [
            {"pk": pk, "remote_id": of} for pk, of in [(1, "C-1"), (2, "C-1"), (3, "C-2")]
        ]
        assert world.batches() == ["commit"]
        assert world.pending("inserts") == []
        assert world.actions() == dict.fromkeys([1, 2, 3, 4], ("processing", None))
        assert client.plays("poll") == []
        sent = client.plays("sent", "remote-1")
        assert sent == {
            "pk": batch["pk"],
            "status": "sent_to_remote",
            "remote_batch_id": "remote-1",
        }
        assert client.plays("poll") == [sent]
        assert client.plays("ongoing")["status"] == "ongoing"
        assert client.plays("poll") == [sent | {"status": "ongoing"}]
        assert client.plays("done", {"1": "R-1", "2": 12345, "3": "R-3"})["status"] == "done"
        assert client.plays("poll") == []
    assert world.batches() == ["done"]
    assert world.actions() == {
        1: ("success", "R-1"),
        2: ("success", "12345"),
        3: ("success", "R-3"),
        4: ("error", None),
    }
    assert world.pending("inserts_or_updates") == [4]


def test_an_image_of_a_product_that_the_channel_lacks_is_reported(
    client_of: Clients, world: World
) -> None:
    with client_of() as client:
        client.plays("open")
        client.plays("images", "get_inserted_images")
    (report,) = world.reports()
    assert report["raw_response"] == "channel_app-Product has not been sent"
    assert (report["action_content_type"], report["action_object_id"]) == (2, 4)
    assert (report["target_content_type"], str(report["target_object_id"])) == (5, "5")
    assert moment(report["obj_modified_date"]) == datetime(2024, 4, 8, 7, 13, 28, 123456, UTC)


def test_a_batch_that_fails_gives_its_images_back(client_of: Clients, world: World) -> None:
    with client_of() as client:
        client.plays("open")
        client.plays("images", "get_inserted_images")
        client.plays("sent", "remote-1")
        assert client.plays("fail")["status"] == "fail"
    assert world.batches() == ["fail"]
    assert world.actions() == dict.fromkeys([1, 2, 3, 4], ("error", None))
    assert world.pending("inserts") == [1, 2, 3, 4]


def test_a_changed_image_is_sent_again_under_its_remote_id(
    client_of: Clients, world: World
) -> None:
    sent_all(client_of)
    world.edit(2, order=7)
    with client_of() as client:
        client.plays("open")
        assert client.plays("images", "get_updated_images") == [{"pk": 2, "remote_id": "R-2"}]
        assert world.pending("updates") == []
        client.plays("sent", "remote-2")
        client.plays("ongoing")
        client.plays("done", {"2": "R-2"})
    assert world.pending("updates") == []
    assert world.actions()[2] == ("success", "R-2")


def test_an_image_that_is_edited_while_locked_is_stale_when_its_batch_is_done(
    client_of: Clients, world: World
) -> None:
    with client_of() as client:
        client.plays("open")
        client.plays("images", "get_inserted_images")
        world.edit(1, order=7)
        assert world.pending("inserts_or_updates") == []
        client.plays("sent", "remote-1")
        client.plays("done", {"1": "R-1", "2": "R-2", "3": "R-3", "4": "R-4"})
        assert world.pending("updates") == [1]
        client.plays("open")
        assert client.plays("images", "get_updated_images") == [{"pk": 1, "remote_id": "R-1"}]


def test_two_channels_take_the_same_images_at_once(client_of: Clients, world: World) -> None:
    with client_of(5) as one, client_of(6) as other:
        one.plays("open")
        one.plays("images", "get_inserted_images")
        assert world.pending("inserts", channel=6) == [1, 2, 3, 4]
        other.plays("open")
        got = other.plays("images", "get_inserted_images")
        assert [image["remote_id"] for image in got] == ["M-1", "M-1", "M-2"]
        mine, theirs = one.plays("sent", "remote-5"), other.plays("sent", "remote-6")
        assert (one.plays("poll"), other.plays("poll")) == ([mine], [theirs])
        one.plays("done", {"1": "R-1", "2": "R-2", "3": "R-3", "4": "R-4"})
        other.plays("fail")
    assert (world.batches(5), world.batches(6)) == (["done"], ["fail"])
    assert (world.pending("inserts", 5), world.pending("inserts", 6)) == ([], [1, 2, 3, 4])
    assert {status for status, _ in world.actions(5).values()} == {"success"}
    assert {status for status, _ in world.actions(6).values()} == {"error"}


def test_a_second_batch_of_images_fails_while_one_is_in_commit_and_says_so(
    client_of: Clients, world: World
) -> None:
    with client_of() as first, client_of() as second:
        first.plays("open")
        first.plays("images", "get_inserted_images")
        second.plays("insert", True)
        assert world.batches() == ["commit", "fail"]
        assert world.actions() == dict.fromkeys([1, 2, 3, 4], ("processing", None))
    assert "batch_request_status_100_1" in world.reports()[-1]["raw_response"]


def test_where_nothing_is_new_the_batch_is_done_at_once(client_of: Clients, world: World) -> None:
    with client_of() as client:
        client.plays("update", True)
    assert world.batches() == ["done"]
    assert world.actions() == {}


def test_one_call_finds_the_products_and_ends_as_the_package_ends_it(
    client_of: Clients, world: World
) -> None:
    """The package takes the list of images of a product for an image: its own error, which it
    reports.
    """
    with client_of() as client:
        client.plays("insert", True)
    assert world.batches() == ["fail"]
    assert world.actions() == dict.fromkeys([1, 2, 3, 4], ("error", None))
    assert world.pending("inserts") == [1, 2, 3, 4]
    lacking, sent, ended = world.reports()
    assert (lacking["action_content_type"], lacking["is_ok"]) == (2, False)
    assert (sent["action_content_type"], sent["is_ok"]) == (6, True)
    assert "R-7832783278" in sent["raw_response"]
    assert (ended["error_desc"], ended["is_ok"]) == ("Omnitron-ProcessImageBatchRequests", False)
    assert "'list' object has no attribute 'pk'" in ended["raw_response"]


@pytest.mark.parametrize("channel", [5, 6])
def test_one_call_sends_what_is_new_and_ends_in_done(
    client_of: Clients, world: World, channel: int
) -> None:
    with client_of(channel, OF_A_PROJECT) as client:
        client.plays("refuse", "7832783278")
        client.plays("insert", True)
    assert world.batches(channel) == ["done"]
    taken = ("success", "R-1182701025")
    assert world.actions(channel) == {1: taken, 2: taken, 3: ("error", None), 4: ("error", None)}
    assert world.pending("inserts", channel) == [3, 4]
    assert [report["is_ok"] for report in world.reports(channel)] == [False, True, False, False]


def test_one_call_sends_what_has_changed(client_of: Clients, world: World) -> None:
    sent_all(client_of)
    world.edit(3, order=7)
    with client_of(5, OF_A_PROJECT) as client:
        client.plays("update", True)
    assert world.batches() == ["done", "done"]
    assert world.actions()[3] == ("success", "R-7832783278")
    assert world.pending("inserts_or_updates") == []


def test_a_batch_that_the_channel_works_on_is_asked_for_until_it_is_done(
    client_of: Clients, world: World
) -> None:
    with client_of(5, OF_A_PROJECT) as client:
        client.plays("insert", False)
        (batch,) = world.of_channel("batch_requests")
        assert (batch["status"], batch["remote_batch_id"]) == (
            "sent_to_remote",
            f"remote-{batch['pk']}",
        )
        client.plays("take_time", batch["remote_batch_id"])
        client.plays("check")
        assert world.batches() == ["ongoing"]
        assert world.actions() == dict.fromkeys([1, 2, 3, 4], ("processing", None))
        client.plays("check")
        assert world.batches() == ["done"]
        client.plays("check")
    assert {pk for pk, (status, _) in world.actions().items() if status == "success"} == {1, 2, 3}


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-11-29 14:25:31",
        "2026-11-29T14:25:31",
        "2026-11-29T14:25:31Z",
        "2026-11-29T17:25:31.000000+03:00",
    ],
)
def test_an_error_is_reported_however_its_moment_is_spelled(
    client_of: Clients, world: World, spelled: str
) -> None:
    with client_of() as client:
        batch = client.plays("open")
        client.plays("report", spelled)
    (report,) = world.reports()
    assert (report["error_code"], report["action_object_id"]) == ("told", batch["pk"])
    assert moment(report["obj_modified_date"]) == datetime(2026, 11, 29, 14, 25, 31, tzinfo=UTC)


def test_the_client_is_looked_for_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(install.VARIABLE, str(tmp_path))
    assert install.chosen_folder() == tmp_path
    assert not install.is_installed(tmp_path)
    monkeypatch.delenv(install.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert install.chosen_folder() == tmp_path / "understudy" / f"channel-app-{install.VERSION}"


def sent_all(client_of: Clients) -> None:
    """Have channel 5 take all images."""
    with client_of() as client:
        client.plays("open")
        client.plays("images", "get_inserted_images")
        client.plays("sent", "remote-1")
        client.plays("done", {"1": "R-1", "2": "R-2", "3": "R-3", "4": "R-4"})


def moment(text: str) -> datetime:
    """Return a moment; one without a zone is UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
