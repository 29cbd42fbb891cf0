"""What is understood of documented errors: the members that hold the reason, and how they are
filled.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.errorforms import documented_errors, infer_form
from mockserver.model.refusals import standard_errors
from mockserver.model.types import Described, DescribedMedia, DescribedResponse
from tests.model.compiling import NO_DOCUMENT, schema_of

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def thing(*required: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": members}


def many(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def form_of(schema: Any, *examples: Any, spec: Any = NO_DOCUMENT) -> Any:
    named = {str(number): example for number, example in enumerate(examples)}
    return infer_form(DescribedMedia("application/json", schema_of(schema, spec), named))


def each(entry: Any, whole: Any) -> dict[str, Any]:
    return {"$each": entry, "$none": [whole]}


SHAPES = {
    "a message": (thing(message=TEXT), {"message": "{messages}"}),
    "code and message": (
        thing(code=NUMBER, message=TEXT),
        {"code": "{status}", "message": "{messages}"},
    ),
    "a code in words": (
        thing(code=TEXT, message=TEXT),
        {"code": "{kind}", "message": "{messages}"},
    ),
    "an error text": (thing(error=TEXT), {"error": "{messages}"}),
    "a detail": (thing(detail=TEXT), {"detail": "{messages}"}),
    "an error object": (
        thing(error=thing(code=NUMBER, message=TEXT)),
        {"error": {"code": "{status}", "message": "{messages}"}},
    ),
    "a title beside the message": (
        thing(statusCode=NUMBER, error=TEXT, message=TEXT),
        {"statusCode": "{status}", "error": "{title}", "message": "{messages}"},
    ),
    "an OAuth error": (
        thing(error=TEXT, error_description=TEXT),
        {"error": "{kind}", "error_description": "{messages}"},
    ),
    "texts": (thing(errors=many(TEXT)), {"errors": each("{message}", "{message}")}),
    "errors by field": (
        thing(errors=many(thing(field=TEXT, message=TEXT))),
        {
            "errors": each(
                {"field": "{property}", "message": "{message}"},
                {"field": "", "message": "{message}"},
            )
        },
    ),
    "errors with detail": (
        thing(errors=many(thing(code=TEXT, detail=TEXT))),
        {
            "errors": each(
                {"code": "{rule}", "detail": "{message}"}, {"code": "{kind}", "detail": "{message}"}
            )
        },
    ),
    "details with a place": (
        thing(detail=many(thing(loc=many(TEXT), msg=TEXT, type=TEXT))),
        {
            "detail": each(
                {"loc": "{steps}", "msg": "{message}", "type": "{rule}"},
                {"loc": [], "msg": "{message}", "type": "{kind}"},
            )
        },
    ),
    "a message and optional errors": (
        thing("message", message=TEXT, errors=many(thing(field=TEXT, message=TEXT))),
        {
            "message": "{message}",
            "errors": {"$each": {"field": "{property}", "message": "{message}"}},
        },
    ),
    "a message and required errors": (
        thing("errors", message=TEXT, errors=many(TEXT)),
        {"message": "{message}", "errors": {"$each": "{message}", "$none": []}},
    ),
    "messages by property": (
        thing(message=TEXT, errors={"type": "object", "additionalProperties": many(TEXT)}),
        {"message": "{message}", "errors": {"$named": "{message}", "$list": True}},
    ),
    "a status among values": (
        thing(status={"type": "string", "enum": ["success", "error"]}, message=TEXT),
        {"status": {"$one_of": ["success", "error"]}, "message": "{messages}"},
    ),
    "flags": (
        thing(success={"type": "boolean"}, error={"type": "boolean"}, message=TEXT),
        {"success": False, "error": True, "message": "{messages}"},
    ),
    "a text": (TEXT, "{messages}"),
    "a list of texts": (many(TEXT), each("{message}", "{message}")),
    "a list with a name of its own": (
        thing(batch_errors=many(thing(title=TEXT))),
        {"batch_errors": each({"title": "{message}"}, {"title": "{message}"})},
    ),
    "a list that has the members of its items": (
        {**thing(detail=TEXT), "type": "array"},
        each({"detail": "{message}"}, {"detail": "{message}"}),
    ),
    "an unknown text": (thing(oops=TEXT), {"oops": "{messages}"}),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_form_is_filled_with_the_reason(name: str) -> None:
    schema, expected = SHAPES[name]
    assert form_of(schema) == expected


def test_problem_details_have_an_entry_for_each_violation_when_they_take_more_members() -> None:
    members = {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT}
    open_form = form_of(thing(**members))
    assert open_form["type"] == "about:blank"
    assert open_form["errors"] == {"$each": {"pointer": "{pointer}", "detail": "{message}"}}
    closed = form_of({**thing(**members), "additionalProperties": False})
    assert closed == {
        "type": "about:blank",
        "title": "{title}",
        "status": "{status}",
        "detail": "{messages}",
    }


def test_a_json_api_error_tells_the_source() -> None:
    entry = thing(status=TEXT, title=TEXT, detail=TEXT, source=thing(pointer=TEXT, parameter=TEXT))
    form = form_of(thing(errors=many(entry)))
    assert form["errors"]["$each"] == {
        "status": "{status_text}",
        "title": "{title}",
        "detail": "{message}",
        "source": {"pointer": "{body_pointer}", "parameter": "{parameter}"},
    }


def test_required_members_that_tell_nothing_are_made_from_their_schema() -> None:
    trace = {"type": "string", "format": "uuid"}
    form = form_of(thing("trace", trace=trace, note={"type": "integer"}, message=TEXT))
    assert form == {"trace": {"$made": trace, "$name": "trace"}, "message": "{messages}"}


def test_a_schema_without_any_text_is_made_as_a_whole() -> None:
    schema = thing(number=NUMBER)
    assert form_of(schema) == {"$made": schema}


def test_the_form_of_an_example_is_taken_where_there_is_no_schema() -> None:
    assert form_of(None, {"error": {"message": "Oh no", "code": 7}}) == {
        "error": {"message": "{messages}", "code": "{status}"}
    }


def test_references_and_parts_are_followed() -> None:
    base = thing("message", message=TEXT)
    spec = {
        "components": {
            "schemas": {"Base": base, "E": {"allOf": [{"$ref": "#/components/schemas/Base"}]}}
        }
    }
    assert form_of({"$ref": "#/components/schemas/E"}, spec=spec) == {"message": "{messages}"}


def test_nothing_is_said_without_schema_and_example() -> None:
    assert form_of(None) is None
    assert form_of({"type": "object"}) is None


def test_a_text_that_refers_to_an_object_has_its_form() -> None:
    schema = schema_of({"$ref": "#/E"}, {"E": thing(message=TEXT)})
    response = DescribedResponse(
        "400", content={"text/plain": DescribedMedia("text/plain", schema)}
    )
    operation = Described("/", "GET", responses={"400": response})
    forms = documented_errors(standard_errors(), operation, lambda schema, name: None).forms
    assert forms["invalid"].body == {"message": "{messages}"}


def test_a_schema_without_members_is_made_as_a_whole_where_it_has_an_example_or_a_plain_type() -> (
    None
):
    for schema in ({"type": "object", "example": {"msg": "no_resource"}}, {"type": "number"}):
        assert form_of(schema) == {"$made": schema}


def test_a_required_wait_is_filled_in() -> None:
    schema = thing("retry_after", message=TEXT, retry_after={"type": "integer"})
    assert form_of(schema) == {
        "message": "{messages}",
        "retry_after": "{retry_s}",
    }


def test_a_list_of_lists_of_itself_has_a_form_that_ends() -> None:
    spec = {"components": {"schemas": {"A": many(many({"$ref": "#/components/schemas/A"}))}}}
    reference = {"$ref": "#/components/schemas/A"}
    assert form_of(reference, spec=spec) == {"$made": reference}
