"""Tenants: each value of a server variable has a state of its own inside each space, and begins as
the space does.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver import MockServer
from mockserver.app import Settings
from mockserver.errors import SettingsError
from mockserver.state import Collection, Put, Query
from mockserver.stores import memory
from mockserver.stores.memory import MemoryStore
from tests.asgi.stage import Stage
from tests.conftest import fresh_app

KEY = {"X-Auth-Token": "tok", "Accept": "application/json"}
BASIC = {"Authorization": "Basic YWRtaW46a2V5", "Accept": "application/json"}
FILE = {"image_file": "http://e.com/a.jpg"}


@pytest.fixture
def stage() -> Stage:
    return Stage(fresh_app("bigcommerce-v2"))


def count(stage: Stage, at: str, headers: dict[str, str] = KEY) -> int:
    return int(stage.ask(f"GET {at}/products/images/count", headers=headers).json["count"])


def make(stage: Stage, at: str) -> Any:
    return stage.ask(f"POST {at}/products/29/images", FILE, KEY)


def test_what_is_made_in_one_store_is_in_no_other(stage: Stage) -> None:
    made = make(stage, "/stores/one/v2")
    assert made.json["id"] == make(stage, "/stores/two/v2").json["id"] == 249
    make(stage, "/stores/one/v2")
    assert [count(stage, f"/stores/{name}/v2") for name in ("one", "two", "three", "abc123")] == [
        5,
        4,
        3,
        3,
    ]


def test_a_path_that_names_no_tenant_is_of_the_default_one(stage: Stage) -> None:
    make(stage, "/stores/abc123/v2")
    assert count(stage, "/api/v2", BASIC) == 4
    assert count(stage, "/stores/one/v2") == 3


def test_an_escaped_name_is_the_same_tenant(stage: Stage) -> None:
    make(stage, "/stores/%61bc123/v2")
    assert count(stage, "/stores/abc123/v2") == 4


def test_each_space_has_tenants_of_its_own_which_a_reset_brings_back_to_the_start(
    stage: Stage,
) -> None:
    make(stage, "/__space/a/stores/one/v2")
    assert [
        count(stage, f"{space}/stores/one/v2") for space in ("/__space/a", "/__space/b", "")
    ] == [4, 3, 3]
    assert stage.ask("POST /__space/a/__admin/reset").status == 200
    assert count(stage, "/__space/a/stores/one/v2") == 3


def test_a_snapshot_takes_all_tenants_along(stage: Stage) -> None:
    make(stage, "/stores/one/v2")
    stage.ask("POST /__admin/snapshots", {"name": "made"})
    stage.ask("DELETE /stores/one/v2/products/29/images", headers=KEY)
    make(stage, "/stores/two/v2")
    stage.ask("POST /__admin/snapshots/made/restore")
    assert [count(stage, f"/stores/{name}/v2") for name in ("one", "two")] == [4, 3]


def test_the_control_api_looks_at_a_tenant_where_one_is_named(stage: Stage) -> None:
    stage.ask("PUT /__admin/state/bigcommerce-v2/products?tenant=one", {"id": 50})
    assert stage.ask("GET /stores/one/v2/products/50", headers=KEY).status == 200
    assert stage.ask("GET /stores/abc123/v2/products/50", headers=KEY).status == 404
    assert (
        stage.ask("GET /__admin/state/bigcommerce-v2?tenant=one").json["resources"]["products"] == 4
    )
    assert (
        stage.ask("GET /__admin/state/bigcommerce-v2?tenant=abc123").json["resources"]["products"]
        == 3
    )
    refused = Stage(fresh_app("bookshop")).ask("GET /__admin/state/bookshop?tenant=one")
    assert (refused.status, "no tenants" in refused.json["detail"]) == (422, True)


@pytest.mark.parametrize("word", ["lost_write", "stale_read"])
def test_a_fault_strikes_the_state_of_the_tenant_and_leaves_the_start_to_new_ones(
    stage: Stage, word: str
) -> None:
    make(stage, "/stores/abc123/v2")
    stage.ask("POST /__admin/faults", {word: True})
    made = make(stage, "/stores/one/v2")
    assert made.status == 201
    assert count(stage, "/stores/one/v2") == 3
    stage.ask("DELETE /__admin/faults")
    assert count(stage, "/stores/one/v2") == (3 if word == "lost_write" else 4)


def test_what_is_populated_every_tenant_begins_with() -> None:
    stage = Stage(fresh_app("bigcommerce-v2", Settings(populate=5)))
    assert count(stage, "/stores/one/v2") == count(stage, "/stores/abc123/v2") > 3


def test_a_mock_shows_the_records_of_a_tenant() -> None:
    with MockServer("bigcommerce-v2", "bookshop") as server:
        mock = server.space(records={"products": [{"id": 77}]})
        mock.state_of("one")["products"].put({"id": 78})
        assert [mock.state_of(name)["products"].count() for name in ("one", "two", "abc123")] == [
            5,
            4,
            4,
        ]
        assert mock.state["products"].count() == 4
        with pytest.raises(SettingsError, match="no tenants"):
            MockServer("bookshop").state_of("one")


def test_so_many_tenants_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST_PARTS", 3)
    store, things = MemoryStore(), Collection("things")
    for name in "abcd":
        with store.part(name, store).transaction() as transaction:
            transaction.apply([Put(things, "1", {"id": 1})])
    totals = [store.part(name, store).select(things, Query()).total for name in "bcda"]
    assert totals == [1, 1, 1, 0]
