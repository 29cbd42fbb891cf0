"""Infer how an operation tells what became of each of several records: what it documents in, a
template of its reply out.

    207: [{status: 201, id: 7}, {status: 422, error: {message: text}}]
    201: {data: [Contact]}   207: {data: [Contact], errors: [{index: 1, message: text}]}
    200: {created: [Contact], failed: [{row: integer, reason: text}], summary: {total: integer}}
    200: {deleted: 3, not_found: [8]}

A list is about all the records, about those with which something was done, or about the others: by
its name, and by what its items are. A number that is named for some of them counts them. What tells
why something could not be done is read as errors are (`errorforms`). Where a reply has a place for
that, or is a 207 (RFC 4918 section 11.1), one record that is wrong does not stop the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.model.errorforms import infer_form
from mockserver.model.paths import bare, noun, singular
from mockserver.model.types import (
    Described,
    DescribedMedia,
    DescribedSchema,
    ItemForm,
    ItemList,
    Results,
    Template,
    json_media,
)
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

MULTI_STATUS = 207
DEEPEST = 2
"""Objects inside each other in which the results are looked for."""
COUNT = "$count:"
"""The role of a number, before the word for what it counts."""
COUNTERS = ("integer", "number")
FAILED = frozenset(
    [
        "error",
        "errors",
        "failed",
        "failure",
        "failures",
        "faileditems",
        "invalid",
        "rejected",
        "rejects",
        "skipped",
        "problems",
        "unsuccessful",
        "notfound",
        "notprocessed",
        "unprocessed",
        "missing",
    ]
)
"""What is said of records of which something could not be done."""
DONE: Mapping[str, str] = {
    "created": "created",
    "added": "created",
    "inserted": "created",
    "imported": "created",
    "new": "created",
    "updated": "updated",
    "modified": "updated",
    "changed": "updated",
    "patched": "updated",
    "deleted": "deleted",
    "removed": "deleted",
    "success": "done",
    "successes": "done",
    "successful": "done",
    "succeeded": "done",
    "successfully": "done",
    "completed": "done",
    "accepted": "done",
    "affected": "done",
    "ok": "done",
    "valid": "done",
}
"""What is said of those of which it could, with what that was."""
ALL = frozenset({"total", "count", "processed", "received", "requested", "submitted", "matched"})
STATUSES = frozenset(
    {"status", "statuscode", "httpstatus", "httpcode", "httpstatuscode", "responsecode", "code"}
)
FLAGS: Mapping[str, bool] = {
    "success": True,
    "ok": True,
    "succeeded": True,
    "successful": True,
    "issuccess": True,
    "issuccessful": True,
    "failed": False,
    "iserror": False,
    "haserror": False,
    "haserrors": False,
    "error": False,
    "partial": False,
}
"""Flags, with what they are where something was done."""
PLACES = frozenset({"index", "position", "idx", "itemindex", "requestindex", "offset", "itemid"})
ROWS = frozenset({"row", "rownumber", "line", "linenumber", "item", "itemnumber"})
"""Where a record was in the request, counted from 0 and from 1."""
RECORDS = frozenset(
    {"data", "item", "result", "record", "resource", "body", "value", "object", "entity"}
    | {"response"}
)
SENT = frozenset({"input", "request", "original", "payload", "sent", "source", "submitted"})
REASONS = frozenset(
    [
        "error",
        "errors",
        "message",
        "messages",
        "reason",
        "reasons",
        "detail",
        "details",
        "errormessage",
        "errordescription",
        "problem",
        "violations",
        "failurereason",
    ]
)
"""Properties that tell why something could not be done."""
IDENTIFYING = frozenset(
    {"$key?", "$place", "$row", "$sent", "$value", "$status", "$status_text", "True", "False"}
)
"""Roles that tell which record an item is about, or what became of it."""
DEEDS = frozenset({"action", "operation", "outcome", "result", "status", "state", "method", "op"})
"""Texts that say what was done."""
_COUNT = re.compile(r"(count|total|items|records|rows|number)$|^(num|numberof|total|count)(of)?")


@dataclass(frozen=True, slots=True)
class ResultSubject:
    """The records that an operation is about: their name, key and schema."""

    name: str
    key: str | None
    record: DescribedSchema

    @property
    def nouns(self) -> frozenset[str]:
        """What a property is called that holds one or more of them."""
        last = noun(self.name)
        words = (self.name, singular(self.name), last, singular(last))
        return frozenset(map(bare, words))

    @property
    def keys(self) -> frozenset[str]:
        """What a property is called that holds the key of one."""
        found = {"id", "uuid", "key", "resourceid", "recordid", "objectid", "entityid"}
        found.update(f"{word}id" for word in self.nouns)
        if self.key is not None:
            found.add(bare(self.key))
        return frozenset(found)

    def is_record(self, schema: DescribedSchema) -> bool:
        """Tell whether a schema describes one of them: by half of the properties of either."""
        ours = self.record.properties.keys() - {self.key}
        both = schema.properties.keys() & ours
        if schema.name and schema.name == self.record.name:
            return True
        return bool(both) and 2 * len(both) >= min(len(ours), len(schema.properties))


def infer_results(described: Described, usual: int, subject: ResultSubject) -> Results | None:
    """Return how an operation on many records tells of each, None where its reply has no place for
    that. `usual` is the status of its normal answer.
    """
    status = MULTI_STATUS if described.documents(MULTI_STATUS) else usual
    media = json_media(described.response(status).content)
    schema = NO_SCHEMA if media is None else media.schema
    body = _list(schema, "", subject) if schema.is_array else _object(schema, subject, 0)
    goes_on = status == MULTI_STATUS or _tells_each(body)
    if body is None or (not goes_on and not _tells_numbers(body)):
        return None
    return Results(status, body, status == usual, goes_on)


def _parts(template: Template) -> Iterator[Template]:
    """Yield what stands in a template, at any depth."""
    if isinstance(template, Mapping) and "$word" not in template:
        for child in template.values():
            yield from _parts(child)
    else:
        yield template


def _tells_each(body: Template) -> bool:
    """Tell whether a body says of each record what became of it: all of them, or those of which
    something could not be done beside those of which it could.
    """
    told = set(map(_which_of, _parts(body)))
    is_apart = "failed" in told and len(told - {"", "failed"}) > 0
    return "list:all" in told or is_apart


def _which_of(part: Template) -> str:
    """Return of which records a part of a body tells, empty where of none."""
    if isinstance(part, ItemList):
        return "list:all" if part.which == "all" else part.which
    if isinstance(part, str) and part.startswith(COUNT):
        return part.removeprefix(COUNT)
    return ""


def _tells_numbers(body: Template) -> bool:
    """Tell whether a body counts what was done, and shows no record."""
    parts = list(_parts(body))
    counts = [part for part in parts if isinstance(part, str) and part.startswith(COUNT)]
    shows = any(isinstance(part, ItemList) and part.item.done == "$value" for part in parts)
    return bool(counts) and counts != [f"{COUNT}all"] and not shows


def _object(schema: DescribedSchema, subject: ResultSubject, depth: int) -> Template:
    """Return the template of an object in which results are told, None where none are."""
    found: dict[str, Template] = {}
    for name, child in schema.properties.items():
        role = _role(name, child, subject, depth)
        if role is not None:
            found[name] = role
    return found or None


def _role(name: str, child: DescribedSchema, subject: ResultSubject, depth: int) -> Template:
    """Return what a property of a reply tells, None where that is nothing of the results."""
    word = bare(name)
    if child.is_array:
        return _list(child, word, subject)
    if child.is_object and depth < DEEPEST:
        return _object(child, subject, depth + 1)
    if child.type in COUNTERS:
        which = _which(_uncounted(word))
        return None if which is None else f"{COUNT}{which}"
    if child.type == "boolean" and word in FLAGS:
        return "$whole" if FLAGS[word] else "$broken"
    options = child.get("enum")
    if child.type == "string" and word in DEEDS and options:
        return {"$whole": list(options)}
    return None


def _uncounted(word: str) -> str:
    """Return the word of a number without what says that it counts: total_created."""
    return _COUNT.sub("", word) or word


def _which(word: str) -> str | None:
    """Return of which records a word is said, None where of none."""
    if word in FAILED:
        return "failed"
    if word in DONE:
        return DONE[word]
    return "all" if word in ALL else None


def _list(schema: DescribedSchema, word: str, subject: ResultSubject) -> ItemList | None:
    """Return what a list in a reply tells, None where that is nothing of the results."""
    items = schema.items
    which = _which(word) or _which(_without(word, subject))
    if items.is_object:
        if _marks(items, subject):
            form = _item_form(items, subject)
            is_named = which not in (None, "all")
            if not _tells_which(form.failed):
                return None
            return ItemList(str(which) if is_named else "all", form)
        if not subject.is_record(items):
            return None
        value = "$sent" if which == "failed" else "$value"
        return ItemList(which if which not in (None, "all") else "done", ItemForm(value, value))
    if items.type not in ("string", "integer"):
        return None
    if which in (None, "all"):
        is_keys = word in subject.keys or word.removesuffix("s") in subject.keys
        which = "done" if is_keys else None
    if which is None:
        return None
    tells_why = which == "failed" and word in ("errors", "error", "problems")
    value = "{messages}" if tells_why else "$key"
    error = value if tells_why else None
    return ItemList(which, ItemForm("$key", value if error is None else None, error))


def _without(word: str, subject: ResultSubject) -> str:
    """Return a word without the name of the records: failed_contacts, created_ids."""
    for ending in (*sorted(subject.nouns, key=len, reverse=True), "ids", "items", "records"):
        rest = word.removesuffix(ending)
        if rest != word and rest:
            return rest
    return word


def _marks(items: DescribedSchema, subject: ResultSubject) -> set[str]:
    """Return the properties of an item that tell what became of a record, and are none of its
    own.
    """
    is_record = subject.is_record(items)
    found = set()
    for name, child in items.properties.items():
        word = bare(name)
        if is_record and name in subject.record.properties:
            continue
        tells_status = word in STATUSES and not child.is_array and not child.is_object
        if tells_status or word in REASONS or (word in FLAGS and child.type == "boolean"):
            found.add(name)
    return found


def _item_form(items: DescribedSchema, subject: ResultSubject) -> ItemForm:
    """Return how an item tells of a record."""
    done: dict[str, Template] = {}
    failed: dict[str, Template] = {}
    left: dict[str, DescribedSchema] = {}
    marks = _marks(items, subject)
    is_record = subject.is_record(items)
    if is_record:
        done["$record"] = "$value"
        failed["$record"] = "$sent"
    for name, child in items.properties.items():
        if is_record and name not in marks:
            continue
        role = _item_role(name, child, subject, name in items.required)
        if role is None:
            left[name] = child
            continue
        when_done, when_failed = role
        if when_done is not None:
            done[name] = when_done
        if when_failed is not None:
            failed[name] = when_failed
    telling = {name: child for name, child in left.items() if not subject.is_record(child)}
    return ItemForm(done, failed, _error_form(items, telling))


def _tells_which(template: Template) -> bool:
    """Tell whether an item says which record it is about, or is there for each: with a status."""
    told = set(map(str, _parts(template)))
    return not told.isdisjoint(IDENTIFYING) or any("$word" in part for part in told)


def _error_form(items: DescribedSchema, left: Mapping[str, DescribedSchema]) -> Template:
    """Return the template of what tells the reason, of properties that tell nothing else."""
    if not left:
        return None
    schema = items.with_properties(left)
    form = infer_form(DescribedMedia("application/json", schema))
    if isinstance(form, Mapping) and "$made" not in form:
        return {name: child for name, child in form.items() if name in left}
    return None


def _item_role(
    name: str, child: DescribedSchema, subject: ResultSubject, required: bool
) -> tuple[Template, Template] | None:
    """Return what a property tells where something was done, and where it was not; None where it
    may only tell why not.
    """
    word = bare(name)
    if word in subject.keys and not child.is_array and not child.is_object:
        return "$key?", "$key?"
    if word in PLACES and child.type in COUNTERS:
        return "$place", "$place"
    if word in ROWS and child.type in COUNTERS:
        return "$row", "$row"
    if word in FLAGS and child.type == "boolean":
        return FLAGS[word], not FLAGS[word]
    if child.is_object:
        return _object_role(word, child, subject)
    if word in STATUSES and child.type in COUNTERS:
        return "$status", "$status"
    if child.type == "string" and word in DEEDS:
        return _text_role(child)
    if child.type == "string" and word in STATUSES and _tells_http(child):
        return "$status_text", "$status_text"
    if child.type == "string" and word == "message" and required:
        return "$phrase", None
    return None


def _object_role(
    word: str, child: DescribedSchema, subject: ResultSubject
) -> tuple[Template, Template] | None:
    if word in SENT:
        return "$sent", "$sent"
    is_named = word in subject.nouns or word in RECORDS
    if is_named and (subject.is_record(child) or not child.properties):
        return "$value", None
    return None


def _tells_http(child: DescribedSchema) -> bool:
    """Tell whether a text is a status of HTTP: by its example, its choices or its description."""
    shown = [child.get("example"), *(child.get("enum") or ())]
    if any(isinstance(value, str) and re.match(r"[2-5]\d\d\b", value) for value in shown):
        return True
    return "http" in str(child.get("description", "")).lower()


def _text_role(child: DescribedSchema) -> tuple[Template, Template]:
    """Return what a text tells that says what was done, in its own words where it has some."""
    if _tells_http(child):
        return "$status_text", "$status_text"
    options: Sequence[Any] = child.get("enum") or ()
    words = {"$word": list(options)}
    return words, words
