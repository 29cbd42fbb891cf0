"""What an operation takes and gives: its parameters, body, replies and headers, each with its
pointer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.changes.operations import Listed, OperationPair
from contracts.changes.types import Place, Root, Spot, Where
from contracts.requests.samples import NOT_PARAMETERS
from mockserver.document.pointers import join
from mockserver.mediatype import plain_media_type
from mockserver.model.schema.schemas import Direction

Named = dict[tuple[Where, str], Spot]


def parameters_of(each: Listed) -> Named:
    """Return the parameters by place and name; the operation's own win over those of its path.

    Headers are named in small letters. A path parameter is known by its position, for its name is
    not sent.
    """
    found: Named = {}
    item = each.spec["paths"][each.path]
    for holder, pointer in ((item, join(["paths", each.path])), (each.value, each.pointer)):
        for index, said in enumerate(holder.get("parameters") or ()):
            where, name = str(said.get("in")), str(said.get("name"))
            if where == "path":
                name = str(each.path.partition("{" + name + "}")[0].count("{"))
            if where == "header":
                name = name.lower()
            if where in ("path", "query", "cookie") or (
                where == "header" and name not in NOT_PARAMETERS
            ):
                found[Where(where), name] = Spot(said, f"{pointer}/parameters/{index}")
    return found


def body_of(each: Listed) -> Spot | None:
    """Return the request body, None when there is none."""
    said = each.value.get("requestBody")
    return (
        Spot(said, f"{each.pointer}/requestBody")
        if isinstance(said, Mapping) and said.get("content")
        else None
    )


def content_of(holder: Spot) -> dict[str, Spot]:
    """Return what a body, a reply or a parameter holds, by media type without its parameters."""
    said: Any = holder.value
    content = said.get("content") if isinstance(said, Mapping) else None
    found: dict[str, Spot] = {}
    for name, media in (content or {}).items():
        found.setdefault(plain_media_type(str(name)), Spot(media or {}, holder.at("content", name)))
    return found


def replies_of(each: Listed) -> dict[str, Spot]:
    """Return the replies by status; a class is spelled `2XX`."""
    said = each.value.get("responses") or {}
    spots = (
        (str(status), Spot(reply, f"{each.pointer}/responses/{status}"))
        for status, reply in said.items()
    )
    return {_status(status): spot for status, spot in spots if isinstance(spot.value, Mapping)}


def _status(said: str) -> str:
    return said.upper() if said[:1].isdigit() else said


def reply_like(replies: Mapping[str, Spot], status: str) -> Spot | None:
    """Return the reply that a status has: its own, that of its class, else the default."""
    for name in (status, f"{status[:1]}XX", "default"):
        if name in replies:
            return replies[name]
    return None


def headers_of(reply: Spot) -> dict[str, Spot]:
    """Return the headers of a reply by name in small letters."""
    said: Any = reply.value
    headers = said.get("headers") or {}
    return {
        str(name).lower(): Spot(value, reply.at("headers", name))
        for name, value in headers.items()
        if isinstance(value, Mapping)
    }


def schema_of(holder: Spot) -> Spot:
    """Return the schema that a parameter, a header or a media type object holds; the empty one
    where there is none.
    """
    said: Any = holder.value
    if "schema" in said:
        return Spot(said["schema"], holder.at("schema"))
    media = next(iter(content_of(holder).values()), None)
    return schema_of(media) if media is not None else Spot({}, holder.at("schema"))


def media_pairs(old: Spot, new: Spot) -> Iterator[tuple[str, Spot, Spot]]:
    """Yield what both hold in one media type; a range such as `*/*` stands for all that it
    covers.
    """
    before, after = content_of(old), content_of(new)
    for name, media in before.items():
        other = after.get(name) or next(
            (spot for each, spot in after.items() if covers(each, name)), None
        )
        if other is not None:
            yield name, media, other


def covers(wide: str, narrow: str) -> bool:
    """Tell whether a media type or a range of them takes another one (RFC 9110, section 12.5.1)."""
    kind, _, sub = wide.partition("/")
    return wide in ("*/*", narrow) or (sub == "*" and narrow.partition("/")[0] == kind)


def uncovered(one: Spot, other: Spot) -> Iterator[str]:
    """Yield the media types of one that the other does not cover."""
    there = content_of(other)
    for name in content_of(one):
        if not any(covers(each, name) for each in there):
            yield name


def is_required(spot: Spot | None) -> bool:
    """Tell whether a parameter, a body or a header says that it is always there."""
    said: Any = spot.value if spot is not None else {}
    return said.get("required") is True


def success(statuses: Mapping[str, Any]) -> list[str]:
    """Return the statuses of success."""
    return sorted(status for status in statuses if status.startswith("2"))


def roots_of(pair: OperationPair) -> Iterator[Root]:
    """Yield every place in which both sides of an operation carry a schema."""
    if pair.both is None:
        return
    old, new = pair.both
    after = parameters_of(new)
    for (where, name), spot in parameters_of(old).items():
        if (where, name) in after:
            place = Place(pair.label, where, shown(where, spot))
            yield Root(place, schema_of(spot), schema_of(after[where, name]), Direction.REQUEST)
    bodies = body_of(old), body_of(new)
    if bodies[0] is not None and bodies[1] is not None:
        for name, media, other in media_pairs(bodies[0], bodies[1]):
            yield Root(
                Place(pair.label, Where.BODY, name),
                schema_of(media),
                schema_of(other),
                Direction.REQUEST,
            )
    yield from _reply_roots(pair.label, replies_of(old), replies_of(new))
    yield from _callback_roots(pair.label, old, new)


def shown(where: Where, spot: Spot) -> str:
    """Return the name of a parameter as it is spelled."""
    said: Any = spot.value
    return str(said.get("name"))


def _reply_roots(
    label: str, before: Mapping[str, Spot], after: Mapping[str, Spot]
) -> Iterator[Root]:
    moved = moved_status(before, after)
    for status, reply in before.items():
        other = (
            after.get(moved)
            if moved and status == success(before)[0]
            else reply_like(after, status)
        )
        if other is None:
            continue
        for _, media, beside in media_pairs(reply, other):
            yield Root(
                Place(label, Where.REPLY, status),
                schema_of(media),
                schema_of(beside),
                Direction.REPLY,
            )
        theirs = headers_of(other)
        for name, header in headers_of(reply).items():
            if name in theirs:
                place = Place(label, Where.REPLY_HEADER, f"{status} {name}")
                yield Root(place, schema_of(header), schema_of(theirs[name]), Direction.REPLY)


def moved_status(before: Mapping[str, Spot], after: Mapping[str, Spot]) -> str | None:
    """Return the status that the only success has now, None when it has not moved to one other."""
    old, new = success(before), success(after)
    return (
        new[0]
        if len(old) == len(new) == 1 and old != new and reply_like(_classes(after), old[0]) is None
        else None
    )


def _classes(replies: Mapping[str, Spot]) -> dict[str, Spot]:
    return {status: spot for status, spot in replies.items() if status.endswith("XX")}


def callbacks_of(each: Listed) -> dict[str, Spot]:
    """Return the bodies of callbacks by name, expression and method. Who is called back receives
    them.
    """
    found: dict[str, Spot] = {}
    for name, callback in (each.value.get("callbacks") or {}).items():
        for expression, item in (callback or {}).items() if isinstance(callback, Mapping) else ():
            for method, said in item.items() if isinstance(item, Mapping) else ():
                if isinstance(said, Mapping) and "responses" in said:
                    pointer = each.pointer + join(["callbacks", name, expression, method])
                    found[f"{name} {str(method).upper()} {expression}"] = Spot(said, pointer)
    return found


def _callback_roots(label: str, old: Listed, new: Listed) -> Iterator[Root]:
    after = callbacks_of(new)
    for name, said in callbacks_of(old).items():
        bodies = [
            Spot(_body(each), each.at("requestBody"))
            for each in (said, after.get(name))
            if each is not None
        ]
        if len(bodies) == 2:
            for _, media, beside in media_pairs(*bodies):
                yield Root(
                    Place(label, Where.CALLBACK, name),
                    schema_of(media),
                    schema_of(beside),
                    Direction.REPLY,
                )


def _body(spot: Spot) -> Any:
    said: Any = spot.value
    return said.get("requestBody") or {}
