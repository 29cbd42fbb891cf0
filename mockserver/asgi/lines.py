"""Media types that hold one record in each line: newline-delimited JSON and CSV, values in and
bytes out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from mockserver.asgi.jsontext import dumps

NDJSON = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-seq",
        "application/stream+json",
    }
)
"""Names of newline-delimited JSON that are in use; none is registered but json-seq (RFC 7464)."""


def is_lines(media_type: str) -> bool:
    """Tell whether a media type is newline-delimited JSON."""
    return media_type.partition(";")[0].strip().lower() in NDJSON


def write_lines(value: Any) -> bytes:
    """Return one JSON text in each line; a value that is no list is one line."""
    return b"".join(dumps(each) + b"\n" for each in (value if isinstance(value, list) else [value]))


def write_csv(value: Any) -> bytes:
    """Return a header line and a line for each record (RFC 4180); what is nested is spelled as
    JSON.
    """
    records = [
        each
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, Mapping)
    ]
    names = list(dict.fromkeys(name for record in records for name in record))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(record.get(name)) for name in names] for record in records)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list):
        return dumps(value).decode()
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
