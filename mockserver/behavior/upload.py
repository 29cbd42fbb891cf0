"""Keep an uploaded file with its record: the file in, what the record holds and tells of it out.

report.pdf, 7 bytes     {$content: ..., $content_type: "application/pdf", $file_name: ...}
{filename, bytes}       {filename: "report.pdf", bytes: 7}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.call import Call, RawBody
from mockserver.model.keys import CONTENT, CONTENT_TYPE, FILE_NAME
from mockserver.model.paths import bare
from mockserver.model.types import Resource

NAMES = frozenset({"filename", "originalfilename", "originalname"})
SIZES = frozenset({"size", "filesize", "bytes", "length", "contentlength", "sizebytes", "bytesize"})
TEXTS = frozenset({"text", "content", "value", "body", "message"})
"""Properties that hold the text that was sent alone for a record."""
TYPES = frozenset({"contenttype", "mimetype", "mediatype", "filetype"})


def kept_file(file: RawBody) -> dict[str, Any]:
    """Return what a record holds of a file, to tell it again as it is."""
    return {
        CONTENT: file.text,
        CONTENT_TYPE: file.media_type,
        FILE_NAME: file.file_name,
    }


def with_file(call: Call, resource: Resource, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was sent with the file of a form, and with what the record tells of its file."""
    kept = dict(sent)
    if call.file is not None:
        kept |= kept_file(call.file)
    if CONTENT not in kept:
        return sent
    if isinstance(kept[CONTENT], int | float):
        return kept
    file = RawBody(kept[CONTENT], kept[CONTENT_TYPE], kept[FILE_NAME])
    told = told_of_file(file, resource, sent)
    return {**told, **kept}


def told_of_file(file: RawBody, resource: Resource, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the properties of a record that nobody sent tell of a file: its name, its size
    and its media type.
    """
    told = {}
    properties = resource.schema.get("properties", {})
    for name, schema in properties.items():
        value = _told(bare(name), file)
        if value is None or name in sent:
            continue
        is_number = schema.get("type") in ("integer", "number")
        if is_number == isinstance(value, int):
            told[name] = value
    return told


def _told(name: str, file: RawBody) -> str | int | None:
    """Return what a property of that name tells of a file, None where it is about other things."""
    if name in NAMES:
        return file.file_name
    if name in SIZES:
        return len(file.text)
    if name in TYPES:
        return file.media_type or None
    if name in TEXTS and file.file_name is None and isinstance(file.text, str):
        return file.text
    return None
