from __future__ import annotations

from datetime import date

import pytest

from contracts.changes.compare import compare
from contracts.changes.facts import FACTS
from contracts.changes.rules.table import RULES
from contracts.changes.types import Change, Level
from mockserver.model.types import Model
from tests.changes.cases import BOOK, MEANINGS, OPERATIONS, SCHEMAS, Case
from tests.changes.editing import at, bookshop
from tests.conftest import APIS, model_of

TODAY = date(2026, 1, 1)
CASES = [*SCHEMAS, *OPERATIONS, *MEANINGS]
TURNED = {"narrowed": "widened", "widened": "narrowed"}


def changes(old: Model, new: Model) -> tuple[Change, ...]:
    return compare(old, new, TODAY)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_is_told_by_its_rules_and_no_others_and_points_into_both_documents(
    case: Case,
) -> None:
    old, new = case.models
    found = changes(old, new)
    assert sorted({each.rule for each in found}) == sorted(case.rules.split())
    for change in found:
        for model, pointer in ((old, change.old), (new, change.new)):
            assert pointer is None or at(model.document.spec, pointer) is not None, (
                change,
                pointer,
            )


@pytest.mark.parametrize(
    "case",
    [each for each in SCHEMAS if "narrowed" in each.rules and "widened" not in each.rules],
    ids=str,
)
def test_what_narrows_one_way_widens_the_other_way(case: Case) -> None:
    old, new = case.models
    there = {each.rule for each in changes(old, new) if each.rule.rpartition("-")[2] in TURNED}
    back = {each.rule for each in changes(new, old) if each.rule.rpartition("-")[2] in TURNED}
    assert {
        rule.removesuffix(word) + TURNED[word]
        for rule in there
        for word in [rule.rpartition("-")[2]]
    } == back


@pytest.mark.parametrize("fact", FACTS, ids=lambda each: each.name)
def test_what_breaks_a_request_when_narrowed_does_no_harm_when_widened_and_the_other_way_in_a_reply(
    fact: object,
) -> None:
    levels = {rule.name: rule.level for rule in RULES}
    name = fact.name  # type: ignore[attr-defined]
    harmless = Level.WARNING if name == "keywords" else Level.INFO
    assert levels[f"request-{name}-widened"] is levels[f"reply-{name}-narrowed"] is harmless
    assert Level.INFO not in (levels[f"request-{name}-narrowed"], levels[f"reply-{name}-widened"])


@pytest.mark.parametrize("name", APIS)
def test_an_api_that_is_compared_with_itself_has_not_changed(name: str) -> None:
    assert changes(model_of(name), model_of(name)) == ()


def test_every_rule_has_a_case_and_a_sentence_and_a_name_of_its_own() -> None:
    told = {rule for case in CASES for rule in case.rules.split()}
    told |= {
        rule.removesuffix(word) + TURNED[word]
        for rule in told
        for word in TURNED
        if rule.endswith(word)
    }
    assert {rule.name for rule in RULES} == told
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.says.endswith(".") and rule.says[0].isupper() for rule in RULES)


def test_a_change_of_a_shared_schema_is_told_once_with_all_operations() -> None:
    found = changes(
        bookshop(), bookshop({"/components/schemas/Book/properties/title/maxLength": 100})
    )
    narrowed = next(each for each in found if each.rule == "request-max-length-narrowed")
    labels = ["POST /shelves/{shelf_id}/books", "PUT /shelves/{shelf_id}/books/{book_id}"]
    assert [place.operation for place in narrowed.places] == labels
    assert [str(place) for place in narrowed.places] == ["body /title"] * 2
    assert len(found) == 2


def test_alternatives_in_a_circle_are_compared() -> None:
    tree = "/components/schemas/Tree"
    plain = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": f"#{tree}"}}},
    }
    start = {f"{BOOK}/properties/tree": {"$ref": f"#{tree}"}}
    old = bookshop({**start, tree: plain})
    new = bookshop({**start, tree: {"anyOf": [plain, {"type": "string"}]}})
    found = changes(old, new)
    assert {each.rule for each in found} == {
        "request-alternative-added",
        "reply-alternative-added",
    }
