"""Hold an answer of any server against what a client can know: a call, what the model expects of it
and the answer in, the differences that count out.

A client knows what it sent, what it was told, and what the document promises. So a server may make
keys of any form, show more or less than a record, keep an order of its own, refuse what the
document lets it refuse, cut its pages short where it tells that there are more, and change what is
its own at any time. What it claims of the state counts: that a record is there or is not, and that
a property has another value than the one that was sent.

    POST /things {"name": "a"}  ->  201 {"id": "cus_57ae", "name": "a", "seen": 0}
    GET /things/cus_57ae        ->  200 {"id": "cus_57ae", "name": "b", "seen": 1}

The second answer differs in `name` alone. A value may be written in another way (trimmed, folded,
rounded, sorted), as the words of its property say or as servers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from contracts.compare.descriptions import WRITES
from contracts.compare.likeness import ANY_CASE, SAME, likeness
from contracts.compare.same import is_key_made_anew, is_right
from contracts.compare.scalars import is_integer
from contracts.compare.values import Difference
from contracts.expiry import (
    are_dropped,
    may_be_deleted,
    may_be_gone,
    may_be_hidden,
    may_bring_back,
    may_hide,
)
from contracts.mentions import named_in
from contracts.oracle.aliases import Aliases
from contracts.oracle.namesakes import are_namesakes
from contracts.oracle.oracle import LISTS, REMOVALS, Expected
from contracts.oracle.order import misplaced, promise_of
from contracts.oracle.ownership import Ownership, record_in
from contracts.oracle.question import Question
from contracts.oracle.settled import Settled
from contracts.targets.target import SAFE_METHODS, Answer
from mockserver.call import ProblemKind
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside, many_envelope, one_envelope
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.model.types.facts import admits
from mockserver.model.types.schema import DescribedSchema
from mockserver.state import Collection, key_of

GONE = frozenset({404, 410})
"""Statuses by which a server claims that something is not there."""
TAKEN = frozenset({409, 412})
"""Statuses by which it claims that something is in the way."""
ABSENT = frozenset({ProblemKind.NOT_FOUND, ProblemKind.PARENT_NOT_FOUND})
"""Refusals that follow from what is not there."""
LOOSE = frozenset({ProblemKind.PAGE_NOT_FOUND, ProblemKind.LIMIT_EXCEEDED})
"""Refusals in the place of which a server may do what it can."""
NEAR = 100
"""Numbers after the largest key that was told which a server may have given out by itself."""
FAR = 100_000
"""A number that no server gives out in a run, where none is known that it gave."""
_CHANGES = re.compile(r"\b(updat|upsert|replac|overwrit|chang|edit|existing\b)", re.IGNORECASE)
"""Words by which what makes a record may change one that is there."""
_RESETS = re.compile(r"\bresets?\b|\bback to\b|\bdefaults?\b|\binitial\b", re.IGNORECASE)
"""Words by which a delete brings back what there was at first."""
_NAME_OF_KEY = re.compile(r"^(id|key|uuid|guid|ref)s?$|_(id|key|uuid|ref)s?$|[a-z](Id|Key|Ref)s?$")
"""Names of properties that hold keys of records."""
Record = Mapping[str, Any]
Address = tuple[Collection, str]


@dataclass(slots=True)
class Doubts:
    """The records of which nobody knows whether they are there, or what they hold: those of a
    delete or a create that was only accepted, and those to which something was done that the
    document does not explain.
    """

    addresses: set[Address] = field(default_factory=set)

    def about(self, collection: Collection) -> set[str]:
        """Return the keys of a collection that are in doubt, also where it is below more
        parents.
        """
        depth = len(collection.parents)
        return {
            key
            for there, key in self.addresses
            if there.resource == collection.resource and there.parents[:depth] == collection.parents
        }


@dataclass(slots=True)
class Observations:
    """What was seen of one server, which counts in the whole run: the properties that each
    operation showed, and the resources whose records something in the background may change.
    """

    shown: dict[str, set[str]] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the place of a call: the collection, all of its records by key that a list
    should show without pages, and those that are there whatever is asked for. It is whole where
    nothing else can be there.
    """

    collection: Collection
    wanted: Mapping[str, Record]
    alive: Mapping[str, Record]
    elsewhere: Mapping[str, Record]
    departed: frozenset[str]
    is_whole: bool = True


class Lenient:
    """Compares, and learns the ways of one server."""

    def __init__(
        self,
        model: Model,
        aliases: Aliases,
        ownership: Ownership,
        observations: Observations,
    ) -> None:
        self._model, self._aliases, self._ownership = model, aliases, ownership
        self._observations = observations
        self.doubts = Doubts()
        self._keeping: set[str] = set()
        self._any_case: dict[str, bool] = {}
        self._put: dict[tuple[str, str], Set[str]] = {}
        self._dropping = frozenset(
            operation.resource for operation in model.operations if are_dropped(words_of(operation))
        )

    def differences(
        self, settled: Settled, expected: Expected, answer: Answer, known: Surroundings | None
    ) -> Iterator[Difference]:
        """Yield where an answer is not what the client can know."""
        operation = settled.operation
        self._note_kept(
            operation,
            answer,
        )
        self._note_put(settled, answer)
        if answer.status >= 400:
            yield from self._refusal(settled, expected, answer, known)
        elif expected.problem is not None:
            own = known is not None and (
                self._may_be_servers(settled, answer, known) or self._may_be_unseen(settled, known)
            )
            if not own and self._is_wrongly_granted(settled, expected, answer, known):
                status = (answer.status, answer.body)
                yield Difference("status", expected.status, status)
        elif operation.kind is Kind.COUNT:
            yield from self._count(settled, expected, answer, known)
        elif operation.kind in LISTS:
            yield from self._list(settled, answer, known)
        elif operation.kind not in REMOVALS and isinstance(expected.value, Mapping):
            if operation.kind is Kind.CREATE and known is not None:
                yield from self._key_given(settled, answer, known)
            if not self._is_one_of_several(
                settled,
                known,
            ):
                yield from self._one(
                    settled,
                    expected.value,
                    answer,
                )

    def _note_kept(self, operation: Operation, answer: Answer) -> None:
        """Note that a resource keeps its deleted records and shows that they are so: nobody knows
        whether they count.
        """
        if operation.resource is None or answer.status >= 400:
            return
        shown = records_in(operation, answer) if operation.kind in LISTS else None
        record = (
            record_shown(operation, answer) if operation.kind in (Kind.READ, *REMOVALS) else None
        )
        if any(may_be_deleted(each) for each in [*(shown or ()), *filter(None, [record])]):
            self._keeping.add(operation.resource)

    def _note_put(self, settled: Settled, answer: Answer) -> None:
        """Note what was sent by a PUT that may be a merge as well as a replacement."""
        operation = settled.operation
        key = _asked_key(operation, settled)
        if operation.method in SAFE_METHODS or not key or not answer.succeeded:
            return
        address = (str(operation.resource), key)
        self._put.pop(address, None)
        sent = record_in(operation, settled.body)
        is_open = operation.method == "PUT" and operation.kind is Kind.MERGE
        if is_open and isinstance(sent, Mapping):
            self._put[address] = sent.keys()

    def _is_replaced(
        self,
        resource: Resource,
        wanted: Record,
        shown: Record,
        found: Sequence[Difference],
    ) -> bool:
        """Tell whether a record holds nothing but what the last PUT sent: it was replaced."""
        key = _text(self._aliases.told(wanted.get(resource.key or "")))
        sent = self._put.get((resource.name, key))
        if sent is None:
            return False
        for name, value in wanted.items():
            is_rest = name not in sent and name != resource.key
            is_clients = self._ownership.is_clients(
                resource,
                name,
            )
            is_kept = shown.get(name) is not None and not _means_nothing(value)
            if is_rest and is_clients and is_kept:
                return False
        lost = {difference.place.rpartition("/")[2] for difference in found}
        return lost.isdisjoint(sent)

    def _refusal(
        self, settled: Settled, expected: Expected, answer: Answer, known: Surroundings | None
    ) -> Iterator[Difference]:
        """Yield the difference of a refusal that claims what is not so."""
        operation = settled.operation
        if expected.problem is not None or answer.status not in (*GONE, *TAKEN):
            return
        is_documented = documents(operation, answer.status)
        if is_documented and (answer.status in TAKEN or is_verb(operation)):
            return  # 404 may say that there is nothing to restore
        refusals = operation.described.extensions.get("x-refusals") or {}
        if answer.status in refusals.get("valid", ()):
            return
        if answer.status in TAKEN and self._may_be_taken(settled, known):
            return
        if answer.status in GONE and operation.kind in LISTS and not operation.parents:
            return
        if answer.status in GONE and is_documented and self.may_name_nothing(settled):
            return
        if _names_records(settled):
            return
        if answer.status in GONE and any("/" in _text(value) for value in settled.path.values()):
            return  # many servers cannot tell `%2F` from a slash
        if answer.status in GONE and _breaks_path(settled):
            return
        if answer.status in GONE and is_documented and self._may_come_later(operation):
            return
        if answer.status in GONE and (
            _is_below_unknown(operation, known) or not Question.of(settled).is_clear
        ):
            return
        if known is not None and answer.status in GONE:
            key = _asked_key(operation, settled)
            record = known.alive.get(key, {})
            if self._may_go(known, record) or may_be_hidden(record):
                return
        yield Difference(
            "status",
            expected.status,
            (answer.status, answer.body),
        )

    def _may_be_taken(self, settled: Settled, known: Surroundings | None) -> bool:
        """Tell whether what is to be made may be there already: at its key, under its name, or
        where not all is known that is there.
        """
        operation = settled.operation
        if operation.kind not in (Kind.CREATE, Kind.UPSERT):
            return False
        if known is None or not known.is_whole:
            return True
        if _asked_key(operation, settled) in known.alive:
            return True
        sent = record_in(operation, settled.body)
        if not isinstance(sent, Mapping):
            return False
        return any(are_namesakes(sent, each) for each in known.alive.values())

    def _may_come_later(self, operation: Operation) -> bool:
        """Tell whether an operation is about the one record below another one, such as its
        content: it may not be there yet.
        """
        resource = self._model.resources.get(operation.resource or "")
        return resource is not None and resource.key is None and bool(operation.parents)

    def may_name_nothing(self, settled: Settled) -> bool:
        """Tell whether a refused call may have named a record of another resource that is not
        there.
        """
        operation = settled.operation
        if operation.kind is Kind.CREATE and not operation.parents:
            return True
        if operation.kind not in WRITES:
            return False
        return any(named_in(self._model, operation.resource, settled.body))

    def _may_be_servers(
        self,
        settled: Settled,
        answer: Answer,
        known: Surroundings,
    ) -> bool:
        """Tell whether an answer shows a record that the server made by itself: its key is a number
        near those that it gave out, of which nobody has heard, and it is that of the record.
        """
        operation = settled.operation
        key = _asked_key(operation, settled)
        shown = record_shown(operation, answer)
        if known.collection.parents or not key.isdigit() or key in known.departed:
            return False
        resource = self._model.resources[known.collection.resource]
        if shown is None or _text(value_at(shown, resource.key or "")) != key:
            return False
        told = [int(each) for each in (*known.alive, *known.departed) if each.isdigit()]
        return int(key) <= max(told, default=0) + NEAR

    def _may_be_unseen(self, settled: Settled, known: Surroundings) -> bool:
        """Tell whether a call may be about a record that no list showed: one that is put away, of
        which nobody has heard that it is gone.
        """
        key = _asked_key(settled.operation, settled)
        if not key or key in known.departed:
            return False
        resource = self._model.resources[known.collection.resource]
        told = [int(each) for each in known.alive if each.isdigit()]
        is_far = key.isdigit() and int(key) > max(told, default=FAR) + NEAR
        return not is_far and _hides(resource)

    def _is_wrongly_granted(
        self, settled: Settled, expected: Expected, answer: Answer, known: Surroundings | None
    ) -> bool:
        """Tell whether a call was granted that had to be refused."""
        operation, problem = settled.operation, expected.problem
        assert problem is not None, "asked before"
        kind = ProblemKind(problem.kind)
        if kind in LOOSE:
            return False
        makes = operation.described.documents(201) and operation.method == "PUT"
        if kind in ABSENT:
            if self._may_be_there(operation, known) or self._is_of_many(settled, answer):
                return False
            if operation.method == "DELETE" and not any(documents(operation, s) for s in GONE):
                return False
            shown = record_shown(operation, answer)
            words = self._words_of_delete(operation)
            if shown is not None and may_be_deleted(shown, words):
                return False
            if kind is ProblemKind.PARENT_NOT_FOUND:
                tells = any(documents(operation, status) for status in GONE)
                is_list = operation.kind in LISTS
                return tells or not is_list or records_in(operation, answer) != []
            if is_verb(operation) and may_bring_back(operation.path + words_of(operation), words):
                return False
            return not makes and not self._shows_another_spelling(settled, answer)
        if kind is ProblemKind.DUPLICATE and not self._is_declared_unique(operation):
            return False
        if kind in (ProblemKind.CONFLICT, ProblemKind.DUPLICATE):
            if operation.kind is Kind.CREATE and _CHANGES.search(words_of(operation)):
                return False
            return len(operation.described.success_statuses) < 2
        return True

    def _is_one_of_several(self, settled: Settled, known: Surroundings | None) -> bool:
        """Tell whether a call names a record by a property that others have as well: any of them
        may be meant.
        """
        operation = settled.operation
        resource = self._model.resources.get(operation.resource or "")
        name = operation.key_field
        if known is None or resource is None or name is None or name == resource.key:
            return False
        asked = _asked_key(operation, settled)
        records = known.alive.values()
        told = (self._aliases.told(value_at(record, name)) for record in records)
        return sum(_text(value) == asked for value in told) > 1

    def _is_declared_unique(self, operation: Operation) -> bool:
        """Tell whether more than words say what must be unique: words are for the laws, which ask
        one by one.
        """
        resource = self._model.resources.get(operation.resource or "")
        return resource is not None and bool(resource.unique)

    def _may_be_there(self, operation: Operation, known: Surroundings | None) -> bool:
        """Tell whether an operation is about the one record of a path, which comes with what is
        above it: nobody deleted it, the document does not say that it may be missing, or a delete
        brings back what it was at first.
        """
        resource = self._model.resources.get(operation.resource or "")
        if resource is None or resource.key is not None:
            return False
        if known is None or not known.departed:
            return True
        if not any(documents(operation, status) for status in GONE):
            return True
        return _RESETS.search(self._words_of_delete(operation)) is not None

    def is_written_anew(self, resource: Resource, name: str, ours: Any, told: Any) -> bool:
        """Tell whether a server shows what a client sent in another way, which is the one that it
        keeps.
        """
        if isinstance(ours, Mapping | list) or isinstance(told, Mapping | list):
            return False
        child = resource.record.properties.get(name)
        sent = self._aliases.told(ours)
        if sent is MISSING or sent == told:
            return False
        if child is not None and not admits(child.plain, sent):
            return True
        return _is_like(sent, told, self._ownership.wording.of(resource, name))

    def is_of_any_case(self, resource: Resource) -> bool:
        """Tell whether the document says that keys which differ in case alone are the same."""
        known = self._any_case.get(resource.name)
        if known is None:
            words = [self._ownership.wording.of(resource, resource.key or "")]
            for operation in self._model.operations:
                if operation.resource == resource.name and operation.key_param is not None:
                    declared = operation.described.parameter("path", operation.key_param)
                    words.append(declared.description if declared is not None else "")
            known = ANY_CASE.search(" ".join(words)) is not None
            self._any_case[resource.name] = known
        return known

    def _is_of_many(self, settled: Settled, answer: Answer) -> bool:
        """Tell whether a change may be about all records: neither its path nor its body says which
        one it is about, or the answer shows none (`{"count": 0}`).
        """
        operation = settled.operation
        resource = self._model.resources.get(operation.resource or "")
        is_change = operation.kind in (Kind.MERGE, Kind.REPLACE)
        if not is_change or operation.key_param is not None:
            return False
        if resource is None or resource.key is None:
            return False
        shown = record_shown(operation, answer)
        if shown is not None and value_at(shown, resource.key) is MISSING:
            return True
        names = (*_names_in(settled.body), *settled.query)
        return not any(name == resource.key or _NAME_OF_KEY.search(name) for name in names)

    def _words_of_delete(self, operation: Operation) -> str:
        """Return what the document says of the delete of the record that an operation is about."""
        path = operation.path
        if is_verb(operation):
            path = path[: path.rindex("}") + 1]
        delete = self._model.labeled(f"DELETE {path}")
        if delete is None:
            return ""
        return words_of(delete)

    def _shows_another_spelling(self, settled: Settled, answer: Answer) -> bool:
        """Tell whether a server found a record by its key in another case, or with blanks
        around it.
        """
        operation = settled.operation
        resource = self._model.resources.get(operation.resource or "")
        record = inside(operation.envelope.one, answer.body)
        if resource is None or resource.key is None or not isinstance(record, Mapping):
            return False
        told, asked = record.get(resource.key), settled.path.get(operation.key_param or "")
        if not isinstance(told, str) or not isinstance(asked, str):
            return False
        return likeness(asked, told) not in ("", SAME)

    def _key_given(
        self, settled: Settled, answer: Answer, known: Surroundings
    ) -> Iterator[Difference]:
        """Yield the difference of a key that another record has, or had where keys are numbers that
        are promised to last and the server chose it. An operation that documents more than one
        success may replace a record.
        """
        operation = settled.operation
        resource = self._model.resources[str(operation.resource)]
        shown = record_shown(operation, answer)
        if shown is None or resource.key is None or resource.key not in shown:
            return
        if len(operation.described.success_statuses) > 1:
            return
        if answer.status == 200 and operation.created == 201:
            return  # the one that is there is given back
        told = value_at(shown, resource.key)
        key, is_number = _text(told), is_integer(told)
        sent = record_in(operation, settled.body)
        is_chosen = isinstance(sent, Mapping) and sent.get(resource.key) is not None
        is_made = is_number and not is_chosen
        is_back = is_made and resource.key_lasts and key in known.departed
        if key in known.alive or is_back:
            yield Difference(f"/{resource.key}", "a key that no record had before", told)

    def _count(
        self, settled: Settled, expected: Expected, answer: Answer, known: Surroundings | None
    ) -> Iterator[Difference]:
        told = inside(
            settled.operation.envelope.count,
            answer.body,
        )
        asked = Question.of(settled)
        sure = known is not None and asked.is_understood and not self._has_doubts(known)
        if sure and is_integer(told) and told != expected.value:
            yield Difference("", expected.value, told)

    def _has_doubts(self, known: Surroundings) -> bool:
        if known.collection.resource in self._keeping:
            return True
        ending = any(self._may_go(known, each) for each in known.alive.values())
        return ending or bool(self.doubts.about(known.collection))

    def _may_go(self, known: Surroundings, record: Record) -> bool:
        """Tell whether a record may have gone by itself: it tells of its end, or the document says
        that older ones are dropped.
        """
        return known.collection.resource in self._dropping or may_be_gone(record)

    # --- lists -----------------------------------------------------------------------------

    def _list(
        self, settled: Settled, answer: Answer, known: Surroundings | None
    ) -> Iterator[Difference]:
        operation = settled.operation
        if known is None:
            return
        shown = records_in(operation, answer)
        resource = self._model.resources[str(operation.resource)]
        name = resource.key
        if shown is None or name is None:
            return
        keys = [_text(value_at(each, name)) for each in shown]
        if not all(keys):
            return
        asked = Question.of(settled)
        doubtful = self.doubts.about(known.collection)
        schema = item_schema(self._model, operation)
        names = self._complete(settled, schema, shown)
        for index, (key, record) in enumerate(zip(keys, shown, strict=True)):
            place = f"/{index}"
            if key in doubtful:
                continue
            yield from self._surplus(
                asked,
                known,
                key,
                record,
                place,
            )
            if key in known.wanted and keys.count(key) == 1:
                wanted = known.wanted[key]
                yield from self._record(
                    resource,
                    schema,
                    wanted,
                    record,
                    place,
                    names,
                )
        yield from self._size(settled, keys)
        yield from self._order(settled, resource, shown)
        if asked.is_understood and is_whole(settled, answer, len(keys)):
            for key, record in known.wanted.items():
                there = known.alive.get(key, record)
                unsure = self._may_go(known, there) or may_be_hidden(there)
                if key not in keys and key not in doubtful and not unsure:
                    yield Difference(
                        f"/{len(keys)}",
                        record,
                        MISSING,
                    )
        yield from self._total(settled, asked, answer, known)

    def _order(
        self,
        settled: Settled,
        resource: Resource,
        shown: Sequence[Record],
    ) -> Iterator[Difference]:
        """Yield the difference of a record that is out of the order which the list promises."""
        promise = promise_of(settled, resource)
        found = misplaced(promise, shown) if promise is not None else None
        if promise is None or found is None:
            return
        way = "at most" if promise.descending else "at least"
        expected = f"{way} {found.before!r}, as the one before"
        yield Difference(f"/{found.index}/{found.field}", expected, found.value)

    def _surplus(
        self, asked: Question, known: Surroundings, key: str, record: Record, place: str
    ) -> Iterator[Difference]:
        """Yield the difference of a record that should not be in a list, as far as a client knows
        of it.
        """
        if key in known.wanted:
            return
        if key in known.alive:
            if asked.excludes(known.alive[key]):
                yield Difference(place, MISSING, record)
        elif key in known.departed:
            if not may_be_deleted(record):
                yield Difference(place, MISSING, record)
        elif self._is_copy(record, known.elsewhere.get(key)):
            yield Difference(place, MISSING, record)

    def _is_copy(self, record: Record, other: Record | None) -> bool:
        """Tell whether a record is one that is known below another parent."""
        if other is None:
            return False
        shared = [name for name in record if name in other and record[name] is not None]
        return all(
            likeness(
                other[name],
                record[name],
            )
            for name in shared
        )

    def _size(self, settled: Settled, keys: list[str]) -> Iterator[Difference]:
        paging = settled.operation.paging
        size = settled.query.get(paging.size or "")
        if paging.style != "none" and is_integer(size) and 0 < size < len(keys):
            yield Difference(
                "",
                f"at most {size} records",
                f"{len(keys)} records",
            )

    def _total(
        self, settled: Settled, asked: Question, answer: Answer, known: Surroundings
    ) -> Iterator[Difference]:
        told = inside(
            settled.operation.envelope.many,
            answer.body,
            "$total",
        )
        if not is_integer(told) or not asked.is_understood or self._has_doubts(known):
            return
        if told not in (len(known.wanted), len(known.alive) if asked.narrows else -1):
            yield Difference("/total", len(known.wanted), told)

    # --- records ---------------------------------------------------------------------------

    def _one(self, settled: Settled, wanted: Record, answer: Answer) -> Iterator[Difference]:
        """Yield where the record in an answer differs."""
        operation = settled.operation
        resource = self._model.resources.get(operation.resource or "")
        shown = record_shown(operation, answer)
        if resource is None or shown is None:
            return
        schema = shown_schema(self._model, operation, answer.status)
        names = self._complete(
            settled,
            schema,
            [shown],
        )
        yield from self._record(
            resource,
            schema,
            wanted,
            shown,
            "",
            names,
        )

    def _complete(
        self, settled: Settled, schema: DescribedSchema, records: Sequence[Record]
    ) -> Set[str]:
        """Return the properties that an operation shows wherever a record has them: those that its
        schema names where it reads a record, and those that it was seen to show.
        """
        if Question.of(settled).is_sparse:
            return frozenset()
        seen = self._observations.shown.setdefault(
            settled.operation.label,
            set(),
        )
        for record in records:
            seen.update(record)
        reads = settled.operation.kind is Kind.READ
        return schema.properties.keys() if reads else seen & schema.properties.keys()

    def _record(
        self,
        resource: Resource,
        schema: DescribedSchema,
        wanted: Record,
        shown: Record,
        place: str,
        names: Set[str],
    ) -> Iterator[Difference]:
        """Yield where a record differs, unless a PUT replaced it that may have been a merge."""
        found = [
            *self._properties(
                resource,
                schema,
                wanted,
                shown,
                place,
                names,
            )
        ]
        if not self._is_replaced(
            resource,
            wanted,
            shown,
            found,
        ):
            yield from found

    def _properties(
        self,
        resource: Resource,
        schema: DescribedSchema,
        wanted: Record,
        shown: Record,
        place: str,
        names: Set[str],
    ) -> Iterator[Difference]:
        """Yield where a record shows another value than the one that the client gave it. What is
        not shown counts for the properties of these `names`.
        """
        for name, value in wanted.items():
            if not self._ownership.is_clients(resource, name):
                continue
            if is_right(
                name,
                shown.get(name),
            ):
                continue
            at, actual = f"{place}/{name}", shown.get(name, MISSING)
            if name == resource.key:
                told = self._aliases.told(value)
                if MISSING not in (told, actual) and key_of(told) != key_of(actual):
                    yield Difference(at, told, actual)
            elif actual is not MISSING:
                child = schema.properties.get(name)
                yield from self._child_keys(
                    resource,
                    name,
                    value,
                    actual,
                    at,
                )
                yield from self._value(
                    resource,
                    child,
                    value,
                    actual,
                    at,
                )
            elif name in names and not _means_nothing(value) and not self._is_made(value):
                yield Difference(at, value, MISSING)

    def _child_keys(
        self, resource: Resource, name: str, told: Any, actual: Any, place: str
    ) -> Iterator[Difference]:
        """Yield where a child that the semantics tell by a property has another key than before."""
        children = next(
            (each for each in resource.children if each.field == name),
            None,
        )
        if children is None or not isinstance(told, list) or not isinstance(actual, list):
            return
        objects = [each for each in actual if isinstance(each, Mapping)]
        shown = {key_of(each.get(children.by)): each for each in objects}
        for index, child in enumerate(told):
            there = shown.get(
                key_of(self._aliases.told(child.get(children.by))),
                {},
            )
            was, now = self._aliases.told(child.get(children.key)), there.get(children.key)
            if was in (None, MISSING) or now is None:
                continue
            if key_of(was) != key_of(now):
                yield Difference(
                    f"{place}/{index}/{children.key}",
                    was,
                    now,
                )

    def _is_made(self, value: Any) -> bool:
        """Tell whether a value is one that only the server can know."""
        if isinstance(value, Mapping | list):
            return False
        return self._aliases.told(value) is MISSING

    def _value(
        self,
        resource: Resource,
        schema: DescribedSchema | None,
        wanted: Any,
        actual: Any,
        place: str,
    ) -> Iterator[Difference]:
        """Yield where a value, or what is inside it, is another one than was told."""
        if schema is not None and schema.is_read_only:
            return
        if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
            for name, value in wanted.items():
                there = actual.get(name, MISSING)
                if is_key_made_anew(name, self._aliases.told(value), there, actual):
                    continue
                if name in actual and value is not None:
                    child = schema.properties.get(name) if schema is not None else None
                    yield from self._value(
                        resource,
                        child,
                        value,
                        actual[name],
                        f"{place}/{name}",
                    )
            return
        if isinstance(wanted, list) and isinstance(actual, list):
            if _is_nested(wanted) or _is_nested(actual):
                yield from self._items(
                    resource,
                    schema,
                    wanted,
                    actual,
                    place,
                )
                return
        elif isinstance(wanted, Mapping | list) or isinstance(actual, Mapping | list):
            return  # another representation: a key in one reply, a whole record in the other
        told = self._aliases.told(wanted)
        if told is MISSING:
            return
        if _means_nothing(told):
            default = schema.get("default") if schema is not None else None
            if not _means_nothing(actual) and actual != default:
                yield Difference(place, told, actual)
        elif actual is None and schema is not None and not schema.is_nullable:
            yield Difference(place, told, actual)
        elif schema is None or admits(schema.plain, told):  # else the reply cannot say it
            words = self._ownership.wording.of(resource, place)
            if not _is_like(told, actual, words):
                yield Difference(place, told, actual)

    def _items(
        self,
        resource: Resource,
        schema: DescribedSchema | None,
        told: list[Any],
        actual: list[Any],
        place: str,
    ) -> Iterator[Difference]:
        """Yield where lists of objects differ: each is held against the one in its place."""
        if len(told) != len(actual):
            yield Difference(place, told, actual)
            return
        items = schema.items if schema is not None else None
        for index, (one, other) in enumerate(zip(told, actual, strict=True)):
            yield from self._value(
                resource,
                items,
                one,
                other,
                f"{place}/{index}",
            )


def _hides(resource: Resource) -> bool:
    """Tell whether records of a resource may be put away."""
    properties = resource.record.properties
    states = {
        name: each.get("enum") or () for name, each in properties.items() if "enum" in each.flat
    }
    return may_hide(properties, states)


def _is_below_unknown(operation: Operation, known: Surroundings | None) -> bool:
    """Tell whether a collection is below something of which no operation tells whether it is there
    (`/servers/{server_id}/zones` without a resource of servers), and none of its records is known.
    """
    if known is not None and known.alive:
        return False
    return any(parent.resource is None for parent in operation.parents)


def _breaks_path(settled: Settled) -> bool:
    """Tell whether a path has a value that its document does not allow: nothing is there."""
    for name, value in settled.path.items():
        parameter = settled.operation.described.parameter("path", name)
        if parameter is None or not isinstance(value, str | int):
            continue
        schema = parameter.schema.plain
        if not admits(schema, value) and not admits(schema, _text(value)):
            return True
    return False


def _names_records(settled: Settled) -> bool:
    """Tell whether a call that is not about a record of its own names some in its body: one of them
    may be what is not there.
    """
    if settled.operation.key_param is not None and not is_verb(settled.operation):
        return False
    return any(_NAME_OF_KEY.search(name) for name in _names_in(settled.body))


def _names_in(value: Any) -> Iterator[str]:
    """Yield the names of the properties of a value, and of what is inside of it."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield str(name)
            yield from _names_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from _names_in(child)


def documents(operation: Operation, status: int) -> bool:
    """Tell whether the document has a status among the answers of an operation, or its class."""
    responses = operation.described.responses
    return str(status) in responses or f"{status // 100}XX" in responses


def words_of(operation: Operation) -> str:
    """Return what the document says of an operation."""
    described = operation.described
    return f" {described.summary} {described.description}"


def is_verb(operation: Operation) -> bool:
    """Tell whether an operation does something to a record that its path names before its end, such
    as `POST /notes/{id}/restore`.
    """
    is_on_record = operation.key_param is not None or operation.kind is Kind.ACTION
    if not is_on_record or operation.method != "POST":
        return False
    return not operation.path.endswith("}")


def record_shown(operation: Operation, answer: Answer) -> Record | None:
    """Return the record that an answer shows, None where it shows none."""
    found = inside(
        operation.envelope.one,
        answer.body,
    )
    return found if isinstance(found, Mapping) else None


def records_in(operation: Operation, answer: Answer) -> list[Record] | None:
    """Return the records of a list, None where the answer shows no list of records."""
    if answer.status == 204:
        return []
    found = inside(
        operation.envelope.many,
        answer.body,
    )
    if not isinstance(found, list):
        return None
    items = [inside(operation.envelope.item, each) for each in found]
    records = [each for each in items if isinstance(each, Mapping)]
    return records if len(records) == len(items) else None


def is_whole(settled: Settled, answer: Answer, shown: int) -> bool:
    """Tell whether a page is the whole list: the first one, not full, with no way onward."""
    operation, query = settled.operation, settled.query
    paging, many = operation.paging, operation.envelope.many
    onward = [inside(many, answer.body, role) for role in ("$next", "$next_path", "$cursor")]
    onward += [inside(many, answer.body, role) for role in ("$next_page", "$has_next")]
    if any(each not in (MISSING, None, "", False) for each in onward):
        return False
    if 'rel="next"' in answer.headers.get("link", "").replace(
        "rel=next",
        'rel="next"',
    ):
        return False
    if paging.style == "none":
        return shown < 10 or shown % 5 != 0  # a limit that nobody told of is a round number
    number = query.get(
        paging.number or "",
        MISSING,
    )
    first = paging.first if paging.style == "page" else 0
    if number is not MISSING and (not is_integer(number) or number > first):
        return False
    size = query.get(
        paging.size or "",
        paging.default,
    )
    total = inside(many, answer.body, "$total")
    tells = has_way_onward(operation)
    if is_integer(total) and not tells:
        return bool(total <= shown)
    full = is_integer(size) and shown >= size
    return not full if size is not None else tells


def has_way_onward(operation: Operation) -> bool:
    """Tell whether a list tells whether there is more."""
    many = str(operation.envelope.many)
    return any(role in many for role in ("$next", "$cursor", "$has_next"))


def shown_schema(model: Model, operation: Operation, status: int) -> DescribedSchema:
    """Return the schema of the record in an answer."""
    resource = model.resources[str(operation.resource)]
    schema = operation.described.success_schema(status)
    return one_envelope(
        schema,
        resource.name,
        resource.key,
    )[1]


def item_schema(model: Model, operation: Operation) -> DescribedSchema:
    """Return the schema of a record in a list."""
    resource = model.resources[str(operation.resource)]
    schema = operation.described.success_schema(operation.success)
    many = many_envelope(schema, resource.name)
    return schema if many is None else many[1]


def _is_like(told: Any, actual: Any, words: str) -> bool:
    """Tell whether a value is the one that was told, in a way in which servers write it, or in the
    one that words tell.
    """
    return bool(likeness(told, actual, words)) or key_of(told) == key_of(actual)


def _asked_key(operation: Operation, settled: Settled) -> str:
    """Return the key that a path names, empty where it names none."""
    return _text(settled.path.get(operation.key_param or ""))


def _text(value: Any) -> str:
    return (
        key_of(value)
        if isinstance(
            value,
            str | int | float,
        )
        else ""
    )


def _is_nested(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    return any(isinstance(item, Mapping) for item in value)


def _means_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}
