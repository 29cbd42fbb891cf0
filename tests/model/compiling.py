"""Compile small documents that are given as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mockserver.apis import Api, load_model
from mockserver.model.types import Model, Operation, Resource

HEAD = "openapi: 3.0.3\ninfo: {title: Small, version: '1'}\n"


@cache
def compiled(document: str, semantics: str = "") -> Model:
    """Return the model of a document, whose head may be left out, and a semantics file."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "small"
        folder.mkdir()
        text = document if document.lstrip().startswith("openapi") else HEAD + document
        (folder / "openapi.yaml").write_text(text)
        if semantics:
            (folder / "semantics.yaml").write_text(semantics)
        return load_model(Api("small", str(folder), folder, None))


def operation(model: Model, label: str) -> Operation:
    return next(each for each in model.operations if each.label == label)


def only_resource(model: Model) -> Resource:
    (resource,) = model.resources.values()
    return resource
