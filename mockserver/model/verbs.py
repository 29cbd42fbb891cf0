"""Find the state that a verb leads to: cancel and the properties of an order in, {status:
cancelled} out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.model.declared import type_of
from mockserver.model.paths import bare

STATES = re.compile(r"(^|_|[a-z](?=S))(status|state|phase|stage)$", re.I)
"""Properties that tell where in its life a record is."""
IRREGULAR: Mapping[str, tuple[str, ...]] = {
    "pay": ("paid",),
    "send": ("sent",),
    "resend": ("sent",),
    "hold": ("held", "onhold"),
    "freeze": ("frozen",),
    "unfreeze": ("active",),
    "withdraw": ("withdrawn",),
    "begin": ("begun", "started", "running"),
    "start": ("started", "running", "inprogress", "active"),
    "run": ("running",),
    "stop": ("stopped", "inactive"),
    "activate": ("active",),
    "reactivate": ("active",),
    "deactivate": ("inactive", "disabled"),
    "enable": ("active",),
    "disable": ("inactive",),
    "resume": ("active", "running"),
    "unpause": ("active", "running"),
    "reopen": ("open",),
    "unarchive": ("active",),
    "restore": ("active",),
    "finish": ("finished", "done", "completed"),
    "complete": ("complete", "done"),
    "abort": ("aborted", "canceled", "cancelled"),
    "unpublish": ("draft", "unpublished"),
    "fulfill": ("fulfilled",),
    "confirm": ("confirmed",),
    "submit": ("submitted", "pending"),
}
UNDOING = ("un", "de", "dis")
"""What turns a verb into its opposite: archive, unarchive."""


def moved(verb: str, fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the properties that a verb sets, None when no property tells of it.

    cancel with status: [open, canceled] sets {status: canceled}; archive with archived: boolean
    sets {archived: true}, and unarchive sets it to false.
    """
    word = bare(verb)
    for name, schema in fields.items():
        if STATES.search(name):
            found = _state(word, schema.get("enum"))
            if found is not None:
                return {name: found}
    return _flag(word, fields)


def _state(verb: str, options: Any) -> Any:
    if not isinstance(options, list):
        return None
    by_name = {bare(option): option for option in options if isinstance(option, str)}
    return next((by_name[form] for form in _forms(verb) if form in by_name), None)


def _flag(verb: str, fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    flags = {
        bare(name).removeprefix("is"): name
        for name, schema in fields.items()
        if type_of(schema) == "boolean"
    }
    for form in _forms(verb):
        if form in flags:
            return {flags[form]: True}
    for prefix in UNDOING:
        for form in _forms(verb.removeprefix(prefix)) if verb.startswith(prefix) else ():
            if form in flags:
                return {flags[form]: False}
    return None


def _forms(verb: str) -> Iterator[str]:
    """Yield what a record is after a verb: cancel, cancelled, canceled; apply, applied; ship,
    shipped.
    """
    if len(verb) < 3:
        return
    yield from IRREGULAR.get(verb, ())
    yield f"{verb}ed"
    if verb.endswith("e"):
        yield f"{verb}d"
    if verb.endswith("y"):
        yield f"{verb[:-1]}ied"
    yield f"{verb}{verb[-1]}ed"
    yield verb
