"""Decoders give a value that can be written again, or Malformed; whatever the bytes are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.codec.bodies import Malformed, decoder_for, parse_media_type
from mockserver.asgi.codec.negotiation import choose_format, choose_media_type
from mockserver.asgi.codec.parameters import ParameterPlan, shape_of
from mockserver.asgi.codec.styles import Style
from mockserver.asgi.codec.xml import read_xml, write_xml
from mockserver.asgi.codec.xml import shape_of as xml_shape_of
from mockserver.asgi.preference import read_preferences
from mockserver.asgi.refusals.violations import MOST, find_violations
from mockserver.document.normalize import normalize
from mockserver.jsontext import dumps, loads
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from mockserver.model.types import XmlHabits
from tests.described import parameter_of, schema_of
from tests.hostile.budget import budget
from tests.hostile.odd import damaged, json_texts, spoiled, values


def told(error: Malformed) -> None:
    """An error has a text."""
    assert str(error)


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "number", "nullable": True},
        "c": {"type": "boolean"},
        "d": {"type": "array", "items": {"type": "integer"}, "xml": {"wrapped": True}},
        "e": {
            "type": "object",
            "properties": {"f": {"type": "array", "items": {"$ref": "#/components/schemas/S"}}},
        },
        "g": {
            "oneOf": [
                {"type": "integer"},
                {"type": "object", "properties": {"h": {"type": "string"}}},
            ]
        },
        "i": {"type": "string", "xml": {"attribute": True}},
    },
}
SPEC = {"components": {"schemas": {"S": SCHEMA}}}


def as_loaded(schema: Any) -> Any:
    """Return a schema as it comes out of a document that was loaded: what makes no sense is
    mended.
    """
    document = {
        "openapi": "3.0.3",
        "info": {},
        "paths": {},
        "components": {"schemas": {"S": SCHEMA, "X": schema}},
    }
    return normalize(document, "odd", [])["components"]["schemas"].get("X", {})


schemas = st.just(SCHEMA) | spoiled(SCHEMA).map(as_loaded)

XML = b'<?xml version="1.0"?><S i="x"><a>1</a><b/><c>true</c><d><d>1</d><d>2</d></d><e><f><a>3</a></f></e>&amp;</S>'
FORM = b"a=1&b=2.5&c=true&d=1&d=2&d[]=3&e=%7B%7D&i=%C3%A9+x&=&%00"
PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="d"; filename="x"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n'
)
BODIES: dict[str, st.SearchStrategy[bytes]] = {
    "application/json": json_texts(),
    "application/x-www-form-urlencoded": damaged(FORM) | st.binary(max_size=60),
    "multipart/form-data": damaged(PARTS),
    "text/plain": st.binary(max_size=60),
    "application/octet-stream": st.binary(max_size=60),
}


@pytest.mark.parametrize("media_type", BODIES)
@budget(150)
@given(
    data=st.data(),
    schema=schemas,
    charset=st.sampled_from(["utf-8", "utf-16", "idna", "zlib", "no", "\0", ""]),
)
def test_a_body_is_decoded_or_malformed(
    media_type: str, data: st.DataObject, schema: Any, charset: str
) -> None:
    body = data.draw(BODIES[media_type])
    try:
        value = decoder_for(media_type)(
            body, {"boundary": "b", "charset": charset}, schema_of(schema, SPEC)
        )
    except Malformed as error:
        told(error)
    else:
        assert loads(dumps(value)) == value


@budget(200)
@given(
    body=damaged(XML) | st.binary(max_size=40),
    schema=schemas,
    charset=st.sampled_from([None, "utf-8", "latin-1", "rot13"]),
)
def test_xml_is_decoded_or_malformed_and_can_be_written_again(
    body: bytes, schema: Any, charset: str | None
) -> None:
    shape = xml_shape_of(schema_of(schema, SPEC), XmlHabits())
    try:
        value = read_xml(shape, body, {"charset": charset} if charset else {})
    except Malformed as error:
        told(error)
    else:
        assert loads(dumps(value)) == value
        write_xml(shape, value)


@budget(200)
@given(value=values, schema=schemas)
def test_any_value_is_written_as_xml_by_any_schema(value: Any, schema: Any) -> None:
    shape = xml_shape_of(schema_of(schema, SPEC), XmlHabits())
    read_xml(shape, write_xml(shape, value), {})


texts = st.text(max_size=12) | st.sampled_from(
    ["1", "1,2", "a,1,b,2", "a=1,b=2", ".a.1", ";p=1;p=2", "{}", "1e400", "9" * 400, ""]
)
names = (
    st.sampled_from(
        [
            "p",
            "p[a]",
            "p[a][b]",
            "p[d][]",
            "p[]",
            "p[",
            "p]",
            "p" + "[e]" * 200,
            "a",
            "d",
            "__proto__",
        ]
    )
    | texts
)
STYLES = (
    "simple",
    "label",
    "matrix",
    "form",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
    "no-such",
    "",
)


@budget(400)
@given(
    place=st.sampled_from(("path", "query", "header", "cookie")),
    style=st.sampled_from(STYLES),
    explode=st.booleans(),
    schema=schemas | st.sampled_from([{"type": "array", "items": SCHEMA}, {"type": "integer"}, {}]),
    sent=st.dictionaries(names, st.lists(texts, min_size=1, max_size=3), max_size=4),
    content=st.booleans(),
)
def test_parameters_are_decoded_or_told(
    place: str, style: str, explode: bool, schema: Any, sent: dict[str, list[str]], content: bool
) -> None:
    how = {"content": {"application/json": {"schema": schema}}} if content else {"schema": schema}
    declared = {
        "name": "p",
        "in": place,
        "style": style,
        "explode": explode,
        "required": True,
        **how,
    }
    values, violations = ParameterPlan([parameter_of(declared, SPEC)]).decode(place, sent)
    assert len(violations) <= MOST
    loads(dumps(values))
    Style(style, explode).read(shape_of(schema_of(schema, SPEC)), "p", sent.get("p", ["x"]))


@budget(200)
@given(schema=schemas | values.map(as_loaded), value=values)
def test_any_schema_holds_any_value_to_something(schema: Any, value: Any) -> None:
    try:
        sent = json.loads(json.dumps(value, allow_nan=False))
    except ValueError:
        return
    for direction in Direction:
        assert (
            len(find_violations(SchemaCompiler(SPEC).compile(schema, direction), sent, "body"))
            <= MOST
        )


header_texts = st.text(st.characters(max_codepoint=255), max_size=40) | st.lists(
    st.sampled_from(
        [
            "a",
            "/",
            "*",
            ";",
            ",",
            "=",
            '"',
            "\\",
            " ",
            "q",
            "0.5",
            "nan",
            "charset",
            "json",
            "code",
            "\0",
            "*0=",
        ]
    ),
    max_size=16,
).map("".join)


@budget(300)
@given(text=header_texts)
def test_any_header_is_read(text: str) -> None:
    parse_media_type(text)
    parse_media_type(f"application/json;{text}")
    read_preferences(text)
    offered = ["application/json", "text/xml"]
    assert choose_media_type(text, offered) in (*offered, None)
    assert choose_format(text, offered, "text/xml") in (*offered, None)
