"""Decode request bodies: bytes and a media type in, a JSON value out; a table from media type to
decoder.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from email.message import Message
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_form

from mockserver.asgi.forms import json_or_text, typed
from mockserver.asgi.jsontext import loads
from mockserver.asgi.lines import is_lines
from mockserver.model.declared import Spec, flattened, is_json, resolved, type_of

LONGEST = 4096
"""Characters of a Content-Type whose parameters are read; a longer one is taken without them."""
MOST_FIELDS = 20_000
"""Fields of a form that are read; a body with more is malformed."""
logging.getLogger("python_multipart").setLevel(
    logging.ERROR
)  # it warns of every malformed body on the terminal


class Malformed(Exception):
    """The bytes are not what their media type says; the text tells why."""


Decoder = Callable[[bytes, Mapping[str, str], Spec, Any], Any]


def decode_json(body: bytes, parameters: Mapping[str, str], spec: Spec, schema: Any) -> Any:
    """Decode JSON (RFC 8259)."""
    try:
        return loads(body)
    except ValueError as error:
        raise Malformed(str(error)) from None


def decode_lines(body: bytes, parameters: Mapping[str, str], spec: Spec, schema: Any) -> Any:
    """Decode newline-delimited JSON into a list, or into text where the schema is one of text."""
    if type_of(resolved(spec, schema)) == "string":
        return decode_text(body, parameters, spec, schema)
    lines = [line.strip(b"\x1e\r ") for line in body.split(b"\n")]
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found += [loads(line)] if line else []
        except ValueError as error:
            raise Malformed(f"line {number}: {error}") from None
    return found


def decode_form(body: bytes, parameters: Mapping[str, str], spec: Spec, schema: Any) -> Any:
    """Decode application/x-www-form-urlencoded, by the types of the schema."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(str(error)) from None
    _check_count(text.count("&"))
    fields: dict[str, list[Any]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        fields.setdefault(name, []).append(value)
    return typed(fields, spec, schema)


def decode_multipart(body: bytes, parameters: Mapping[str, str], spec: Spec, schema: Any) -> Any:
    """Decode multipart/form-data (RFC 7578); a file becomes its name, or its text when it has
    none.
    """
    if not parameters.get("boundary"):
        raise Malformed("the boundary parameter is missing")
    fields: dict[str, list[Any]] = {}

    def on_field(field: Any) -> None:
        fields.setdefault(_text(field.field_name), []).append(_text(field.value or b""))

    def on_file(file: Any) -> None:
        name = _text(file.file_name or b"")
        fields.setdefault(_text(file.field_name), []).append(name or "file")
        file.close()

    boundary = parameters["boundary"].encode("latin-1", "replace")
    _check_count(body.count(b"--" + boundary))
    headers = {
        "Content-Type": b'multipart/form-data; boundary="' + boundary + b'"',
        "Content-Length": str(len(body)).encode(),
    }
    try:
        parse_form(headers, BytesIO(body), on_field, on_file)
    except (MultipartParseError, ValueError) as error:
        raise Malformed(str(error)) from None
    return typed(fields, spec, schema)


def decode_text(body: bytes, parameters: Mapping[str, str], spec: Spec, schema: Any) -> Any:
    """Decode text in the charset that the media type names."""
    try:
        text = body.decode(parameters.get("charset", "utf-8"))
        text.encode(
            "utf-8"
        )  # some charsets decode to half a surrogate, which could not be written again
    except (ValueError, LookupError) as error:
        raise Malformed(str(error)) from None
    return json_or_text(text) if type_of(resolved(spec, schema)) in ("object", "array") else text


def decode_bytes(body: bytes, parameters: Mapping[str, str], spec: Spec, schema: Any) -> Any:
    """Take bytes of any other media type as they are, as text of one character for each byte;
    objects as JSON.
    """
    flat = flattened(spec, schema)
    if type_of(flat) in ("object", "array") or "properties" in flat:
        return json_or_text(body.decode("utf-8", "replace"))
    return body.decode("latin-1")


def decoder_for(media_type: str) -> Decoder:
    """Return the decoder for a media type without parameters."""
    if is_lines(media_type):
        return decode_lines
    if is_json(media_type):
        return decode_json
    if media_type == "application/x-www-form-urlencoded":
        return decode_form
    if media_type.startswith("multipart/"):
        return decode_multipart
    return decode_text if media_type.startswith("text/") else decode_bytes


def parse_media_type(value: str) -> tuple[str, dict[str, str]]:
    """Return a media type in small letters and its parameters (RFC 9110 section 8.3.1)."""
    if ";" not in value or len(value) > LONGEST:
        return value.partition(";")[0].strip().lower(), {}
    message = Message()
    message["content-type"] = value
    found = {name.lower(): str(text) for name, text in (message.get_params() or [])[1:]}
    return message.get_content_type() if "/" in value else value.partition(";")[
        0
    ].strip().lower(), found


def _check_count(count: int) -> None:
    if count > MOST_FIELDS:
        raise Malformed(f"it has more than {MOST_FIELDS} fields")


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
