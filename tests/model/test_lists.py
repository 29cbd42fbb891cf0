"""How a list is asked for is told by more than the names of its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contracts.targets.target import AppTarget, Sent
from mockserver.model.search.filters import infer_filters
from mockserver.model.search.paging import infer_paging
from mockserver.model.search.properties import RecordProperties
from mockserver.model.search.queries import parameter_uses
from mockserver.model.types import DescribedParameter, Paging
from tests.conftest import fresh_app
from tests.model.compiling import document, does, many, operation, schema_of, small, thing

ITEM = thing(id="integer", name="string")
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def parameter(name: str, schema: dict[str, Any], description: str = "") -> DescribedParameter:
    return DescribedParameter(
        name, "query", False, schema_of(schema), "form", True, description=description
    )


@pytest.mark.parametrize(
    ("size", "number", "style"),
    [
        (("results", NUMBER, ""), ("page", NUMBER, ""), "page"),
        (("search[pageSize]", NUMBER, ""), ("search[currentPage]", NUMBER, ""), "page"),
        (("n", NUMBER, "The number of items to return."), ("p", NUMBER, ""), "page"),
        (("limit", NUMBER, ""), ("at", TEXT, "A cursor for use in pagination."), "cursor"),
        (("limit", NUMBER, ""), ("iterator", TEXT, ""), "cursor"),
        (("limit", NUMBER, ""), ("cursor", {**TEXT, "pattern": "^a_"}, ""), "after"),
        (
            ("limit", NUMBER, ""),
            ("from", TEXT, "Paginates: an ID to start from, that item and onwards."),
            "from",
        ),
    ],
)
def test_pages_are_told_by_type_and_description(
    size: tuple[str, Any, str], number: tuple[str, Any, str], style: str
) -> None:
    paging = infer_paging([parameter(*size), parameter(*number)])
    assert (paging.style, paging.number, paging.size) == (style, number[0], size[0])


def test_a_moment_is_no_size_and_a_filter_no_page() -> None:
    query = [parameter("created[limit]", TEXT), parameter("filter[page]", NUMBER)]
    assert infer_paging(query[1:]) == Paging()


def test_the_token_of_a_reply_names_the_parameter_that_takes_it() -> None:
    query = [parameter(name, TEXT) for name in ("page", "per_page", "starting_after")]
    assert infer_paging(query).style == "page"
    assert infer_paging(query, {"startingafter"}).number == "starting_after"


@pytest.mark.parametrize(
    ("asked", "own", "everything"),
    [
        (["open", "closed", "all"], ["open", "closed"], {"all"}),
        (["open", "all"], ["open", "all"], set()),
        (["open", "closed"], ["open", "closed"], set()),
    ],
)
def test_a_word_that_a_property_cannot_be_chooses_every_record(
    asked: list[str], own: list[str], everything: set[str]
) -> None:
    known = RecordProperties(schema_of({"properties": {"state": {"enum": own}}}), "id", "things")
    (found,) = infer_filters([parameter("state", {"enum": asked})], known)
    assert found.everything == everything


@pytest.mark.parametrize(
    ("values", "separators"),
    [(["open", "closed"], ","), (["a,b", "c"], ""), (None, "")],
)
def test_a_text_with_commas_is_several_of_the_few_values_that_a_property_has(
    values: list[str] | None, separators: str
) -> None:
    own = TEXT if values is None else {**TEXT, "enum": values}
    known = RecordProperties(schema_of({"properties": {"state": own}}), "id", "things")
    (found,) = infer_filters([parameter("filter[state]", TEXT)], known)
    assert found.separators == separators


@pytest.mark.parametrize(
    ("name", "field", "is_negated"),
    [
        ("unread", "read", True),
        ("not_archived", "is_archived", True),
        ("inactive", "active", True),
        ("read", "read", False),
    ],
)
def test_a_flag_is_asked_for_by_its_opposite(name: str, field: str, is_negated: bool) -> None:
    flags = {each: {"type": "boolean"} for each in ("read", "is_archived", "active")}
    known = RecordProperties(schema_of({"properties": flags}), "id", "things")
    (found,) = infer_filters([parameter(name, {"type": "boolean"})], known)
    assert (found.field, found.negated) == (field, is_negated)


@pytest.mark.parametrize("style", ["cursor", "after", "from"])
def test_the_style_of_pages_may_be_declared(style: str) -> None:
    listing = does(many(ITEM), query=["n", "at"])
    paths = {"/things": {"get": listing, "post": does(ITEM, thing(name="string"), 201)}}
    words = f"{{style: {style}, number: at, size: n}}"
    model = small(paths, f"operations: {{GET /things: {{paging: {words}}}}}")
    paging = operation(model, "GET /things").paging
    assert (paging.style, paging.number, paging.size) == (style, "at", "n")


@pytest.mark.parametrize("style", ["page", "cursor", "after", "from"])
def test_the_next_page_that_a_reply_tells_brings_what_comes_next(
    style: str, tmp_path: Path
) -> None:
    names = {"page": "page", "cursor": "cursor", "after": "after", "from": "from"}
    description = {"from": "Paginates from this ID onwards."}.get(style, "")
    query = [
        {"name": "limit", "in": "query", "schema": NUMBER},
        {"name": names[style], "in": "query", "schema": TEXT, "description": description},
    ]
    pointer = {"type": "object", "properties": {"href": TEXT}}
    listing = does(thing(items=many(ITEM), next=pointer), parameters=query)
    paths = {
        "/things": {"get": listing, "post": does(ITEM, thing(name="string"), 201)},
        "/things/{id}": {"get": does(ITEM)},
    }
    assert operation(small(paths), "GET /things").paging.style == style
    place = tmp_path / "api.json"
    place.write_text(document(paths), "utf-8")
    with closing(AppTarget(fresh_app(str(place)))) as target:
        for name in ("a", "b", "c"):
            content = json.dumps({"name": name}).encode()
            headers = {"content-type": "application/json"}
            assert target.send(Sent("POST", "/things", headers, content)).status == 201
        assert [*walked(target, "/things?limit=1")] == [["a"], ["b"], ["c"]]


def walked(target: AppTarget, path: str) -> Iterator[list[str]]:
    """Yield the names on each page, following the links."""
    while path:
        body = target.send(Sent("GET", path)).body
        yield [each["name"] for each in body["items"]]
        path = body.get("next", {}).get("href", "").removeprefix("http://testserver")


TAGS = thing(type="string", tags=many(thing(id="string", name="string")))
MAKER = thing(id="integer", slug="string")
DEVICE = thing(
    id="integer",
    liked="boolean",
    level={"type": "string", "enum": ["LEVEL_HIDDEN", "LEVEL_READ_ONLY", "LEVEL_READ_WRITE"]},
    tags=TAGS,
    marks=many(TEXT),
    kind=thing(id="integer", model="string", maker=MAKER),
    usual_price=thing(id="integer", billing_type="string"),
)
SHORT = {"type": "string", "enum": ["ALL", "READ", "READ_WRITE"]}
BILLED = many({"type": "string", "enum": ["once", "monthly"]})


@pytest.mark.parametrize(
    ("name", "schema", "words", "field"),
    [
        ("maker", TEXT, "", "kind.maker.id"),
        ("maker_id__n", NUMBER, "", "kind.maker.id"),
        ("model", TEXT, "The model of a kind", "kind.model"),
        ("model", TEXT, "What is computed", None),
        ("tag_id", TEXT, "", "tags.tags.id"),
        ("mark_name", TEXT, "", "marks"),
        ("billing_types", BILLED, "", "usual_price.billing_type"),
        ("billing_types", many(TEXT), "", None),
        ("level_filter", SHORT, "", "level"),
        ("level", {"type": "string", "enum": ["off", "on"]}, "", None),
        ("liked", TEXT, "By the username of who liked it", None),
        ("liked", TEXT, "Whether it is liked: true or false", "liked"),
    ],
)
def test_a_filter_is_about_what_is_further_inside_a_record(
    name: str, schema: Any, words: str, field: str | None
) -> None:
    known = RecordProperties(schema_of(DEVICE), "id", "devices")
    found = infer_filters([parameter(name, schema, words)], known)
    assert [each.field for each in found] == ([field] if field else [])


SPREAD = thing(limit="integer", offset="integer", exclude_fields="string", name="string")


def test_members_of_an_object_that_is_spread_page_filter_and_show() -> None:
    asked = {"name": "asked", "in": "query", "schema": SPREAD}
    model = small({"/things": {"get": does(many(ITEM), parameters=[asked]), "post": does(ITEM)}})
    found = operation(model, "GET /things")
    assert (found.paging.size, found.paging.number) == ("limit", "offset")
    assert [each.param for each in found.filters] == ["asked.name"]
    assert [each.param for each in found.sparse] == ["asked.exclude_fields"]
    assert found.ignored == ()
    uses = {each.parameter: str(each.use) for each in parameter_uses(found)}
    assert uses == {
        "asked.limit": "size",
        "asked.offset": "offset",
        "asked.exclude_fields": "fields",
        "asked.name": "filter",
    }


def test_keys_lead_both_ways_beside_pages_by_number() -> None:
    query = [parameter("page", NUMBER), parameter("limit", NUMBER)]
    query += [parameter("before", TEXT), parameter("after", TEXT)]
    found = infer_paging(query)
    assert (found.style, found.back) == ("page", "before")


def test_an_object_is_no_cursor() -> None:
    words = "Pagination parameters"
    assert infer_paging([parameter("paging", thing(color="string"), words)]) == Paging()


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ('"true" or "false", whether to include the "signed" and "serial" fields', 0),
        ("Whether to show archived details.", 0),
        ("Only those that are signed.", 1),
        ("Only return things whose `signed` field takes on the value of this parameter.", 1),
        ("Return the things with a true signed property.", 1),
        ("Include the things where the field is set.", 1),
        ("", 1),
    ],
)
def test_a_switch_that_chooses_what_is_shown_is_no_filter(words: str, count: int) -> None:
    known = RecordProperties(schema_of(thing(id="integer", signed="boolean")), "id", "things")
    found = infer_filters([parameter("signed", {"type": "boolean"}, words)], known)
    assert len(found) == count
