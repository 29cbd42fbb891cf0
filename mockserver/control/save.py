"""Write entries of the journal down, secrets masked: as JSON values, as lines of them, as HAR 1.2,
and into a file as they come.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from mockserver.call import Call
from mockserver.control.bodymask import masked_value
from mockserver.control.journal import Entry
from mockserver.control.masking import (
    MASK,
    is_secret,
    masked,
    masked_exchange,
    masked_target,
)
from mockserver.errors import SettingsError
from mockserver.exchange import Exchange, Headers
from mockserver.jsontext import dumps
from mockserver.lookup import MISSING
from mockserver.outbox import Message
from mockserver.recording import har, har_entry, json_form, open_private
from mockserver.state import Change, Put, Remove

LONGEST = 160
"""Characters of a record that are told in words."""


class Writer:
    """Knows which names carry secrets: those of headers and parameters by the documents, and those
    that a user calls so, wherever they stand.
    """

    def __init__(self, secrets: frozenset[str], own: frozenset[str] = frozenset()) -> None:
        self._secrets = secrets | own
        self._own = own

    def plain(self, entry: Entry) -> dict[str, Any]:
        """Return an entry as JSON values, secrets masked: `request` is what was asked, `response`
        the reply; `call` is the request as it was decoded, where it was, and `changes` are the
        records that it put or removed.
        """
        exchange = self.masked(entry)
        forms = [_change_form(change, self._own) for change in entry.changes]
        understood: dict[str, Any] = {}
        if entry.call is not None:
            understood["call"] = self._call_form(entry.call)
        understood["changes"] = [form for form in forms if form is not None]
        if entry.disagreements:
            understood["disagreements"] = [*entry.disagreements]
        return json_form(exchange, understood)

    def masked(self, entry: Entry) -> Exchange:
        """Return the exchange of an entry, secrets masked."""
        return masked_exchange(entry.exchange, self._secrets, self._own)

    def brief(self, entry: Entry) -> dict[str, Any]:
        """Return an entry as JSON values, secrets masked, without headers, bodies and records."""
        exchange = entry.exchange
        sent = replace(exchange.sent, headers=Headers(), content=b"")
        answer = exchange.answer
        if answer is not None:
            answer = replace(answer, headers=Headers(), content=b"")
        bare = masked_exchange(
            replace(exchange, sent=sent, answer=answer), self._secrets, self._own
        )
        forms = [_change_form(change, self._own, is_brief=True) for change in entry.changes]
        changes = [form for form in forms if form is not None]
        return json_form(bare, {"changes": changes})

    def message(self, message: Message) -> dict[str, Any]:
        """Return a webhook or callback as JSON values, secrets masked."""
        told = message.told()
        if message.url is not None:
            told["url"] = masked_target(message.url, self._secrets)
        told["headers"] = dict(masked(message.headers.items(), self._secrets))
        told["body"] = masked_value(message.body, self._own)
        return told

    def lines(self, entries: Sequence[Entry]) -> str:
        """Return one line of JSON for each entry."""
        values = map(self.plain, entries)
        return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)

    def har(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return a HAR log of the entries, secrets masked."""
        exchanges = [entry.exchange for entry in entries]
        return har(
            har_entry(masked_exchange(each, self._secrets, self._own), each) for each in exchanges
        )

    def _call_form(self, call: Call) -> dict[str, Any]:
        """Return a request as it was decoded: its parameters with their types, and its body where
        it had one.
        """
        form = {
            "path": masked_value(call.path, self._own),
            "query": self._parameters(call.query),
            "headers": self._parameters(call.headers),
        }
        return (
            form if call.body is MISSING else {**form, "body": masked_value(call.body, self._own)}
        )

    def _parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters with those masked that carry a secret."""
        named = [(str(name), value) for name, value in values.items()]
        return {name: self._parameter(name, value) for name, value in named}

    def _parameter(self, name: str, value: Any) -> Any:
        return MASK if is_secret(name, self._secrets) else masked_value(value, self._own)


class Recording:
    """A file of calls. A line is whole as soon as its call is over, so that what was recorded
    survives a kill.
    """

    def __init__(self, path: Path, writer: Writer, tell: Callable[[str], None]) -> None:
        """Begin the file anew. Raises SettingsError; what goes wrong later is told once, and ends
        the recording.
        """
        self._path, self._writer, self._tell = path, writer, tell
        try:
            self._file: TextIO | None = open_private(path)
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from None

    def note(self, entry: Entry) -> None:
        """Write a call down that a live server answered; what others answered is no recording of
        it.
        """
        if self._file is None or not entry.note.live:
            return
        try:
            self._file.write(self._writer.lines([entry]))
            self._file.flush()
        except OSError as error:
            reason = error.strerror or error
            self._tell(f"{self._path} cannot be written any more, nothing is recorded: {reason}")
            self.close()

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            with suppress(OSError):  # what is left of a line that could not be written
                self._file.close()
            self._file = None


def change_text(change: Change) -> str:
    """Return a change in words: `put books 5 below 2: {"id":5}`; empty for the number of a
    sequence.
    """
    if not isinstance(change, Put | Remove):
        return ""
    place = f"{change.collection.resource} {change.key}".rstrip()
    if change.collection.parents:
        place += f" below {'/'.join(change.collection.parents)}"
    if isinstance(change, Remove):
        return f"removed {place}"
    record = dumps(masked_value(change.record)).decode()
    shown = record if len(record) <= LONGEST else f"{record[:LONGEST]}…"
    return f"put {place}: {shown}"


def _change_form(
    change: Change, own: frozenset[str], is_brief: bool = False
) -> dict[str, Any] | None:
    """Return a change of a record, None for the number of a sequence that was given out; without
    the record where it `is_brief`.
    """
    if not isinstance(change, Put | Remove):
        return None
    place = {
        "resource": change.collection.resource,
        "parents": list(change.collection.parents),
        "key": change.key,
    }
    if isinstance(change, Put) and is_brief:
        return {"change": "put", **place}
    if isinstance(change, Put):
        return {"change": "put", **place, "record": masked_value(change.record, own)}
    return {"change": "remove", **place}
