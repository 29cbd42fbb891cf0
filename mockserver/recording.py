"""How exchanges are written down and read back: one JSON value each (a line of a recording), or an
entry of HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec).

A line has the form in which the control API tells of a call, with the words of WireMock.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from mockserver.errors import UnderstudyError, reason_of
from mockserver.exchange import Answer, Exchange, Headers, Pairs, Sent

Wrong = Callable[[str, str], UnderstudyError]
"""Makes the error that is raised, of the name of a file and what is wrong with it."""
Form = Callable[[Any], Exchange]
"""Reads one value of a recording."""
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_NO_ANSWER = Answer(0)


def json_form(exchange: Exchange, understood: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an exchange as JSON values, a status of 0 where there was no answer; `understood` is
    what is told of it beside.
    """
    answer = exchange.answer or _NO_ANSWER

    return {
        "id": str(exchange.number),
        "space": exchange.space,
        "api": exchange.api,
        "operation": exchange.operation,
        "kind": exchange.kind,
        "request": _request_form(exchange.sent, exchange.began_s),
        "response": {
            "status": answer.status,
            "headers": dict(answer.headers),
            **_content_form(answer.content),
        },
        **(understood or {}),
        "duration_ms": round(exchange.took_s * 1000, 3),
        "violations": list(exchange.reasons),
        "notes": list(exchange.notes),
        "wasMatched": bool(exchange.operation),
    }


def open_private(path: Path, **how: Any) -> TextIO:
    """Open a file anew for text that only its owner may read, since what was called may hold
    secrets that no rule knows. Raises OSError.
    """
    file: TextIO = open(path, "w", encoding="utf-8", opener=_private, **how)  # noqa: SIM115
    if path.is_file():  # one that was there keeps its mode
        path.chmod(0o600)
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def har(entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return a log of entries."""
    from importlib.metadata import version  # takes as long as a dozen of our modules

    creator = {
        "name": "understudy",
        "version": version("understudy"),
    }
    log = {
        "version": "1.2",
        "creator": creator,
        "entries": list(entries),
    }
    return {"log": log}


def har_entry(exchange: Exchange, wire: Exchange | None = None) -> dict[str, Any]:
    """Return an exchange as an entry of a log. Where its secrets were masked, `wire` is what it
    was, and has the sizes.
    """
    whole = wire or exchange
    sent, answer = exchange.sent, exchange.answer or _NO_ANSWER
    sent_size = len(whole.sent.content)
    answer_size = len((whole.answer or _NO_ANSWER).content)
    common = {
        "httpVersion": f"HTTP/{sent.http_version}",
        "cookies": [],
        "headersSize": -1,
    }
    took_ms = exchange.took_s * 1000
    return {
        "startedDateTime": moment(exchange.began_s),
        "time": took_ms,
        "request": {
            "method": sent.method,
            "url": f"{sent.origin}{sent.target}",
            **common,
            "queryString": _named(sent.query),
            "headers": _named(sent.headers.pairs),
            "bodySize": sent_size,
            **_post_data(sent),
        },
        "response": {
            "status": answer.status,
            "statusText": _PHRASES.get(answer.status, ""),
            **common,
            "headers": _named(answer.headers.pairs),
            "content": _har_content(answer, answer_size),
            "redirectURL": answer.headers.get("location", ""),
            "bodySize": answer_size,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took_ms, "receive": 0},
    }


def moment(seconds: float) -> str:
    """Return a moment in UTC (RFC 3339)."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def read_exchanges(path: Path, wrong: Wrong) -> list[Exchange]:
    """Return the exchanges of a recording, lines of JSON or a HAR file, in their order.

    A last line that was cut off, because a run was killed, is left out. Raises what `wrong` makes,
    which tells where in the file.
    """
    text = _text(path, wrong)
    log = _log(text)
    if log is None and path.suffix.lower() != ".har":
        return _read(_lines(text, path, wrong), _from_json, path, wrong)
    entries = log.get("entries") if isinstance(log, Mapping) else None
    if not isinstance(entries, list):
        raise wrong(str(path), "is no HAR file: it has no list log.entries")
    placed = [(f"entry {number}", entry) for number, entry in enumerate(entries, 1)]
    return _read(placed, _from_har, path, wrong)


def _text(path: Path, wrong: Wrong) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(str(path), f"cannot be read: {reason_of(error)}") from None


def _read(
    placed: Iterable[tuple[str, Any]], form: Form, path: Path, wrong: Wrong
) -> list[Exchange]:
    """Return the exchanges of values, each of which comes with where it stands."""
    exchanges = []
    for where, value in placed:
        try:
            exchanges.append(form(value))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            lacks = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            reason = f"{where}: is no call of a recording ({lacks})"
            raise wrong(str(path), reason) from None
    return exchanges


def _request_form(sent: Sent, began_s: float) -> dict[str, Any]:
    return {
        "method": sent.method,
        "url": sent.target,
        "path": sent.path,
        "query": sent.query,
        "headers": dict(sent.headers),
        "loggedDate": int(began_s * 1000),
        "loggedDateString": moment(began_s),
        **_content_form(sent.content),
    }


def _content_form(content: bytes) -> dict[str, str]:
    """Return a body as text where it is UTF-8, else in base64."""
    try:
        return {"body": content.decode()}
    except UnicodeDecodeError:
        return {"bodyAsBase64": base64.b64encode(content).decode()}


def _named(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _post_data(sent: Sent) -> dict[str, Any]:
    if not sent.content:
        return {}
    media_type = sent.headers.get("content-type") or "application/octet-stream"
    text = sent.content.decode(errors="replace")
    return {"postData": {"mimeType": media_type, "text": text, "params": []}}


def _har_content(answer: Answer, size: int) -> dict[str, Any]:
    form = _content_form(answer.content)
    known = {
        "size": size,
        "mimeType": answer.headers.get("content-type", ""),
    }
    if "body" in form:
        return {**known, "text": form["body"]}
    return {**known, "text": form["bodyAsBase64"], "encoding": "base64"}


def _log(text: str) -> Any:
    """Return the log of a HAR file, None for another text."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return (value["log"] or {}) if "log" in value else None


def _lines(text: str, path: Path, wrong: Wrong) -> Iterator[tuple[str, Any]]:
    """Yield the values of lines, each with where it stands."""
    numbered = enumerate(text.split("\n"), 1)
    lines = [(f"line {number}", line) for number, line in numbered if line.strip()]
    last = lines[-1:]
    for where, line in lines:
        try:
            yield where, json.loads(line)
        except ValueError as error:
            is_last = [(where, line)] == last
            if is_last and not text.endswith("\n"):
                return
            reason = f"{where}: is no JSON ({error}); each line is one call"
            raise wrong(str(path), reason) from None


def _from_json(value: Any) -> Exchange:
    """Return the exchange of a line; what is told beside request and response may be missing."""
    request, response = value["request"], value["response"]
    sent = Sent(
        str(request["method"]),
        str(request["url"]),
        _headers(request.get("headers", {}).items()),
        _content(request),
    )
    headers = _headers(response["headers"].items())
    number = str(value.get("id", ""))
    return Exchange(
        sent,
        _answer(response["status"], headers, _content(response)),
        request.get("loggedDate", 0) / 1000,
        value.get("duration_ms", 0) / 1000,
        number=int(number) if number.isdecimal() else 0,
        space=str(value.get("space", "")),
        api=str(value.get("api", "")),
        operation=str(value.get("operation") or ""),
        kind=str(value.get("kind", "")),
        reasons=_texts(value.get("violations")),
        notes=_texts(value.get("notes")),
    )


def _texts(values: Any) -> tuple[str, ...]:
    """Return a list of texts, none where there is no list."""
    return tuple(map(str, values or ()))


def _from_har(entry: Any) -> Exchange:
    """Return the exchange of an entry of a HAR file."""
    request, response = entry["request"], entry["response"]
    url = urlsplit(request["url"])
    path = f"{url.path}?{url.query}" if url.query else url.path
    posted = request.get("postData") or {}
    text = str(posted.get("text", ""))
    sent = Sent(
        str(request["method"]),
        path,
        _har_headers(request),
        text.encode(),
    )
    content = response.get("content") or {}
    word = "bodyAsBase64" if content.get("encoding") else "body"
    told = {word: content.get("text", "")}
    return Exchange(
        sent,
        _answer(response["status"], _har_headers(response), _content(told)),
        took_s=entry.get("time", 0) / 1000,
    )


def _answer(status: Any, headers: Headers, content: bytes) -> Answer | None:
    """Return an answer, its headers by names in small letters; None for a status of 0."""
    if not int(status):
        return None
    lowered = [(name.lower(), value) for name, value in headers.pairs]
    return Answer(int(status), lowered, content)


def _headers(pairs: Iterable[tuple[Any, Any]]) -> Headers:
    return Headers((str(name), str(value)) for name, value in pairs)


def _har_headers(message: Mapping[str, Any]) -> Headers:
    """Return the headers of a message, without the pseudo-header fields of HTTP/2 (RFC 9113,
    section 8.3).
    """
    named = [(header["name"], header["value"]) for header in message["headers"]]
    return Headers((name, value) for name, value in named if not name.startswith(":"))


def _content(side: Mapping[str, Any]) -> bytes:
    """Return the body of a request or a response. Raises ValueError when its base64 is none."""
    if "bodyAsBase64" in side:
        return base64.b64decode(side["bodyAsBase64"])
    return str(side.get("body", "")).encode()
