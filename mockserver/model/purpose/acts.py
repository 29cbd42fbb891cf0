"""Infer what is done to a record by an operation of which nothing else is known: the operation and
the record before its last word in, an action on that record out.

    POST /orders/{id}/refund           200: Order         ACTION   act-on-item: shows it
    POST /orders/{id}/change-address   204                ACTION   act-on-item
    POST /orders/CreateInvoice/{id}    200: Invoice       ACTION   act-on-item
    POST /orders/{id}/duplicate        201: Order         CREATE   copy-item
    POST /orders/{id}/preview          200: Order         nothing: it only computes

An action finds its record, changes of it what its body shares with it and what its verb sets, and
shows it where the reply has it; else it answers as the document says. Amounts that a body shares
are no new values: who refunds 5 does not make it an order of 5.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from mockserver.model.envelopes import OUTCOMES, one_envelope
from mockserver.model.paths import (
    PARAMETER,
    bare,
    canonical,
    key_parameter,
    segments,
    singular,
    whole_parameter,
    words_of,
)
from mockserver.model.places.procedures import key_places
from mockserver.model.places.survey import CREATES, WRITES, Place, Spot, parent_path
from mockserver.model.purpose.kinds import CONTENTS, UPLOADS, Around, Beside
from mockserver.model.purpose.verbs import IRREGULAR, OPPOSITES, Verb, moved, spelled
from mockserver.model.resources import inner_places, sent_record, sent_schema, spelling
from mockserver.model.types import DescribedSchema, Kind, Resource
from mockserver.model.types.schema import NO_SCHEMA, SchemaTable

COMPUTES = frozenset(
    [
        "calculate",
        "check",
        "compare",
        "compute",
        "count",
        "dry",
        "diff",
        "download",
        "dryrun",
        "estimate",
        "export",
        "find",
        "forecast",
        "list",
        "login",
        "parse",
        "ping",
        "poll",
        "preview",
        "query",
        "quote",
        "render",
        "score",
        "search",
        "simulate",
        "suggest",
        "test",
        "try",
        "validate",
        "verify",
        "watch",
    ]
)
"""Words of paths that work something out and change nothing."""
COPIES = frozenset({"clone", "copy", "duplicate", "fork", "replicate"})
"""Words of paths that make a record like another one."""
MARKS = frozenset({"mark", "set", "make"})
"""First words of verbs whose last word says what becomes of a record: mark-as-paid."""
ENTRIES = frozenset(
    {"comment", "comments", "message", "messages", "note", "notes", "parts", "reply", "replies"}
)
"""Words of paths that add something to what was said of a record."""
FEW = 2
"""How many properties are too few to tell a record from another thing of no name."""
SEVERAL = frozenset({"batch", "bulk", "multiple"})
TELLTALES = frozenset({"type", "kind", "object", "resourcetype", "version", "testmode", "livemode"})
"""Names of properties that tell which kind of thing a body is, and of what version."""
VERBS = frozenset(
    [
        "accept",
        "acknowledge",
        "add",
        "adjust",
        "allocate",
        "apply",
        "append",
        "approve",
        "archive",
        "assign",
        "attach",
        "authorize",
        "block",
        "book",
        "bump",
        "cancel",
        "capture",
        "change",
        "charge",
        "checkin",
        "checkout",
        "checkpoint",
        "claim",
        "clean",
        "clear",
        "close",
        "commit",
        "confirm",
        "connect",
        "convert",
        "create",
        "deny",
        "deploy",
        "detach",
        "dismiss",
        "disconnect",
        "dispatch",
        "drain",
        "drop",
        "enqueue",
        "execute",
        "expire",
        "extend",
        "favorite",
        "favourite",
        "flag",
        "flush",
        "follow",
        "generate",
        "grant",
        "ignore",
        "import",
        "init",
        "initiate",
        "insert",
        "install",
        "instantiate",
        "invalidate",
        "invite",
        "issue",
        "join",
        "kick",
        "kill",
        "launch",
        "leave",
        "like",
        "link",
        "lock",
        "log",
        "mark",
        "materialize",
        "merge",
        "migrate",
        "moderate",
        "move",
        "mute",
        "notify",
        "pin",
        "post",
        "promote",
        "publish",
        "purge",
        "push",
        "read",
        "rebuild",
        "redeliver",
        "refresh",
        "refund",
        "register",
        "reject",
        "release",
        "reload",
        "remove",
        "rename",
        "renew",
        "replay",
        "replace",
        "reply",
        "report",
        "reprocess",
        "request",
        "reset",
        "resize",
        "resolve",
        "restart",
        "retry",
        "return",
        "revert",
        "review",
        "revoke",
        "rotate",
        "save",
        "schedule",
        "set",
        "share",
        "ship",
        "sign",
        "skip",
        "snooze",
        "split",
        "star",
        "subscribe",
        "suspend",
        "swap",
        "sync",
        "terminate",
        "transfer",
        "transition",
        "trigger",
        "unset",
        "unsubscribe",
        "update",
        "upgrade",
        "upload",
        "verify",
        "void",
        "vote",
        "wait",
        "wake",
        "write",
    ]
).union(IRREGULAR, OPPOSITES)
"""First words of last segments that say that something is done."""
AMOUNTS = re.compile(r"(amount|quantity|qty|count|total|sum|units)$", re.I)


def words_beside(segment: str) -> list[str]:
    """Return the words of a segment without its parameters, in small letters."""
    return words_of(PARAMETER.sub("", segment))


def computes(words: Collection[str]) -> bool:
    """Tell whether the words of a segment say that something is worked out, and nothing changed."""
    return not COMPUTES.isdisjoint(words)


def is_verb(words: list[str]) -> bool:
    """Tell whether the words of a segment begin with a verb: cancel, CreateInvoice, unlock."""
    if not words:
        return False
    first = Verb(words[0])
    return not VERBS.isdisjoint((first.word, first.base.word))


def infer_act(around: Around, spot: Spot) -> Beside | None:
    """Return what an operation does to the record before its last word, None where it is about
    something else.
    """
    method = around.place.method
    if not around.on_item or method not in (*WRITES, "DELETE"):
        return None
    last = segments(canonical(around.place.path))[-1]
    words = words_beside(around.named or last)
    is_content = around.word in CONTENTS or around.word in UPLOADS
    if is_content or computes(words) or not SEVERAL.isdisjoint(words):
        return None
    shows = shows_record(around)
    if shows and _copies(around, words):
        rule = "copy-item"
        return Beside(Kind.CREATE, around.resource.name, rule, copies=around.key_param)
    is_read = "GET" in spot.on_collection
    if not shows and (is_read or not (is_verb(words) or _answers_nothing(around))):
        return None
    if method == "DELETE" and not shows and not is_verb(words):
        return None
    return _act(around, words, shows)


def _act(around: Around, words: list[str], shows: bool) -> Beside:
    """Return the action, with what its words set where they are more than one."""
    resource, fields = around.resource, around.record.properties
    undoes = around.place.method == "DELETE"
    word = _effect(words, resource)
    sets: dict[str, object] = {}
    if word:
        sets = moved(Verb(word, undoes), fields, resource.states)
    for name in {*resource.generated, *resource.touched} & sets.keys():
        del sets[name]
    told = [spelled(name, value) for name, value in sets.items()]
    said = ["shows it"] if shows else []
    if told:
        said.append(f"sets {', '.join(told)}")
    rule = ": ".join(["act-on-item", *([", ".join(said)] if said else [])])
    takes: frozenset[str] = frozenset()
    if shows or _answers_nothing(around) or _answers_what_was_sent(around):
        takes = shared(around, words, shows)
    return Beside(
        Kind.ACTION,
        resource.name,
        rule,
        around.key_param,
        sets,
        takes=takes,
        shows=shows,
        key_place=around.place.key,
    )


def _effect(words: list[str], resource: Resource) -> str:
    """Return the word of several that says what becomes of the record: that of cancel-order and of
    mark-as-paid, but none of send-invoice, which is about something else.
    """
    first, *others = words or [""]
    if first in MARKS and len(words) > 1:
        return words[-1]
    one = singular(resource.name.rpartition(".")[2]).lower()
    meant = {one, f"{one}s", resource.name.lower(), "it", "now"}
    return first if meant.issuperset(others) else ""


def _copies(around: Around, words: list[str]) -> bool:
    """Tell whether the words say that a record is made like this one, and what is sent is of the
    new one, if anything.
    """
    is_from = words[0] in CREATES and "from" in words
    if not is_from and COPIES.isdisjoint(words):
        return False
    sent = sent_record(around.place, around.resource.name, around.record.properties)
    ours = around.record.properties.keys()
    return not sent.properties or not ours.isdisjoint(sent.properties)


def shows_record(around: Around) -> bool:
    """Tell whether the reply of an operation is surely the record: by name, by most of the
    properties, or as a part of it that has the key.
    """
    resource, record = around.resource, around.record
    shown = one_envelope(around.shown, resource.name, resource.key)[1]
    if not shown.is_object or not shown.properties:
        return False
    if shown.name and shown.name == resource.record.name:
        return True
    if _has_other_key(shown, around):
        return False
    theirs, ours = _fields(shown), _fields(record)
    both = theirs & ours
    if not _may_be(shown, around):
        return False
    if both and 4 * len(both) >= 3 * max(len(theirs), len(ours)):
        return True
    is_part = around.resource.key in shown.properties and len(theirs) > 2
    return is_part and 4 * len(both) >= 3 * len(theirs)


def _has_other_key(shown: DescribedSchema, around: Around) -> bool:
    """Tell whether the key in a reply is of another form than that of the record."""
    name = around.resource.key or ""
    told, own = shown.properties.get(name), around.record.properties.get(name)
    if told is None or own is None:
        return False
    examples = [own.get("example"), *(own.get("examples") or ())]
    keys = [example for example in examples if isinstance(example, str)]
    return any(not told.admits(key) for key in keys if own.admits(key))


def _fields(schema: DescribedSchema) -> set[str]:
    """Return the properties of a record, those of a JSON:API resource without what all have."""
    attributes = schema.properties.get("attributes", NO_SCHEMA)
    return {*(attributes.properties or schema.properties)}


def _may_be(shown: DescribedSchema, around: Around) -> bool:
    """Tell whether a schema may be that of the record after an action: it is after a verb; else
    its name, where it has one, is that of the record and not of what the path names.
    """
    last = segments(canonical(around.place.path))[-1]
    words = words_beside(last)
    if is_verb(words) or not COPIES.isdisjoint(words):
        return True
    if not shown.name:
        is_told = len(shown.properties) > FEW and not around.word.endswith("s")
        return is_told or _sends_its_word(around)
    name = bare(shown.name.rpartition(".")[2])
    one = bare(singular(around.resource.name.rpartition(".")[2]))
    below = singular(around.word)
    is_called_so = one in name or one.startswith(name)
    return is_called_so and (below == around.word or below not in name)


def _sends_its_word(around: Around) -> bool:
    """Tell whether a body has the property of the record that the path ends in: PUT
    /articles/{id}/tags {tags: [...]}.
    """
    sent = around.place.operation.sent_schema.properties
    shared = sent.keys() & around.record.properties.keys()
    return around.word in map(bare, shared)


def _answers_nothing(around: Around) -> bool:
    """Tell whether the reply of an operation tells nothing but how it went: no body, or {ok:
    true}.
    """
    described = around.place.operation
    statuses = described.success_statuses or [200]
    media = described.success_media(statuses[0])
    if media is None:
        return True
    if media.is_raw or around.shown.own_type not in (None, "boolean", "object"):
        return False
    names = {bare(name) for name in around.shown.properties}
    return names <= OUTCOMES


def _answers_what_was_sent(around: Around) -> bool:
    """Tell whether the reply has nothing but what the body says of the record, and how it went:
    rooms.set_topic {room_id, topic} answers {topic, success}.
    """
    shown = around.shown.properties
    told = {name for name in shown if bare(name) not in OUTCOMES}
    sent = around.place.operation.sent_schema.properties
    return bool(told) and told <= sent.keys() & around.record.properties.keys()


def shared(around: Around, words: list[str], shows: bool) -> frozenset[str]:
    """Return the properties that an action changes of its record: those that its body shares with
    it, of the same type, but no amounts unless the path names them.

    What is posted below a noun, or has little of the record, changes what the noun names and no
    more.
    """
    fields = around.record.properties
    sent = sent_schema(around.place, around.resource.name, fields)
    common = {name for name in sent.properties if _is_shared(name, sent, around)}
    last = "".join(words)
    named = {name for name in common if bare(name) in last}
    is_entry = not ENTRIES.isdisjoint(words)
    is_posted = around.place.method == "POST" and not is_verb(words)
    is_little = 2 * len(common) < len(sent.properties)
    if is_entry or (not shows and (is_posted or is_little)):
        return frozenset(named)
    plain = {name for name in common if AMOUNTS.search(name) is None}
    return frozenset(plain | named)


def _is_shared(name: str, sent: DescribedSchema, around: Around) -> bool:
    """Tell whether a property that is sent is one of the record that clients may change."""
    resource, fields = around.resource, around.record.properties
    if bare(name) in TELLTALES:
        return False
    if name in inner_places(sent, fields):
        return True
    own = spelling(sent, fields).get(name, name)
    if own not in fields or own == resource.key:
        return False
    if own in resource.generated or own in resource.touched:
        return False
    return fields[own].own_type == sent.properties[name].own_type


def around_item(
    around: Around,
    names: Mapping[str, str],
    resources: Mapping[str, Resource],
    schemas: SchemaTable,
) -> Around | None:
    """Return the record of a path whose verb is before its parameter: /orders/CreateInvoice/{id} is
    about an order. None for any other path.
    """
    steps = segments(canonical(around.place.path))
    if len(steps) < 3:
        return None
    param, verb, above = whole_parameter(steps[-1]), steps[-2], steps[:-2]
    resource = resources.get(names.get(canonical("/".join(above)), ""))
    if param is None or resource is None or resource.key is None:
        return None
    words = words_beside(verb)
    if whole_parameter(verb) or not is_verb(words) or len(words) < 2:
        return None
    record = schemas.schema(resource.schema)
    return replace(
        around,
        word=bare(verb),
        named=verb,
        resource=resource,
        record=record,
        key_param=param,
    )


def called_of(
    place: Place,
    names: Mapping[str, str],
    resources: Mapping[str, Resource],
    schemas: SchemaTable,
) -> Iterator[Around]:
    """Yield the records that a procedure may be about, those that its name names first:
    order.shipment.tracking.add is about a shipment where trackings are not known.
    """
    if place.operation.method == "GET":
        return
    name = canonical(place.path)
    verb = re.split(r"[./]", name)[-1]
    prefix = name.removesuffix(verb)[:-1]
    told = {bare(key.name): key for key in key_places(place.operation)}
    while prefix.strip("/"):
        resource = resources.get(names.get(prefix, ""))
        if resource is not None and resource.key is not None:
            one = bare(singular(prefix.rpartition("/")[2].rpartition(".")[2]))
            key = told.get(f"{one}id") or told.get("id") or told.get(one) or place.key
            record = schemas.schema(resource.schema)
            if key is not None:
                at = replace(place, key=key)
                yield Around(at, bare(verb), resource, record, None, verb)
        above = re.split(r"[./]", prefix)[-1]
        verb = f"{verb}-{above}"
        prefix = prefix.removesuffix(above)[:-1]
    home = resources.get(names.get(parent_path(place.collection), ""))
    param = key_parameter(place.path)
    if home is not None and home.key is not None and (param or place.key):
        verb = segments(place.collection)[-1]
        yield Around(place, bare(verb), home, schemas.schema(home.schema), param, verb)


def called_act(around: Around) -> Beside:
    """Return what a procedure does to a record."""
    return _act(around, words_beside(around.named), shows_record(around))
