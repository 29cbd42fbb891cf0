"""Say a call once more in another language: an exchange without its secrets in, a command of curl
or a test for pytest out.

Where a secret was, and the mock knows a credential that goes there, that stands in its place; other
secrets stay masked.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from pprint import pformat
from textwrap import indent
from typing import Any

from mockserver.apis import known_apis
from mockserver.asgi.edge import Edge
from mockserver.control.admission import Admission
from mockserver.control.curl import as_it_is
from mockserver.control.masking import MASK, target_of
from mockserver.exchange import NO_BODY, Answer, Exchange, Sent
from mockserver.slots import dataclass

LANGUAGES = ("curl", "pytest")
_UNSAID = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "keep-alive", "transfer-encoding"}
)
"""Headers that a client sends by itself."""
_UNSAID_PREFIXES = ("sec-", "user-agent", "origin", "referer", "understudy-space")
_WORD = re.compile(r"[a-z0-9]+")
_HIDDEN = f"# {MASK} stands for a secret that is told nowhere: say it\n"


@dataclass(frozen=True, slots=True)
class CalledApi:
    """The API that a call is about: its edge, None where it is about none, and what lets a client
    in.
    """

    edge: Edge | None
    admission: Admission

    @property
    def mark(self) -> str:
        """How a test names the API: as it comes with the project, else by its document."""
        if self.edge is None:
            return ""
        name = self.edge.name
        return name if name in known_apis() else str(self.edge.space.model.document.source)


def curl(exchange: Exchange, root_path: str, api: CalledApi) -> str:
    """Return a command for a shell. `root_path` is what leads to the space."""
    sent = exchange.sent
    target = _opened_target(sent, api.admission)
    url = sent.origin + root_path + target
    words = [f"curl {_curl_method(sent)}{shlex.quote(url)}", *as_it_is(target)]
    headers = _opened_headers(sent, api.admission)
    for name, value in headers.items():
        header = shlex.quote(f"{name}: {value}")
        words.append(f"-H {header}")
    if sent.content:
        words.append(_curl_body(sent))
    return " \\\n  ".join(words) + "\n"


def _curl_method(sent: Sent) -> str:
    """Return the option for a method, with a blank behind it; none for what curl does by itself."""
    if sent.method == "HEAD":
        return "--head "
    if sent.method == "GET" and not sent.content:
        return ""
    return f"-X {sent.method} "


def _curl_body(sent: Sent) -> str:
    """Return the option for a body; one that is no text is to be in a file `body`."""
    text = _text(sent)
    if text is None:
        return "--data-binary @body"
    return f"--data-raw {shlex.quote(text)}"


def pytest_test(exchange: Exchange, root_path: str, api: CalledApi) -> str:
    """Return a test that makes the call on a state of its own, and expects what was answered."""
    sent = exchange.sent
    target = _opened_target(sent, api.admission)
    if api.edge is not None:
        target = target.removeprefix(api.edge.under)
    spelled = target.replace("{", "{{").replace("}", "}}")
    url = _quoted("{mock_api.url}" + spelled)
    headers = _headers_code(sent, api.admission)
    arguments = [
        _quoted(sent.method),
        f"f{url}",
        f"headers={headers}",
        *_body_code(sent),
    ]
    listed = "".join(f"        {argument},\n" for argument in arguments)
    strict = ", strict=False" if exchange.reasons else ""
    code = f"""import httpx
import pytest


@pytest.mark.mock_api({_quoted(api.mark)}{strict})
def test_{_name(exchange)}(mock_api):
    reply = httpx.request(
{listed}    )
{_assertions(exchange)}"""
    return _HIDDEN + code if MASK in code else code


Snippet = Callable[[Exchange, str, CalledApi], str]
WRITERS: Mapping[str, Snippet] = {"curl": curl, "pytest": pytest_test}


def _name(exchange: Exchange) -> str:
    """Return what a test is called: `post_shelves_answers_201`."""
    sent = exchange.sent
    said = exchange.operation or f"{sent.method} {sent.path}"
    words = _WORD.findall(said.lower())
    status = exchange.answer.status if exchange.answer else 0
    return "_".join([*words, "answers", str(status)])


def _opened_target(sent: Sent, admission: Admission) -> str:
    """Return path and query with the credential where it was."""
    if MASK not in sent.target:
        return sent.target
    pairs = []
    for name, value in sent.query:
        known = value
        if value == MASK:
            known = admission.query.get(name, value)
        pairs.append((name, known))
    return target_of(sent.path, pairs)


def _opened_headers(sent: Sent, admission: Admission) -> dict[str, str]:
    """Return the headers that a client has to say, with the credential where it was."""
    known = {name.lower(): value for name, value in admission.headers.items()}
    headers = {}
    for name, value in sent.headers.items():
        lowered = name.lower()
        if lowered in _UNSAID or lowered.startswith(_UNSAID_PREFIXES):
            continue
        headers[name] = value
        if MASK in value:
            headers[name] = known.get(lowered, value)
    return headers


def _headers_code(sent: Sent, admission: Admission) -> str:
    """Return the headers of a request as Python says them; a credential of the mock is its own."""
    own = {name.lower() for name in admission.headers}
    said = {}
    has_credential = False
    headers = _opened_headers(sent, Admission())
    for name, value in headers.items():
        lowered = name.lower()
        if lowered in own and MASK in value:
            has_credential = True
        elif lowered != "content-type" or not _is_json(sent):
            said[name] = value
    if not has_credential:
        return _python(said)
    if not said:
        return "mock_api.headers"
    return f"mock_api.headers | {_python(said)}"


def _body_code(sent: Sent) -> list[str]:
    if not sent.content:
        return []
    if _is_json(sent) and not isinstance(sent.body, str):
        return [f"json={_python(sent.body)}"]
    text = _text(sent)
    if text is None:
        return [f"content={sent.content!r}"]
    return [f"content={_python(text)}"]


def _is_json(sent: Sent) -> bool:
    return sent.headers.media_type == "application/json"


def _assertions(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer is None:
        return "    assert reply is not None  # the call had no answer\n"
    code = f"    assert reply.status_code == {answer.status}\n"
    kept = _kept(exchange.sent, answer)
    for name, value in kept.items():
        property_code = f"reply.json()[{_quoted(name)}]"
        code += f"    assert {property_code} == {_python(value)}\n"
    return code


def _kept(sent: Sent, answer: Answer) -> dict[str, Any]:
    """Return the properties of a reply that are as they were sent: those last, others are made."""
    given = sent.body if _is_json(sent) else NO_BODY
    shown = answer.body
    if not isinstance(given, dict) or not isinstance(shown, dict) or not answer.succeeded:
        return {}
    kept = {}
    for name, value in given.items():
        is_kept = name in shown and shown[name] == value
        if is_kept and MASK not in repr(value):
            kept[name] = value
    return kept


def _python(value: Any) -> str:
    """Return a value as Python spells it, in lines below each other where it is long."""
    text = pformat(value, width=80, sort_dicts=False)
    return indent(text, " " * 8).lstrip()


def _quoted(text: str) -> str:
    """Return a text in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _text(sent: Sent) -> str | None:
    """Return a body that is text, None for any other one."""
    try:
        return sent.content.decode()
    except UnicodeDecodeError:
        return None
