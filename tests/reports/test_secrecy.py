from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.events import CallAnswered, CheckFailed, RunFinished, Trouble
from contracts.findings import Finding
from contracts.reports.opening import KINDS, open_reports
from contracts.secrecy import Secrets
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.exchange import json_answer
from tests.conftest import model_of
from tests.reports.runs import broken_run, started

SECRETS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="*"),
    min_size=8,
)
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: secret,
    "percent-encoded": lambda secret: quote(secret, safe=""),
    "percent-encoded with a plus for a space": quote_plus,
    "in small letters": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "as JSON": lambda secret: json.dumps(secret)[1:-1],
    "as Python": lambda secret: repr(secret)[1:-1],
    "as JSON in Unicode": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in Basic credentials": lambda secret: (
        f"Basic {base64.b64encode(f'name:{secret}'.encode()).decode()}"
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(secret=SECRETS, before=st.text(max_size=5), after=st.text(max_size=5))
@settings(max_examples=6, deadline=None)
def test_no_spelling_of_a_secret_survives(
    spelling: str, secret: str, before: str, after: str
) -> None:
    spelled = SPELLINGS[spelling](secret)
    masked = Secrets([secret]).text(f"{before} {spelled} {after}")
    assert spelled not in masked
    assert "***" in masked


@settings(max_examples=10, deadline=None)
@given(st.text(), SECRETS)
def test_what_holds_no_secret_stays_as_it_is(text: str, secret: str) -> None:
    if not Secrets([secret])._search.search(text):  # type: ignore[union-attr]
        assert Secrets([secret]).text(text) == text


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    SECRETS.map(lambda secret: f"§{secret}"), st.sampled_from(list(SPELLINGS))
)  # no word of a report
def test_no_report_tells_a_secret_wherever_it_stands(secret: str, spelling: str) -> None:
    spelled = SPELLINGS[spelling](secret)
    sent = Sent(
        "POST",
        f"/shelves?k={quote(spelled)}",
        {"X-Key": spelled},
        json.dumps({"a": spelled}).encode(),
    )
    answer = json_answer({"deep": [{spelled: spelled}]}, headers={"location": spelled})
    exchange = Exchange(sent, answer, number=1, phase="laws", operation="POST /shelves")
    finding = Finding(
        "laws", "c", "s", "POST /shelves", spelled, f"/{spelled}", spelled, spelled, (exchange,)
    )
    end = RunFinished(1.0, 1, (finding,), could_not=spelled)
    events = [
        started(),
        CallAnswered(exchange),
        Trouble("laws", spelled),
        CheckFailed(finding),
        end,
    ]
    stream = io.StringIO()
    with TemporaryDirectory() as folder:
        asked = [f"{kind}={folder}/{kind}" for kind in KINDS]
        with open_reports(
            asked, model_of("bookshop"), secrets=Secrets([secret]), stream=stream
        ) as reports:
            for event in events:
                reports.take(event)
        told = [each.read_text("utf-8") for each in Path(folder).iterdir()] + [stream.getvalue()]
    for text in told:
        assert secret not in text
        assert spelled not in text
        assert quote(spelled) not in text


def test_what_stands_under_a_secret_name_is_hidden_whatever_it_is() -> None:
    secrets = Secrets(names=["access_token", "Set-Cookie", "authorization"])
    sent = Sent(
        "POST",
        "/shelves?access_token=a1&b=2",
        {"Authorization": "Bearer xyz"},
        b"access_token=q&b=1",
    )
    body = {"Access_Token": 12, "b": [{"access_token": {}}]}
    answer = json_answer(body, headers={"set-cookie": "s=1"})
    masked = secrets.masked(Exchange(sent, answer))
    assert masked.sent.target == "/shelves?access_token=***&b=2"
    assert masked.sent.headers == {"Authorization": "Bearer ***"}
    assert masked.sent.content == b"access_token=***&b=1"
    assert masked.answer is not None
    assert masked.answer.headers["set-cookie"] == "***"
    assert masked.answer.body == {"Access_Token": "***", "b": [{"access_token": "***"}]}
    assert b"12" not in masked.answer.content


def test_a_body_that_was_cut_off_hides_what_stands_under_secret_names_too() -> None:
    sent = Sent("POST", "/", {}, b'{"id": 1, "access_token": "abc\\"def')
    masked = Secrets(names=["access_token"]).masked(Exchange(sent, None))
    assert masked.sent.content == b'{"id": 1, "access_token": "***"'


def test_without_secrets_nothing_is_touched() -> None:
    assert [Secrets().event(each) for each in broken_run()] == broken_run()
    assert [Secrets(["no-such-secret"]).event(each) for each in broken_run()] == broken_run()


def test_bytes_that_are_no_text_stay_as_they_are_around_a_secret() -> None:
    exchange = Exchange(Sent("POST", "/", {}, b"\xff\xfesecret-1\x00"), None)
    assert Secrets(["secret-1"]).masked(exchange).sent.content == b"\xff\xfe***\x00"


def test_json_stays_json_when_a_number_in_it_is_a_secret() -> None:
    exchange = Exchange(Sent("GET", "/"), json_answer({"pin": 123456, "n": 1}))
    masked = Secrets(["123456"]).masked(exchange)
    assert masked.answer is not None
    assert masked.answer.body == {"pin": "***", "n": 1}


def test_what_a_journal_masks_no_report_tells() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmVk"
    sent = Sent(
        "POST",
        f"/resets/abc123?page=2&sig=1&client_secret=q1&next={token}",
        {"Content-Type": "application/json", "X-Session-Id": "s-1", "Referer": "/a?token=t1"},
        b'{"card_number": "1", "name": "ada", "user": {"apiKey": "k-1"}}',
    )
    answer = json_answer(
        {"url": "https://ada:love@shop.example", "otp": "9", "next_page_token": "n"}
    )
    exchange = Exchange(sent, answer, operation="POST /resets/{token}")
    masked = Secrets(names=["token"]).masked(exchange)
    assert masked.sent.target == "/resets/***?page=2&sig=1&client_secret=***&next=***"
    headers = dict(masked.sent.headers)
    assert (headers["X-Session-Id"], headers["Referer"]) == ("***", "/a?token=***")
    assert json.loads(masked.sent.content or b"") == {
        "card_number": "***",
        "name": "ada",
        "user": {"apiKey": "***"},
    }
    assert masked.answer is not None
    assert masked.answer.body == {
        "url": "https://***@shop.example",
        "otp": "***",
        "next_page_token": "n",
    }
    assert Secrets(names=["token"]).text(f"expected {token}") == "expected ***"
