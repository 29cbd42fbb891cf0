"""What a document promises beyond records is told in words."""

from __future__ import annotations

from mockserver.model.report.promises import promises
from tests.model.compiling import compiled

DOCUMENT = """
paths:
  /docs:
    post:
      parameters:
        - {name: Idempotency-Key, in: header, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Doc'}}}}
      responses:
        '201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Doc'}}}}
  /docs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200':
          description: d
          headers: {ETag: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Doc'}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Doc'}}}}
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Doc'}}}}
        '409': {description: stale}
        '428': {description: needed}
  /exports:
    post:
      responses:
        '202': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}}
  /exports/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}}
components:
  schemas:
    Doc: {type: object, properties: {id: {type: integer}, version: {type: integer}}}
    Export:
      type: object
      properties: {id: {type: integer}, status: {type: string, enum: [queued, done, failed]}}
"""


def test_each_promise_is_told_in_a_line() -> None:
    assert list(promises(compiled(DOCUMENT))) == [
        "POST /docs: carried out once under the header idempotency-key, which is kept for 24 hours",
        "GET /docs/{id}: If-None-Match is looked at; ETag is told",
        "PUT /docs/{id}: If-Match and If-None-Match are looked at, one is needed; "
        "version must be that of the record",
        "exports: jobs, by status: queued, then done or failed, after 1 s each",
    ]


WORDS = """
resources:
  docs:
    computed: {others: {value: count(docs)}}
    hidden: [others]
    generated: {title: "D-{number:3}"}
    conditions: ["version != 13", {must: count(docs) > 0, at: [delete]}]
    references: {export_id: {resource: exports, by: id, on_delete: set_null}}
    states: {field: state, initial: [draft, open], moves: {draft: [open], open: []}}
operations:
  POST /docs: {conditions: [{must: version == null, problem: forbidden}], stream: {every_s: 2, end: done}}
"""


def test_each_word_is_told_in_a_line() -> None:
    document = DOCUMENT.replace(
        "version: {type: integer}}",
        "version: {type: integer}, title: {type: string, readOnly: true}, state: {type: string}, export_id: {type: integer}}",
    )
    told = list(promises(compiled(document, WORDS)))
    assert told[0].endswith(
        "it must hold that version == null, or it is forbidden; items are sent one by one, 2 s apart, until done"
    )
    assert told[3:9] == [
        "docs: others is count(docs)",
        "docs: title is numbered D-{number:3}",
        "docs: it must hold that version != 13, or it is invalid",
        "docs: it must hold that count(docs) > 0, or it is conflict, where it is deleted",
        "docs: where one of exports goes that export_id names, they name none any more",
        "docs: state begins as draft or open, as its client says",
    ]


WEBHOOKS = """
openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /pets:
    post: {requestBody: &body {content: {application/json: {schema: &pet {type: object, properties:
      {id: {type: integer, readOnly: true}, status: {type: string, enum: [free, sold]}, gone_at: {type: string}}}}}},
      responses: {'201': &one {description: d, content: {application/json: {schema: *pet}}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one}}
webhooks:
  newPet: &sent {post: {requestBody: *body, responses: {'200': {description: d}}}}
  petSold: *sent
  pet_status_changed: *sent
  pet.gone: *sent
  pet/deleted: *sent
  weather: {post: {responses: {'200': {description: d}}}}
"""


def test_it_is_told_when_each_webhook_is_sent() -> None:
    assert list(promises(compiled(WEBHOOKS))) == [
        "webhook newPet: sent when one of pets is made, to each --webhook",
        "webhook petSold: sent when one of pets has the status sold, to each --webhook",
        "webhook pet_status_changed: sent when one of pets has another status, to each --webhook",
        "webhook pet.gone: sent when one of pets has another gone_at, to each --webhook",
        "webhook pet/deleted: sent when one of pets is removed, to each --webhook",
        "webhook weather: nothing shows when it is due, so it is never sent",
    ]


def test_nothing_is_told_where_nothing_is_promised() -> None:
    plain = """
paths:
  /docs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d}}}
"""
    assert list(promises(compiled(plain))) == []
