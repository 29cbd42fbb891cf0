"""Credentials that do not last are renewed: by a command, by a flow of OAuth 2.0, when they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from contracts.events import CallAnswered, Event, RunFinished
from contracts.options import Treatment, subject_of
from contracts.runner import Plan, run
from contracts.wire.safety import Safety
from mockserver.credentials import (
    Access,
    Issued,
    Login,
    command_login,
    grant_login,
    scheme_of_command,
    token_url,
)
from mockserver.errors import SettingsError
from mockserver.exchange import Answer, Sent, json_answer
from tests.model.compiling import compiled

FLOWS = {
    "clientCredentials": {"tokenUrl": "https://api.example/oauth/token", "scopes": {"read": "r"}},
    "password": {"tokenUrl": "https://api.example/oauth/token", "scopes": {}},
}
DECLARED = {"type": "oauth2", "flows": FLOWS}
SPEC = {
    "servers": [{"url": "https://api.example/v1"}],
    "components": {"securitySchemes": {"OAuth": DECLARED}},
}


class Desk:
    """A token endpoint that takes clients in the form alone where `is_plain`."""

    def __init__(self, is_plain: bool = False, lasts_s: float | None = None) -> None:
        self.asked: list[dict[str, str]] = []
        self._is_plain, self._lasts_s = is_plain, lasts_s

    def post(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        self.asked.append({**form, "url": url})
        if self._is_plain and "client_id" not in form:
            return json_answer({"error": "invalid_client"}, 401)
        body = {"access_token": f"t{len(self.asked)}", "refresh_token": "r"}
        return json_answer(body if self._lasts_s is None else {**body, "expires_in": self._lasts_s})


def login_of(value: str, desk: Desk) -> Login:
    url = token_url(SPEC, DECLARED, "http://127.0.0.1:1", "/v1")
    return grant_login("OAuth", value, DECLARED, url, desk.post)


def bearing(value: str) -> Sent:
    return Sent("GET", "/a?b=1", {"Authorization": f"Bearer {value}"})


def test_a_client_asks_for_a_token_where_the_document_says() -> None:
    desk = Desk()
    assert login_of("me:secret", desk).value == "t1"
    (form,) = desk.asked
    assert form["url"] == "http://127.0.0.1:1/oauth/token"
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "read"


def test_a_client_that_is_refused_by_basic_credentials_names_itself_in_the_form() -> None:
    desk = Desk(is_plain=True)
    assert login_of("me:secret", desk).value == "t2"
    assert desk.asked[-1]["client_secret"] == "secret"


def test_a_user_logs_in_with_a_password_and_is_renewed_by_a_refresh_token() -> None:
    desk = Desk()
    login = login_of("me:secret:ann:word", desk)
    assert login.value == "t1"
    login.renew()
    assert login.value == "t2"
    assert [form["grant_type"] for form in desk.asked] == ["password", "refresh_token"]
    assert desk.asked[0]["username"] == "ann"


def test_a_token_is_renewed_before_its_time_is_up() -> None:
    desk = Desk(lasts_s=0.0)
    login = login_of("me:secret", desk)
    assert [login.value, login.value] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("/token", "http://a.org/token"),
        ("token", "http://a.org/v1/token"),
        ("https://api.example/t?x=1", "http://a.org/t?x=1"),
        ("https://login.example/t", "https://login.example/t"),
    ],
)
def test_tokens_are_given_at_the_server_itself_unless_another_host_is_named(
    told: str, url: str
) -> None:
    declared = {"type": "oauth2", "flows": {"password": {"tokenUrl": told, "scopes": {}}}}
    assert token_url(SPEC, declared, "http://a.org", "/v1") == url


def test_what_is_refused_after_it_was_taken_is_renewed_once() -> None:
    values = iter(["a", "b", "c"])
    login = Login("Key", lambda refresh: Issued(next(values)))
    access = Access([login])
    sent = access.current(bearing("a"))
    assert not access.is_renewed(sent, Answer(401))  # it was never taken
    assert not access.is_renewed(sent, Answer(200))
    assert access.is_renewed(sent, Answer(401))
    assert access.current(sent).headers["Authorization"] == "Bearer b"
    assert not access.is_renewed(access.current(sent), Answer(401))


def test_only_a_whole_credential_is_renamed() -> None:
    values = iter(["a", "b"])
    login = Login("Key", lambda refresh: Issued(next(values)))
    access = Access([login])
    access.current(bearing("a"))
    login.renew()
    assert access.current(bearing("a-and-more")).headers["Authorization"] == "Bearer a-and-more"
    cookie = Sent("GET", "/x?key=a&b=ab", {"Cookie": "s=a; t=ab"})
    now = access.current(cookie)
    assert (now.target, now.headers["Cookie"]) == ("/x?key=b&b=ab", "s=b; t=ab")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("print('k')", "k"),
        ("print('Bearer k')", "k"),
        ("""print('{"access_token": "k", "expires_in": 60}')""", "k"),
    ],
)
def test_a_command_prints_the_credential(code: str, told: str, tmp_path: Path) -> None:
    script = tmp_path / "key.py"
    script.write_text(code)
    assert command_login("Key", f"{sys.executable} {script}").value == told


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/no/such/command", "cannot be run"),
        (f"{sys.executable} -c 'raise SystemExit(3)'", "ended with 3"),
        (f"{sys.executable} -c 'pass'", "must print the credential in one line"),
    ],
)
def test_a_command_that_prints_none_is_told(command: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        command_login("Key", command).value  # noqa: B018


def test_a_command_is_for_the_scheme_that_is_named_or_the_only_one() -> None:
    assert scheme_of_command(SPEC, "cat a=b") == ("OAuth", "cat a=b")
    assert scheme_of_command(SPEC, "OAuth=cat k") == ("OAuth", "cat k")
    with pytest.raises(SettingsError, match="say SCHEME=COMMAND"):
        scheme_of_command({}, "cat k")


MODEL = compiled("""
components: {securitySchemes: {Token: {type: http, scheme: bearer}}}
security: [{Token: []}]
paths:
  /things:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &thing
      {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}}},
      '401': {description: no}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *thing}}}, '401': {description: no}}
""")
MODULE = """
import json, itertools, pathlib
LEFT = [40]
KEY = pathlib.Path(__file__).with_name("key.txt")
ROWS = []

async def app(scope, receive, send):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = dict(scope["headers"])
    LEFT[0] -= 1
    if LEFT[0] < 0:
        KEY.write_text("k%d" % (int(KEY.read_text()[1:]) + 1))
        LEFT[0] = 40
    status, told = 401, {}
    if headers.get(b"authorization", b"").decode() == "Bearer " + KEY.read_text():
        status, told = 200, ROWS
        if scope["method"] == "POST":
            ROWS.append({**json.loads(body), "id": len(ROWS) + 1})
            status, told = 201, ROWS[-1]
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})
"""


def test_a_run_goes_on_with_the_next_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lasting_little.py").write_text(MODULE)
    (tmp_path / "key.txt").write_text("k1")
    monkeypatch.chdir(tmp_path)
    command = f"cat {tmp_path / 'key.txt'}"
    how = Treatment({}, {}, safety=Safety.ALL, commands=(command,))
    events: list[Event] = []
    laws = ("created-is-readable", "sent-is-read", "concurrent-creates-survive", "head-is-get")
    for event in run(subject_of("lasting_little:app", MODEL, how), Plan(["laws"], laws=laws)):
        events.append(event)
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert not end.could_not
    statuses = [
        each.exchange.answer.status
        for each in events
        if isinstance(each, CallAnswered) and each.exchange.answer is not None
    ]
    assert 1 <= statuses.count(401) <= len(statuses) // 20
    assert json.dumps(statuses).count("201") > 20
