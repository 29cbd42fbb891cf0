"""Show what was sent in a reply that comes from the document: a value and a call in, the value with
what both share as it was sent out.

    the reply   {id: "ch_1", amount: 100, currency: "usd", card: {last4: "4242", brand: "visa"}}
    the body    {amount: 7, card: {brand: "amex"}}
    shown       {id: "ch_1", amount: 7, currency: "usd", card: {last4: "4242", brand: "amex"}}

Properties are the same in any spelling, in whatever envelopes body and reply are. A value that the
reply could not have is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.call import Call
from mockserver.lookup import MISSING
from mockserver.model.envelopes import SOLE, VALUE, one_envelope, request_envelope
from mockserver.model.paths import bare
from mockserver.model.schemas import Direction
from mockserver.model.types import DescribedSchema, Template

SENDING = frozenset({"POST", "PUT", "PATCH"})


def with_sent(value: Any, call: Call) -> Any:
    """Return the reply to a call with what its body sent."""
    if call.operation.method not in SENDING or call.body is MISSING:
        return value
    described = call.operation.described
    shown = described.success_schema(call.operation.success)
    template, record = one_envelope(shown, "", None)
    wrapper = request_envelope(described.sent_schema, "", record.properties.keys())
    sent = call.body
    if wrapper and isinstance(sent, Mapping) and wrapper in sent:
        sent = sent[wrapper]
    return _placed(template, record, value, sent)


def _placed(template: Template, record: DescribedSchema, value: Any, sent: Any) -> Any:
    """Return a value with what was sent, where its template has the record."""
    if template == VALUE:
        return _merged(record, value, sent)
    if template == SOLE and isinstance(value, list) and value:
        each_sent = sent if isinstance(sent, list) else [sent]
        return [_merged(record, value[0], one) for one in each_sent]
    if not isinstance(template, Mapping) or not isinstance(value, Mapping):
        return value
    inner = {name: part for name, part in template.items() if name in value}
    placed = {name: _placed(part, record, value[name], sent) for name, part in inner.items()}
    return {**value, **placed}


def _merged(schema: DescribedSchema, value: Any, sent: Any) -> Any:
    """Return an object with those properties of what was sent that it may have."""
    if not isinstance(value, Mapping) or not isinstance(sent, Mapping):
        return value
    spelling = {bare(name): name for name in (*schema.properties, *value)}
    shown = dict(value)
    for name, child in sent.items():
        own = name if name in schema.properties else spelling.get(bare(name))
        if own is None:
            continue
        described = schema.properties.get(own)
        merged = child
        if described is not None:
            merged = _merged(described, shown.get(own), child)
            merged = child if merged is shown.get(own) else merged
        if described is None or described.validator(Direction.REPLY).is_valid(merged):
            shown[own] = merged
    return shown
