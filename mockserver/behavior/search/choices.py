"""Turn what a call asks of a list into conditions: the filters of an operation and the values of a
call in, conditions out.

    status=open,held        Condition("status", ("open", "held"))
    labels=bug,ui           one condition for each, where all have to be there
    created_after=...       Condition("created_at", (...), Operator.GREATER)
    $filter=price gt 5      what the expression says

Theory: what a parameter is about, and how it compares, was settled when the document was read; here
its value is only taken apart. A value that nothing can be made of chooses nothing, so that a client
sees all records and not, wrongly, none; but that is noted with the call. Which text a client spells
a number or a truth with is of no account: 5 and "5" are the same, true and "true".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.behavior.search.languages import Conditions, NotUnderstood, read, spelled
from mockserver.call import Call, Problem, ProblemKind, Refused, Violation
from mockserver.conditions import AnyOf, Condition
from mockserver.lookup import MISSING, value_at
from mockserver.model.paths import bare
from mockserver.model.types import Filter, Kind, Language, Operation, Operator
from mockserver.moments import is_day

_LOOKING = frozenset({Kind.LIST, Kind.COUNT, Kind.READ, Kind.VIEW})
FALSE = (False, "false", "False", "0", 0, "no", "off")
"""Values that say no."""
_NUMBERED = re.compile(r"\[\d*\]")


def asked_of(operation: Operation, call: Call) -> Mapping[str, Any]:
    """Return what is asked for: the query, and in a search by POST the properties of the body."""
    body = call.body
    is_search = operation.kind is Kind.LIST
    if is_search and isinstance(body, Mapping):
        return {**call.query, **body}
    return call.query


def where(operation: Operation, values: Mapping[str, Any]) -> Conditions:
    """Return the conditions that a call asks for; what is not understood chooses nothing.

    Raises Refused where the call would then change records that nobody meant.
    """
    found: list[Condition | AnyOf] = []
    for narrowing in operation.filters:
        try:
            found += conditions(narrowing, values, operation.names)
        except NotUnderstood as reason:
            if operation.kind in _LOOKING:
                continue
            raise Refused(_unreadable(narrowing, reason)) from None
    return tuple(found)


def _unreadable(narrowing: Filter, reason: NotUnderstood) -> Problem:
    name = narrowing.param
    text = f"{name} cannot be read, and everything would be chosen: {reason}"
    violation = Violation("query", (name,), "filter", text)
    return Problem(ProblemKind.INVALID_QUERY, text, (violation,))


def not_understood(operation: Operation, call: Call, sent: Iterable[str]) -> tuple[str, ...]:
    """Return what a call asks of a list that nothing is done with, and why. `sent` are the names
    that the request has.
    """
    found = []
    values = asked_of(operation, call)
    names = set(sent)
    if values is not call.query:
        names.update(call.body)
    for name in operation.ignored:
        beginning = f"{name}["
        inner = [each for each in names if each.startswith(beginning)]
        if name in names or inner:
            found.append(f"{name} is ignored: it is not known what it chooses")
    for narrowing in operation.filters:
        try:
            conditions(narrowing, values, operation.names)
        except NotUnderstood as reason:
            found.append(f"{narrowing.param} is ignored: {reason}")
    return tuple(found)


def value_of(values: Mapping[str, Any], param: str | None) -> Any:
    """Return the value of a parameter, or of a member of an object; MISSING where there is none."""
    if param is None:
        return MISSING
    if param in values or "." not in param:
        return values.get(param, MISSING)
    return value_at(values, param)


def conditions(
    narrowing: Filter, values: Mapping[str, Any], names: Mapping[str, str]
) -> Conditions:
    """Return the conditions of one filter, none where it is not asked for. Raises NotUnderstood."""
    if narrowing.language is Language.CRITERIA:
        value = _spread(narrowing.param, values)
    else:
        value = value_of(values, narrowing.param)
    if value is None or value is MISSING:
        return ()
    match narrowing.language:
        case Language.PRESENCE:
            return (_presence(narrowing, value),)
        case Language.VALUE:
            return _valued(narrowing, value)
        case _:
            return read(narrowing, value, names)


def _presence(narrowing: Filter, value: Any) -> Condition:
    """Return the condition that there is something, or nothing where the value says no."""
    negated = narrowing.negated != (value in FALSE)
    return Condition(narrowing.field, (), Operator.PRESENT, negated)


def _valued(narrowing: Filter, value: Any) -> Conditions:
    """Return the conditions that a value, or several, ask for."""
    if isinstance(value, Mapping):
        return ()
    text = "false" if value is False else value
    if isinstance(text, str) and text in narrowing.everything:
        return ()
    wanted = value if isinstance(value, list) else [value]
    for separator in narrowing.separators:
        wanted = _parted(wanted, separator)
    if narrowing.every:
        groups = [[each] for each in wanted]
    else:
        groups = [wanted]
    found: list[Condition | AnyOf] = []
    for group in groups:
        found += _compared(narrowing, group)
    return tuple(found)


def _parted(wanted: list[Any], separator: str) -> list[Any]:
    """Return the parts of texts, without the blanks around them.

    >>> _parted(["open, held", 5], ",")
    ['open', 'held', 5]
    """
    found: list[Any] = []
    for value in wanted:
        if isinstance(value, str):
            found += [part.strip() for part in value.split(separator) if part.strip()]
        else:
            found.append(value)
    return found


def _compared(narrowing: Filter, wanted: list[Any]) -> Conditions:
    """Return the conditions that one of some values fits the property, or one of the others."""
    operator = narrowing.operator
    values = tuple(wanted)
    are_days = all(map(is_day, wanted))
    if operator is Operator.ON and not are_days:
        operator = Operator.HAS
    text = "".join(map(str, wanted))
    if operator is Operator.CONTAINS and "*" in text:
        operator = Operator.LIKE
    if operator in (Operator.EQUAL, Operator.HAS):
        values = spelled(wanted)
    elif operator is Operator.LIKE:
        values = tuple(str(value).replace("*", "%") for value in wanted)
    fields = (narrowing.field, *narrowing.others)
    negated = narrowing.negated
    found = [Condition(field, values, operator, negated) for field in fields]
    if len(found) == 1 or negated:
        return tuple(found)
    choices = tuple((condition,) for condition in found)
    return (AnyOf(choices),)


def _spread(param: str, values: Mapping[str, Any]) -> Any:
    """Return the criteria that are spread over parameters, such as filters[1][field] and
    filters[1][value]; those with one first number are alternatives where there are two numbers.
    """
    whole = value_of(values, param)
    if whole is not MISSING:
        return whole
    criteria = _numbered_criteria(param, values)
    if not criteria:
        return MISSING
    groups: dict[str, list[Any]] = {}
    for stem, criterion in criteria.items():
        numbers = _NUMBERED.findall(stem)
        group = stem
        if len(numbers) > 1:
            group = numbers[0]
        alternatives = groups.setdefault(group, [])
        alternatives.append(criterion)
    found = []
    for alternatives in groups.values():
        either = {"operator": "or", "value": alternatives}
        found.append(either)
    return found


def _numbered_criteria(param: str, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the members of each criterion, by the name that is before that of the member.

    filters[1][field]=name, filters[1][value]=x become {"filters[1]": {"field": "name", "value":
    "x"}}.
    """
    form = _NUMBERED.sub("[]", param)
    criteria: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        stem, _, last = name.rstrip("]").rpartition("[")
        if _NUMBERED.sub("[]", stem) == form:
            members = criteria.setdefault(stem, {})
            members[bare(last)] = value
    return criteria
