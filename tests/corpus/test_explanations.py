"""A failure is explained by its document or not at all."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from contracts.conformance.failure import Failure
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.exchange import json_answer
from tests.corpus.explanations import STATUS, explanation, undocumented

TEXT = {"type": "string"}
TAGS = {"type": "array", "items": TEXT, "maxItems": 2}
BODY = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "tags": TAGS}}
HEADERS = [
    {"name": name, "in": "header", "required": True, "schema": TEXT}
    for name in ("Accept", "X-Page")
]


def query(name: str, schema: Any, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def spec(**responses: Any) -> dict[str, Any]:
    """Return a document with an operation that has these responses, `s200` for 200."""
    return {
        "paths": {
            "/a": {
                "post": {
                    "parameters": [query("n", {"type": "integer"}), query("tags", TAGS), *HEADERS],
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": BODY},
                            "multipart/form-data": {"schema": BODY},
                        }
                    },
                    "responses": {
                        name.removeprefix("s"): {"description": ""} for name in responses
                    },
                }
            }
        }
    }


def failure(
    check: str, reply: str, message: str = "", path: str = "/a", body: Any = None
) -> Failure:
    content = json.dumps({"name": "x"} if body is None else body).encode()
    sent = Sent("POST", path, {"content-type": "application/json"}, content)
    return Failure(
        check,
        "POST /a",
        "fuzzing",
        message,
        "",
        reply,
        (Exchange(sent, None, number=1, phase="fuzzing", operation="POST /a"),),
    )


@pytest.mark.parametrize(
    ("status", "named"), [("400", "s422"), ("404", "s404"), ("409", "default"), ("400", "s4XX")]
)
def test_a_refusal_that_the_document_names_is_no_excuse(status: str, named: str) -> None:
    assert explanation(failure(STATUS, status), spec(s200=1)) != ""
    assert explanation(failure(STATUS, status), spec(s200=1, **{named: 1})) == ""


@pytest.mark.parametrize("status", ["200", "500", "418"])
def test_a_status_that_is_no_refusal_is_never_explained(status: str) -> None:
    assert explanation(failure(STATUS, status), spec(s201=1)) == ""


def test_a_tally_of_statuses_tells_those_that_are_not_documented() -> None:
    found = undocumented(spec(s200=1, s404=1), {"POST /a": {200: 5, 404: 1, 405: 9, 500: 1}})
    assert [each.reply for each in found] == ["500"]
    assert undocumented(spec(default=1), {"POST /a": {500: 1}}) == []


@pytest.mark.parametrize(
    "path", ["/a?tags=1", "/a?tags=false&tags=", "/a?n=5", "/a?tags=a,b", "/a"]
)
def test_what_spells_a_valid_value_need_not_be_refused(path: str) -> None:
    assert explanation(failure("negative_data_rejection", "200", path=path), spec(s200=1)) == ""
    document = spec(s200=1)
    document["paths"]["/a"]["post"]["parameters"] = document["paths"]["/a"]["post"]["parameters"][
        :2
    ]
    assert explanation(failure("negative_data_rejection", "200", path=path), document) != ""


@pytest.mark.parametrize(
    ("path", "body"),
    [("/a?n=x", {"name": "x"}), ("/a?n=1.5", {"name": "x"}), ("/a", {"name": 5}), ("/a", {})],
)
def test_what_has_no_valid_reading_must_be_refused(path: str, body: Any) -> None:
    document = spec(s200=1)
    document["paths"]["/a"]["post"]["parameters"] = document["paths"]["/a"]["post"]["parameters"][
        :2
    ]
    accepted = failure("negative_data_rejection", "200", path=path, body=body)
    refused = failure("positive_data_acceptance", "400", path=path, body=body)
    assert explanation(accepted, document) == ""
    assert explanation(refused, document) != ""


def test_what_is_valid_must_be_accepted() -> None:
    document = spec(s200=1)
    document["paths"]["/a"]["post"]["parameters"] = []
    assert explanation(failure("positive_data_acceptance", "400"), document) == ""


def test_only_headers_that_no_document_can_describe_may_be_anything() -> None:
    missing = "Missing header: required '{}' was not sent"
    assert (
        explanation(
            failure("missing_required_header", "200", missing.format("Accept")), spec(s200=1)
        )
        != ""
    )
    assert (
        explanation(
            failure("missing_required_header", "200", missing.format("X-Page")), spec(s200=1)
        )
        == ""
    )


@pytest.mark.parametrize(
    "check", ["not_a_server_error", "response_schema_conformance", "use_after_free"]
)
def test_other_failures_are_ours(check: str) -> None:
    assert explanation(failure(check, "200", "Response violates schema"), spec(s200=1)) == ""


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("shown", "excused"), [({"name": 5}, True), ({"name": 6}, False), ({"name": "a"}, False)]
)
def test_only_an_example_that_the_document_itself_breaks_may_be_wrong(
    shown: Any, excused: bool, named: bool
) -> None:
    document = spec(s200=1)
    example = {"name": "a"} if shown == {"name": "a"} else {"name": 5}
    media = {
        "schema": BODY,
        **({"examples": {"one": {"value": example}}} if named else {"example": example}),
    }
    document["paths"]["/a"]["post"]["responses"]["200"] = {
        "description": "",
        "content": {"application/json": media},
    }
    wrong = failure("response_schema_conformance", "200", "Response violates schema")
    exchange = dataclasses.replace(wrong.calls[-1], answer=json_answer(shown))
    assert (explanation(dataclasses.replace(wrong, calls=(exchange,)), document) != "") is excused
