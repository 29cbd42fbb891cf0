"""An agent looks into a mock and steers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.errors import SettingsError
from tests.agents.conftest import MakeAgent

BOOK = {"title": "Kindred", "author": "Octavia E. Butler"}


def test_every_tool_and_every_argument_is_described(agent_of: MakeAgent) -> None:
    tools = agent_of("bookshop").tools()
    assert len(tools) > 20
    for tool in tools.values():
        assert tool.description
        assert tool.annotations is not None
        assert tool.input_schema["type"] == "object"


def test_apis_and_operations_are_listed_and_explained(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    assert agent.told("list_apis")["apis"][0]["resources"] == ["books", "shelves"]
    operations = agent.told("list_operations")["operations"]
    assert {"operation": "GET /shelves", "kind": "list"}.items() <= operations[0].items()
    assert agent.told("explain", api="bookshop")["resources"]


def test_a_record_is_put_read_listed_and_removed(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("put_record", resource="shelves", record={"id": 9, "name": "Poetry"})
    assert agent.told("read_record", resource="shelves", key=9)["record"]["name"] == "Poetry"
    assert agent.told("count_records")["resources"]["shelves"] == 4
    listed = agent.told("list_records", resource="shelves", limit=1, offset=3)
    assert (listed["records"][0]["id"], listed["meta"]["total"]) == (9, 4)
    agent.told("remove_record", resource="shelves", key=9)
    assert "'9'" in agent.refused("read_record", resource="shelves", key=9)


def test_what_is_not_there_is_an_error_that_names_what_is(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    assert "it has books, shelves" in agent.refused("list_records", resource="boats")
    assert "these are: bookshop" in agent.refused("explain", api="shop")
    assert "resource" in agent.refused("list_records")
    assert "limit" in agent.refused("list_records", resource="books", limit=0)


def test_one_of_several_apis_has_to_be_named(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop", "shoplazza")
    assert "bookshop, shoplazza" in agent.refused("count_records")
    assert agent.told("count_records", api="bookshop")["resources"]["shelves"] == 3


def test_a_call_is_sent_with_credentials_and_found_in_the_journal(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    made = agent.told("send_call", method="post", path="/shelves/2/books", body=BOOK)
    assert (made["status"], made["body"]["title"]) == (201, "Kindred")
    query = {"author": "Octavia E. Butler"}
    found = agent.told("send_call", method="GET", path="/shelves/2/books", query=query)
    assert found["body"]["total"] == 1
    assert agent.told("list_calls", limit=1)["meta"]["total"] == 2
    matching = agent.told("find_calls", pattern={"method": "POST", "status": 201})
    assert len(matching["requests"]) == 1
    assert "bookshop-key" not in str(matching)


def test_a_refusal_is_a_reply_of_a_call(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    refused = agent.told("send_call", method="GET", path="/shelves", credentials=False)
    assert refused["status"] == 401


def test_a_call_reaches_the_apis_of_the_mock_and_nothing_else(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    for path in ("https://example.com/", "@example.com/", "/__admin/reset"):
        assert "path" in agent.refused("send_call", method="GET", path=path)
    assert agent.told("send_call", method="GET", path="//example.com/")["status"] == 404


def test_what_no_request_can_hold_is_told(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    assert "cannot be sent" in agent.refused("send_call", method="GET", path="/a\x00b")
    headers = {"X-Name": "\u4f60"}
    assert "cannot be sent" in agent.refused(
        "send_call", method="GET", path="/shelves", headers=headers
    )


def test_near_misses_are_told(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("send_call", method="GET", path="/shelve")
    unmatched = agent.told("list_unmatched_calls")["nearMisses"]
    assert "GET /shelves" in unmatched[0]["operations"]
    near = agent.told("find_near_misses", pattern={"method": "GET", "urlPath": "/shelves"})
    assert near["nearMisses"][0]["differences"]
    assert "methud" in agent.refused("find_near_misses", pattern={"methud": "GET"})


def test_a_planned_fault_strikes_until_it_is_cleared(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("plan_fault", fault={"operation": "GET /shelves", "status": 503})
    get = {"method": "GET", "path": "/shelves"}
    assert agent.told("send_call", **get)["status"] == 503
    assert agent.told("list_faults")["faults"][0]["struck"] == 1
    agent.told("clear_faults")
    assert agent.told("send_call", **get)["status"] == 200
    assert "stauts" in agent.refused("plan_fault", fault={"stauts": 503})


def test_a_closed_connection_is_an_error_and_no_crash(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("plan_fault", fault={"reset": True})
    assert "closed the connection" in agent.refused("send_call", method="GET", path="/shelves")


def test_a_planned_reply_takes_the_place_of_the_api(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("plan_reply", operation="GET /shelves", status=418, body={"kettle": "on"}, times=1)
    get = {"method": "GET", "path": "/shelves"}
    replies = [agent.told("send_call", **get) for _ in range(2)]
    assert [reply["status"] for reply in replies] == [418, 200]
    assert replies[0]["body"] == {"kettle": "on"}


def test_the_clock_is_steered(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("set_clock", action="freeze", moment="2026-01-01T00:00:00Z")
    assert agent.told("set_clock", action="advance", seconds=60)["now"].startswith(
        "2026-01-01T00:01"
    )
    assert agent.told("set_clock", action="resume")["frozen"] is False
    assert "action" in agent.refused("set_clock", action="turn")


def test_a_snapshot_is_restored_and_reset_goes_back_to_the_start(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    agent.told("take_snapshot", name="full")
    agent.told("remove_record", resource="shelves", key=1)
    agent.told("restore_snapshot", name="full")
    assert agent.told("count_records")["resources"]["shelves"] == 3
    agent.told("remove_record", resource="shelves", key=1)
    agent.told("reset")
    assert agent.told("count_records")["resources"]["shelves"] == 3
    assert "'half'" in agent.refused("restore_snapshot", name="half")


def test_operations_stand_beside_what_steers_them(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop", tools="all")
    agent.told("createShelf", body={"name": "Poetry"})
    assert agent.told("count_records")["resources"]["shelves"] == 4


def test_only_a_server_of_the_command_line_is_checked(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop")
    assert "--target" in agent.refused("check", target="https://example.com")


def test_a_new_version_is_held_against_the_old_one(agent_of: MakeAgent, tmp_path: Path) -> None:
    document = (
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n"
        "    get: {responses: {'200': {description: A.}}}\n"
    )
    file = tmp_path / "things.yaml"
    file.write_text(document, "utf-8")
    agent = agent_of(str(file))
    new = document.replace("  /a:", "  /b:")
    told = agent.told("diff", new_document=new, max_time=5)
    assert "GET /a" in str(told)
    assert "one of them" in agent.refused("diff")
    assert "openapi.yaml" in agent.refused("diff", new_document="[", max_time=5)


def test_patterns_that_no_operation_fits_are_told(agent_of: MakeAgent) -> None:
    with pytest.raises(SettingsError, match="no operation fits PUT /x"):
        agent_of("bookshop", tools="operations", only=("PUT /x",))
