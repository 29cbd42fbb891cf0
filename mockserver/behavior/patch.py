"""Patches of a record: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902).

Both take the record as a client sees it and give the record as it shall be. What has become of
each property is then a change like any other, and is held to the schema of the record.

    {"a": "1", "b": "2", "tags": ["x"]}
    [{"op": "replace", "path": "/a", "value": "9"}, {"op": "remove", "path": "/b"},
     {"op": "add", "path": "/tags/-", "value": "y"}]
    {"a": "9", "tags": ["x", "y"]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonpatch import InvalidJsonPatch, JsonPatch, JsonPatchException
from jsonpointer import JsonPointerException

from mockserver.call import Call, Problem, ProblemKind, Refused, Violation
from mockserver.mediatype import plain_media_type
from mockserver.model.schema.alternatives import narrowed
from mockserver.model.schema.schemas import Direction, path_of
from mockserver.model.types import DescribedSchema, Resource
from mockserver.slots import dataclass
from mockserver.state import Record

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"


@dataclass(frozen=True, slots=True)
class Patched:
    """What a patch does to the properties of a record: those that it gives a value, and those that
    it takes away.
    """

    changed: Mapping[str, Any]
    removed: frozenset[str]


def is_merge_patch(call: Call) -> bool:
    """Tell whether a body is a JSON Merge Patch, which its media type says."""
    return _media_type(call) == MERGE_PATCH


def is_json_patch(call: Call) -> bool:
    """Tell whether a body is a JSON Patch: by its media type, or as an array of what the document
    describes as operations on paths.
    """
    if not isinstance(call.body, list):
        return False
    if _media_type(call) == JSON_PATCH:
        return True
    schema = call.operation.described.request_schema
    if schema is None or not schema.is_array:
        return False
    return {"op", "path"} <= schema.items.properties.keys()


def broken_by(call: Call) -> tuple[Violation, ...]:
    """Return what is wrong with a body. What a patch may hold, its standard says, also where a
    document that describes it says otherwise: a JSON Patch is an array, and the value of an
    operation of it may be anything (RFC 6902 sections 3 and 4); a member of a merge patch may be
    null (RFC 7396 section 1).
    """
    if is_json_patch(call):
        may_hold = _is_of_json_patch
    elif is_merge_patch(call):
        may_hold = _is_removal
    else:
        return call.violations
    found = []
    for violation in call.violations:
        if violation.place != "body" or not may_hold(call, violation):
            found.append(violation)
    return tuple(found)


def _is_of_json_patch(call: Call, violation: Violation) -> bool:
    """Tell whether what breaks a schema is the array of a JSON Patch, or a value in it."""
    is_array = not violation.path and violation.rule == "type"
    return is_array or violation.path[1:2] == ("value",)


def _is_removal(call: Call, violation: Violation) -> bool:
    """Tell whether what breaks a schema is the null by which a merge patch removes a member."""
    if not violation.path or violation.rule == "missing_envelope":
        return False
    value = call.body
    for step in violation.path:
        if not isinstance(value, Mapping) or step not in value:
            return False
        value = value[step]
    return value is None


def _media_type(call: Call) -> str:
    return plain_media_type(str(call.headers.get("content-type", "")))


def merge_patch(target: Any, patch: Any) -> Any:
    """Return the target with the patch applied: null removes, objects merge, anything else replaces
    (RFC 7396 section 2).
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def json_patch(target: Mapping[str, Any], operations: Sequence[Any]) -> dict[str, Any]:
    """Return the target with all operations carried out, in their order (RFC 6902 section 4).

    Raises Refused where one of them is none, leads nowhere, or tests for what is not so: then none
    is carried out (section 5).
    """
    try:
        patched = JsonPatch(operations).apply(dict(target))
    except (InvalidJsonPatch, TypeError, KeyError, ValueError) as error:
        raise Refused(_no_patch(error)) from None
    except (JsonPatchException, JsonPointerException) as error:
        raise Refused(
            Problem(ProblemKind.CONFLICT, f"the patch cannot be applied: {error}")
        ) from None
    if not isinstance(patched, dict):
        raise Refused(_no_patch("it leaves no object"))
    return patched


def _no_patch(why: object) -> Problem:
    text = f"the body is no JSON Patch: {why}"
    return Problem(ProblemKind.INVALID, text, (Violation("body", (), "json-patch", text),))


def difference(before: Record, after: Mapping[str, Any]) -> Patched:
    """Return what makes one record another."""
    changed = {}
    for name, value in after.items():
        if name not in before or before[name] != value:
            changed[name] = value
    return Patched(changed, frozenset(before.keys() - after.keys()))


def hold(resource: Resource, record: Record, patched: Patched) -> None:
    """Raise Refused where a patch takes away what a record must have, or gives a property a value
    that its schema forbids.
    """
    schema = narrowed(resource.record, {**record, **patched.changed})
    violations = [*_missing(resource, schema, patched), *_forbidden(resource, schema, patched)]
    if violations:
        raise Refused(Problem(ProblemKind.INVALID, violations[0].message, tuple(violations)))


def _missing(resource: Resource, schema: DescribedSchema, patched: Patched) -> Iterator[Violation]:
    for name in schema.required:
        if name in patched.removed and name not in resource.read_only:
            yield Violation("body", (name,), "required", f"{name} is required")


def _forbidden(
    resource: Resource, schema: DescribedSchema, patched: Patched
) -> Iterator[Violation]:
    for name, value in patched.changed.items():
        child = schema.all_properties.get(name)
        if child is not None and name not in resource.read_only:
            yield from _broken(child, name, value)


def _broken(schema: DescribedSchema, name: str, value: Any) -> Iterator[Violation]:
    validator = schema.validator(Direction.REQUEST)
    for error in validator.iter_errors(value):
        path = (name, *path_of(error, value))
        values = {"value": error.instance}
        yield Violation("body", path, error.kind.name, str(error.message), values)
