"""Fill a store: records by resource from a fixture file, with the links that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.behavior.kin.consequences import follow
from mockserver.behavior.ordinals import note_texts
from mockserver.call import Refused, Supply
from mockserver.defaults import FIXTURE
from mockserver.document.reader import read_text
from mockserver.errors import DocumentError, FixtureError, reason_of
from mockserver.model.types import Model, Resource
from mockserver.state import Collection, Draft, Record, key_of
from mockserver.stores.base import Store

IN = "$in"
"""In a record of a nested resource without a property for its parents: their keys, `{param:
key}`.
"""


def fixture_file(folder: Path | None, name: str) -> Path | None:
    """Return the file of a fixture: `NAME.yaml` in the API's folder, or a path. Raises
    FixtureError.
    """
    given = Path(name)
    if given.suffix and given.is_file():
        return given
    path = folder / f"{name}.yaml" if folder else None
    if path is not None and path.is_file():
        return path
    if name == FIXTURE:
        return None
    known = (
        sorted(each.stem for each in folder.glob("*.yaml")) if folder and folder.is_dir() else []
    )
    raise FixtureError(
        name, f"no such fixture (known here: {', '.join(known) or 'none'}; or give a file)"
    )


def read_fixture(path: Path) -> Mapping[str, Any]:
    """Return the records by resource. Raises FixtureError."""
    if path.suffix.lower() in (".jsonl", ".har"):
        raise FixtureError(
            str(path), "is a recording, with which a state can only begin: say it where one starts"
        )
    try:
        said = read_text(path.read_text("utf-8"), str(path), [])
    except DocumentError as error:
        raise FixtureError(str(path), str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FixtureError(str(path), f"cannot be read: {reason_of(error)}") from None
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        raise FixtureError(str(path), "must map resource names to lists of records")
    return said


def seed(
    model: Model,
    store: Store,
    supply: Supply,
    records: Mapping[str, Any],
    source: str,
    *,
    replace: bool = False,
) -> None:
    """Put the records of a fixture into a store; `replace` tells whether they may take the place of
    others.

    Raises FixtureError; then nothing is stored.
    """
    with store.transaction() as transaction:
        draft = Draft(transaction)
        for name, each in records.items():
            resource = model.resources.get(name)
            if resource is None:
                known = ", ".join(sorted(model.resources))
                raise FixtureError(source, f"no resource {name!r} (known: {known})")
            for record in each if isinstance(each, list) else [] if each is None else [each]:
                _put(resource, record, draft, source, replace)
        try:
            follow(model, draft, supply)
        except Refused as refused:
            raise FixtureError(source, refused.problem.message) from None
        transaction.apply(draft.changes)


def _put(resource: Resource, given: Any, draft: Draft, source: str, replace: bool) -> None:
    if not isinstance(given, Mapping):
        raise FixtureError(
            source, f"a record of {resource.name!r} must be an object, not {given!r}"
        )
    above = given.get(IN, {})
    if not isinstance(above, Mapping):
        raise FixtureError(
            source,
            f"{IN} of a record of {resource.name!r} must map parameters to keys, not {above!r}",
        )
    record = {name: value for name, value in given.items() if name != IN}
    parents = tuple(
        _parent_key(resource, parent.param, parent.field, above, record, source)
        for parent in resource.split
    )
    key = "" if resource.key is None else _own_key(resource, record, source)
    _check_children(resource, record, source)
    record = {**_plain_defaults(resource), **record}
    collection = Collection(resource.name, parents)
    given_twice = (collection, key) in draft.changed(resource.name)
    if given_twice or (not replace and draft.get(collection, key) is not None):
        raise FixtureError(
            source,
            f"two records of {resource.name!r} have the same key {key!r}: change one of them",
        )
    draft.put(collection, key, record)
    note_numbers(resource, record, draft)


def _parent_key(
    resource: Resource,
    param: str,
    field: str | None,
    above: Mapping[str, Any],
    record: Record,
    source: str,
) -> str:
    for place, name in ((above, param), (record, field or param), (record, param)):
        if name in place:
            return key_of(place[name])
    raise FixtureError(
        source, f"a record of {resource.name!r} lacks {field or param!r}, its parent"
    )


def _own_key(resource: Resource, record: Record, source: str) -> str:
    if resource.key is None or resource.key not in record:
        raise FixtureError(
            source, f"a record of {resource.name!r} lacks its key {resource.key!r}: {dict(record)}"
        )
    key = record[resource.key]
    if key is None or isinstance(key, Mapping | list):
        raise FixtureError(
            source, f"the key {resource.key!r} of a record of {resource.name!r} cannot be {key!r}"
        )
    return key_of(key)


def _check_children(resource: Resource, record: Record, source: str) -> None:
    """Make sure that all children kept in a record are objects with a key."""
    for children in resource.children:
        kept = record.get(children.field, [])
        if not isinstance(kept, list) or not all(
            isinstance(each, Mapping) and children.key in each for each in kept
        ):
            text = (
                f"{children.field!r} of a record of {resource.name!r} must list objects, each "
                f"with {children.key!r}"
            )
            raise FixtureError(source, text)


def _plain_defaults(resource: Resource) -> dict[str, Any]:
    """Return the defaults of properties that never leave the server, so that filters on them
    work.
    """
    return {name: value for name, value in resource.defaults.items() if name in resource.hidden}


def note_numbers(resource: Resource, record: Record, draft: Draft) -> None:
    """Make sure that no number in the record is given out again."""
    key = record.get(resource.key or "")
    if isinstance(key, int) or (
        isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 18
    ):
        draft.reserve(resource.name, int(key))
    note_texts(resource, record, draft)
    for children in resource.children:
        for child in record.get(children.field, ()):
            if isinstance(child.get(children.key), int):
                draft.reserve(f"{resource.name}.{children.field}", child[children.key])
