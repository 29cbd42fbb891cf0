"""What surrounds records, and how lists are asked for: envelopes, paging, filters and sorting."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.types import Envelope, Filter, Operation, Paging
from tests.model.compiling import does, many, operation, small, thing

THING = thing()


def listed(reply: Any, semantics: str = "", query: Any = ()) -> Operation:
    get = does(reply)
    get["parameters"] = [{"in": "query", "schema": {"type": "integer"}, **each} for each in query]
    paths = {"/things": {"get": get}, "/things/{id}": {"get": does(THING)}}
    return operation(small(paths, semantics), "GET /things")


@pytest.mark.parametrize(
    ("reply", "template"),
    [
        (many(), "$value"),
        (thing(things=many()), {"things": "$value"}),
        (thing(data=many()), {"data": "$value"}),
        (thing(data=thing(items=many())), {"data": {"items": "$value"}}),
        (thing(items=many(), total="integer"), {"items": "$value", "total": "$total"}),
        (
            {
                **thing(items=many(), next="string", previous="string"),
                "required": ["next", "previous"],
            },
            {"items": "$value", "next": "$next", "previous": "$previous"},
        ),
        (
            thing(items=many(), page="integer", per_page="integer"),
            {"items": "$value", "page": "$page", "per_page": "$size"},
        ),
        (thing(items=many(), has_more="boolean"), {"items": "$value", "has_more": "$has_next"}),
        (
            thing(data=many(), meta=thing(total="integer")),
            {"data": "$value", "meta": {"total": "$total"}},
        ),
        (thing(tags=many({"type": "string"}), things=many()), {"things": "$value"}),
        (thing(items=many(), total="string"), {"items": "$value"}),
        (
            {"allOf": [thing(items=many()), thing(count="integer")]},
            {"items": "$value", "count": "$total"},
        ),
    ],
)
def test_the_envelope_of_a_list_is_that_of_its_schema(reply: Any, template: Any) -> None:
    assert listed(reply).envelope.many == template


def test_what_surrounds_a_list_and_must_be_there_is_made() -> None:
    reply = {
        **thing(items=many(), kind={"type": "string", "enum": ["list"]}, note="string"),
        "required": ["note"],
    }
    template = listed(reply).envelope.many
    assert set(template) == {"items", "kind", "note"}
    assert template["kind"]["$made"]["enum"] == ["list"]


def made(
    reply: Any, body: Any = None, label: str = "POST /things", semantics: str = ""
) -> Envelope:
    paths = {
        "/things": {"get": does(many()), "post": does(reply, body or THING, 201)},
        "/things/{id}": {"get": does(reply), "delete": does(reply)},
    }
    return operation(small(paths, semantics), label).envelope


@pytest.mark.parametrize(
    ("reply", "template"),
    [
        (THING, "$value"),
        (thing(thing=THING), {"thing": "$value"}),
        (thing(data=THING), {"data": "$value"}),
        (thing(data=thing(thing=THING)), {"data": {"thing": "$value"}}),
        (thing(anything=THING), {"anything": "$value"}),
        (thing(one=THING, other=THING), "$value"),
        (thing(id="integer", data=THING), "$value"),
    ],
)
def test_the_envelope_of_a_record_is_that_of_its_schema(reply: Any, template: Any) -> None:
    assert made(reply, label="GET /things/{id}").one == template


@pytest.mark.parametrize(
    ("body", "wrapper"),
    [
        (THING, None),
        (thing(thing=THING), "thing"),
        (thing(things=THING), "things"),
        (thing(data=THING), "data"),
        (thing(data=THING, other="string"), "data"),
        (thing(data=thing(unlike="string"), other="string"), None),
        (thing(other=thing(unlike="string")), None),
        (thing(thing="string"), None),
    ],
)
def test_the_envelope_of_a_request_is_its_only_property_or_holds_those_of_the_record(
    body: Any, wrapper: str | None
) -> None:
    assert made(THING, body).request == wrapper


def test_a_delete_that_answers_with_the_record_says_so() -> None:
    assert made(THING, label="DELETE /things/{id}").removed == "$value"
    assert "$made" in made(thing(deleted="boolean"), label="DELETE /things/{id}").removed


@pytest.mark.parametrize(
    ("reply", "template"),
    [
        ({"type": "integer"}, "$value"),
        (thing(count="integer"), {"count": "$value"}),
        (thing(data=thing(total="integer")), {"data": {"total": "$value"}}),
    ],
)
def test_the_envelope_of_a_count_is_that_of_its_schema(reply: Any, template: Any) -> None:
    paths = {
        "/things/{id}": {"get": does(THING)},
        "/things": {"get": does(many())},
        "/things/count": {"get": does(reply)},
    }
    assert operation(small(paths), "GET /things/count").envelope.count == template


def test_a_declared_envelope_wins() -> None:
    envelope = listed(
        many(),
        "defaults: {envelope: {many: list, empty: 204, removed: {gone: true}, request: body}}",
    ).envelope
    assert (envelope.many, envelope.empty, envelope.removed, envelope.request) == (
        {"list": "$value"},
        204,
        {"gone": True},
        "body",
    )
    own = "defaults: {envelope: {many: list}}\noperations: {GET /things: {envelope: {many: {a: {b: $value}}}}}"
    assert listed(many(), own).envelope.many == {"a": {"b": "$value"}}


def number(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "schema": {"type": "integer", **schema}}


@pytest.mark.parametrize(
    ("query", "paging"),
    [
        ([], Paging()),
        (
            [number("page"), number("limit", default=5, maximum=50)],
            Paging("page", "page", "limit", 5, 50),
        ),
        ([number("page"), number("per_page")], Paging("page", "page", "per_page", 20, None)),
        (
            [number("pageNumber"), number("pageSize")],
            Paging("page", "pageNumber", "pageSize", 20, None),
        ),
        (
            [number("offset"), number("limit", default=5)],
            Paging("offset", "offset", "limit", 5, None),
        ),
        ([number("skip"), number("take")], Paging("offset", "skip", "take", None, None)),
        ([number("limit")], Paging("page", None, "limit", None, None)),
        ([number("page", default=0), number("size")], Paging("page", "page", "size", 20, None, 0)),
        ([number("page", minimum=0), number("size")], Paging("page", "page", "size", 20, None, 0)),
        (
            [number("page", minimum=0, default=1), number("size")],
            Paging("page", "page", "size", 20, None, 1),
        ),
        ([number("offset")], Paging()),
    ],
)
def test_the_paging_is_that_of_the_query_parameters(query: Any, paging: Paging) -> None:
    assert listed(many(), query=query).paging == paging


def test_a_declared_paging_wins_and_keeps_to_the_parameters_that_are_there() -> None:
    query = [number("seite"), number("limit")]
    paging = "{style: page, number: seite, size: limit, default: 7, maximum: 9, first: 0}"
    declared = f"operations: {{GET /things: {{paging: {paging}}}}}"
    assert listed(many(), declared, query).paging == Paging("page", "seite", "limit", 7, 9, 0)
    habit = "defaults: {paging: {default: 7, past_end: refused, number: seite, size: absent}}"
    assert listed(many(), habit, query).paging == Paging(
        "page", "seite", "limit", 7, None, 1, "refused"
    )
    assert listed(many(), habit).paging == Paging(), (
        "an operation without parameters for pages has none"
    )
    assert (
        listed(many(), "operations: {GET /things: {paging: {style: none}}}", query).paging.style
        == "none"
    )


@pytest.mark.parametrize(
    ("names", "filters"),
    [
        (["name"], [("name", "name")]),
        (["Name", "ID"], [("Name", "name"), ("ID", "id")]),
        (["name__in", "id[in]", "idle"], [("name__in", "name"), ("id[in]", "id")]),
        (["filter[name]", "filter.id"], [("filter[name]", "name"), ("filter.id", "id")]),
        (["page", "limit", "sort", "q"], []),
    ],
)
def test_a_query_parameter_named_like_a_property_is_a_filter(
    names: list[str], filters: list[tuple[str, str]]
) -> None:
    found = listed(many(), query=[{"name": name} for name in names])
    assert [(each.param, each.field) for each in found.filters] == filters


def test_the_members_of_a_filter_are_seen_through_a_reference() -> None:
    get = does(many(THING))
    get["parameters"] = [{"name": "filter", "in": "query", "schema": {"$ref": "#/components/x"}}]
    paths = {"/things": {"get": get}, "/things/{id}": {"get": does(THING)}}
    model = small(paths, components={"x": thing(name="string", color="string")})
    assert operation(model, "GET /things").filters == (Filter("filter.name", "name"),)


def test_declared_filters_win() -> None:
    found = listed(
        many(), "operations: {GET /things: {filters: {q: name}}}", [{"name": "q"}, {"name": "id"}]
    )
    assert found.filters == (Filter("q", "name"),)


@pytest.mark.parametrize(
    ("name", "sort"),
    [("sort", "sort"), ("orderBy", "orderBy"), ("sort_by", "sort_by"), ("q", None)],
)
def test_the_sort_parameter_is_known_by_its_name(name: str, sort: str | None) -> None:
    assert listed(many(), query=[{"name": name}]).sort_param == sort


def test_an_order_that_is_a_property_is_a_filter_and_no_sort() -> None:
    paths = {
        "/things": {"get": does(many(thing(id="integer", order="integer")), query=["order"])},
        "/things/{id}": {"get": does(thing(id="integer", order="integer"))},
    }
    found = operation(small(paths), "GET /things")
    assert (found.sort_param, found.filters) == (None, (Filter("order", "order"),))


def test_a_declared_sort_wins() -> None:
    assert (
        listed(many(), "operations: {GET /things: {sort: by}}", [{"name": "by"}]).sort_param == "by"
    )
    assert (
        listed(many(), "operations: {GET /things: {sort: null}}", [{"name": "sort"}]).sort_param
        is None
    )


@pytest.mark.parametrize(
    ("documented", "label", "statuses"),
    [
        (200, "GET /things", (200, 200)),
        (206, "GET /things", (206, 206)),
        (201, "POST /things", (201, 201)),
        (200, "POST /things", (200, 200)),
        (202, "POST /things", (202, 202)),
        (204, "DELETE /things/{id}", (204, 204)),
        (200, "DELETE /things/{id}", (200, 200)),
        (201, "PUT /things/{id}", (201, 201)),
    ],
)
def test_the_status_is_the_documented_one(
    documented: int, label: str, statuses: tuple[int, int]
) -> None:
    operations = {
        "/things": {"get": does(many(), status=documented), "post": does(THING, THING, documented)},
        "/things/{id}": {"put": does(THING, THING, documented), "delete": does(status=documented)},
    }
    found = operation(small(operations), label)
    assert (found.success, found.created) == statuses


def test_a_declared_status_wins() -> None:
    found = made_operation("operations: {POST /things: {status: 202, created: 207}}")
    assert (found.success, found.created) == (202, 207)


def test_a_documented_location_header_is_sent() -> None:
    assert made_operation("").location is False
    assert made_operation("operations: {POST /things: {location: true}}").location is True
    assert made_operation("defaults: {location: true}").location is True
    assert made_operation("", {"Location": {"schema": {"type": "string"}}}).location is True


def made_operation(semantics: str, headers: Any = None) -> Operation:
    post = does(THING, THING, 201)
    post["responses"]["201"]["headers"] = headers or {}
    return operation(
        small({"/things": {"get": does(many()), "post": post}}, semantics), "POST /things"
    )
