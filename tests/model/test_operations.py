"""What an operation takes: the properties that its own request schemas name."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.operations import accepted_names
from mockserver.model.types import Described, DescribedMedia, DescribedRequest
from tests.model.compiling import does, many, operation, schema_of, small, thing

NAMED = thing(name="string")
PRICED = thing(price="number")


def accepts(*bodies: Any, wrapper: str | None = None) -> frozenset[str] | None:
    media = [DescribedMedia(str(number), schema_of(body)) for number, body in enumerate(bodies)]
    request = DescribedRequest({each.media_type: each for each in media})
    return accepted_names(Described("/things", "POST", request=request), wrapper)


@pytest.mark.parametrize(
    ("bodies", "names"),
    [
        ([NAMED], {"name"}),
        ([NAMED, PRICED], {"name", "price"}),
        ([many(NAMED)], {"name"}),
    ],
)
def test_an_operation_accepts_what_one_of_its_request_schemas_names(
    bodies: list[Any], names: set[str]
) -> None:
    assert accepts(*bodies) == names


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**NAMED, "additionalProperties": True},
        {"oneOf": [NAMED, PRICED]},
        {"allOf": [{"anyOf": [NAMED, PRICED]}]},
    ],
)
def test_a_schema_that_leaves_open_which_properties_there_are_accepts_any(body: Any) -> None:
    assert accepts(body) is None
    assert accepts(NAMED, body) is None


def test_the_envelope_of_a_request_is_no_property_of_the_record() -> None:
    assert accepts(thing(product=NAMED), wrapper="product") == {"name"}


def test_each_operation_on_a_resource_accepts_what_is_its_own() -> None:
    item = {"get": does(thing()), "patch": does(thing(), NAMED)}
    collection = {"get": does(many()), "post": does(thing(), thing())}
    model = small({"/things": collection, "/things/{id}": item})
    assert operation(model, "POST /things").accepts == {"id", "name"}
    assert operation(model, "PATCH /things/{id}").accepts == {"name"}
