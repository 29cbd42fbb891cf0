"""Calls decided directly, without HTTP: a model, a state and a fixed clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mockserver.behavior.decide import decide
from mockserver.call import Call, Decision, Problem, Reply
from mockserver.generation.supply import SeededSupply
from mockserver.lookup import MISSING
from mockserver.model.types import Model
from mockserver.seeding import seed
from mockserver.state import Collection, Query
from mockserver.stores.memory import MemoryStore
from tests.model.compiling import compiled, operation

START = datetime(2024, 1, 1, tzinfo=UTC)

THINGS = """
paths:
  /things:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, default: 3}}
        - {name: sort, in: query, schema: {type: string}}
        - {name: name, in: query, schema: {type: string}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &thing
        {type: object, properties: {
          id: {type: integer, readOnly: true}, name: {type: string}, size: {type: integer, default: 1},
          place: {type: integer}, main: {type: boolean}, owner: {type: integer}, status: {type: string},
          label: {type: string}, made_at: {type: string, format: date-time, readOnly: true}, detail: {type: object},
          parts: {type: array, items: {type: object}}}}}}}}}
    post: &write {requestBody: {content: {application/json: {schema: *thing}}}, responses: {'201': &one
      {description: d, content: {application/json: {schema: *thing}}}}}
    delete: {responses: {'204': {description: d}}}
  /things/count: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: object,
    properties: {count: {type: integer}}}}}}}}}
  /things/{id}:
    parameters: [&id {name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one}}
    put: {requestBody: {content: {application/json: {schema: *thing}}}, responses: {'200': *one}}
    patch: {requestBody: {content: {application/json: {schema: *thing}}}, responses: {'200': *one}}
    delete: {responses: {'204': {description: d}}}
  /things/{id}/leaves: &nested
    parameters: [*id]
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &leaf
      {type: object, properties: {id: {type: integer, readOnly: true}, text: {type: string}}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: *leaf}}}, responses: {'201': {description: d,
      content: {application/json: {schema: *leaf}}}}}
  /things/{id}/leaves/{leaf_id}:
    parameters: [*id, &leaf_id {name: leaf_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': &one_leaf {description: d, content: {application/json: {schema: *leaf}}}}}
    delete: {responses: {'204': {description: d}}}
  /things/{id}/leaves/{leaf_id}/veins:
    parameters: [*id, *leaf_id]
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *leaf}}}}}}
    post: {requestBody: {content: {application/json: {schema: *leaf}}}, responses: {'201': *one_leaf}}
  /owners:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *leaf}}}}}}
    post: {requestBody: {content: {application/json: {schema: *leaf}}}, responses: {'201': *one_leaf}}
  /settings:
    get: {responses: {'200': *one_leaf}}
    put: {requestBody: {content: {application/json: {schema: *leaf}}}, responses: {'200': *one_leaf}}
    delete: {responses: {'204': {description: d}}}
  /ping:
    get: {responses: {'200': {description: d, content: {application/json: {example: {pong: true}}}}}}
    post: {responses: {'204': {description: d}}}
"""
"""Things with leaves with veins, owners beside them, settings, and a ping without state."""


class World:
    """One API and its state."""

    def __init__(
        self, semantics: str = "", document: str = THINGS, model: Model | None = None
    ) -> None:
        self.model = model or compiled(document, semantics)
        self.store = MemoryStore()
        self.now = START
        self.supply = SeededSupply(self.model.document.spec, clock=lambda: self.now)

    def seed(self, **records: Any) -> World:
        seed(self.model, self.store, self.supply, records, "test")
        return self

    def decide(self, label: str, body: Any = MISSING, **parts: Any) -> Decision:
        """Return what is decided; nothing is applied."""
        return self.decide_call(Call(operation(self.model, label), body=body, **parts))

    def decide_call(self, call: Call) -> Decision:
        return decide(self.model, call, self.store, self.supply)

    def call(self, label: str, body: Any = MISSING, **parts: Any) -> Reply:
        """Decide a call and apply its changes; time goes on by a second."""
        self.now += timedelta(seconds=1)
        decision = self.decide(label, body, **parts)
        self.store.apply(decision.changes)
        return decision.reply

    def value(self, label: str, body: Any = MISSING, **parts: Any) -> Any:
        """Return the value of a reply that must be no refusal."""
        reply = self.call(label, body, **parts)
        assert reply.problem is None, reply.problem
        return reply.value

    def refusal(self, label: str, body: Any = MISSING, **parts: Any) -> Problem:
        """Return the problem of a call that must be refused, and make sure that it changes
        nothing.
        """
        before = self.everything()
        decision = self.decide(label, body, **parts)
        assert decision.reply.problem is not None, decision.reply
        assert decision.changes == ()
        assert self.everything() == before
        return decision.reply.problem

    def everything(self) -> dict[str, Any]:
        return {name: self.records(name) for name in self.model.resources}

    def records(self, resource: str, *parents: str) -> list[Mapping[str, Any]]:
        return [
            found.record
            for found in self.store.select(Collection(resource, parents), Query()).found
        ]
