"""Rules between records of one collection: exclusive flags and positions; they put the siblings
that change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mockserver.behavior.scene import Scene
from mockserver.model.types import Position
from mockserver.state import Condition, Found, Query, Record


def clear_flags(scene: Scene, key: str, record: Record) -> None:
    """Take an exclusive flag from the siblings when this record now has it."""
    for name in scene.resource.exclusive:
        if record.get(name) is True:
            where = (Condition(name, (True,)),)
            for found in scene.draft.select(scene.collection, Query(where=where)).found:
                if found.key != key:
                    _put(scene, found, {name: False})


def place_new(scene: Scene, record: dict[str, Any], sent: bool) -> None:
    """Give a new record its position: the last one unless sent; later siblings move up."""
    position = scene.resource.position
    if position is None or not position.dense:
        return
    total = scene.draft.select(scene.collection, Query(limit=0)).total
    last = position.first + total
    wanted = record.get(position.field) if sent else last
    place = max(position.first, min(wanted if isinstance(wanted, int) else last, last))
    record[position.field] = place
    if place < last:
        _shift(scene, position, place, last, +1, None)


def place_moved(scene: Scene, key: str, old: Record, record: dict[str, Any]) -> None:
    """Move a record to its new position; the siblings it passes close up or make way."""
    position = scene.resource.position
    if position is None:
        return
    before, after = old.get(position.field), record.get(position.field)
    if position.dense and not (position.field in scene.sent and isinstance(after, int)):
        record[position.field] = before
        return
    if not isinstance(before, int) or not isinstance(after, int) or before == after:
        return
    if not position.dense:
        if after > before:
            _push(scene, position, after, key)
        return
    last = position.first + scene.draft.select(scene.collection, Query(limit=0)).total - 1
    after = max(position.first, min(after, last))
    record[position.field] = after
    if after < before:
        _shift(scene, position, after, before, +1, key)
    else:
        _shift(scene, position, before + 1, after + 1, -1, key)


def close_gap(scene: Scene, removed: tuple[Found, ...]) -> None:
    """Move the siblings behind removed records down, so that positions stay without gaps."""
    position = scene.resource.position
    if position is None or not position.dense or not removed:
        return
    gone = {found.key for found in removed}
    left = scene.draft.select(scene.collection, Query(order=(position.field,))).found
    for place, found in enumerate(
        (found for found in left if found.key not in gone), start=position.first
    ):
        if found.record.get(position.field) != place:
            _put(scene, found, {position.field: place})


def _push(scene: Scene, position: Position, start: int, key: str) -> None:
    """Move the siblings at or above a position one up, as far as the schema has numbers."""
    schema = scene.resource.schema.get("properties", {}).get(position.field, {})
    highest = schema.get("maximum", math.inf) if isinstance(schema, Mapping) else math.inf
    for found in scene.draft.select(scene.collection, Query()).found:
        place = found.record.get(position.field)
        if found.key != key and isinstance(place, int) and start <= place < highest:
            _put(scene, found, {position.field: place + 1})


def _shift(
    scene: Scene, position: Position, start: int, end: int, by: int, key: str | None
) -> None:
    """Move the siblings at start <= position < end by one place."""
    for found in scene.draft.select(scene.collection, Query()).found:
        place = found.record.get(position.field)
        if found.key != key and isinstance(place, int) and start <= place < end:
            _put(scene, found, {position.field: place + by})


def _put(scene: Scene, found: Found, fields: dict[str, Any]) -> None:
    current = scene.draft.get(found.collection, found.key) or found.record
    scene.draft.put(found.collection, found.key, {**current, **fields})
