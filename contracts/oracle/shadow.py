"""Follow the traffic to a server with the oracle: a call and its answer in, what the answer should
have been out.

The oracle keeps the state that the calls must have led to. What a server chooses by itself (keys,
moments, values of its own) is learned from its answers and from then on is part of that state.
Where the oracle cannot know (a record that nobody listed, a call that its document does not
describe), it says nothing.

A shadow is strict, for a mock of the same model, or lenient, for any server. A strict one keeps
placeholders for what the server makes, in the order in which they were made. A lenient one keeps
the state in the values of the server, takes over what the server tells of what is its own, and
holds against it what a client can know (`oracle.lenient`): that something is there or is not, and
which values were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from contracts.compare.descriptions import WRITES
from contracts.compare.placeholders import Keeper, PlaceholderNumbers, PlaceholderSupply
from contracts.compare.values import Difference
from contracts.mentions import is_figure, named_in
from contracts.oracle.aliases import Aliases
from contracts.oracle.extent import Extent
from contracts.oracle.judge import judge
from contracts.oracle.lenient import (
    GONE,
    Lenient,
    Observations,
    Surroundings,
    documents,
    is_verb,
    record_shown,
    records_in,
)
from contracts.oracle.namesakes import are_namesakes, is_unchanged
from contracts.oracle.oracle import LISTS, REMOVALS, Expected, Oracle
from contracts.oracle.ownership import Ownership, record_in
from contracts.oracle.question import Question
from contracts.oracle.settled import Settled, keys_above
from contracts.oracle.surroundings import collections_around, followers, item_around
from contracts.targets.failures import as_meant
from contracts.targets.promises import ANY, CONDITIONS, NEVER_CHANGED
from contracts.targets.target import SAFE_METHODS, Answer
from mockserver.exchange import SEE_OTHER
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import Advance, Change, Collection, Found, Put, Query, Record, Remove, key_of

ABSTAINED = frozenset({401, 403, 429})
"""Statuses that say who may call, or how often, and nothing of the state."""
ASKING = frozenset(
    {
        *LISTS,
        Kind.READ,
        Kind.COUNT,
        Kind.STATELESS,
    }
)
"""Kinds that change nothing."""


Address = tuple[Collection, str]


class Shadow:
    """The state that calls must have led to, and what follows from it for the next answer.

    `changes` are those of the latest call.
    """

    def __init__(
        self,
        model: Model,
        store: Keeper,
        partial: Iterable[str] | None = None,
        *,
        strict: bool = False,
        slow: Set[str] = frozenset(),
        observations: Observations | None = None,
    ) -> None:
        """Take what the server holds at the start; of `partial` resources it may hold more than
        that.

        `partial` is None where the start is known, and not read from the server, which keeps some
        things to itself. Of `slow` resources what was written shows after a while. The
        `observations` are those of an earlier shadow of the same server.
        """
        self.model, self._slow = model, slow
        self._supply = PlaceholderSupply()
        self.numbers = PlaceholderNumbers(store)
        self.aliases = Aliases(self._supply)
        self._oracle = Oracle(
            model,
            self.numbers,
            self._supply,
        )
        self._extent = Extent(model, self.numbers, partial)
        self._ownership = Ownership(model)
        self._observations = observations or Observations()
        self._lenient = Lenient(
            model,
            self.aliases,
            self._ownership,
            self._observations,
        )
        self._doubts = self._lenient.doubts
        self._sent: dict[Address, set[str]] = {}
        self._departed: set[Address] = set()
        self._coming: set[Address] = set()
        self._moved: set[Address] = set()
        self._request_keys: set[tuple[str, str]] = set()
        self._made_by_keys: set[tuple[Collection, str]] = set()
        self._strict = strict
        self.changes: Sequence[Change] = ()
        self._begin()

    def judge(self, settled: Settled, answer: Answer) -> list[Difference]:
        """Return where an answer is not what the calls so far must bring, and follow it."""
        self.changes = ()
        if self._strict:
            return self._strictly(settled, answer)
        return self._leniently(self._in_known_case(settled), answer)

    def pass_over(self, operation: Operation, answer: Answer) -> None:
        """Follow a call that the document does not describe: when it was not refused, nobody knows
        what it did.
        """
        if not 400 <= answer.status < 500 and operation.kind not in ASKING:
            self._extent.lose(operation)

    def knows(self, settled: Settled) -> bool:
        """Tell whether the oracle knows all that the answer to a call depends on."""
        operation = settled.operation
        if any(map(_is_of_a_version, settled.headers.items())):
            return False
        if operation.hook is not None:
            return False
        if operation.kind is Kind.STATELESS or operation.resource is None:
            return operation.kind is Kind.ACTION or self._strict
        if operation.results is not None:  # which of several it did is in a form of its own
            return False
        if operation.membership is not None and not self._strict:
            return False
        resource = self.model.resources[operation.resource]
        if resource.given and resource.key is not None:
            return False
        if resource.name in self._observations.unsettled:
            return False
        return self._extent.covers(settled)

    @property
    def is_lost(self) -> bool:
        """Whether what the server holds should be read again, because a call did what nobody
        knows.
        """
        return self._extent.is_lost

    def was_there(self, settled: Settled) -> bool:
        """Tell whether a call is about a record that was there before."""
        return self._address(settled) in self._departed

    # --- strict ----------------------------------------------------------------------------

    def _strictly(self, settled: Settled, answer: Answer) -> list[Difference]:
        operation, accepted = settled.operation, answer.status < 300
        if not self.knows(settled):
            makes_one = operation.kind is Kind.CREATE and operation.results is None
            if accepted and operation.kind not in ASKING and not makes_one:
                self._extent.lose(operation)
            return []
        expected = self._oracle.expect(settled)
        found = judge(
            operation,
            expected,
            answer,
            self.aliases,
        )
        if expected.problem is None:
            self.numbers.apply(expected.changes)
            self.changes = expected.changes
            self._note_changes(operation)
        return found

    def _note_changes(self, operation: Operation) -> None:
        """Note what follows from the changes of a call for what is known."""
        if operation.kind is Kind.CREATE:
            for change in self.changes:
                if isinstance(change, Put) and change.collection.resource == operation.resource:
                    self._extent.begin_below(change)
        if self._extent.hides and self.changes:
            self._extent.lose_followers(operation)

    # --- lenient ---------------------------------------------------------------------------

    def _leniently(self, settled: Settled, answer: Answer) -> list[Difference]:
        meant = as_meant(answer)
        if meant is not answer and meant.status == 409:
            return []  # no document tells of which statuses a body may mean
        answer = meant
        operation = settled.operation
        if answer.status == SEE_OTHER and operation.method not in SAFE_METHODS:
            answer = Answer(204, answer.headers)  # it is done, and shown elsewhere (RFC 9110)
        accepted = answer.status < 300
        if answer.status in ABSTAINED or 300 <= answer.status < 400:
            return []
        if answer.status >= 500:
            return self._broken_down(operation, answer)
        if accepted:
            self._note_named(settled)
        if not self.knows(settled):
            if accepted:
                self._lose_unknown(settled)
                self._note_background(operation, answer)
            return []
        request_key = self._request_key(settled)
        if request_key is not None and self._may_be_repeated(settled, answer, request_key):
            if accepted and not self._is_known(settled, answer):
                self._extent.lose(operation)
            return []
        if accepted and self._is_given_back(settled, answer):
            return []
        address = self._address(settled)
        if address is not None and address in self._doubts.addresses:
            self._follow_doubtful(settled, address, answer)
            return []
        if self._is_below_doubtful(settled):
            if accepted and operation.kind not in ASKING:
                self._extent.lose(operation)
            return []
        is_inferred_act = operation.kind is Kind.ACTION and operation.action is None
        if accepted and is_inferred_act:  # what it does besides is not told by any document
            self._lose_unknown(settled)
            return []
        expected = self._oracle.expect(settled)
        known = self._known(settled, answer)
        found = list(
            self._lenient.differences(
                settled,
                expected,
                answer,
                known,
            )
        )
        if not accepted:
            return found
        found += self._not_reset(settled, expected, answer)
        found = self._without_moved(settled, answer, found)
        if expected.problem is None:
            self._follow(settled, expected, answer)
        elif operation.kind not in ASKING:
            self._departed -= {address}  # it may have come back
            self._extent.lose(operation)
        return found

    def _in_known_case(self, settled: Settled) -> Settled:
        """Return a call whose path has the keys of records as they are known, where the document
        says that the case of their letters does not count.
        """
        operation = settled.operation
        named = {each.param: each.resource for each in operation.parents}
        own = self.model.resources.get(operation.resource or "")
        is_by_key = own is not None and operation.key_field in (None, own.key)
        if operation.key_param is not None and is_by_key:
            named[operation.key_param] = operation.resource
        path = dict(settled.path)
        for param, name in named.items():
            resource = self.model.resources.get(name or "")
            asked = path.get(param)
            if resource is None or not isinstance(asked, str):
                continue
            if not self._lenient.is_of_any_case(resource):
                continue
            for key in self._records(Collection(resource.name)):
                if key.casefold() == asked.casefold():
                    path[param] = key
        return replace(settled, path=path)

    def _request_key(self, settled: Settled) -> tuple[str, str] | None:
        """Return the operation and the key of a call that may be answered like one before with the
        same key, None where it has none.
        """
        key = settled.operation.idempotency
        if key is None:
            return None
        sent: Mapping[str, Any] = {}
        if key.place == "header":
            sent = settled.headers
        elif key.place == "query":
            sent = settled.query
        elif isinstance(settled.body, Mapping):
            sent = settled.body
        value = sent.get(key.name)
        if not isinstance(value, str):
            return None
        return settled.operation.label, value

    def _may_be_repeated(
        self, settled: Settled, answer: Answer, request_key: tuple[str, str]
    ) -> bool:
        """Tell whether a call may be answered like one before: its key was sent, or may have been
        before anything was followed, as a record is shown that was there then. Take note of the
        key.
        """
        is_repeated = request_key in self._request_keys
        self._request_keys.add(request_key)
        shown = self._place_shown(settled, answer)
        if is_repeated or shown is None:
            return is_repeated
        if self.numbers.get(*shown) is None:
            self._made_by_keys.add(shown)
            return False
        return shown not in self._made_by_keys

    def _is_known(self, settled: Settled, answer: Answer) -> bool:
        """Tell whether an answer shows a record that was there before."""
        shown = self._place_shown(settled, answer)
        if shown is None:
            return False
        return self.numbers.get(*shown) is not None

    def _is_given_back(self, settled: Settled, answer: Answer) -> bool:
        """Tell whether a create shows a record that was there before, of the same name and as it
        was: it made none.
        """
        operation = settled.operation
        place = self._place_shown(settled, answer)
        if operation.kind is not Kind.CREATE:
            return False
        if place is None or operation.idempotency is not None:
            return False
        record = self.numbers.get(*place)
        sent = record_in(
            operation,
            settled.body,
        )
        shown = record_shown(
            operation,
            answer,
        )
        if record is None or shown is None:
            return False
        if not isinstance(sent, Mapping):
            return False
        return are_namesakes(sent, record) and is_unchanged(shown, record)

    def _place_shown(self, settled: Settled, answer: Answer) -> tuple[Collection, str] | None:
        """Return where the record is that an answer shows, None where it shows none."""
        operation = settled.operation
        resource = self.model.resources.get(operation.resource or "")
        shown = record_shown(operation, answer)
        if resource is None or shown is None or resource.key is None:
            return None
        key = key_of(value_at(shown, resource.key))
        return self._collection(resource, settled), key

    def _note_named(self, settled: Settled) -> None:
        """Note the records of other resources that a call names, itself or by the record that it is
        about: figures of theirs may have moved.
        """
        operation, address = settled.operation, self._address(settled)
        if operation.method in SAFE_METHODS or operation.kind in ASKING:
            return
        record = None if address is None else self.numbers.get(*address)
        own = operation.resource
        for value in (settled.body, record):
            for name, key in named_in(self.model, own, value):
                collection = Collection(name)
                place = self._place(collection, key)
                self._moved.add((place, key))

    def _without_moved(
        self, settled: Settled, answer: Answer, found: Sequence[Difference]
    ) -> list[Difference]:
        """Return the differences without those of figures that other calls may have moved. The
        figures are taken over.
        """
        if not self._moved or not found:
            return list(found)
        left = []
        for each in found:
            address, name = self._whose(settled, answer, each)
            is_figure_ = is_figure(each.expected) and is_figure(each.actual)
            if address is None or address not in self._moved or not is_figure_:
                left.append(each)
                continue
            record = self.numbers.get(*address) or {}
            self.numbers.apply([Put(*address, {**record, name: each.actual})])
        return left

    def _whose(
        self, settled: Settled, answer: Answer, difference: Difference
    ) -> tuple[Address | None, str]:
        """Return the record and the property in which a difference is, None where it is in none."""
        steps = difference.place.strip("/").split("/")
        operation = settled.operation
        if operation.kind not in LISTS:
            return self._address(settled), steps[0]
        shown = records_in(operation, answer) or []
        resource = self.model.resources[str(operation.resource)]
        if len(steps) != 2 or not steps[0].isdigit() or int(steps[0]) >= len(shown):
            return None, ""
        record = shown[int(steps[0])]
        key = key_of(value_at(record, resource.key or ""))
        collection = self._collection(resource, settled)
        found = self._shown_in(resource, collection, record)
        place = collection if found is None else found.collection
        return (place, key), steps[1]

    def _broken_down(self, operation: Operation, answer: Answer) -> list[Difference]:
        """Return the difference of an error of the server: none where the document has it, or where
        the server says when it will be back.
        """
        self.pass_over(operation, answer)
        waits = answer.status == 503 and "retry-after" in answer.headers
        if waits or documents(operation, answer.status):
            return []
        return [
            Difference(
                "status",
                "no error of the server",
                (answer.status, answer.body),
            )
        ]

    def _lose_unknown(self, settled: Settled) -> None:
        """Note that a call did what nobody knows: to a record, or to those of a collection."""
        operation = settled.operation
        if operation.method in SAFE_METHODS or operation.kind in LISTS:
            return
        if operation.kind in (Kind.STATELESS, Kind.ACTION):
            self._note_unexplained(settled)
        elif operation.kind is not Kind.CREATE or operation.results is not None:
            self._extent.lose(operation)
        self._lose_collections_around(operation)

    def _note_unexplained(self, settled: Settled) -> None:
        """Note that something was done to the record that a path goes through."""
        item = item_around(self.model, settled.operation)
        if item is None:
            return
        address = self._address(replace(settled, operation=item))
        if address is not None:
            self._doubts.addresses.add(address)

    def _note_background(self, operation: Operation, answer: Answer) -> None:
        """Note the resources that an operation which was only accepted (202) goes on to change."""
        if answer.status == 202:
            self._observations.unsettled.update(collections_around(self.model, operation))

    def _lose_collections_around(self, operation: Operation) -> None:
        for name in collections_around(self.model, operation):
            self._extent.lose_resource(name)

    def _known(self, settled: Settled, answer: Answer) -> Surroundings | None:
        """Return what is known of the place of a call, None where it has none."""
        operation = settled.operation
        resource = self.model.resources.get(operation.resource or "")
        if resource is None:
            return None
        collection = self._collection(resource, settled)
        alive = self._records(collection)
        wanted: Mapping[str, Record] = {}
        elsewhere: Mapping[str, Record] = {}
        if operation.kind in LISTS and answer.status < 300:
            wanted = self._by_key(
                resource,
                self._oracle.expect_all(settled),
            )
            if resource.split:
                elsewhere = self._records(Collection(resource.name))
        depth = len(collection.parents)
        departed = {
            key
            for there, key in self._departed
            if there.resource == resource.name and there.parents[:depth] == collection.parents
        }
        return Surroundings(
            collection,
            wanted,
            alive,
            elsewhere,
            frozenset(departed),
            not self._extent.is_partial(resource.name),
        )

    def _collection(self, resource: Resource, settled: Settled) -> Collection:
        return Collection(
            resource.name,
            keys_above(
                resource,
                settled.operation,
                settled.path,
            ),
        )

    def _records(self, collection: Collection) -> dict[str, Record]:
        found = self.numbers.select(collection, Query()).found
        return {each.key: each.record for each in found}

    def _by_key(self, resource: Resource, records: Iterable[Record]) -> dict[str, Record]:
        """Return records by their keys, without those that do not show theirs: the document does
        not say that a list has it.
        """
        found: dict[str, Record] = {}
        for record in records:
            key = value_at(record, resource.key or "")
            if key is not MISSING:
                found[key_of(key)] = record
        return found

    def _address(self, settled: Settled) -> Address | None:
        """Return the address of the record that a call names, None where it names none."""
        operation = settled.operation
        resource = self.model.resources.get(operation.resource or "")
        if resource is None or operation.key_param is None:
            return None
        key = settled.path.get(operation.key_param)
        if key is None or operation.key_field not in (None, resource.key):
            return None
        collection = self._collection(resource, settled)
        if len(collection.parents) < len(resource.split):  # /shows/7 of /venues/2/shows
            collection = self._place(collection, key_of(key))
        return collection, key_of(key)

    def _is_below_doubtful(self, settled: Settled) -> bool:
        """Tell whether a call is below a record of which nobody knows whether it is there."""
        for parent in settled.operation.parents:
            resource = self.model.resources.get(parent.resource or "")
            if resource is None or parent.param not in settled.path:
                continue
            above = keys_above(
                resource,
                settled.operation,
                settled.path,
            )
            collection = Collection(resource.name, above)
            key = key_of(settled.path[parent.param])
            if (collection, key) in self._doubts.addresses:
                return True
        return False

    def _follow_doubtful(self, settled: Settled, address: Address, answer: Answer) -> None:
        """Follow a call on a record of which nobody knows what it is like."""
        operation = settled.operation
        if answer.status in GONE and not is_verb(operation):
            if self._lenient.may_name_nothing(settled):
                return  # it may be what is named that is not there
            self.numbers.apply([Remove(*address)])
            if not address[0].parents:  # else it may have been moved below another one
                self._departed.add(address)
            self._doubts.addresses.discard(address)
        elif answer.status < 300 and operation.kind is Kind.READ:
            told = record_shown(operation, answer)
            is_late = operation.resource in self._slow and address not in self._coming
            if told is not None and address not in self._departed:
                self.numbers.apply([Put(*address, told)])
                if not is_late:
                    self._doubts.addresses.discard(address)

    def _not_reset(
        self, settled: Settled, expected: Expected, answer: Answer
    ) -> Iterator[Difference]:
        """Yield where a replace shows what a client sent before, and did not send again."""
        operation, address = settled.operation, self._address(settled)
        shown = record_shown(operation, answer)
        sent = record_in(operation, settled.body)
        if operation.kind is not Kind.REPLACE or address is None or shown is None:
            return
        before = self.numbers.get(*address)
        if before is None or not isinstance(sent, Mapping) or expected.problem is not None:
            return
        wanted = expected.value if isinstance(expected.value, Mapping) else {}
        for name in self._sent.get(address, set()) - sent.keys():
            old, now = before.get(name), shown.get(name)
            is_kept = old == now and old not in (None, "", 0, False, [], {})
            if is_kept and wanted.get(name, None) is None:
                yield Difference(f"/{name}", MISSING, now)

    def _follow(self, settled: Settled, expected: Expected, answer: Answer) -> None:
        """Let a call have its effect, in the values of the server."""
        operation = settled.operation
        self._ownership.note(
            operation,
            settled.body,
        )
        if operation.kind is Kind.CREATE and not self._learn_key(settled, expected, answer):
            self._extent.lose(operation)
            return
        if operation.kind is Kind.BULK_DELETE and not Question.of(settled).is_clear:
            self._extent.lose(operation)  # nobody but the server knows what was chosen
            return
        self.changes = [self._filled(each) for each in expected.changes]
        if any(self._is_untold(each) for each in self.changes):
            self.changes = ()
            self._extent.lose(operation)
            return
        self.numbers.apply(self.changes)
        self._adopt(settled, answer)
        self._note_changes(operation)
        self._note_presence(settled, answer)
        if operation.kind not in ASKING:
            self._lose_collections_around(operation)
            self._note_background(operation, answer)

    def _learn_key(self, settled: Settled, expected: Expected, answer: Answer) -> bool:
        """Learn the key of a record that was made, from the reply or its Location; tell whether it
        is known.
        """
        operation = settled.operation
        resource = self.model.resources[str(operation.resource)]
        made = _made(operation, expected.changes)
        if len(made) != 1:
            return bool(made) and all(self.aliases.told(each.key) is not MISSING for each in made)
        key, told = (
            made[0].record.get(
                resource.key or "",
                made[0].key,
            ),
            MISSING,
        )
        shown = record_shown(operation, answer)
        if shown is not None and resource.key:
            told = value_at(shown, resource.key)
        if not isinstance(told, str | int):
            told = answer.located_key or MISSING
        if not isinstance(told, str | int):
            return self.aliases.told(key) is not MISSING
        self.aliases.learn(key, told)
        self.aliases.learn(
            made[0].key,
            told,
        )
        return True

    def _is_untold(self, change: Change) -> bool:
        """Tell whether the address of a change is not known."""
        if isinstance(change, Advance):
            return False
        return (
            self.aliases.told(
                [
                    *change.collection.parents,
                    change.key,
                ]
            )
            is MISSING
        )

    def _adopt(self, settled: Settled, answer: Answer) -> None:
        """Take over what the server tells of a record, beside what a client gave it."""
        operation = settled.operation
        if operation.kind in LISTS:
            self._adopt_list(settled, answer)
            return
        told = record_shown(operation, answer)
        if operation.kind in REMOVALS or operation.kind is Kind.COUNT:
            return
        resource = self.model.resources.get(operation.resource or "")
        made = _made(operation, self.changes)
        if resource is None or (operation.kind in WRITES and len(made) != 1):
            return
        address = (made[0].collection, made[0].key) if made else self._address(settled)
        if address is None:
            return
        sent = record_in(operation, settled.body)
        names = set(sent) if isinstance(sent, Mapping) else set()
        if operation.kind in WRITES:
            kept = self._sent.get(address, set()) if operation.kind is Kind.MERGE else set()
            self._sent[address] = kept | names
        record = self.numbers.get(*address)
        if record is None or told is None:
            return
        now = {
            **self._completed(record, told),
            **self._news(resource, record, told),
        }
        self.numbers.apply([Put(*address, now)])
        self.changes = [each for each in self.changes if each not in made]
        self.changes = [
            *self.changes,
            Put(
                *address,
                self.numbers.get(*address) or {},
            ),
        ]

    def _completed(self, ours: Any, told: Any) -> Any:
        """Return a value of ours in which what only the server can know is as it tells it."""
        if isinstance(ours, Mapping) and isinstance(told, Mapping):
            return {
                name: self._completed(
                    value,
                    told[name],
                )
                if name in told
                else value
                for name, value in ours.items()
            }
        if isinstance(ours, list) and isinstance(told, list) and len(ours) == len(told):
            return [
                self._completed(one, other)
                for one, other in zip(
                    ours,
                    told,
                    strict=True,
                )
            ]
        is_scalar = not isinstance(ours, Mapping | list)
        return told if is_scalar and self.aliases.told(ours) is MISSING else ours

    def _news(self, resource: Resource, record: Record, told: Record) -> dict[str, Any]:
        """Return what a record tells that no client gave it."""
        return {
            name: value
            for name, value in told.items()
            if not self._ownership.is_clients(resource, name)
            or self.aliases.told(record.get(name, MISSING)) is MISSING
            or name not in record
            or self._lenient.is_written_anew(
                resource,
                name,
                record[name],
                value,
            )
        }

    def _adopt_list(self, settled: Settled, answer: Answer) -> None:
        """Take over what a list tells of records that are known, and the records that are not."""
        resource = self.model.resources[str(settled.operation.resource)]
        collection = self._collection(resource, settled)
        whole = len(collection.parents) == len(resource.split)
        for shown in records_in(settled.operation, answer) or ():
            key = key_of(
                value_at(
                    shown,
                    resource.key or "",
                )
            )
            known = self._shown_in(resource, collection, shown)
            if known is not None:
                flat = {n: v for n, v in shown.items() if not isinstance(v, Mapping | list)}
                news = self._news(
                    resource,
                    known.record,
                    flat,
                )
                self.numbers.apply(
                    [
                        Put(
                            known.collection,
                            key,
                            {**known.record, **news},
                        )
                    ]
                )
            elif whole and (collection, key) not in self._departed and resource.key in shown:
                self.numbers.apply(
                    [
                        Put(
                            collection,
                            key,
                            shown,
                        )
                    ]
                )
                if resource.name in self._slow:
                    self._doubts.addresses.add((collection, key))

    def _place(self, collection: Collection, key: str) -> Collection:
        found = self.numbers.select(
            collection,
            Query(),
        ).found
        return next(
            (each.collection for each in found if each.key == key),
            collection,
        )

    def _shown_in(self, resource: Resource, collection: Collection, shown: Record) -> Found | None:
        """Return the record that a list shows, None where it is unknown: records below others may
        have the same key, and a list that shows them all tells them apart by the keys above them.
        """
        key = key_of(value_at(shown, resource.key or ""))
        for found in self.numbers.select(collection, Query()).found:
            above = zip(resource.split, found.collection.parents, strict=False)
            names = {parent.field: value for parent, value in above if parent.field}
            told = names.keys() & shown.keys()
            if found.key == key and all(key_of(shown[name]) == names[name] for name in told):
                return found
        return None

    def _note_presence(self, settled: Settled, answer: Answer) -> None:
        """Note which records are gone, and of which that is not sure, for their call was only
        accepted (202).
        """
        for change in self.changes:
            if isinstance(change, Remove):
                self._departed.add((change.collection, change.key))
                self._doubt_followers(change)
            elif isinstance(change, Put):
                self._departed.discard((change.collection, change.key))
                self._coming.add((change.collection, change.key))
            late = answer.status == 202 or settled.operation.resource in self._slow
            if late and not isinstance(change, Advance):
                self._doubts.addresses.add((change.collection, change.key))

    def _doubt_followers(self, gone: Remove) -> None:
        """Note that records which name one that is gone may have gone along, or name it no more."""
        address = (gone.collection.resource, gone.key)
        found = followers(
            self.model,
            self.numbers,
            address,
        )
        for each in found:
            doubtful = (each.collection, each.key)
            self._doubts.addresses.add(doubtful)

    def _filled(self, change: Change) -> Change:
        if isinstance(change, Advance):
            return change
        parents = tuple(key_of(self.aliases.filled(each)) for each in change.collection.parents)
        collection = Collection(change.collection.resource, parents)
        key = key_of(self.aliases.filled(change.key))
        if isinstance(change, Put):
            return Put(
                collection,
                key,
                self.aliases.filled(dict(change.record)),
            )
        return Remove(collection, key)

    def _begin(self) -> None:
        """Take note of the records that are there from the start: no new one may get a key of
        theirs.
        """
        for resource in self.model.resources.values():
            found = self.numbers.select(
                Collection(resource.name),
                Query(),
            ).found
            if resource.name in self._slow:
                self._doubts.addresses |= {(each.collection, each.key) for each in found}
            self.aliases.take(
                self.numbers.block(resource.name),
                [each.key for each in found],
            )
            for children in resource.children:
                keys = [
                    str(child[children.key])
                    for each in found
                    for child in each.record.get(
                        children.field,
                        (),
                    )
                    if children.key in child
                ]
                self.aliases.take(
                    self.numbers.block(f"{resource.name}.{children.field}"),
                    keys,
                )


def _made(operation: Operation, changes: Iterable[Change]) -> list[Put]:
    """Return the records of its own resource that a call put."""
    return [
        each
        for each in changes
        if isinstance(each, Put) and each.collection.resource == operation.resource
    ]


def _is_of_a_version(header: tuple[str, str]) -> bool:
    """Tell whether a header asks for a version that only the server knows."""
    name, text = header
    if name in ("if-match", "if-none-match"):
        return text.strip() != ANY
    return name in CONDITIONS and text not in NEVER_CHANGED.values()
