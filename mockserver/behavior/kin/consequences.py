"""What follows from the changes of a decision: children of a removed record go, mirrored records
keep up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.behavior.expression import evaluate, find_all, find_one
from mockserver.behavior.formula.settlement import settle_figures
from mockserver.behavior.kin.deletion import check_held, take_along
from mockserver.behavior.kin.family import lay_down_lists, show_in_parents
from mockserver.behavior.kin.insets import show_relatives
from mockserver.behavior.life.snapshots import keep_revision
from mockserver.behavior.linkage import links_to
from mockserver.behavior.records import new_record, touch
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Children, Mirror, Model, Resource
from mockserver.state import Advance, Collection, Draft, Put, Record, Remove

FARTHEST = 16
"""Steps from what was asked for to a consequence that is the last one: two records that show each
other would change each other for ever.
"""


def follow(model: Model, draft: Draft, supply: Supply, *, held: bool = False) -> None:
    """Add to the draft all that follows from its changes, and from what follows. Raises Refused
    where the records that others hold back are `held`, and one of them would go.
    """
    done = step = 0
    while done < len(draft.changes) and step < FARTHEST:
        latest = draft.changes[done:]
        done += len(latest)
        step += 1
        for change in latest:
            if not isinstance(change, Advance):
                _follow(model, change, draft, supply, held)


def _follow(model: Model, change: Put | Remove, draft: Draft, supply: Supply, held: bool) -> None:
    """Add to the draft what follows from one of its changes."""
    resource = model.resources[change.collection.resource]
    if held:
        check_held(model, change, draft)
    if isinstance(change, Remove):
        take_along(model, change, draft, supply)
    elif resource.offspring:
        lay_down_lists(model, change, draft, supply)
    for name in resource.linked_by:
        _show_linked(model, name, change, draft, supply)
    if isinstance(change, Put) and (resource.related or resource.related_in):
        show_relatives(model, change, draft)
    if isinstance(change, Put) and resource.revisions is not None:
        keep_revision(
            model,
            change,
            draft,
            supply,
        )
    if resource.shown_in:
        show_in_parents(model, change, draft, supply)
    if resource.watched_by:
        settle_figures(model, change, draft, supply)
    for mirror in resource.mirrors:
        new = change.record if isinstance(change, Put) else None
        old = draft.reader.get(change.collection, change.key)
        _keep_up(model, resource, mirror, old, new, draft, supply)


def _show_linked(
    model: Model, name: str, change: Put | Remove, draft: Draft, supply: Supply
) -> None:
    """Let the records to which a changed one is linked show it as it is."""
    if not model.resources[name].shown_in:
        return
    for found in links_to(name, change.key, draft):
        link = Put(found.collection, found.key, found.record)
        show_in_parents(model, link, draft, supply)


def _keep_up(
    model: Model,
    resource: Resource,
    mirror: Mirror,
    old: Record | None,
    new: Record | None,
    draft: Draft,
    supply: Supply,
) -> None:
    """Make, change and remove the mirrored records, so that there is one for each child; new ones
    in their order.
    """
    children = next(each for each in resource.children if each.field == mirror.children)
    target = model.resources[mirror.resource]
    before, after = _by_key(children, old), _by_key(children, new)
    for key in before:
        if key not in after:
            _drop(mirror, key, draft)
    for key, child in after.items():
        stays = before.get(key) == child
        if not stays or _is_lost(mirror, key, draft):
            _mirror(target, mirror, key, child, new or {}, draft, supply)


def _is_lost(mirror: Mirror, key: Any, draft: Draft) -> bool:
    """Tell whether the mirrored record of a child has been removed by itself."""
    return find_one(draft, mirror.resource, {mirror.key_field: key}, {}) is None


def _by_key(children: Children, record: Record | None) -> dict[Any, Any]:
    shown = (record or {}).get(children.field, ())
    return {child[children.key]: child for child in shown}


def _drop(mirror: Mirror, key: Any, draft: Draft) -> None:
    found = find_one(draft, mirror.resource, {mirror.key_field: key}, {})
    if found:
        draft.remove(found[0], found[1])


def _mirror(
    target: Resource,
    mirror: Mirror,
    key: Any,
    child: Mapping[str, Any],
    record: Record,
    draft: Draft,
    supply: Supply,
) -> None:
    scope = find_all(draft, mirror.find, {"child": child, "record": record, "draft": draft})
    values = {name: evaluate(expression, scope) for name, expression in mirror.values.items()}
    fields = {name: value for name, value in values.items() if value is not MISSING}
    fields[mirror.key_field] = key
    found = find_one(draft, mirror.resource, {mirror.key_field: key}, {})
    if found:
        if all(found[2].get(name, MISSING) == value for name, value in fields.items()):
            return
        changed = {**found[2], **fields}
        touch(target, changed, supply)
        draft.put(found[0], found[1], changed)
    else:
        new_key, made = new_record(target, Collection(target.name), fields, scope, draft, supply)
        draft.put(Collection(target.name), new_key, {**made, **fields})
