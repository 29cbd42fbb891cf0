"""Items whose path leaves out their parent are those of the collection that makes them, and nothing
else is.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.compiling import does, many, operation, small, thing

MADE = {"get": does(many()), "post": does(thing(), thing())}
READ = {"get": does(thing()), "delete": does(status=204)}
OTHER = {"get": does(thing(street="string", town="string"))}
SITES = {"/sites": MADE, "/sites/{site_id}": READ}


@pytest.mark.parametrize(
    ("collection", "item"),
    [
        ("/sites/{site_id}/builds", "/builds/{build_id}"),
        ("/sites/{site_id}/builds", "/sites/build/{build_id}"),
        ("/rows/table/{table_id}", "/rows/{row_id}"),
        ("/orgs/{org}/sites/{site_id}/builds", "/orgs/{org}/builds/{build_id}"),
    ],
)
def test_an_item_below_fewer_parents_is_of_the_collection_that_makes_it(
    collection: str, item: str
) -> None:
    model = small({collection: MADE, item: READ})
    made, read = operation(model, f"POST {collection}"), operation(model, f"GET {item}")
    assert (read.kind, read.resource) == ("read", made.resource)
    assert read.reason == f"shallow-read-item of {collection}"


@pytest.mark.parametrize(
    "paths",
    [
        {"/sites/{site_id}/builds": MADE, "/builds/{id}": OTHER},
        {"/sites/{site_id}/builds": MADE, "/users/{user_id}/builds": MADE, "/builds/{id}": READ},
        {"/sites/{site_id}/builds": MADE, "/builds": MADE, "/builds/{id}": READ},
        {"/plans/{code}/builds": MADE, "/features/{code}/builds/{id}": READ},
    ],
)
def test_an_item_of_another_kind_or_of_a_doubtful_home_is_not(paths: dict[str, Any]) -> None:
    model = small(paths)
    last = operation(model, f"GET {list(paths)[-1]}")
    assert "shallow" not in last.reason


def test_semantics_that_name_the_path_of_the_items_keep_them_apart() -> None:
    paths = {"/sites/{site_id}/builds": MADE, "/builds/{id}": READ}
    model = small(paths, "resources: {runs: {path: '/builds', key: id}}")
    assert operation(model, "GET /builds/{id}").resource == "runs"


def test_what_is_below_shallow_items_has_them_for_parents() -> None:
    paths = {
        **SITES,
        "/sites/{site_id}/builds": MADE,
        "/builds/{id}": READ,
        "/builds/{id}/logs": MADE,
    }
    (parent,) = operation(small(paths), "POST /builds/{id}/logs").parents
    assert parent.resource == "builds"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (
            {"get": does(thing(rate="number"))},
            "nothing makes or lists rates: answers with an example",
        ),
        (
            {"delete": does(status=204), "patch": does(thing(), thing())},
            "nothing reads rates: answers with an example",
        ),
    ],
)
def test_records_that_no_client_can_know_of_have_no_state(
    item: dict[str, Any], reason: str
) -> None:
    model = small({"/rates/{id}": item})
    assert {(each.kind, each.reason) for each in model.operations} == {("stateless", reason)}


def test_records_that_are_changed_where_they_are_read_have_state() -> None:
    model = small({"/rates/{id}": {"get": does(thing()), "patch": does(thing(), thing())}})
    assert {each.kind for each in model.operations} == {"read", "merge"}


def test_semantics_that_name_a_resource_keep_its_state() -> None:
    model = small({"/rates/{id}": {"get": does(thing())}}, "resources: {rates: {key: id}}")
    assert operation(model, "GET /rates/{id}").kind == "read"


def test_what_is_read_below_a_collection_is_an_item_though_it_tells_a_list_beside_the_record() -> (
    None
):
    told = thing(definition=thing(key="string", title="string"), errors=many(thing(code="string")))
    collection, item = "/sites/definitions", "/sites/definitions/{key}"
    of_definitions = {"get": does(thing(definitions=many(thing(key="string", title="string"))))}
    model = small(
        {
            **SITES,
            collection: of_definitions | {"post": does(told, told)},
            item: {"get": does(told)},
        }
    )
    read, made = operation(model, f"GET {item}"), operation(model, f"POST {collection}")
    assert (read.kind, read.resource) == ("read", made.resource)
