"""Read a semantics file: YAML in, a checked mapping out, or an error that names the place and the
nearest word.

Words are checked against semantics.schema.json before anything is compiled; the names that they
mention (resources, states, security schemes, filters of templates) are checked once the resources
are compiled (`unknown_names`). All mistakes of a kind are told at once.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import jsonschema_rs

from mockserver.document.yaml_reader import read_yaml
from mockserver.errors import DocumentError, SemanticsError, reason_of
from mockserver.model.describe import Schemas
from mockserver.model.types import Resource
from mockserver.slots import dataclass

Made = TypeVar("Made")
Semantics = Mapping[str, Any]
Words = Mapping[str, Any]
"""What is said of one thing."""

ACTIONS = frozenset({"log_in", "tell_time"})
"""The actions of `behavior.actions`."""
FILTERS = frozenset({"stem", "initial", "extension", "pascal", "json", "python"})
"""The filters of `behavior.template`."""
MOMENTS = frozenset({"now-rfc2822", "now-rfc3339", "now-rfc3339-micros", "now-date", "now-unix"})
"""The styles of a moment, those of `generation.supply`."""
USERS = "users"
"""The scheme of credentials that only a log-in knows, unless it names another."""
_FILTERED = re.compile(r"\{\w+(?:\.\w+)*:(\w+)\}")
_LONGEST = 400
"""Characters of a message."""
_MOST = 20
"""Mistakes that are told at once."""


def with_words(said: Semantics, words: Mapping[str, Any]) -> Semantics:
    """Return semantics with other words where they say nothing."""
    merged: dict[str, Any] = dict(words)
    for name, value in said.items():
        other = merged.get(name)
        merged[name] = value
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            merged[name] = with_words(value, other)
    return merged


def load_semantics(path: Path) -> Semantics:
    """Return what a semantics file says; an absent file says nothing. Raises SemanticsError."""
    if not path.is_file():
        return {}
    try:
        said = read_yaml(path.read_text("utf-8"), str(path), [])
    except DocumentError as error:
        source = f"{path}:{error.line}" if error.line else str(path)
        raise SemanticsError(source, error.message, hint=error.hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SemanticsError(str(path), f"cannot be read: {reason_of(error)}") from None
    return check_semantics(said or {}, str(path))


def check_semantics(said: Any, source: str) -> Semantics:
    """Return the mapping when every word in it is known. Raises SemanticsError with the nearest
    word as a hint, and with all other mistakes.
    """
    tell_mistakes(_violations(said, source))
    return dict(said)


def _violations(said: Any, source: str) -> Iterator[SemanticsError]:
    """Yield what breaks the schema of semantics files."""
    for error in _validator().iter_errors(said):
        pointer = "".join(f"/{step}" for step in error.instance_path)
        yield from _worded(error, pointer, source)


def tell_mistakes(mistakes: Iterable[SemanticsError]) -> None:
    """Raise the first of these mistakes, which tells the others too; nothing where there is none.
    One that is found twice is told once.
    """
    different: dict[tuple[str, str], SemanticsError] = {}
    for each in mistakes:
        different.setdefault((each.pointer, each.message), each)
    found = list(islice(different.values(), _MOST))
    if found:
        first, *others = found
        raise replace(first, others=tuple(others))


def attempt(
    mistakes: list[SemanticsError], compile: Callable[..., Made], *args: Any
) -> Made | None:
    """Return what is compiled; None where that cannot be, and the mistakes are noted."""
    try:
        return compile(*args)
    except SemanticsError as error:
        mistakes.append(replace(error, others=()))
        mistakes.extend(error.others)
        return None


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of semantics files."""
    text = files("mockserver.model").joinpath("semantics.schema.json").read_text("utf-8")
    return dict(json.loads(text))


def _worded(
    error: Any,
    pointer: str,
    source: str,
) -> Iterator[SemanticsError]:
    """Yield a mistake for a violation, one for each word where several are unknown."""
    if error.kind.name != "additionalProperties":
        text = _shortened(str(error.message))
        hint = "the words are in mockserver/model/semantics.schema.json"
        yield SemanticsError(source, text, pointer, hint)
        return
    known = _words_at(list(error.schema_path))
    for word in sorted(error.kind.unexpected):
        hint = _nearest(word, known, "known words")
        yield SemanticsError(source, f"unknown word {word!r}", f"{pointer}/{word}", hint)


def _nearest(
    name: str,
    known: Collection[str],
    listed_as: str,
) -> str:
    """Return which name was meant, or which there are."""
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    listed = ", ".join(sorted(known)) or "none"
    return f"{listed_as}: {listed}"


def _shortened(text: str) -> str:
    """Return a text without its middle where it is long: a message begins with the whole value that
    is wrong.
    """
    if len(text) <= _LONGEST:
        return text
    return f"{text[:150]} … {text[-150:]}"


def _words_at(schema_path: list[Any]) -> list[str]:
    """Return the properties that the schema knows at the place of a violation."""
    place: Any = schema()
    for step in schema_path[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    return list(place.get("properties", {}))


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a semantics file: where it is, what it names, and the names that are known."""

    pointer: str
    what: str
    name: str
    known: Collection[str]


def unknown_names(
    semantics: Semantics,
    resources: Mapping[str, Resource],
    schemas: Schemas,
    schemes: Iterable[str],
    source: str,
) -> Iterator[SemanticsError]:
    """Yield a mistake for each name that leads nowhere, with the nearest one as a hint."""
    known_schemes = frozenset(schemes)
    mentions = chain(
        _of_defaults(semantics.get("defaults", {}), resources),
        _of_resources(semantics.get("resources", {}), frozenset(resources)),
        _of_actions(semantics.get("operations", {}), known_schemes),
        _of_credentials(semantics, known_schemes),
        _of_templates(semantics),
        _of_properties(semantics.get("resources", {}), resources, schemas),
    )
    for mention in mentions:
        if mention.name not in mention.known:
            hint = _nearest(mention.name, mention.known, "known")
            text = f"no {mention.what} {mention.name!r}"
            yield SemanticsError(source, text, mention.pointer, hint)


def _of_defaults(defaults: Words, resources: Mapping[str, Resource]) -> Iterator[Mention]:
    refused = defaults.get("read_only", ())
    if isinstance(refused, str):
        return
    known: set[str] = set()
    for resource in resources.values():
        known |= resource.read_only
    for name in refused:
        yield Mention("/defaults/read_only", "read-only property", name, known)


def _of_resources(resources: Words, known: Collection[str]) -> Iterator[Mention]:
    for name, words in resources.items():
        at = f"/resources/{name}"
        yield from _of_views(f"{at}/views", words.get("views", {}), known)
        yield from _of_mirrors(f"{at}/mirrors", words, known)
        yield from _of_assigned(f"{at}/assigned", words.get("assigned", {}), known)
        yield from _of_states(f"{at}/states", words.get("states", {}), known)


def _of_properties(
    declared: Words,
    resources: Mapping[str, Resource],
    schemas: Schemas,
) -> Iterator[Mention]:
    """Yield the properties that words name, of resources whose schema names all that there are.

    Those that never leave the server need no schema, and those that only a request has are in that
    of another place.
    """
    for name, words in declared.items():
        resource = resources[name]
        record = schemas.schema(resource.schema)
        if resource.open or record.is_open or not record.all_properties:
            continue
        own = {*record.all_properties, *words.get("hidden", ()), *_kept_apart(resource, words)}
        for word in ("computed", "references", "generated"):
            for field, said in words.get(word, {}).items():
                if word == "generated" and "{" not in said:
                    continue  # such may be for the server alone
                at = f"/resources/{name}/{word}/{field}"
                top = field.partition(".")[0]
                known = own if top in own else own | schemas.property_names
                yield Mention(at, "property", top, known)
        for place, condition in enumerate(words.get("conditions", ())):
            if isinstance(condition, Mapping) and "field" in condition:
                at = f"/resources/{name}/conditions/{place}/field"
                yield Mention(at, "property", condition["field"], own)


def _kept_apart(resource: Resource, words: Words) -> Iterator[str]:
    """Yield the properties that records have though their schema does not show them."""
    yield from resource.writable
    yield from words.get("defaults", ())
    yield from words.get("assigned", ())
    yield from (parent.field for parent in resource.parents if parent.field)
    if resource.key is not None:
        yield resource.key


def _of_views(
    at: str,
    views: Words,
    known: Collection[str],
) -> Iterator[Mention]:
    for view, words in views.items():
        if "join" in words:
            joined = words["join"]["resource"]
            yield Mention(
                f"{at}/{view}/join/resource",
                "resource",
                joined,
                known,
            )


def _of_mirrors(
    at: str,
    resource: Words,
    known: Collection[str],
) -> Iterator[Mention]:
    children = resource.get("children", {})
    for field, words in resource.get("mirrors", {}).items():
        yield Mention(
            f"{at}/{field}",
            "children",
            field,
            children,
        )
        yield from _of_finds(f"{at}/{field}", words, known)


def _of_assigned(
    at: str,
    assigned: Words,
    known: Collection[str],
) -> Iterator[Mention]:
    for field, words in assigned.items():
        if isinstance(words, Mapping) and "find" in words:
            found = str(words["find"])
            yield Mention(
                f"{at}/{field}/find",
                "resource",
                found,
                known,
            )


def _of_states(
    at: str,
    states: Words,
    resources: Collection[str],
) -> Iterator[Mention]:
    moves: Words = states.get("moves", {})
    known = {*moves}.union(*moves.values())
    initial = states.get("initial", [])
    for state in initial if isinstance(initial, list) else [initial]:
        yield Mention(f"{at}/initial", "state", state, known)
    if "alone" in states:
        yield Mention(
            f"{at}/alone/in",
            "state",
            states["alone"]["in"],
            known,
        )
    for state, steps in states.get("steps", {}).items():
        yield Mention(
            f"{at}/steps/{state}",
            "state",
            state,
            known,
        )
        for number, step in enumerate(steps):
            yield from _of_finds(f"{at}/steps/{state}/{number}", step, resources)
    for number, step in enumerate(states.get("removed", ())):
        yield from _of_finds(f"{at}/removed/{number}", step, resources)


def _of_finds(
    at: str,
    words: Words,
    known: Collection[str],
) -> Iterator[Mention]:
    for name, find in words.get("find", {}).items():
        yield Mention(
            f"{at}/find/{name}/in",
            "resource",
            find["in"],
            known,
        )


def _of_actions(operations: Words, schemes: Collection[str]) -> Iterator[Mention]:
    for label, words in operations.items():
        at = f"/operations/{label}"
        kind = words.get("kind", "not said")
        actions: Words = words.get("action", {})
        if kind == "action" and len(actions) != 1:
            yield Mention(
                f"{at}/action",
                "single action",
                ", ".join(actions),
                (),
            )
        if actions and kind != "action":
            yield Mention(
                f"{at}/kind",
                "action where the kind is",
                kind,
                ("action",),
            )
        for name, settings in actions.items():
            yield Mention(f"{at}/action/{name}", "action", name, ACTIONS)
            yield from _of_settings(f"{at}/action/{name}", name, settings or {}, schemes)


def _of_settings(
    at: str,
    action: str,
    settings: Words,
    schemes: Collection[str],
) -> Iterator[Mention]:
    if action == "log_in":
        scheme = settings.get("gives", "")
        yield Mention(f"{at}/gives", "security scheme", scheme, schemes)
    if action == "tell_time":
        for name, style in settings.items():
            yield Mention(
                f"{at}/{name}",
                "style of a moment",
                style,
                MOMENTS,
            )


def _of_credentials(semantics: Semantics, schemes: Collection[str]) -> Iterator[Mention]:
    known = set(schemes)
    for words in semantics.get("operations", {}).values():
        for settings in words.get("action", {}).values():
            users = (settings or {}).get("users", USERS)
            known.add(users)
    for number, credential in enumerate(semantics.get("credentials", ())):
        scheme = credential["scheme"]
        yield Mention(
            f"/credentials/{number}/scheme",
            "security scheme",
            scheme,
            known,
        )


def _of_templates(semantics: Semantics) -> Iterator[Mention]:
    for name, words in semantics.get("resources", {}).items():
        for field, template in words.get("computed", {}).items():
            yield from _of_template(f"/resources/{name}/computed/{field}", template)
    for name, words in semantics.get("errors", {}).items():
        yield from _of_template(f"/errors/{name}", words)


def _of_template(at: str, template: Any) -> Iterator[Mention]:
    if isinstance(template, str):
        yield from _of_filters(at, template)
    elif isinstance(template, Mapping):
        for name, child in template.items():
            yield from _of_template(f"{at}/{name}", child)
    elif isinstance(template, list):
        for number, child in enumerate(template):
            yield from _of_template(f"{at}/{number}", child)


def _of_filters(at: str, template: str) -> Iterator[Mention]:
    for match in _FILTERED.finditer(template):
        name = match[1]
        if not match[0].startswith("{random:"):
            yield Mention(
                at,
                "template filter",
                name,
                FILTERS,
            )
        elif not name.isdecimal():
            yield Mention(
                at,
                "number of digits",
                name,
                ("5",),
            )
