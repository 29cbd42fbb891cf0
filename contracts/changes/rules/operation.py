"""The rules for an operation as a whole: whether it is there, where it is, and who may call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contracts.changes.operations import OperationPair, OperationRule, template
from contracts.changes.types import Found, Level, Rule
from contracts.openapi import Spec

BREAKING, WARNING, INFO = Level


def _gone(pair: OperationPair) -> Mapping[str, Any] | None:
    return pair.old.value if pair.old is not None and pair.new is None else None


def _sunset(operation: Mapping[str, Any]) -> date | None:
    """Return the day after which an operation may go (`x-sunset`, after the Sunset header of RFC
    8594).
    """
    try:
        return date.fromisoformat(str(operation.get("x-sunset"))[:10])
    except ValueError:
        return None


def _is_deprecated(operation: Mapping[str, Any]) -> bool:
    return operation.get("deprecated") is True


def operation_removed(pair: OperationPair) -> Iterator[Found]:
    gone = _gone(pair)
    if gone is not None and not _is_deprecated(gone):
        yield pair.found("the operation is gone, and was not deprecated")


def deprecated_operation_removed(pair: OperationPair) -> Iterator[Found]:
    gone = _gone(pair)
    if gone is not None and _is_deprecated(gone) and _sunset(gone) is None:
        yield pair.found("the operation is gone; it was deprecated, without a day on which it ends")


def operation_removed_before_sunset(pair: OperationPair) -> Iterator[Found]:
    gone = _gone(pair)
    day = _sunset(gone) if gone is not None and _is_deprecated(gone) else None
    if day is not None and day >= pair.today:
        yield pair.found(f"the operation is gone, though it was to stay until {day}")


def operation_removed_after_sunset(pair: OperationPair) -> Iterator[Found]:
    gone = _gone(pair)
    day = _sunset(gone) if gone is not None and _is_deprecated(gone) else None
    if day is not None and day < pair.today:
        yield pair.found(f"the operation is gone, as was told: it ended on {day}")


def operation_added(pair: OperationPair) -> Iterator[Found]:
    if pair.old is None:
        yield pair.found("the operation is new")


def operation_moved(pair: OperationPair) -> Iterator[Found]:
    if pair.both and template(pair.both[0].path) != template(pair.both[1].path):
        yield pair.found(f"the operation moved to {pair.both[1].path}")


def path_parameter_renamed(pair: OperationPair) -> Iterator[Found]:
    old, new = (each.path for each in pair.both) if pair.both else ("", "")
    if old != new and template(old) == template(new):
        yield pair.found(f"the path is spelled {new}; nothing that is sent changes")


def operation_deprecated(pair: OperationPair) -> Iterator[Found]:
    if pair.both and _is_deprecated(pair.both[1].value) and not _is_deprecated(pair.both[0].value):
        day = _sunset(pair.both[1].value)
        yield pair.found(f"the operation is deprecated{f', until {day}' if day else ''}")


def operation_id_changed(pair: OperationPair) -> Iterator[Found]:
    if pair.both:
        old, new = (each.value.get("operationId") for each in pair.both)
        if old and old != new:
            yield pair.found(
                f"the operationId was {old} and is {new or 'gone'}: generated clients are named "
                f"otherwise"
            )


Way = Mapping[str, frozenset[str]]
"""One way to be let in: scopes by scheme, all of which are needed. Nothing is needed where it is
empty.
"""


def ways_in(spec: Spec, operation: Mapping[str, Any]) -> list[Way]:
    """Return the ways to be let in (OpenAPI 3.0.3, Security Requirement Object)."""
    said = operation.get("security", spec.get("security")) or [{}]
    return [{str(name): frozenset(scopes or ()) for name, scopes in each.items()} for each in said]


def _opens(new: Way, old: Way) -> bool:
    return all(name in old and scopes <= old[name] for name, scopes in new.items())


def _shut(pair: OperationPair) -> Iterator[tuple[Way, list[Way]]]:
    """Yield the ways in that are no longer enough, each with those that there are."""
    if pair.both:
        old, new = (ways_in(each.spec, each.value) for each in pair.both)
        for way in old:
            if not any(_opens(each, way) for each in new):
                yield way, new


def _at_security(pair: OperationPair, message: str) -> Found:
    """Return a finding at the requirement that counts: the operation's own, or that of the whole
    API.
    """
    pointers = [
        None
        if each is None
        else f"{each.pointer}/security"
        if "security" in each.value
        else "/security"
        for each in (pair.old, pair.new)
    ]
    return Found(message, pointers[0], pointers[1])


def security_added(pair: OperationPair) -> Iterator[Found]:
    for way, new in _shut(pair):
        if not way:
            yield _at_security(pair, f"nobody had to show who he is; now it takes {_spelled(new)}")


def scope_added(pair: OperationPair) -> Iterator[Found]:
    for way, new in _shut(pair):
        for each in new:
            if way and each.keys() <= way.keys():
                more = sorted({scope for name in each for scope in each[name] - way[name]})
                yield _at_security(pair, f"{' + '.join(way)} needs the scope {', '.join(more)} too")
                break


def security_changed(pair: OperationPair) -> Iterator[Found]:
    for way, new in _shut(pair):
        if way and not any(each.keys() <= way.keys() for each in new):
            yield _at_security(
                pair, f"{' + '.join(way)} no longer lets in; it takes {_spelled(new)}"
            )


def security_relaxed(pair: OperationPair) -> Iterator[Found]:
    if pair.both:
        old, new = (ways_in(each.spec, each.value) for each in pair.both)
        for way in new:
            if not any(_opens(each, way) for each in old):
                yield _at_security(pair, f"{_spelled([way])} lets in now")


def _spelled(ways: list[Way]) -> str:
    told = [
        " + ".join(f"{n} ({', '.join(sorted(s))})" if s else n for n, s in way.items())
        for way in ways
    ]
    return " or ".join(each or "nothing" for each in told)


OPERATION_RULES: tuple[OperationRule, ...] = (
    Rule(
        "operation-removed",
        BREAKING,
        "An operation is gone that was not deprecated.",
        operation_removed,
    ),
    Rule(
        "operation-removed-before-sunset",
        BREAKING,
        "A deprecated operation is gone before the day that x-sunset names.",
        operation_removed_before_sunset,
    ),
    Rule(
        "deprecated-operation-removed",
        WARNING,
        "A deprecated operation is gone that named no day on which it ends.",
        deprecated_operation_removed,
    ),
    Rule(
        "operation-removed-after-sunset",
        INFO,
        "A deprecated operation is gone after the day that x-sunset named.",
        operation_removed_after_sunset,
    ),
    Rule("operation-added", INFO, "An operation is new.", operation_added),
    Rule("operation-moved", BREAKING, "An operation has another path.", operation_moved),
    Rule(
        "path-parameter-renamed", INFO, "A path parameter has another name.", path_parameter_renamed
    ),
    Rule("operation-deprecated", INFO, "An operation is deprecated.", operation_deprecated),
    Rule(
        "operation-id-changed", INFO, "An operation has another operationId.", operation_id_changed
    ),
    Rule("security-added", BREAKING, "An open operation needs credentials.", security_added),
    Rule("scope-added", BREAKING, "Credentials need another scope.", scope_added),
    Rule("security-changed", BREAKING, "Credentials that let in no longer do.", security_changed),
    Rule("security-relaxed", INFO, "Other or fewer credentials let in.", security_relaxed),
)
