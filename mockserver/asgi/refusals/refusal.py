"""Put a Problem into the API's own error form: status, headers and body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.asgi.refusals.phrases import filled, filled_text, nearest, phrase_of
from mockserver.behavior.template import spelled
from mockserver.call import Problem, ProblemKind, Violation
from mockserver.lookup import MISSING
from mockserver.model.types import ErrorForm, Errors
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error reply before it is encoded."""

    status: int
    headers: Mapping[str, str]
    body: Any
    media_type: str


def refuse(errors: Errors, problem: Problem, form: ErrorForm | None = None) -> Refusal:
    """Return the reply to a problem. `form` takes the place of that of its kind, where the document
    has its own.
    """
    form = form or errors.forms[problem.kind]
    violations = problem.violations
    if errors.tells == "first":
        violations = _first(violations)
    common = _common(form, problem)
    told = [_told(errors, form, problem, violation, common) for violation in violations]
    messages = [values["message"] for values in told] or [problem.message]
    message = filled_text(form.message, common) or messages[0]
    whole = {**common, "message": message, "messages": message}
    if told:
        whole["messages"] = "; ".join(dict.fromkeys(messages))
    body = _render(form.body, whole, told, violations)
    headers = {}
    for name, template in form.headers.items():
        text = filled_text(template, whole)
        if text is not None:
            headers[name] = text
    if body is MISSING:
        body = None
    return Refusal(form.status, headers, body, errors.media_type)


def _common(form: ErrorForm, problem: Problem) -> dict[str, Any]:
    """Return the values that every template may name; one that nobody knows is not there."""
    kind = problem.values.get("kind") or str(problem.kind)
    values: dict[str, Any] = {
        "status": form.status,
        "status_text": str(form.status),
        "code": form.code or kind,
        "title": phrase_of(form.status) or "Error",
        "kind": kind,
    }
    for name, value in problem.values.items():
        if value is not None:
            values[name] = value
    return values


def _first(violations: Sequence[Violation]) -> tuple[Violation, ...]:
    """Return of each value the first rule that it breaks, that of its choices before that of its
    type.

    What an object breaks as a whole is told only where nothing in it is wrong by itself.
    """
    found: dict[Any, Violation] = {}
    for each in sorted(violations, key=lambda each: each.rule != "enum"):
        path = each.path if each.place == "body" else each.path[:1]
        found.setdefault((each.place, path), each)
    first = {id(each) for each in found.values()}
    kept = [each for each in violations if id(each) in first]
    plain = [each for each in kept if "alternative_of" not in each.values]
    return tuple(each for each in kept if each in plain or not _is_wrong_inside(each, plain))


def _is_wrong_inside(whole: Violation, others: Sequence[Violation]) -> bool:
    """Tell whether something else is wrong in the object of which an alternative is told."""
    path = whole.values["alternative_of"]
    size = len(path)
    beside = [other for other in others if other.place == whole.place]
    return any(other.path[:size] == path for other in beside)


def _told(
    errors: Errors,
    form: ErrorForm,
    problem: Problem,
    violation: Violation,
    common: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the values that the template of one violation may name."""
    name = violation.name
    values: dict[str, Any] = {
        **common,
        **violation.values,
        "rule": violation.rule,
        "place": violation.place,
        "steps": [violation.place, *violation.path],
    }
    if name:
        values["property"] = name
    values["pointer"] = _pointer(violation)
    if violation.place == "body":
        values["body_pointer"] = values["pointer"]
    else:
        values["parameter"] = name
    said = _message(errors, violation, problem.kind) if errors.messages else None
    values["message"] = filled_text(said, values) or violation.message
    if errors.details:
        detail = filled_text(_detail(errors, violation), values)
        if detail is not None:
            values["detail"] = detail
    return values


def _message(errors: Errors, violation: Violation, kind: ProblemKind) -> str | None:
    """Return the API's text for a broken rule: the most telling key that it has."""
    if kind is ProblemKind.LIMIT_EXCEEDED and errors.forms[kind].message:
        return errors.forms[kind].message
    argument = violation.values.get("argument")
    rule = violation.rule
    place = violation.place
    name = violation.name
    keys = [
        f"{place}.{rule}.{argument}",
        f"{rule}.{name}",
        f"{rule}.{argument}",
        f"{place}.{rule}",
        rule,
        "invalid",
    ]
    if not violation.path:
        keys.insert(0, f"whole.{rule}")
    messages = errors.messages
    for key in keys:
        if key in messages:
            return messages[key]
    return None


def _detail(errors: Errors, violation: Violation) -> str | None:
    value = violation.values.get("value", "")
    if violation.rule in ("required", "unknown", "read_only"):
        return None
    for pattern, text in errors.details.get(violation.name, ()):
        if re.search(pattern, spelled(value)):
            return text
    return None


def _pointer(violation: Violation) -> str:
    """Return a JSON pointer into the body, or `/place/name` for a parameter (RFC 6901)."""
    pointer = "" if violation.place == "body" else f"/{violation.place}"
    for step in violation.path:
        escaped = str(step).replace("~", "~0").replace("/", "~1")
        pointer += f"/{escaped}"
    return pointer


def _render(
    template: Any,
    whole: Mapping[str, Any],
    told: Sequence[Mapping[str, Any]],
    violations: tuple[Violation, ...],
) -> Any:
    """Fill a body template; `$each`, `$all`, `$named` and `$fields` stand for one entry for each
    violation.

    `$none` is what `$each` gives when there are no violations; `$one_of` is the value that comes
    nearest.
    """
    if isinstance(template, list):
        items = [_render(item, whole, told, violations) for item in template]
        return [item for item in items if item is not MISSING]
    if not isinstance(template, dict):
        return filled(template, whole)
    if "$each" in template:
        entries = [filled(template["$each"], values) for values in told]
        return _distinct(entries) or filled(template.get("$none", MISSING), whole)
    if "$one_of" in template:
        return nearest(template["$one_of"], whole)
    if "$named" in template:
        return _named(template, told)
    if "$all" in template:
        listed = [filled(template["$all"], values) for values in told or (whole,)]
        return _distinct([item for item in listed if item is not MISSING])
    body = {}
    for name, child in template.items():
        value = MISSING
        if name != "$fields":
            value = _render(child, whole, told, violations)
        if value is not MISSING:
            body[name] = value
    if "$fields" not in template:
        return body
    texts = [spelled(filled(template["$fields"], values)) for values in told]
    if not texts:
        return {**body, "detail": whole["message"]}
    return {**_tree(violations, texts), **body}


def _distinct(entries: list[Any]) -> list[Any]:
    """Return entries without those that say again what one before says."""
    return [entry for at, entry in enumerate(entries) if entry not in entries[:at]]


def _named(template: Mapping[str, Any], told: Sequence[Mapping[str, Any]]) -> Any:
    """Return messages by property: lists, or the first of each; MISSING when there are no
    violations.
    """
    found: dict[str, list[str]] = {}
    for each in told:
        name = each.get("property") or each["place"]
        found.setdefault(name, []).append(spelled(filled(template["$named"], each)))
    if not found:
        return MISSING
    if template["$list"]:
        return found
    return {name: texts[0] for name, texts in found.items()}


def _tree(violations: tuple[Violation, ...], texts: list[str]) -> dict[str, Any]:
    """Return messages by property, nested as the body is; an item of an array that is right is an
    empty object.
    """
    tree: dict[str, Any] = {}
    for violation, text in zip(violations, texts, strict=True):
        path = violation.path
        if violation.place != "body":
            path = path[:1]  # a parameter is one field
        if not path or isinstance(path[0], int):
            path = ("non_field_errors",)
        is_no_list = violation.rule == "type" and violation.values.get("argument") == "array"
        if violation.path and is_no_list:
            # so Django REST framework tells of a list that is none
            path = (*path, "non_field_errors")
        lengths = list(violation.values.get("lengths", ()))
        _plant(tree, path, lengths, text)
    return tree


def _plant(place: Any, path: tuple[str | int, ...], lengths: list[int], text: str) -> None:
    """Put a message at the end of a path, making objects and arrays on the way."""
    step, rest = path[0], path[1:]
    if rest:
        inside = _inside(place, step, rest[0], lengths)
        _plant(inside, rest, lengths, text)
    elif isinstance(place, list):
        if isinstance(place[int(step)], list):
            place[int(step)] = {}
        place[int(step)].setdefault("non_field_errors", []).append(text)
    else:
        known = place.setdefault(step, [])
        if isinstance(known, list) and all(isinstance(each, str) for each in known):
            known.append(text)


def _inside(place: Any, step: str | int, following: str | int, lengths: list[int]) -> Any:
    """Return what is at a step, made anew when it is not of the form that the following step
    needs.
    """
    size = max(lengths.pop(0) if lengths else 0, following + 1) if isinstance(following, int) else 0
    known = place[int(step)] if isinstance(place, list) else place.get(step)
    if isinstance(following, int):
        fits = isinstance(known, list) and len(known) > following and isinstance(known[0], dict)
    else:
        fits = isinstance(known, dict)
    if not fits:
        known = [{} for _ in range(size)] if isinstance(following, int) else {}
        place[step] = known
    return known
