from __future__ import annotations

import asyncio
import string
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import fromstring

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.apis import find_api
from mockserver.app import Settings, space_of, wire
from mockserver.asgi.codec.bodies import Malformed
from mockserver.asgi.codec.xml import DEEPEST, read_xml, shape_of, write_xml
from mockserver.asgi.edge import Edge
from mockserver.model.types import XmlHabits
from tests.conftest import client_of, model_of
from tests.described import schema_of

PLAIN = XmlHabits()
WORDED = XmlHabits(null="NULL", array_item="value")
XML = {"X-Auth-Token": "tok", "Accept": "application/xml"}
IMAGES = "/stores/abc123/v2/products/32/images"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
CDN = "https://cdn.url.path/bcapp/et7xe3pz/products/32/images"

Exchange = Callable[[httpx.AsyncClient], Coroutine[Any, Any, httpx.Response]]


def ask(*exchanges: Exchange) -> list[httpx.Response]:
    """Return the replies of a fresh app whose word for null is NULL, to these requests in order."""
    name = "bigcommerce-v2"
    model = model_of(name)
    model = replace(model, habits=replace(model.habits, xml=WORDED))
    space = space_of(model, find_api(name), Settings())
    app = wire([Edge(space, model.base_paths)], Settings())

    async def play() -> list[httpx.Response]:
        async with client_of(app) as client:
            return [await exchange(client) for exchange in exchanges]

    return asyncio.run(play())


def written(schema: Any, value: Any, habits: XmlHabits = PLAIN) -> str:
    return write_xml(shape_of(schema_of(schema), habits), value).decode().removeprefix(HEAD)


def image(key: int, file: str, stem: str, main: bool, order: int, minute: str) -> str:
    base = f"{CDN}/{key}/{stem}.1393831046"
    return (
        f"<image><id>{key}</id><product_id>32</product_id><image_file>{file}</image_file>"
        f"<zoom_url>{base}.1280.1280.jpg?c=1</zoom_url><thumbnail_url>{base}.386.513.jpg?c=1</thumbnail_url>"
        f"<standard_url>{base}.220.290.jpg?c=1</standard_url><tiny_url>{base}.44.58.jpg?c=1</tiny_url>"
        f"<is_thumbnail>{'true' if main else 'false'}</is_thumbnail><sort_order>{order}</sort_order>"
        f"<description>NULL</description><date_created>Mon, 24 Sep 2012 01:{minute} +0000</date_created></image>"
    )


FIRST = image(247, "sample_images/in_123__14581.jpg", "in_123__14581", True, 0, "14:30")
SECOND = image(248, "sample_images/in_122__93910.jpg", "in_122__93910", False, 1, "17:14")


def test_a_list_is_written_as_its_schema_names_it() -> None:
    (reply,) = ask(lambda client: client.get(IMAGES, headers=XML))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/xml"
    assert reply.text == f"{HEAD}<images>{FIRST}{SECOND}</images>"


def test_a_record_is_written_as_its_schema_names_it() -> None:
    (reply,) = ask(lambda client: client.get(f"{IMAGES}/248", headers=XML))
    assert reply.text == f"{HEAD}{SECOND}"


def test_a_count_is_written() -> None:
    (reply,) = ask(lambda client: client.get(f"{IMAGES}/count", headers=XML))
    assert reply.text == f"{HEAD}<images><count>2</count></images>"


def test_a_record_is_created_from_xml() -> None:
    body = (
        "<image><image_file>http://e.com/a&amp;b.jpg</image_file><sort_order> 7 </sort_order>"
        "<is_thumbnail>true</is_thumbnail><description>NULL</description></image>"
    )
    headers = {**XML, "Content-Type": "application/xml; charset=utf-8"}
    made, listed = ask(
        lambda client: client.post(IMAGES, headers=headers, content=body.encode()),
        lambda client: client.get(
            IMAGES, headers={"X-Auth-Token": "tok", "Accept": "application/json"}
        ),
    )
    assert made.status_code == 201, made.text
    tree = fromstring(made.text)
    assert (tree.tag, tree.findtext("sort_order"), tree.findtext("is_thumbnail")) == (
        "image",
        "7",
        "true",
    )
    assert listed.headers["content-type"] == "application/json"
    record = listed.json()[-1]
    assert (record["sort_order"], record["is_thumbnail"], record["description"]) == (7, True, None)


def test_a_record_is_updated_from_xml() -> None:
    headers = {**XML, "Content-Type": "text/xml"}
    body = b'<?xml version="1.0"?><image><description>New</description></image>'
    (reply,) = ask(lambda client: client.put(f"{IMAGES}/248", headers=headers, content=body))
    assert reply.text == HEAD + SECOND.replace("<description>NULL<", "<description>New<")


def test_json_is_taken_where_xml_is_asked_for() -> None:
    (reply,) = ask(lambda client: client.put(f"{IMAGES}/248", headers=XML, json={"sort_order": 4}))
    assert reply.text == HEAD + SECOND.replace("<sort_order>1<", "<sort_order>4<")


def test_a_refusal_is_written_in_the_accepted_type() -> None:
    (reply,) = ask(lambda client: client.get(f"{IMAGES}/1", headers=XML))
    message = "The requested resource was not found."
    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/xml")
    assert (
        reply.text
        == f"{HEAD}<errors><error><status>404</status><message>{message}</message></error></errors>"
    )


def test_a_refusal_of_what_has_no_reply_body_is_written_in_the_accepted_type() -> None:
    gone, refused = ask(
        lambda client: client.delete(f"{IMAGES}/248", headers=XML),
        lambda client: client.delete(f"{IMAGES}/248", headers=XML),
    )
    assert (gone.status_code, gone.content) == (204, b"")
    assert refused.text.startswith(f"{HEAD}<errors><error><status>404</status>")


def test_missing_credentials_are_refused_in_xml_too() -> None:
    (reply,) = ask(lambda client: client.get(IMAGES, headers={"Accept": "application/xml"}))
    assert fromstring(reply.text).findtext("error/status") == "401"


def test_a_refusal_falls_back_to_json_when_nothing_accepted_can_be_given() -> None:
    (reply,) = ask(lambda client: client.get(IMAGES, headers={**XML, "Accept": "text/csv"}))
    assert (reply.status_code, reply.json()[0]["status"]) == (406, 406)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<image><image_file>", "The request body could not be parsed."),
        (b"<image/>", "The required field 'image_file' was not supplied."),
        (
            b"<image><image_file>a.jpg</image_file><x>1</x></image>",
            "The field 'x' is not supported by this resource.",
        ),
        (
            b"<image><image_file>a.jpg</image_file><sort_order>one</sort_order></image>",
            "The field 'sort_order' is invalid.",
        ),
    ],
)
def test_a_wrong_body_is_refused_by_name(body: bytes, message: str) -> None:
    headers = {**XML, "Content-Type": "application/xml"}
    (reply,) = ask(lambda client: client.post(IMAGES, headers=headers, content=body))
    assert reply.status_code == 400
    assert fromstring(reply.text).findtext("error/message") == message


def test_a_null_property_is_left_out_where_the_api_has_no_word_for_it() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "nullable": True}}}
    assert written(schema, {"a": None}) == "<root></root>"
    assert written(schema, {"a": None}, WORDED) == "<root><a>NULL</a></root>"


def test_arrays_are_spelled_as_the_xml_object_says() -> None:
    bare = {"type": "array", "items": {"type": "string"}}
    named = {"type": "array", "items": {"type": "string", "xml": {"name": "tag"}}}
    wrapped = {**named, "xml": {"wrapped": True, "name": "tags"}}
    schema = {"type": "object", "properties": {"a": bare, "b": named, "c": wrapped}}
    value = {name: ["x", "y"] for name in "abc"}
    expected = "<a>x</a><a>y</a><tag>x</tag><tag>y</tag><tags><tag>x</tag><tag>y</tag></tags>"
    assert written(schema, value) == f"<root>{expected}</root>"
    assert written({"type": "object", "properties": {"a": bare}}, {"a": ["x"]}, WORDED) == (
        "<root><a><value>x</value></a></root>"
    )


def test_attributes_and_namespaces_are_written_and_read() -> None:
    schema = {
        "type": "object",
        "xml": {"name": "person", "prefix": "s", "namespace": "http://example.com/s"},
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "name": {"type": "string", "xml": {"prefix": "s"}},
            "note": {"type": "string", "xml": {"namespace": "http://example.com/n"}},
        },
    }
    text = (
        '<s:person xmlns:s="http://example.com/s" id="1"><s:name>A</s:name>'
        '<note xmlns="http://example.com/n">B</note></s:person>'
    )
    value = {"id": 1, "name": "A", "note": "B"}
    assert written(schema, value) == text
    assert read_xml(shape_of(schema_of(schema), PLAIN), text.encode(), {}) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a",
        b"\xff\xfe",
        b'<?xml version="1.0" encoding="none"?><a/>',
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1),
    ],
)
def test_what_is_no_safe_xml_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_xml(shape_of(schema_of({}), PLAIN), body, {})


def test_the_charset_of_the_media_type_is_used() -> None:
    shape = shape_of(schema_of({"type": "string"}), PLAIN)
    assert read_xml(shape, "<a>é</a>".encode("latin-1"), {"charset": "iso-8859-1"}) == "é"
    with pytest.raises(Malformed):
        read_xml(shape, b"<a/>", {"charset": "none"})


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    assert written({"type": "string"}, "a\x00b") == "<root>a\ufffdb</root>"


def test_a_value_of_any_depth_is_written() -> None:
    value: Any = "end"
    for _ in range(10_000):
        value = {"a": value}
    assert fromstring(written({}, value)).tag == "root"


def test_a_schema_that_contains_itself_is_read_and_written() -> None:
    node = {
        "type": "object",
        "properties": {"on": {"$ref": "#/components/schemas/Node"}, "n": {"type": "integer"}},
    }
    spec = {"components": {"schemas": {"Node": node}}}
    shape = shape_of(schema_of({"$ref": "#/components/schemas/Node"}, spec), PLAIN)
    value = {"n": 1, "on": {"n": 2, "on": {"n": 3}}}
    assert read_xml(shape, write_xml(shape, value), {}) == value
    assert write_xml(shape, {}).decode() == f"{HEAD}<Node></Node>"


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r")
)
NAMES = st.text(string.ascii_letters + "_-.$ é1:", min_size=1, max_size=6)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS.filter(lambda text: text.strip() != "NULL"),
    "integer": st.integers(-(2**70), 2**70),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
}


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    kind = draw(st.sampled_from([*SCALARS, *(["array", "object"] if depth else [])]))
    schema: dict[str, Any] = {"type": kind}
    if draw(st.booleans()):
        schema["nullable"] = True
    if draw(st.integers(0, 4)) == 0:
        schema["xml"] = {
            "namespace": "http://example.com/a",
            "prefix": draw(st.sampled_from(["", "p", "q"])),
        }
    if kind == "array":
        schema["items"] = draw(schemas(depth - 1))
        schema["xml"] = {**schema.get("xml", {}), "wrapped": draw(st.booleans())}
    elif kind == "object":
        names = draw(st.lists(NAMES, max_size=4, unique=True))
        schema["properties"] = {name: draw(schemas(depth - 1)) for name in names}
    elif draw(st.integers(0, 3)) == 0:
        schema["xml"] = {**schema.get("xml", {}), "attribute": True}
    return schema


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if schema["type"] == "array":
        made: st.SearchStrategy[Any] = st.lists(values(schema["items"]), max_size=3)
    elif schema["type"] == "object":
        made = st.fixed_dictionaries(
            {}, optional={name: values(each) for name, each in schema["properties"].items()}
        )
    else:
        made = SCALARS[schema["type"]]
    return st.none() | made if schema.get("nullable") else made


def kept(schema: dict[str, Any], value: Any, habits: XmlHabits) -> Any:
    """Return a value without what XML leaves out: null properties without a word, and null or empty
    arrays without an element of their own.
    """
    if isinstance(value, list):
        return [kept(schema["items"], item, habits) for item in value]
    if not isinstance(value, dict):
        return value
    fields = schema["properties"]
    bare = {
        name
        for name, each in fields.items()
        if each["type"] == "array" and not each["xml"]["wrapped"]
    }
    return {
        name: kept(fields[name], child, habits)
        for name, child in value.items()
        if not (child is None and habits.null is None)
        and not (name in bare and child in (None, []))
    }


@pytest.mark.parametrize("habits", [PLAIN, WORDED], ids=["plain", "worded"])
@given(data=st.data())
def test_what_is_written_is_read_as_it_was(habits: XmlHabits, data: st.DataObject) -> None:
    schema = data.draw(schemas())
    value = data.draw(values(schema))
    shape = shape_of(schema_of(schema), habits)
    assert read_xml(shape, write_xml(shape, value), {}) == kept(schema, value, habits)
