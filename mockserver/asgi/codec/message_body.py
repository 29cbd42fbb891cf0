"""Write the body of a webhook: what happened to a record and the schema of the payload in, a JSON
value out.

    {event: text, data: {order: Order}, order_id: integer, old_status: text, sent_at: date-time}
    {"event": "order.shipped",
     "data": {"order": {"id": 7, "status": "shipped"}},
     "order_id": 7,
     "old_status": "open",
     "sent_at": "2026-01-01T00:00:00Z"}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.behavior.stateless import value_of
from mockserver.call import Supply
from mockserver.lookup import MISSING, value_at
from mockserver.model.announcements import shows_record, type_property
from mockserver.model.formula.formulas import word_of_one
from mockserver.model.paths import bare
from mockserver.model.types import DescribedMedia, DescribedSchema, Resource
from mockserver.model.types.announcement import CHANGED, CREATED, REMOVED, Notice
from mockserver.slots import dataclass
from mockserver.state import Collection, Record

Address = tuple[Collection, str]
HOLDERS = frozenset({"data", "object", "payload", "resource", "record", "entity", "attributes"})
"""Properties of a payload around a record."""
PAST = ("old", "previous", "prior", "before", "from")
PRESENT = ("new", "current", "to")
"""How properties begin that tell what a record was, and what it is now."""
IDS = frozenset({"id", "eventid", "deliveryid", "messageid", "webhookid", "notificationid", "uuid"})
MOMENTS = re.compile(r"(^|_)(timestamp|time|date|at|on)$|At$|Time$|Date$|^timestamp$|^created$")


@dataclass(frozen=True, slots=True)
class Turn:
    """What happened to one record."""

    at: str
    address: Address
    old: Record | None
    new: Record | None

    @property
    def record(self) -> Record:
        """The record as it is now, or was last."""
        return self.new or self.old or {}

    def fits(self, notice: Notice) -> bool:
        """Tell whether a notice tells of this."""
        place, _ = self.address
        if place.resource != notice.resource or self.at not in notice.at:
            return False
        if notice.field is None:
            return True
        before = value_at(self.old, notice.field)
        after = value_at(self.new, notice.field)
        if before == after:
            return False
        if notice.value is None:
            is_moment = self.at == CHANGED or after not in (MISSING, None)
            return is_moment and (CREATED not in notice.at or after not in (MISSING, None))
        return bool(after == notice.value)


@dataclass(frozen=True, slots=True)
class MessageWriter:
    """Writes the body of one message."""

    notice: Notice
    turn: Turn
    resource: Resource
    supply: Supply
    salt: str

    def body(self, media: DescribedMedia) -> Any:
        """Return the body: the sample of the document, with what is known in its place."""
        sample = value_of(media, self.salt, self.supply)
        if media.schema.is_array:
            sample = sample[0] if isinstance(sample, list) and sample else {}
            return [self._object(media.schema.items, sample)]
        return self._object(media.schema, sample)

    def _object(self, schema: DescribedSchema, sample: Any) -> Any:
        """Return an object of a schema."""
        if shows_record(schema, self.resource):
            return self._record(self.turn.record, schema, sample)
        known = sample if isinstance(sample, Mapping) else {}
        if not schema.all_properties:
            return {**known, **self._record(self.turn.record, schema, {})}
        told = type_property(schema)
        found = dict(known)
        for name, child in schema.all_properties.items():
            if name == told:
                found[name] = self._type(child)
                continue
            value = self._value(name, child, known.get(name, MISSING))
            if value is not MISSING:
                found[name] = value
        return found

    def _type(self, schema: DescribedSchema) -> str:
        """Return what happened as a payload says it."""
        options = schema.get("enum") or [self.notice.name]
        if self.notice.name in options:
            return self.notice.name
        words = {CREATED: "creat", CHANGED: "updat", REMOVED: "delet"}
        stem = words[self.turn.at]
        fitting = [each for each in options if isinstance(each, str) and stem in each.lower()]
        return str([*fitting, *options][0])

    def _value(
        self,
        name: str,
        schema: DescribedSchema,
        sample: Any,
    ) -> Any:
        """Return the value of a property of a payload, MISSING where nothing is known."""
        spelled = bare(name)
        record = self.turn.record
        if shows_record(schema, self.resource):
            if spelled.startswith(PAST):
                record = self.turn.old or {}
            return self._record(record, schema, sample)
        word = bare(word_of_one(self.resource))
        is_holder = spelled in HOLDERS or spelled == word
        if is_holder and (schema.is_object or not schema.type):
            return self._object(schema, sample)
        key = self.resource.key or ""
        if spelled in (f"{word}id", f"{word}{bare(key)}", "resourceid"):
            return record.get(key, sample)
        versioned = self._version(spelled)
        if versioned is not MISSING:
            return versioned
        if spelled in IDS and not self._is_key(spelled, schema):
            return self._identifier(name, schema, sample)
        if spelled in self._names:
            return record[self._names[spelled]]
        if MOMENTS.search(name) or schema.format == "date-time":
            return self._moment(schema)
        return sample

    @property
    def _names(self) -> Mapping[str, str]:
        """The properties of the record, by their bare names."""
        shown = {}
        for name in self.turn.record:
            if not name.startswith("$"):
                shown[bare(name)] = name
        return shown

    def _version(self, spelled: str) -> Any:
        """Return what a property of the record was, or is now, by names such as old_status and
        newStatus; MISSING for any other name.
        """
        versions = (
            (PAST, self.turn.old or {}),
            (PRESENT, self.turn.record),
        )
        for prefixes, record in versions:
            for prefix in prefixes:
                own = self._names.get(spelled.removeprefix(prefix))
                if spelled.startswith(prefix) and own is not None:
                    return record.get(own)
        return MISSING

    def _identifier(
        self,
        name: str,
        schema: DescribedSchema,
        sample: Any,
    ) -> Any:
        """Return what identifies the message."""
        if schema.type != "string":
            return sample
        return self.supply.uuid(f"{self.salt}/{name}")

    def _moment(self, schema: DescribedSchema) -> Any:
        """Return the present moment in the type of a schema."""
        if schema.type in ("integer", "number"):
            return self.supply.stamp("now-unix")
        return self.supply.stamp("now-rfc3339")

    def _is_key(self, spelled: str, schema: DescribedSchema) -> bool:
        """Tell whether an `id` is that of the record: it is of the same type."""
        if spelled != "id" or self.resource.key != "id":
            return False
        own = self.resource.record.all_properties.get("id")
        return own is not None and own.type == schema.type

    def _record(
        self,
        record: Record,
        schema: DescribedSchema,
        sample: Any,
    ) -> dict[str, Any]:
        """Return what a payload shows of a record: nothing that only a client may say."""
        fields = schema.all_properties
        own = self.resource.record.all_properties
        shown = {}
        if isinstance(sample, Mapping):
            for name in schema.required:
                if name in sample:
                    shown[name] = sample[name]
        for name, value in record.items():
            is_secret = name in self.resource.hidden or name.startswith("$")
            child = fields.get(name, own.get(name))
            if child is not None and child.is_write_only:
                is_secret = True
            is_known = name in fields or schema.is_open or not fields
            if is_known and not is_secret:
                shown[name] = value
        return shown
