"""Hostile requests whose media type or coding is odd, and bodies that are forms or XML."""

from __future__ import annotations

import gzip

from tests.hostile.case import DEEP, Case, Then
from tests.hostile.odd_bodies import each_value, nested
from tests.hostile.wire import (
    Change,
    body,
    header,
    then,
    without,
)

XML = "application/xml"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
PATCH = "application/merge-patch+json"
MUCH = 20_000_000
ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10) for at in range(1, 10))
FILE = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
FIELD = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n1\r\n'


def xml(content: bytes) -> Change:
    return body(content, XML)


MEDIA = (
    Case("no Content-Type", without("content-type"), then=Then.ANY),
    Case("an empty Content-Type", header("content-type", ""), then=Then.ANY),
    Case("a Content-Type without a slash", header("content-type", "json")),
    Case("a Content-Type of a slash", header("content-type", "/")),
    Case("a Content-Type of semicolons", header("content-type", ";;;="), then=Then.ANY),
    Case("a Content-Type of Latin-1", header("content-type", b"\xff\xfe/\xe9")),
    Case("a Content-Type with a NUL", header("content-type", b"application/\0json")),
    Case(
        "two kinds of Content-Type",
        header("content-type", "application/json", "text/plain"),
        then=Then.ANY,
    ),
    Case(
        "one Content-Type twice",
        header("content-type", "application/json", "application/json"),
        then=Then.ANY,
    ),
    Case("a wrong Content-Type", header("content-type", "text/html")),
    Case("a range as a Content-Type", header("content-type", "*/*"), then=Then.ANY),
    Case("a Content-Type in capitals", header("content-type", "APPLICATION/JSON"), then=Then.SAME),
    Case("a Content-Type of 64 kB", header("content-type", "application/" + "j" * 65_536)),
    Case(
        "64 kB of parameters",
        header("content-type", "application/json" + ";a=b" * 16_384),
        then=Then.ANY,
    ),
    Case(
        "a parameter continued",
        header("content-type", "application/json; a*0=x; a*9=y; b*=%"),
        then=Then.ANY,
    ),
    Case(
        "a parameter in an unknown charset",
        header("content-type", "application/json; a*=no''x"),
        then=Then.ANY,
    ),
    Case(
        "a quote that does not end", header("content-type", 'application/json; a="'), then=Then.ANY
    ),
    Case(
        "charset UTF-16", header("content-type", "application/json; charset=utf-16"), then=Then.ANY
    ),
    Case("charset UTF-7", header("content-type", "application/json; charset=utf-7"), then=Then.ANY),
    Case(
        "an unknown charset",
        header("content-type", "application/json; charset=no-such"),
        then=Then.ANY,
    ),
    Case(
        "charset of a NUL", header("content-type", b"application/json; charset=\0"), then=Then.ANY
    ),
    Case("charset rot13", body(b"<a/>", "application/xml; charset=rot13")),
    Case("charset zlib", body(b"<a/>", "application/xml; charset=zlib")),
    Case("charset idna", body(b"x" * 10_000, "text/xml; charset=idna")),
    Case("gzip that is none", header("content-encoding", "gzip"), then=Then.ANY),
    Case(
        "a gzip bomb",
        then(body(gzip.compress(b" " * MUCH)), header("content-encoding", "gzip")),
    ),
    Case(
        "a gzip bomb in gzip",
        then(
            body(gzip.compress(gzip.compress(b" " * MUCH))), header("content-encoding", "gzip,gzip")
        ),
    ),
    Case("1,000 layers of gzip", header("content-encoding", "gzip," * 1_000)),
    Case(
        "10,000 members of gzip",
        then(body(gzip.compress(b"") * 10_000), header("content-encoding", "gzip")),
    ),
    Case(
        "half of gzip",
        then(body(gzip.compress(b"{}" * 99)[:20]), header("content-encoding", "gzip")),
    ),
    Case(
        "gzip and more",
        then(body(gzip.compress(b"{}") + b"{}"), header("content-encoding", "x-gzip")),
    ),
    Case("deflate that is none", then(body(b"\x78\x9cxx"), header("content-encoding", "deflate"))),
    Case("a coding of bytes", header("content-encoding", b"\xff\0,,;")),
    Case(
        "an unknown Content-Encoding",
        header("content-encoding", "no-such, br, gzip"),
        then=Then.ANY,
    ),
    Case("merge patch of null", body(b"null", PATCH)),
    Case("merge patch of a list", body(b"[1]", PATCH)),
    Case("merge patch of a text", body(b'"a"', PATCH)),
    Case(
        "merge patch of nulls",
        then(each_value(b"null"), header("content-type", PATCH)),
        then=Then.ANY,
    ),
    Case("merge patch of depth", body(nested(b'{"a":', b"}", b"null"), PATCH)),
    Case("JSON patch", body(b'[{"op": "remove", "path": ""}]', "application/json-patch+json")),
)

FORMS = (
    Case("a form where none is taken", body(b"a=1&b=2", FORM), then=Then.ANY),
    Case("100,000 brackets in a form", body(b"a" + b"[b]" * DEEP + b"=1", FORM)),
    Case("100,000 fields", body(b"&".join([b"a=1"] * DEEP), FORM)),
    Case("a form of no UTF-8", body(b"a=%ff\xff", FORM)),
    Case("a form of percents", body(b"%" * 1_000 + b"=%zz&%00=%00", FORM)),
    Case("a multipart body without boundary", body(b"--b--\r\n", "multipart/form-data")),
    Case("an empty boundary", body(b"----\r\n", 'multipart/form-data; boundary=""')),
    Case(
        "a boundary of 10,000 characters",
        body(b"--b", f"multipart/form-data; boundary={'b' * 10_000}"),
    ),
    Case("a boundary of Latin-1", body(b"--\xe9--\r\n", "multipart/form-data; boundary=\xe9")),
    Case(
        "a boundary with a line end", body(b"--b--\r\n", 'multipart/form-data; boundary="b\r\nc"')
    ),
    Case("a part that does not end", body(FILE + b"x" * 1_000, PARTS)),
    Case("a part without a head", body(b"--b\r\n\r\nx\r\n--b--\r\n", PARTS)),
    Case("half a head", body(b"--b\r\nContent-Disp", PARTS)),
    Case("10,000 parts", body(FIELD % b"a" * 10_000 + b"--b--\r\n", PARTS)),
    Case("a field name of 1 MB", body(FIELD % (b"n" * 1_000_000) + b"--b--\r\n", PARTS)),
    Case(
        "a head of 1 MB", body(b"--b\r\nX: " + b"h" * 1_000_000 + b"\r\n\r\n1\r\n--b--\r\n", PARTS)
    ),
    Case(
        "10,000 heads of a part",
        body(b"--b\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n1\r\n--b--\r\n", PARTS),
    ),
    Case("parts in parts", body(FILE * 1_000 + b"--b--\r\n", PARTS)),
    Case(
        "a part with base64 that is none",
        body(b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--", PARTS),
    ),
    Case(
        "a file name that climbs",
        body(FILE.replace(b'="a"\r', b'="../../x"\r') + b"1\r\n--b--\r\n", PARTS),
    ),
)

XMLS = (
    Case("no element", xml(b"")),
    Case("text for XML", xml(b"text")),
    Case("an element that does not end", xml(b"<image>")),
    Case("two roots", xml(b"<a/><b/>")),
    Case("100,000 elements in each other", xml(nested(b"<a>", b"</a>"))),
    Case("100,000 elements that do not end", xml(nested(b"<a>"))),
    Case(
        "10,000 attributes",
        xml(b"<a " + b" ".join(b"a%d='1'" % at for at in range(10_000)) + b"/>"),
        then=Then.ANY,
    ),
    Case("an attribute twice", xml(b"<a b='1' b='2'/>")),
    Case("a document type", xml(b"<!DOCTYPE a []><a/>")),
    Case(
        "a thousand million laughs",
        xml(b'<!DOCTYPE a [<!ENTITY e0 "ha">' + ENTITIES + b"]><a>&e9;</a>"),
    ),
    Case(
        "one long entity many times",
        xml(b'<!DOCTYPE a [<!ENTITY e "%s">]><a>%s</a>' % (b"x" * 9_999, b"&e;" * 999)),
    ),
    Case(
        "a file as an entity",
        xml(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'),
    ),
    Case(
        "an address as an entity",
        xml(b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:1/"> %e;]><a/>'),
    ),
    Case("an entity that nobody knows", xml(b"<a>&nobody;</a>")),
    Case("a character of no XML", xml(b"<a>&#0;</a>")),
    Case("XML in an unknown encoding", xml(b'<?xml version="1.0" encoding="no-such"?><a/>')),
    Case("XML that says UTF-16 and is not", xml(b'<?xml version="1.0" encoding="utf-16"?><a/>')),
    Case("XML in UTF-7", xml(b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-')),
    Case("XML of no UTF-8", xml(b"<a>\xff</a>")),
    Case("a prefix that nobody bound", xml(b"<p:a/>")),
    Case(
        "an inclusion",
        xml(b'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></a>'),
    ),
    Case(
        "a style sheet",
        xml(b'<?xml-stylesheet href="http://127.0.0.1:1/"?><a><sort_order>x</sort_order></a>'),
    ),
    Case("a name of 1 MB", xml(b"<" + b"n" * 1_000_000 + b"/>"), then=Then.ANY),
    Case("names spelled as escapes", xml(b"<a><_xFFFFFF_>1</_xFFFFFF_><_x0000_/></a>")),
    Case("digits of another script", xml("<a><sort_order>٣</sort_order></a>".encode())),
    Case("5,000 digits", xml(b"<a><sort_order>" + b"9" * 5_000 + b"</sort_order></a>")),
)
