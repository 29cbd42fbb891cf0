"""Check that whatever a semantics file names is there: it and the compiled resources in, the first
mistake out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.types import Resource

ACTIONS = frozenset({"log_in", "tell_time"})
"""The actions of `behavior.actions`."""
FILTERS = frozenset({"stem", "initial", "extension", "pascal", "json", "python"})
"""The filters of `behavior.template`."""
MOMENTS = frozenset({"now-rfc2822", "now-rfc3339", "now-rfc3339-micros", "now-date", "now-unix"})
"""The styles of a moment, those of `generation.supply`."""
USERS = "users"
"""The scheme of credentials that only a log-in knows, unless it names another."""

_FILTERED = re.compile(r"\{\w+(?:\.\w+)*:(\w+)\}")
Mistake = tuple[str, str, str, Iterable[str]]
"""A pointer, what is missing, its name, and the names that are known."""


def check_names(
    semantics: Mapping[str, Any],
    resources: Mapping[str, Resource],
    schemes: Iterable[str],
    source: str,
) -> None:
    """Raise SemanticsError for the first name that leads nowhere, with the nearest one as a
    hint.
    """
    mistakes = (
        *_of_defaults(semantics.get("defaults", {}), resources.values()),
        *_of_resources(semantics.get("resources", {}), frozenset(resources)),
        *_of_actions(semantics.get("operations", {}), frozenset(schemes)),
        *_of_credentials(semantics, frozenset(schemes)),
        *_of_templates(semantics),
    )
    for pointer, what, name, known in mistakes:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = (
                f"did you mean {near[0]!r}?"
                if near
                else f"known: {', '.join(sorted(known)) or 'none'}"
            )
            raise SemanticsError(source, f"no {what} {name!r}", pointer, hint)


def _of_defaults(said: Mapping[str, Any], resources: Iterable[Resource]) -> Iterator[Mistake]:
    refused = said.get("read_only", ())
    known = frozenset[str]().union(*(each.read_only for each in resources))
    for name in () if isinstance(refused, str) else refused:
        yield "/defaults/read_only", "read-only property", name, known


def _of_resources(said: Mapping[str, Any], known: frozenset[str]) -> Iterator[Mistake]:
    for name, each in said.items():
        at = f"/resources/{name}"
        for view, words in each.get("views", {}).items():
            if "join" in words:
                yield (
                    f"{at}/views/{view}/join/resource",
                    "resource",
                    words["join"]["resource"],
                    known,
                )
        for field, words in each.get("mirrors", {}).items():
            yield f"{at}/mirrors/{field}", "children", field, each.get("children", {})
            yield from _of_finds(f"{at}/mirrors/{field}", words, known)
        for field, words in each.get("assigned", {}).items():
            if isinstance(words, Mapping) and "find" in words:
                yield f"{at}/assigned/{field}/find", "resource", str(words["find"]), known
        yield from _of_states(f"{at}/states", each.get("states", {}), known)


def _of_states(at: str, said: Mapping[str, Any], resources: frozenset[str]) -> Iterator[Mistake]:
    moves: Mapping[str, Any] = said.get("moves", {})
    known = {*moves, *(target for targets in moves.values() for target in targets)}
    if "initial" in said:
        yield f"{at}/initial", "state", said["initial"], known
    if "alone" in said:
        yield f"{at}/alone/in", "state", said["alone"]["in"], known
    for state, steps in said.get("steps", {}).items():
        yield f"{at}/steps/{state}", "state", state, known
        for number, step in enumerate(steps):
            yield from _of_finds(f"{at}/steps/{state}/{number}", step, resources)
    for number, step in enumerate(said.get("removed", ())):
        yield from _of_finds(f"{at}/removed/{number}", step, resources)


def _of_finds(at: str, said: Mapping[str, Any], known: frozenset[str]) -> Iterator[Mistake]:
    for name, find in said.get("find", {}).items():
        yield f"{at}/find/{name}/in", "resource", find["in"], known


def _of_actions(said: Mapping[str, Any], schemes: frozenset[str]) -> Iterator[Mistake]:
    for label, words in said.items():
        at = f"/operations/{label}"
        action = words.get("action", {})
        if words.get("kind") == "action" and len(action) != 1:
            yield f"{at}/action", "single action", ", ".join(action), ()
        if action and words.get("kind") != "action":
            yield (
                f"{at}/kind",
                "action where the kind is",
                words.get("kind", "not said"),
                ("action",),
            )
        for name, settings in action.items():
            yield f"{at}/action/{name}", "action", name, ACTIONS
            yield from _of_settings(f"{at}/action/{name}", name, settings or {}, schemes)


def _of_settings(
    at: str, action: str, said: Mapping[str, str], schemes: frozenset[str]
) -> Iterator[Mistake]:
    if action == "log_in":
        yield f"{at}/gives", "security scheme", said.get("gives", ""), schemes
    if action == "tell_time":
        for name, style in said.items():
            yield f"{at}/{name}", "style of a moment", style, MOMENTS


def _of_credentials(semantics: Mapping[str, Any], schemes: frozenset[str]) -> Iterator[Mistake]:
    actions = [words.get("action", {}) for words in semantics.get("operations", {}).values()]
    users = {
        (settings or {}).get("users", USERS) for action in actions for settings in action.values()
    }
    for number, credential in enumerate(semantics.get("credentials", ())):
        yield (
            f"/credentials/{number}/scheme",
            "security scheme",
            credential["scheme"],
            {*schemes, *users},
        )


def _of_templates(semantics: Mapping[str, Any]) -> Iterator[Mistake]:
    for name, words in semantics.get("resources", {}).items():
        for field, template in words.get("computed", {}).items():
            yield from _of_template(f"/resources/{name}/computed/{field}", template)
    for name, words in semantics.get("errors", {}).items():
        yield from _of_template(f"/errors/{name}", words)


def _of_template(at: str, template: Any) -> Iterator[Mistake]:
    if isinstance(template, str):
        for match in _FILTERED.finditer(template):
            if not match[0].startswith("{random:"):
                yield at, "template filter", match[1], FILTERS
            elif not match[1].isdecimal():
                yield at, "number of digits", match[1], ("5",)
    elif isinstance(template, Mapping):
        for name, child in template.items():
            yield from _of_template(f"{at}/{name}", child)
    elif isinstance(template, list):
        for number, child in enumerate(template):
            yield from _of_template(f"{at}/{number}", child)
