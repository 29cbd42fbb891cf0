"""Hostile requests whose body is odd: what JSON, its values and its length can be."""

from __future__ import annotations

import json

from mockserver.asgi.request import LARGEST_BODY
from tests.hostile.case import DEEP, Case, Then
from tests.hostile.wire import (
    Change,
    again,
    body,
    chunks,
    edited,
    header,
)


def nested(opening: bytes, closing: bytes = b"", inside: bytes = b"") -> bytes:
    """Return 100,000 levels of something."""
    return opening * DEEP + inside + closing * DEEP


def member(text: bytes) -> Change:
    """Write a member into the object that is sent, and into each object right in it."""
    return edited(lambda content: content.replace(b"{", b"{" + text + b", ").replace(b", }", b"}"))


def each_value(text: bytes) -> Change:
    """Put a value in the place of each that is sent."""

    def spoiled(value: object) -> object:
        if isinstance(value, dict):
            return {name: spoiled(child) for name, child in value.items()}
        return [spoiled(child) for child in value] if isinstance(value, list) and value else "\0"

    return edited(
        lambda content: (
            json.dumps(spoiled(json.loads(content))).encode().replace(b'"\\u0000"', text)
        )
    )


BODIES = (
    Case("an empty body that is told", body(b"")),
    Case("blanks", body(b" \n\t ")),
    Case("null", body(b"null")),
    Case("a text", body(b'"text"')),
    Case("a number", body(b"1")),
    Case("a list", body(b"[]")),
    Case("a list of objects", body(b"[{}]")),
    Case("half an object", body(b'{"a": ')),
    Case("two values", body(b"{}{}")),
    Case("a comment", body(b"{} // all")),
    Case("a trailing comma", body(b'{"a": 1,}')),
    Case("single quotes", body(b"{'a': 1}")),
    Case("bytes that are no UTF-8", body(b'{"a": "\xff\xfe"}')),
    Case("an overlong NUL", body(b'{"a": "\xc0\x80"}')),
    Case("a surrogate in UTF-8", body(b'{"a": "\xed\xa0\x80"}')),
    Case("half a surrogate pair", body(b'{"a": "\\ud800"}')),
    Case("a raw NUL", body(b'{"a": "\x00"}')),
    Case("a raw newline in a text", body(b'{"a": "\n"}')),
    Case("an escaped NUL in every text", each_value(b'"\\u0000"'), then=Then.ANY),
    Case("UTF-16", body('{"a": 1}'.encode("utf-16"))),
    Case("UTF-32", body('{"a": 1}'.encode("utf-32"))),
    Case("a byte order mark", edited(lambda content: b"\xef\xbb\xbf" + content), then=Then.ANY),
    Case("100,000 lists in each other", body(nested(b"[", b"]"))),
    Case("100,000 lists that do not end", body(nested(b"["))),
    Case("100,000 objects in each other", body(nested(b'{"a":', b"}", b"1"))),
    Case("100,000 objects that do not end", body(nested(b'{"a":'))),
    Case("250 lists in a member", member(b'"deep": ' + b"[" * 250 + b"]" * 250)),
    Case("a wrong escape", body(b'{"a": "\\x"}')),
    Case("NaN", body(b'{"a": NaN}')),
    Case("Infinity", body(b'{"a": -Infinity}')),
    Case("1e400", body(b'{"a": 1e400}')),
    Case("1e400 in every place", each_value(b"1e400")),
    Case("an integer of 5,000 digits in every place", each_value(b"9" * 5_000)),
    Case("an integer of 20 digits in every place", each_value(b"9" * 20), then=Then.ANY),
    Case("an integer of 400 digits and a fraction", each_value(b"9" * 400 + b".5")),
    Case("an integer with a leading zero", body(b'{"a": 01}')),
    Case("minus zero in every place", each_value(b"-0"), then=Then.ANY),
    Case("a float in every place", each_value(b"1.5"), then=Then.ANY),
    Case("1e308 in every place", each_value(b"1e308"), then=Then.ANY),
    Case("2**63 in every place", each_value(b"9223372036854775808"), then=Then.ANY),
    Case("true in every place", each_value(b"true"), then=Then.ANY),
    Case("null in every place", each_value(b"null"), then=Then.ANY),
    Case("an empty text in every place", each_value(b'""'), then=Then.ANY),
    Case("a list in every place", each_value(b"[1]")),
    Case("an object in every place", each_value(b'{"a": {}}')),
    Case(
        "a text of 1 MB in every place", each_value(b'"' + b"x" * 1_000_000 + b'"'), then=Then.ANY
    ),
    Case(
        "a text of format words in every place",
        each_value(b'"{uuid} {0.__class__} %s %n ${x}"'),
        then=Then.ANY,
    ),
    Case("a URL of no sense in every place", each_value(b'"http://["'), then=Then.ANY),
    Case(
        "a URL with a NUL and a port in every place",
        each_value(b'"http://a\\u0000:99999999/../%"'),
        then=Then.ANY,
    ),
    Case("markup in every place", each_value(b'"<script>]]>&amp;--></a>"'), then=Then.ANY),
    Case(
        "characters that XML lacks in every place",
        each_value(b'"\\u0001\\ufffe\\u000b"'),
        then=Then.ANY,
    ),
    Case("a key twice", member(b'"name": "a", "name": "b"'), then=Then.ANY),
    Case("an unknown field", member(b'"nobody_knows_me": 1'), then=Then.ANY),
    Case(
        "__proto__",
        member(b'"__proto__": {"admin": true}, "constructor": {"prototype": {}}'),
        then=Then.ANY,
    ),
    Case("__class__", member(b'"__class__": "os", "__dict__": {}, "self": 1'), then=Then.ANY),
    Case("an empty name", member(b'"": 1'), then=Then.ANY),
    Case(
        "names with slashes and tildes", member(b'"a/b~c": 1, "~0": [], "../..": {}'), then=Then.ANY
    ),
    Case(
        "names that are templates",
        member(b'"{name}": 1, "$each": [], "$fields": {}, "$value": 2'),
        then=Then.ANY,
    ),
    Case(
        "$ref and $schema",
        member(b'"$ref": "#/a", "$schema": "http://127.0.0.1:1/", "$id": 1'),
        then=Then.ANY,
    ),
    Case("a name of 100,000 characters", member(b'"' + b"n" * 100_000 + b'": 1'), then=Then.ANY),
    Case(
        "10,000 names", member(b", ".join(b'"n%d": 1' % at for at in range(10_000))), then=Then.ANY
    ),
    Case("a list of 100,000", member(b'"many": [' + b"1," * 99_999 + b"1]"), then=Then.ANY),
    Case(
        "read-only fields",
        member(b'"id": 1, "pk": 1, "created_at": 1, "date_created": 0'),
        then=Then.ANY,
    ),
)

LENGTHS = (
    Case("a body over the limit", body(b" " * (LARGEST_BODY + 1))),
    Case("chunks over the limit", chunks(*([b" " * 1_000_000] * 11))),
    Case("a length over the limit, and no body", header("content-length", str(LARGEST_BODY + 1))),
    Case("a length of 1,000 digits", header("content-length", "9" * 1_000)),
    Case("a length below zero", header("content-length", "-1"), then=Then.ANY),
    Case("a length that is a word", header("content-length", "many"), then=Then.ANY),
    Case(
        "a length in digits of another script",
        header("content-length", "²".encode()),
        then=Then.ANY,
    ),
    Case("a length given twice", again("content-length", "1"), then=Then.ANY),
    Case("a length that is too short", header("content-length", "1"), then=Then.ANY),
    Case("a length that is too long", header("content-length", "1000"), then=Then.ANY),
    Case("a body in 1,000 empty chunks", edited(lambda content: content), then=Then.SAME),
    Case("a client that leaves at once", chunks(None), then=Then.ANY),
    Case("a client that leaves amid its body", chunks(b'{"a"', None), then=Then.ANY),
)
