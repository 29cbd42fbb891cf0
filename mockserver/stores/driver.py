"""Carry out statements that each call needs, with the least between them and the driver: a
statement and its values in, rows out.

SQLAlchemy spells each of them once. To carry it out it takes longer than SQLite itself does, so
that the driver is asked at once here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

from mockserver.slots import dataclass

MOST_SPELLED = 1_000
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SpelledStatement:
    """A statement as a driver takes it, and what makes its parameters of values."""

    text: str
    parameters: Callable[[Values], Any]


def run(connection: Connection, statement: Any, values: Values) -> Any:
    """Carry out a statement, and return the cursor with its rows. Raises what the driver does."""
    spelled = spell(statement, connection.dialect)
    driver: Any = connection.connection.dbapi_connection
    return driver.execute(spelled.text, spelled.parameters(values))


@lru_cache(MOST_SPELLED)
def spell(statement: Any, dialect: Dialect) -> SpelledStatement:
    """Return a statement as the driver of a dialect takes it."""
    compiled: Any = statement.compile(dialect=dialect)
    names = compiled.positiontup
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    if names is None:

        def named(values: Values) -> Any:
            return {**constants, **values}

        return SpelledStatement(str(compiled), named)

    def placed(values: Values) -> Any:
        return [values[name] if name in values else constants.get(name) for name in names]

    return SpelledStatement(str(compiled), placed)
