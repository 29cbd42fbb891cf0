"""Find the records that a request names beside its own: a body in, resources and keys out.

A call may change figures and states of the records that it names, as an order takes what is ordered
out of the stock:

    POST /orders {"lines": [{"product_id": 7, "quantity": 2}]}     names the product 7
    GET /products/7  ->  200 {"id": 7, "stock": 8}                 and its stock has moved
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.model.paths import bare, singular
from mockserver.model.types import Model
from mockserver.state import key_of

KEYS = frozenset({"id", "ids", "key", "keys", "uuid", "code", "data"})
"""Names of properties that say what is named only by where they are; `data` is in JSON:API."""


def named_in(model: Model, resource: str | None, value: Any) -> Iterator[tuple[str, str]]:
    """Yield other resources than this one, with the keys of their records that a value names."""
    nouns = {_noun(name): name for name in model.resources if name != resource}
    own = model.resources.get(resource or "")
    for reference in own.references if own is not None else ():
        nouns.setdefault(_noun(reference.field), reference.resource)
    for name, key in _scalars(value, ""):
        other = nouns.get(_noun(name))
        if other is not None:
            yield other, key


def with_keys(
    model: Model,
    resource: str | None,
    value: Any,
    key_for: Callable[[str, str | int], str | None],
) -> Any:
    """Return a value in which each key of another resource is one that `key_for` knows of the
    resource for the old key, in the type that it has.
    """
    nouns = {_noun(name): name for name in model.resources if name != resource}

    def put(name: str, old: str | int) -> str | int:
        other = nouns.get(_noun(name))
        key = None if other is None else key_for(other, old)
        if key is None:
            return old
        return int(key) if isinstance(old, int) and key.isdigit() else key

    return _replaced(
        value,
        "",
        put,
    )


def is_figure(value: Any) -> bool:
    """Tell whether a value is a number or a truth value, as a call may move them."""
    return isinstance(value, bool | int | float)


def _scalars(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield texts and numbers, each with the property that says what it is."""
    if isinstance(value, Mapping):
        if value.keys() == {"type", "id"}:  # a resource identifier object of JSON:API
            name = str(value["type"])
        for inner, child in value.items():
            yield from _scalars(child, _said_by(str(inner), name))
    elif isinstance(value, list):
        for child in value:
            yield from _scalars(child, name)
    elif isinstance(value, bool):
        return
    elif isinstance(value, str | int):
        yield name, key_of(value)


def _replaced(value: Any, name: str, put: Callable[[str, str | int], str | int]) -> Any:
    """Return a value with other scalars, each by the property that says what it is."""
    if isinstance(value, Mapping):
        return {
            inner: _replaced(
                child,
                _said_by(str(inner), name),
                put,
            )
            for inner, child in value.items()
        }
    if isinstance(value, list):
        return [
            _replaced(
                child,
                name,
                put,
            )
            for child in value
        ]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    return put(name, value)


def _said_by(inner: str, outer: str) -> str:
    """Return the property that says what a value is: not `id`, but what that is in."""
    return outer if bare(inner) in KEYS else inner


def _noun(name: str) -> str:
    """Return what a name is about: `product` of `product_id`, `products`, `shop.products`."""
    noun = bare(name.rpartition(".")[2])
    for suffix in ("ids", "id", "keys", "key", "uuid"):
        shorter = noun.removesuffix(suffix)
        if shorter and shorter != noun:
            noun = shorter
            break
    return bare(singular(noun))
