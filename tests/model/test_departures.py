"""What is deleted goes into a trash where the document says so, and comes back from there."""

from __future__ import annotations

import pytest

from tests.model.compiling import compiled, operation

DOCUMENT = """
paths:
  /notes:
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{title: {{type: string}}}}}}}}}}}}
      responses: {{'201': &one {{description: d, content: {{application/json: {{schema:
        {{type: object, properties: {{id: {{type: integer, readOnly: true}}, title: {{type: string}},
          archived: {{type: boolean, readOnly: true}}}}}}}}}}}}}}
  /notes/{{id}}:
    parameters: &id [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{responses: {{'200': *one}}}}
    delete: {{responses: {{'204': {{description: d}}}}}}
  /notes/{{id}}/archive: {{parameters: *id, post: {{responses: {{'200': *one}}}}}}
  /notes/{{id}}/restore: {{parameters: *id, post: {{description: "{words}", responses: {{'200': *one}}}}}}
"""


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Takes a deleted note out of the bin.", "restore-item"),
        ("Takes the note out of the archive.", "move-item"),
        ("", "move-item"),
    ],
)
def test_a_restore_is_of_what_is_deleted_where_its_words_say_so(words: str, reason: str) -> None:
    model = compiled(DOCUMENT.format(words=words))
    assert operation(model, "POST /notes/{id}/restore").reason.partition(":")[0] == reason
