"""What a list is asked for chooses what a person expects from the names and the words of its
parameters.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pytest

from tests.asgi.stage import Play, Stage
from tests.conftest import fresh_app
from tests.model.compiling import document

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
TRUTH = {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
TEXTS = {"type": "array", "items": TEXT}
ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": TEXT,
        "price": NUMBER,
        "status": {"type": "string", "enum": ["open", "held", "shut"]},
        "is_active": TRUTH,
        "tagList": TEXTS,
        "labels": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": TEXT, "color": TEXT}},
        },
        "category": {"type": "object", "properties": {"id": {"type": "integer"}, "slug": TEXT}},
        "address": {"type": "object", "properties": {"city": TEXT, "zip": TEXT}},
        "metadata": {
            "type": "object",
            "properties": {
                "labels": {"type": "object", "additionalProperties": TEXT},
                "name": TEXT,
            },
        },
        "created_at": MOMENT,
        "image": {**TEXT, "nullable": True},
    },
}
WAY = {"type": "string", "enum": ["asc", "desc"]}
BY_WAYS = {"type": "object", "properties": {"price": WAY, "name": WAY}}
ANY_WAYS = {"type": "object", "additionalProperties": WAY}
ANY = {"type": "object", "additionalProperties": {"type": "string"}}
RECORDS: dict[str, Any] = {
    "A": {
        "price": 1.5,
        "status": "open",
        "is_active": True,
        "tagList": ["red", "big"],
        "labels": [{"name": "bug", "color": "f00"}],
        "category": {"id": 7, "slug": "shoes"},
        "address": {"city": "Rome", "zip": "00100"},
        "metadata": {"name": "a", "labels": {"app.io/name": "web", "tier": "db"}},
        "created_at": "2024-01-01T00:00:00Z",
        "image": "a.png",
    },
    "Bea": {
        "price": 10,
        "status": "held",
        "is_active": False,
        "tagList": ["red"],
        "labels": [{"name": "bug", "color": "f00"}, {"name": "ui", "color": "0f0"}],
        "category": {"id": 8, "slug": "hats"},
        "address": {"city": "Oslo", "zip": "0010"},
        "metadata": {"name": "b", "labels": {"app.io/name": "db"}},
        "created_at": "2024-06-01T02:00:00+02:00",
        "image": None,
    },
    "Cleo": {
        "price": 2,
        "status": "shut",
        "is_active": True,
        "tagList": [],
        "labels": [],
        "category": {"id": 7, "slug": "shoes"},
        "address": {"city": "rome", "zip": "1"},
        "metadata": {"name": "c", "labels": {"tier": "web"}},
        "created_at": "2025-01-01T12:00:00Z",
        "image": "c.png",
    },
}


def parameter(name: str, schema: Any = None, **words: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema or TEXT, **words}


def stage_of(*parameters: dict[str, Any]) -> Stage:
    """Return an API of items with these parameters of their list, and the three records in it."""
    one = {"description": "", "content": {"application/json": {"schema": ITEM}}}
    many = {
        "description": "",
        "content": {"application/json": {"schema": {"type": "array", "items": ITEM}}},
    }
    sent = {"content": {"application/json": {"schema": ITEM}}}
    paths = {
        "/items": {
            "get": {"parameters": list(parameters), "responses": {"200": many}},
            "post": {"requestBody": sent, "responses": {"201": one}},
        },
        "/items/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
            ],
            "get": {"parameters": list(parameters), "responses": {"200": one}},
        },
    }
    with TemporaryDirectory() as folder:
        place = Path(folder) / "api.json"
        place.write_text(document(paths), "utf-8")
        stage = Stage(fresh_app(str(place)))
    for name, record in RECORDS.items():
        assert stage.ask("POST /items", {"name": name, **record}).status == 201
    return stage


def names(stage: Stage, query: str) -> list[str]:
    answer = stage.ask(f"GET /items?{query}")
    assert answer.status == 200, answer.body
    return [record["name"] for record in answer.json]


@pytest.mark.parametrize(
    ("declared", "query", "wanted"),
    [
        # equality, and what surrounds a name
        (parameter("status"), "status=held", ["Bea"]),
        (parameter("filter[status]"), "filter[status]=held", ["Bea"]),
        (parameter("status", TEXTS, explode=False), "status=held,shut", ["Bea", "Cleo"]),
        (parameter("status[]", TEXTS), "status[]=held&status[]=shut", ["Bea", "Cleo"]),
        (
            parameter("statuses", description="comma separated"),
            "statuses=held,shut",
            ["Bea", "Cleo"],
        ),
        (parameter("active", TRUTH), "active=false", ["Bea"]),
        (parameter("ids", TEXTS), "ids=1&ids=3", ["A", "Cleo"]),
        (parameter("item_id"), "item_id=2", ["Bea"]),
        # members of arrays and objects
        (parameter("tag"), "tag=big", ["A"]),
        (parameter("tags", TEXTS), "tags=big&tags=blue", ["A"]),
        (parameter("labels"), "labels=ui", ["Bea"]),
        (
            parameter("labels", description="all of these, comma separated"),
            "labels=bug,ui",
            ["Bea"],
        ),
        (parameter("labels", description="any, comma separated"), "labels=bug,ui", ["A", "Bea"]),
        (parameter("category"), "category=hats", ["Bea"]),
        (parameter("category_id", NUMBER), "category_id=7", ["A", "Cleo"]),
        (parameter("address.city"), "address.city=Oslo", ["Bea"]),
        (parameter("city"), "city=Oslo", ["Bea"]),
        # an object whose members have no names here
        (parameter("address", ANY, style="deepObject"), "address[city]=Oslo", ["Bea"]),
        (parameter("price", ANY, style="deepObject"), "price[gte]=2&price[lt]=9", ["Cleo"]),
        (parameter("filter[price]", ANY), "filter[price][gt]=2", ["Bea"]),
        (
            parameter("created_at", ANY, style="deepObject"),
            "created_at[gt]=2024-05-31&created_at[lte]=2024-12-31",
            ["Bea"],
        ),
        # ranges
        (parameter("price__gte", NUMBER), "price__gte=2", ["Bea", "Cleo"]),
        (parameter("price[lt]", NUMBER), "price[lt]=2", ["A"]),
        (parameter("price:max", NUMBER), "price:max=2", ["A", "Cleo"]),
        (parameter("minPrice", NUMBER), "minPrice=2", ["Bea", "Cleo"]),
        (parameter("max_price", NUMBER), "max_price=1.5", ["A"]),
        (parameter("created_after", MOMENT), "created_after=2024-05-31T23:30:00Z", ["Bea", "Cleo"]),
        (parameter("created_before", MOMENT), "created_before=2024-06-01T00:00:00Z", ["A"]),
        (parameter("created_at.lte", DAY), "created_at.lte=2024-06-01", ["A", "Bea"]),
        (parameter("since", MOMENT), "since=2024-06-01T00:00:00Z", ["Bea", "Cleo"]),
        (parameter("endDate", DAY), "endDate=2025-01-01", ["A", "Bea", "Cleo"]),
        (parameter("created_at<"), "created_at<=2024-06-01", ["A"]),
        (parameter("created", DAY), "created=2025-01-01", ["Cleo"]),
        # texts
        (parameter("name__ic"), "name__ic=E", ["Bea", "Cleo"]),
        (parameter("name__nisw"), "name__nisw=b", ["A", "Cleo"]),
        (parameter("name:like"), "name:like=le", ["Cleo"]),
        (
            parameter("name_pattern", description="SQL LIKE expression"),
            "name_pattern=%25e_",
            ["Bea", "Cleo"],
        ),
        (parameter("name", description="A partial match."), "name=eA", ["Bea"]),
        (parameter("name", description="Names that start with it"), "name=c", ["Cleo"]),
        (parameter("q"), "q=rome", ["A", "Cleo"]),
        (parameter("search", description="Searches in name"), "search=rome", []),
        (parameter("keyword"), "keyword=rome%20a.png", ["A"]),
        # what is not, and whether there is something
        (parameter("status__n"), "status__n=held", ["A", "Cleo"]),
        (parameter("exclude_ids", TEXTS), "exclude_ids=1&exclude_ids=2", ["Cleo"]),
        (parameter("has_image", TRUTH), "has_image=false", ["Bea"]),
        (parameter("image__isnull", TRUTH), "image__isnull=true", ["Bea"]),
        # languages
        (parameter("labelSelector"), "labelSelector=app.io/name%3Dweb", ["A"]),
        (parameter("labelSelector"), "labelSelector=app.io/name!%3Dweb", ["Bea", "Cleo"]),
        (parameter("labelSelector"), "labelSelector=tier%20in%20(db,web),!app.io/name", ["Cleo"]),
        (parameter("fieldSelector"), "fieldSelector=metadata.name%3Db,status!%3Dopen", ["Bea"]),
        (
            parameter("filters", description="JSON map"),
            'filters={"name":["Bea","A"]}',
            ["A", "Bea"],
        ),
        (parameter("$filter"), "$filter=price gt 1.5 and startswith(name,'C')", ["Cleo"]),
        (parameter("$filter"), "$filter=not (status eq 'open' or status eq 'shut')", ["Bea"]),
        (parameter("where"), 'where=Name=="Bea" OR Price<2', ["A", "Bea"]),
        (parameter("where"), "where=created_at>=DateTime(2024,6,1) AND Image!=null", ["Cleo"]),
        (
            parameter("filter", example="equals(name,'x')"),
            "filter=any(status,['open','held'])",
            ["A", "Bea"],
        ),
        (parameter("filter", example="eq(name,x)"), "filter=like(name,*e*):gt(price,2)", ["Bea"]),
        (parameter("filter", description="field:value"), "filter=status:shut,city:rome", ["Cleo"]),
        # order
        (parameter("sort"), "sort=-price", ["Bea", "Cleo", "A"]),
        (parameter("sort"), "sort=price,desc", ["Bea", "Cleo", "A"]),
        (parameter("sort", BY_WAYS), "sort[price]=desc", ["Bea", "Cleo", "A"]),
        (
            parameter("sort_by", BY_WAYS, style="deepObject"),
            "sort_by[name]=desc",
            ["Cleo", "Bea", "A"],
        ),
        (
            parameter("order", ANY_WAYS, style="deepObject"),
            "order[price]=asc",
            ["A", "Cleo", "Bea"],
        ),
        (parameter("order_by"), "order_by=category.slug desc,price", ["A", "Cleo", "Bea"]),
        (parameter("ordering"), "ordering=address.zip", ["Bea", "A", "Cleo"]),
        (parameter("sort"), "sort=created:desc", ["Cleo", "Bea", "A"]),
        (
            parameter("sort", {"type": "string", "enum": ["price_desc"]}),
            "sort=price_desc",
            ["Bea", "Cleo", "A"],
        ),
        (
            parameter("order", {"type": "string", "enum": ["asc", "desc"]}),
            "order=desc",
            ["Cleo", "Bea", "A"],
        ),
    ],
    ids=str,
)
def test_a_parameter_chooses_what_its_name_says(
    declared: dict[str, Any], query: str, wanted: list[str]
) -> None:
    spelled = quote(query, safe="=&%,")
    assert names(stage_of(declared), spelled) == wanted


def test_the_newest_come_first_where_the_document_says_so() -> None:
    way = {"type": "string", "enum": ["asc", "desc"], "default": "desc"}
    stage = stage_of(parameter("direction", way))
    assert names(stage, "") == ["Cleo", "Bea", "A"]
    assert names(stage, "direction=asc") == ["A", "Bea", "Cleo"]


def test_a_truth_may_be_asked_for_as_a_number() -> None:
    stage = stage_of(parameter("is_active", {"type": "integer"}))
    assert names(stage, "is_active=0") == ["Bea"]


def test_properties_that_are_shown_besides_hide_none() -> None:
    stage = stage_of(parameter("fields", description="Additional fields in the response."))
    assert "price" in stage.ask("GET /items/1?fields=name").json


def test_a_list_is_ordered_by_two_parameters() -> None:
    stage = stage_of(parameter("sort_by"), parameter("order"))
    assert names(stage, "sort_by=price&order=desc") == ["Bea", "Cleo", "A"]
    assert names(stage, "sort_by=price") == ["A", "Cleo", "Bea"]


def test_criteria_stand_for_any_number_and_one_first_number_joins_alternatives() -> None:
    stem = "criteria[groups][0][filters][0]"
    stage = stage_of(*(parameter(f"{stem}[{word}]") for word in ("field", "value", "type")))

    def asked(group: int, place: int, field: str, value: str, how: str = "eq") -> str:
        stem = f"criteria[groups][{group}][filters][{place}]"
        return f"{stem}[field]={field}&{stem}[value]={value}&{stem}[type]={how}"

    either = f"{asked(0, 0, 'name', 'A')}&{asked(0, 1, 'name', 'Bea')}"
    assert names(stage, either) == ["A", "Bea"]
    assert names(stage, f"{either}&{asked(1, 0, 'price', '2', 'gteq')}") == ["Bea"]


def test_only_the_properties_that_are_asked_for_are_shown_and_what_is_needed() -> None:
    stage = stage_of(parameter("fields"))
    assert stage.ask("GET /items/1?fields=name").json == {"id": 1, "name": "A"}
    shown = stage.ask("GET /items?fields=price,address.city,category(slug)").json[0]
    assert shown == {
        "id": 1,
        "price": 1.5,
        "address": {"city": "Rome"},
        "category": {"slug": "shoes"},
    }


@pytest.mark.parametrize(
    ("declared", "query", "told"),
    [
        (parameter("sparkle"), "sparkle=1", "sparkle is ignored"),
        (parameter("$filter"), "$filter=nonsense eq 1", "no property is called nonsense"),
        (parameter("$filter"), "$filter=price gt (", "$filter is ignored"),
        (parameter("filters", description="JSON"), "filters={", "it is no JSON"),
    ],
    ids=str,
)
def test_what_is_not_understood_chooses_nothing_and_is_noted(
    declared: dict[str, Any], query: str, told: str
) -> None:
    stage = stage_of(declared)
    assert len(names(stage, quote(query, safe="=&"))) == len(RECORDS)
    entry = stage.ask("GET /__admin/requests").json["requests"]
    notes = json.dumps([each["notes"] for each in entry])
    assert told in notes


def test_a_filter_that_cannot_be_read_deletes_nothing() -> None:
    selector = parameter("labelSelector", description="A selector of labels, such as a=b,c!=d")
    one = {"description": "", "content": {"application/json": {"schema": ITEM}}}
    many = {
        "description": "",
        "content": {"application/json": {"schema": {"type": "array", "items": ITEM}}},
    }
    sent = {"content": {"application/json": {"schema": ITEM}}}
    paths = {
        "/items": {
            "get": {"parameters": [selector], "responses": {"200": many}},
            "post": {"requestBody": sent, "responses": {"201": one}},
            "delete": {
                "summary": "Delete a collection of items",
                "parameters": [selector],
                "responses": {"204": {"description": ""}, "400": {"description": ""}},
            },
        },
        "/items/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
            ],
            "get": {"responses": {"200": one}},
        },
    }
    with TemporaryDirectory() as folder:
        place = Path(folder) / "api.json"
        place.write_text(document(paths), "utf-8")
        stage = Stage(fresh_app(str(place)))
    for name, record in RECORDS.items():
        stage.ask("POST /items", {"name": name, **record})
    assert stage.ask("DELETE /items?labelSelector=,,(").status == 400
    assert len(stage.ask("GET /items").json) == len(RECORDS)


def test_a_flag_narrows_a_list_where_it_is_set_and_is_about_what_may_be(play: Play) -> None:
    trip = {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "dogs_allowed": {"type": "boolean"},
            "country_code": {"type": "string"},
        },
    }
    dogs = {
        "name": "dogs",
        "in": "query",
        "description": "Only trips where dogs are allowed",
        "schema": {"type": "boolean", "default": False},
    }
    country = {"name": "country", "in": "query", "schema": {"type": "string"}}
    shown = {"description": "d", "content": {"application/json": {"schema": trip}}}
    rows = {"type": "array", "items": trip}
    listed = {"description": "d", "content": {"application/json": {"schema": rows}}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    stage = play(
        {
            "/trips": {
                "get": {"parameters": [dogs, country], "responses": {"200": listed}},
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": trip}}},
                    "responses": {"201": shown},
                },
            },
            "/trips/{id}": {"get": {"parameters": [key], "responses": {"200": shown}}},
        }
    )
    stage.ask("POST /trips", {"dogs_allowed": True, "country_code": "DE"})
    stage.ask("POST /trips", {"dogs_allowed": False, "country_code": "FR"})
    found = {}
    for query in ("", "dogs=true", "dogs=false", "country=FR"):
        found[query] = [trip["id"] for trip in stage.ask(f"GET /trips?{query}").json]
    assert found == {"": [1, 2], "dogs=true": [1], "dogs=false": [1, 2], "country=FR": [2]}


def test_what_is_another_parameter_is_no_part_of_an_object() -> None:
    stage = stage_of(parameter("status"), parameter("name"), parameter("sort", BY_WAYS))
    assert names(stage, "name=Bea") == ["Bea"]
    assert names(stage, "sort[name]=desc&status=open") == ["A"]
    assert names(stage, "price=desc") == ["Bea", "Cleo", "A"]
