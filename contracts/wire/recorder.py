"""Write down the calls of a run as it goes, secrets removed: events in, a file of lines of JSON
out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, unquote

from contracts.errors import RecordingError
from contracts.events import CallAnswered, Event
from contracts.secrecy import Secrets
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer
from mockserver.control.form import request_form, response_form
from mockserver.control.masking import masked, secret_names
from mockserver.model.types import Model


class Recorder:
    """Writes each call of a run into a file as soon as it is answered, so that a run that is killed
    loses none.
    """

    def __init__(self, path: Path, model: Model, secrets: Secrets) -> None:
        """Take the file, the API and what must not be told. Raises RecordingError."""
        self._kinds = {each.label: each.kind.value for each in model.operations}
        self._names, self._secrets, self._api = secret_names([model]), secrets, model.name
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            raise RecordingError(str(path), f"cannot be written: {error.strerror}") from None

    def note(self, event: Event) -> None:
        """Write a call down; other events say nothing to it."""
        if isinstance(event, CallAnswered):
            line = self._line(self._secrets.masked(event.exchange))
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _line(self, exchange: Exchange) -> dict[str, Any]:
        sent, answer = exchange.sent, exchange.answer or Answer(0, {}, None)
        path, _, query = sent.path.partition("?")
        asked = self._masked(parse_qsl(query, keep_blank_values=True))
        headers = self._masked(list(sent.headers.items()))
        replied = self._masked(list(answer.headers.items()))
        return {
            "id": str(exchange.number),
            "space": "",
            "api": self._api,
            "operation": exchange.label or "",
            "kind": self._kinds.get(exchange.label or "", ""),
            "request": request_form(
                sent.method, unquote(path), asked, headers, exchange.began_s, sent.body or b""
            ),
            "response": response_form(answer.status, replied, answer.content),
            "duration_ms": round(exchange.took_s * 1000, 3),
            "violations": [],
            "wasMatched": exchange.label is not None,
        }

    def _masked(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return masked(pairs, self._names)
