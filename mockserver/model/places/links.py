"""Find the property by which records name their parent: a path parameter, what is before it in the
path and the properties of the records in, the property out.

    /projects/{key}/components      {id, name, project: text}           project
    /projects/{id}/components       {id, name, project_id: integer}     project_id
    /projects/{key}/components      {id, project: {id, key, name}}      project.key
    /users/{username}/repos         {id, owner: {id, username}}         owner.username

A list of properties is weighed by how it is called: the parent and the parameter (`project_key`),
the parameter itself, where that is no name that anything has (`id`, `key`), the parent alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.model.paths import bare, singular
from mockserver.model.types import DescribedSchema

GENERIC = frozenset(
    {"id", "key", "uuid", "guid", "name", "slug", "code", "number", "pk", "identifier", "ref"}
)
"""Names of parameters that say nothing of what they are about."""
ENDINGS = ("id", "uuid", "key", "slug", "code", "number", "name", "ref")
"""How a property ends that names another record."""
INNER = ("id", "uuid", "key", "slug", "username", "login", "code", "name")
"""Properties of an object that may tell which record it is."""
SHORTEST = 3
"""Letters by which a parent is called at least: `appid` is the `id` of an application."""

SCALARS = ("string", "integer", "number")

Fields = Mapping[str, DescribedSchema]


def link_of(param: str, parent: str, fields: Fields, key: str | None = None) -> str | None:
    """Return the property of records that names their parent, dotted where it is in an object; None
    where there is none. It is not the key of the records.
    """
    by_name: dict[str, str] = {}
    for name in fields:
        if name != key:
            by_name.setdefault(bare(name), name)
    noun = bare(singular(parent))
    for wanted in _names(bare(param), noun):
        if wanted not in by_name:
            continue
        name = by_name[wanted]
        inner = _within(name, fields[name], bare(param), noun)
        if inner is not None:
            return inner
    return _only_like(bare(param), fields)


def key_named(field: str, parent: str, fields: Fields) -> str | None:
    """Return the property of the parent whose value a link holds by its name: `project_id` holds
    the `id` of a project, `project.key` its `key`. None where the name tells nothing.
    """
    step = bare(field.rpartition(".")[2])
    wanted = step.removeprefix(bare(singular(parent)))
    for name in fields:
        if bare(name) == wanted:
            return name
    return None


def _names(param: str, parent: str) -> Iterator[str]:
    """Yield the names of properties that may be links, the best first."""
    stem = _stem(param)
    if parent:
        yield f"{parent}{param}"
    if param not in GENERIC:
        yield param
    nouns = [noun for noun in dict.fromkeys((parent, stem)) if noun]
    for noun in nouns:
        yield f"{noun}{param}"
        yield noun
        for ending in ENDINGS:
            yield f"{noun}{ending}"
    for length in range(len(parent) - 1, SHORTEST - 1, -1):
        yield f"{parent[:length]}id"


def _stem(param: str) -> str:
    """Return what a parameter is about: setid is about a set; id is about nothing."""
    if param in GENERIC:
        return ""
    for ending in ENDINGS:
        if param.endswith(ending) and param != ending:
            return param.removesuffix(ending)
    return param


def _within(name: str, schema: DescribedSchema, param: str, noun: str) -> str | None:
    """Return a property, or the one inside it, that holds a key."""
    inner = schema.properties
    if not inner:
        return name if schema.own_type in SCALARS else None
    by_name = {bare(child): child for child in inner}
    shorter = param.removeprefix(noun) if noun else param
    rest = _without(param, noun)
    is_plain = not rest or rest in GENERIC
    for spelled in (param, shorter, rest, *(INNER if is_plain else ())):
        if spelled in by_name:
            return f"{name}.{by_name[spelled]}"
    return None


def _without(param: str, noun: str) -> str:
    """Return a parameter without the name of the parent: externalcustomerid, externalid."""
    return param.replace(noun, "", 1) if noun else param


def _only_like(param: str, fields: Fields) -> str | None:
    """Return the one property inside an object that is called as a parameter: owner.username."""
    if param in GENERIC:
        return None
    found = []
    for name, schema in fields.items():
        for child in schema.properties:
            if bare(child) == param:
                found.append(f"{name}.{child}")
    return found[0] if len(found) == 1 else None
