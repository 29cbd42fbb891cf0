"""What other records, and the values themselves, forbid."""

from __future__ import annotations

from mockserver.call import ProblemKind
from tests.behavior.world import World

UNIQUE = "resources: {things: {fill: none, unique: [[label, detail]], assigned: {detail: {of: $body.owner}}}}"
EXCLUDED = """
resources:
  things:
    fill: none
    excluded:
      parts.url: {resource: owners, by: text, pattern: '^x:'}
      label: {pattern: '^no$'}
"""
TOUCHED = "resources: {things: {fill: none, touched: {made_at: now-rfc3339}, unchanged: %s}}"


def test_what_must_be_unique_together_is_looked_at_in_the_finished_record() -> None:
    small = World(UNIQUE)
    small.value("POST /things", {"label": "l", "owner": 1})
    small.value("POST /things", {"label": "l", "owner": 2})
    problem = small.refusal("POST /things", {"label": "l", "owner": 1})
    assert problem.kind is ProblemKind.DUPLICATE
    (violation,) = problem.violations
    assert (violation.path, violation.values["fields"]) == ((), "label, detail")


def test_a_change_may_not_make_two_records_agree_in_what_is_unique() -> None:
    small = World(UNIQUE)
    small.value("POST /things", {"label": "l", "owner": 1})
    made = small.value("POST /things", {"label": "m", "owner": 1})
    problem = small.refusal("PATCH /things/{id}", {"label": "l", "owner": 1}, path={"id": made["id"]})
    assert problem.kind is ProblemKind.DUPLICATE


def test_a_value_that_a_record_elsewhere_excludes_is_told_by_its_place_in_the_array() -> None:
    small = World(EXCLUDED).seed(owners=[{"id": 1, "text": "bad"}])
    problem = small.refusal("POST /things", {"parts": [{"url": "good"}, {"url": "bad"}, {"url": "x:1"}]})
    assert [each.path for each in problem.violations] == [("parts", 1, "url"), ("parts", 2, "url")]
    assert {each.rule for each in problem.violations} == {"excluded"}
    assert problem.violations[0].values["lengths"] == (3,)


def test_a_value_is_excluded_by_a_pattern() -> None:
    small = World(EXCLUDED)
    assert small.refusal("POST /things", {"label": "no"}).violations[0].path == ("label",)
    small.value("POST /things", {"label": "nobody"})


def test_a_change_to_the_same_values_touches_a_record_or_not_by_habit() -> None:
    for habit, moved in (("keep", False), ("touch", True)):
        small = World(TOUCHED % habit)
        made = small.value("POST /things", {"label": "l"})
        again = small.value("PATCH /things/{id}", {"label": "l"}, path={"id": made["id"]})
        assert (again["made_at"] != made["made_at"]) is moved
        other = small.value("PATCH /things/{id}", {"label": "m"}, path={"id": made["id"]})
        assert other["made_at"] != made["made_at"]


def test_a_record_keeps_the_order_of_its_schema_whatever_is_changed() -> None:
    small = World("resources: {things: {fill: none}}")
    made = small.value("POST /things", {"status": "s"})
    changed = small.value("PATCH /things/{id}", {"name": "n"}, path={"id": made["id"]})
    assert list(changed) == ["id", "name", "size", "status"]
    replaced = small.value("PUT /things/{id}", {"label": "l", "place": 2}, path={"id": made["id"]})
    known = list(small.model.resources["things"].schema["properties"])
    assert list(replaced) == sorted(replaced, key=known.index)


def test_id_sorts_by_the_key_whatever_that_is_called() -> None:
    document = """
paths:
  /rows:
    get:
      parameters: [{name: sort, in: query, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &row
        {type: object, properties: {pk: {type: integer, readOnly: true}, name: {type: string}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: *row}}}, responses: {'201': {description: d,
      content: {application/json: {schema: *row}}}}}
  /rows/{pk}:
    parameters: [{name: pk, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *row}}}}}
"""
    small = World(document=document)
    for name in "ab":
        small.value("POST /rows", {"name": name})
    assert [row["pk"] for row in small.value("GET /rows", query={"sort": "-id"})] == [2, 1]
