"""Write down the calls of a run as it goes, secrets removed: events in, a file of lines of JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, unquote

from contracts.errors import RecordingError
from contracts.events import CallAnswered, Event
from contracts.exchanges import Exchange
from contracts.targets import Answer
from mockserver.control.form import request_form, response_form
from mockserver.control.masking import MASK, masked, secret_names
from mockserver.model.types import Model

Clean = Callable[[str], str]
"""Takes what must stay secret out of a text."""


class Recorder:
    """Writes each call of a run into a file as soon as it is answered, so that a run that is killed loses none."""

    def __init__(self, path: Path, model: Model, clean: Clean) -> None:
        """Take the file, the API and what removes known secrets. Raises RecordingError."""
        self._kinds = {each.label: each.kind.value for each in model.operations}
        self._names, self._clean, self._api = secret_names([model]), clean, model.name
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            raise RecordingError(str(path), f"cannot be written: {error.strerror}") from None

    def note(self, event: Event) -> None:
        """Write a call down; other events say nothing to it."""
        if isinstance(event, CallAnswered):
            self._file.write(json.dumps(self._line(event.exchange), ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _line(self, exchange: Exchange) -> dict[str, Any]:
        sent, answer = exchange.sent, exchange.answer or Answer(0, {}, None)
        path, _, query = sent.path.partition("?")
        asked = self._masked(parse_qsl(query, keep_blank_values=True))
        headers = self._masked(list(sent.headers.items()))
        replied = self._masked(list(answer.headers.items()))
        content = self._cleaned(sent.body or b"")
        return {
            "id": str(exchange.number),
            "space": "",
            "api": self._api,
            "operation": exchange.label or "",
            "kind": self._kinds.get(exchange.label or "", ""),
            "request": request_form(sent.method, self._clean(unquote(path)), asked, headers, exchange.began_s, content),
            "response": response_form(answer.status, replied, self._cleaned(answer.content)),
            "duration_ms": round(exchange.took_s * 1000, 3),
            "violations": [],
            "wasMatched": exchange.label is not None,
        }

    def _masked(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(name, self._clean(value)) for name, value in masked(pairs, self._names)]

    def _cleaned(self, content: bytes) -> bytes:
        try:
            return self._clean(content.decode()).encode()
        except UnicodeDecodeError:
            return content


def clean_of(secrets: Sequence[str]) -> Clean:
    """Return what replaces known secrets in a text."""
    known = sorted({each for each in secrets if each}, key=len, reverse=True)

    def clean(text: str) -> str:
        for secret in known:
            text = text.replace(secret, MASK)
        return text

    return clean
