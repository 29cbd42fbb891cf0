"""Tell others what has changed: the changes of a call in, the messages that are due out.

    POST /orders {"item": "book"}        webhook order.created, to each subscription that wants it
    {"event": "order.created", "data": {"id": 7, "item": "book"}, "sent_at": "..."}
    X-Signature: 9d0c...                 HMAC of the body under the subscription's secret

A body is the example of the document, or made from its schema, with the record and what is known of
the occasion in their places. Each message is kept in the outbox of its space, also where nobody
wants it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.asgi.codec.message_body import Address, MessageWriter, Turn
from mockserver.asgi.courier import HEADER, Delivery
from mockserver.asgi.messages.signature import Seal, seal_of
from mockserver.asgi.refusals.violations import find_violations
from mockserver.call import Supply
from mockserver.jsontext import dumps
from mockserver.lookup import MISSING
from mockserver.model.keys import ENDS, GONE
from mockserver.model.paths import bare
from mockserver.model.schema.schemas import Direction
from mockserver.model.types import (
    DescribedMedia,
    DescribedParameter,
    Model,
    usual_media,
)
from mockserver.model.types.announcement import CHANGED, CREATED, REMOVED, Notice, Subscription
from mockserver.outbox import Message
from mockserver.slots import dataclass
from mockserver.space import Space
from mockserver.state import Advance, Change, Collection, Query, Reader, Record

USUAL_SECRET = "understudy"
"""Signs what goes to somebody who has told no secret."""
Before = Mapping[Address, Record | None]
"""Records as they were before a call, by where they are."""
_EVENT_HEADER = re.compile(r"event|topic", re.I)
_ID_HEADER = re.compile(r"deliver|[-_]id$|uuid|guid|message", re.I)
_TIME_HEADER = re.compile(r"time|date", re.I)


def before_of(changes: Sequence[Change], reader: Reader) -> dict[Address, Record | None]:
    """Return the records that changes touch, as they are without them."""
    found: dict[Address, Record | None] = {}
    for change in changes:
        if isinstance(change, Advance):
            continue
        address = (change.collection, change.key)
        if address not in found:
            found[address] = reader.get(*address)
    return found


class Messenger:
    """Tells what an API tells by itself."""

    def __init__(self, model: Model, urls: Sequence[str]) -> None:
        """Take where webhooks go for which no client can ask."""
        self._model = model
        self._urls = urls
        self._told = model.announcements

    def due(
        self,
        label: str,
        before: Before,
        reader: Reader,
        space: Space,
        failing: int,
    ) -> Iterator[Delivery]:
        """Yield what is to be sent after a call that has changed the state of which this is a
        reader; the first attempts fail where that is planned.
        """
        places = list(self._subscribers(reader))
        for turn in _turns(before, reader):
            for notice in self._told.notices:
                if not turn.fits(notice):
                    continue
                wanting = places
                if notice.asked_by is not None:
                    wanting = list(_wishes(notice, turn, space))
                yield from self._sent(notice, turn, label, wanting, space, failing)

    def _sent(
        self,
        notice: Notice,
        turn: Turn,
        label: str,
        places: Sequence[Recipient],
        space: Space,
        failing: int,
    ) -> Iterator[Delivery]:
        """Yield the deliveries of one notice, and keep each in the outbox."""
        wanting = [place for place in places if place.wants(notice)]
        if not wanting and notice.asked_by is None:
            message, _ = self._message(notice, turn, label, Recipient(None), space)
            space.outbox.put(message)
        for place in wanting:
            message, content = self._message(notice, turn, label, place, space)
            space.outbox.put(message)
            yield Delivery(
                notice.name,
                message.method,
                place.url or "",
                {**message.headers, HEADER: notice.request.name},
                content,
                message,
                failing,
            )

    def _message(
        self,
        notice: Notice,
        turn: Turn,
        label: str,
        place: Recipient,
        space: Space,
    ) -> tuple[Message, bytes | None]:
        """Return a message and its body as it goes over the wire."""
        supply = space.supply
        number = len(space.outbox.messages)
        salt = f"{notice.name}/{turn.address[1]}/{number}"
        told = notice.request.request
        media = usual_media(told.content) if told else None
        body: Any = None
        content: bytes | None = None
        headers: dict[str, str] = {}
        problems: Sequence[str] = ()
        if media is not None:
            resource = self._model.resources[notice.resource]
            writer = MessageWriter(notice, turn, resource, supply, salt)
            body = writer.body(media)
            content = dumps(body)
            problems = _problems(media, body)
            headers["content-type"] = "application/json"
        for header in notice.request.headers:
            seal = seal_of(header, notice.request.words)
            headers[header.name] = _header(header, seal, notice, place, content, supply, salt)
        moment = supply.stamp("now-rfc3339")
        method = notice.request.method
        message = Message(notice.name, label, place.url, method, headers, body, moment, problems)
        return message, content

    def _subscribers(self, reader: Reader) -> Iterator[Recipient]:
        """Yield who wants to be told of anything."""
        for subscription in self._told.subscriptions:
            everywhere = Collection(subscription.resource)
            for found in reader.select(everywhere, Query()).found:
                place = _recipient_of(subscription, found.record)
                if place is not None:
                    yield place
        if not self._told.subscriptions:
            yield from map(Recipient, self._urls)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where messages go: a URL, the names of what is wanted (None: all), and the secret."""

    url: str | None
    names: frozenset[str] | None = None
    secret: str = USUAL_SECRET

    def wants(self, notice: Notice) -> bool:
        """Tell whether somebody asked for a notice, by its name or by a pattern such as
        `order.*`.
        """
        if self.names is None:
            return True
        own = {bare(notice.name), bare(notice.request.name)}
        for name in self.names:
            stem = name.removesuffix("*")
            if bare(name) in own or name in ("*", "all"):
                return True
            if stem != name and bare(notice.name).startswith(bare(stem)):
                return True
        return False


def _recipient_of(subscription: Subscription, record: Record) -> Recipient | None:
    """Return where the messages for a subscription go, None where it rests."""
    url = record.get(subscription.url)
    if not isinstance(url, str) or record.get(GONE) is not None:
        return None
    active = record.get(subscription.active or "")
    is_reversed = bare(subscription.active or "") == "disabled"
    if active is is_reversed or active in ("disabled", "inactive", "paused"):
        return None
    names = record.get(subscription.names or "")
    wanted: frozenset[str] | None = None
    if isinstance(names, str):
        wanted = frozenset({names})
    elif isinstance(names, list) and names:
        wanted = frozenset(map(str, names))
    secret = record.get(subscription.secret or "")
    return Recipient(url, wanted, secret if isinstance(secret, str) else USUAL_SECRET)


def _wishes(notice: Notice, turn: Turn, space: Space) -> Iterator[Recipient]:
    """Yield who called an operation with a URL for a callback about this record."""
    operation = notice.asked_by or ""
    for wish in space.outbox.wishes(operation, notice.request.name, turn.address):
        yield Recipient(wish.url)


def _turns(before: Before, reader: Reader) -> Iterator[Turn]:
    """Yield what happened to each record that was touched."""
    for address, old in before.items():
        new = reader.get(*address)
        if new is not None and new.get(GONE) is not None:
            new = None
        if old is not None and old.get(GONE) is not None:
            old = None
        if _known(new) == _known(old):
            continue
        at = CHANGED
        if old is None:
            at = CREATED
        elif new is None:
            at = REMOVED
        yield Turn(at, address, old, new)


def _known(record: Record | None) -> Record | None:
    """Return what is known of a record, without what is noted of it by the way."""
    if record is None or ENDS not in record:
        return record
    return {name: value for name, value in record.items() if name != ENDS}


def _problems(media: DescribedMedia, body: Any) -> Sequence[str]:
    """Return where a body breaks its schema."""
    found = find_violations(media.schema.validator(Direction.REPLY), body, "body")
    return [f"{'/'.join(map(str, each.path))}: {each.message}" for each in found]


def _header(
    header: DescribedParameter,
    seal: Seal | None,
    notice: Notice,
    place: Recipient,
    content: bytes | None,
    supply: Supply,
    salt: str,
) -> str:
    """Return the value of a header of a message."""
    if seal is not None:
        return seal.of(content or b"", place.secret, int(supply.now()))
    if _EVENT_HEADER.search(header.name):
        return notice.name
    if _ID_HEADER.search(header.name):
        return supply.uuid(f"{salt}/{header.name}")
    if _TIME_HEADER.search(header.name):
        is_number = header.schema.type == "integer"
        return str(supply.stamp("now-unix" if is_number else "now-rfc3339"))
    if header.examples:
        return str(header.examples[0])
    value = supply.value(header.schema, f"{salt}/{header.name}")
    return "" if value is MISSING else str(value)
