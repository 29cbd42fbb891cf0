"""What has another explanation than a fault is not told: a status of HTTP itself, where the document
names no refusal of that meaning.
"""

from __future__ import annotations

from typing import Any, cast

import pytest

from contracts.conformance.failure import Failure
from contracts.phases.explanation import is_explained
from contracts.targets.exchanges import Exchange
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
