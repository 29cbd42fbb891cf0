"""The document of the control API and what is served agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

import mockserver.control
from mockserver.control.admin import ROUTES, document
from mockserver.control.pattern import pattern_of
from mockserver.errors import SettingsError
from mockserver.faults.words import WORDS
from tests.control.conftest import Bench

DOCUMENT = yaml.safe_load(document())


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_operation_of_the_document_is_served_and_no_other() -> None:
    methods = ("get", "put", "post", "delete", "patch")
    said = {
        f"{method.upper()} {path}"
        for path, item in DOCUMENT["paths"].items()
        for method in methods
        if method in item
    }
    assert said == set(ROUTES)


def test_every_word_of_a_fault_is_in_the_document() -> None:
    assert set(DOCUMENT["components"]["schemas"]["Fault"]["properties"]) == set(WORDS)


def test_every_word_of_a_pattern_is_in_the_document() -> None:
    with pytest.raises(SettingsError) as caught:
        pattern_of({"nothing": 1})
    known = str(caught.value).partition("known: ")[2].rstrip(")").split(", ")
    assert set(DOCUMENT["components"]["schemas"]["Pattern"]["properties"]) == set(known)


def test_the_readme_tells_every_path() -> None:
    told = Path(mockserver.control.__file__).with_name("README.md").read_text("utf-8")
    paths = {label.partition(" ")[2] for label in ROUTES}
    assert [path for path in paths if f"{path}`" not in told] == []


@pytest.mark.anyio
async def test_the_document_is_served(make_bench: Callable[..., Bench]) -> None:
    reply: Any = await make_bench().client.get("/__admin/openapi.yaml")
    assert reply.text == document()
