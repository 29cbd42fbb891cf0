"""Say in which media types an operation answers, and what its replies are held to: its declared
responses in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.asgi.negotiation import concrete
from mockserver.asgi.xml import is_xml
from mockserver.model.declared import response_at, success_statuses
from mockserver.model.errorforms import error_media
from mockserver.model.schemas import Direction, SchemaCompiler, Validator
from mockserver.model.types import Described, Operation


def offered_types(responses: Mapping[str, Any], operation: Operation) -> list[str]:
    """Return the media types of the success response, JSON for one that does not say."""
    declared = response_at({"responses": responses}, operation.success)
    content = declared.get("content") or {}
    return [concrete(media_type) for media_type in content]


def error_types(operation: Described, status: int) -> list[str]:
    """Return the documented media types of an error status that can be written, JSON first."""
    content = operation.response(status).content
    known = [media_type for media_type in content if "json" in media_type or is_xml(media_type)]
    usual = error_media(operation, status)
    if not known and usual is not None:
        known = [concrete(usual.media_type)]
    return sorted(known, key=is_xml)


def reply_validators(responses: Mapping[str, Any], schemas: SchemaCompiler) -> dict[int, Validator]:
    validators: dict[int, Validator] = {}
    for status in success_statuses({"responses": responses}):
        for media in (response_at({"responses": responses}, status).get("content") or {}).values():
            if isinstance(media, Mapping) and "schema" in media:
                validators.setdefault(status, schemas.compile(media["schema"], Direction.REPLY))
    return validators
