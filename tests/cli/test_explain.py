"""`understudy explain`: a person can check at a glance what was understood, and a program too."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner, Result

from mockserver.apis import data_folder, find_api, load_model
from mockserver.cli import main
from mockserver.cli.outline import outline
from mockserver.cli.start import argument_of
from mockserver.model.report.explain import explain, explain_resources, explained
from mockserver.model.report.starter import starter
from mockserver.model.types import Model
from tests.model.compiling import compiled, does, many, small, thing

LONG = {
    "/organizations/{organization_identifier}/environments/{environment_identifier}/things": {
        "get": {
            **does(many(thing(id="integer", name="string", color="string"))),
            "parameters": [
                {"name": name, "in": "query", "schema": {"type": kind}}
                for name, kind in [
                    ("page", "integer"),
                    ("limit", "integer"),
                    ("sort", "string"),
                    ("color", "string"),
                    ("pretty", "boolean"),
                ]
            ],
        },
        "post": does(thing(), thing(name="string")),
    },
    "/organizations/{organization_identifier}/environments/{environment_identifier}/things/{id}": {
        "get": does(thing()),
        "delete": does(),
    },
    "/search": {"post": does()},
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def lines_of(model: Model, width: int | None) -> list[str]:
    return [line.text for line in outline(explain_resources(model), explain(model), width)]


def words_of(lines: list[str]) -> list[str]:
    return " ".join(lines).split()


@pytest.mark.parametrize("width", [40, 80, 200])
def test_nothing_is_cut_at_any_width(width: int) -> None:
    model = small(LONG)
    folded = lines_of(model, width)
    assert words_of(folded) == words_of(lines_of(model, None))
    for line in folded:
        *_, last = line.split() or [""]
        assert len(line) <= width or len(last) > width - 20, line


def test_an_operation_is_one_line_where_no_width_is_known() -> None:
    lines = lines_of(small(LONG), None)
    for label in (each.operation for each in explain(small(LONG))):
        assert [line for line in lines if line.endswith(label) or f"{label}  " in line]


def test_each_list_tells_its_pages_order_and_filters_and_what_is_unused() -> None:
    listed = explain(small(LONG))[0].query
    assert listed is not None
    assert listed.paging is not None
    assert (listed.paging.style, listed.paging.parameters, listed.paging.size) == (
        "page",
        ["page"],
        "limit",
    )
    assert (listed.sort, listed.unused) == (["sort"], ["pretty"])
    assert [(each.parameter, each.property) for each in listed.filters] == [("color", "color")]
    text = "\n".join(lines_of(small(LONG), None))
    assert "pages by number (page), size by limit" in text
    assert "sort by sort" in text
    assert "filter by color" in text
    assert "unused: pretty" in text


def test_the_members_of_an_object_are_told_one_by_one_where_any_is_understood() -> None:
    members = {"color": {"type": "string"}, "mood": {"type": "string"}}
    parameter = {
        "name": "filter",
        "in": "query",
        "style": "deepObject",
        "schema": {"type": "object", "properties": members},
    }
    listed = {**does(many(thing(id="integer", color="string"))), "parameters": [parameter]}
    things = {"get": listed, "post": does(thing(), thing(color="string"))}
    query = explain(small({"/things": things}))[0].query
    assert query is not None
    assert [each.parameter for each in query.filters] == ["filter.color"]
    assert query.unused == ["filter.mood"]


def test_the_key_is_told_with_what_was_weighed_and_the_parents_with_what_they_name() -> None:
    lines = lines_of(small(LONG), None)
    assert "  key         id 88: named as the parameter +80, no request carries it +8" in lines
    assert "  parent      organization_identifier, any value" in lines
    books = next(each for each in explain_resources(load_model("bookshop")) if each.parents)
    assert [(each.parameter, each.resource) for each in books.parents] == [("shelf_id", "shelves")]


ID = {"type": "integer", "readOnly": True}
SCHEMAS = {"schemas": {"User": thing(id=ID, name="string"), "Club": thing(id=ID, title="string")}}
USER, CLUB = {"$ref": "#/components/schemas/User"}, {"$ref": "#/components/schemas/Club"}
KEYS = many({"type": "integer"})
USERS = {
    "/users": {"get": does(many(USER)), "post": does(USER, USER, 201)},
    "/users/{user_id}": {"get": does(USER), "delete": does(status=204)},
}
CLUBS = {
    **USERS,
    "/users/{user_id}/clubs": {"get": does(many(CLUB))},
    "/clubs": {"get": does(many(CLUB)), "post": does(CLUB, CLUB, 201)},
    "/clubs/{club_id}": {"get": does(CLUB)},
    "/clubs/{club_id}/members": {
        "get": does(many(USER)),
        "post": does(body=thing(user_id="integer"), status=204),
    },
    "/clubs/{club_id}/members/{user_id}": {"delete": does(status=204)},
}
OUTCOME = thing(index="integer", status="integer", user=USER, error=thing(message="string"))
BULK = {
    "/users/bulk": {
        "post": does(thing(results=many(OUTCOME), failed_count="integer"), many(USER), 207)
    },
    "/users": {
        **USERS["/users"],
        "patch": does(many(USER), thing(ids=KEYS, changes=thing(name="string"))),
        "delete": does(thing(deleted="integer", not_found=KEYS), thing(ids=KEYS)),
    },
    "/users/{user_id}": USERS["/users/{user_id}"],
}


def detail_of(model: Model, label: str) -> list[str]:
    """Return what is told below an operation."""
    lines = lines_of(model, None)
    start = next(place for place, line in enumerate(lines) if f" {label}  " in f"{line}  ")
    told = []
    for line in lines[start + 1 :]:
        if not line.startswith(" " * 14):
            break
        told.append(line.strip())
    return told


def test_links_are_told_where_they_are_made_shown_and_taken_away() -> None:
    model = small(CLUBS, components=SCHEMAS)
    members = "/clubs/{club_id}/members"
    assert f"  linked      to clubs by {members}" in lines_of(model, None)
    assert {
        label: detail_of(model, label)
        for label in (f"GET {members}", f"POST {members}", "GET /users/{user_id}/clubs")
    } == {
        f"GET {members}": ["shows what is linked to club_id"],
        f"POST {members}": ["links to club_id what is named by its key"],
        "GET /users/{user_id}/clubs": [f"shows to what user_id is linked by {members}"],
    }
    taken = detail_of(model, f"DELETE {members}/{{user_id}}")
    assert taken == ["takes the link to club_id away, and leaves the record"]


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (
            "POST /users/bulk",
            [
                "each item of the body",
                "replies 207: each in results (index, status, user, error); the number of those "
                "refused in failed_count",
                "one that is refused stops no other",
            ],
        ),
        ("PATCH /users", ["those whose keys are in ids, changed alike"]),
        (
            "DELETE /users",
            [
                "those whose keys are in ids",
                "replies 200: those refused in not_found; the number of those deleted in deleted",
                "one that is refused stops no other",
            ],
        ),
        ("POST /users", []),
    ],
)
def test_which_of_several_records_are_meant_is_told_and_what_the_reply_tells_of_each(
    label: str, told: list[str]
) -> None:
    assert detail_of(small(BULK, components=SCHEMAS), label) == told


@pytest.mark.parametrize("paths", [CLUBS, BULK])
def test_links_and_bulk_are_folded_and_are_json_of_the_documented_shape(paths: Any) -> None:
    model = small(paths, components=SCHEMAS)
    folded = lines_of(model, 80)
    assert words_of(folded) == words_of(lines_of(model, None))
    assert max(map(len, folded)) <= 80
    told = json.loads(json.dumps(explained(model)))
    jsonschema_rs.validator_for(explanation_schema()).validate(told)


def test_what_keeps_no_state_stands_below_its_reason() -> None:
    lines = lines_of(small(LONG), 80)
    start = lines.index("no state")
    assert lines[start + 1 :] == [
        "  no rule fits: answers with an example",
        "    POST /search",
        "",
    ]


def explanation_schema() -> dict[str, Any]:
    """Return the shape of the JSON that the document of the control API tells."""
    text = (Path(find_api.__code__.co_filename).parent / "control" / "openapi.yaml").read_text()
    schemas = yaml.safe_load(text)["components"]["schemas"]
    return {"$ref": "#/components/schemas/Explanation", "components": {"schemas": _plain(schemas)}}


def _plain(schema: Any) -> Any:
    """Say `nullable` in JSON Schema's words."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(child) for name, child in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@pytest.mark.parametrize("api", ["bookshop", "omnitron", "bigcommerce-v2", "shoplazza"])
def test_json_has_the_shape_that_the_control_api_documents(api: str) -> None:
    told = json.loads(run("explain", api, "--json").output)
    jsonschema_rs.validator_for(explanation_schema()).validate(told)
    assert told["api"] == api
    assert told["stateful"] == len(
        [each for each in told["operations"] if each["kind"] != "stateless"]
    )


DOCUMENT = """\
openapi: 3.0.0
info: {title: t, version: '1'}
paths:
  /things:
    get: {responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {type: object, properties: {name: {type: string}, true: {type: string}}}}}}}}}
    post: {responses: {'201': {description: ''}}}
  /things/{x}: {get: {responses: {'200': {description: ''}}}}
  /things/{x}/twist: {post: {responses: {'200': {description: ''}}}}
  /far: {post: {responses: {'200': {description: ''}}}}
  /far/{id}: {delete: {responses: {'204': {description: ''}}}}
  '/odd/{id}?a: b': {put: {responses: {'200': {description: ''}}}}
"""


UNFIT = """\
openapi: 3.0.0
info: {title: t, version: '1'}
paths:
  /things/{id}:
    delete:
      operationId: drop
      responses:
        '204': {description: ''}
        '404':
          description: ''
          content:
            application/json:
              schema:
                required: [message]
                type: object
                additionalProperties: false
                allOf: [{oneOf: [{properties: {message: {type: string}}}, {properties: {text: {type: string}}}]}]
"""


def test_an_error_schema_that_no_error_can_fit_is_told_with_its_line(tmp_path: Path) -> None:
    document = tmp_path / "unfit.yaml"
    document.write_text(UNFIT)
    told = json.loads(run("explain", str(document), "--json").output)
    jsonschema_rs.validator_for(explanation_schema()).validate(told)
    (finding,) = [each for each in told["findings"] if "no error can fit" in each["message"]]
    assert (finding["kind"], finding["line"], finding["fault"]) == ("note", 13, False)
    assert f"note: {document}:13: at " in run("explain", str(document)).output


def said(text: str) -> str:
    """Return a started file with all its lines uncommented but its head."""
    head, *rest = text.split("\n\n")
    assert head.startswith("# yaml-language-server: $schema=")
    return re.sub(r"^# ?", "", "\n".join(rest), flags=re.MULTILINE)


def test_every_line_of_a_started_file_may_be_uncommented() -> None:
    text = said(starter(compiled(DOCUMENT)))
    assert {"resources", "operations"} <= yaml.safe_load(text).keys()
    compiled(DOCUMENT, text)


def test_a_started_file_names_the_schema_that_is_shipped_so_that_editors_find_it() -> None:
    modeline = starter(compiled(DOCUMENT)).splitlines()[0]
    address = modeline.partition("$schema=")[2]
    assert re.fullmatch(r"\S+", address)
    schema = json.loads(Path(unquote(urlsplit(address).path)).read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(yaml.safe_load(said(starter(compiled(DOCUMENT)))))


@pytest.mark.parametrize("target", ["semantics.yaml", ".", "my doc.yaml"])
def test_a_started_file_is_read_with_the_document_beside_it(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my doc.yaml").write_text(DOCUMENT)
    ran = run("explain", "my doc.yaml", "--write", target)
    assert (ran.exit_code, ran.output) == (0, "semantics.yaml: written; uncomment what is right\n")
    Path("semantics.yaml").write_text(said(Path("semantics.yaml").read_text()))
    assert "declared" in run("explain", "my doc.yaml").output


def test_a_file_that_is_not_read_says_where_it_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("doc.yaml").write_text(DOCUMENT)
    ran = run("explain", "doc.yaml", "--write", "other.yaml")
    assert f"it is read as {tmp_path / 'semantics.yaml'}" in ran.output


def test_the_command_of_the_hint_explains_what_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(DOCUMENT)
    shutil.copy(folder / "openapi.yaml", tmp_path / "it's one.yaml")
    for played in ("a folder", "it's one.yaml", str(folder), "bookshop"):
        arguments = shlex.split(argument_of(load_model(played)))
        assert len(arguments) == 1
        assert run("explain", *arguments).output == run("explain", played).output
    assert argument_of(load_model("bookshop")) == "bookshop"
    assert argument_of(load_model(str(data_folder("specs") / "bookshop"))) == "bookshop"
