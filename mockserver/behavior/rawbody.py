"""Tell a body that was taken as it is: a record in, the bytes or the text that were sent for it
out.
"""

from __future__ import annotations

from mockserver.behavior.scene import Scene
from mockserver.call import RawBody
from mockserver.lookup import MISSING
from mockserver.model.keys import CONTENT, CONTENT_TYPE, FILE_NAME
from mockserver.model.types.described import is_json
from mockserver.state import Record


def raw_body(scene: Scene, record: Record) -> RawBody | None:
    """Return the body that was sent for a record, or the one that the document shows where none
    was; None where the operation answers with records.
    """
    operation = scene.operation
    media = operation.raw_media
    if media is None:
        return None
    if CONTENT in record:
        media_type = record.get(CONTENT_TYPE, "")
        return RawBody(record[CONTENT], media_type, record.get(FILE_NAME))
    if is_json(media.media_type) and not scene.resource.record.properties:
        return None
    made = media.example
    if made is MISSING:
        salt = f"{operation.label}/{scene.key}"
        made = scene.supply.value(media.schema, salt)
    return RawBody(made) if isinstance(made, str) else None
