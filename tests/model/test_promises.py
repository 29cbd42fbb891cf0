"""What a document promises beyond records is told in words."""

from __future__ import annotations

from mockserver.model.promises import promises
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


def test_nothing_is_told_where_nothing_is_promised() -> None:
    plain = """
paths:
  /docs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d}}}
"""
    assert list(promises(compiled(plain))) == []
