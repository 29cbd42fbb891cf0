from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.replies.headers import page_url
from mockserver.asgi.request import Request
from mockserver.call import Page
from mockserver.model.types import Paging
from tests.asgi.stage import Answer, Stage
from tests.conftest import fresh_app

TOKEN = {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"}
PATH = "/api/v1/channel/5/product_images/"


def listed(query: str, **headers: str) -> Answer:
    return Stage(fresh_app("omnitron")).ask(f"GET {PATH}?{query}", headers={**TOKEN, **headers})


def test_a_link_keeps_the_other_parameters_and_their_order() -> None:
    request = request_of(b"x=1&page=2&limit=2&x=2&id__in=1%2C2&e=")
    paging = Paging("page", "page", "limit")
    following = page_url(request, paging, Page(2, 2, 9), 1)
    previous = page_url(request, paging, Page(2, 2, 9), -1)
    assert following == "http://h/x?x=1&page=3&limit=2&x=2&id__in=1%2C2&e="
    assert previous == "http://h/x?x=1&page=1&limit=2&x=2&id__in=1%2C2&e="


def test_a_link_names_its_parameters_in_alphabetical_order_where_that_is_the_habit() -> None:
    body = listed("page=2&limit=2&id__in=1%2C2%2C3%2C4%2C5%2C6&product=").json
    query = body["next"].partition("?")[2]
    assert query == "id__in=1%2C2%2C3%2C4%2C5%2C6&limit=2&page=3&product="


def test_a_link_to_the_first_page_leaves_its_number_out_where_that_is_the_habit() -> None:
    assert listed("page=2&limit=2").json["previous"].partition("?")[2] == "limit=2"


def test_a_link_is_absolute_under_the_host_that_was_asked() -> None:
    stage = Stage(fresh_app("omnitron"))
    assert (
        stage.ask(f"GET {PATH}?limit=2", headers=TOKEN).json["next"]
        == f"http://testserver{PATH}?limit=2&page=2"
    )
    mounted = stage.ask(f"GET /m{PATH}?limit=2", headers=TOKEN, root_path="/m").json["next"]
    assert mounted == f"http://testserver/m{PATH}?limit=2&page=2"


def test_the_first_page_has_none_before_and_the_last_none_after() -> None:
    assert listed("limit=100").json["next"] is None
    assert listed("limit=100").json["previous"] is None
    last = listed("limit=5&page=3").json
    assert (last["next"], last["previous"].endswith("page=2")) == (None, True)


def request_of(query: bytes) -> Any:
    scope = {
        "type": "http",
        "headers": [(b"host", b"h")],
        "query_string": query,
        "path": "/x",
        "raw_path": b"/x",
    }
    return Request(scope, None)


@given(
    st.lists(
        st.tuples(st.sampled_from("abp"), st.text(st.characters(codec="utf-8"), max_size=3)),
        max_size=6,
    )
)
def test_following_a_link_changes_the_page_and_nothing_else(pairs: list[tuple[str, str]]) -> None:

    paging = Paging("page", "p", "n", 2)
    url = page_url(request_of(urlencode(pairs).encode()), paging, Page(2, 2, 10), 1)
    assert url is not None
    got = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert [pair for pair in got if pair[0] != "p"] == [pair for pair in pairs if pair[0] != "p"]
    assert [value for name, value in got if name == "p"] == ["3"]


def test_an_offset_moves_by_the_size_and_not_below_zero() -> None:
    paging = Paging("offset", "o", "n", 10)
    request = request_of(b"o=5&n=10")
    assert page_url(request, paging, Page(1, 10, 30, 0, 5), 1) == "http://h/x?o=15&n=10"
    assert page_url(request, paging, Page(1, 10, 30, 0, 5), -1) == "http://h/x?o=0&n=10"
    assert page_url(request, paging, Page(1, 10, 30, 0, 20), 1) is None
