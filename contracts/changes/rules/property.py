"""The rules for the properties of an object: sent or shown, required, read-only and write-only."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.changes.rules.schema_pair import SchemaPair, SchemaRule
from contracts.changes.types import Found, Level, Rule, Spot

BREAKING, WARNING, INFO = Level


def _gone(pair: SchemaPair) -> Iterator[tuple[str, Spot]]:
    """Yield the properties that NEW does not have, neither for this side nor for the other."""
    for name, child in pair.old.properties.items():
        if name not in pair.new.properties and name not in pair.new.withheld:
            yield name, child


def request_property_refused(pair: SchemaPair) -> Iterator[Found]:
    for name, child in _gone(pair) if pair.is_request and pair.new.additional is False else ():
        yield pair.at(
            name,
            f"{name} is no longer accepted: it is gone, and no others are allowed",
            child,
            None,
        )


def request_property_removed(pair: SchemaPair) -> Iterator[Found]:
    for name, child in _gone(pair) if pair.is_request and pair.new.additional is not False else ():
        yield pair.at(name, f"{name} is gone: who sends it may no longer be heard", child, None)


def request_property_added(pair: SchemaPair) -> Iterator[Found]:
    for name, child in pair.new.properties.items() if pair.is_request else ():
        known = name in pair.old.properties or name in pair.old.withheld
        if not known and name not in pair.new.required:
            yield pair.at(name, f"{name} can be sent now", None, child)


def request_property_required(pair: SchemaPair) -> Iterator[Found]:
    for name in sorted(pair.new.required - pair.old.required) if pair.is_request else ():
        new = "" if name in pair.old.properties else "new and "
        yield pair.at(
            name,
            f"{name} is {new}required",
            pair.old.properties.get(name),
            pair.new.properties.get(name),
        )


def request_property_optional(pair: SchemaPair) -> Iterator[Found]:
    for name in sorted(pair.old.required - pair.new.required) if pair.is_request else ():
        if name in pair.new.properties:
            yield pair.at(
                name,
                f"{name} need not be sent",
                pair.old.properties.get(name),
                pair.new.properties[name],
            )


def request_property_read_only(pair: SchemaPair) -> Iterator[Found]:
    for name, child in pair.old.properties.items() if pair.is_request else ():
        if name in pair.new.withheld:
            message = f"{name} is read-only now: what a client sends is not kept"
            yield pair.at(name, message, child, pair.new.withheld[name])


def request_property_writable(pair: SchemaPair) -> Iterator[Found]:
    for name, child in pair.old.withheld.items() if pair.is_request else ():
        if name in pair.new.properties and name not in pair.new.required:
            yield pair.at(name, f"{name} can be written now", child, pair.new.properties[name])


def reply_property_removed(pair: SchemaPair) -> Iterator[Found]:
    for name, child in () if pair.is_request else _gone(pair):
        yield pair.at(name, f"{name} is gone", child, None)


def reply_property_write_only(pair: SchemaPair) -> Iterator[Found]:
    for name, child in {} if pair.is_request else pair.old.properties.items():
        if name in pair.new.withheld:
            yield pair.at(
                name, f"{name} is write-only now: no reply shows it", child, pair.new.withheld[name]
            )


def reply_property_added(pair: SchemaPair) -> Iterator[Found]:
    for name, child in {} if pair.is_request else pair.new.properties.items():
        if name not in pair.old.properties:
            yield pair.at(
                name, f"{name} comes with a reply now", pair.old.withheld.get(name), child
            )


def reply_property_optional(pair: SchemaPair) -> Iterator[Found]:
    for name in () if pair.is_request else sorted(pair.old.required - pair.new.required):
        if (
            name in pair.new.properties or name not in pair.old.properties
        ):  # else it is gone, which is told as such
            message = f"{name} may be missing from a reply"
            yield pair.at(
                name, message, pair.old.properties.get(name), pair.new.properties.get(name)
            )


def reply_property_required(pair: SchemaPair) -> Iterator[Found]:
    for name in () if pair.is_request else sorted(pair.new.required - pair.old.required):
        if name in pair.old.properties:
            old, new = pair.old.properties[name], pair.new.properties.get(name)
            yield pair.at(name, f"{name} is in every reply now", old, new)


PROPERTY_RULES: tuple[SchemaRule, ...] = (
    Rule(
        "request-property-refused",
        BREAKING,
        "A property is gone from a closed request.",
        request_property_refused,
    ),
    Rule(
        "request-property-removed",
        WARNING,
        "A property is gone from an open request.",
        request_property_removed,
    ),
    Rule(
        "request-property-added",
        INFO,
        "A request has a new optional property.",
        request_property_added,
    ),
    Rule(
        "request-property-required",
        BREAKING,
        "A request must hold a property.",
        request_property_required,
    ),
    Rule(
        "request-property-optional",
        INFO,
        "A property need no longer be sent.",
        request_property_optional,
    ),
    Rule(
        "request-property-read-only",
        BREAKING,
        "A property can only be read now.",
        request_property_read_only,
    ),
    Rule(
        "request-property-writable",
        INFO,
        "A read-only property can be written now.",
        request_property_writable,
    ),
    Rule(
        "reply-property-removed",
        BREAKING,
        "A property is gone from a reply.",
        reply_property_removed,
    ),
    Rule(
        "reply-property-write-only",
        BREAKING,
        "A property of a reply is write-only now.",
        reply_property_write_only,
    ),
    Rule("reply-property-added", INFO, "A reply has a new property.", reply_property_added),
    Rule(
        "reply-property-optional",
        BREAKING,
        "A property may be missing from a reply.",
        reply_property_optional,
    ),
    Rule(
        "reply-property-required",
        INFO,
        "A property is in every reply now.",
        reply_property_required,
    ),
)
