"""Bytes of a JSON or YAML file in, its value out, with clear errors for all that is neither."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

import orjson

from mockserver.document.findings import Finding
from mockserver.document.yaml_reader import plain, read_yaml
from mockserver.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_FLOW = re.compile(r"\s*\{\s*[A-Za-z_]")
"""The beginning of a mapping that is YAML and no JSON: its key has no quotes."""
_MARKUP = re.compile(r"<[!?/a-zA-Z]")
_HINT = "give the path of an OpenAPI document in JSON or YAML"


def decode(content: bytes, source: str) -> str:
    """Decode a file: UTF-8, or what its byte order mark says, or Latin-1 as a last try.

    Raises DocumentError for binary content.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\x00" in text[:4096]:
        raise DocumentError(source, "is a binary file, not a document", hint=_HINT)
    return text


def read_text(text: str, source: str, findings: list[Finding]) -> Any:
    """Read JSON (as JSON, whatever the file is called) or YAML.

    Raises DocumentError with the line for a syntax error, and for an HTML page. Oddities that could
    be read all the same are added to `findings`.
    """
    start = text.lstrip()[:200]
    if start.startswith(("{", "[")):
        return _read_json(text, source, findings)
    if _MARKUP.match(start):
        raise DocumentError(source, "is an HTML or XML page, not an OpenAPI document", hint=_HINT)
    return _read_yaml(text, source, findings)


def _read_json(text: str, source: str, findings: list[Finding]) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        pass
    try:
        value = json.loads(text, strict=False, parse_int=plain)
    except json.JSONDecodeError as error:
        return _read_flow(text, source, findings, error)
    except RecursionError:
        raise DocumentError(source, "is nested too deeply", hint=_HINT) from None
    findings.append(
        Finding("this JSON holds raw control characters, NaN or half a surrogate", "", source)
    )
    return json.loads(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), parse_constant=str
    )


def _read_flow(text: str, source: str, findings: list[Finding], error: json.JSONDecodeError) -> Any:
    """Read what starts like JSON but is YAML's flow style (comments, unquoted keys, trailing
    commas).
    """
    try:
        value = _read_yaml(text, source, [])
    except DocumentError:
        if _FLOW.match(text):
            raise
        hint = "mend the text there; often a comma, a quote or a bracket is missing just before"
        raise DocumentError(
            source, f"is no JSON: {error.msg}", line=error.lineno, hint=hint
        ) from None
    findings.append(
        Finding(f"this is no JSON ({error.msg}) and was read as YAML", "", source, error.lineno)
    )
    return value


def _read_yaml(text: str, source: str, findings: list[Finding]) -> Any:
    clean, count = _CONTROL.subn("", text)
    if count:
        findings.append(Finding(f"{count} control characters were taken out", "", source))
    return read_yaml(clean, source, findings)
