"""One law for each kind of operation."""

from __future__ import annotations

from functools import partial

import pytest

from mockserver.behavior.decide import BEHAVIORS
from mockserver.call import ProblemKind, Violation
from mockserver.model.types import Kind
from tests.behavior.world import START, THINGS, World
from tests.conftest import APIS, model_of

ONE = {"id": 1}


def named(count: int) -> World:
    return World().seed(
        things=[{"id": number, "name": f"n{number}"} for number in range(1, count + 1)]
    )


def test_every_kind_has_a_behavior() -> None:
    assert set(BEHAVIORS) | {Kind.STATELESS, Kind.ACTION} == set(Kind)


def test_what_was_created_can_be_read() -> None:
    world = World()
    made = world.value("POST /things", {"name": "a"})
    assert made["name"] == "a"
    assert world.value("GET /things/{id}", path={"id": made["id"]}) == made


def test_a_created_record_has_its_defaults_and_stamps() -> None:
    made = World("resources: {things: {generated: {made_at: now-rfc3339}}}").value(
        "POST /things", {"name": "a"}
    )
    assert made["size"] == 1
    assert made["made_at"] == "2024-01-01T00:00:01Z"


def test_a_counter_counts_the_changes_of_a_record() -> None:
    world = World("resources: {things: {touched: {place: counter}, read_only: [place]}}")
    key = {"id": world.value("POST /things", {"name": "a", "place": 7})["id"]}
    read = partial(world.value, "GET /things/{id}", path=key)
    assert read()["place"] == 1
    for count, label in enumerate(("PATCH /things/{id}", "PUT /things/{id}"), start=2):
        assert world.value(label, {"name": "b", "place": 7}, path=key)["place"] == count
    for nothing in ({}, {"id": 9, "made_at": "2001-02-03T04:05:06Z", "place": 7}):
        world.value("PATCH /things/{id}", nothing, path=key)
        assert read()["place"] == 3


def test_a_counter_survives_a_replace_in_which_nobody_sends_it() -> None:
    world = World("resources: {things: {touched: {place: counter}}}")
    key = {"id": world.value("POST /things", {"name": "a"})["id"]}
    for count in (2, 3):
        assert world.value("PUT /things/{id}", {"name": "b"}, path=key)["place"] == count


@pytest.mark.parametrize(
    "label", ["PUT /boxes/{box_id}/pens/{id}", "PATCH /boxes/{box_id}/pens/{id}"]
)
def test_a_change_does_not_move_a_record_to_another_parent(label: str) -> None:
    world = World(document=PENS).seed(
        boxes=[{"id": 1}, {"id": 2}], pens=[{"id": 1, "box_id": 1, "ink": "a"}]
    )
    key = {"box_id": 1, "id": 1}
    assert world.value(label, {"box_id": 2, "ink": "b"}, path=key) == {
        "id": 1,
        "box_id": 1,
        "ink": "b",
    }
    assert world.value("GET /boxes/{box_id}/pens/{id}", path=key)["box_id"] == 1


PENS = """
paths:
  /boxes: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array,
    items: {type: object, properties: {id: {type: integer, readOnly: true}}}}}}}}}}
  /boxes/{box_id}:
    parameters: [&box {name: box_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d}}}
  /boxes/{box_id}/pens/{id}:
    parameters: [*box, {name: id, in: path, required: true, schema: {type: integer}}]
    get: &shown {responses: {'200': {description: d, content: {application/json: {schema: &pen
      {type: object, required: [ink], properties: {id: {type: integer}, box_id: {type: integer},
      ink: {type: string}}}}}}}}
    put: &write {<<: *shown, requestBody: {content: {application/json: {schema: *pen}}}}
    patch: *write
"""


def test_a_number_is_not_given_again_after_a_delete() -> None:
    world = World()
    first = world.value("POST /things", {})
    world.value("DELETE /things/{id}", path={"id": first["id"]})
    assert world.value("POST /things", {})["id"] == first["id"] + 1


def test_a_read_only_property_in_the_body_is_ignored() -> None:
    made = World().value("POST /things", {"id": 99, "made_at": "x"})
    assert made["id"] == 1
    assert made["made_at"] != "x"


def test_of_the_read_only_properties_those_that_are_listed_are_refused_and_the_others_ignored() -> (
    None
):
    world = World("defaults: {read_only: [id]}\nresources: {things: {read_only: [place]}}")
    assert [
        each.name for each in world.refusal("POST /things", {"id": 99, "place": 5}).violations
    ] == ["id"]
    assert "place" not in world.value("POST /things", {"name": "a", "place": 99})


def test_a_read_only_property_is_refused_where_the_api_does() -> None:
    problem = World("defaults: {read_only: refuse}").refusal("POST /things", {"id": 99})
    assert [(each.rule, each.name) for each in problem.violations] == [("read_only", "id")]


def test_an_unknown_property_is_not_kept() -> None:
    assert "zzz" not in World().value("POST /things", {"zzz": 1})


def test_a_read_of_what_is_not_there_is_not_found() -> None:
    assert World().refusal("GET /things/{id}", path=ONE).kind is ProblemKind.NOT_FOUND


def test_a_list_gives_a_page_and_the_total() -> None:
    reply = named(5).call("GET /things", query={"page": 2, "limit": 2})
    assert [each["id"] for each in reply.value] == [3, 4]
    assert reply.page is not None
    assert (reply.page.total, reply.page.number, reply.page.has_next, reply.page.has_previous) == (
        5,
        2,
        True,
        True,
    )


def test_the_pages_part_the_list() -> None:
    world = named(7)
    pages = [
        world.value("GET /things", query={"page": number, "limit": 3}) for number in (1, 2, 3, 4)
    ]
    assert [each["id"] for page in pages for each in page] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(page) for page in pages] == [3, 3, 1, 0]


@pytest.mark.parametrize("query", [{"page": 0}, {"page": -2}, {"page": 1, "limit": -1}])
def test_a_page_before_the_first_is_the_first_at_most(query: dict[str, int]) -> None:
    value = named(9).value("GET /things", query=query)
    assert [each["id"] for each in value] in ([], [1, 2, 3])


def test_a_filter_keeps_the_records_that_have_the_value() -> None:
    world = named(3)
    assert world.value("GET /things", query={"name": "n2"}) == world.records("things")[1:2]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [("name", [1, 2, 3]), ("-name", [3, 2, 1]), ("size,-name", [3, 2, 1]), ("unheard", [1, 2, 3])],
)
def test_a_list_is_in_the_order_asked_for(sort: str, ids: list[int]) -> None:
    world = World().seed(
        things=[{"id": number, "name": f"n{number}", "size": number == 1} for number in (3, 1, 2)]
    )
    assert [each["id"] for each in world.value("GET /things", query={"sort": sort})] == ids


def test_a_count_is_the_number_of_records() -> None:
    assert named(4).value("GET /things/count") == 4


def test_a_replace_takes_back_what_is_not_sent() -> None:
    world = World("defaults: {put: replace}")
    made = world.value("POST /things", {"name": "a", "size": 5, "label": "x"})
    replaced = world.value("PUT /things/{id}", {"name": "b"}, path=ONE)
    assert (replaced["id"], replaced["name"], replaced["size"]) == (1, "b", 1)
    assert replaced["made_at"] == made["made_at"]
    assert "label" not in replaced
    assert world.value("GET /things/{id}", path=ONE) == replaced


def test_a_replace_with_the_same_body_twice_is_the_same() -> None:
    world = World("defaults: {put: replace}")
    world.value("POST /things", {"name": "a"})
    first = world.value("PUT /things/{id}", {"name": "b"}, path=ONE)
    assert world.value("PUT /things/{id}", {"name": "b"}, path=ONE) == first


def test_a_merge_changes_what_is_sent_and_nothing_else() -> None:
    world = World()
    made = world.value("POST /things", {"name": "a", "size": 5})
    assert world.value("PATCH /things/{id}", {"name": "b"}, path=ONE) == {**made, "name": "b"}


def test_an_empty_merge_changes_nothing() -> None:
    world = World()
    made = world.value("POST /things", {"name": "a"})
    assert world.decide("PATCH /things/{id}", {}, path=ONE).changes == ()
    assert world.value("PATCH /things/{id}", {}, path=ONE) == made


@pytest.mark.parametrize("label", ["PATCH /things/{id}", "PUT /things/{id}"])
def test_no_write_changes_the_key(label: str) -> None:
    world = World("resources: {things: {read_only: []}}")
    world.value("POST /things", {"name": "a"})
    assert world.value(label, {"id": 9, "name": "b"}, path=ONE)["id"] == 1


def test_a_json_merge_patch_removes_with_null() -> None:
    world = World()
    world.value("POST /things", {"name": "a", "label": "x", "detail": {"a": 1, "b": 2}})
    headers = {"content-type": "application/merge-patch+json; charset=utf-8"}
    patch = {"label": None, "detail": {"a": None, "c": 3}}
    patched = world.value("PATCH /things/{id}", patch, path=ONE, headers=headers)
    assert patched["detail"] == {"b": 2, "c": 3}
    assert "label" not in patched
    assert patched["name"] == "a"


def test_an_update_of_what_is_not_there_is_not_found() -> None:
    for label in ("PUT /things/{id}", "PATCH /things/{id}", "DELETE /things/{id}"):
        assert World().refusal(label, {"name": "a"}, path=ONE).kind is ProblemKind.NOT_FOUND


UPSERT = "operations: {'PUT /things/{id}': {kind: upsert}}"


def test_an_upsert_makes_a_record_under_the_key_of_the_path() -> None:
    world = World(UPSERT)
    reply = world.call("PUT /things/{id}", {"name": "a"}, path={"id": 7})
    assert (reply.created, reply.location) == (True, "7")
    assert world.value("GET /things/{id}", path={"id": 7})["name"] == "a"


def test_an_upsert_twice_is_one_record_and_the_same() -> None:
    world = World(UPSERT)
    first = world.call("PUT /things/{id}", {"name": "a"}, path={"id": 7})
    again = world.call("PUT /things/{id}", {"name": "a"}, path={"id": 7})
    assert again.value == first.value
    assert again.created is False
    assert len(world.records("things")) == 1


def test_a_number_that_an_upsert_took_is_not_given_again() -> None:
    world = World(UPSERT)
    world.value("PUT /things/{id}", {}, path={"id": 1})
    assert world.value("POST /things", {})["id"] == 2


def test_what_was_deleted_is_gone() -> None:
    world = named(2)
    world.value("DELETE /things/{id}", path=ONE)
    assert world.refusal("GET /things/{id}", path=ONE).kind is ProblemKind.NOT_FOUND
    assert [each["id"] for each in world.records("things")] == [2]


def test_a_bulk_delete_forgets_all_that_match() -> None:
    world = named(4)
    world.value("DELETE /things")
    assert world.records("things") == []


def test_a_bulk_delete_of_a_collection_leaves_the_others() -> None:
    semantics = "operations: {'DELETE /things': {kind: bulk_delete}}"
    world = World(semantics).seed(things=[{"id": 1}], owners=[{"id": 1}])
    world.value("DELETE /things")
    assert world.records("owners") == [{"id": 1}]


def test_a_view_holds_the_records_that_other_records_speak_of() -> None:
    world = World(
        """
resources:
  things:
    views:
      owned: {join: {as: holder, resource: owners, on: {id: $record.owner}}, any: [{holder: {not: null}}]}
operations: {GET /things: {kind: view, view: owned}}
"""
    ).seed(things=[{"id": 1, "owner": 5}, {"id": 2, "owner": 6}], owners=[{"id": 6}])
    assert [each["id"] for each in world.value("GET /things")] == [2]
    world.seed(owners=[{"id": 5}])
    assert [each["id"] for each in world.value("GET /things")] == [1, 2]


def test_a_singleton_is_written_and_read_in_place() -> None:
    world = World()
    assert world.refusal("GET /settings").kind is ProblemKind.NOT_FOUND
    written = world.value("PUT /settings", {"text": "a"})
    assert world.value("GET /settings") == written
    assert world.value("PUT /settings", {"text": "b"})["text"] == "b"
    assert len(world.records("settings")) == 1


def test_a_stateless_operation_answers_with_the_example_of_its_document() -> None:
    assert World().value("GET /ping") == {"pong": True}
    assert World().value("POST /ping") is None


LOGIN = """
credentials: [{scheme: users, value: "u:p"}, {scheme: Key, value: secret}]
operations: {POST /log-in: {kind: action, action: {log_in: {gives: Key, as: token}}}}
"""
LOGIN_DOCUMENT = """
components: {securitySchemes: {Key: {type: apiKey, in: header, name: X-Key}}}
paths: {/log-in: {post: {responses: {'200': {description: d}}}}}
"""


def test_a_log_in_gives_the_token_of_who_is_known() -> None:
    world = World(LOGIN, LOGIN_DOCUMENT)
    assert world.value("POST /log-in", {"username": "u", "password": "p"}) == {"token": "secret"}


def test_a_log_in_gives_the_whole_reply_that_is_said() -> None:
    reply = "{access: '{token}', type: Bearer, life: 3600, who: {name: '{name}'}, at: '{now_unix}'}"
    world = World(LOGIN.replace("as: token", f"reply: {reply}"), LOGIN_DOCUMENT)
    told = world.value("POST /log-in", {"username": "u", "password": "p"})
    assert told == {
        "access": "secret",
        "type": "Bearer",
        "life": 3600,
        "who": {"name": "u"},
        "at": 1704067201,
    }


@pytest.mark.parametrize("body", [{"username": "u", "password": "x"}, {}, [], None, "u:p"])
def test_a_log_in_of_a_stranger_is_refused(body: object) -> None:
    assert (
        World(LOGIN, LOGIN_DOCUMENT).refusal("POST /log-in", body).kind is ProblemKind.LOGIN_REFUSED
    )


def test_the_time_is_told_in_the_styles_that_are_said() -> None:
    world = World(
        "operations: {GET /ping: {kind: action, action: {tell_time: {unix: now-unix, day: now-date}}}}"
    )
    assert world.decide("GET /ping").reply.value == {
        "unix": int(START.timestamp()),
        "day": "2024-01-01",
    }


def test_a_body_that_breaks_the_document_is_refused_once_its_target_is_found() -> None:
    wrong = (Violation("body", ("name",), "type", "5 is no string"),)
    world = named(1)
    assert (
        world.refusal("PATCH /things/{id}", {}, path=ONE, violations=wrong).kind
        is ProblemKind.INVALID
    )
    assert (
        world.refusal("PATCH /things/{id}", {}, path={"id": 9}, violations=wrong).kind
        is ProblemKind.NOT_FOUND
    )
    assert world.refusal("POST /ping", {}, violations=wrong).kind is ProblemKind.INVALID


def test_a_child_of_what_is_not_there_is_refused() -> None:
    world = World()
    for label in ("GET /things/{id}/leaves", "POST /things/{id}/leaves"):
        assert world.refusal(label, {"text": "a"}, path=ONE).kind is ProblemKind.PARENT_NOT_FOUND


def test_siblings_do_not_see_the_children_of_each_other() -> None:
    world = named(2)
    leaf = world.value("POST /things/{id}/leaves", {"text": "a"}, path=ONE)
    assert world.value("GET /things/{id}/leaves", path={"id": 2}) == []
    path = {"id": 2, "leaf_id": leaf["id"]}
    assert (
        world.refusal("GET /things/{id}/leaves/{leaf_id}", path=path).kind is ProblemKind.NOT_FOUND
    )


def test_children_and_their_children_go_with_a_record() -> None:
    world = named(2)
    for thing in (1, 2):
        leaf = world.value("POST /things/{id}/leaves", {"text": "a"}, path={"id": thing})
        path = {"id": thing, "leaf_id": leaf["id"]}
        world.value("POST /things/{id}/leaves/{leaf_id}/veins", {"text": "v"}, path=path)
    world.value("DELETE /things/{id}", path=ONE)
    assert len(world.records("leaves")) == len(world.records("veins")) == 1
    assert world.records("leaves", "2")
    assert world.records("veins", "2")


def test_children_go_with_a_bulk_delete() -> None:
    world = named(2)
    world.value("POST /things/{id}/leaves", {"text": "a"}, path=ONE)
    world.value("DELETE /things")
    assert world.records("leaves") == []


@pytest.mark.parametrize("name", APIS)
def test_a_read_of_a_record_that_no_api_has_changes_nothing(name: str) -> None:
    world = World(model=model_of(name))
    reads = [each for each in world.model.operations if each.kind is Kind.READ and each.key_param]
    for each in reads:
        world.refusal(
            each.label,
            path=dict.fromkeys([each.key_param, *(p.param for p in each.parents)], 424242),
        )


def test_the_first_counted_key_is_the_lowest_that_its_schema_allows() -> None:
    world = World(
        document=THINGS.replace(
            "id: {type: integer, readOnly: true}, name",
            "id: {type: integer, minimum: 1000, readOnly: true}, name",
        )
    )
    assert world.value("POST /things", {"name": "a"})["id"] == 1000
    assert world.value("POST /things", {"name": "b"})["id"] == 1001
