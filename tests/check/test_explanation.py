"""What has another explanation than a fault is not told: a status of HTTP itself, where the document
names no refusal of that meaning.
"""

from __future__ import annotations

from typing import Any, cast

import pytest

from contracts.conformance.failure import Failure
from contracts.phases.explanation import is_explained
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Readings
from contracts.targets.target import Sent
from contracts.wire.gate import Gate
from mockserver.exchange import json_answer
from tests.model.compiling import does, small, thing

NO_GATE = cast(Gate, None)
"""The server need not be asked again."""


@pytest.mark.parametrize(
    ("documented", "status", "explained"),
    [
        (["200"], 404, True),
        (["200", "422"], 404, True),
        (["200", "404"], 401, True),
        (["200", "422"], 400, False),
        (["200", "410"], 404, False),
        (["200"], 418, False),
        (["200"], 202, False),
        (["200"], 409, False),
    ],
)
def test_a_document_need_not_name_a_refusal_that_http_has(
    documented: list[str], status: int, explained: bool
) -> None:
    read: Any = does(thing())
    for name in documented[1:]:
        read["responses"][name] = {"description": "d"}
    model = small({"/things/{id}": {"get": read}})
    call = Exchange(Sent("GET", "/things/1", {}), json_answer({}, status))
    failure = Failure("status_code_conformance", "GET /things/{id}", "", "", "", calls=(call,))
    assert is_explained(model, failure, NO_GATE) is explained


@pytest.mark.parametrize(("status", "explained"), [(404, True), (409, True), (200, False)])
def test_a_call_without_a_header_may_be_refused_for_another_reason(
    status: int, explained: bool
) -> None:
    call = Exchange(Sent("GET", "/things/1", {}), json_answer({}, status))
    failure = Failure("missing_required_header", "GET /things/{id}", "", "", "", calls=(call,))
    assert (
        is_explained(small({"/things/{id}": {"get": does(thing())}}), failure, NO_GATE) is explained
    )


@pytest.mark.parametrize(("name", "explained"), [("Content-Type", True), ("X-Tenant", False)])
def test_a_header_that_no_document_can_describe_need_not_be_right(
    name: str, explained: bool
) -> None:
    call = Exchange(Sent("GET", "/things/1", {}), json_answer({}, 200))
    told = f"Invalid component: parameter `{name}` in header - violates `required`"
    failure = Failure("negative_data_rejection", "GET /things/{id}", "", told, "", calls=(call,))
    assert (
        is_explained(small({"/things/{id}": {"get": does(thing())}}), failure, NO_GATE) is explained
    )


class OpenGate:
    """Lets a wire answer between two calls: the record is there, or nothing is."""

    def __init__(self, model: Any, is_there: bool) -> None:
        self._status = 200 if is_there else 404
        self.readings = Readings(model, "")
        self.history: list[Exchange] = []

    def between(self, act: Any) -> bool:
        return bool(act(self))

    def send(self, sent: Sent) -> Any:
        return json_answer({}, self._status if sent.target == "/things/1" else 404)


@pytest.mark.parametrize(
    ("path", "is_there", "explained"),
    [
        ("/things/1/restore", True, True),
        ("/things/1/restore", False, False),
        ("/things/1", True, False),
    ],
)
def test_a_verb_may_be_refused_for_a_record_that_is_there(
    monkeypatch: pytest.MonkeyPatch, path: str, is_there: bool, explained: bool
) -> None:
    monkeypatch.setattr("contracts.phases.explanation.WAITS_S", ())
    read: Any = does(thing())
    read["responses"]["404"] = {"description": "d"}
    model = small(
        {"/things/{id}": {"get": read, "put": read}, "/things/{id}/restore": {"post": read}}
    )
    method = "POST" if path.endswith("restore") else "PUT"
    call = Exchange(Sent(method, path, {}), json_answer({}, 404))
    failure = Failure("ensure_resource_availability", "POST /things", "", "", "", calls=(call,))
    assert is_explained(model, failure, cast(Gate, OpenGate(model, is_there))) is explained


@pytest.mark.parametrize(
    ("allowed", "documented", "explained"),
    [
        ("GET", False, True),
        ("GET, HEAD", False, True),
        ("", False, False),
        ("GET, DELETE", False, False),
        ("GET", True, False),
    ],
)
def test_a_framework_may_name_some_of_the_methods(
    allowed: str, documented: bool, explained: bool
) -> None:
    reads: Any = does(thing())
    if documented:
        reads["responses"]["405"] = {
            "description": "d",
            "headers": {"Allow": {"schema": {"type": "string"}}},
        }
    model = small({"/things/{id}": {"get": reads, "put": does(thing(), thing())}})
    answer = json_answer({}, 405, {"Allow": allowed} if allowed else {})
    call = Exchange(Sent("OPTIONS", "/things/1", {}), answer)
    failure = Failure("allow_header_conformance", "GET /things/{id}", "", "", "", calls=(call,))
    assert is_explained(model, failure, NO_GATE) is explained


@pytest.mark.parametrize(
    ("content", "media", "explained"),
    [
        (b"\xff{", "application/json", True),
        (b'{"name": ', "application/json", True),
        (b'{"name": 1}', "application/json", False),
        (b"\xff", "text/plain", False),
    ],
)
def test_a_body_that_cannot_be_read_may_be_refused_below_the_document(
    content: bytes, media: str, explained: bool
) -> None:
    posted: Any = does(thing(), thing())
    posted["responses"]["422"] = {"description": "d"}
    model = small({"/things": {"post": posted}})
    sent = Sent("POST", "/things", {"Content-Type": media}, content)
    call = Exchange(sent, json_answer({}, 400))
    failure = Failure("status_code_conformance", "POST /things", "", "", "", calls=(call,))
    assert is_explained(model, failure, NO_GATE) is explained


@pytest.mark.parametrize(
    ("deleted", "status", "explained"),
    [
        ("/people/35", 204, True),
        ("/people/35", 404, False),
        ("/people/36", 204, False),
        ("/teams/31/members/35", 204, False),
    ],
)
def test_what_a_path_names_may_have_been_deleted_meanwhile(
    monkeypatch: pytest.MonkeyPatch, deleted: str, status: int, explained: bool
) -> None:
    monkeypatch.setattr("contracts.phases.explanation.WAITS_S", ())
    taken: Any = does(status=204)
    model = small({"/teams/{id}/members/{person}": {"delete": taken}})
    gate = OpenGate(model, is_there=False)
    gate.history.append(Exchange(Sent("DELETE", deleted, {}), json_answer({}, status)))
    call = Exchange(Sent("DELETE", "/teams/31/members/35", {}), json_answer({}, 404))
    failure = Failure("ensure_resource_availability", "POST /teams", "", "", "", calls=(call,))
    assert is_explained(model, failure, cast(Gate, gate)) is explained
