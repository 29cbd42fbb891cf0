"""Read a request in every way that its document allows: what was sent in, whether some reading is
valid out.

This knows nothing of how Understudy reads requests, and validates with another library. A text may
be a text, a number, a list; only JSON says which. What cannot be judged (objects in parameters,
unknown media types) is None.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema  # type: ignore[import-untyped,unused-ignore]

from contracts.openapi import Spec, operation_at, parameters, properties, resolved, type_of
from contracts.targets.target import Sent
from mockserver.model.schema.schemas import Direction, SchemaCompiler

IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that a document cannot describe (OpenAPI 3.0.3, Parameter Object)."""


def verdicts(spec: Spec, path: str, sent: Sent) -> Iterator[bool | None]:
    """Yield for each part of a request whether some reading of it is valid; None where that is not
    judged.
    """
    texts = texts_of(path, sent)
    for each in parameters(spec, path, sent.method):
        place, name = each.get("in"), str(each.get("name"))
        if place in texts and not (place == "header" and name.lower() in IGNORED):
            yield _parameter(
                spec, each, texts[place].get(name.lower() if place == "header" else name, ())
            )
    yield _body(spec, operation_at(spec, path, sent.method).get("requestBody") or {}, sent)


def texts_of(path: str, sent: Sent) -> dict[str, dict[str, Sequence[str]]]:
    """Return the texts in the path, the query and the headers of a request, by name."""
    parts = urlsplit(sent.target)
    names = re.findall(r"\{([^{}]+)\}", path)
    spelled = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    found = re.search(re.sub(r"\{[^{}]+\}", "([^/]*)", spelled) + "$", parts.path)
    values = found.groups() if found else ()
    return {
        "path": {name: [unquote(text)] for name, text in zip(names, values, strict=False)},
        "query": dict(parse_qs(parts.query, keep_blank_values=True)),
        "header": {name: [text] for name, text in sent.headers.items()},
    }


def is_valid(spec: Spec, schema: Any, value: Any) -> bool | None:
    """Tell whether a value is valid, formats included; None for a schema that the library cannot
    take.
    """
    plain = SchemaCompiler(spec).spelled(schema, Direction.REQUEST)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(
                jsonschema.Draft202012Validator(plain, format_checker=checker).is_valid(value)
            )
    except (jsonschema.SchemaError, re.error, RecursionError, TypeError):
        return None


def _parameter(spec: Spec, declared: Mapping[str, Any], texts: Sequence[str]) -> bool | None:
    media = next(iter((declared.get("content") or {}).values()), None)
    schema = media.get("schema", {}) if media else declared.get("schema", {})
    kind = type_of(resolved(spec, schema))
    if media is None and (kind == "object" or properties(spec, schema)):
        return None
    if not texts:
        return declared.get("required") is not True
    return _any_valid(spec, schema, texts)


def _any_valid(spec: Spec, schema: Any, texts: Sequence[str]) -> bool | None:
    found = [is_valid(spec, schema, value) for value in _readings(texts)]
    return True if True in found else None if None in found else False


def _readings(texts: Sequence[str]) -> Iterator[Any]:
    """Yield what texts may mean."""
    for spelled in (texts, *(texts[-1].split(mark) for mark in ",| ")):
        yield list(spelled)
        yield [_json(text) for text in spelled]
    yield texts[-1]
    yield _json(texts[-1])
    yield from ([], "") if texts == [""] else ()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"True": True, "False": False}.get(text, text)


def _body(spec: Spec, declared: Mapping[str, Any], sent: Sent) -> bool | None:
    content = declared.get("content") or {}
    if not sent.content or not content:
        return declared.get("required") is not True or not content
    media_type = (
        sent.headers.get("content-type", next(iter(content))).partition(";")[0].strip().lower()
    )
    schema = next(
        (media.get("schema", {}) for name, media in content.items() if name.lower() == media_type),
        None,
    )
    if schema is None:
        return None
    if "json" in media_type:
        return _json_body(spec, schema, sent.content)
    fields = _fields(media_type, sent)
    return None if fields is None else _form(spec, schema, fields)


def _json_body(spec: Spec, schema: Any, body: bytes) -> bool | None:
    try:
        return is_valid(spec, schema, json.loads(body))
    except ValueError:
        return False


def _fields(media_type: str, sent: Sent) -> Mapping[str, Sequence[str]] | None:
    body = sent.content
    if media_type == "application/x-www-form-urlencoded":
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    if media_type != "multipart/form-data":
        return None
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    found: dict[str, list[str]] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = part.get_param("name", "", header="content-disposition")
        found.setdefault(str(name), []).append(
            bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
        )
    return found


def _form(spec: Spec, schema: Any, fields: Mapping[str, Sequence[str]]) -> bool | None:
    """Tell whether each field has a valid reading, and the object of these is valid."""
    declared, value = properties(spec, schema), {}
    if any("[" in name for name in fields):
        return None
    for name, texts in fields.items():
        child = declared.get(name, {})
        fitting = [each for each in _readings(texts) if is_valid(spec, child, each)]
        if not fitting:
            return False
        value[name] = fitting[-1]
    return is_valid(spec, schema, value)
