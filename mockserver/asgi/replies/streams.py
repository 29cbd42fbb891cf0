"""Stream the items of a body one after the other: a list and what is said of the stream in, an
answer in chunks out.

    operations: {GET /feed: {stream: {every_s: 0.5, end: "[DONE]"}}}

    id: 1                     GET /feed  Last-Event-ID: 1       id: 2
    data: {"id":1}                                              data: {"id":2}
    (half a second)
    id: 2                                                       data: [DONE]
    data: {"id":2}

    data: [DONE]

An event has the `id` that it brings, else the key of its record, else its number. Who comes back
with the last one that arrived (HTML Living Standard, Server-sent events) gets those after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.asgi.codec.bodies import is_lines, is_sequence, write_events, write_lines
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer
from mockserver.model.types import Operation, Resource, Stream
from mockserver.slots import dataclass
from mockserver.state import key_of

LAST_ID = "last-event-id"


@dataclass(frozen=True, slots=True)
class Streamer:
    """Streams the replies of one operation."""

    stream: Stream
    resource: Resource | None

    def streamed(
        self,
        answer: Answer,
        body: Any,
        media_type: str,
        request: Request,
    ) -> Answer:
        """Return an answer whose body is sent item by item, where its media type has items."""
        if not isinstance(body, list) or not is_sequence(media_type):
            return answer
        if is_lines(media_type):
            chunks = [write_lines([item]) for item in body]
            if self.stream.end is not None:
                chunks.append(write_lines([self.stream.end]))
        else:
            chunks = self._events(body, request.headers.get(LAST_ID))
        whole = b"".join(chunks)
        return replace(answer, body=whole, chunks=tuple(chunks), every_s=self.stream.every_s)

    def _events(
        self,
        items: Sequence[Any],
        last: str | None,
    ) -> list[bytes]:
        """Return the events after the last one that has arrived, all where it is not known."""
        named = [self._identified(item, number) for number, item in enumerate(items, 1)]
        names = [event["id"] for event in named]
        start = names.index(last) + 1 if last in names else 0
        chunks = [write_events([event]) for event in named[start:]]
        if self.stream.end is not None:
            chunks.append(write_events([{"data": self.stream.end}]))
        return chunks

    def _identified(self, item: Any, number: int) -> dict[str, Any]:
        """Return an item as an event that has an id."""
        if isinstance(item, Mapping) and "data" in item:
            return {**item, "id": str(item.get("id", number))}
        key = None
        if isinstance(item, Mapping) and self.resource is not None:
            key = item.get(self.resource.key or "")
        return {"id": str(number) if key is None else key_of(key), "data": item}


def streamer_of(operation: Operation, resource: Resource | None) -> Streamer | None:
    """Return what streams the replies of an operation, None where nothing is said of that."""
    if operation.stream is None:
        return None
    return Streamer(operation.stream, resource)
