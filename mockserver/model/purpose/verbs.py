"""Find what a verb at the end of a path does to a record: the verb and the properties of the record
in, the properties that it sets out.

    POST   /orders/{id}/cancel      status: [open, cancelled]       status=cancelled
                                    cancelled_at: date-time         cancelled_at=now
    POST   /posts/{id}/favorite     favorited: boolean              favorited=True
                                    favorites_count: integer        favorites_count+1
    DELETE /posts/{id}/favorite     the same, taken back            favorited=False ...
    POST   /posts/{id}/unfavorite   the same

    POST   /posts/{id}/toggle-pinned    pinned: boolean             pinned=not pinned
    POST   /tasks/{id}/unassign     assignee_id: nullable           assignee_id=None

A verb may lead to a state (an option of the property that tells where in its life a record is, or a
state that the semantics declare), to a flag, to a moment and to a count. What takes it back is the
method DELETE, or a verb that says so: `unarchive`, `deactivate`, `restore`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema, Flip, Increase, Stamp, States
from mockserver.slots import dataclass

Fields = Mapping[str, DescribedSchema]

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
    "complete": ("completed", "complete", "done", "finished"),
    "close": ("closed", "done", "resolved"),
    "resolve": ("resolved", "done", "closed"),
    "abort": ("aborted", "canceled", "cancelled"),
    "unpublish": ("draft", "unpublished"),
    "fulfill": ("fulfilled",),
    "confirm": ("confirmed",),
    "submit": ("submitted", "pending"),
}
LED: Mapping[str, str] = {
    "accept": "accepted",
    "activate": "active",
    "approve": "approved",
    "archive": "archived",
    "cancel": "cancelled",
    "close": "closed",
    "complete": "completed",
    "confirm": "confirmed",
    "deactivate": "inactive",
    "decline": "declined",
    "deny": "denied",
    "finish": "finished",
    "pause": "paused",
    "pay": "paid",
    "publish": "published",
    "reject": "rejected",
    "resolve": "resolved",
    "revoke": "revoked",
    "ship": "shipped",
    "suspend": "suspended",
    "void": "voided",
}
"""States to which verbs lead where any text is one."""
OPPOSITES: Mapping[str, tuple[str, ...]] = {
    "restore": ("archive", "delete", "trash"),
    "recover": ("archive", "delete", "trash"),
    "reopen": ("close",),
    "open": ("close",),
    "resume": ("pause", "suspend"),
    "enable": ("disable",),
    "disable": ("enable",),
    "show": ("hide",),
    "release": ("hold", "lock"),
}
"""Verbs that take back what others did."""
NOUNS: Mapping[str, str] = {
    "subscription": "subscribe",
    "subscriptions": "subscribe",
    "favourite": "favorite",
    "membership": "join",
    "upvotes": "upvote",
}
"""What is done to a record, in the words of what it then has."""
DOERS: Mapping[str, tuple[str, ...]] = {
    "star": ("stargazers",),
    "subscribe": ("subscriptions",),
    "favorite": ("favourites", "favs"),
    "vote": ("upvotes",),
    "upvote": ("votes",),
    "join": ("members",),
}
"""Those who do something, or what they give, beside `likes` and `followers`."""
TURNING = ("toggle", "flip", "switch")
"""Verbs that turn a flag to its opposite."""
HELD: Mapping[str, tuple[str, ...]] = {"assign": ("assignee", "assigned")}
"""How properties begin that name who, or what, a verb gave a record."""
ENDS = ("", "id", "to", "toid", "user", "userid", "by")
"""How they end."""
UNDOING = ("un", "de", "dis")
"""What turns a verb into its opposite: archive, unarchive."""
USUAL_STATES = ("active", "open", "enabled", "available", "normal", "draft", "pending")
"""States of records to which nothing was done, or no more."""
_IS = re.compile(r"^(is|was|viewerhas|userhas|viewer|has|by|me)(?=[a-z])|(by(me|viewer|user))$")
_MOMENT = re.compile(r"(at|on|date|time|timestamp)$")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb without separators, and whether it is taken back."""

    word: str
    undone: bool = False

    @property
    def base(self) -> Verb:
        """The verb that it takes back where its own word says so: unlock is lock, undone."""
        for prefix in UNDOING:
            rest = self.word.removeprefix(prefix)
            if rest != self.word and len(rest) > 2:
                return Verb(rest, not self.undone)
        return self

    @property
    def readings(self) -> list[Verb]:
        """The verb, and the verbs that it takes back: restore is archive, undone."""
        opposites = OPPOSITES.get(self.word, ())
        found = [self, self.base]
        found += [Verb(word, not self.undone) for word in opposites]
        if self.word in NOUNS:
            found.append(Verb(NOUNS[self.word], self.undone))
        return found


def moved(verb: Verb, fields: Fields, states: States | None = None) -> dict[str, Any]:
    """Return the properties that a verb sets, none when no property tells of it."""
    found = _turned(verb, fields) or _state(verb, fields, states)
    for reading in verb.readings:
        found = {**_left(reading, fields), **found}
        for tell in (_flag, _moment, _count):
            told = tell(reading, fields)
            found = {**told, **found}
    return found


def being(word: str, fields: Fields) -> dict[str, Any]:
    """Return the property that tells of records which are so: archived, open. None of them may
    tell.
    """
    for name, schema in fields.items():
        if not STATES.search(name):
            continue
        options = _options(schema)
        for option in options:
            if bare(str(option)) == word:
                return {name: option}
    for name, schema in fields.items():
        if schema.type == "boolean" and _IS.sub("", bare(name)) == word:
            return {name: True}
    return {}


def spelled(name: str, value: Any) -> str:
    """Return what a verb does to a property in a few characters."""
    match value:
        case Stamp():
            return f"{name}=now"
        case Increase():
            return f"{name}{value.by:+d}"
        case Flip():
            return f"{name}=not {name}"
    return f"{name}={value}"


def _state(verb: Verb, fields: Fields, states: States | None) -> dict[str, Any]:
    """Return the state to which a verb leads."""
    if states is not None:
        known = [states.initial, *states.moves]
        for targets in states.moves.values():
            known += targets
        state = _reached(verb, known)
        if state is not None:
            return {states.field: state}
    for name, schema in fields.items():
        if not STATES.search(name):
            continue
        options = _options(schema)
        state = _reached(verb, options)
        if state is None and not options:
            state = _said(verb, name, schema)
        if state is not None:
            return {name: state}
    return {}


def _said(verb: Verb, name: str, schema: DescribedSchema) -> str | None:
    """Return the state to which a usual verb leads where the document lists none: the one that a
    description names, else what is said of a thing after that verb.
    """
    is_text = schema.own_type == "string" and not schema.says("format")
    if not is_text or bare(name) not in ("status", "state"):
        return None
    words = re.findall(r"[A-Za-z_-]+", str(schema.get("description", "")))
    named = _reached(verb, words)
    if named is not None:
        return str(named)
    return LED.get(verb.word)


def _options(schema: DescribedSchema) -> list[Any]:
    """Return the values that a schema lists, or each of its alternatives."""
    found = []
    for part in (schema, *(choice.schema for choice in schema.alternatives)):
        listed = part.get("enum")
        if isinstance(listed, list):
            found += listed
    return found


def _reached(verb: Verb, options: Iterable[Any]) -> Any:
    """Return the one of some states to which a verb leads."""
    by_name = {bare(option): option for option in options if isinstance(option, str)}
    if not verb.undone:
        for form in _forms(verb.word):
            if form in by_name:
                return by_name[form]
    done = verb.base
    words = [f"{prefix}{done.word}" for prefix in UNDOING] if done.undone else []
    for word in words:
        for form in _forms(word):
            if form in by_name:
                return by_name[form]
    is_known = any(form in by_name for form in _forms(done.word))
    if not done.undone or not is_known:
        return None
    return next((by_name[name] for name in USUAL_STATES if name in by_name), None)


def _flag(verb: Verb, fields: Fields) -> dict[str, Any]:
    """Return the flag that tells whether a verb was done: archived, is_archived, following."""
    flags = [name for name, schema in fields.items() if schema.type == "boolean"]
    by_name = {_IS.sub("", bare(name)): name for name in reversed(flags)}
    by_name |= {bare(name): name for name in reversed(flags)}
    for form in _forms(verb.word):
        if form in by_name:
            return {by_name[form]: not verb.undone}
    return {}


def _turned(verb: Verb, fields: Fields) -> dict[str, Any]:
    """Return the flag that a verb turns: the one that it names, else the only one."""
    flags = [name for name, schema in fields.items() if schema.type == "boolean"]
    for word in TURNING:
        rest = verb.word.removeprefix(word).removesuffix(word)
        if rest == verb.word:
            continue
        named = list(_flag(Verb(rest), fields)) if rest else flags
        return {named[0]: Flip()} if len(named) == 1 else {}
    return {}


def _left(verb: Verb, fields: Fields) -> dict[str, Any]:
    """Return what is null when a verb is taken back that gave a record to someone."""
    if not verb.undone:
        return {}
    names: set[str] = set()
    for stem in HELD.get(verb.word, ()):
        names.update(f"{stem}{end}" for end in ENDS)
    return {
        name: None for name, schema in fields.items() if bare(name) in names and schema.takes_null
    }


def _moment(verb: Verb, fields: Fields) -> dict[str, Any]:
    """Return the property that tells when a verb was done: archived_at."""
    forms = set(_forms(verb.word))
    for name, schema in fields.items():
        described = schema.get("format")
        if described not in ("date-time", "date") or not _MOMENT.search(bare(name)):
            continue
        stem = _MOMENT.sub("", bare(name))
        if stem not in forms:
            continue
        style = "now-date" if described == "date" else "now-rfc3339"
        return {name: None if verb.undone else Stamp(style)}
    return {}


def _count(verb: Verb, fields: Fields) -> dict[str, Any]:
    """Return the property that tells how often a verb was done: favorites_count, likes."""
    word = verb.word
    if word.endswith("s"):
        return {}
    stem = word.removesuffix("e")
    names = {f"{word}count"}
    for several in (f"{word}s", f"{stem}ers", *DOERS.get(word, ())):
        one = several.removesuffix("s")
        names |= {several, f"{several}count", f"{one}count"}
        names |= {f"num{several}", f"total{several}", f"numberof{several}"}
    for name, schema in fields.items():
        if schema.type == "integer" and bare(name) in names:
            return {name: Increase(-1 if verb.undone else 1)}
    return {}


def _forms(verb: str) -> Iterator[str]:
    """Yield what a record is after a verb: cancel, cancelled, canceled; apply, applied; ship,
    shipped; follow, following.
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
    yield f"{verb.removesuffix('e')}ing"
    yield verb
    if verb.endswith("s"):
        yield from _forms(verb.removesuffix("s"))
