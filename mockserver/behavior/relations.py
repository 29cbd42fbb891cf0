"""Show related records by the keys that were sent for them: {project_id: 1} in, {project: {id: 1}}
out. A record begins without any that belong to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.types import Resource


def related_objects(resource: Resource, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the objects of a record whose keys were sent; what else they have is made when they
    are shown.
    """
    found: dict[str, Any] = {}
    for related in resource.related:
        if related.sent not in sent or related.shown in sent:
            continue
        keys = sent[related.sent]
        if related.many and isinstance(keys, list):
            found[related.shown] = [{related.by: key} for key in keys]
        elif not related.many and keys is None:
            found[related.shown] = None
        elif not related.many:
            found[related.shown] = {related.by: keys}
    return found


def no_offspring(resource: Resource) -> dict[str, Any]:
    """Return what a record shows of the records that belong to it, where there are none."""
    found: dict[str, Any] = {}
    for offspring in resource.offspring:
        field = offspring.field
        if offspring.single or "." in field:
            continue
        if offspring.counted:
            found[field] = 0
        else:
            found[field] = []
    return found
