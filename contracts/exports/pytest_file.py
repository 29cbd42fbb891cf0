"""Write a finding as a test that stands alone: a finding and its model in, the text of a file for
pytest out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.exports.borrowed import Names, body_of, borrowed, leaves
from contracts.exports.claims import Claims, value_told
from contracts.exports.literals import access, literal, path_code, text
from contracts.findings import Finding
from contracts.shell import ITS_OWN, masked_in, variable
from contracts.targets.exchanges import Exchange, cut
from mockserver.lookup import MISSING
from mockserver.model.types import Model
from mockserver.plaintext import visible

WIDTH = 90
"""Characters of the arguments of a call, or of a mapping of headers, on one line."""


def file_name(finding: Finding) -> str:
    """Return a name for the file, the same from run to run."""
    return f"test_{_slug(finding.check)[:60]}_{finding.fingerprint}.py"


def file_text(finding: Finding, model: Model, origin: str) -> str:
    """Return the text of the file; `origin` is the server that it runs against where nothing else
    is said.
    """
    return "\n".join(_File(finding, model, origin).lines()) + "\n"


@dataclass(frozen=True, slots=True)
class _File:
    finding: Finding
    model: Model
    origin: str

    def lines(self) -> Iterator[str]:
        calls, shared = self.finding.calls, self._shared()
        wanted = value_told(self.finding.expected)
        names = borrowed(
            calls, {self.finding.place.rpartition("/")[2]: None if wanted is MISSING else wanted}
        )
        claims = list(Claims(self.model, self.finding, names, _carried(calls)).lines())
        code = "\n".join(
            [*(path_code(each, names) + _body(each, names) for each in calls), *claims]
        )
        used = names.only(set(re.findall(r"\w+", code)))
        steps = [
            line
            for number, each in enumerate(calls)
            for line in self._step(number, each, used, shared)
        ]
        yield from self._head()
        yield from _imports("\n".join([*claims, *steps]))
        yield from ("", f'URL = os.environ.get("UNDERSTUDY_URL", {text(self.origin)})')
        yield from (f"HEADERS = {_headers(shared, 0)}", "", "", "@pytest.fixture", "def client():")
        yield "    with httpx.Client(base_url=URL, headers=HEADERS, timeout=30) as client:"
        yield from (
            "        yield client",
            "",
            "",
            f"def test_{_slug(self.finding.sentence)[:90]}(client):",
        )
        yield from (f"    {line}" if line else "" for line in (*steps, *claims))

    def _head(self) -> Iterator[str]:
        finding = self.finding
        said = [
            f"check {finding.check}, fingerprint {finding.fingerprint}, phase {finding.phase}, "
            f"seed {finding.seed}"
        ]
        said += [cut(line, 400) for line in finding.message.splitlines()]
        yield f'"""{_quoted(finding.sentence)}'
        yield from ("", *map(_quoted, said))
        yield from (
            "",
            "The server is at UNDERSTUDY_URL; what lets in comes from the environment, see "
            "HEADERS.",
            '"""',
        )

    def _shared(self) -> dict[str, str]:
        """Return the headers that go with every call, by name, as Python."""
        every = [_told(each.sent.headers) for each in self.finding.calls]
        same = {
            name: value
            for name, value in every[0].items()
            if all(each.get(name) == value for each in every)
        }
        return {
            name: self._header(name, value)
            for name, value in same.items()
            if name.lower() != "content-type"
        }

    def _header(self, name: str, value: str) -> str:
        """Return a header as Python, a credential in it from the environment."""
        before, name_of_secret, after = masked_in(name, value)
        if name_of_secret:
            return _joined(before, f'os.environ["{name_of_secret}"]', after)
        known = next(
            (each.value for each in self.model.security.credentials if each.value in value),
            "",
        )
        if not known:
            return text(value)
        before, _, after = value.partition(known)
        lookup = f'os.environ.get("{variable(name)}", {text(known)})'
        return _joined(before, lookup, after)

    def _step(
        self, number: int, exchange: Exchange, every: Names, shared: Mapping[str, str]
    ) -> Iterator[str]:
        names, sent = every.before(number), exchange.sent
        told = {
            name: self._header(name, value)
            for name, value in _told(sent.headers).items()
            if name not in shared
        }
        body = _body(exchange, names)
        if body.startswith("json="):
            told = {name: value for name, value in told.items() if name.lower() != "content-type"}
        arguments = [text(sent.method), path_code(exchange, names), *([body] if body else [])]
        arguments += [f"headers={_headers(told, 4)}"] if told else []
        yield from [""] if number else []
        flat = ", ".join(arguments)
        if len(flat) <= WIDTH or "\n" in flat:
            yield f"reply = client.request({flat})"
        else:
            yield from ("reply = client.request(", *(f"    {each}," for each in arguments), ")")
        here = [each for each in every.taken if each.call == number]
        if here and exchange.answer is not None:
            yield f"assert reply.status_code == {exchange.answer.status}, reply.text"
        yield from (f"{each.name} = reply.json(){access(each.steps)}" for each in here)


def _joined(before: str, lookup: str, after: str) -> str:
    """Return a header as Python: a lookup, and the texts around it where there are some."""
    around = [text(before)] if before else []
    parts = [*around, lookup]
    if after:
        parts.append(text(after))
    return " + ".join(parts)


def _quoted(line: str) -> str:
    """Return a line that can stand in a docstring."""
    return visible(line).replace("\\", "\\\\").replace('"', '\\"')


def _imports(code: str) -> Iterator[str]:
    yield from ("", "import os")
    if re.search(r"\bANY\b", code):
        yield "from unittest.mock import ANY"
    yield from ("", "import httpx")
    if "jsonschema." in code:
        yield "import jsonschema"
    yield "import pytest"


def _body(exchange: Exchange, names: Names) -> str:
    """Return the argument that sends a body, empty for none."""
    sent = exchange.sent
    if not sent.content:
        return ""
    value = body_of(sent)
    media_type = {name.lower(): each for name, each in sent.headers.items()}.get("content-type", "")
    if media_type == "application/json" and value is not None and _is_plain(sent.content):
        return f"json={literal(value, names)}"
    return f"content={sent.content!r}"


def _is_plain(content: bytes) -> bool:
    """Tell whether JSON means the same to every reader: no name comes twice, numbers end, texts can
    be written.
    """
    try:
        value = json.loads(content, object_pairs_hook=_once, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that a client does not send by itself."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in ITS_OWN and (name.lower(), value) != ("accept", "*/*")
    }


def _headers(told: Mapping[str, str], indent: int) -> str:
    inner = [f"{text(name)}: {value}" for name, value in told.items()]
    flat = "{" + ", ".join(inner) + "}"
    if len(flat) <= WIDTH:
        return flat
    pad = " " * (indent + 4)
    return "{\n" + "".join(f"{pad}{each},\n" for each in inner) + " " * indent + "}"


def _carried(calls: Sequence[Exchange]) -> frozenset[str]:
    """Return all values that calls carry in their bodies, as texts."""
    return frozenset(str(value) for each in calls for _, value in leaves(body_of(each.sent)))


def _slug(sentence: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", sentence.lower()).strip("_") or "it_holds"
