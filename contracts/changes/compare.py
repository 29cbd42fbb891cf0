"""Two models in, what changed between them out: each change once, with all the places that it is
in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from contracts.changes.carried import roots_of
from contracts.changes.operations import paired
from contracts.changes.rules.api import API_RULES, ApiPair
from contracts.changes.rules.model import MODEL_RULES, ModelPair
from contracts.changes.rules.table import OPERATIONS
from contracts.changes.types import Change, Found, Level, Place, Rule, Where
from contracts.changes.walk import Walk
from mockserver.document.document import Document
from mockserver.model.types import Model

Told = tuple[Rule[Any], Found]
ORDER = {level: index for index, level in enumerate(Level)}


def compare(old: Model, new: Model, today: date) -> tuple[Change, ...]:
    """Return the changes, breaking ones first. A document that is compared with itself has none.

    `today` decides whether an operation was gone too early.
    """
    documents = _merged(_in_documents(old, new, today), old.document, new.document)
    meant = _merged(_in_models(old, new), old.document, new.document)
    changes = [*documents, *(each for each in meant if not _is_told(each, documents))]
    covered = [each for each in changes if not _is_covered(each, meant)]
    return tuple(sorted(covered, key=lambda each: ORDER[each.level]))


def _in_documents(old: Model, new: Model, today: date) -> Iterator[Told]:
    before, after = old.document.spec, new.document.spec
    api = ApiPair(before, after)
    yield from ((rule, found) for rule in API_RULES for found in rule.find(api))
    pairs = paired(before, after, today)
    for pair in pairs:
        for rule in OPERATIONS:
            for found in rule.find(pair):
                yield rule, found if found.place else replace(found, place=Place(pair.label))
    yield from Walk(before, after).changes([root for pair in pairs for root in roots_of(pair)])


def _in_models(old: Model, new: Model) -> Iterator[Told]:
    pair = ModelPair(old, new)
    yield from ((rule, found) for rule in MODEL_RULES for found in rule.find(pair))


def _merged(told: Iterable[Told], old: Document, new: Document) -> list[Change]:
    """Make one change of what stands at the same place of the sources, however many operations it
    is part of.
    """
    changes: dict[tuple[Any, ...], Change] = {}
    for rule, found in told:
        place = found.place or Place()
        key = (rule.name, found.message, _source(old, found.old), _source(new, found.new))
        if key not in changes:
            changes[key] = Change(
                rule.name, rule.level, place, found.message, found.old, found.new, rule.hint
            )
        elif place not in changes[key].places:
            changes[key] = replace(changes[key], also=(*changes[key].also, place))
    return list(changes.values())


def _source(document: Document, pointer: str | None) -> Any:
    """Return the place in the sources that a pointer came from."""
    if pointer is None or document.locator is None:
        return pointer
    return document.locator.trace(pointer)


_TOLD_BY = {
    "answered-otherwise": ("success-status-",),
    "stored-default-changed": ("request-default-changed",),
    "kind-lost": ("",),
    "kind-changed": ("",),
    "envelope-changed": ("reply-", "request-property-"),
}
"""Rules of models that follow from what rules of documents have told of the same operation, by how
these begin.
"""


def _is_told(meant: Change, documents: Sequence[Change]) -> bool:
    """Tell whether a change of meaning only follows from a change of the document that has been
    told.
    """
    labels = {place.operation for place in meant.places}
    return any(
        each.rule.startswith(start)
        and each.level is not Level.INFO
        and labels & {place.operation for place in each.places}
        for start in _TOLD_BY.get(meant.rule, ())
        for each in documents
    )


def _is_covered(each: Change, meant: Sequence[Change]) -> bool:
    """Tell whether a changed default is that of a page's size, which a rule of its own tells."""
    if each.rule != "request-default-changed" or each.place.where is not Where.QUERY:
        return False
    sizes = {
        (place.operation, place.name)
        for other in meant
        if other.rule == "page-size-changed"
        for place in other.places
    }
    return all((place.operation, place.name) in sizes for place in each.places)
