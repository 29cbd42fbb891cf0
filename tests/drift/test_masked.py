"""What a recording masks is compared by its presence alone; what asks for credentials is not
masked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contracts.compare.alignment import Alignment, Side
from contracts.drift.answers import Answers
from contracts.targets.reading import Readings
from contracts.targets.target import Sent
from mockserver.apis import load_model
from mockserver.control.masking import masked
from mockserver.exchange import json_answer

HERE = Side("http://testserver", "", datetime(2026, 1, 1, tzinfo=UTC))
ASKS = {"www-authenticate": "Token"}


def drifts(ours: Any, theirs: Any, asks: dict[str, str]) -> list[str]:
    """Return where two refusals of a log-in differ, the second one from a recording."""
    model = load_model("omnitron")
    sent = Sent(
        "POST", "/api/v1/auth/login/", {"Content-Type": "application/json"}, b'{"password": "***"}'
    )
    answers = Answers(model, Alignment(HERE, HERE, {}), {})
    mock = json_answer(ours, 401, ASKS)
    live = json_answer(theirs, 401, asks)
    return [
        each.place
        for each in answers.compare(Readings(model, "").read(sent), "POST", mock, live, None)
    ]


def test_what_is_masked_is_no_difference_and_what_is_beside_it_is() -> None:
    ours = {
        "password": ["This field is required."],
        "tokens": [{"token": "a", "n": 1}],
        "code": "invalid",
    }
    theirs = {"password": "***", "tokens": [{"token": "***", "n": 1}], "code": "invalid"}
    assert drifts(ours, theirs, {"www-authenticate": "***"}) == []
    assert drifts(ours, {**theirs, "code": "other"}, ASKS) == ["/code"]
    assert drifts(ours, {**theirs, "tokens": [{"token": "***", "n": 2}]}, ASKS) == ["/tokens/0/n"]
    assert drifts({"code": "invalid"}, theirs, ASKS) == [""]


def test_a_challenge_is_no_secret() -> None:
    asked = [("WWW-Authenticate", "Token"), ("proxy-authenticate", 'Basic realm="x"')]
    assert masked(asked, frozenset()) == asked
    assert masked([("X-Authenticated-By", "me")], frozenset()) == [("X-Authenticated-By", "***")]
