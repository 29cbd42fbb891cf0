"""Replies that stand in for an API's own: stub mappings in WireMock's words in, the one that a
request meets out.

    {"request": {"operation": "GET /shelves"}, "response": {"status": 418}, "times": 1}

The next request of that operation is answered 418, and those after it as ever. Of several that fit
the one of the lowest `priority` answers, then those with `times`, in the order in which they were
added, then the others, the latest first.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from mockserver.control.pattern import Pattern, check_word, pattern_of
from mockserver.errors import SettingsError
from mockserver.exchange import NO_BODY, Answer, Exchange
from mockserver.faults.addressee import check_operation
from mockserver.faults.words import LONGEST_MS
from mockserver.jsontext import dumps
from mockserver.slots import dataclass
from mockserver.stores.board import Board, MemoryBoard, Topic

WORDS = ("id", "uuid", "name", "priority", "request", "response", "times", "persistent", "metadata")
BODIES = ("body", "jsonBody", "base64Body")
DELAY = "fixedDelayMilliseconds"
RESPONSE_WORDS = ("status", "headers", *BODIES, DELAY)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
USUAL_PRIORITY = 5
MOST = 1000
"""Stubs of one space."""
MOST_SPACES = 20_000
"""Spaces whose stubs are kept; that of which they were added first goes."""


@dataclass(slots=True)
class Stub:
    """A planned reply: to which requests, what is answered after how many milliseconds, how often
    at most (None: always), and how often it was.
    """

    id: str
    said: Mapping[str, Any]
    pattern: Pattern
    answer: Answer
    delay_ms: float = 0.0
    priority: int = USUAL_PRIORITY
    times: int | None = None
    count: int = 0

    @property
    def is_used_up(self) -> bool:
        return self.times is not None and self.count >= self.times

    def form(self) -> dict[str, Any]:
        """Return the stub in the words in which it was said, with its id and how often it has
        answered.
        """
        return {
            **self.said,
            "id": self.id,
            "uuid": self.id,
            "answered": self.count,
        }


class Stubs:
    """The stubs of all spaces, on a board that others may share."""

    def __init__(
        self,
        operations: Collection[str],
        board: Board | None = None,
        mock: str = "",
    ) -> None:
        """Take the labels of the operations that are played, and what the mock is called by."""
        self._operations = list(operations)
        self._board = board or MemoryBoard()
        self.is_shared = self._board.is_shared
        self._topic: Topic[Sequence[Stub]] = Topic(
            "stubs",
            mock,
            _stubs_form,
            self._read,
            most=MOST_SPACES,
        )

    def adopt(self, operations: Iterable[str]) -> None:
        """Take other labels of operations; the stubs stay."""
        self._operations = list(operations)

    @property
    def are_none(self) -> bool:
        """Whether no request can meet a stub."""
        return not self._board.size(self._topic)

    def of(self, space: str) -> Sequence[Stub]:
        """Return the stubs of a space, in the order in which they were added."""
        return self._board.all(self._topic, space).get("", ())

    def add(self, said: Any, space: str) -> Stub:
        """Plan a reply; one of the same id is replaced. Raises SettingsError."""
        stub = stub_of(said, self._operations)
        with self._board.changing(self._topic, space) as notices:
            known = notices.get() or ()
            kept = [each for each in known if each.id != stub.id]
            if len(kept) >= MOST:
                raise SettingsError(f"a space has {MOST} stub mappings at most: remove some")
            notices.put((*kept, stub))
        return stub

    def get(self, identity: str, space: str) -> Stub | None:
        """Return the stub of an id, None where there is none."""
        for stub in self.of(space):
            if stub.id == identity:
                return stub
        return None

    def remove(self, identity: str, space: str) -> bool:
        """Forget the stub of an id; tell whether there was one."""
        with self._board.changing(self._topic, space) as notices:
            known = notices.get() or ()
            kept = tuple(stub for stub in known if stub.id != identity)
            if kept:
                notices.put(kept)
            else:
                notices.remove()
        return len(kept) < len(known)

    def clear(self, space: str) -> None:
        """Forget the stubs of a space."""
        self._board.clear(self._topic, space)

    def looks_at_bodies(self, space: str) -> bool:
        """Tell whether what a request meets depends on its body."""
        return any(stub.pattern.looks_at_body for stub in self._seen(space))

    def may_meet(self, space: str, exchange: Exchange) -> bool:
        """Tell whether some stub is for a request."""
        return any(stub.pattern.fits(exchange) for stub in self._seen(space))

    def meet(self, space: str, exchange: Exchange) -> Stub | None:
        """Return the stub that answers a request, and count it. Raises StoreError."""
        with self._board.changing(self._topic, space) as notices:
            known = notices.get() or ()
            for stub in _in_turn(known):
                if not stub.is_used_up and stub.pattern.fits(exchange):
                    stub.count += 1
                    notices.put(known, quietly=True)
                    return stub
        return None

    def _seen(self, space: str) -> Sequence[Stub]:
        """Return the stubs of a space as they were at the last look."""
        return self._board.get(self._topic, space) or ()

    def _read(self, forms: Sequence[Mapping[str, Any]]) -> Sequence[Stub]:
        """Return the stubs that forms tell; an operation that is not played any more is no reason
        to lose the others.
        """
        stubs = []
        for form in forms:
            with suppress(SettingsError):
                said = {**form["said"], "id": form["id"]}
                stub = stub_of(said, self._operations)
                stub.said = form["said"]
                stub.count = form["count"]
                stubs.append(stub)
        return tuple(stubs)


def _stubs_form(stubs: Sequence[Stub]) -> Sequence[Mapping[str, Any]]:
    """Return stubs as JSON has them."""
    return [{"id": stub.id, "said": stub.said, "count": stub.count} for stub in stubs]


def stub_of(said: Any, operations: Sequence[str]) -> Stub:
    """Return the stub that a JSON object spells. Raises SettingsError for an unknown word, a wrong
    value, and an operation that is not there.
    """
    if not isinstance(said, Mapping):
        raise SettingsError(f"a stub mapping must be an object, not {said!r}")
    for word in said:
        check_word(word, WORDS, "a stub mapping")
    if "response" not in said:
        raise SettingsError(
            'a stub mapping needs a response: {"request": {...}, "response": {"status": 418}}'
        )
    request = said.get("request") or {}
    pattern = pattern_of(request)
    if "status" in request:
        raise SettingsError("the request of a stub mapping has no status: it is not answered yet")
    if "operation" in request:
        check_operation(str(request["operation"]), operations)
    answer, delay_ms = _answer(said["response"])
    identity = said.get("id") or said.get("uuid") or uuid.uuid4()
    priority = said.get("priority", USUAL_PRIORITY)
    times = said.get("times")
    return Stub(
        str(identity),
        said,
        pattern,
        answer,
        delay_ms,
        priority=_whole("priority", priority),
        times=None if times is None else _whole("times", times),
    )


def body_words(json: Any, content: str | bytes) -> dict[str, Any]:
    """Return the words for the body of a response: a value of JSON, else a text or bytes. Raises
    SettingsError for both.
    """
    if json is not NO_BODY:
        if content:
            raise SettingsError("a response has one body: say json or content")
        return {"jsonBody": json}
    if isinstance(content, str):
        return {"body": content}
    encoded = base64.b64encode(content)
    return {"base64Body": encoded.decode()}


def _in_turn(stubs: Sequence[Stub]) -> Iterator[Stub]:
    """Yield stubs in the order in which they may answer."""
    limited = [stub for stub in stubs if stub.times is not None]
    endless = [stub for stub in stubs if stub.times is None]
    ordered = [*limited, *reversed(endless)]
    yield from sorted(ordered, key=lambda stub: stub.priority)


def _answer(said: Any) -> tuple[Answer, float]:
    """Return what a response spells, and after how many milliseconds it comes."""
    if not isinstance(said, Mapping):
        raise SettingsError(f"the response of a stub mapping must be an object, not {said!r}")
    for word in said:
        check_word(word, RESPONSE_WORDS, "the response of a stub mapping")
    status = _whole("status", said.get("status", 200))
    if not 200 <= status <= 599:
        raise SettingsError(f"status must be from 200 to 599, not {status}")
    headers = _headers(said.get("headers") or {})
    content, media_type = _content(said)
    names = {name.lower() for name, _ in headers}
    if media_type and "content-type" not in names:
        headers.insert(0, ("content-type", media_type))
    delay_ms = _whole(DELAY, said.get(DELAY, 0))
    if delay_ms > LONGEST_MS:
        raise SettingsError(f"{DELAY} must be {LONGEST_MS} at most, not {delay_ms}")
    return Answer(status, headers, content), float(delay_ms)


def _content(said: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the body of a response and the media type that it has unless a header tells it."""
    given = [word for word in BODIES if word in said]
    if len(given) > 1:
        raise SettingsError(f"a response has one body: say {' or '.join(given)}")
    if "jsonBody" in said:
        return dumps(said["jsonBody"]), "application/json"
    if "body" in said:
        if not isinstance(said["body"], str):
            raise SettingsError("body must be a text; a value of JSON is said as jsonBody")
        return said["body"].encode(), "text/plain; charset=utf-8"
    try:
        return base64.b64decode(said.get("base64Body", ""), validate=True), ""
    except (binascii.Error, TypeError, ValueError):
        raise SettingsError("base64Body must be a text in base64 (RFC 4648)") from None


def _headers(said: Any) -> list[tuple[str, str]]:
    """Return headers by name; a list is sent as several of one name. Their length is counted."""
    if not isinstance(said, Mapping):
        raise SettingsError(f"headers must map names to values, not {said!r}")
    headers = []
    for name, value in said.items():
        values = value if isinstance(value, list) else [value]
        for text in map(str, values):
            if not _is_header(name, text):
                raise SettingsError(f"the header {name!r} is none that can be sent")
            if name.lower() != "content-length":
                headers.append((name, text))
    return headers


def _is_header(name: Any, text: str) -> bool:
    """Tell whether a header can be sent (RFC 9110, section 5)."""
    if not isinstance(name, str):
        return False
    return bool(_NAME.fullmatch(name) and _VALUE.fullmatch(text))


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SettingsError(f"{name} must be a whole number from 0, not {value!r}")
    return value
