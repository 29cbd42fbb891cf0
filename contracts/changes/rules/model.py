"""The rules for what no document says: two models in, what an API does otherwise though its
document looks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from contracts.changes.operations import template
from contracts.changes.types import Found, Level, Place, Rule, Where, const_text
from contracts.openapi import parameters
from mockserver.document.pointers import join
from mockserver.model.types import Kind, Model, Operation, Resource

BREAKING, WARNING, INFO = Level


@dataclass(frozen=True, slots=True)
class ModelPair:
    """An API as it was understood and as it is."""

    old: Model
    new: Model


ModelRule = Rule[ModelPair]


def _operations(pair: ModelPair) -> Iterator[tuple[Operation, Operation]]:
    """Yield the operations that are in both."""
    there = {(template(each.path), each.method): each for each in pair.new.operations}
    for each in pair.old.operations:
        other = there.get((template(each.path), each.method))
        if other is not None:
            yield each, other


def _found(
    old: Operation,
    new: Operation,
    message: str,
    where: Where = Where.OPERATION,
    name: str = "",
    *path: str,
) -> Found:
    pointers = [join(["paths", each.path, each.method.lower()]) for each in (old, new)]
    return Found(message, pointers[0], pointers[1], place=Place(old.label, where, name, path))


def _resources(pair: ModelPair) -> Iterator[tuple[Resource, Resource, Operation, Operation]]:
    """Yield the resources that are in both, each with an operation on it: the one that makes
    records, if any does.
    """
    first: dict[str, tuple[Operation, Operation]] = {}
    for old, new in _operations(pair):
        if old.resource is not None and new.resource == old.resource:
            first.setdefault(old.resource, (old, new))
            if old.kind is Kind.CREATE and first[old.resource][0].kind is not Kind.CREATE:
                first[old.resource] = (old, new)
    for name, (old, new) in first.items():
        yield pair.old.resources[name], pair.new.resources[name], old, new


def key_changed(pair: ModelPair) -> Iterator[Found]:
    for before, after, old, new in _resources(pair):
        if before.key != after.key:
            found = _found(old, new, f"{before.name} are known by {after.key}, not by {before.key}")
            yield found
            others = [
                each
                for each, _ in _operations(pair)
                if each.resource == before.name and each != old
            ]
            yield from (replace(found, place=Place(each.label)) for each in others)


def replaces(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        if old.kind is Kind.MERGE and new.kind is Kind.REPLACE:
            yield _found(old, new, "what is not sent goes now; it stayed", Where.BODY)


def merges(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        if old.kind is Kind.REPLACE and new.kind is Kind.MERGE:
            yield _found(old, new, "what is not sent stays now; it went", Where.BODY)


def kind_changed(pair: ModelPair) -> Iterator[Found]:
    puts = {Kind.MERGE, Kind.REPLACE}
    for old, new in _operations(pair):
        if (
            old.kind is not new.kind
            and new.kind is not Kind.STATELESS
            and {old.kind, new.kind} != puts
        ):
            yield _found(old, new, f"it does another thing: {old.kind} became {new.kind}")


def kind_lost(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        if new.kind is Kind.STATELESS and old.kind is not Kind.STATELESS:
            yield _found(old, new, f"it is no longer understood as {old.kind} of {old.resource}")


def paging_changed(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        before, after = old.paging, new.paging
        if before.style != after.style and old.kind is new.kind:
            yield _found(
                old, new, f"pages were cut by {before.style} and are by {after.style}", Where.QUERY
            )
        elif (before.number, before.size) != (after.number, after.size) and _declared(
            pair.new, new, before.number, before.size
        ):
            told = (
                f"pages were chosen by {before.number} and {before.size}, and are by "
                f"{after.number} and {after.size}"
            )
            yield _found(old, new, told, Where.QUERY)


def page_size_changed(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        before, after = old.paging, new.paging
        if before.style == after.style and before.default != after.default:
            told = (
                f"a page has {after.default or 'all'} records when nothing is said; it had "
                f"{before.default or 'all'}"
            )
            yield _found(old, new, told, Where.QUERY, before.size or "")


def envelope_changed(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        if old.kind is new.kind and old.kind is not Kind.STATELESS:
            for word in ("one", "many", "item", "count", "removed"):
                before, after = getattr(old.envelope, word), getattr(new.envelope, word)
                if word in _worn(old.kind) and const_text(before) != const_text(after):
                    told = f"a reply was {_short(before)} and is {_short(after)}"
                    yield _found(old, new, told, Where.REPLY, str(old.success))
            if old.envelope.request != new.envelope.request:
                before, after = (each.envelope.request or "nothing" for each in (old, new))
                told = f"a body was sent in {before} and is in {after}"
                yield _found(old, new, told, Where.BODY)


def _worn(kind: Kind) -> tuple[str, ...]:
    """Return the envelopes that replies of a kind come in."""
    if kind in (Kind.LIST, Kind.VIEW):
        return ("many", "item")
    if kind in (Kind.DELETE, Kind.BULK_DELETE):
        return ("removed",)
    return ("count",) if kind is Kind.COUNT else ("one",)


def _short(template_: Any) -> str:
    text = const_text(template_).replace('"$value"', "...")
    return text if len(text) < 80 else f"{text[:77]}..."


def stored_default_changed(pair: ModelPair) -> Iterator[Found]:
    for before, after, old, new in _resources(pair):
        for name, value in before.defaults.items():
            if const_text(value) != const_text(after.defaults.get(name)):
                now = const_text(after.defaults[name]) if name in after.defaults else "nothing"
                told = (
                    f"{name} of new {before.name} is {now} when it is not sent; it was "
                    f"{const_text(value)}"
                )
                yield _found(old, new, told, Where.BODY, "", name)


def answered_otherwise(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        for word, kinds in (("success", None), ("created", (Kind.CREATE, Kind.UPSERT))):
            before, after = getattr(old, word), getattr(new, word)
            if old.kind is new.kind and before != after and (kinds is None or old.kind in kinds):
                if word == "success" and old.kind is Kind.CREATE:
                    continue
                told = f"success is {after}, not {before}"
                yield _found(old, new, told, Where.REPLY, str(before))


def filter_lost(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        kept = {(each.param, each.field) for each in new.filters}
        for each in old.filters:
            if (each.param, each.field) not in kept and _declared(pair.new, new, each.param):
                told = f"{each.param} no longer narrows the list to those whose {each.field} it is"
                yield _found(old, new, told, Where.QUERY, each.param)


def sort_lost(pair: ModelPair) -> Iterator[Found]:
    for old, new in _operations(pair):
        if (
            old.sort_param
            and new.sort_param != old.sort_param
            and _declared(pair.new, new, old.sort_param)
        ):
            yield _found(
                old, new, f"{old.sort_param} no longer sorts the list", Where.QUERY, old.sort_param
            )


def _declared(model: Model, operation: Operation, *names: str | None) -> bool:
    """Tell whether all parameters are still in the document: where one is gone, that is told by a
    rule of its own.
    """
    there = {
        each.get("name")
        for each in parameters(model.document.spec, operation.path, operation.method)
    }
    return all(name is None or name in there for name in names)


MODEL_RULES: tuple[ModelRule, ...] = (
    Rule("key-changed", BREAKING, "Records are known by another key.", key_changed),
    Rule("put-replaces", BREAKING, "A change that kept what was not sent now drops it.", replaces),
    Rule("put-merges", WARNING, "A change that dropped what was not sent now keeps it.", merges),
    Rule("kind-changed", BREAKING, "An operation does another thing.", kind_changed),
    Rule("kind-lost", WARNING, "An operation is no longer understood.", kind_lost),
    Rule("paging-changed", BREAKING, "Lists are cut into pages otherwise.", paging_changed),
    Rule(
        "page-size-changed",
        WARNING,
        "A page has another size when none is asked for.",
        page_size_changed,
    ),
    Rule(
        "envelope-changed",
        BREAKING,
        "Records come, or are sent, in another envelope.",
        envelope_changed,
    ),
    Rule(
        "stored-default-changed",
        WARNING,
        "A property that is not sent becomes something else.",
        stored_default_changed,
    ),
    Rule(
        "answered-otherwise",
        BREAKING,
        "The server chooses another status of success.",
        answered_otherwise,
    ),
    Rule("filter-lost", BREAKING, "A parameter no longer narrows a list.", filter_lost),
    Rule("sort-lost", BREAKING, "A parameter no longer sorts a list.", sort_lost),
)
