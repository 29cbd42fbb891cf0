"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec): calls and replies in, entries of a log
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from mockserver.control.form import Pairs, body_form, moment

_PHRASES = {each.value: each.phrase for each in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Message:
    """One way of an exchange. `size` counts the bytes of the body on the wire, where `body` is
    shown otherwise.
    """

    headers: Pairs
    body: bytes
    size: int

    def header(self, name: str) -> str:
        """Return the value of a header, empty where there is none."""
        return next((value for each, value in self.headers if each.lower() == name), "")


def har(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a log of entries."""
    creator = {"name": "understudy", "version": version("understudy")}
    return {"log": {"version": "1.2", "creator": creator, "entries": list(entries)}}


def har_entry(
    method: str,
    url: str,
    query: Pairs,
    request: Message,
    status: int,
    reply: Message,
    began_s: float,
    took_s: float,
    http_version: str = "1.1",
) -> dict[str, Any]:
    """Return one call and its reply; a status of 0 is no reply. `began_s` counts seconds since
    1970.
    """
    wire = {"httpVersion": f"HTTP/{http_version}", "cookies": [], "headersSize": -1}
    took = took_s * 1000
    return {
        "startedDateTime": moment(began_s),
        "time": took,
        "request": {
            "method": method,
            "url": url,
            **wire,
            "queryString": _pairs(query),
            **_request(request),
        },
        "response": {
            "status": status,
            "statusText": _PHRASES.get(status, ""),
            **wire,
            **_response(reply),
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _request(request: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"headers": _pairs(request.headers), "bodySize": request.size}
    if request.body:
        media_type = request.header("content-type") or "application/octet-stream"
        told["postData"] = {
            "mimeType": media_type,
            "text": request.body.decode(errors="replace"),
            "params": [],
        }
    return told


def _response(reply: Message) -> dict[str, Any]:
    content: dict[str, Any] = {"size": reply.size, "mimeType": reply.header("content-type")}
    body = body_form(reply.body)
    content |= (
        {"text": body["body"]}
        if "body" in body
        else {"text": body["bodyAsBase64"], "encoding": "base64"}
    )
    return {
        "headers": _pairs(reply.headers),
        "content": content,
        "redirectURL": reply.header("location"),
        "bodySize": reply.size,
    }


def _pairs(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
