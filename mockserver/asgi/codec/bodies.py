"""Decode the bodies of requests and encode those of replies, by their media type.

Bytes, the parameters of the media type and a schema become a JSON value:

    application/x-www-form-urlencoded   name=Ann&tags=a&tags=b   {name: "Ann", tags: ["a", "b"]}
    application/jsonl                   {"n":1}\\n{"n":2}         [{n: 1}, {n: 2}]

The field of a form whose name has steps, such as `address[city]` or `lines[0][sku]`, is a property
inside another one, the way PHP, Rails and Stripe spell it; a field whose whole name is declared is
what it is called. Media types that hold one value after the other (OpenAPI 3.2.0, Sequential Media
Types) are written from a list, an item each; a value that is no list is the one item. A text is
written as it is.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.message import Message
from functools import partial
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_form

from mockserver.asgi.codec.parameters import shape_of
from mockserver.asgi.codec.styles import Shape, counted, deep_steps, plant
from mockserver.asgi.request import TooLarge
from mockserver.call import RawBody
from mockserver.jsontext import dumps, json_or_text, loads
from mockserver.mediatype import JSON_LINES, plain_media_type
from mockserver.model.types import DescribedSchema, is_json

LONGEST = 4096
"""Characters of a Content-Type whose parameters are read; a longer one is taken without them."""
MOST_FIELDS = 1_000
"""Fields of a form that are read, as of Django, PHP and Starlette; a body with more is malformed.
"""
MOST_VALUES = 250_000
"""Values of a body that are read, in JSON or XML: what is made of each takes time and memory."""
SLICE_BYTES = 256 * 1024
"""Bytes that are looked at at once: others are served in between."""
EVENT_STREAM = "text/event-stream"
EVENT_FIELDS = ("event", "id", "retry", "data")
"""What an event says, in the order in which it is written (HTML standard, server-sent events)."""

logging.getLogger("python_multipart").setLevel(
    logging.ERROR
)  # it warns of every malformed body on the terminal

Fields = Mapping[str, Sequence[str]]
"""The fields of a form: names with all their texts."""
Encoder = Callable[[Any], bytes]
Decoder = Callable[[bytes, Mapping[str, str], DescribedSchema], Any]


class Malformed(Exception):
    """The bytes are not what their media type says; the text tells why."""


def decode_json(body: bytes, parameters: Mapping[str, str], schema: DescribedSchema) -> Any:
    """Decode JSON (RFC 8259). Raises TooLarge for one of more than MOST_VALUES values."""
    check_values(body, b",[{")
    try:
        return loads(body)
    except ValueError as error:
        raise Malformed(str(error)) from None


def decode_lines(body: bytes, parameters: Mapping[str, str], schema: DescribedSchema) -> Any:
    """Decode newline-delimited JSON into a list, or into text where the schema is one of text."""
    if schema.own_type == "string":
        return decode_text(body, parameters, schema)
    check_values(body, b",[{\n")
    lines = [line.strip(b"\x1e\r ") for line in body.split(b"\n")]
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found += [loads(line)] if line else []
        except ValueError as error:
            raise Malformed(f"line {number}: {error}") from None
    return found


def decode_form(body: bytes, parameters: Mapping[str, str], schema: DescribedSchema) -> Any:
    """Decode application/x-www-form-urlencoded, by the types of the schema."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(str(error)) from None
    _check_count(text.count("&"))
    fields: dict[str, list[Any]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        fields.setdefault(name, []).append(value)
    return typed(fields, schema)


def decode_multipart(body: bytes, parameters: Mapping[str, str], schema: DescribedSchema) -> Any:
    """Decode multipart/form-data (RFC 7578); a file becomes its name, or its text when it has
    none.
    """
    boundary = parameters.get("boundary")
    if not boundary:
        raise Malformed("the boundary parameter is missing")
    if not boundary.isascii():
        raise Malformed("the boundary parameter is not ASCII (RFC 2046, section 5.1.1)")
    fields: dict[str, list[Any]] = {}

    def on_field(field: Any) -> None:
        name = _text(field.field_name)
        value = _text(field.value or b"")
        fields.setdefault(name, []).append(value)

    def on_file(file: Any) -> None:
        name = _text(file.field_name)
        called = _text(file.file_name or b"")
        fields.setdefault(name, []).append(called or "file")
        file.close()

    border = boundary.encode("latin-1")
    _check_count(body.count(b"--" + border))
    _read_form(body, boundary, on_field, on_file)
    return typed(fields, schema)


def _read_form(
    body: bytes, boundary: str, on_field: Callable[[Any], None], on_file: Callable[[Any], None]
) -> None:
    """Read a multipart form. Raises Malformed."""
    media_type = f'multipart/form-data; boundary="{boundary}"'
    headers = {
        "Content-Type": media_type.encode("latin-1"),
        "Content-Length": str(len(body)).encode(),
    }
    try:
        parse_form(headers, BytesIO(body), on_field, on_file)
    except (MultipartParseError, ValueError) as error:
        raise Malformed(str(error)) from None


def uploaded_file(body: bytes, parameters: Mapping[str, str]) -> RawBody | None:
    """Return the first file of a multipart form that was decoded before, None where it has none."""
    files: list[RawBody] = []

    def on_field(field: Any) -> None:
        """Pass a field over."""

    def on_file(file: Any) -> None:
        name = _text(file.file_name or b"")
        stream = file.file_object
        stream.seek(0)
        content = stream.read()
        uploaded = RawBody(content.decode("latin-1"), file.content_type or "", name)
        files.append(uploaded)
        file.close()

    _read_form(body, parameters["boundary"], on_field, on_file)
    for file in files:
        if file.file_name:
            return file
    return None


def decode_text(body: bytes, parameters: Mapping[str, str], schema: DescribedSchema) -> Any:
    """Decode text in the charset that the media type names."""
    try:
        text = body.decode(parameters.get("charset", "utf-8"))
        text.encode(
            "utf-8"
        )  # some charsets decode to half a surrogate, which could not be written again
    except (ValueError, LookupError) as error:
        raise Malformed(str(error)) from None
    return json_or_text(text) if schema.own_type in ("object", "array") else text


def decode_bytes(body: bytes, parameters: Mapping[str, str], schema: DescribedSchema) -> Any:
    """Take bytes of any other media type as they are, as text of one character for each byte;
    objects as JSON.
    """
    if schema.is_object or schema.type == "array":
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
    bare = plain_media_type(value)
    if ";" not in value or len(value) > LONGEST:
        return bare, {}
    message = Message()
    message["content-type"] = value
    found = {}
    parameters = message.get_params() or []
    for name, text in parameters[1:]:
        found[name.lower()] = str(text)
    if "/" not in value:
        return bare, found
    return message.get_content_type(), found


def is_lines(media_type: str) -> bool:
    """Tell whether a media type is newline-delimited JSON."""
    return plain_media_type(media_type) in JSON_LINES


def is_sequence(media_type: str) -> bool:
    """Tell whether a media type holds one value after the other."""
    return is_lines(media_type) or media_type.startswith(EVENT_STREAM)


def encode_body(value: Any, media_type: str) -> bytes:
    """Return the bytes of a value in a media type; JSON where no other way is known."""
    is_plain = media_type and "json" not in media_type
    if isinstance(value, str) and is_plain:
        return value.encode()
    if is_lines(media_type):
        return write_lines(value)
    if media_type.startswith(EVENT_STREAM):
        return write_events(value)
    if media_type.startswith("text/csv"):
        return write_csv(value)
    return dumps(value)


def writer_of(media_type: str) -> Encoder:
    """Return what writes the values of a media type."""
    plain = plain_media_type(media_type)
    if plain in ("", "application/json"):
        return dumps
    return partial(
        encode_body,
        media_type=media_type,
    )


def encode_raw(body: RawBody, media_type: str) -> bytes:
    """Return the bytes of a body that was taken as it is, which are those that were sent."""
    text = body.text
    if body.file_name is not None:
        return text.encode("latin-1")
    plain, options = parse_media_type(media_type)
    if is_json(plain):
        return dumps(text)
    if plain.startswith("text/") or is_lines(plain):
        return text.encode(options.get("charset", "utf-8"))
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # it is no text of bytes: the document shows it
        return text.encode()


def write_lines(value: Any) -> bytes:
    """Return one JSON text in each line."""
    return b"".join(dumps(item) + b"\n" for item in _items(value))


def write_events(value: Any) -> bytes:
    """Return events, each with an empty line behind it.

    {event: "add", data: "{}"} is an event; any other value is the data of one.
    """
    lines: list[str] = []
    for item in _items(value):
        event = item if _is_event(item) else {"data": item}
        for field in EVENT_FIELDS:
            if field in event:
                lines += _event_lines(field, event[field])
        lines.append("")
    return "".join(f"{line}\n" for line in lines).encode()


def _is_event(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and value.keys() <= {*EVENT_FIELDS}


def _event_lines(field: str, value: Any) -> Iterable[str]:
    """Return the lines of a field; a text of several lines has as many."""
    text = value if isinstance(value, str) else dumps(value).decode()
    return [f"{field}: {line}" for line in text.splitlines() or [""]]


def write_csv(value: Any) -> bytes:
    """Return a header line and a line for each record (RFC 4180); what is nested is spelled as
    JSON.
    """
    records = [item for item in _items(value) if isinstance(item, Mapping)]
    names: dict[str, None] = {}
    for record in records:
        names |= dict.fromkeys(record)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for record in records:
        writer.writerow([_cell(record.get(name)) for name in names])
    return text.getvalue().encode()


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list):
        return dumps(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def typed(fields: Fields, schema: DescribedSchema) -> dict[str, Any]:
    """Return the object that the fields of a form spell, by the types of the schema."""
    declared = schema.properties
    spelled: dict[str, Any] = {}
    nested: dict[str, Shape] = {}
    for name, texts in fields.items():
        plain = name.removesuffix("[]")
        known = plain if plain in declared else name
        steps = [] if known in declared else _steps(name)
        first = steps[0] if steps else known
        shape = nested.get(first) or _shape_of(declared.get(first))
        if steps[1:] == [""]:
            items = shape.items or Shape()
            spelled[first] = [items.value(text) for text in texts]
        elif not steps:
            spelled[first] = _value(shape, texts)
        elif isinstance(below := spelled.setdefault(first, {}), dict):
            nested[first] = shape
            plant(below, shape, steps[1:], texts)
    for name, shape in nested.items():
        spelled[name] = counted(spelled[name], shape)
    return spelled


def _shape_of(schema: DescribedSchema | None) -> Shape:
    return Shape() if schema is None else shape_of(schema)


def _steps(name: str) -> list[str]:
    """Return `a`, `b`, `c` for `a[b][c]`, nothing for a name of another form."""
    first = name.partition("[")[0]
    inner = deep_steps(first, name) if first else []
    return [first, *inner] if inner and all(inner[:-1]) else []


def _value(shape: Shape, texts: Sequence[str]) -> Any:
    if shape.type == "array":
        return _list(shape.items or Shape(), texts)
    last = texts[-1]
    if shape.type == "object" or (shape.type == "any" and last.startswith("{")):
        return json_or_text(last)
    return shape.value(last)


def _list(item: Shape, texts: Sequence[str]) -> list[Any]:
    """Return a list that is spelled item by item, or as one JSON text where no item could look like
    that.
    """
    if len(texts) == 1 and item.type not in ("string", "array"):
        whole = json_or_text(texts[0])
        if isinstance(whole, list):
            return whole
    read = json_or_text if item.type in ("object", "array") else item.value
    return [read(text) for text in texts]


def check_values(body: bytes, signs: bytes) -> None:
    """Raise TooLarge for a body with more values than are read, of which each but the first has one
    of some signs before it.
    """
    if len(body) <= MOST_VALUES:
        return
    if _count(body, signs) <= MOST_VALUES:
        return
    count = 0
    for part in _outside_texts(body):
        count += _count(part, signs)
        if count > MOST_VALUES:
            raise TooLarge(f"the body has more than {MOST_VALUES:,} values; send it in parts")


def _count(text: bytes, signs: bytes) -> int:
    return sum(text.count(sign) for sign in signs)


def _outside_texts(body: bytes) -> Iterator[bytes]:
    """Yield what stands between the texts of a JSON document."""
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    is_outside = True
    for start in range(0, len(plain), SLICE_BYTES):
        piece = plain[start : start + SLICE_BYTES]
        for part in piece.split(b'"'):
            if is_outside:
                yield part
            is_outside = not is_outside
        is_outside = not is_outside  # the last part of a slice goes on in the next one


def _check_count(count: int) -> None:
    if count > MOST_FIELDS:
        raise Malformed(f"it has more than {MOST_FIELDS} fields")


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
