"""Hostile requests whose method, path, query, headers or credentials are odd."""

from __future__ import annotations

from mockserver.asgi.request import LARGEST_BODY
from tests.hostile.case import DEEP, Case, On, Then
from tests.hostile.wire import (
    Change,
    Wire,
    again,
    body,
    chunks,
    header,
    last,
    method,
    path,
    query,
    then,
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
    Case(
        "a list of extensions",
        path(lambda old: old.rstrip(b"/") + b".json.xml.json"),
        On.ALL,
        Then.ANY,
    ),
    Case("no path", path(lambda old: b""), On.ALL),
    Case("an asterisk", path(lambda old: b"*"), On.ALL),
    Case("an absolute URL", path(lambda old: b"http://elsewhere.example" + old), On.ALL),
    Case(
        "the reserved path, climbing",
        path(lambda old: b"/__admin/docs/static/..%2f..%2fx"),
        On.ALL,
        Then.ANY,
    ),
    Case("the reserved path, encoded", path(lambda old: b"/%5f%5fadmin/"), On.ALL, Then.ANY),
)

QUERIES = (
    Case(
        "10,000 parameters",
        query(b"&".join(b"p%d=1" % at for at in range(10_000))),
        On.ALL,
        Then.ANY,
    ),
    Case("one parameter 10,000 times", query(b"&".join([b"page=1"] * 10_000)), On.ALL, Then.ANY),
    Case("100,000 brackets in a query", query(b"filter" + b"[a]" * DEEP + b"=1"), On.ALL, Then.ANY),
    Case("a query of ampersands", query(b"&" * 10_000), On.ALL, Then.ANY),
    Case("a query of equals signs", query(b"=" * 10_000), On.ALL, Then.ANY),
    Case("a query of 1 MB", query(b"page=" + b"1" * 1_000_000), On.ALL, Then.ANY),
    Case("bad percents in a query", query(b"page=%zz&%=%&limit=%1"), On.ALL, Then.ANY),
    Case(
        "bytes that are no UTF-8 in a query", query(b"page=\xff&\xfe=1&%ff=%fe"), On.ALL, Then.ANY
    ),
    Case("NULs in a query", query(b"page=%00&limit=\0&%00=1"), On.ALL, Then.ANY),
    Case(
        "line ends in a query", query(b"page=1%0d%0aSet-Cookie:%20a=b&limit=%0a1"), On.ALL, Then.ANY
    ),
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
    Case(
        "words for the mock, wrong",
        query(b"__code=1e9&__seed=%00&__dynamic=maybe&__example=no"),
        On.ALL,
        Then.ANY,
    ),
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
    Case(
        "another method asked for by a header",
        header("x-http-method-override", "DELETE"),
        On.ALL,
        Then.SAME,
    ),
    Case("another method by X-HTTP-Method", header("x-http-method", "PUT"), On.ALL, Then.SAME),
    Case(
        "another method by X-Method-Override",
        header("x-method-override", "PATCH"),
        On.ALL,
        Then.SAME,
    ),
    Case("HEAD with a body", then(body(b"{"), method("HEAD")), On.ALL, Then.ANY),
    Case("OPTIONS with a body", then(body(b"{"), method("OPTIONS")), On.ALL, Then.ANY),
    Case(
        "OPTIONS of everything", then(method("OPTIONS"), path(lambda old: b"*")), On.ALL, Then.ANY
    ),
    Case("GET with a body", body(b"{"), On.READS, Then.SAME),
    Case(
        "a body that nobody reads, over the limit",
        chunks(b"x" * (LARGEST_BODY + 1)),
        On.READS,
        Then.ANY,
    ),
)


def many(name: bytes, count: int) -> Change:
    def change(wire: Wire) -> Wire:
        return Wire(
            wire.method,
            wire.path,
            wire.query,
            (*wire.headers, *[(name, b"1")] * count),
            wire.chunks,
        )

    return change


def numbered(count: int) -> Change:
    return then(*(again(f"x-{at}", "1") for at in range(count)))


HEADERS = (
    Case("1,000 headers", numbered(1_000), On.ALL, Then.SAME),
    Case("one header 1,000 times", many(b"x-a", 1_000), On.ALL, Then.SAME),
    Case("a header of 64 kB", header("x-a", "a" * 65_536), On.ALL, Then.SAME),
    Case("a header of no UTF-8", header("x-a", b"\xff\xfe\x80"), On.ALL, Then.SAME),
    Case("a header with a NUL", header("x-a", b"a\0b"), On.ALL, Then.SAME),
    Case(
        "an Accept of 10,000 ranges",
        header("accept", "a/b;q=0.1," * 10_000 + "*/*"),
        On.ALL,
        Then.SAME,
    ),
    Case("an Accept of 64 kB of semicolons", header("accept", ";" * 65_536), On.ALL, Then.ANY),
    Case(
        "an Accept with a bad quality",
        header("accept", "*/*;q=nan, text/html;q=1e400"),
        On.ALL,
        Then.ANY,
    ),
    Case("an Accept that nothing fits", header("accept", "image/png"), On.ALL, Then.ANY),
    Case("an Accept of bytes", header("accept", b"\xff/\xfe, \0"), On.ALL, Then.ANY),
    Case(
        "an Accept-Encoding of 64 kB",
        header("accept-encoding", "gzip;q=," * 8_192),
        On.ALL,
        Then.SAME,
    ),
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
    Case(
        "If-Modified-Since of no date",
        header("if-modified-since", "Fri, 99 Foo 99999"),
        On.ALL,
        Then.ANY,
    ),
    Case("If-Range", header("if-range", "\0"), On.ALL, Then.SAME),
    Case("Expect", header("expect", "100-continue"), On.ALL, Then.SAME),
    Case("an Expect that nobody meets", header("expect", "the-impossible"), On.ALL, Then.ANY),
    Case("a Host of no sense", header("host", b"\xff\0[::"), On.ALL, Then.SAME),
    Case("two Hosts", header("host", "a", "b"), On.ALL, Then.SAME),
    Case("a Host with a path", header("host", "evil.example/x?y#z\"'<>"), On.ALL, Then.SAME),
    Case("a Cookie of 64 kB", header("cookie", "a=b; " * 13_000), On.ALL, Then.SAME),
    Case(
        "a Cookie of no sense", header("cookie", b"=;;=\xff;%zz=%zz; __proto__"), On.ALL, Then.SAME
    ),
    Case("an Origin of no sense", header("origin", b"\xff null \0"), On.ALL, Then.SAME),
    Case("a Prefer that does not end", header("prefer", "code" * 2_000 + '"'), On.ALL, Then.ANY),
    Case("a Prefer of quotes", header("prefer", '"' * 4_001), On.ALL, Then.ANY),
    Case("a Prefer of blanks", header("prefer", " " * 8_000 + '"'), On.ALL, Then.ANY),
    Case(
        "a Prefer of a status that is none",
        header("prefer", "code=99999999999999999999"),
        On.ALL,
        Then.ANY,
    ),
    Case(
        "a Prefer of a bad seed", header("prefer", b'dynamic=true, seed="\xff\0"'), On.ALL, Then.ANY
    ),
    Case(
        "Connection and Upgrade",
        then(header("connection", "upgrade"), header("upgrade", "h2c")),
        On.ALL,
        Then.SAME,
    ),
    Case(
        "X-Forwarded-*",
        then(header("x-forwarded-host", "\0"), header("x-forwarded-for", "'")),
        On.ALL,
        Then.SAME,
    ),
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
        wire.method,
        wire.path,
        wire.query,
        (*wire.headers, (wire.headers[0][0], value)),
        wire.chunks,
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
    Case(
        "a good credential with a comma",
        lambda wire: credential(wire.headers[0][1] + b",")(wire),
        On.ALL,
    ),
    Case(
        "a credential with NUL", lambda wire: credential(wire.headers[0][1] + b"\0")(wire), On.ALL
    ),
    Case("a scheme without a value", credential("Token"), On.ALL),
    Case("Basic without a value", header("authorization", "Basic"), On.ALL, Then.ANY),
    Case("Basic that is no Base64", header("authorization", "Basic !!!"), On.ALL, Then.ANY),
    Case("Basic of Latin-1", header("authorization", b"Basic \xe9\xff"), On.ALL, Then.ANY),
    Case("Basic of no UTF-8", header("authorization", "Basic //79/A=="), On.ALL, Then.ANY),
    Case("Basic without a colon", header("authorization", "Basic YWRtaW4="), On.ALL, Then.ANY),
    Case("Basic of a lone colon", header("authorization", "Basic Og=="), On.ALL, Then.ANY),
    Case(
        "a Token of the wrong scheme",
        header("authorization", "Bearer Token Basic"),
        On.ALL,
        Then.ANY,
    ),
    Case("Digest", header("authorization", 'Digest username="a", realm="b'), On.ALL, Then.ANY),
    Case(
        "the word tripled",
        lambda wire: credential(b"Token Token " + wire.headers[0][1])(wire),
        On.ALL,
    ),
)
