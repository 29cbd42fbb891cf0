"""Write down the calls of a run as it goes, secrets removed: events in, a file of lines of JSON
out.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from contracts.errors import RecordingError
from contracts.events import CallAnswered, Event
from contracts.secrecy import Secrets
from contracts.targets.exchanges import Exchange
from mockserver.control.masking import secret_names, without_credentials
from mockserver.model.types import Model
from mockserver.recording import json_form, open_private


class Recorder:
    """Writes each call of a run into a file as soon as it is answered, so that a run that is killed
    loses none.
    """

    def __init__(self, path: Path, model: Model, secrets: Secrets) -> None:
        """Take the file, the API and what must not be told. Raises RecordingError."""
        self._kinds = {each.label: each.kind.value for each in model.operations}
        self._names, self._secrets, self._api = secret_names([model]), secrets, model.name
        try:
            self._file: TextIO = open_private(path)
        except OSError as error:
            raise RecordingError(str(path), f"cannot be written: {error.strerror}") from None

    def note(self, event: Event) -> None:
        """Write a call down, but those that were sent again with another credential; other events
        say nothing to it.
        """
        if isinstance(event, CallAnswered) and not event.has_ended:
            line = self._line(self._secrets.masked(event.exchange))
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _line(self, exchange: Exchange) -> dict[str, Any]:
        kind = self._kinds.get(exchange.operation, "")
        shown = without_credentials(exchange, self._names)
        return json_form(replace(shown, api=self._api, kind=kind))
