"""Explain how an operation is about several records at once: an operation in, values out.

POST /contacts [Contact]   each item of the body; 207 tells of each in `results`
DELETE /contacts {ids}     those whose keys are in `ids`; `deleted` counts those deleted,
                           `not_found` lists those refused
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mockserver.model.batches.keylists import ON_SEVERAL
from mockserver.model.batches.multistatus import COUNT
from mockserver.model.types import ItemForm, ItemList, Kind, Operation, Results, Template
from mockserver.slots import dataclass

RECORD = "$record"
"""Stands in an item for the properties of a record."""


@dataclass(frozen=True, slots=True)
class ResultListShown:
    """A list in a reply: the property that has it, dotted, empty where it is the whole body; of
    which records it tells (`all`, `done`, `created`, `updated`, `deleted`, `failed`); and the
    properties by which an item does, none where it is a key, a record or a text.
    """

    property: str
    which: str
    tells: Sequence[str]


@dataclass(frozen=True, slots=True)
class ResultCountShown:
    """A number in a reply: the property that has it, dotted, and which records it counts."""

    property: str
    which: str


@dataclass(frozen=True, slots=True)
class ResultsShown:
    """How a reply tells of each record: its status, and whether it comes `always`, or only where
    something could not be done. Where each is done `alone`, one that is refused stops no other.
    """

    status: int
    always: bool
    alone: bool
    lists: Sequence[ResultListShown]
    counts: Sequence[ResultCountShown]


@dataclass(frozen=True, slots=True)
class BulkShown:
    """Which records an operation is about, `by` what says so: the `items` that are sent, their
    `keys`, or the `query`. `property` lists the former two, None where the body itself does. All
    are changed `alike`, or each by its own item; `results` is how the reply tells of each, None
    where it does not.
    """

    by: str
    property: str | None
    alike: bool
    results: ResultsShown | None


def bulk_of(operation: Operation) -> BulkShown | None:
    """Return how an operation is about several records, None where it is about one."""
    results = operation.results
    by, listed = "query", None
    if operation.named_by is not None:
        by, listed = "keys", operation.named_by
    elif sends_items(operation):
        names_keys = operation.kind is Kind.BULK_DELETE or operation.chooses
        by, listed = "keys" if names_keys else "items", operation.envelope.request
    elif results is None and not operation.chooses:
        return None
    shown = None if results is None else _results(results)
    return BulkShown(by, listed, operation.chooses, shown)


def sends_items(operation: Operation) -> bool:
    """Tell whether a body has an item for each of several records."""
    if operation.kind not in ON_SEVERAL or operation.key_param is not None:
        return False
    sent = operation.described.sent_schema
    wrapper = operation.envelope.request
    inner = sent.properties.get(wrapper, sent) if wrapper else sent
    return inner.is_array


def _results(results: Results) -> ResultsShown:
    parts = list(_parts(results.body, ""))
    return ResultsShown(
        status=results.status,
        always=results.always,
        alone=results.goes_on,
        lists=[_list(name, part) for name, part in parts if isinstance(part, ItemList)],
        counts=[_count(name, part) for name, part in parts if _is_count(part)],
    )


def _parts(template: Template, name: str) -> Iterator[tuple[str, Template]]:
    """Yield what stands in a body, with the dotted property that holds it."""
    if not isinstance(template, Mapping):
        yield name, template
        return
    for inner, part in template.items():
        yield from _parts(part, f"{name}.{inner}" if name else inner)


def _list(name: str, listed: ItemList) -> ResultListShown:
    return ResultListShown(name, listed.which, list(dict.fromkeys(_telling(listed.item))))


def _telling(form: ItemForm) -> Iterator[str]:
    """Yield the properties of an item that tell what became of a record."""
    for template in (form.done, form.failed, form.error):
        if isinstance(template, Mapping):
            yield from (name for name in template if name != RECORD)


def _is_count(part: Template) -> bool:
    return isinstance(part, str) and part.startswith(COUNT)


def _count(name: str, part: str) -> ResultCountShown:
    return ResultCountShown(name, part.removeprefix(COUNT))
