"""Keys have the form that their document shows, and fit all that is said of them."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from mockserver.generation.identifiers import like, make_key
from mockserver.model.describe import Schemas

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def keys(*raw: dict[str, Any]) -> list[str]:
    table = Schemas({})
    schemas = [table.schema(each) for each in raw]
    return [make_key(schemas, Random(seed)) for seed in range(50)]


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (
            {"type": "string", "example": "cst_5B8cwPMGnU"},
            r"cst_[0-9][A-Z][0-9][a-z]{2}[A-Z]{3}[a-z][A-Z]",
        ),
        ({"type": "string", "example": "65f0c2a1b2c3d4e5f6a7b8c9"}, r"[0-9a-f]{24}"),
        ({"type": "string", "example": "K-100"}, r"K-\d{3}"),
        (
            {"type": "string", "pattern": "^CA[0-9a-fA-F]{32}$", "minLength": 34},
            r"CA[0-9a-fA-F]{32}",
        ),
        ({"type": "string", "pattern": "^cst_.+$", "example": "cst_x"}, r"cst_.+"),
        ({"type": "string", "maxLength": 10}, r"[a-z][a-z0-9]{9}"),
        ({"type": "string", "minLength": 20}, r"[a-z][a-z0-9]{19}"),
        ({"type": "string", "format": "uuid"}, UUID),
        ({"type": "string"}, UUID),
    ],
)
def test_a_key_has_the_form_that_is_shown(raw: dict[str, Any], form: str) -> None:
    made = keys(raw)
    assert all(re.fullmatch(form, key) for key in made), made[:3]
    assert len(set(made)) > 1


def test_a_key_fits_the_property_and_the_parameter() -> None:
    made = keys({"type": "string", "maxLength": 12}, {"type": "string", "pattern": "^[a-c]+$"})
    assert all(re.fullmatch("[a-c]{1,12}", key) for key in made)


def test_an_example_that_breaks_its_own_schema_is_passed_over() -> None:
    made = keys({"type": "string", "example": "much-too-long", "maxLength": 4})
    assert all(len(key) == 4 for key in made)


def test_a_key_is_the_same_for_the_same_chance() -> None:
    assert like("ab-12", Random(1)) == like("ab-12", Random(1))
