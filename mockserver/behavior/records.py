"""Make whole records out of what a client sent: keys, defaults, generated, computed and filled-in
values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mockserver.behavior.expression import evaluate, find_one
from mockserver.behavior.ordinals import (
    COUNTED,
    is_numbered,
    note_texts,
    numbered_text,
    sequence_of,
)
from mockserver.behavior.relations import no_offspring, related_objects
from mockserver.behavior.tags import tag_of
from mockserver.behavior.template import fill, names_in
from mockserver.call import Problem, ProblemKind, Refused, Supply, Violation
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.keys import CREATION, IDS
from mockserver.model.paths import bare
from mockserver.model.schema.alternatives import narrowed
from mockserver.model.types import DescribedSchema, InnerDefaults, Resource, States
from mockserver.state import Collection, Draft, Record, key_of

Sent = Mapping[str, Any]
COUNTER = "counter"
"""The generator of a number that is 1 at first and one more after each change; of a text its
digits.
"""
TAG = "tag"
"""The generator of a text that is another one after each change."""
FORMED = "formed"
"""The generator of a key in the form that the document shows."""
KEYS_TRIED = 64
"""How often another key is made where the one before is taken."""
EMPTY: Mapping[str, Any] = {}
NO_NAMES: frozenset[str] = frozenset()


def writable(resource: Resource, sent: Any) -> dict[str, Any]:
    """Return what a client may set of what it sent: nothing read-only and, in a closed resource,
    nothing unknown.
    """
    if not isinstance(sent, dict):
        return {}
    kept, read_only = resource.kept, resource.read_only
    if kept is None:
        return {name: value for name, value in sent.items() if name not in read_only}
    return {name: value for name, value in sent.items() if name in kept}


def _with_inner_defaults(inner: Mapping[str, InnerDefaults], value: Mapping[str, Any]) -> Any:
    """Return an object whose objects have what nobody said of them."""
    completed = dict(value)
    for name in inner.keys() & value.keys():
        completed[name] = _completed(inner[name], value[name])
    return completed


def _completed(usual: InnerDefaults, value: Any) -> Any:
    """Return an object, or a list of them, with what nobody said."""
    if isinstance(value, list):
        return [_completed(usual, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {**usual.values, **_with_inner_defaults(usual.inner, value)}


def own_schema(resource: Resource, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a record, of its alternatives the one that it has."""
    if not resource.record.alternatives:
        return resource.schema
    return narrowed(resource.record, value).flat


def foreign_names(resource: Resource, value: Mapping[str, Any]) -> frozenset[str]:
    """Return the properties that a record cannot have, as only other alternatives than its own have
    them.
    """
    if not resource.record.alternatives:
        return NO_NAMES
    own = narrowed(resource.record, value).properties
    others = resource.record.all_properties.keys() - own.keys()
    return frozenset(others - {resource.key})


def leave_out_foreign(resource: Resource, record: dict[str, Any], value: Mapping[str, Any]) -> None:
    """Take out of a record what it cannot have by the alternative that a value has."""
    for name in foreign_names(resource, value):
        record.pop(name, None)


def new_record(
    resource: Resource,
    collection: Collection,
    sent: Sent,
    scope: Mapping[str, Any],
    draft: Draft,
    supply: Supply,
    given: Mapping[str, Any] = EMPTY,
) -> tuple[str, dict[str, Any]]:
    """Return the key and the record that a create makes; what is given by the path wins over what
    was sent.
    """
    told = writable(resource, sent)
    if resource.inner_defaults:
        told = _with_inner_defaults(resource.inner_defaults, told)
    record = {**resource.defaults, **told, **given}
    has_alternatives = bool(resource.record.alternatives)
    if has_alternatives:
        leave_out_foreign(resource, record, sent)
    if resource.split:
        record |= parent_fields(resource, collection, scope)
        _name_inner_parents(resource, record, scope)
        _name_owner(resource, record, collection)
    if resource.offspring:
        record = no_offspring(resource) | record
    key = _take_key(resource, collection, record, draft, supply)
    if CREATION in resource.order:
        record[CREATION] = draft.draw(f"{resource.name}.{CREATION}")
    foreign = foreign_names(resource, record) if has_alternatives else NO_NAMES
    for name, generator in resource.made.items():
        if name in foreign:
            continue
        salt = f"{resource.name}/{key}/{name}"
        record[name] = _started(generator, name, salt, record, draft, resource, supply)
    if resource.states:
        record[resource.states.field] = _first_state(resource.states, sent)
    if resource.related:
        record |= related_objects(resource, sent)
    if resource.assigned:
        _assign(resource, record, {**scope, "old": None})
    _fill_in(resource, key, record, supply)
    if resource.computed:
        _compute(resource, key, record, None, supply)
    return key, _in_order(resource, record)


def _first_state(states: States, sent: Sent) -> str:
    """Return the state of a new record: where there is a choice, the one that was sent. Raises
    Refused for any other.
    """
    chosen = sent.get(states.field)
    if len(states.choices) < 2 or chosen is None:
        return states.initial
    if chosen in states.choices:
        return str(chosen)
    text = f"{states.field} cannot be {chosen} at first"
    values = {"from": None, "to": chosen, "field": states.field}
    raise Refused(Problem(ProblemKind.TRANSITION, text, values=values))


def _started(
    generator: str,
    name: str,
    salt: str,
    record: Record,
    draft: Draft,
    resource: Resource,
    supply: Supply,
) -> Any:
    """Return the value that a property begins with."""
    if generator == COUNTER:
        return _counted(resource, name, None)
    if generator == TAG:
        return supply.uuid(f"{salt}/{tag_of(record)}")
    if generator in COUNTED:
        number = draft.draw(sequence_of(resource, name))
        return str(number) if generator == "sequence-text" else number
    return _generate(generator, salt, draft, resource, supply)


def changed_record(
    resource: Resource,
    key: str,
    old: Record,
    sent: Sent,
    scope: Mapping[str, Any],
    supply: Supply,
    *,
    renames: bool = False,
) -> dict[str, Any]:
    """Return the record after a merge: what was sent is changed and nothing else. One that
    `renames` has the key that was sent.
    """
    told = writable(resource, sent)
    for name, usual in resource.inner_defaults.items():
        value = told.get(name)
        if isinstance(value, list):
            told[name] = _completed(
                usual,
                value,
            )
    record = {**old, **told}
    both = sent.keys() & old.keys()
    for name in resource.nested & both:
        if isinstance(old[name], Mapping) and isinstance(sent[name], Mapping):
            record[name] = {**old[name], **sent[name]}
    record |= _fixed(resource, old, renames)
    for name in sent:
        if name in record and _must_be_there(resource, record, name):
            record[name] = old.get(name)
    leave_out_foreign(resource, record, {**record, **sent})
    record |= related_objects(resource, sent)
    _fix_inner_key(resource, record)
    _name_inner_parents(resource, record, scope)
    _assign(resource, record, {**scope, "old": old})
    _compute(resource, key, record, old, supply)
    _touch_changed(resource, record, old, supply)
    return _in_order(resource, record)


def replaced_record(
    resource: Resource,
    key: str,
    old: Record,
    sent: Sent,
    scope: Mapping[str, Any],
    supply: Supply,
    *,
    renames: bool = False,
) -> dict[str, Any]:
    """Return the record after a replace: what was not sent goes back to its default. One that
    `renames` has the key that was sent.
    """
    owned = resource.owned
    kept = {name: value for name, value in old.items() if name in owned}
    told = writable(resource, sent)
    told = _with_inner_defaults(
        resource.inner_defaults,
        told,
    )
    record = {**resource.defaults, **kept, **told}
    record |= _fixed(resource, old, renames)
    if resource.record.alternatives:
        leave_out_foreign(resource, record, sent)
    if resource.offspring:
        record = no_offspring(resource) | record
    if resource.states and resource.states.field not in sent:
        record[resource.states.field] = old.get(resource.states.field)
    if resource.related:
        record |= related_objects(resource, sent)
    if resource.key_source is not None:
        _fix_inner_key(resource, record)
        _name_inner_parents(resource, record, scope)
    if resource.assigned:
        _assign(resource, record, {**scope, "old": old})
    _fill_in(resource, key, record, supply)
    if resource.computed:
        _compute(resource, key, record, old, supply)
    if resource.touched:
        _touch_changed(resource, record, old, supply)
    return _in_order(resource, record)


def _touch_changed(resource: Resource, record: dict[str, Any], old: Record, supply: Supply) -> None:
    """Touch a changed record; where the API looks at that, only if a value differs from what it
    was.
    """
    if not resource.keeps_untouched or record != old:
        touch(resource, record, supply)


def _fixed(resource: Resource, old: Record, renames: bool) -> dict[str, Any]:
    """Return what no request moves: the key of a record unless it is renamed, the properties that
    tell where it lives, and counters of its changes.
    """
    fixed = {name: old[name] for name in resource.fixed if name in old}
    if renames:
        fixed.pop(resource.key or "", None)
    return fixed


def _fix_inner_key(resource: Resource, record: dict[str, Any]) -> None:
    """Keep the key of a record that is in an object of it."""
    if resource.key_source is not None and resource.key in record:
        put_at(record, resource.key_source, record[resource.key])


def _name_inner_parents(
    resource: Resource, record: dict[str, Any], scope: Mapping[str, Any]
) -> None:
    """Name the parents of a record in an object of it, beside its key."""
    path = scope.get("path", {})
    for param, place in resource.inner_parents:
        if param in path:
            put_at(record, place, path[param])


def _name_owner(
    resource: Resource,
    record: dict[str, Any],
    collection: Collection,
) -> None:
    """Name the owner of a record that is known by its owner and its name."""
    place, parents = resource.owner_source, collection.parents
    if place is not None and parents:
        put_at(record, place, parents[0])


def touch(resource: Resource, record: dict[str, Any], supply: Supply) -> None:
    """Renew the properties that move with every change: moments, and a `counter` of the changes."""
    for name, generator in resource.touched.items():
        if generator == COUNTER:
            record[name] = _counted(resource, name, record.get(name))
        elif generator == TAG:
            record[name] = supply.uuid(f"{resource.name}/{tag_of(record)}/{name}")
        else:
            record[name] = supply.stamp(generator)


def _counted(resource: Resource, name: str, count: Any) -> int | str:
    """Return what comes after a count, 1 where there is none: a number, or its digits where the
    property is a text.
    """
    schema = resource.record.all_properties.get(name)
    is_text = isinstance(count, str) or (schema is not None and schema.type == "string")
    known = int(count) if isinstance(count, int) or _is_digits(count) else 0
    return str(known + 1) if is_text else known + 1


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18


def parent_fields(
    resource: Resource, collection: Collection, scope: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the properties of a child that hold its parents' keys: a number as it was sent, a text
    as the key is.
    """
    path = scope.get("path", {})
    sent = {param: value for param, value in path.items() if not isinstance(value, str)}
    return {
        parent.field: sent.get(parent.param, key)
        for parent, key in zip(resource.split, collection.parents, strict=False)
        if parent.field
    }


def _take_key(
    resource: Resource,
    collection: Collection,
    record: dict[str, Any],
    draft: Draft,
    supply: Supply,
) -> str:
    """Return the key of a new record and note it in the record and in the sequence."""
    if resource.key is None:
        return ""
    chosen = _sent_key(resource, record)
    is_made = chosen is None or isinstance(chosen, dict | list)
    if is_made:
        chosen = _free_key(resource, collection, draft, supply)
    record[resource.key] = chosen
    if resource.key_source is not None:
        put_at(record, resource.key_source, chosen)
    key = key_of(chosen)
    if draft.get(collection, key) is not None:
        told = f"{resource.key} {key} is taken"
        raise Refused(Problem(ProblemKind.CONFLICT, told, values={"key": key}))
    if not is_made:
        note_texts(resource, record, draft)
    is_counted = resource.generated.get(resource.key) in ("sequence", "sequence-text")
    if is_counted and not is_made and key.isdecimal() and len(key) < 18:
        draft.reserve(resource.name, int(key))
    return key


def _sent_key(resource: Resource, record: Record) -> Any:
    """Return the key that a record was sent with, None where there is none."""
    if resource.key_source is None:
        return record.get(resource.key or "")
    found = value_at(record, resource.key_source)
    if found is MISSING:
        return None
    return found


def _free_key(resource: Resource, collection: Collection, draft: Draft, supply: Supply) -> Any:
    """Return a made key that no record of a collection has, as far as one is found."""
    chosen = made_key(resource, draft, supply)
    for _ in range(KEYS_TRIED):
        if draft.get(collection, key_of(chosen)) is None:
            break
        chosen = made_key(resource, draft, supply)
    return chosen


def made_key(resource: Resource, draft: Draft, supply: Supply) -> Any:
    """Return a key for a record to which nobody gave one."""
    generator = resource.generated.get(resource.key or "") or "uuid"
    salt = f"{resource.name}/key"
    if generator == FORMED:
        return supply.key(resource.key_schemas, f"{salt}/{draft.draw(f'{resource.name}#')}")
    return _generate(generator, salt, draft, resource, supply)


def _generate(generator: str, salt: str, draft: Draft, resource: Resource, supply: Supply) -> Any:
    if generator == "sequence":
        lowest = resource.schema.get("properties", {}).get(resource.key, {}).get("minimum", 1)
        if isinstance(lowest, int) and lowest > 1:
            draft.reserve(resource.name, lowest - 1)
        return draft.draw(resource.name)
    if generator == "sequence-text":
        return str(draft.draw(resource.name))
    if generator == "uuid":
        return supply.uuid(f"{salt}/{draft.draw(f'{resource.name}#')}")
    if is_numbered(generator):
        return numbered_text(generator, resource, draft, supply)
    return supply.stamp(generator)


def _assign(resource: Resource, record: dict[str, Any], scope: Mapping[str, Any]) -> None:
    draft = scope["draft"]
    for name, expression in resource.assigned.items():
        inner = {**scope, "record": record}
        if isinstance(expression, Mapping) and "find" in expression:
            value = _find_any(draft, expression, inner)
        else:
            value = evaluate(expression, inner)
        if value is not MISSING:
            record[name] = value


def _find_any(draft: Draft, expression: Mapping[str, Any], scope: Mapping[str, Any]) -> Any:
    """Return the first record that one of the alternatives finds, MISSING when none of them was
    sent.

    Raises Refused when one was sent and there is no such record.
    """
    sent: Violation | None = None
    for where in expression["any"]:
        found = find_one(draft, expression["find"], where, scope)
        if found is not None:
            return found[2]
        by, source = next(iter(where.items()))
        value = evaluate(source, scope)
        if value is not MISSING and sent is None:
            resource = expression["find"]
            text = f"no record of {resource} has {by} {value!r}"
            _, _, field = str(source).rpartition(".")
            values = {"value": value, "by": by}
            sent = Violation("body", (field,), "reference", text, values)
    if sent is not None:
        raise Refused(Problem(ProblemKind.INVALID, sent.message, (sent,)))
    return MISSING


def _in_order(resource: Resource, record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with its properties in the order of the schema, as a reader expects
    them.
    """
    schema = resource.schema
    if resource.record.alternatives:
        schema = own_schema(resource, record)
    order = schema.get("properties", ())
    known = {name: record[name] for name in order if name in record}
    return known | record


def _fill_in(resource: Resource, key: str, record: dict[str, Any], supply: Supply) -> None:
    """Give every property of the schema that is still absent a value, as far as `fill` says."""
    wanted = resource.filled
    if resource.record.alternatives:
        wanted = resource.filled_by(own_schema(resource, record))
    for name, schema in wanted.items():
        if name in record and not _must_be_there(resource, record, name):
            continue
        salt = f"{resource.name}/{key}/{name}"
        described = _other_id(resource, name)
        if described is not None:
            record[name] = supply.key((described,), salt)
            continue
        value = supply.value(schema, salt)
        if value is not MISSING:
            record[name] = value


def _other_id(resource: Resource, name: str) -> DescribedSchema | None:
    """Return the schema of a text by which a record may be known beside its key: no two records
    have the same, though an example says which one has.
    """
    if name == resource.key or bare(name) not in IDS:
        return None
    described = resource.record.properties.get(name)
    if described is None or described.type != "string":
        return None
    if described.says("enum") or described.says("const"):
        return None
    return described


def _must_be_there(resource: Resource, record: Record, name: str) -> bool:
    """Tell whether a null stands where every reply has to have something."""
    if record[name] is not None:
        return False
    schema = resource.record
    if name not in schema.required:
        return False
    described = schema.properties.get(name)
    if described is None:
        return False
    return not described.takes_null


def _compute(
    resource: Resource, key: str, record: dict[str, Any], old: Record | None, supply: Supply
) -> None:
    """Fill the templates of the record whose sources are new."""
    before = {} if old is None else old
    changed = {name for name, value in record.items() if before.get(name, MISSING) != value}
    for name, template in resource.templates.items():
        sources = names_in(template) - {"random"}
        if old is not None and not sources & changed:
            continue
        first = min(sources, default="")
        salt = f"{resource.name}/{key}/{name}/{record.get(first)}"
        value = fill(template, record, partial(supply.digits, salt))
        if value is MISSING:
            record.pop(name, None)
        else:
            record[name] = value
        changed.add(name)
