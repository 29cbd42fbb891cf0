"""A refusal that no operation makes is written as it is asked for."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.asgi.stage import Play, Stage
from tests.conftest import fresh_app

XML = "{urn:ietf:rfc:7807}"
FAULT = {"type": "object", "xml": {"name": "fault"}, "properties": {"message": {"type": "string"}}}
BIGCOMMERCE = "/stores/abc/v2/products/32/images"


def stage_of(play: Play, **responses: Any) -> Stage:
    item = {"responses": {"200": {"description": ""}, **responses}}
    return play({"/things": {"get": item}, "/things/{id}": {"get": item, "parameters": [ID]}})


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("application/json, application/xml;q=0.5", "application/problem+json"),
        ("application/xml", "application/xml"),
        ("application/problem+xml", "application/problem+xml"),
        ("text/xml;q=0.9, application/json;q=0.1", "text/xml"),
        ("image/png", "application/problem+json"),
    ],
)
@pytest.mark.parametrize("call", ["GET /nothing", "DELETE /things"])
def test_problem_details_are_json_or_xml(
    play: Play, accept: str | None, media_type: str, call: str
) -> None:
    answer = stage_of(play).ask(call, headers={"Accept": accept} if accept else {})
    assert answer.headers["content-type"] == media_type
    if "xml" in media_type:
        assert fromstring(answer.body).findtext(f"{XML}status") == str(answer.status)
    else:
        assert answer.json["status"] == answer.status


def test_errors_that_are_documented_in_xml_are_written_so_elsewhere_too(play: Play) -> None:
    told = {"description": "", "content": {"application/xml": {"schema": FAULT}}}
    answer = stage_of(play, **{"400": told}).ask(
        "DELETE /things", headers={"Accept": "application/xml"}
    )
    root = fromstring(answer.body)
    assert (answer.status, root.tag) == (405, "fault")


@pytest.mark.parametrize(("path", "headers"), [(".xml", {}), ("", {"Accept": "application/xml"})])
def test_an_api_with_xml_of_its_own_refuses_a_method_in_it(
    path: str, headers: dict[str, str]
) -> None:
    sent = {"X-Auth-Token": "tok", **headers}
    answer = Stage(fresh_app("bigcommerce-v2")).ask(f"PATCH {BIGCOMMERCE}{path}", headers=sent)
    assert answer.headers["content-type"] == "application/xml"
    assert fromstring(answer.body).find(".//message") is not None
