"""State machines: legal moves, the steps they bring about, and records that must be alone."""

from __future__ import annotations

from mockserver.call import ProblemKind
from tests.behavior.world import World

SEMANTICS = """
defaults: {put: %s}
resources:
  things:
    fill: none
    order: [id]
    states:
      field: status
      initial: draft
      moves: {draft: [open, closed], open: [open, closed]}
      alone: {in: open, by: [label]}
      steps:
        open:
          - each: $body.parts
            find: {owner: {in: owners, where: {name: $item.owner}, required: true, field: owner}}
            into: owners
            match: {name: $item.owner}
            set: {held: {first: [$item.text, $owner.held]}, by: $record.id}
        closed:
          - each: $body.parts
            when: {item.skip: null}
            into: owners
            match: {name: $item.owner}
            set: {name: $item.owner, held: done}
          - every: {by: $record.id}
            into: owners
            set: {held: null, was: $old.held}
  owners: {fill: none, order: [id], touched: {changed: now-rfc3339}}
operations: {%s}
"""


def world(put: str = "merge") -> World:
    return World(SEMANTICS % (put, "")).seed(owners=[{"id": 1, "name": "a", "held": "x"}, {"id": 2, "name": "b"}])


def patch(small: World, body: object, key: int = 1) -> object:
    return small.value("PATCH /things/{id}", body, path={"id": key})


def started(put: str = "merge") -> World:
    small = world(put)
    small.value("POST /things", {"label": "l"})
    return small


def test_a_new_record_is_in_the_first_state_whatever_was_sent() -> None:
    assert world().value("POST /things", {"status": "closed"})["status"] == "draft"


def test_a_legal_move_is_made() -> None:
    small = started()
    for state in ("open", "open", "closed"):
        patch(small, {"status": state})
        assert small.records("things")[0]["status"] == state


def test_an_illegal_move_is_refused_and_says_from_where_to_where() -> None:
    small = started()
    patch(small, {"status": "closed"})
    for state in ("open", "draft", "closed", "unheard", None):
        problem = small.refusal("PATCH /things/{id}", {"status": state}, path={"id": 1})
        assert problem.kind is ProblemKind.TRANSITION
        assert problem.values == {"from": "closed", "to": state, "field": "status"}


def test_a_change_of_something_else_is_no_move() -> None:
    small = started()
    patch(small, {"status": "closed"})
    patch(small, {"name": "n"})
    assert small.records("things")[0]["status"] == "closed"


def test_a_replace_without_the_state_keeps_it() -> None:
    small = started("replace")
    patch(small, {"status": "open"})
    assert small.value("PUT /things/{id}", {"name": "n"}, path={"id": 1})["status"] == "open"


def test_an_upsert_obeys_the_state_machine() -> None:
    small = World(SEMANTICS % ("merge", "'PUT /things/{id}': {kind: upsert}"))
    assert small.value("PUT /things/{id}", {"status": "closed"}, path={"id": 1})["status"] == "draft"
    assert small.value("PUT /things/{id}", {"status": "closed"}, path={"id": 1})["status"] == "closed"
    problem = small.refusal("PUT /things/{id}", {"status": "open"}, path={"id": 1})
    assert problem.kind is ProblemKind.TRANSITION


def test_no_two_records_that_agree_are_in_the_lonely_state() -> None:
    small = started()
    small.value("POST /things", {"label": "l"})
    small.value("POST /things", {"label": "other"})
    patch(small, {"status": "open"})
    patch(small, {"status": "open"})
    patch(small, {"status": "open"}, key=3)
    problem = small.refusal("PATCH /things/{id}", {"status": "open"}, path={"id": 2})
    assert problem.kind is ProblemKind.TRANSITION
    patch(small, {"status": "closed"})
    patch(small, {"status": "open"}, key=2)


def test_a_step_changes_the_record_that_matches_each_item() -> None:
    small = started()
    patch(small, {"status": "open", "parts": [{"owner": "a"}, {"owner": "b", "text": "y"}]})
    assert [(each["held"], each["by"]) for each in small.records("owners")] == [("x", 1), ("y", 1)]
    assert all("changed" in each for each in small.records("owners"))


def test_a_step_that_misses_what_it_needs_refuses_the_whole_call() -> None:
    small = started()
    body = {"status": "open", "parts": [{"owner": "a", "text": "z"}, {"owner": "nobody"}]}
    problem = small.refusal("PATCH /things/{id}", body, path={"id": 1})
    assert (problem.violations[0].rule, problem.violations[0].path) == ("reference", ("parts", 1, "owner"))


def test_a_step_makes_the_record_that_is_not_there() -> None:
    small = started()
    patch(small, {"status": "closed", "parts": [{"owner": "new"}, {"owner": "no", "skip": True}]})
    assert [(each["id"], each["name"], each.get("held")) for each in small.records("owners")] == [
        (1, "a", "x"),
        (2, "b", None),
        (3, "new", "done"),
    ]


def test_a_step_over_every_record_sees_what_an_earlier_one_changed() -> None:
    small = started()
    patch(small, {"status": "open", "parts": [{"owner": "a"}]})
    patch(small, {"status": "closed", "parts": [{"owner": "a"}]})
    first = small.records("owners")[0]
    assert (first["held"], first["was"]) == (None, "done")


def test_a_move_without_items_brings_nothing_about() -> None:
    small = started()
    patch(small, {"status": "open", "parts": None})
    patch(small, {"status": "closed", "parts": "a"})
    assert [each.get("by") for each in small.records("owners")] == [None, None]


def test_what_follows_when_a_record_is_removed_is_carried_out() -> None:
    removed = "{every: {by: $record.id}, into: owners, set: {held: null}}"
    semantics = (SEMANTICS % ("merge", "")).replace("      steps:", f"      removed: [{removed}]\n      steps:")
    small = World(semantics).seed(owners=[{"id": 1, "name": "a", "held": "x", "by": 1}])
    small.value("POST /things", {"label": "l"})
    small.call("DELETE /things/{id}", path={"id": 1})
    assert small.records("owners")[0]["held"] is None
