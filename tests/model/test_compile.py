"""Whole models: base paths, credentials, errors, habits, and the four APIs."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.compile import DEFAULT_CREDENTIAL, base_paths
from mockserver.model.report.explain import is_stateful
from mockserver.model.types import Credential, Kind, Model
from tests.conftest import APIS, model_of
from tests.model.compiling import does, many, operation, small, thing

PATHS = {
    "/things": {"get": does(many()), "post": does(thing(), thing(), 201)},
    "/things/{id}": {"get": does(thing())},
    "/things/{thing_id}/leaves": {"get": does(many()), "post": does(thing(), thing(), 201)},
    "/search": {"post": does(thing())},
}


@pytest.mark.parametrize(
    ("servers", "paths"),
    [
        (None, ("",)),
        ([], ("",)),
        (["https://a.example"], ("",)),
        (["https://a.example/"], ("",)),
        (["https://a.example/v1/"], ("/v1",)),
        (["/v1"], ("/v1",)),
        (["v1"], ("/v1",)),
        (["/"], ("",)),
        (["https://a.example/v1", "https://b.example/v1", "https://b.example/v2"], ("/v1", "/v2")),
        (["https://{host}/stores/{hash}/v2"], ("/stores/{hash}/v2",)),
        (["{scheme}://{host}:{port}/api"], ("/api",)),
        (["{server}/v1"], ("/v1",)),
        (["//a.example/v1"], ("/v1",)),
        (["https://a.example/v1?x=1#y"], ("/v1",)),
        ([5], ("",)),
    ],
)
def test_the_base_paths_are_those_of_the_servers(servers: Any, paths: tuple[str, ...]) -> None:
    assert (
        base_paths({"servers": None if servers is None else [{"url": url} for url in servers]})
        == paths
    )


SCHEMES = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Basic": {"type": "http", "scheme": "Basic"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}


def secured(semantics: str = "") -> Model:
    return small(PATHS, semantics, components={"securitySchemes": SCHEMES})


def test_every_scheme_has_a_default_credential() -> None:
    assert set(secured().security.credentials) == {
        Credential("Key", DEFAULT_CREDENTIAL),
        Credential("Basic", f"{DEFAULT_CREDENTIAL}:{DEFAULT_CREDENTIAL}"),
        Credential("Bearer", DEFAULT_CREDENTIAL),
    }


def test_a_declared_credential_takes_the_place_of_the_default_one() -> None:
    credentials = secured(
        "credentials: [{scheme: Key, value: k, scopes: [read]}]"
    ).security.credentials
    assert [each for each in credentials if each.scheme == "Key"] == [
        Credential("Key", "k", frozenset({"read"}))
    ]
    assert len(credentials) == 3


def test_a_scheme_has_its_prefix_and_its_place() -> None:
    security = secured("security: {Key: {prefix: Token, at: /v2/}}").security
    assert (security.prefixes, security.at) == ({"Key": "Token"}, {"Key": "/v2"})


def test_habits_are_those_that_are_said() -> None:
    habits = small(
        PATHS, "defaults: {slash: strict, headers: {X-A: b}, unimplemented: [PATCH]}"
    ).habits
    assert (habits.slash, habits.headers, habits.unimplemented) == (
        "strict",
        {"X-A": "b"},
        frozenset({"PATCH"}),
    )
    assert small(PATHS).habits.slash == "accept"


def test_errors_that_nobody_declared_are_problem_details() -> None:
    errors = small(PATHS).errors["default"]
    assert errors.media_type == "application/problem+json"
    assert (errors.forms["not_found"].status, errors.forms["invalid"].status) == (404, 400)


def test_a_kind_of_problem_that_is_not_declared_takes_the_form_of_its_like() -> None:
    said = "errors: {default: {body: {m: '{message}'}, forms: {not_found: {status: 422, message: gone}}}}"
    forms = small(PATHS, said).errors["default"].forms
    assert forms["duplicate"].status == 409
    for kind in ("not_found", "parent_not_found", "page_not_found", "no_route"):
        assert (forms[kind].status, forms[kind].message, forms[kind].body) == (
            422,
            "gone",
            {"m": "{message}"},
        )
    assert forms["conflict"].status == 409


def test_the_body_of_invalid_requests_may_differ() -> None:
    forms = (
        small(PATHS, "errors: {default: {body: {m: 1}, invalid_body: {f: 2}}}")
        .errors["default"]
        .forms
    )
    assert forms["invalid"].body == forms["invalid_query"].body == {"f": 2}
    assert forms["not_found"].body == {"m": 1}


def test_a_duplicate_takes_the_form_of_an_invalid_body_where_that_is_said() -> None:
    said = "errors: {default: {body: {m: 1}, invalid_body: {f: 2}, forms: {invalid: {status: 422, message: no}}}}"
    form = small(PATHS, said).errors["default"].forms["duplicate"]
    assert (form.status, form.message, form.body) == (422, "no", {"f": 2})


def test_extended_errors_change_what_they_say_and_keep_the_rest() -> None:
    said = """
errors:
  default: {body: {m: 1}, forms: {conflict: {status: 418, code: c}}, messages: {required: r, type: t}}
  own: {extends: default, forms: {conflict: {status: 420}}, messages: {type: o}, at: /things}
"""
    model = small(PATHS, said)
    own = model.errors["own"]
    assert (own.forms["conflict"].status, own.forms["conflict"].code) == (420, "c")
    assert own.messages == {"required": "r", "type": "o"}
    assert own.forms["not_found"] == model.errors["default"].forms["not_found"]
    assert operation(model, "GET /things").errors == "own"
    assert operation(model, "POST /search").errors == "default"


def test_an_operation_may_name_its_errors() -> None:
    model = small(PATHS, "errors: {own: {body: {}}}\noperations: {GET /things: {errors: own}}")
    assert operation(model, "GET /things").errors == "own"


def test_what_keeps_no_state_is_not_stateful() -> None:
    model = small(PATHS)
    assert is_stateful(operation(model, "GET /things"))
    assert not is_stateful(operation(model, "POST /search"))


def test_a_document_without_paths_has_an_empty_model() -> None:
    model = small({})
    assert (model.operations, model.resources) == ((), {})


@pytest.mark.parametrize("name", APIS)
def test_every_operation_of_an_api_is_compiled_once_and_names_what_there_is(name: str) -> None:
    model = model_of(name)
    labels = [each.label for each in model.operations]
    methods = [
        (path, method) for path, item in model.document.spec["paths"].items() for method in item
    ]
    documented = [
        f"{m.upper()} {p}" for p, m in methods if m in ("get", "put", "post", "patch", "delete")
    ]
    assert sorted(labels) == sorted(documented)
    for each in model.operations:
        assert each.reason
        assert each.errors in model.errors
        assert (each.resource in model.resources) == (
            each.kind not in (Kind.STATELESS, Kind.ACTION)
        )
        for parent in each.parents:
            assert parent.resource is None or parent.resource in model.resources


@pytest.mark.parametrize("name", APIS)
def test_every_operation_of_an_api_has_a_kind_that_keeps_state(name: str) -> None:
    assert [each.label for each in model_of(name).operations if each.kind is Kind.STATELESS] == []


def test_the_worked_example_is_inferred_throughout() -> None:
    assert {each.reason for each in model_of("bookshop").operations} == {
        "list-collection",
        "create-in-collection",
        "read-item",
        "delete-item",
        "put-item",
        "patch-item",
    }


def test_extended_errors_may_have_another_body_and_media_type() -> None:
    said = """
errors:
  default: {body: {m: 1}, forms: {login_refused: {body: {own: 1}}}}
  own: {extends: default, body: {n: 1}, invalid_body: {f: 1}, media_type: application/vnd.api+json}
"""
    own = small(PATHS, said).errors["own"]
    assert (own.forms["not_found"].body, own.forms["invalid"].body) == ({"n": 1}, {"f": 1})
    assert own.forms["login_refused"].body == {"own": 1}
    assert own.media_type == "application/vnd.api+json"


def test_extended_errors_of_an_api_that_declares_none_are_its_own() -> None:
    own = small(PATHS, "errors: {own: {extends: default, body: {n: 1}}}").errors["own"]
    assert (own.standard, own.media_type) == (False, "application/json")
