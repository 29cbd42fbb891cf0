"""Find a record and its key in what a document says of a reply: a schema in, dotted paths out.

{data: {customer: {id, name}}}   the record is at data.customer, its key at id
{items: [{member: {id}}]}        the rows are at items, the record in a row at member
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.openapi import Spec, flattened, properties, resolved, type_of
from mockserver.model.paths import PARAMETER, bare, singular

DEEPEST = 3
"""Objects within objects in which a record is looked for."""
HOUSE_KEYS = (
    *("id", "uuid", "guid", "uid", "pk", "sid", "gid", "objectid", "entityid", "key"),
    *("slug", "code", "sku", "number", "name", "username", "login"),
)
"""What keys are called everywhere, the likeliest first."""
SCALARS = ("string", "integer", "number", None)
LONG = 8
"""Letters of a word that means one thing alone."""
EVERYWHERE = frozenset({"id", "name", "type", "object", "kind", "url", "href", "self", "link"})
"""What many objects have, each for itself."""
INNER = ("metadata", "attributes", "meta")
"""Objects of a record in which some APIs tell its key."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a record is in a reply, and its key in the record; `fields` are its properties."""

    record: str
    key: str
    fields: Mapping[str, Mapping[str, Any]]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a list are in a reply, the record in each row, and its key."""

    rows: str
    row: str
    key: str
    fields: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what is sent, or read elsewhere: at the root, without the objects there, inside
    these, and the objects themselves, each of which may be what the record is sent in.
    """

    outer: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyForm:
    """What the key of a path parameter may be called, in small letters, and its type and format."""

    near: tuple[str, ...]
    kind: str | None
    form: str | None
    ending: str = ""
    """What it may end with: the id of the record, employeeOrderID of /orders/{shopOrderID}."""


def key_form(param: str, schema: Mapping[str, Any], collection: str) -> KeyForm:
    """Return the form of a key: customerId of /customers is called customerid or id; not as what
    is above it: shop_order_id of /shops/{shop_id}/orders is no shop_id.
    """
    name = bare(param)
    word = bare(singular(collection.rstrip("/").rsplit("/", 1)[-1]))
    names = [name]
    above = [bare(each) for each in PARAMETER.findall(collection)]
    short = name.replace(word, "", 1)
    if word in name and name != word and short not in above:
        names.append(short)
    ending = next((each for each in HOUSE_KEYS if name.endswith(each)), None)
    names += [ending] if ending else []
    ending = f"{word}id"
    own = ending if name.endswith(ending) and len(word) >= LONG else ""
    return KeyForm(tuple(dict.fromkeys(names)), type_of(schema), schema.get("format"), own)


def key_in(spec: Spec, fields: Mapping[str, Any], form: KeyForm) -> str | None:
    """Return the dotted path of the key in a record, None where it has none."""
    scalars = {}
    for field, child in fields.items():
        flat = flattened(spec, child)
        if type_of(flat) in SCALARS:
            scalars[field] = (type_of(flat), flat.get("format"))
    alike = {field: told for field, told in scalars.items() if told[0] == form.kind}
    same = {field: told for field, told in alike.items() if told[1] == form.form}
    is_open = form.kind is None or form.kind == "string"
    for names, there in (
        (form.near, alike),
        (form.near, scalars if is_open or not alike else {}),
        (HOUSE_KEYS, same),
        (HOUSE_KEYS, alike),
        (HOUSE_KEYS, scalars if is_open else {}),
    ):
        found = _named(names, there)
        if found is not None:
            return found
    fitting = scalars if is_open else alike
    ending = [field for field in fitting if form.ending and bare(field).endswith(form.ending)]
    if len(ending) == 1:
        return ending[0]
    for inner in (each for each in INNER if each in fields):
        found = key_in(spec, properties(spec, fields[inner]), form)
        if found is not None:
            return f"{inner}.{found}"
    return None


def _named(names: Collection[str], fields: Collection[str]) -> str | None:
    for name in names:
        for field in fields:
            if bare(field) == name:
                return field
    return None


def shape_of(spec: Spec, schema: Any, form: KeyForm, sent: Names) -> Shape:
    """Return where the record is in a reply that was asked for with such properties: what has a key
    and most of them, the outermost first; without a key where there is none. What is in an object
    that has the key and something of its own to tell is a part of it.
    """
    found = [*_shapes(spec, schema, form, "", 0)]
    if not found:
        return Shape("", "", {}, True)
    outermost = found[0]
    if bare(outermost.key) in form.near and _tells(spec, outermost, sent):
        return outermost

    def rank(shape: Shape) -> tuple[bool, int, int, int, bool]:
        outer, inner = (_common(shape.fields, names) for names in (sent.outer, sent.inner))
        objects = _common(shape.fields, sent.objects) if outer or len(sent.objects) > 1 else 0
        is_near = bare(shape.key) in form.near
        is_told = bool(shape.key) and bool(is_near or outer or inner or not sent.outer)
        return is_told, outer, objects, inner, is_near

    return max(found, key=rank)


def _tells(spec: Spec, shape: Shape, sent: Names) -> bool:
    """Tell whether an object shows something of what was sent, be it in an object of its own:
    role_slug as role.slug; or whether nothing in it could.
    """
    names = [name for name in (*sent.outer, *sent.inner) if bare(name) not in EVERYWHERE]
    shown = [*shape.fields]
    inner = []
    for outer, child in shape.fields.items():
        inside = properties(spec, child)
        shown += [f"{outer}{name}" for name in inside]
        inner += [*inside]
    return bool(_common(shown, names)) or not _common(inner, names)


def rows_of(spec: Spec, schema: Any, form: KeyForm, known: Names) -> Rows | None:
    """Return where the rows are in the reply of a list, None where no array has records."""
    found = []
    for path, items in _arrays(spec, schema, "", 0):
        shape = shape_of(spec, items, form, known)
        if shape.key:
            found.append(Rows(path, shape.record, shape.key, shape.fields))
    return max(found, key=lambda rows: _common(rows.fields, known.outer), default=None)


def _shapes(
    spec: Spec, schema: Any, form: KeyForm, at: str, depth: int, has_key: bool = False
) -> Iterator[Shape]:
    """Yield the objects in which the record may be, the outermost first; what a list inside an
    object with a key has are other things.
    """
    flat = flattened(spec, schema)
    if type_of(flat) == "array":
        if depth < DEEPEST and not has_key:
            yield from _shapes(spec, flat.get("items", {}), form, f"{at}.0".lstrip("."), depth + 1)
        return
    fields = properties(spec, schema)
    if not fields:
        return
    is_open = flat.get("additionalProperties") not in (None, False)
    key = key_in(spec, fields, form) or ""
    has_key = has_key or bool(key)
    yield Shape(at, key, fields, is_open)
    for name, child in fields.items() if depth < DEEPEST else ():
        if type_of(resolved(spec, child)) in ("object", "array", None):
            inner = f"{at}.{name}".lstrip(".")
            yield from _shapes(spec, child, form, inner, depth + 1, has_key)


def _arrays(spec: Spec, schema: Any, at: str, depth: int) -> Iterator[tuple[str, Any]]:
    flat = flattened(spec, schema)
    if type_of(flat) == "array" or ("items" in flat and "properties" not in flat):
        yield at, flat.get("items", {})
        return
    for name, child in properties(spec, schema).items() if depth < DEEPEST else ():
        yield from _arrays(spec, child, f"{at}.{name}".lstrip("."), depth + 1)


def _common(fields: Collection[str], sent: Collection[str]) -> int:
    there = set(map(bare, fields))
    return sum(bare(name) in there for name in sent)
