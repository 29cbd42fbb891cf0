"""Choose how to write the refusal of a call that no operation answers: what is accepted in, media
type and writer out.

JSON unless XML is asked for, by Accept or by the extension of the path, or usual where nothing
asks: then as the operation nearest to the path documents its errors in XML, else as problem details
in XML (RFC 9457 appendix B).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.asgi.negotiation import choose_format
from mockserver.asgi.refusal import Refusal
from mockserver.asgi.routes import nearness
from mockserver.asgi.xml.shape import is_xml, shape_of
from mockserver.asgi.xml.write import Writer, write_xml
from mockserver.model.declared import operation_at, response_at
from mockserver.model.types import Model, Operation

PROBLEM = {
    "type": "object",
    "xml": {"name": "problem", "namespace": "urn:ietf:rfc:7807"},
    "properties": {
        "errors": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"type": "object", "xml": {"name": "error"}},
        }
    },
}
PROBLEM_XML = "application/problem+xml"


def writer_for(
    model: Model, path: str, refusal: Refusal, accept: str | None, preferred: str, usual: str = ""
) -> tuple[str | None, Writer | None]:
    """Return the media type and the writer of a refusal at a path; None of either where JSON will
    do.

    `preferred` is the media type that the path's extension asks for, empty where it has none;
    `usual` the one of replies for which nothing asks.
    """
    if refusal.body is None or not (
        preferred or is_xml(usual) or (accept and "xml" in accept.lower())
    ):
        return None, None
    found = next(_documented(model, path, refusal.status), None)
    if found is None and refusal.media_type == "application/problem+json":
        found = PROBLEM_XML, PROBLEM
    if found is None:
        return None, None
    media_type, schema = found
    offered = [refusal.media_type, media_type, *({"application/xml", "text/xml"} - {media_type})]
    chosen = choose_format(accept, offered, preferred, usual)
    if chosen is None or not is_xml(chosen):
        return None, None
    return chosen, partial(write_xml, shape_of(model.document.spec, schema, model.habits.xml))


def _documented(model: Model, path: str, status: int) -> Iterator[tuple[str, Any]]:
    """Yield the XML in which the operations nearest to a path document a status, or any other
    error.
    """
    spec = model.document.spec
    for operation in _nearest(model, path):
        declared = operation_at(spec, operation.path, operation.method)
        known = [
            int(each)
            for each in declared.get("responses") or {}
            if str(each).isdigit() and int(each) >= 400
        ]
        for each in (status, *known):
            for media_type, media in (response_at(declared, each).get("content") or {}).items():
                if is_xml(media_type) and (media or {}).get("schema"):
                    yield media_type, media["schema"]


def _nearest(model: Model, path: str) -> Iterator[Operation]:
    bases = model.base_paths
    return iter(
        sorted(
            model.operations,
            key=lambda each: -max(nearness(f"{base}{each.path}", path) for base in bases),
        )
    )
