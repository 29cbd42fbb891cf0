"""The table of hostile requests: a name, what is done to a good request, to which operations, and what must follow."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from mockserver.asgi.request import LARGEST_BODY
from tests.hostile.wire import (
    Change,
    Wire,
    again,
    body,
    chunks,
    edited,
    header,
    last,
    method,
    path,
    query,
    then,
    without,
)

XML = "application/xml"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
PATCH = "application/merge-patch+json"
DEEP = 100_000
MUCH = 20_000_000
ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10) for at in range(1, 10))
FILE = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
FIELD = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n1\r\n'


class On(Enum):
    """Which operations a case is sent to."""

    READS = "those without a body"
    WRITES = "those with a body"
    ALL = "all"


class Then(Enum):
    """What must follow, beside the laws that hold for every case."""

    REFUSED = "a status from 400 on"
    SAME = "the status that the good request gets"
    ANY = "whatever is no failure"


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile request."""

    name: str
    change: Change
    on: On = On.WRITES
    then: Then = Then.REFUSED

    def __str__(self) -> str:
        return self.name


def nested(opening: bytes, closing: bytes = b"", inside: bytes = b"") -> bytes:
    """Return 100,000 levels of something."""
    return opening * DEEP + inside + closing * DEEP


def member(text: bytes) -> Change:
    """Write a member into the object that is sent, and into each object right in it."""
    return edited(lambda content: content.replace(b"{", b"{" + text + b", ").replace(b", }", b"}"))


def each_value(text: bytes) -> Change:
    """Put a value in the place of each that is sent."""
    import json

    def spoiled(value: object) -> object:
        if isinstance(value, dict):
            return {name: spoiled(child) for name, child in value.items()}
        return [spoiled(child) for child in value] if isinstance(value, list) and value else "\0"

    return edited(lambda content: json.dumps(spoiled(json.loads(content))).encode().replace(b'"\\u0000"', text))


def padded(query_text: bytes) -> Change:
    return query(query_text)


def inside(change: Callable[[bytes], bytes]) -> Change:
    return path(change)


def xml(content: bytes) -> Change:
    return body(content, XML)


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
    Case("a text of 1 MB in every place", each_value(b'"' + b"x" * 1_000_000 + b'"'), then=Then.ANY),
    Case("a text of format words in every place", each_value(b'"{uuid} {0.__class__} %s %n ${x}"'), then=Then.ANY),
    Case("a URL of no sense in every place", each_value(b'"http://["'), then=Then.ANY),
    Case("a URL with a NUL and a port in every place", each_value(b'"http://a\\u0000:99999999/../%"'), then=Then.ANY),
    Case("markup in every place", each_value(b'"<script>]]>&amp;--></a>"'), then=Then.ANY),
    Case("characters that XML lacks in every place", each_value(b'"\\u0001\\ufffe\\u000b"'), then=Then.ANY),
    Case("a key twice", member(b'"name": "a", "name": "b"'), then=Then.ANY),
    Case("an unknown field", member(b'"nobody_knows_me": 1'), then=Then.ANY),
    Case("__proto__", member(b'"__proto__": {"admin": true}, "constructor": {"prototype": {}}'), then=Then.ANY),
    Case("__class__", member(b'"__class__": "os", "__dict__": {}, "self": 1'), then=Then.ANY),
    Case("an empty name", member(b'"": 1'), then=Then.ANY),
    Case("names with slashes and tildes", member(b'"a/b~c": 1, "~0": [], "../..": {}'), then=Then.ANY),
    Case("names that are templates", member(b'"{name}": 1, "$each": [], "$fields": {}, "$value": 2'), then=Then.ANY),
    Case("$ref and $schema", member(b'"$ref": "#/a", "$schema": "http://127.0.0.1:1/", "$id": 1'), then=Then.ANY),
    Case("a name of 100,000 characters", member(b'"' + b"n" * 100_000 + b'": 1'), then=Then.ANY),
    Case("10,000 names", member(b", ".join(b'"n%d": 1' % at for at in range(10_000))), then=Then.ANY),
    Case("a list of 100,000", member(b'"many": [' + b"1," * 99_999 + b"1]"), then=Then.ANY),
    Case("read-only fields", member(b'"id": 1, "pk": 1, "created_at": 1, "date_created": 0'), then=Then.ANY),
)

MEDIA = (
    Case("no Content-Type", without("content-type"), then=Then.ANY),
    Case("an empty Content-Type", header("content-type", ""), then=Then.ANY),
    Case("a Content-Type without a slash", header("content-type", "json")),
    Case("a Content-Type of a slash", header("content-type", "/")),
    Case("a Content-Type of semicolons", header("content-type", ";;;="), then=Then.ANY),
    Case("a Content-Type of Latin-1", header("content-type", b"\xff\xfe/\xe9")),
    Case("a Content-Type with a NUL", header("content-type", b"application/\0json")),
    Case("two kinds of Content-Type", header("content-type", "application/json", "text/plain"), then=Then.ANY),
    Case("one Content-Type twice", header("content-type", "application/json", "application/json"), then=Then.ANY),
    Case("a wrong Content-Type", header("content-type", "text/html")),
    Case("a range as a Content-Type", header("content-type", "*/*"), then=Then.ANY),
    Case("a Content-Type in capitals", header("content-type", "APPLICATION/JSON"), then=Then.SAME),
    Case("a Content-Type of 64 kB", header("content-type", "application/" + "j" * 65_536)),
    Case("64 kB of parameters", header("content-type", "application/json" + ";a=b" * 16_384), then=Then.ANY),
    Case("a parameter continued", header("content-type", "application/json; a*0=x; a*9=y; b*=%"), then=Then.ANY),
    Case("a parameter in an unknown charset", header("content-type", "application/json; a*=no''x"), then=Then.ANY),
    Case("a quote that does not end", header("content-type", 'application/json; a="'), then=Then.ANY),
    Case("charset UTF-16", header("content-type", "application/json; charset=utf-16"), then=Then.ANY),
    Case("charset UTF-7", header("content-type", "application/json; charset=utf-7"), then=Then.ANY),
    Case("an unknown charset", header("content-type", "application/json; charset=no-such"), then=Then.ANY),
    Case("charset of a NUL", header("content-type", b"application/json; charset=\0"), then=Then.ANY),
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
        then(body(gzip.compress(gzip.compress(b" " * MUCH))), header("content-encoding", "gzip,gzip")),
    ),
    Case("1,000 layers of gzip", header("content-encoding", "gzip," * 1_000)),
    Case("10,000 members of gzip", then(body(gzip.compress(b"") * 10_000), header("content-encoding", "gzip"))),
    Case("half of gzip", then(body(gzip.compress(b"{}" * 99)[:20]), header("content-encoding", "gzip"))),
    Case("gzip and more", then(body(gzip.compress(b"{}") + b"{}"), header("content-encoding", "x-gzip"))),
    Case("deflate that is none", then(body(b"\x78\x9cxx"), header("content-encoding", "deflate"))),
    Case("a coding of bytes", header("content-encoding", b"\xff\0,,;")),
    Case("an unknown Content-Encoding", header("content-encoding", "no-such, br, gzip"), then=Then.ANY),
    Case("merge patch of null", body(b"null", PATCH)),
    Case("merge patch of a list", body(b"[1]", PATCH)),
    Case("merge patch of a text", body(b'"a"', PATCH)),
    Case("merge patch of nulls", then(each_value(b"null"), header("content-type", PATCH)), then=Then.ANY),
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
    Case("a boundary of 10,000 characters", body(b"--b", f"multipart/form-data; boundary={'b' * 10_000}")),
    Case("a boundary of Latin-1", body(b"--\xe9--\r\n", "multipart/form-data; boundary=\xe9")),
    Case("a boundary with a line end", body(b"--b--\r\n", 'multipart/form-data; boundary="b\r\nc"')),
    Case("a part that does not end", body(FILE + b"x" * 1_000, PARTS)),
    Case("a part without a head", body(b"--b\r\n\r\nx\r\n--b--\r\n", PARTS)),
    Case("half a head", body(b"--b\r\nContent-Disp", PARTS)),
    Case("10,000 parts", body(FIELD % b"a" * 10_000 + b"--b--\r\n", PARTS)),
    Case("a field name of 1 MB", body(FIELD % (b"n" * 1_000_000) + b"--b--\r\n", PARTS)),
    Case("a head of 1 MB", body(b"--b\r\nX: " + b"h" * 1_000_000 + b"\r\n\r\n1\r\n--b--\r\n", PARTS)),
    Case("10,000 heads of a part", body(b"--b\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n1\r\n--b--\r\n", PARTS)),
    Case("parts in parts", body(FILE * 1_000 + b"--b--\r\n", PARTS)),
    Case("a part with base64 that is none", body(b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--", PARTS)),
    Case("a file name that climbs", body(FILE.replace(b'="a"\r', b'="../../x"\r') + b"1\r\n--b--\r\n", PARTS)),
)

XMLS = (
    Case("no element", xml(b"")),
    Case("text for XML", xml(b"text")),
    Case("an element that does not end", xml(b"<image>")),
    Case("two roots", xml(b"<a/><b/>")),
    Case("100,000 elements in each other", xml(nested(b"<a>", b"</a>"))),
    Case("100,000 elements that do not end", xml(nested(b"<a>"))),
    Case("10,000 attributes", xml(b"<a " + b" ".join(b"a%d='1'" % at for at in range(10_000)) + b"/>"), then=Then.ANY),
    Case("an attribute twice", xml(b"<a b='1' b='2'/>")),
    Case("a document type", xml(b"<!DOCTYPE a []><a/>")),
    Case("a thousand million laughs", xml(b'<!DOCTYPE a [<!ENTITY e0 "ha">' + ENTITIES + b"]><a>&e9;</a>")),
    Case("one long entity many times", xml(b'<!DOCTYPE a [<!ENTITY e "%s">]><a>%s</a>' % (b"x" * 9_999, b"&e;" * 999))),
    Case("a file as an entity", xml(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>')),
    Case("an address as an entity", xml(b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:1/"> %e;]><a/>')),
    Case("an entity that nobody knows", xml(b"<a>&nobody;</a>")),
    Case("a character of no XML", xml(b"<a>&#0;</a>")),
    Case("XML in an unknown encoding", xml(b'<?xml version="1.0" encoding="no-such"?><a/>')),
    Case("XML that says UTF-16 and is not", xml(b'<?xml version="1.0" encoding="utf-16"?><a/>')),
    Case("XML in UTF-7", xml(b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-')),
    Case("XML of no UTF-8", xml(b"<a>\xff</a>")),
    Case("a prefix that nobody bound", xml(b"<p:a/>")),
    Case("an inclusion", xml(b'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></a>')),
    Case("a style sheet", xml(b'<?xml-stylesheet href="http://127.0.0.1:1/"?><a><sort_order>x</sort_order></a>')),
    Case("a name of 1 MB", xml(b"<" + b"n" * 1_000_000 + b"/>"), then=Then.ANY),
    Case("names spelled as escapes", xml(b"<a><_xFFFFFF_>1</_xFFFFFF_><_x0000_/></a>")),
    Case("digits of another script", xml("<a><sort_order>٣</sort_order></a>".encode())),
    Case("5,000 digits", xml(b"<a><sort_order>" + b"9" * 5_000 + b"</sort_order></a>")),
)

LENGTHS = (
    Case("a body over the limit", body(b" " * (LARGEST_BODY + 1))),
    Case("chunks over the limit", chunks(*([b" " * 1_000_000] * 11))),
    Case("a length over the limit, and no body", header("content-length", str(LARGEST_BODY + 1))),
    Case("a length of 1,000 digits", header("content-length", "9" * 1_000)),
    Case("a length below zero", header("content-length", "-1"), then=Then.ANY),
    Case("a length that is a word", header("content-length", "many"), then=Then.ANY),
    Case("a length in digits of another script", header("content-length", "²".encode()), then=Then.ANY),
    Case("a length given twice", again("content-length", "1"), then=Then.ANY),
    Case("a length that is too short", header("content-length", "1"), then=Then.ANY),
    Case("a length that is too long", header("content-length", "1000"), then=Then.ANY),
    Case("a body in 1,000 empty chunks", edited(lambda content: content), then=Then.SAME),
    Case("a client that leaves at once", chunks(None), then=Then.ANY),
    Case("a client that leaves amid its body", chunks(b'{"a"', None), then=Then.ANY),
)

PATHS = (
    Case("two slashes before", path(lambda old: b"/" + old), On.ALL),
    Case("two slashes within", path(lambda old: old.replace(b"/", b"//")), On.ALL),
    Case("1,000 slashes after", path(lambda old: old + b"/" * 1_000), On.ALL),
    Case("a dot", path(lambda old: b"/." + old), On.ALL),
    Case("a dot after", path(lambda old: old.rstrip(b"/") + b"/."), On.ALL, Then.ANY),
    Case("two dots", path(lambda old: b"/x/.." + old), On.ALL),
    Case("two dots after", path(lambda old: old.rstrip(b"/") + b"/.."), On.ALL, Then.ANY),
    Case("two dots to a file", path(lambda old: b"/../../../../etc/passwd"), On.ALL),
    Case("two dots encoded", last(b"%2e%2e"), On.ALL, Then.ANY),
    Case("two dots to a file encoded", last(b"%2e%2e%2f%2e%2e%2fetc%2fpasswd"), On.ALL, Then.ANY),
    Case("two dots doubly encoded", last(b"%252e%252e"), On.ALL, Then.ANY),
    Case("two dots overlong", last(b"%c0%ae%c0%ae"), On.ALL, Then.ANY),
    Case("backslashes", path(lambda old: old.replace(b"/", b"\\")), On.ALL),
    Case("a slash encoded", path(lambda old: b"/x/.." + old.replace(b"/", b"%2F")), On.ALL),
    Case("a NUL encoded", last(b"1%00"), On.ALL, Then.ANY),
    Case("a NUL", last(b"1\0"), On.ALL, Then.ANY),
    Case("line ends encoded", last(b"1%0d%0aX-Injected:%201"), On.ALL, Then.ANY),
    Case("matrix parameters", path(lambda old: old + b";jsessionid=1"), On.ALL, Then.ANY),
    Case("matrix parameters within", path(lambda old: old.replace(b"/", b"/;a=1/")), On.ALL),
    Case("bytes that are no UTF-8 in a path", last(b"\xff\xfe"), On.ALL, Then.ANY),
    Case("bytes that are no UTF-8 encoded", last(b"%ff%fe"), On.ALL, Then.ANY),
    Case("half a surrogate encoded", last(b"%ed%a0%80"), On.ALL, Then.ANY),
    Case("bad percents", last(b"%zz%1%"), On.ALL, Then.ANY),
    Case("unicode", last("٣🐍\u202e".encode()), On.ALL, Then.ANY),
    Case("wide digits", last("１".encode()), On.ALL, Then.ANY),
    Case("a path of 100 kB", last(b"x" * 100_000), On.ALL, Then.ANY),
    Case("a path of 50,000 segments", path(lambda old: old + b"/x" * 50_000), On.ALL),
    Case("a number of 5,000 digits", last(b"9" * 5_000), On.ALL, Then.ANY),
    Case("a number of 20 digits", last(b"9" * 20), On.ALL, Then.ANY),
    Case("a number below zero", last(b"-1"), On.ALL, Then.ANY),
    Case("a number with an underscore", last(b"1_0"), On.ALL, Then.ANY),
    Case("a number with a plus", last(b"+5"), On.ALL, Then.ANY),
    Case("1e400 in a path", last(b"1e400"), On.ALL, Then.ANY),
    Case("a query in the path", last(b"1%3Fa=b"), On.ALL, Then.ANY),
    Case("a template", last(b"%7Bid%7D"), On.ALL, Then.ANY),
    Case("braces", last(b"{id}"), On.ALL, Then.ANY),
    Case("an extension", path(lambda old: old.rstrip(b"/") + b".xml"), On.ALL, Then.ANY),
    Case("a list of extensions", path(lambda old: old.rstrip(b"/") + b".json.xml.json"), On.ALL, Then.ANY),
    Case("no path", path(lambda old: b""), On.ALL),
    Case("an asterisk", path(lambda old: b"*"), On.ALL),
    Case("an absolute URL", path(lambda old: b"http://elsewhere.example" + old), On.ALL),
    Case("the reserved path, climbing", path(lambda old: b"/__admin/docs/static/..%2f..%2fx"), On.ALL, Then.ANY),
    Case("the reserved path, encoded", path(lambda old: b"/%5f%5fadmin/"), On.ALL, Then.ANY),
)

QUERIES = (
    Case("10,000 parameters", query(b"&".join(b"p%d=1" % at for at in range(10_000))), On.ALL, Then.ANY),
    Case("one parameter 10,000 times", query(b"&".join([b"page=1"] * 10_000)), On.ALL, Then.ANY),
    Case("100,000 brackets in a query", query(b"filter" + b"[a]" * DEEP + b"=1"), On.ALL, Then.ANY),
    Case("a query of ampersands", query(b"&" * 10_000), On.ALL, Then.ANY),
    Case("a query of equals signs", query(b"=" * 10_000), On.ALL, Then.ANY),
    Case("a query of 1 MB", query(b"page=" + b"1" * 1_000_000), On.ALL, Then.ANY),
    Case("bad percents in a query", query(b"page=%zz&%=%&limit=%1"), On.ALL, Then.ANY),
    Case("bytes that are no UTF-8 in a query", query(b"page=\xff&\xfe=1&%ff=%fe"), On.ALL, Then.ANY),
    Case("NULs in a query", query(b"page=%00&limit=\0&%00=1"), On.ALL, Then.ANY),
    Case("line ends in a query", query(b"page=1%0d%0aSet-Cookie:%20a=b&limit=%0a1"), On.ALL, Then.ANY),
    Case("a page of no number", query(b"page=one&limit=few"), On.READS, Then.ANY),
    Case("a page below zero", query(b"page=-1&limit=-1"), On.READS, Then.ANY),
    Case("page zero", query(b"page=0&limit=0"), On.READS, Then.ANY),
    Case("a page of 5,000 digits", query(b"page=" + b"9" * 5_000), On.READS, Then.ANY),
    Case("a limit of 300 digits", query(b"limit=" + b"9" * 300), On.READS, Then.ANY),
    Case("a page of 300 digits", query(b"page=" + b"9" * 300 + b"&limit=1"), On.READS, Then.ANY),
    Case("a page of 20 digits", query(b"page=" + b"9" * 20), On.READS, Then.ANY),
    Case("1e400 as a page", query(b"page=1e400&limit=1e400"), On.READS, Then.ANY),
    Case("NaN as a page", query(b"page=NaN&limit=Infinity"), On.READS, Then.ANY),
    Case("a page in other digits", query("page=٣&limit=１".encode()), On.READS, Then.ANY),
    Case("a page with brackets", query(b"page[]=1&page[a]=2&limit[][]=3"), On.READS, Then.ANY),
    Case("__proto__ in a query", query(b"__proto__[a]=1&constructor=2"), On.ALL, Then.ANY),
    Case("an empty page", query(b"page=&limit"), On.READS, Then.ANY),
    Case("words for the mock, wrong", query(b"__code=1e9&__seed=%00&__dynamic=maybe&__example=no"), On.ALL, Then.ANY),
    Case("10,000 values of a filter", query(b"id__in=" + b"1," * 10_000), On.READS, Then.ANY),
)

METHODS = (
    Case("a method in small letters", lambda wire: method(wire.method.lower())(wire), On.ALL),
    Case("a method that nobody knows", method("BREW"), On.ALL),
    Case("a method of 1,000 characters", method("M" * 1_000), On.ALL),
    Case("a method of signs", method("!#$%&'*+-.^_`|~"), On.ALL),
    Case("an empty method", method(""), On.ALL),
    Case("TRACE", method("TRACE"), On.ALL),
    Case("CONNECT", method("CONNECT"), On.ALL),
    Case("PROPFIND", method("PROPFIND"), On.ALL),
    Case("another method asked for by a header", header("x-http-method-override", "DELETE"), On.ALL, Then.SAME),
    Case("another method by X-HTTP-Method", header("x-http-method", "PUT"), On.ALL, Then.SAME),
    Case("another method by X-Method-Override", header("x-method-override", "PATCH"), On.ALL, Then.SAME),
    Case("HEAD with a body", then(body(b"{"), method("HEAD")), On.ALL, Then.ANY),
    Case("OPTIONS with a body", then(body(b"{"), method("OPTIONS")), On.ALL, Then.ANY),
    Case("OPTIONS of everything", then(method("OPTIONS"), path(lambda old: b"*")), On.ALL, Then.ANY),
    Case("GET with a body", body(b"{"), On.READS, Then.SAME),
    Case("a body that nobody reads, over the limit", chunks(b"x" * (LARGEST_BODY + 1)), On.READS, Then.ANY),
)


def many(name: bytes, count: int) -> Change:
    def change(wire: Wire) -> Wire:
        return Wire(wire.method, wire.path, wire.query, (*wire.headers, *[(name, b"1")] * count), wire.chunks)

    return change


def numbered(count: int) -> Change:
    return then(*(again(f"x-{at}", "1") for at in range(count)))


HEADERS = (
    Case("1,000 headers", numbered(1_000), On.ALL, Then.SAME),
    Case("one header 1,000 times", many(b"x-a", 1_000), On.ALL, Then.SAME),
    Case("a header of 64 kB", header("x-a", "a" * 65_536), On.ALL, Then.SAME),
    Case("a header of no UTF-8", header("x-a", b"\xff\xfe\x80"), On.ALL, Then.SAME),
    Case("a header with a NUL", header("x-a", b"a\0b"), On.ALL, Then.SAME),
    Case("an Accept of 10,000 ranges", header("accept", "a/b;q=0.1," * 10_000 + "*/*"), On.ALL, Then.SAME),
    Case("an Accept of 64 kB of semicolons", header("accept", ";" * 65_536), On.ALL, Then.ANY),
    Case("an Accept with a bad quality", header("accept", "*/*;q=nan, text/html;q=1e400"), On.ALL, Then.ANY),
    Case("an Accept that nothing fits", header("accept", "image/png"), On.ALL, Then.ANY),
    Case("an Accept of bytes", header("accept", b"\xff/\xfe, \0"), On.ALL, Then.ANY),
    Case("an Accept-Encoding of 64 kB", header("accept-encoding", "gzip;q=," * 8_192), On.ALL, Then.SAME),
    Case(
        "an Accept-Encoding of no sense",
        header("accept-encoding", b"\xff;q=nan, *;q=inf, gzip;q=-1"),
        On.ALL,
        Then.SAME,
    ),
    Case("two Accepts", header("accept", "text/html", "*/*;q=0.1"), On.ALL, Then.SAME),
    Case("a Range", header("range", "bytes=0-0,5-,-5," + "1-1," * 1_000), On.ALL, Then.SAME),
    Case("a Range of no sense", header("range", "bytes=9-1"), On.ALL, Then.SAME),
    Case("If-Match", header("if-match", '"no-such"'), On.ALL, Then.ANY),
    Case("If-None-Match", header("if-none-match", "*"), On.ALL, Then.ANY),
    Case("If-Modified-Since of no date", header("if-modified-since", "Fri, 99 Foo 99999"), On.ALL, Then.ANY),
    Case("If-Range", header("if-range", "\0"), On.ALL, Then.SAME),
    Case("Expect", header("expect", "100-continue"), On.ALL, Then.SAME),
    Case("an Expect that nobody meets", header("expect", "the-impossible"), On.ALL, Then.ANY),
    Case("a Host of no sense", header("host", b"\xff\0[::"), On.ALL, Then.SAME),
    Case("two Hosts", header("host", "a", "b"), On.ALL, Then.SAME),
    Case("a Host with a path", header("host", "evil.example/x?y#z\"'<>"), On.ALL, Then.SAME),
    Case("a Cookie of 64 kB", header("cookie", "a=b; " * 13_000), On.ALL, Then.SAME),
    Case("a Cookie of no sense", header("cookie", b"=;;=\xff;%zz=%zz; __proto__"), On.ALL, Then.SAME),
    Case("an Origin of no sense", header("origin", b"\xff null \0"), On.ALL, Then.SAME),
    Case("a Prefer that does not end", header("prefer", "code" * 2_000 + '"'), On.ALL, Then.ANY),
    Case("a Prefer of quotes", header("prefer", '"' * 4_001), On.ALL, Then.ANY),
    Case("a Prefer of blanks", header("prefer", " " * 8_000 + '"'), On.ALL, Then.ANY),
    Case("a Prefer of a status that is none", header("prefer", "code=99999999999999999999"), On.ALL, Then.ANY),
    Case("a Prefer of a bad seed", header("prefer", b'dynamic=true, seed="\xff\0"'), On.ALL, Then.ANY),
    Case("Connection and Upgrade", then(header("connection", "upgrade"), header("upgrade", "h2c")), On.ALL, Then.SAME),
    Case("X-Forwarded-*", then(header("x-forwarded-host", "\0"), header("x-forwarded-for", "'")), On.ALL, Then.SAME),
    Case("a URL to rewrite", header("x-original-url", "/admin"), On.ALL, Then.SAME),
)


def credential(*values: bytes | str) -> Change:
    """Send these in place of the credential, under whichever name it goes."""

    def change(wire: Wire) -> Wire:
        name = wire.headers[0][0].decode()
        return header(name, *values)(wire)

    return change


def doubled(value: bytes) -> Change:
    """Send the good credential and another one."""
    return lambda wire: Wire(
        wire.method, wire.path, wire.query, (*wire.headers, (wire.headers[0][0], value)), wire.chunks
    )


CREDENTIALS = (
    Case("no credential", credential(), On.ALL),
    Case("an empty credential", credential(""), On.ALL),
    Case("a credential of blanks", credential("   "), On.ALL),
    Case("a wrong credential", credential("wrong"), On.ALL),
    Case("a credential of bytes", credential(b"\xff\xfe\0"), On.ALL),
    Case("a credential of 64 kB", credential("x" * 65_536), On.ALL),
    Case("a good credential and a wrong one", doubled(b"wrong"), On.ALL),
    Case("a good credential and an empty one", doubled(b""), On.ALL),
    Case("a good credential with a comma", lambda wire: credential(wire.headers[0][1] + b",")(wire), On.ALL),
    Case("a credential with NUL", lambda wire: credential(wire.headers[0][1] + b"\0")(wire), On.ALL),
    Case("a scheme without a value", credential("Token"), On.ALL),
    Case("Basic without a value", header("authorization", "Basic"), On.ALL, Then.ANY),
    Case("Basic that is no Base64", header("authorization", "Basic !!!"), On.ALL, Then.ANY),
    Case("Basic of Latin-1", header("authorization", b"Basic \xe9\xff"), On.ALL, Then.ANY),
    Case("Basic of no UTF-8", header("authorization", "Basic //79/A=="), On.ALL, Then.ANY),
    Case("Basic without a colon", header("authorization", "Basic YWRtaW4="), On.ALL, Then.ANY),
    Case("Basic of a lone colon", header("authorization", "Basic Og=="), On.ALL, Then.ANY),
    Case("a Token of the wrong scheme", header("authorization", "Bearer Token Basic"), On.ALL, Then.ANY),
    Case("Digest", header("authorization", 'Digest username="a", realm="b'), On.ALL, Then.ANY),
    Case("the word tripled", lambda wire: credential(b"Token Token " + wire.headers[0][1])(wire), On.ALL),
)

CASES = (*BODIES, *MEDIA, *FORMS, *XMLS, *LENGTHS, *PATHS, *QUERIES, *METHODS, *HEADERS, *CREDENTIALS)
