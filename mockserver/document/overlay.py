"""A document and overlay actions in, the changed document out (OpenAPI Overlay Specification
1.0.0).

Each action must say in `description` why it is there, and must find its target: an overlay that no
longer fits its document is an error, not a silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jsonpath_rfc9535

from mockserver.document.grammar import DROP
from mockserver.document.lines import line_numbers
from mockserver.errors import DocumentError
from mockserver.slots import dataclass

Location = tuple[str | int, ...]

_WORDS = frozenset({"target", "description", "update", "remove"})
_HINT = (
    "an action has a target (JSONPath), a description (its reason) and either update or remove: "
    "true"
)


@dataclass(frozen=True, slots=True)
class Action:
    """One change: `update` is merged into what `target` selects, or that is removed."""

    target: str
    description: str
    update: Any
    remove: bool
    source: str
    index: int
    line: int

    def error(self, message: str, hint: str = _HINT) -> DocumentError:
        """Word an error about this action."""
        return DocumentError(self.source, message, self.line, f"/actions/{self.index}", hint)


def read_actions(value: Any, source: str, text: str) -> list[Action]:
    """Read the actions of an overlay document; `text` is asked for line numbers.

    Raises DocumentError for anything that the specification does not allow, and for a missing
    reason.
    """
    actions = value.get("actions") if isinstance(value, dict) else None
    if not isinstance(actions, list) or not actions:
        raise DocumentError(
            source, "has no actions", hint="an overlay has `overlay: 1.0.0`, info and actions"
        )
    if not str(value.get("overlay", "")).startswith("1."):
        raise DocumentError(
            source, "is no overlay of version 1", pointer="/overlay", hint="write overlay: 1.0.0"
        )
    lines = line_numbers(text, [f"/actions/{index}" for index in range(len(actions))])
    return [_action(action, source, i, lines[f"/actions/{i}"]) for i, action in enumerate(actions)]


def _action(value: Any, source: str, index: int, line: int) -> Action:
    fields = value if isinstance(value, dict) else {}
    target, reason = fields.get("target"), fields.get("description")
    remove = fields.get("remove", False)
    action = Action(
        str(target), str(reason), fields.get("update"), remove is True, source, index, line
    )
    if not isinstance(target, str) or not target.startswith("$"):
        raise action.error("the action has no target")
    if not isinstance(reason, str) or not reason.strip():
        raise action.error(f"the action on {target} has no description that tells its reason")
    unknown = {key for key in fields.keys() - _WORDS if not key.startswith("x-")}
    if unknown:
        raise action.error(f"the action on {target} has an unknown word {min(unknown)!r}")
    if not isinstance(remove, bool) or remove == ("update" in fields):
        raise action.error(f"the action on {target} must have either update or remove: true")
    return action


def overlay(document: dict[str, Any], actions: Sequence[Action]) -> dict[str, Any]:
    """Apply actions in their order, each to the result of those before it; the document is not
    changed.

    Raises DocumentError for a target that is no JSONPath (RFC 9535) or selects nothing.
    """
    for action in actions:
        document = _apply(document, action)
    return document


def _apply(document: dict[str, Any], action: Action) -> dict[str, Any]:
    change: Callable[[Any], Any] = (
        (lambda _: DROP) if action.remove else (lambda value: _updated(value, action))
    )
    result: Any = document
    for location in sorted(_select(document, action), key=_last_index_first):
        result = _changed(result, location, change)
    if not isinstance(result, dict):
        raise action.error("the document as a whole cannot be removed or replaced")
    return result


def _select(document: dict[str, Any], action: Action) -> list[Location]:
    try:
        locations = [node.location for node in jsonpath_rfc9535.find(action.target, document)]
    except jsonpath_rfc9535.JSONPathError as error:
        raise action.error(
            f"the target {action.target} is no JSONPath: {error}", "see RFC 9535"
        ) from None
    if not locations:
        hint = (
            "the document has changed, or the path is misspelled: mend the target or remove the "
            "action"
        )
        raise action.error(f"the target {action.target} selects nothing", hint)
    if action.remove:  # what stands inside something that is removed goes with it
        chosen = set(locations)
        locations = [
            way for way in chosen if not any(way[:cut] in chosen for cut in range(len(way)))
        ]
    return list(dict.fromkeys(locations))


def _last_index_first(location: Location) -> tuple[tuple[int, int, str], ...]:
    """Order locations so that removing an entry of a list does not move one that is still to go."""
    parts = [(0, -part, "") if isinstance(part, int) else (1, 0, part) for part in location]
    return tuple(parts)


def _changed(value: Any, location: Location, change: Callable[[Any], Any]) -> Any:
    """Copy the way to a location, and change what stands there."""
    if not location:
        return change(value)
    key, rest = location[0], location[1:]
    copy = value.copy()
    below = _changed(value[key], rest, change)
    if below is DROP:
        del copy[key]
    else:
        copy[key] = below
    return copy


def _updated(value: Any, action: Action) -> Any:
    if isinstance(value, dict) and not isinstance(action.update, dict):
        raise action.error(f"the target {action.target} is an object, so update must be one")
    if isinstance(value, list) and not isinstance(action.update, list):
        return [*value, action.update]
    return merged(value, action.update)


def merged(value: Any, update: Any) -> Any:
    """Merge recursively: members of objects are merged, entries of lists appended, all else is
    replaced.
    """
    if isinstance(value, dict) and isinstance(update, dict):
        return value | {
            k: merged(value[k], new) if k in value else new for k, new in update.items()
        }
    if isinstance(value, list) and isinstance(update, list):
        return [*value, *update]
    return update
