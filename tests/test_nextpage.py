"""The page after one is found by what the server says, else by counting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockserver.model.types import Operation
from mockserver.model.types.operation import Envelope
from mockserver.model.types.reading import Paging
from mockserver.nextpage import ShownPage, first_query, next_query
from tests.conftest import model_of

FULL = [{"id": number} for number in range(1, 4)]


def listing(paging: Paging, many: Any = None) -> Operation:
    operation = model_of("bookshop").labeled("GET /shelves")
    assert operation is not None
    envelope = Envelope(many=many or {"items": "$value"})
    return replace(operation, paging=paging, envelope=envelope)


def page(query: dict[str, Any], body: Any = None, link: str = "", **more: Any) -> ShownPage:
    return ShownPage(query, body or {}, link, more.get("records", FULL), 1, 3)


@pytest.mark.parametrize(
    ("paging", "query"),
    [
        (Paging("page", "page", "limit"), {"page": 2, "limit": 3}),
        (Paging("page", "page", "limit", first=0), {"page": 1, "limit": 3}),
        (Paging("offset", "offset", "limit"), {"offset": 3, "limit": 3}),
        (Paging("after", "starting_after", "limit"), {"starting_after": "3", "limit": 3}),
    ],
)
def test_where_the_server_says_nothing_pages_are_counted(
    paging: Paging, query: dict[str, Any]
) -> None:
    assert next_query(listing(paging), page({"limit": 3}), "id") == query


def test_a_page_that_is_not_full_is_the_last_where_pages_are_counted() -> None:
    operation = listing(Paging("page", "page", "limit"))
    assert next_query(operation, page({"limit": 4}), "id") is None


def test_a_short_page_is_not_the_last_where_a_cursor_leads_on() -> None:
    operation = listing(Paging("cursor", "cursor", "limit"), {"items": "$value", "next": "$cursor"})
    asked = next_query(operation, page({"limit": 50}, {"next": "b7"}), "id")
    assert asked == {"limit": 50, "cursor": "b7"}
    assert next_query(operation, page({"limit": 50}, {"next": None}), "id") is None


@pytest.mark.parametrize(
    "link", ['<https://evil.example/x?page=9>; rel="next"', "<?page=9>;rel=next"]
)
def test_of_a_link_the_query_alone_is_taken(link: str) -> None:
    operation = listing(Paging("page", "page", "limit"))
    asked = next_query(operation, page({"limit": 3}, link=f"<?page=1>; rel=prev, {link}"), "id")
    assert asked == {"limit": 3, "page": "9"}


def test_a_url_in_the_envelope_leads_on() -> None:
    operation = listing(Paging(), {"items": "$value", "links": {"next": "$next"}})
    body = {"links": {"next": "/shelves?after=c&limit=3"}}
    assert next_query(operation, page({}, body), "id") == {"after": "c", "limit": "3"}


def test_nothing_comes_after_an_empty_page_or_where_the_server_says_so() -> None:
    operation = listing(Paging("page", "page"), {"items": "$value", "more": "$has_next"})
    assert next_query(operation, page({}, records=[]), "id") is None
    assert next_query(operation, page({}, {"more": False}), "id") is None


def test_the_first_page_is_asked_for_as_large_as_it_may_be() -> None:
    assert first_query(listing(Paging("page", "page", "limit", maximum=20))) == {"limit": 20}
    assert first_query(listing(Paging("page", "page", "limit"))) == {"limit": 100}
    assert first_query(listing(Paging())) == {}


def test_a_short_page_that_says_that_there_are_more_is_not_the_last() -> None:
    operation = listing(Paging("page", "page", "limit"), {"items": "$value", "more": "$has_next"})
    assert next_query(operation, page({"limit": 4}, {"more": True}), "id") == {
        "limit": 4,
        "page": 2,
    }
    assert next_query(operation, page({"limit": 3}, {"more": False}), "id") is None


def test_a_link_without_a_next_page_is_of_the_last_one_unless_it_is_about_something_else() -> None:
    operation = listing(Paging("page", "page", "limit"))
    first = '</shelves?page=1>; rel="first"'
    assert next_query(operation, page({"limit": 3}, link=first), "id") is None
    about = '</docs>; rel="describedby"'
    assert next_query(operation, page({"limit": 3}, link=about), "id") == {"limit": 3, "page": 2}
