"""Show what was sent in a reply that comes from the document: a value and a call in, the value with
what both share as it was sent out.

    the reply   {id: "ch_1", amount: 100, currency: "usd", card: {last4: "4242", brand: "visa"}}
    the body    {amount: 7, card: {brand: "amex"}}
    shown       {id: "ch_1", amount: 7, currency: "usd", card: {last4: "4242", brand: "amex"}}

Properties are the same in any spelling, in whatever envelopes body and reply are. A value that the
reply could not have is not shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockserver.call import Call
from mockserver.lookup import MISSING
from mockserver.model.envelopes import SOLE, VALUE, one_envelope, request_envelope
from mockserver.model.paths import bare
from mockserver.model.schema.schemas import Direction
from mockserver.model.types import DescribedSchema, Template
from mockserver.model.types.schema import NO_SCHEMA

SENDING = frozenset({"POST", "PUT", "PATCH"})


def with_sent(value: Any, call: Call, shown: DescribedSchema | None = None) -> Any:
    """Return the reply to a call with what its body sent; `shown` is the schema of the reply, where
    it is not that in JSON.
    """
    operation = call.operation
    if operation.method not in SENDING or call.body is MISSING:
        return value
    described = operation.described
    if shown is None:
        shown = described.success_schema(operation.success)
    template, record = one_envelope(shown, "", None)
    known = record.properties.keys()
    wrapper = request_envelope(described.sent_schema, "", known)
    sent = call.body
    if wrapper and isinstance(sent, Mapping):
        sent = sent.get(wrapper, sent)
    return _placed(template, record, value, sent)


def _placed(template: Template, record: DescribedSchema, value: Any, sent: Any) -> Any:
    """Return a value with what was sent, where its template has the record."""
    if template == VALUE:
        return _merged(record, value, sent)
    if template == SOLE and isinstance(value, list):
        records = sent if isinstance(sent, list) else [sent]
        made = value[0] if value else {}
        return [_merged(record, made, one) for one in records]
    if not isinstance(template, Mapping) or not isinstance(value, Mapping):
        return value
    placed = dict(value)
    for name, part in template.items():
        if name in value:
            placed[name] = _placed(part, record, value[name], sent)
    return placed


def _merged(schema: DescribedSchema, value: Any, sent: Any) -> Any:
    """Return an object with those properties of what was sent that it may have."""
    if not isinstance(value, Mapping) or not isinstance(sent, Mapping):
        return value
    names = [*value, *schema.properties]
    shown = dict(value)
    for name, child in sent.items():
        own = _own_name(name, names)
        if own is None:
            continue
        described = schema.properties.get(own, NO_SCHEMA)
        validator = described.validator(Direction.REPLY)
        both = _with_child(described, shown.get(own), child)
        if validator.is_valid(both):
            shown[own] = both
    return shown


def _own_name(name: str, names: Collection[str]) -> str | None:
    """Return the one of some names that is spelled so, else otherwise."""
    if name in names:
        return name
    wanted = bare(name)
    for own in names:
        if bare(own) == wanted:
            return own
    return None


def _with_child(schema: DescribedSchema, value: Any, sent: Any) -> Any:
    """Return what was sent, within the object that is there where it is one."""
    if isinstance(value, Mapping) and isinstance(sent, Mapping):
        return _merged(schema, value, sent)
    return sent
