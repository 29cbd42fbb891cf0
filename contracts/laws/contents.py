"""Laws of contents that are no JSON, such as files: the bytes that were sent are those that are
read, whole (RFC 9110, section 9.3.1) or in a range (section 14), and what tells of them is right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.caller import Keys
from contracts.requests.drafts import Record
from contracts.requests.samples import Body
from contracts.targets.target import Answer
from mockserver.exchange import Headers
from mockserver.model.types import Operation

TEXTS = (b"0123456789abcdef", b"fedcba9876543210" * 3, b"\x00\xff\r\n\xc3\xbc")
_SIZE = re.compile(
    r"^((file|content)_?)?(size|bytes|length)(_?(in_?)?bytes)?$|^content_?length$",
    re.I,
)
_DIGESTS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5}
_FITS = re.compile(r"\b(fit|match|equal|same|agree|wrong|differ|mismatch)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """Where the content of a record is written and read, and the media type it is sent in."""

    write: Operation
    read: Operation
    media_type: str


def contents_are_kept(world: World) -> None:
    """Write one content after another and read each, whole and in parts."""
    tried = False
    for content in _contents(world):
        world.begin()
        made = world.make()
        for sent in TEXTS:
            answer = _written(
                world,
                content,
                made,
                sent,
                {},
            )
            if not answer.succeeded:
                continue
            tried = True
            _check_read(
                world,
                content,
                made,
                sent,
            )
            _check_told(
                world,
                content,
                made,
                sent,
            )
        _check_digest(
            world,
            content,
            made,
        )
    if not tried:
        raise Untried("nothing takes a content that is no JSON")


def _contents(world: World) -> Iterator[Content]:
    """Yield the contents below the items of a place."""
    item = world.place.item_path
    model = world.visit.subject.model
    for operation in model.operations:
        request = operation.described.request
        below = operation.path.startswith(f"{item}/") and operation.path.count("{") == item.count(
            "{"
        )
        if not below or operation.method not in ("PUT", "POST") or request is None:
            continue
        plain = [each for each in request.content if _is_plain(each)]
        read = model.labeled(f"GET {operation.path}")
        if read is None or not plain:
            continue
        shown = read.described.response(200).content
        if any(_is_plain(each) for each in shown):
            yield Content(
                operation,
                read,
                plain[0],
            )


def _is_plain(media_type: str) -> bool:
    """Tell whether bytes are sent as they are in a media type."""
    return media_type in ("application/octet-stream", "*/*", "text/plain", "application/pdf")


def _at(world: World, made: Made) -> Keys:
    return {**made.above, str(world.place.key_param): made.key}


def _written(
    world: World, content: Content, made: Made, sent: bytes, headers: Mapping[str, str]
) -> Answer:
    media_type = content.media_type.replace(
        "*/*",
        "application/octet-stream",
    )
    body = Body(sent.decode("latin-1"), media_type)
    request = world.visit.granted(content.write, _at(world, made), body)
    whole = {**request.headers, "Content-Type": media_type, **headers}
    return world.visit.send_raw(replace(request, headers=Headers(whole), content=sent))


def _asked(world: World, content: Content, made: Made, **headers: str) -> Answer:
    request = world.visit.granted(content.read, _at(world, made))
    kept = {name: text for name, text in request.headers.items() if name.lower() != "range"}
    return world.visit.send_raw(request.with_headers({**kept, "Accept": "*/*", **headers}))


def _check_read(world: World, content: Content, made: Made, sent: bytes) -> None:
    read = content.read
    whole = _asked(
        world,
        content,
        made,
    )
    if not whole.succeeded:
        raise Broken(read, f"the {len(sent)} bytes that were sent", str(whole.status), "status")
    _demand(
        read,
        whole.content,
        sent,
        "the content that was sent",
    )
    request = world.visit.granted(read, _at(world, made))
    head = world.visit.send_raw(replace(request, method="HEAD"))
    length = head.headers.get("content-length")
    if head.succeeded and length is not None and length != str(len(sent)):
        told = f"{len(sent)}, as GET has it"
        raise Broken(
            read,
            told,
            length,
            "content-length",
        )
    for first, last in ((2, 5), (0, 0), (3, len(sent) + 100)):
        answer = _asked(
            world,
            content,
            made,
            Range=f"bytes={first}-{last}",
        )
        if answer.status == 206:
            _check_range(
                read,
                answer,
                sent,
                first,
                last,
            )
    last_ones = _asked(
        world,
        content,
        made,
        Range="bytes=-4",
    )
    if last_ones.status == 206:
        _demand(
            read,
            last_ones.content,
            sent[-4:],
            "the last 4 bytes",
        )
    if read.described.documents(416):
        beyond = _asked(world, content, made, Range=f"bytes={len(sent) + 10}-")
        demand_refusal(read, beyond, "the range is beyond the end", refusal="a refusal (416)")


def _check_range(read: Operation, answer: Answer, sent: bytes, first: int, last: int) -> None:
    part = sent[first : last + 1]
    _demand(read, answer.content, part, f"the bytes {first} to {first + len(part) - 1}")
    told = answer.headers.get("content-range")
    expected = f"bytes {first}-{first + len(part) - 1}/{len(sent)}"
    if told is not None and told not in (expected, expected.replace(f"/{len(sent)}", "/*")):
        raise Broken(read, expected, told, "content-range")


def _demand(read: Operation, got: bytes, wanted: bytes, told: str) -> None:
    if got != wanted:
        actual = f"{len(got)} bytes, {got[:20]!r}"
        raise Broken(read, f"{told}, {len(wanted)} bytes, {wanted[:20]!r}", actual)


def _check_told(world: World, content: Content, made: Made, sent: bytes) -> None:
    """Hold what the record tells of its content: its size, its digest."""
    if world.place.read is None:
        return
    record: Record = world.record(made)
    for name, value in record.items():
        if isinstance(value, bool):
            continue
        if _SIZE.search(name) and isinstance(value, int) and value != len(sent):
            told = f"{len(sent)}, the size of the content"
            raise Broken(world.place.read, told, str(value), f"/{name}")
        for word, digest in _DIGESTS.items():
            made_of = digest(sent, usedforsecurity=False).hexdigest()
            is_digest = word in name.lower() and isinstance(value, str)
            if is_digest and len(value) == len(made_of) and value.lower() != made_of:
                told = f"{made_of}, the digest of the content"
                raise Broken(world.place.read, told, value, f"/{name}")


def _check_digest(world: World, content: Content, made: Made) -> None:
    """Write a content with the digest of another one, where the document says that it must fit."""
    write = content.write
    if not any(map(write.described.documents, (400, 409, 412, 422))):
        return
    for header in write.described.parameters_in("header"):
        for word, digest in _DIGESTS.items():
            if word not in header.name.lower() or not _FITS.search(header.description):
                continue
            wrong = digest(b"another one", usedforsecurity=False).hexdigest()
            answer = _written(
                world,
                content,
                made,
                TEXTS[0],
                {header.name: wrong},
            )
            demand_refusal(write, answer, f"{header.name} is that of another content")
