"""Read the calls of a recording, lines of JSON or a HAR 1.2 file: a file in, one JSON value a call
out.

A line is what the journal keeps of a call. HAR: http://www.softwareishard.com/blog/har-12-spec.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.errors import UnderstudyError, reason_of

Wrong = Callable[[str, str], UnderstudyError]
"""Makes the error that is raised, of the name of a file and what is wrong with it."""


def recorded_calls(path: Path, wrong: Wrong) -> list[tuple[str, Any]]:
    """Return the calls of a recording in their order, each with where it stands; nothing of one is
    looked into.

    A last line that was cut off, because a run was killed, is left out. Raises what `wrong` makes.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(str(path), f"cannot be read: {reason_of(error)}") from None
    log = _log(text)
    if log is None and path.suffix.lower() != ".har":
        return _lines(text, path, wrong)
    entries = log.get("entries") if isinstance(log, Mapping) else None
    if not isinstance(entries, list):
        raise wrong(str(path), "is no HAR file: it has no list log.entries")
    return [(f"entry {number}", _from_har(each)) for number, each in enumerate(entries, 1)]


def recorded_content(side: Mapping[str, Any]) -> bytes:
    """Return the body of a request or a response of a call. Raises ValueError when its base64 is
    none.
    """
    return (
        base64.b64decode(side["bodyAsBase64"])
        if "bodyAsBase64" in side
        else str(side.get("body", "")).encode()
    )


def _lines(text: str, path: Path, wrong: Wrong) -> list[tuple[str, Any]]:
    lines = [
        (f"line {number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    found = []
    for at, (where, line) in enumerate(lines, 1):
        try:
            found.append((where, json.loads(line)))
        except ValueError as error:
            if at == len(lines) and not text.endswith("\n"):
                break
            raise wrong(
                str(path), f"{where}: is no JSON ({error}); each line is one call"
            ) from None
    return found


def _log(text: str) -> Any:
    """Return the log of a HAR file, None for another text."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return (value["log"] or {}) if "log" in value else None


def _from_har(entry: Any) -> Any:
    """Return an entry of HAR as a line of a recording; what is wrong with it shows when it is
    read.
    """
    try:
        asked, replied = entry["request"], entry["response"]
        parts, content = urlsplit(asked["url"]), replied.get("content") or {}
        body = (
            {"bodyAsBase64": content["text"]}
            if content.get("encoding")
            else {"body": content.get("text", "")}
        )
        url = parts.path + (f"?{parts.query}" if parts.query else "")
        text = (asked.get("postData") or {}).get("text", "")
        request = {
            "method": asked["method"],
            "url": url,
            "headers": _named(asked["headers"]),
            "body": text,
        }
        response = {"status": replied["status"], "headers": _named(replied["headers"]), **body}
    except (KeyError, TypeError, ValueError, AttributeError):
        return entry
    return {"request": request, "response": response, "duration_ms": entry.get("time", 0)}


def _named(pairs: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pairs if not each["name"].startswith(":")}
