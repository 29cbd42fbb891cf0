from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.asgi.routes import Routes

_CALL = re.compile(r"(?:([A-Z]+) )?(/.*)")


def routes_of(*templates: str, base: str = "", takes_empty: bool = False) -> Routes:
    routes = Routes(takes_empty)
    for template in templates:
        method, path = _CALL.findall(template)[0]
        routes.add(base, path, method or "GET", path)
    return routes


def found(routes: Routes, path: str, method: str = "GET") -> tuple[str, tuple[str, ...]] | None:
    match = routes.find(path)
    return (match.routes[method].name, match.values) if match and method in match.routes else None


@pytest.mark.parametrize("order", [("/users/{id}", "/users/me"), ("/users/me", "/users/{id}")])
def test_a_fixed_segment_beats_a_parameter(order: tuple[str, str]) -> None:
    assert found(routes_of(*order), "/users/me") == ("/users/me", ())


def test_a_mixed_segment_beats_a_parameter_and_yields_to_a_fixed_one() -> None:
    routes = routes_of("/{id}", "/{id}.json", "/all.json")
    assert found(routes, "/7.json") == ("/{id}.json", ("7",))
    assert found(routes, "/7") == ("/{id}", ("7",))
    assert found(routes, "/all.json") == ("/all.json", ())


def test_of_two_mixed_segments_the_one_with_more_fixed_text_wins() -> None:
    routes = routes_of("/{name}.{extension}", "/{id}.json")
    assert found(routes, "/7.json") == ("/{id}.json", ("7",))
    assert found(routes, "/7.xml") == ("/{name}.{extension}", ("7", "xml"))


def test_a_mixed_segment_takes_every_character() -> None:
    assert found(routes_of("/{id}.json"), "/a%0Ab%2Fc.json") == ("/{id}.json", ("a\nb/c",))


def test_a_dead_end_goes_back_to_the_parameter() -> None:
    routes = routes_of("/users/me/photo", "/users/{id}/name")
    assert found(routes, "/users/me/name") == ("/users/{id}/name", ("me",))


def test_a_path_that_is_there_hides_the_methods_of_a_less_fitting_one() -> None:
    match = routes_of("GET /users/me", "DELETE /users/{id}").find("/users/me")
    assert match is not None
    assert set(match.routes) == {"GET"}


def test_an_encoded_slash_stays_within_its_segment() -> None:
    routes = routes_of("/files/{name}", "/files/a/b")
    assert found(routes, "/files/a%2Fb") == ("/files/{name}", ("a/b",))
    assert found(routes, "/files/a/b") == ("/files/a/b", ())


@pytest.mark.parametrize(
    ("template", "path"), [("/caf%C3%A9", "/caf%c3%a9"), ("/a b", "/a%20b"), ("/a%20b", "/a b")]
)
def test_percent_encoding_does_not_tell_fixed_segments_apart(template: str, path: str) -> None:
    assert found(routes_of(template), path) == (template, ())


@pytest.mark.parametrize("path", ["//users", "/users//7", "/users/7//", "//"])
def test_an_empty_segment_is_no_path(path: str) -> None:
    assert routes_of("/users", "/users/{id}", "/").find(path) is None


def test_an_empty_parameter_is_none() -> None:
    assert found(routes_of("/users/{id}", "/users"), "/users/") == ("/users", ())


def test_the_root_is_a_path() -> None:
    assert found(routes_of("/"), "/") == ("/", ())


def test_templates_of_one_shape_share_their_methods() -> None:
    routes = routes_of("GET /a/{x}", "PUT /a/{y}", "GET /a/{z}")
    assert found(routes, "/a/1") == ("/a/{x}", ("1",))
    assert found(routes, "/a/1", "PUT") == ("/a/{y}", ("1",))


def test_the_spelling_with_the_same_slash_wins_where_both_are_there() -> None:
    routes = routes_of("/a", "/a/", "PUT /a/")
    assert found(routes, "/a") == ("/a", ())
    assert found(routes, "/a/") == ("/a/", ())
    assert found(routes, "/a", "PUT") == ("/a/", ())


def test_the_parameters_of_a_base_path_come_first() -> None:
    routes = routes_of("/images/{id}", base="/stores/{store}/v2")
    assert found(routes, "/stores/abc/v2/images/5") == ("/images/{id}", ("abc", "5"))


SEGMENT = st.sampled_from(
    ["a", "b", "a.json", "{x}", "{x}.json", "a{x}", "{x}-{y}", "a b", "{x}.j"]
)
TEMPLATE = st.lists(SEGMENT, max_size=4).map(lambda parts: "/" + "/".join(parts))
SENT = st.sampled_from(
    [
        "a",
        "b",
        "ab",
        "a.json",
        "b.json",
        "a-b",
        "a-b.json",
        "a b",
        "c",
        "a/b",
        "é",
        "-",
        ".j",
        "x.j",
    ]
)
PATH = st.lists(SENT, max_size=4).map(
    lambda parts: "/" + "/".join(quote(part, safe="") for part in parts)
)
PARAMETER = re.compile(r"\{\w+\}")


def pattern_of(segment: str) -> str:
    return "(.+)".join(map(re.escape, PARAMETER.split(segment)))


def rank(segment: str) -> tuple[int, int]:
    kind = 0 if not PARAMETER.search(segment) else 2 if PARAMETER.fullmatch(segment) else 1
    return kind, -len(re.escape(PARAMETER.sub("", segment))) if kind == 1 else 0


def naive(templates: list[str], path: str) -> tuple[str, tuple[str, ...]] | None:
    """Try every template; the best is the one whose segments, from left to right, say most."""
    given = [unquote(part) for part in path.strip("/").split("/")] if path != "/" else []
    fitting = []
    for at, template in enumerate(templates):
        wanted = [part for part in template.strip("/").split("/") if part]
        matches = [
            re.fullmatch(pattern_of(w), g, re.DOTALL) for w, g in zip(wanted, given, strict=False)
        ]
        if len(wanted) == len(given) and all(matches):
            first = [
                next(k for k, other in enumerate(templates) if same_start(other, wanted[: i + 1]))
                for i in range(len(wanted))
            ]
            values = tuple(value for match in matches if match for value in match.groups())
            fitting.append(
                ([(rank(w), f) for w, f in zip(wanted, first, strict=True)], at, template, values)
            )
    return min(fitting)[2:] if fitting else None


def same_start(template: str, parts: list[str]) -> bool:
    own = [part for part in template.strip("/").split("/") if part][: len(parts)]
    return list(map(pattern_of, own)) == list(map(pattern_of, parts))


@settings(max_examples=400, deadline=None)
@given(st.lists(TEMPLATE, min_size=1, max_size=8), PATH)
def test_the_tree_agrees_with_trying_every_template(templates: list[str], path: str) -> None:
    assert found(routes_of(*templates), path) == naive(templates, path)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "/b/{k}"),
        ("acl", "/b/{key}?acl"),
        ("acl=&version=2", "/b/{key}?acl"),
        ("mode=full", "/b/{k}?mode=full"),
        ("mode=short", "/b/{k}"),
        ("part=3&upload=7", "/b/{k}?part={n}&upload={id}"),
        ("part=3", "/b/{k}"),
    ],
)
def test_a_query_chooses_among_paths_that_carry_one(query: str, name: str) -> None:
    routes = routes_of("/b/{k}?part={n}&upload={id}", "/b/{k}", "/b/{key}?acl", "/b/{k}?mode=full")
    match = routes.find("/b/x", query)
    assert match is not None
    assert (match.routes["GET"].name, match.values) == (name, ("x",))


def test_a_path_with_a_query_adds_its_methods_only_where_the_query_is() -> None:
    routes = routes_of("GET /b", "PUT /b?acl")
    plain, chosen = routes.find("/b"), routes.find("/b", "acl")
    assert plain is not None
    assert chosen is not None
    assert (set(plain.routes), set(chosen.routes)) == ({"GET"}, {"GET", "PUT"})


def test_an_empty_segment_is_the_value_of_a_parameter_where_that_is_said() -> None:
    templates = ("/items/{id}", "/items/{id}/parts", "POST /items", "/items/all")
    routes = routes_of(*templates, takes_empty=True)
    assert found(routes, "/items//parts") == ("/items/{id}/parts", ("",))
    assert found(routes, "/items/") == ("/items/{id}", ("",))
    assert found(routes, "/items//") == ("/items/{id}", ("",))
    assert found(routes, "/items/all/") == ("/items/all", ())
    assert found(routes, "/items//parts/") == ("/items/{id}/parts", ("",))
    assert found(routes, "//items") is None
    assert found(routes_of(*templates), "/items//parts") is None


def test_what_the_item_of_an_empty_key_does_not_have_its_collection_answers() -> None:
    match = routes_of("/items/{id}", "/items", "POST /items", takes_empty=True).find("/items/")
    assert match is not None
    assert {method: route.name for method, route in match.routes.items()} == {
        "GET": "/items/{id}",
        "POST": "/items",
    }
    assert routes_of("/", "/{id}", takes_empty=True).find("/").routes["GET"].name == "/"  # type: ignore[union-attr]
