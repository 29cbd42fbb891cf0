"""Live through every resource of an API: create, read back, find in the list, change, delete and
miss it.

It takes a model and a target, and yields a Life for each lane. What is expected is little and holds
for any API: what was sent is in what is read, and what is deleted is gone. Bodies are compared by
the names of their properties, so that no envelope has to be known; keys are learned from the reply,
Location or the list.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.lifecycle.lives import Attempt, Life, Step
from contracts.lifecycle.sightings import Fields, Path, common, is_there, keys_in, lost, objects
from contracts.openapi import operation_at, properties, request_schema, success_schema
from contracts.requests.bodies import Bodies
from contracts.requests.caller import Caller, Keys, value_of
from contracts.requests.lanes import Lane, lanes
from contracts.requests.samples import (
    Body,
    fields_at,
    sample_bodies,
    sample_parameters,
    text,
)
from contracts.targets.target import Answer, Target
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Model, Operation


class Stuck(Exception):
    """A step failed; the attempts that were made are in `attempts`."""

    def __init__(self, attempts: list[Attempt]) -> None:
        super().__init__(attempts[-1].why)
        self.attempts = attempts


class Lifecycle:
    """Runs lifecycles against one server."""

    def __init__(
        self, model: Model, target: Target, supply: Supply, base: str | None = None
    ) -> None:
        """Take an API, a server of it, a source of values and one of the API's base paths."""
        self._model = model
        self._spec = model.document.spec
        self._supply = supply
        self._caller = Caller(model, target, supply, base)
        self._lanes = lanes(model)
        self._bodies = Bodies(model, supply)
        self._made = 0

    @property
    def lanes(self) -> list[Lane]:
        """The lanes of the API, in the order of their depth."""
        return [*self._lanes.values()]

    def run(self) -> Iterator[Life]:
        """Yield the life of one record in each lane, in the order of their depth."""
        for lane in self.lanes:
            yield self.live(lane)

    def live(self, lane: Lane) -> Life:
        """Try every step that the lane has; the first that fails ends what depends on it."""
        attempts: list[Attempt] = []
        try:
            above = self._parents(lane)
            key, sent = self._create(lane, above, attempts)
            self._grow(lane, above, key, sent, attempts)
        except Stuck as stuck:
            attempts += stuck.attempts
        return Life(lane, attempts)

    def _parents(self, lane: Lane) -> dict[str, str]:
        """Return the path parameters of a collection, each the key of a parent that was made for
        it.
        """
        keys = sample_parameters(self._spec, lane.create, "path", self._supply, f"{lane.path}/path")
        texts = {name: text(value) for name, value in keys.items() if name != lane.key_param}
        for parent in lane.parents:
            owner = self._lane_above(lane, parent.param)
            if owner is not None:
                attempts: list[Attempt] = []
                try:
                    texts[parent.param], _ = self._create(
                        owner, _renamed(owner, lane, texts), attempts
                    )
                except Stuck as stuck:
                    failed = stuck.attempts[-1]
                    raise Stuck([dataclasses.replace(failed, step=Step.PARENT)]) from None
        return texts

    def _lane_above(self, lane: Lane, param: str) -> Lane | None:
        """Return the lane whose items the parameter names, None when no record can be made
        there.
        """
        before = lane.path.partition("/{" + param + "}")[0]
        return self._lanes.get(before) if before != lane.path else None

    def _create(self, lane: Lane, above: Keys, attempts: list[Attempt]) -> tuple[str, Body]:
        """Make a record, and return its key and what was sent. Raises Stuck."""
        self._made += 1
        reply: Answer | None = None
        own = self._client_made(lane)
        listed = self._list(lane, above) if lane.list else None
        for body in self._bodies.of(lane.create, f"{lane.path}/{self._made}", above):
            body = self._bodies.addressable(lane, body, f"{lane.path}/{self._made}")
            reply = self._caller.send(lane.create, {**above, **own}, body)
            if not reply.succeeded and not own:
                body = self._bodies.with_another_key(lane, body, self._made)
                reply = self._caller.send(lane.create, above, body)
            if reply.succeeded:
                attempts.append(Attempt(Step.CREATE, lane.create.label, status=reply.status))
                return next(iter(own.values()), None) or self._key(
                    lane, above, body, reply, listed
                ), body
        raise Stuck([_failed(Step.CREATE, lane.create, reply)])

    def _client_made(self, lane: Lane) -> dict[str, str]:
        """Return the key that the client chooses where a PUT on the item creates."""
        if lane.create.kind is not Kind.UPSERT or lane.create.key_param is None:
            return {}
        names = sample_parameters(
            self._spec, lane.create, "path", self._supply, f"{lane.path}/{self._made}"
        )
        return {lane.create.key_param: text(names.get(lane.create.key_param, f"new-{self._made}"))}

    def _key(self, lane: Lane, above: Keys, body: Body, reply: Answer, listed: Any) -> str:
        """Return the key of a new record: the first of the likely ones that can be read. Raises
        Stuck.
        """
        read: Answer | None = None
        before = {*keys_in(value_of(listed), self._bodies.key_names(lane))}
        after = value_of(self._list(lane, above, body.value)) if lane.list else None
        likely = [*self._likely_keys(lane, body, reply)]
        likely += [key for key in keys_in(after, self._bodies.key_names(lane)) if key not in before]
        for key in [*dict.fromkeys(likely)][:8]:
            if lane.read is None:
                return key
            read = self._caller.send(lane.read, {**above, str(lane.key_param): key})
            if read.succeeded:
                return key
        if read is not None and lane.read is not None:
            raise Stuck([_failed(Step.READ, lane.read, read)])
        raise Stuck(
            [
                Attempt(
                    Step.CREATE,
                    lane.create.label,
                    f"no key is told: {reply.text[:200]}",
                    reply.status,
                )
            ]
        )

    def _likely_keys(self, lane: Lane, body: Body, reply: Answer) -> Iterator[str]:
        names = self._bodies.key_names(lane)
        yield from keys_in(value_of(reply), names[:2])
        if "location" in reply.headers:
            yield reply.headers["location"].rstrip("/").rpartition("/")[2]
        yield from keys_in(value_of(reply), names)
        yield from keys_in(body.value, names)

    def _grow(self, lane: Lane, above: Keys, key: str, sent: Body, attempts: list[Attempt]) -> None:
        """Read, list, change and delete a record that was made."""
        at = {**above, str(lane.key_param): key}
        self._note(
            attempts, self._seen(lane, at, self._promised(lane.create, sent.value), Step.READ)
        )
        self._note(attempts, self._found(lane, at, key, sent.value))
        for update in lane.updates:
            self._note(attempts, self._update(lane, update, at))
        if lane.delete is not None:
            attempt = self._delete(lane, lane.delete, at)
            attempts.append(attempt)
            if attempt.worked:
                self._note(attempts, self._missed(lane, above, key))

    def _note(self, attempts: list[Attempt], attempt: Attempt | None) -> None:
        if attempt is not None:
            attempts.append(attempt)

    def _seen(self, lane: Lane, at: Keys, sent: Any, step: Step) -> Attempt | None:
        """Read the record and compare it with what was sent."""
        if lane.read is None:
            return None
        reply = self._caller.send(lane.read, at)
        if not reply.succeeded:
            return _failed(step, lane.read, reply)
        schema = self._reply_schema(lane.read)

        def declared(path: Path) -> Fields:
            return fields_at(self._spec, schema, path)

        missing = lost(sent, value_of(reply), declared)
        why = f"what was sent is not what is read: {', '.join(missing[:5])}" if missing else ""
        return Attempt(step, lane.read.label, why, reply.status)

    def _promised(self, operation: Operation, sent: Any) -> Any:
        """Return what was sent without what an example has and no schema names: nobody said that it
        is kept.
        """
        schema = request_schema(operation_at(self._spec, operation.path, operation.method))
        named = properties(self._spec, schema)
        if not named or not isinstance(sent, Mapping):
            return sent
        return {name: value for name, value in sent.items() if name in named}

    def _found(self, lane: Lane, at: Keys, key: str, sent: Any) -> Attempt | None:
        if lane.list is None:
            return None
        if sent is MISSING and lane.read is not None:
            sent = value_of(
                self._caller.send(lane.read, at)
            )  # what the list must be narrowed to was in the query
        reply = self._list(lane, at, sent)
        if reply is None or not reply.succeeded:
            return _failed(Step.LIST, lane.list, reply)
        there = is_there(key, value_of(reply)) or common(sent, value_of(reply))
        return Attempt(
            Step.LIST,
            lane.list.label,
            "" if there else "the record is not in the list",
            reply.status,
        )

    def _update(self, lane: Lane, update: Operation, at: Keys) -> Attempt:
        """Change the record and read it again."""
        reply: Answer | None = None
        self._made += 1
        for body in self._bodies.of(update, f"{lane.path}/{self._made}", at):
            body = self._bodies.at_key(lane, body, at[str(lane.key_param)])
            reply = self._caller.send(update, at, body)
            if reply.succeeded:
                read = self._seen(lane, at, self._promised(update, body.value), Step.UPDATE)
                why = read.why if read is not None else ""
                return Attempt(Step.UPDATE, update.label, why, reply.status)
        return _failed(Step.UPDATE, update, reply)

    def _delete(self, lane: Lane, delete: Operation, at: Keys) -> Attempt:
        bodies = sample_bodies(self._spec, delete, self._supply, f"{lane.path}/delete")
        reply = self._caller.send(delete, at, next(bodies, Body()))
        return (
            Attempt(Step.DELETE, delete.label, status=reply.status)
            if reply.succeeded
            else _failed(Step.DELETE, delete, reply)
        )

    def _missed(self, lane: Lane, above: Keys, key: str) -> Attempt | None:
        """Look for a record that was deleted, by its key and in the list."""
        if lane.read is not None:
            reply = self._caller.send(lane.read, {**above, str(lane.key_param): key})
            if not 400 <= reply.status < 500:
                return Attempt(Step.MISS, lane.read.label, "it is still there", reply.status)
        if lane.list is not None:
            there = key in set(
                keys_in(value_of(self._list(lane, above)), self._bodies.key_names(lane)[:1])
            )
            return Attempt(Step.MISS, lane.list.label, "it is still in the list" if there else "")
        return Attempt(Step.MISS, lane.read.label) if lane.read is not None else None

    def _list(self, lane: Lane, above: Keys, sent: Any = None) -> Answer | None:
        """Return the list, narrowed as far as it must be to what was sent."""
        told = {name: value for _, each in objects(sent) for name, value in each.items()}
        return self._caller.send(lane.list, above, told=told) if lane.list else None

    def _reply_schema(self, operation: Operation) -> Any:
        return success_schema(operation_at(self._spec, operation.path, operation.method))


def _failed(step: Step, operation: Operation, reply: Answer | None) -> Attempt:
    if reply is None:
        return Attempt(step, operation.label, "no request could be made")
    return Attempt(step, operation.label, f"{reply.status}: {reply.text[:300]}", reply.status)


def _renamed(owner: Lane, lane: Lane, texts: Keys) -> dict[str, str]:
    """Return the parameters of a path for the one above it, whose parameters may have other
    names.
    """
    here = [step for step in lane.path.split("/") if step.startswith("{")]
    there = [step for step in owner.path.split("/") if step.startswith("{")]
    named = {
        theirs.strip("{}"): texts[ours.strip("{}")]
        for ours, theirs in zip(here, there, strict=False)
    }
    return {**texts, **named}
