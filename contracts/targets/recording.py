"""Read the recording of a run and play it back: a file in, its exchanges and a target that answers
by them out.

A recording has the lines that a mock's journal is saved in; those of a HAR 1.2 file
(http://www.softwareishard.com/blog/har-12-spec) are read as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contracts.errors import RecordingError, Withheld
from contracts.targets.exchanges import Exchange
from contracts.targets.target import SAFE_METHODS, Answer, Sent
from mockserver.control.bodymask import masked_body
from mockserver.control.masking import MASK, is_nobodys, masked, secret_names
from mockserver.model.types import Model
from mockserver.recording import read_exchanges

_PLAIN = ("", "*/*", "application/json")
"""Values of Accept that ask for the usual."""


class NotRecorded(Withheld):
    """A request of which a recording knows no answer: it was not tried."""


def read_recording(path: Path) -> list[Exchange]:
    """Return the calls of a recording in their order. Raises RecordingError with the line that is
    wrong.

    A last line that was cut off, because a run was killed, is left out.
    """
    found = read_exchanges(path, RecordingError)
    if not found:
        raise RecordingError(
            str(path), "holds no calls: write one with --record FILE, or save the journal of a mock"
        )
    return [replace(exchange, phase="recording") for exchange in found]


@dataclass(slots=True)
class _Answers:
    """The answers to one request in the order in which they came."""

    kept: list[Answer] = field(default_factory=list)
    given: int = 0

    def next(self, repeats: bool) -> Answer | None:
        """Return the next answer; of a request that changes nothing the last one holds for ever."""
        if self.given == len(self.kept) and not repeats:
            return None
        self.given = min(self.given + 1, len(self.kept))
        return self.kept[self.given - 1]


class RecordingTarget:
    """Answers as a server did when it was recorded.

    A request gets the answer to the same method, path, query in any order, and equal JSON body;
    those that were repeated are answered in their order. Credentials and passwords are not
    compared, but whether there were any, and whether these were wrong ones.
    """

    def __init__(self, path: Path, model: Model) -> None:
        """Take a recording and the API that it is of. Raises RecordingError."""
        self._path, self._names = path, secret_names([model])
        self._answers: dict[Any, _Answers] = {}
        for each in read_recording(path):
            if each.answer is not None:
                self._answers.setdefault(self._key(each.sent), _Answers()).kept.append(each.answer)

    def send(self, sent: Sent) -> Answer:
        """Return the recorded answer. Raises NotRecorded when there is none (left)."""
        answers = self._answers.get(self._key(sent))
        answer = answers.next(sent.method in SAFE_METHODS) if answers else None
        if answer is None:
            raise NotRecorded(f"{sent.method} {sent.target} is not in the recording {self._path}")
        return answer

    def close(self) -> None:
        """Do nothing: there is nothing open."""

    def _key(self, sent: Sent) -> Any:
        asked = masked(sent.query, self._names)
        open_ = [(name, value) for name, value in asked if MASK not in value]
        headers = {name.lower(): value for name, value in sent.headers.items()}
        granted = len(open_) < len(asked) or has_credentials(headers, self._names)
        accept = headers.get("accept", "")
        wanted = "" if accept in _PLAIN else accept
        return (
            sent.method,
            sent.path,
            tuple(sorted(open_)),
            _canonical(masked_body(sent.content, headers.get("content-type", ""))),
            granted,
            any(map(is_nobodys, headers.values())),
            wanted,
        )


def has_credentials(headers: Mapping[str, str], names: frozenset[str]) -> bool:
    """Tell whether headers, by names in small letters, say who is calling."""
    return any(name in headers for name in ("authorization", "cookie", *names))


def _canonical(body: bytes | None) -> str:
    """Return a body so that equal JSON values have equal texts."""
    if not body:
        return ""
    try:
        return json.dumps(json.loads(body), sort_keys=True)
    except ValueError:
        return body.decode("utf-8", "replace")
