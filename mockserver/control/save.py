"""Write entries down: as plain values, as lines of JSON, and as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from mockserver.control.bodies import masked_body
from mockserver.control.form import body_form, moment, request_form, response_form, url_of
from mockserver.control.journal import Entry, decoded
from mockserver.control.masking import masked
from mockserver.control.plain import plain_call, plain_change

_PHRASES = {each.value: each.phrase for each in HTTPStatus}


class Writer:
    """Knows which names carry secrets."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self._secrets = secrets

    def plain(self, entry: Entry) -> dict[str, Any]:
        """Return an entry as JSON values, secrets masked: `request` is what was asked, `response` the reply; `call` is
        the request as it was decoded, where it was, and `changes` are the records that it put or removed."""
        call = entry.call
        return {
            "id": str(entry.number),
            "space": entry.space,
            "api": entry.api,
            "operation": entry.operation,
            "kind": entry.kind,
            "request": request_form(
                entry.method,
                entry.path,
                self._masked(entry.query),
                self._masked(entry.headers),
                entry.began_s,
                masked_body(entry.body, entry.header("content-type")),
            ),
            "response": response_form(
                entry.status,
                self._masked(decoded(entry.reply_headers)),
                masked_body(entry.reply_body, entry.reply_header("content-type")),
            ),
            **({} if call is None else {"call": plain_call(call, self._secrets)}),
            "changes": [told for each in entry.changes if (told := plain_change(each)) is not None],
            "duration_ms": round(entry.took_s * 1000, 3),
            "violations": list(entry.violations),
            "wasMatched": bool(entry.operation),
        }

    def lines(self, entries: Sequence[Entry]) -> str:
        """Return one line of JSON for each entry."""
        return "".join(json.dumps(self.plain(entry), ensure_ascii=False) + "\n" for entry in entries)

    def har(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return a HAR log of the entries, secrets masked."""
        creator = {"name": "understudy", "version": version("understudy")}
        return {"log": {"version": "1.2", "creator": creator, "entries": [self._har(entry) for entry in entries]}}

    def _har(self, entry: Entry) -> dict[str, Any]:
        took = entry.took_s * 1000
        return {
            "startedDateTime": moment(entry.began_s),
            "time": took,
            "request": self._har_request(entry),
            "response": self._har_response(entry),
            "cache": {},
            "timings": {"send": 0, "wait": took, "receive": 0},
        }

    def _har_request(self, entry: Entry) -> dict[str, Any]:
        request = {
            "method": entry.method,
            "url": f"{entry.scope.get('scheme', 'http')}://{_host(entry)}{self._url(entry)}",
            **_wire(entry),
            "headers": _pairs(self._masked(entry.headers)),
            "queryString": _pairs(self._masked(entry.query)),
            "bodySize": len(entry.body),
        }
        if entry.body:
            media_type = entry.header("content-type") or "application/octet-stream"
            text = masked_body(entry.body, media_type).decode(errors="replace")
            request["postData"] = {"mimeType": media_type, "text": text, "params": []}
        return request

    def _har_response(self, entry: Entry) -> dict[str, Any]:
        headers, media_type = decoded(entry.reply_headers), entry.reply_header("content-type")
        content: dict[str, Any] = {"size": len(entry.reply_body), "mimeType": media_type}
        body = body_form(masked_body(entry.reply_body, media_type))
        content |= {"text": body["body"]} if "body" in body else {"text": body["bodyAsBase64"], "encoding": "base64"}
        return {
            "status": entry.status,
            "statusText": _PHRASES.get(entry.status, ""),
            **_wire(entry),
            "headers": _pairs(self._masked(headers)),
            "content": content,
            "redirectURL": entry.reply_header("location"),
            "bodySize": len(entry.reply_body),
        }

    def _masked(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return masked(pairs, self._secrets)

    def _url(self, entry: Entry) -> str:
        return url_of(entry.path, self._masked(entry.query))


def _wire(entry: Entry) -> dict[str, Any]:
    return {"httpVersion": f"HTTP/{entry.scope.get('http_version', '1.1')}", "cookies": [], "headersSize": -1}


def _host(entry: Entry) -> str:
    return entry.header("host") or "localhost"


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
