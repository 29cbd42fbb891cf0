"""Set out an explanation as lines of text: values in, lines of at most a width out.

    shelves  /shelves
      key         id 78: id-fallback +60, no request carries it +8
      list        GET /shelves  list-collection
                  pages by page (page), size by limit (20 unless asked, at most 100)
      read        GET /shelves/{shelf_id}  read-item

Lines are folded between words, so nothing is cut; without a width none is folded.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from mockserver.model.batches.bulk import BulkShown, ResultListShown, ResultsShown
from mockserver.model.keys import HIDDEN_KEY, RULES
from mockserver.model.report.explain import (
    LinkShown,
    OperationShown,
    PagingShown,
    ParentShown,
    QueryShown,
    ResourceShown,
)
from mockserver.slots import dataclass

LABEL = 12
"""Columns of the words on the left."""
INDENT = " " * (LABEL + 2)
CANDIDATES = 3
"""How many candidates for a key are shown."""
STYLES: Mapping[str, str] = {
    "page": "by number",
    "offset": "by offset",
    "cursor": "by cursor",
    "after": "after a key",
    "from": "from a key on",
}
"""What the styles of paging are called."""
NO_STATE = "stateless"
WHICH: Mapping[str, str] = {
    "all": "each",
    "done": "those done",
    "created": "those created",
    "updated": "those updated",
    "deleted": "those deleted",
    "failed": "those refused",
}
"""What the records are called of which a part of a reply tells."""
LINKING: Mapping[str, str] = {
    "delete": "takes the link to {whose} away, and leaves the record",
    "bulk_delete": "takes links to {whose} away, and leaves the records",
    "create": "links to {whose} what is named by its key",
    "upsert": "links to {whose} what is named by its key",
}
"""What an operation does with links, by its kind; any other looks at them."""


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line, and how it is set off: `head`, `dim` or not at all."""

    text: str
    style: str = ""


def outline(
    resources: Sequence[ResourceShown], operations: Sequence[OperationShown], width: int | None
) -> Iterator[OutlineLine]:
    """Yield what is known of each resource with its operations, and then what keeps no state."""
    stateful = list(filter(_has_state, operations))
    for resource in resources:
        own = [each for each in stateful if each.resource == resource.name]
        if own:
            yield from _resource(resource, own, width)
    acting = [each for each in stateful if not each.resource]
    if acting:
        yield OutlineLine("no resource", "head")
        yield from _operations(acting, width)
    answered = [each for each in operations if not _has_state(each)]
    if answered:
        yield OutlineLine("no state", "head")
        yield from _answered(answered, width)


def _has_state(operation: OperationShown) -> bool:
    return operation.kind != NO_STATE


def _resource(
    resource: ResourceShown, operations: Sequence[OperationShown], width: int | None
) -> Iterator[OutlineLine]:
    heading = f"{resource.name}  {resource.path}"
    yield OutlineLine(heading.rstrip(), "head")
    yield from _folded("key", _key(resource), width)
    for candidate in resource.weighed[1:CANDIDATES]:
        yield from _folded("", _plain(candidate), width, "dim")
    for parent in resource.parents:
        yield from _folded("parent", _parent(parent), width)
    for linked in resource.linked:
        text = f"to {linked.resource or 'a record'} by {linked.path}"
        yield from _folded("linked", text, width)
    yield from _operations(operations, width)


def _key(resource: ResourceShown) -> str:
    """Return the key and why it is the key."""
    if resource.key is None:
        return "none, there is one record"
    shown = _shown(resource.key)
    told = f"{shown}: {resource.rule}"
    for weighed in resource.weighed[:1]:
        if weighed.startswith(f"{resource.key} "):
            told = _plain(weighed)
    return f"{told} (a guess: {resource.doubt})" if resource.doubt else told


def _shown(key: str) -> str:
    return "none of its properties" if key == HIDDEN_KEY else key


def _plain(weighed: str) -> str:
    """Return what was weighed with words for the rules."""
    key, _, evidence = weighed.partition(": ")
    for rule, words in RULES.items():
        evidence = evidence.replace(f"{rule} ", f"{words} ", 1)
    return f"{key}: {evidence}"


def _parent(parent: ParentShown) -> str:
    if parent.resource is None:
        return f"{parent.parameter}, any value"
    return f"{parent.parameter}, the key of one of {parent.resource}"


def _operations(operations: Sequence[OperationShown], width: int | None) -> Iterator[OutlineLine]:
    for operation in operations:
        yield from _labeled(operation.kind, operation.operation, operation.reason, width)
        for text in _details(operation):
            yield from _folded("", text, width, "dim")
    yield OutlineLine("")


def _details(operation: OperationShown) -> Iterator[str]:
    """Yield what is to be known of an operation beside its kind, a text for each thing."""
    if operation.link is not None:
        yield _link(operation.kind, operation.link)
    if operation.bulk is not None:
        yield from _bulk(operation.bulk)
    if operation.query is not None:
        yield from _query(operation.query)


def _link(kind: str, link: LinkShown) -> str:
    """Return what an operation does with links."""
    whose = ", ".join(link.parents)
    if link.back:
        return f"shows to what {whose} is linked by {link.path}"
    told = LINKING.get(kind, "shows what is linked to {whose}")
    return told.format(whose=whose)


def _bulk(bulk: BulkShown) -> Iterator[str]:
    """Yield which records are meant, and how the reply tells of them."""
    yield f"{_meant(bulk)}, changed alike" if bulk.alike else _meant(bulk)
    results = bulk.results
    if results is not None:
        others = "no other" if results.alone else "all"
        yield _results(results)
        yield f"one that is refused stops {others}"


def _meant(bulk: BulkShown) -> str:
    place = bulk.property or "the body"
    match bulk.by:
        case "keys":
            return f"those whose keys are in {place}"
        case "items":
            return f"each item of {place}"
    return "those that the query chooses"


def _results(results: ResultsShown) -> str:
    """Return where a reply tells of each record: 207: each in results (index, status, id)."""
    when = "" if results.always else " where one is refused"
    parts = [_result_list(each) for each in results.lists]
    for count in results.counts:
        which = "all" if count.which == "all" else WHICH[count.which]
        parts.append(f"the number of {which} in {count.property}")
    told = "; ".join(parts) or "nothing of each"
    return f"replies {results.status}{when}: {told}"


def _result_list(listed: ResultListShown) -> str:
    place = f"in {listed.property}" if listed.property else "in the body"
    tells = ", ".join(listed.tells)
    text = f"{WHICH[listed.which]} {place}"
    return f"{text} ({tells})" if tells else text


def _labeled(kind: str, label: str, reason: str, width: int | None) -> Iterator[OutlineLine]:
    """Yield an operation with the reason behind it, below it where it is too long."""
    start = _left(kind) + label
    whole = f"{start}  {reason}"
    if width is None or len(whole) <= width:
        yield OutlineLine(whole)
        return
    yield OutlineLine(start)
    yield from _folded("", reason, width, "dim")


def _query(query: QueryShown) -> Iterator[str]:
    """Yield what a list makes of its parameters, one line for each use."""
    if query.paging is not None:
        yield f"pages {_paging(query.paging)}"
    filters = [_filter(each.parameter, each.property) for each in query.filters]
    used: Mapping[str, Sequence[str]] = {
        "sort by": query.sort,
        "search by": query.search,
        "filter by": filters,
        "properties by": query.fields,
        "unused:": query.unused,
    }
    for word, parameters in used.items():
        if parameters:
            listed = ", ".join(parameters)
            yield f"{word} {listed}"


def _filter(parameter: str, about: str) -> str:
    return parameter if about in ("", parameter) else f"{parameter} ({about})"


def _paging(paging: PagingShown) -> str:
    parameters = ", ".join(paging.parameters)
    style = STYLES.get(paging.style, paging.style)
    parts = [f"{style} ({parameters})" if parameters else style]
    if paging.size:
        parts.append(f"size by {paging.size}")
    default, maximum = paging.default, paging.maximum
    if default is not None:
        parts.append(f"{default} unless asked")
    if maximum is not None:
        parts.append(f"at most {maximum}")
    return ", ".join(parts)


def _answered(operations: Sequence[OperationShown], width: int | None) -> Iterator[OutlineLine]:
    """Yield what keeps no state by the reason why."""
    by_reason: dict[str, list[str]] = {}
    for operation in operations:
        by_reason.setdefault(operation.reason, []).append(operation.operation)
    for reason, labels in by_reason.items():
        for text in _wrapped(reason, "  ", "  ", width):
            yield OutlineLine(text, "dim")
        for label in labels:
            yield OutlineLine(f"    {label}")
    yield OutlineLine("")


def _folded(word: str, text: str, width: int | None, style: str = "") -> Iterator[OutlineLine]:
    """Yield a word and the text beside it, folded below its own beginning."""
    for line in _wrapped(text, _left(word), INDENT, width):
        yield OutlineLine(line, style)


def _left(word: str) -> str:
    """Return a word as wide as all words on the left."""
    padded = word.ljust(LABEL)
    return f"  {padded}"


def _wrapped(text: str, first: str, rest: str, width: int | None) -> list[str]:
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text,
        width=max(width, LABEL * 2),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
