"""Find when webhooks and callbacks are due: their names and payloads and the resources in, the
changes that they tell of out.

    order.created, newOrder                     an order is made
    orderStatusChanged, on_order_updated        an order is changed, its status alone
    order.shipped, shipment.paid                the status becomes shipped, paid becomes true
    order-deleted                               an order is removed
    webhook {event: enum [order.created, ...]}  each of these

The words of a name are compared with those of the resources; what is left says what happens. Where
a payload has a property with the names of what happened, each of them is one. A callback is about
the record that its operation makes or changes; one that names another change than its operation
makes waits for that change, and any other one is sent at once.

Who wants to be told is in the records of a resource that have a URL and are called webhooks, hooks,
subscriptions and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare, noun, singular, words_of
from mockserver.model.types import DescribedSchema, Kind, Operation, Resource
from mockserver.model.types.announcement import (
    CHANGED,
    CREATED,
    REMOVED,
    Announcements,
    Notice,
    Subscription,
)
from mockserver.model.types.described import DescribedCallback, usual_media
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

Resources = Mapping[str, Resource]
NEW = frozenset(
    {"created", "create", "new", "added", "add", "registered", "placed", "submitted", "received"}
)
OTHER = frozenset({"updated", "update", "changed", "change", "modified", "edited", "saved"})
OVER = frozenset({"deleted", "delete", "removed", "remove", "destroyed"})
"""Words for what happens to a record."""
FILLERS = frozenset({"on", "event", "events", "webhook", "hook", "notification", "callback", "was"})
"""Words of names that say nothing."""
TYPES = frozenset({"event", "type", "eventtype", "eventname", "topic", "action", "name", "kind"})
"""Properties of a payload that say what happened."""
URLS = (
    "url",
    "targeturl",
    "callbackurl",
    "webhookurl",
    "notificationurl",
    "endpoint",
    "endpointurl",
    "target",
    "callback",
    "address",
    "deliveryurl",
    "hookurl",
    "uri",
    "posturl",
)
"""Properties of a subscription with the URL, the likeliest first."""
ASKED = (
    "events",
    "eventtypes",
    "topics",
    "event",
    "topic",
    "types",
    "enabledevents",
    "eventtype",
    "triggers",
    "scope",
)
SECRETS = ("secret", "signingsecret", "webhooksecret", "secretkey", "signingkey", "key", "token")
ACTIVES = ("active", "enabled", "isactive", "isenabled", "status", "disabled")
_SUBSCRIPTIONS = re.compile(r"web_?hooks?|hooks?|subscri(ptions?|bers?)|event_?endpoints?", re.I)
_CHANGES = frozenset({CREATED, CHANGED})
_MADE_BY = {Kind.CREATE: CREATED, Kind.DELETE: REMOVED}


def announcements_of(
    webhooks: Sequence[DescribedCallback],
    operations: Sequence[Operation],
    resources: Resources,
) -> Announcements:
    """Return what an API tells by itself."""
    finder = NoticeFinder(resources)
    notices: list[Notice] = []
    lost = []
    for webhook in webhooks:
        found = list(finder.notices(webhook))
        notices += found
        if not found:
            lost.append(webhook.name)
    for operation in operations:
        notices += _awaited(operation, finder)
    subscriptions = tuple(_subscriptions(resources)) if webhooks else ()
    return Announcements(tuple(notices), subscriptions, tuple(lost))


def _awaited(operation: Operation, finder: NoticeFinder) -> Iterator[Notice]:
    """Yield the callbacks of an operation that tell of a later change than it makes itself."""
    if operation.resource is None:
        return
    own = _MADE_BY.get(operation.kind, CHANGED)
    for callback in operation.described.callbacks:
        for notice in finder.notices(callback, operation.resource):
            is_own = notice.field is None and own in notice.at
            if not is_own:
                yield replace(notice, asked_by=operation.label)


@dataclass(frozen=True, slots=True)
class NoticeFinder:
    """Finds what the names and the payloads of requests tell of."""

    resources: Resources

    def notices(self, request: DescribedCallback, about: str | None = None) -> Iterator[Notice]:
        """Yield the changes at which a request is due, `about` a resource where that is known."""
        payload = _payload(request)
        named = self._named(request.name, request, payload, about)
        listed = []
        for name in _names_in(payload):
            found = self._named(name, request, payload, about)
            if found is not None:
                listed.append(found)
        if named is not None and (_is_exact(named) or not listed):
            yield _called(named, listed)
        elif listed:
            yield from listed

    def _named(
        self,
        name: str,
        request: DescribedCallback,
        payload: DescribedSchema,
        about: str | None,
    ) -> Notice | None:
        """Return the change that a name tells of, None where it tells of none."""
        words = telling_words(name)
        resource, rest = self._resource(words)
        if about is not None:
            resource, rest = self._rest(words, about)
        if resource is None:
            resource = self._shown(payload)
            rest = words
        if resource is None:
            return None
        change = _change(rest, resource)
        if change is None and about is None and not rest:
            change = (_CHANGES, None, None)
        if change is None:
            return None
        at, field, value = change
        return Notice(name, request, resource.name, at, field, value)

    def _resource(self, words: Sequence[str]) -> tuple[Resource | None, Sequence[str]]:
        """Return the resource that a name names by most of its words, and the words that are
        left.
        """
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                joined = "".join(words[start : start + length])
                for resource in self.resources.values():
                    if resource.key is not None and joined in _called_as(resource):
                        return resource, (*words[:start], *words[start + length :])
        return None, words

    def _rest(self, words: Sequence[str], about: str) -> tuple[Resource, Sequence[str]]:
        """Return a resource, and the words of a name without its own."""
        resource = self.resources[about]
        found, rest = self._resource(words)
        if found is resource:
            return resource, rest
        return resource, words

    def _shown(self, payload: DescribedSchema) -> Resource | None:
        """Return the resource whose record a payload shows."""
        for schema in (payload, *payload.all_properties.values()):
            for resource in self.resources.values():
                if shows_record(schema, resource):
                    return resource
        return None


def telling_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters, without those that say nothing."""
    return tuple(word for word in words_of(name) if word not in FILLERS)


def _called_as(resource: Resource) -> frozenset[str]:
    """Return what one record, or several, are called."""
    several = noun(resource.name)
    return frozenset({bare(several), bare(singular(several))})


def shows_record(schema: DescribedSchema, resource: Resource) -> bool:
    """Tell whether a schema is that of the records of a resource, by its name or by most of the
    properties.
    """
    if schema.is_array or not schema.all_properties:
        return False
    if schema.name and schema.name == resource.record.name:
        return True
    theirs, ours = set(schema.all_properties), set(resource.record.all_properties)
    both = theirs & ours
    return resource.key in both and len(both) > 1 and 2 * len(both) >= len(theirs)


def _payload(request: DescribedCallback) -> DescribedSchema:
    media = usual_media(request.request.content) if request.request else None
    return media.schema if media is not None else NO_SCHEMA


def type_property(payload: DescribedSchema) -> str | None:
    """Return the property of a payload that says what happened."""
    for name, schema in payload.all_properties.items():
        if bare(name) in TYPES and schema.type in ("string", None):
            return name
    return None


def _names_in(payload: DescribedSchema) -> Iterator[str]:
    """Yield the names of what may have happened, as a payload lists them."""
    name = type_property(payload)
    schema = payload.all_properties.get(name or "", NO_SCHEMA)
    listed = schema.get("enum") or [schema.get("const")]
    for value in listed:
        if isinstance(value, str):
            yield value


def _is_exact(notice: Notice) -> bool:
    """Tell whether a notice tells of one thing alone."""
    return notice.field is not None or len(notice.at) == 1


def _called(notice: Notice, listed: Iterable[Notice]) -> Notice:
    """Return a notice under the name that its payload has for the same change, if any."""
    for other in listed:
        same = (other.at, other.field, other.value) == (notice.at, notice.field, notice.value)
        if same:
            return replace(notice, name=other.name)
    return notice


def _change(
    words: Sequence[str],
    resource: Resource,
) -> tuple[frozenset[str], str | None, Any] | None:
    """Return what happens, the property that moves and its value, by the words that are left."""
    left = set(words)
    if left & NEW and not left & OTHER:
        return frozenset({CREATED}), None, None
    if left & OVER:
        return frozenset({REMOVED}), None, None
    rest = "".join(word for word in words if word not in OTHER)
    field = _property(rest, resource)
    if left & OTHER:
        return frozenset({CHANGED}), field, None
    if field is not None and resource.record.all_properties[field].type == "boolean":
        return _CHANGES, field, True
    return _state(rest, resource)


def _property(word: str, resource: Resource) -> str | None:
    """Return the property of a name, also of its end: the status in `order_status`."""
    for name in resource.record.all_properties:
        if word and bare(name) == word:
            return name
    return None


def _state(
    word: str,
    resource: Resource,
) -> tuple[frozenset[str], str | None, Any] | None:
    """Return the state that a word names: a value that a property may have, or a moment that is
    told once it is reached.
    """
    if not word:
        return None
    for name, schema in resource.record.all_properties.items():
        for value in schema.get("enum") or ():
            if isinstance(value, str) and bare(value) == word:
                return _CHANGES, name, value
        if bare(name) in (f"{word}at", f"{word}on", f"is{word}"):
            return _CHANGES, name, None if schema.type != "boolean" else True
    states = resource.states
    known = () if states is None else (*states.choices, *states.moves)
    for value in known:
        if states is not None and bare(value) == word:
            return _CHANGES, states.field, value
    return None


def _subscriptions(resources: Resources) -> Iterator[Subscription]:
    """Yield the resources whose records say who wants to be told."""
    for resource in resources.values():
        fields = dict(resource.record.all_properties)
        url = _first(URLS, fields)
        if url is None or not _SUBSCRIPTIONS.search(noun(resource.name)):
            continue
        sent = {*fields, *resource.writable}
        yield Subscription(
            resource.name,
            url,
            _first(ASKED, fields),
            _first(SECRETS, sent),
            _first(ACTIVES, fields),
        )


def _first(wanted: Sequence[str], fields: Iterable[str]) -> str | None:
    """Return the property that has the first of some names."""
    spelled = {bare(name): name for name in fields}
    return next((spelled[name] for name in wanted if name in spelled), None)
