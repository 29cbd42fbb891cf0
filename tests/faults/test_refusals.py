"""A planned refusal is told as a real one, with the values of the call that it meets."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from mockserver import MockServer
from mockserver.app import Settings, make_app
from mockserver.errors import SettingsError
from tests.asgi.stage import Answer, Headers, Play, Stage
from tests.conftest import fresh_app

SHIRT = "/openapi/2022-01/products/3f7c1e52-9d0a-4a7b-8f43-2f1d5b0c9a01/images"
CALLS: dict[str, tuple[str, Headers]] = {
    "bigcommerce-v2": (
        "GET /stores/abc/v2/products/32/images",
        {"X-Auth-Token": "tok", "Accept": "application/json"},
    ),
    "bookshop": ("GET /shelves/1", {"X-Api-Key": "bookshop-key"}),
    "omnitron": (
        "GET /api/v1/channel/5/product_images/",
        {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"},
    ),
    "shoplazza": (f"GET {SHIRT}", {"access-token": "tok"}),
}
GAP = re.compile(r"""MISSING|\bNone\b(?! of)|""|''|\{""")
STATUSES = (400, 401, 403, 404, 405, 406, 409, 413, 415, 418, 422, 429, 500, 501, 503, 509)


def planned(api: str, call: str = "", headers: Headers | None = None, **fault: Any) -> Answer:
    """Return the answer of an API to a call that meets a fault, its usual call where none is said."""
    usual, admitted = CALLS[api]
    stage = Stage(fresh_app(api, Settings(faults=str(fault))))
    return stage.ask(call or usual, headers={**admitted, **(headers or {})})


@pytest.mark.parametrize("api", CALLS)
@pytest.mark.parametrize("status", STATUSES)
def test_no_status_of_any_api_shows_a_part_without_a_value(api: str, status: int) -> None:
    answer = planned(api, status=status)
    told = [*answer.headers.values(), *texts(answer.json)]
    assert answer.status == status
    assert all(told)
    assert not [text for text in told if GAP.search(text)]


def texts(value: Any) -> list[str]:
    """Return the texts in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for child in value for text in texts(child)]
    return [str(value)]


@pytest.mark.parametrize(
    ("api", "status", "body"),
    [
        ("omnitron", 405, {"detail": 'Method "GET" not allowed.', "code": "method_not_allowed"}),
        (
            "omnitron",
            503,
            {"detail": "Service Unavailable (planned fault)", "code": "service_unavailable"},
        ),
        ("shoplazza", 404, {"errors": ["Not Found"]}),
        ("shoplazza", 422, {"errors": ["Unprocessable Entity (planned fault)"]}),
        (
            "bigcommerce-v2",
            404,
            [{"status": 404, "message": "The requested resource was not found."}],
        ),
        ("bigcommerce-v2", 509, [{"status": 509, "message": "The quota of requests is used up."}]),
    ],
)
def test_a_status_has_the_words_that_the_api_has_for_it(api: str, status: int, body: Any) -> None:
    assert planned(api, status=status).json == body


def test_a_media_type_that_is_refused_is_that_of_the_call() -> None:
    answer = planned("omnitron", headers={"Content-Type": "text/csv"}, status=415)
    assert answer.json["detail"] == 'Unsupported media type "text/csv" in request.'


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ({"status": 429, "retry_after": 7}, "7"),
        ({"status": 429, "retry_after": 0}, "1"),
        ({"rate_limit": {"limit": 0, "per": "30s"}}, "30"),
        ({"rate_limit": {"limit": 0, "per": "30s"}, "retry_after": 5}, "5"),
    ],
)
def test_a_wait_is_the_same_wherever_it_is_told(fault: dict[str, Any], wait: str) -> None:
    headers = planned("bigcommerce-v2", **fault).headers
    assert (headers["x-retry-after"], headers["retry-after"]) == (wait, wait)


def test_a_wait_that_is_not_planned_is_a_second() -> None:
    assert planned("bigcommerce-v2", status=429).headers["x-retry-after"] == "1"
    assert planned("shoplazza", status=429).headers["retry-after"] == "1"


def test_a_refused_method_leaves_the_others() -> None:
    assert planned("omnitron", status=405).headers["allow"] == "HEAD, OPTIONS"


def test_a_path_that_no_operation_has_is_told_in_the_form_of_its_api() -> None:
    answer = planned("omnitron", "POST /api/v1/nothing/", status=405)
    assert answer.json == {"detail": 'Method "POST" not allowed.', "code": "method_not_allowed"}


def test_a_refusal_is_xml_where_that_is_asked_for() -> None:
    answer = planned("bigcommerce-v2", headers={"Accept": "application/xml"}, status=429)
    assert answer.headers["content-type"] == "application/xml"
    assert fromstring(answer.body).findtext(".//status") == "429"


def test_the_headers_of_every_reply_come_too() -> None:
    assert planned("shoplazza", status=500).headers["request-id"]


@pytest.mark.parametrize(("method", "status"), [("HEAD", 404), ("GET", 204), ("GET", 304)])
def test_what_has_no_body_has_none(method: str, status: int) -> None:
    answer = planned("bookshop", f"{method} /shelves/1", status=status)
    assert (answer.status, answer.body) == (status, b"")


FORM = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
        }
    },
}
CLOSED = {
    "shut": {"value": {"error": "the shop is shut"}},
    "late": {"value": {"error": "too late"}},
}


def shop(play: Play, fault: str) -> Stage:
    answers = {
        "200": {"description": "", "content": {"application/json": {"example": [{"id": 1}]}}},
        "400": {
            "description": "",
            "content": {"application/json": {"schema": FORM, "examples": CLOSED}},
        },
        "default": {"description": "", "content": {"application/json": {"schema": FORM}}},
    }
    return play({"/things": {"get": {"responses": answers}}}, settings=Settings(faults=fault))


def test_a_documented_form_is_filled_with_the_reason(play: Play) -> None:
    answer = shop(play, "{status: 503}").ask("GET /things")
    assert answer.json == {"error": {"code": 503, "message": "Service Unavailable (planned fault)"}}


def test_an_example_of_the_document_is_planned_by_its_name(play: Play) -> None:
    answer = shop(play, "{status: 400, example: late}").ask("GET /things")
    assert (answer.status, answer.json) == (400, {"error": "too late"})
    assert "preference-applied" not in answer.headers


def test_an_example_that_is_not_there_is_told(play: Play) -> None:
    answer = shop(play, "{status: 400, example: early}").ask("GET /things")
    assert "no example 'early' (documented: shut, late)" in answer.json["error"]["message"]


def test_a_planned_success_is_the_documented_one(play: Play) -> None:
    answer = shop(play, "{status: 200}").ask("GET /things")
    assert (answer.status, answer.json) == (200, [{"id": 1}])


def test_the_journal_tells_that_a_refusal_was_planned_and_blames_no_call() -> None:
    with MockServer("bookshop") as mock:
        mock.faults.add(status=405, times=1)
        client = httpx.Client(base_url=mock.url, headers=mock.headers)
        assert client.get("/shelves").status_code == 405
        assert client.get("/shelves", headers={"Prefer": "code=400"}).status_code == 400
        client.close()
        planned, preferred = mock.requests
        assert planned.violations == ("Method Not Allowed (planned fault)",)
        assert preferred.violations == ("Bad Request (preferred response)",)
        assert mock.requests.breaches() == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            {"operation": "GET /shelvs"},
            "there is no operation 'GET /shelvs' here (did you mean 'GET /shelves'",
        ),
        ({"operation": "/shelvs"}, "did you mean '/shelves'"),
        ({"operation": "PATCH /shelves/{shelf_id}"}, "'DELETE /shelves/{shelf_id}'"),
        ({"api": "bookshpo"}, "no API 'bookshpo' is played here (did you mean 'bookshop'?)"),
    ],
)
def test_a_fault_that_no_call_can_meet_is_refused(fault: dict[str, str], told: str) -> None:
    mock = MockServer("bookshop")
    with pytest.raises(SettingsError) as caught:
        mock.faults.add(**fault, status=503)
    assert told in str(caught.value)
    with pytest.raises(SettingsError):
        make_app(["bookshop"], Settings(faults=str({**fault, "status": 503})))


@pytest.mark.parametrize("wanted", ["get /shelves", "/shelves", "GET /shelves"])
def test_an_operation_is_known_by_its_label_and_by_its_path(wanted: str) -> None:
    assert len([MockServer("bookshop").faults.add(operation=wanted, status=503)]) == 1
