"""Put a Problem into the API's own error form: status, headers and body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mockserver.behavior.template import fill, spelled
from mockserver.call import Problem, ProblemKind, Violation
from mockserver.lookup import MISSING
from mockserver.model.paths import bare
from mockserver.model.types import ErrorForm, Errors

_STATUSES = frozenset(map(int, HTTPStatus))


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error reply before it is encoded."""

    status: int
    headers: Mapping[str, str]
    body: Any
    media_type: str


def refuse(errors: Errors, problem: Problem, status: int | None = None) -> Refusal:
    """Return the reply to a problem. `status` replaces the one of the form, where the document differs."""
    form = errors.forms[problem.kind]
    violations = _first(problem.violations) if errors.tells == "first" else problem.violations
    used = status or form.status
    common = {
        "status": used,
        "status_text": str(used),
        "code": form.code,
        "title": _phrase(used),
        "kind": problem.kind.value,
        **problem.values,
    }
    told = [_told(errors, form, problem, violation, common) for violation in violations]
    message = fill(form.message, common) if form.message else told[0]["message"] if told else problem.message
    messages = "; ".join(dict.fromkeys(each["message"] for each in told)) or message
    whole = {**common, "message": message, "messages": messages}
    body = _render(form.body, whole, told, violations)
    headers = {name: str(fill(text, whole)) for name, text in form.headers.items()}
    return Refusal(used, headers, None if body is MISSING else body, errors.media_type)


def _first(violations: Sequence[Violation]) -> tuple[Violation, ...]:
    """Return of each value the first rule that it breaks, that of its choices before that of its type.

    What an object breaks as a whole is told only where nothing in it is wrong by itself.
    """
    found: dict[Any, Violation] = {}
    for each in sorted(violations, key=lambda each: each.rule != "enum"):
        found.setdefault((each.place, each.path if each.place == "body" else each.path[:1]), each)
    kept = [each for each in violations if any(each is one for one in found.values())]
    plain = [each for each in kept if "alternative_of" not in each.values]
    return tuple(each for each in kept if each in plain or not _is_wrong_inside(each, plain))


def _is_wrong_inside(whole: Violation, others: Sequence[Violation]) -> bool:
    """Tell whether something else is wrong in the object of which an alternative is told."""
    path = whole.values["alternative_of"]
    return any(each.place == whole.place and each.path[: len(path)] == path for each in others)


def _phrase(status: int) -> str:
    """Return the usual words for a status, "Error" for one that has none, such as 509."""
    return HTTPStatus(status).phrase if status in _STATUSES else "Error"


def _told(
    errors: Errors, form: ErrorForm, problem: Problem, violation: Violation, common: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values that the template of one violation may name."""
    values: dict[str, Any] = {
        **common,
        **violation.values,
        "property": violation.name,
        "rule": violation.rule,
        "place": violation.place,
        "steps": [violation.place, *violation.path],
    }
    values["pointer"] = _pointer(violation)
    values["body_pointer" if violation.place == "body" else "parameter"] = (
        values["pointer"] if violation.place == "body" else violation.name
    )
    said = _message(errors, violation, problem.kind)
    values["message"] = spelled(fill(said, values)) if said is not None else violation.message
    detail = _detail(errors, violation)
    if detail is not None:
        values["detail"] = spelled(fill(detail, values))
    return values


def _message(errors: Errors, violation: Violation, kind: ProblemKind) -> str | None:
    """Return the API's text for a broken rule: the most telling key that it has."""
    if kind is ProblemKind.LIMIT_EXCEEDED and errors.forms[kind].message:
        return errors.forms[kind].message
    argument = violation.values.get("argument")
    rule, place = violation.rule, violation.place
    for key in (
        *([] if violation.path else [f"whole.{rule}"]),
        f"{place}.{rule}.{argument}",
        f"{rule}.{violation.name}",
        f"{rule}.{argument}",
        f"{place}.{rule}",
        rule,
        "invalid",
    ):
        if key in errors.messages:
            return errors.messages[key]
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
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in violation.path]
    return "".join(f"/{step}" for step in ([] if violation.place == "body" else [violation.place]) + steps)


def _render(
    template: Any, whole: Mapping[str, Any], told: list[dict[str, Any]], violations: tuple[Violation, ...]
) -> Any:
    """Fill a body template; `$each`, `$all`, `$named` and `$fields` stand for one entry for each violation.

    `$none` is what `$each` gives when there are no violations; `$one_of` is the value that comes nearest.
    """
    if isinstance(template, list):
        return [_render(item, whole, told, violations) for item in template]
    if not isinstance(template, Mapping):
        return fill(template, whole)
    if "$each" in template:
        entries = [_fill(template["$each"], each) for each in told]
        return _distinct(entries) or _fill(template.get("$none", MISSING), whole)
    if "$one_of" in template:
        return _nearest(template["$one_of"], whole)
    if "$named" in template:
        return _named(template, told)
    if "$all" in template:
        return _distinct([fill(template["$all"], each) for each in told]) or [fill(template["$all"], whole)]
    rendered = {name: _render(child, whole, told, violations) for name, child in template.items() if name != "$fields"}
    body = {name: child for name, child in rendered.items() if child is not MISSING}
    if "$fields" not in template:
        return body
    texts = [spelled(fill(template["$fields"], each)) for each in told]
    return {**_tree(violations, texts), **body} if texts else {**body, "detail": whole["message"]}


def _distinct(entries: list[Any]) -> list[Any]:
    """Return entries without those that say again what one before says."""
    return [entry for at, entry in enumerate(entries) if entry not in entries[:at]]


def _fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Fill a template of one entry, which may list the values of a part."""
    return fill(_chosen(template, values), values)


def _chosen(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, list):
        return [_chosen(item, values) for item in template]
    if not isinstance(template, Mapping):
        return template
    if "$one_of" in template:
        return _nearest(template["$one_of"], values)
    return {name: _chosen(child, values) for name, child in template.items()}


def _nearest(options: Sequence[Any], values: Mapping[str, Any]) -> Any:
    """Return the option that is the status, the kind or the title, that has it in it, or that tells of an error."""
    spelled = {bare(str(option)): option for option in reversed(options)}
    said = [bare(str(values[name])) for name in ("status", "rule", "kind", "title") if name in values]
    for word in (*said, "error", "failure", "failed", "fail"):
        if word in spelled:
            return spelled[word]
    for word in (*said, "error", "fail", "invalid"):
        near = [option for text, option in spelled.items() if word and word in text]
        if near:
            return near[0]
    return options[0]


def _named(template: Mapping[str, Any], told: list[dict[str, Any]]) -> Any:
    """Return messages by property: lists, or the first of each; MISSING when there are no violations."""
    found: dict[str, list[str]] = {}
    for each in told:
        found.setdefault(each["property"] or each["place"], []).append(spelled(fill(template["$named"], each)))
    if not template["$list"]:
        return {name: texts[0] for name, texts in found.items()} or MISSING
    return found or MISSING


def _tree(violations: tuple[Violation, ...], texts: list[str]) -> dict[str, Any]:
    """Return messages by property, nested as the body is; an item of an array that is right is an empty object."""
    tree: dict[str, Any] = {}
    for violation, text in zip(violations, texts, strict=True):
        path = violation.path if violation.place == "body" else violation.path[:1]  # a parameter is one field
        path = path or ("non_field_errors",)
        if isinstance(path[0], int):
            path = ("non_field_errors",)
        _plant(tree, path, list(violation.values.get("lengths", ())), text)
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
    """Return what is at a step, made anew when it is not of the form that the following step needs."""
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
