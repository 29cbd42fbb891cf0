"""Settle how an operation is about several records at once: what it sends in, how they are named
and told of out.

    PATCH /things [{id: 1, size: 2}]             each item says which record it is
    PATCH /things {ids: [1], changes: {size: 2}} `ids` names those that are changed alike
    POST  /things/bulk-lock [1, 2]               the body itself names them
    PATCH /things?color=red {size: 2}            the query chooses them
    DELETE /things {ids: [1, 2], reason: x}      `ids` names those that are removed
"""

from __future__ import annotations

from mockserver.model.batches.multistatus import ResultSubject, infer_results
from mockserver.model.paths import bare
from mockserver.model.types import Described, DescribedSchema, Kind, Results
from mockserver.slots import dataclass

ON_SEVERAL = frozenset({Kind.CREATE, Kind.UPSERT, Kind.MERGE, Kind.BULK_DELETE})
SCALARS = ("string", "integer", "number", None)


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """How an operation is about several records: the property that lists their keys, the one that
    wraps what is changed of them, whether it changes those alike, and how its reply tells of each.
    """

    named_by: str | None = None
    wrapper: str | None = None
    chooses: bool = False
    results: Results | None = None


def settled_batch(
    kind: Kind, described: Described, usual: int, wrapper: str | None, subject: ResultSubject
) -> BatchFacts:
    """Return how an operation of a kind that names no record in its path is about several. `usual`
    is the status of its normal answer, `wrapper` the property around what it sends.
    """
    if kind not in ON_SEVERAL:
        return BatchFacts(wrapper=wrapper)
    sent = described.sent_schema
    named = None
    if kind in (Kind.MERGE, Kind.BULK_DELETE):
        named = key_list(sent, subject)
    if named is not None and kind is Kind.MERGE:
        wrapper = _changes(sent, subject)
    inner = sent if wrapper is None else sent.properties.get(wrapper, sent)
    is_many = inner.is_array
    chooses = False
    if kind is Kind.MERGE and is_many:
        chooses = lists_keys(sent)
    elif kind is Kind.MERGE:
        chooses = named is not None or chooses_by_query(described, subject)
    results = None
    if is_many or named or chooses or kind is Kind.BULK_DELETE:
        results = infer_results(described, usual, subject)
    return BatchFacts(named, wrapper, chooses, results)


def key_list(sent: DescribedSchema, subject: ResultSubject) -> str | None:
    """Return the property of a body that lists the keys of records, None where none does."""
    wanted = {f"{word}s" for word in subject.keys} | subject.nouns
    for name, child in sent.properties.items():
        if name in subject.record.properties or not child.is_array:
            continue
        if child.items.type in SCALARS and not child.items.properties and bare(name) in wanted:
            return name
    return None


def lists_keys(sent: DescribedSchema) -> bool:
    """Tell whether a body is a list of keys and nothing else."""
    items = sent.items
    return sent.is_array and items.own_type in ("string", "integer") and not items.properties


def chooses_by_query(described: Described, subject: ResultSubject) -> bool:
    """Tell whether an operation changes the records alike that its query chooses: none of them
    says which it is.
    """
    sent = described.sent_schema
    has_query = any(described.parameters_in("query"))
    return has_query and subject.key not in sent.properties and bool(changed_names(sent, subject))


def changed_names(sent: DescribedSchema, subject: ResultSubject) -> frozenset[str]:
    """Return the properties that a body changes of records alike, in an object of its own or
    beside their keys.
    """
    names = {*sent.properties}
    wrapper = _changes(sent, subject)
    if wrapper is not None:
        names = {*sent.properties[wrapper].properties}
    ours = subject.record.properties.keys() - {subject.key}
    return frozenset(names & ours)


def _changes(sent: DescribedSchema, subject: ResultSubject) -> str | None:
    """Return the object of a body that has properties of the records, None where none has."""
    ours = subject.record.properties
    for name, child in sent.properties.items():
        is_own = name in ours
        if child.is_object and not is_own and not ours.keys().isdisjoint(child.properties):
            return name
    return None
