"""Each operation of a document is a tool, played with state."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs

from tests.agents.conftest import MakeAgent

ODD = """
openapi: 3.0.3
info: {title: Odd, version: '1'}
servers: [{url: /v1}]
paths:
  /boats/{id}:
    put:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: id, in: query, schema: {type: string}}
        - {name: body, in: query, schema: {type: string}}
        - {name: price, in: query, style: deepObject, schema: {type: object, properties: {gte: {type: integer}}}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: Authorization, in: header, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: array, items: {type: integer}}}
        - {name: crew, in: cookie, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}
      responses: {'200': {description: The boat., content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}}
  /boats:
    post:
      operationId: make a boat!
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Boat'}}}}
      responses: {'201': {description: The boat., content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}}
components:
  schemas:
    Boat:
      type: object
      required: [id, name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, nullable: true}
        tender: {$ref: '#/components/schemas/Boat'}
"""

FILES = """
openapi: 3.1.0
info: {title: Files, version: '1'}
paths:
  /files:
    post:
      operationId: upload
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties: {title: {type: string}, file: {type: string, format: binary}, tags: {type: array, items: {type: string}}}
      responses: {'201': {description: Made.}}
  /note:
    get:
      operationId: note
      responses: {'200': {description: A note., content: {text/plain: {example: Dear all}}}}
"""


def odd(folder: Path) -> str:
    file = folder / "odd.yaml"
    file.write_text(ODD, "utf-8")
    return str(file)


def test_each_operation_is_a_tool_and_nothing_else_is(agent_of: MakeAgent) -> None:
    tools = agent_of("bookshop", tools="operations").tools()
    assert list(tools)[:3] == ["listShelves", "createShelf", "getShelf"]
    assert len(tools) == 10


def test_a_tool_takes_parameters_and_body_by_their_schemas(agent_of: MakeAgent) -> None:
    schema = agent_of("bookshop", tools="operations").tools()["createBook"].input_schema
    assert list(schema["properties"]) == ["shelf_id", "Idempotency-Key", "body"]
    assert schema["required"] == ["shelf_id", "body"]
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid({"shelf_id": 1, "body": {"title": "Kindred", "author": "Butler"}})
    assert not validator.is_valid({"shelf_id": 1, "body": {"author": "Butler"}})


def test_what_a_tool_creates_another_reads(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop", tools="operations")
    book = {"title": "Kindred", "author": "Octavia E. Butler"}
    made = agent.told("createBook", shelf_id=2, body=book)
    assert made["status"] == 201
    key = made["body"]["id"]
    read = agent.told("getBook", shelf_id=2, book_id=key)
    assert read["body"]["title"] == "Kindred"
    listed = agent.told("listBooks", shelf_id=2, author="Octavia E. Butler")
    assert [each["id"] for each in listed["body"]["items"]] == [key]


def test_a_refusal_of_the_api_is_an_error_that_says_why(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop", tools="operations")
    assert "title is required" in agent.refused("createBook", shelf_id=2, body={"pages": 3})
    assert "404" in agent.refused("getShelf", shelf_id=99)


def test_a_wrong_argument_is_an_error_and_no_call(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop", tools="operations")
    assert "did you mean 'shelf_id'" in agent.refused("getShelf", shelfid=1)
    assert "'shelf_id' is missing" in agent.refused("getShelf")
    assert len(agent.mock.requests) == 0


def test_a_tool_that_only_reads_says_so(agent_of: MakeAgent) -> None:
    tools = agent_of("bookshop", tools="operations").tools()
    assert tools["listShelves"].annotations.read_only_hint is True  # type: ignore[union-attr]
    assert tools["deleteShelf"].annotations.destructive_hint is True  # type: ignore[union-attr]


def test_operations_are_chosen_by_label_or_id(agent_of: MakeAgent) -> None:
    agent = agent_of("bookshop", tools="operations", only=("GET /shelves*", "createBook"))
    assert set(agent.tools()) == {"listShelves", "getShelf", "listBooks", "getBook", "createBook"}


def test_tools_of_several_apis_begin_with_their_names(agent_of: MakeAgent) -> None:
    tools = agent_of("bookshop", "shoplazza", tools="operations").tools()
    assert "bookshop_listShelves" in tools
    assert all(name.startswith(("bookshop_", "shoplazza_")) for name in tools)


def test_names_fit_all_clients_and_arguments_of_one_name_are_told_apart(
    agent_of: MakeAgent, tmp_path: Path
) -> None:
    tools = agent_of(odd(tmp_path), tools="operations").tools()
    assert set(tools) == {"put_boats_id", "make_a_boat"}
    known = ["id", "id_query", "body_query", "price", "tags", "X-Trace", "crew", "body"]
    assert list(tools["put_boats_id"].input_schema["properties"]) == known


def test_arguments_are_sent_in_the_styles_of_the_document(
    agent_of: MakeAgent, tmp_path: Path
) -> None:
    agent = agent_of(odd(tmp_path), tools="operations")
    agent.call(
        "put_boats_id",
        id=3,
        id_query="a b",
        price={"gte": 5},
        tags=["x", "y"],
        crew="ann",
        body={"name": None},
        **{"X-Trace": [1, 2]},
    )
    sent = agent.mock.requests[-1]
    assert sent.path == "/v1/boats/3"
    assert sent.query == [("id", "a b"), ("price[gte]", "5"), ("tags", "x,y")]
    assert (sent.header("x-trace"), sent.header("cookie")) == ("1,2", "crew=ann")
    assert sent.body == b'{"name": null}'


def test_a_body_is_sent_in_the_media_type_of_the_operation(
    agent_of: MakeAgent, tmp_path: Path
) -> None:
    agent = agent_of(odd(tmp_path), tools="operations")
    made = agent.told("make_a_boat", body={"name": "Ahab"})
    assert made["body"]["name"] == "Ahab"
    assert agent.mock.requests[-1].body == b"name=Ahab"


def test_a_file_is_uploaded_as_a_part_of_a_form(agent_of: MakeAgent, tmp_path: Path) -> None:
    file = tmp_path / "files.yaml"
    file.write_text(FILES, "utf-8")
    agent = agent_of(str(file), tools="operations")
    made = agent.told("upload", body={"title": "Map", "file": "here be dragons", "tags": ["a"]})
    assert made["status"] == 201
    sent = agent.mock.requests[-1].body
    assert b'name="file"; filename="file"' in sent
    assert b'name="title"\r\n\r\nMap' in sent


def test_what_is_not_json_is_told_as_text_or_base64(agent_of: MakeAgent, tmp_path: Path) -> None:
    file = tmp_path / "files.yaml"
    file.write_text(FILES, "utf-8")
    agent = agent_of(str(file), tools="operations")
    assert agent.told("note")["body"] == "Dear all"
    agent.mock.reply("GET /note", content=b"\xff\x00")
    assert agent.told("note")["body"] == {"base64": "/wA="}
