"""What SQLite and PostgreSQL spell differently: how a property of a JSON record is compared and
ordered, so that both agree with `ordering.frozen` and `ordering.sortable`.

    status      SQLite   json_extract(body, '$."status"'), with words for its type
                PostgreSQL   body #>> '{status}', in a column for its class, number and text

A property is reached only where each of its names is plain. What cannot be spelled is compared
and ordered by Python.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mockserver.conditions import AnyOf, Condition
from mockserver.ordering import compared
from mockserver.slots import dataclass
from mockserver.stores.cells import in_body

_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_-]*(\.[A-Za-z_$][A-Za-z0-9_-]*)*")
_LONGEST_PATH = 100
MOST_VALUES = 50
"""Values of one condition that a statement has room for."""
_LARGEST = 2**63
_HEX = "[0-9A-Fa-f]"
_UUID_GLOB = "-".join(_HEX * length for length in (8, 4, 4, 4, 12))
_UUID_FORM = f"^{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}$"


def is_plain(path: str) -> bool:
    """Tell whether a dotted path can stand in a statement."""
    return len(path) <= _LONGEST_PATH and _PLAIN.fullmatch(path) is not None


def is_spelled(condition: Condition | AnyOf) -> bool:
    """Tell whether a statement can tell who meets a condition, just as Python does."""
    if not isinstance(condition, Condition) or not condition.is_equality:
        return False
    if not is_plain(condition.field) or len(condition.values) > MOST_VALUES:
        return False
    return all(map(_is_scalar, condition.values))


def _is_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return _is_encoded(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < _LARGEST
    return value is None


def _is_encoded(text: str) -> bool:
    """Tell whether a text can be written in UTF-8: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Sqlite:
    """SQLite, which orders values of different types by itself: null, numbers, texts, bytes."""

    reading: str = "BEGIN"
    writing: str = "BEGIN IMMEDIATE"
    index_names: str = "SELECT name FROM sqlite_master WHERE type = 'index'"

    def equal(self, path: str) -> str:
        """Return the expression that is the same for equal values, null for null and nothing."""
        kind, value = self._parts(path)
        text = f"CASE WHEN length({value}) = 36 AND {value} GLOB '{_UUID_GLOB}'"
        text = f"{text} THEN lower({value}) ELSE {value} END"
        odd = "WHEN 'true' THEN x'74' WHEN 'false' THEN x'66'"
        odd = f"{odd} WHEN 'array' THEN x'00' WHEN 'object' THEN x'00'"
        return f"CASE {kind} WHEN 'text' THEN {text} {odd} ELSE {value} END"

    def value(self, value: Any) -> Any:
        """Return what `equal` gives for a value that is not null."""
        if isinstance(value, bool):
            return b"t" if value else b"f"
        return in_body(compared(value)) if isinstance(value, str) else value

    def order(self, path: str) -> Sequence[str]:
        """Return the expressions that order records by a property."""
        kind, value = self._parts(path)
        whole = f"CAST({value} AS BLOB)"
        odd = f"WHEN 'array' THEN {whole} WHEN 'object' THEN {whole}"
        return [f"CASE {kind} {odd} ELSE {value} END"]

    def _parts(self, path: str) -> tuple[str, str]:
        """Return the expressions for the type of a value and for the value itself."""
        steps = "".join(f'."{name}"' for name in path.split("."))
        return f"json_type(body, '${steps}')", f"json_extract(body, '${steps}')"


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL, whose columns have one type each."""

    reading: str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    writing: str = "BEGIN"
    index_names: str = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"

    def equal(self, path: str) -> str:
        """Return the expression that is the same for equal values, null for null and nothing."""
        kind, text = self._parts(path)
        lower = f"CASE WHEN {text} ~ '{_UUID_FORM}' THEN lower({text} COLLATE \"C\")"
        lower = f"{lower} ELSE {text} END"
        cases = (
            f"WHEN 'string' THEN 's' || {lower}",
            f"WHEN 'number' THEN 'n' || trim_scale(({text})::numeric)::text",
            f"WHEN 'boolean' THEN {text}",
            "WHEN 'array' THEN 'o'",
            "WHEN 'object' THEN 'o'",
        )
        return f'(CASE {kind} {" ".join(cases)} END) COLLATE "C"'

    def value(self, value: Any) -> Any:
        """Return what `equal` gives for a value that is not null."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return f"s{in_body(compared(value))}"
        number = Decimal(repr(value)).normalize()
        return f"n{number + 0:f}"

    def order(self, path: str) -> Sequence[str]:
        """Return the expressions that order records by a property: class, number and text."""
        kind, text = self._parts(path)
        classes = "WHEN 'number' THEN 1 WHEN 'boolean' THEN 1 WHEN 'string' THEN 2"
        classes = f"{classes} WHEN 'array' THEN 3 WHEN 'object' THEN 3 ELSE 0"
        truth = f"CASE {text} WHEN 'true' THEN 1 ELSE 0 END"
        numbers = f"WHEN 'number' THEN ({text})::numeric WHEN 'boolean' THEN {truth}"
        texts = f"WHEN 'number' THEN NULL WHEN 'boolean' THEN NULL ELSE {text}"
        return [
            f"(CASE {kind} {classes} END)",
            f"(CASE {kind} {numbers} END)",
            f'(CASE {kind} {texts} END) COLLATE "C"',
        ]

    def _parts(self, path: str) -> tuple[str, str]:
        """Return the expressions for the type of a value and for its text."""
        steps = ",".join(path.split("."))
        return f"json_typeof(body #> '{{{steps}}}')", f"(body #>> '{{{steps}}}')"


Dialect = Sqlite | Postgres
