"""The answer of an operation without state: the value that its document shows, or one made from its
schema, with what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.behavior.echo import with_sent
from mockserver.call import Call, Decision, Reply, Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import operation_at, success_media
from mockserver.model.types import Model


def reply_from_document(model: Model, call: Call, supply: Supply) -> Decision:
    """Answer with the example of the success response, else with a value made from its schema."""
    operation = operation_at(model.document.spec, call.operation.path, call.operation.method)
    media = success_media(operation, call.operation.success)
    if media is None:
        return Decision(Reply(None))
    return Decision(Reply(with_sent(value_of(media, call.operation.label, supply), call)))


def value_of(media: Mapping[str, Any], salt: str, supply: Supply) -> Any:
    """Return the example of a media type object, else a value made from its schema."""
    if "example" in media:
        return media["example"]
    for example in (media.get("examples") or {}).values():
        if isinstance(example, Mapping) and "value" in example:
            return example["value"]
    value = supply.value(media.get("schema", {}), salt)
    return None if value is MISSING else value
