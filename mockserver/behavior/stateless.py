"""The answer of an operation without state: the value that its document shows, or one made from its
schema, with what was sent.
"""

from __future__ import annotations

from typing import Any

from mockserver.behavior.echo import with_sent
from mockserver.call import Call, Decision, Reply, Supply
from mockserver.lookup import MISSING
from mockserver.model.envelopes import told_well
from mockserver.model.types import DescribedMedia, usual_media

ITEMS = 2
"""Items that are made for a media type which holds one after the other."""


def reply_from_document(call: Call, supply: Supply) -> Decision:
    """Answer with the example of the success response, else with a value made from its schema."""
    operation = call.operation
    media = usual_media(operation.described.response(operation.success).content)
    if media is None:
        return Decision(Reply())
    value = value_of(media, operation.label, supply)
    return Decision(Reply(with_sent(value, call)))


def value_of(media: DescribedMedia, salt: str, supply: Supply) -> Any:
    """Return the example of a media type, else a value made from its schema, or a list of items."""
    if media.example is not MISSING:
        return media.example
    if media.item_schema is not None and not media.schema.raw:
        return [supply.value(media.item_schema.raw, f"{salt}/{at}") for at in range(ITEMS)]
    value = supply.value(media.schema.raw, salt)
    if value is MISSING:
        return None
    return told_well(value, media.schema)
