"""Read a semantics file: YAML in, a checked mapping out, or an error that names the place and the
nearest word.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from mockserver.document.yaml_reader import read_yaml
from mockserver.errors import DocumentError, SemanticsError, reason_of

Semantics = Mapping[str, Any]


def load_semantics(path: Path) -> Semantics:
    """Return what a semantics file says; an absent file says nothing. Raises SemanticsError."""
    if not path.is_file():
        return {}
    try:
        said = read_yaml(path.read_text("utf-8"), str(path), [])
    except DocumentError as error:
        source = f"{path}:{error.line}" if error.line else str(path)
        raise SemanticsError(source, error.message, hint=error.hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SemanticsError(str(path), f"cannot be read: {reason_of(error)}") from None
    return check_semantics(said or {}, str(path))


def check_semantics(said: Any, source: str) -> Semantics:
    """Return the mapping when every word in it is known. Raises SemanticsError with the nearest
    word as a hint.
    """
    error = next(iter(_validator().iter_errors(said)), None)
    if error is not None:
        pointer = "".join(f"/{step}" for step in error.instance_path)
        raise SemanticsError(source, *_worded(error, pointer, said))
    return dict(said)


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of semantics files."""
    text = files("mockserver.model").joinpath("semantics.schema.json").read_text("utf-8")
    return dict(json.loads(text))


def _worded(error: Any, pointer: str, said: Any) -> tuple[str, str, str | None]:
    """Return message, pointer and hint for a violation."""
    if error.kind.name != "additionalProperties":
        return (
            _shortened(str(error.message)),
            pointer,
            "the words are in mockserver/model/semantics.schema.json",
        )
    word = sorted(error.kind.unexpected)[0]
    known = _words_at(list(error.schema_path))
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known words: {', '.join(sorted(known))}"
    return f"unknown word {word!r}", f"{pointer}/{word}", hint


def _shortened(text: str) -> str:
    """Return a text without its middle where it is long: a message begins with the whole value that
    is wrong.
    """
    return text if len(text) <= 400 else f"{text[:150]} … {text[-150:]}"


def _words_at(schema_path: list[Any]) -> list[str]:
    """Return the properties that the schema knows at the place of a violation."""
    place: Any = schema()
    for step in schema_path[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    return list(place.get("properties", {}))
