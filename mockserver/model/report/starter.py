"""Start the semantics file that would settle what was not understood: a model in, a text out that
says nothing yet.

    # operations:
    #   POST /things/{id}/twist: {kind: merge, resource: things}
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from mockserver.model.keys import HIDDEN_KEY, UNSURE
from mockserver.model.paths import canonical, collection_of, is_item, segments
from mockserver.model.types import Kind, Model, Operation, Resource

HEAD = """\
# yaml-language-server: $schema={schema}
# What Understudy did not understand of {name}, or is not sure of.
# Uncomment the lines that are right, correct those that are not, delete the rest.
# All words, with an example each: {manual} in the repository of Understudy.
"""
MANUAL = ".docs/pages/reference/words.md"
"""The page of the manual that has all words, in the repository."""
SETTLED = "# Nothing is left to settle.\n"
SHOWN = 8
"""How many properties of a record are named."""
PLAIN = frozenset({Kind.LIST, Kind.READ, Kind.CREATE})
"""Kinds of the operations by which a resource is known to be at a path."""

FAR = "no resource is near; name one under resources, and it has a state"
_WORD = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_VALUES = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_ODD = re.compile(r":\s|\s#|:$|[\"\\]|[^\x20-\x7e]")
"""What ends a plain key of YAML, or reads otherwise there."""


@cache
def schema_address() -> str:
    """Return where the JSON Schema of semantics files is that this installation brings: a URL that
    an editor opens, whatever folder the file is in.
    """
    shipped = files("mockserver.model") / "semantics.schema.json"
    return Path(str(shipped)).resolve().as_uri()


def starter(model: Model) -> str:
    """Return the text of a semantics file that says nothing yet: its lines are commented out."""
    unsure = [each for each in model.resources.values() if each.key_rule in UNSURE]
    stateless = [each for each in model.operations if each.kind is Kind.STATELESS]
    text = HEAD.format(schema=schema_address(), name=model.name, manual=MANUAL)
    if not unsure and not stateless:
        return text + SETTLED
    if unsure:
        text += "\n# resources:\n"
    for resource in unsure:
        text += _resource_lines(resource)
    if stateless:
        text += "\n# operations:\n"
    for operation in stateless:
        text += _operation_line(model, operation)
    return text


def unsettled(model: Model) -> list[dict[str, str]]:
    """Return what is unsure of a model, with the line of a semantics file that settles it: `part`
    of the file, `subject` (a resource or an operation), `doubt` and `line`.
    """
    found = []
    for resource in model.resources.values():
        if resource.key_rule in UNSURE:
            doubt = f"the key is a guess: {UNSURE[resource.key_rule]}"
            line = _resource_word(resource)
            found.append(_doubt("resources", resource.name, doubt, line))
    for operation in model.operations:
        if operation.kind is Kind.STATELESS:
            near = _near(model, operation)
            doubt = "it neither reads nor changes any records"
            if near is None:
                doubt = f"{doubt}: {FAR}"
            line = _operation_word(operation, near)
            found.append(_doubt("operations", operation.label, doubt, line))
    return found


def _doubt(part: str, subject: str, doubt: str, line: str) -> dict[str, str]:
    return {
        "part": part,
        "subject": subject,
        "doubt": doubt,
        "line": line,
    }


def _resource_lines(resource: Resource) -> str:
    names = list(resource.schema.get("properties", ()))
    known = ", ".join(names[:SHOWN]) or "none"
    doubt = UNSURE[resource.key_rule]
    guess = f"#   # the key is a guess ({doubt}); properties: {known}\n"
    return f"{guess}#   {_resource_word(resource)}\n"


def _resource_word(resource: Resource) -> str:
    """Return what a semantics file says of the key of a resource."""
    names = list(resource.schema.get("properties", ()))
    likely = _likely_key(resource, names)
    name = _spelled(resource.name)
    key = _spelled(likely)
    return f"{name}: {{key: {key}}}"


def _likely_key(resource: Resource, names: Sequence[str]) -> str:
    """Return the property that is the key, or comes nearest to one where none is."""
    if resource.key and resource.key != HIDDEN_KEY:
        return resource.key
    weighed = [line.split(" ")[0] for line in resource.key_weighed]
    candidates = [name for name in weighed if name in names] or ["id"]
    return candidates[0]


def _operation_line(model: Model, operation: Operation) -> str:
    resource = _near(model, operation)
    word = _operation_word(operation, resource)
    if resource is None:
        return f"#   {word}  # {FAR}\n"
    return f"#   {word}\n"


def _operation_word(operation: Operation, resource: str | None) -> str:
    """Return what a semantics file says of an operation about a resource."""
    label = _spelled_label(operation.label)
    if resource is None:
        return f"{label}: {{kind: stateless}}"
    name = _spelled(resource)
    kind = _guess(operation)
    return f"{label}: {{kind: {kind}, resource: {name}}}"


def _guess(operation: Operation) -> str:
    """Return the kind that the method tells of."""
    item = is_item(operation.path) or "}/" in operation.path
    match operation.method:
        case "GET":
            return "read" if item else "list"
        case "DELETE":
            return "delete" if item else "bulk_delete"
        case "POST" if not item:
            return "create"
        case _:
            return "merge" if item else "upsert"


def _near(model: Model, operation: Operation) -> str | None:
    """Return the resource on the way to an operation, the nearest first."""
    owners: dict[str, str] = {}
    for other in model.operations:
        if other.resource and other.kind in PLAIN:
            owners[collection_of(other.path)] = other.resource
    steps = segments(operation.path)
    while steps:
        path = canonical("/".join(steps))
        owner = owners.get(collection_of(path))
        if owner is not None:
            return owner
        steps.pop()
    return None


def _spelled(text: str) -> str:
    """Return a text as YAML spells it: quoted where it is more than a word, or means a value."""
    is_plain = _WORD.fullmatch(text) and text.lower() not in _VALUES
    return text if is_plain else json.dumps(text)


def _spelled_label(label: str) -> str:
    """Return a label as YAML spells it as a key."""
    return json.dumps(label) if _ODD.search(label) else label
