"""Lines about the properties of records: which are shown, what those are that nobody sent, how
moments are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.compare.differences import Drift, type_name
from contracts.compare.moments import moment_of, shape_of
from contracts.drift.groups import Group
from contracts.drift.lines import Line, Understanding
from contracts.drift.schema_paths import reply_schemas, steps_to
from mockserver.generation.supply import STYLES
from mockserver.lookup import MISSING

SAMPLE_MOMENT = datetime(2026, 3, 4, 5, 6, 7, 890_123, UTC)


def hidden(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A property never leaves the server, or is not there at all."""
    drift = group.smallest.drift
    name = _outer(drift)
    if name:
        yield Line(
            {
                "resources": {
                    drift.resource: {
                        "hidden": [*sorted(_said(understanding, drift, "hidden")), name]
                    }
                }
            }
        )
    for schema in _schemas(group, understanding):
        for target in steps_to(understanding.model.document.spec, schema, drift.field):
            yield Line(target=target, remove=True)


def filled(group: Group, _: Understanding) -> Iterator[Line]:
    """Properties that nobody sent are made up, or not."""
    drift = group.smallest.drift
    for fill in ("required", "none"):
        yield Line({"resources": {drift.resource: {"fill": fill}}})
    name = _outer(drift)
    if name and drift.live is not MISSING:
        yield Line({"resources": {drift.resource: {"defaults": {name: drift.live}}}})


def default_value(group: Group, _: Understanding) -> Iterator[Line]:
    """A property has this value when nobody sent it."""
    drift = group.smallest.drift
    name = _outer(drift)
    live = [each.drift.live for each in group.shown if each.by.reading.operation is not None]
    if name and live and all(each == live[0] for each in live):
        yield Line({"resources": {drift.resource: {"defaults": {name: live[0]}}}})


def made(group: Group, _: Understanding) -> Iterator[Line]:
    """A property is made by the server, once or with every change."""
    drift = group.smallest.drift
    if _outer(drift) and moment_of(drift.live) is not None:
        yield from _styled(drift, ("generated", "touched"))


def time_style(group: Group, understanding: Understanding) -> Iterator[Line]:
    """Moments are written in another style, or renewed with every change."""
    drift = group.smallest.drift
    resource = understanding.model.resources.get(drift.resource)
    if resource is None or not _outer(drift) or moment_of(drift.live) is None:
        return
    words = (
        ("touched", "generated") if _outer(drift) in resource.touched else ("generated", "touched")
    )
    yield from _styled(drift, words)


def shown(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A property is shown that the document does not name."""
    drift = group.smallest.drift
    spec = understanding.model.document.spec
    parent, _, name = drift.field.rpartition("/")
    kind = {"null": "string"}.get(type_name(drift.live), type_name(drift.live))
    nullable = {"nullable": True} if drift.live is None else {}
    for schema in _schemas(group, understanding):
        for target in steps_to(spec, schema, parent):
            yield Line(target=target, update={"properties": {name: {"type": kind, **nullable}}})


def nullable(group: Group, understanding: Understanding) -> Iterator[Line]:
    """A property may be null, or is of another type."""
    drift = group.smallest.drift
    change: dict[str, Any] = (
        {"nullable": True} if drift.live is None else {"type": type_name(drift.live)}
    )
    for schema in _schemas(group, understanding):
        for target in steps_to(understanding.model.document.spec, schema, drift.field):
            yield Line(target=target, update=change)


def _styled(drift: Drift, words: tuple[str, ...]) -> Iterator[Line]:
    for word in words:
        for style, write in STYLES.items():
            if shape_of(write(SAMPLE_MOMENT)) == shape_of(drift.live):
                yield Line({"resources": {drift.resource: {word: {_outer(drift): style}}}})


def _outer(drift: Drift) -> str:
    """Return the property of the record itself that differs, empty for one deeper inside."""
    name = drift.field.removeprefix("/")
    return "" if "/" in name else name


def _said(understanding: Understanding, drift: Drift, word: str) -> list[str]:
    said: Mapping[str, Any] = (understanding.semantics.get("resources") or {}).get(
        drift.resource
    ) or {}
    return list(said.get(word) or ())


def _schemas(group: Group, understanding: Understanding) -> list[str]:
    """Return where the schemas of the records in a group's answers are in the document, as
    JSONPath.
    """
    found: list[str] = []
    for operation in group.operations:
        found += [
            each for each in reply_schemas(understanding.model, operation) if each not in found
        ]
    return found
