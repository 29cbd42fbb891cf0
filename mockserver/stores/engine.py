"""Open the database that an address names: `sqlite:///FILE` or `postgresql://...` in, an engine
out whose connections begin and end their transactions themselves.

SQLite runs with a write-ahead log and writes each commit through to the disk (`synchronous=FULL`),
so that what was acknowledged survives the end of the process at any moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mockserver.errors import MissingExtraError, SettingsError, StoreError

START_S = 30.0
"""How long a start waits for a database that does not answer."""
PATIENCE_S = 10.0
"""How long a call waits for a database that is locked or slow, and for a free connection."""
MOST_CONNECTIONS = 16
"""Connections of one process at the same time."""
_PAUSE_S = 0.25
Result = TypeVar("Result")


def open_engine(address: str, is_lax: bool = False) -> Engine:
    """Return the engine of an address; what a `lax` one has written survives the process, and not
    always the machine. Raises SettingsError.
    """
    url = _url_of(address)
    try:
        engine = create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=MOST_CONNECTIONS,
            max_overflow=0,
            pool_timeout=PATIENCE_S,
            pool_reset_on_return=None,  # each transaction is ended here
            connect_args=_arguments(url, is_lax),
        )
    except ImportError:
        raise MissingExtraError(f"--store {shown(address)}", "postgresql") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_lax if is_lax else _set_up)
    return engine


def shown(address: str) -> str:
    """Return an address without its password."""
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return address


def _url_of(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingsError(_unknown(address)) from None
    name = url.get_backend_name()
    if name == "sqlite" and url.database and url.database != ":memory:":
        return url
    if name in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise SettingsError(_unknown(address))


def _unknown(address: str) -> str:
    return (
        f"--store {address}: give memory, sqlite:///FILE or postgresql://USER@HOST/DATABASE "
        "(four slashes begin an absolute path: sqlite:////var/lib/state.db)"
    )


def _arguments(url: URL, is_lax: bool) -> dict[str, Any]:
    """Return what a connection is opened with, so that none waits forever."""
    if url.get_backend_name() == "sqlite":
        return {"timeout": PATIENCE_S, "check_same_thread": False, "isolation_level": None}
    milliseconds = int(PATIENCE_S * 1000)
    options = f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
    if is_lax:
        options = f"{options} -c synchronous_commit=off"
    return {
        "connect_timeout": int(PATIENCE_S),
        "options": options,
        "application_name": "understudy",
    }


def _set_up(connection: Any, _: Any, synchronous: str = "FULL") -> None:
    """Prepare a connection to SQLite."""
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _set_up_lax(connection: Any, record: Any) -> None:
    """Prepare a connection to SQLite that does not wait for the disk."""
    _set_up(
        connection,
        record,
        "NORMAL",
    )


def awaited(step: Callable[[], Result], address: str) -> Result:
    """Return what a step gives once the database answers, which may take START_S. Raises
    SettingsError.
    """
    end_s = time.monotonic() + START_S
    while True:
        try:
            return step()
        except StoreError as error:
            if time.monotonic() > end_s or not error.is_passing:
                text = f"--store {shown(address)} cannot be used: {error}"
                raise SettingsError(text) from None
        time.sleep(_PAUSE_S)


@contextmanager
def transaction_of(engine: Engine, begin: str) -> Iterator[Connection]:
    """Give a connection in a transaction, which is kept unless something is raised.

    Raises StoreError where the database fails, and does nothing then.
    """
    errors: type[Exception] = engine.dialect.loaded_dbapi.Error
    with told():
        connection = _begun(engine, begin)
    try:
        with told(errors):
            yield connection
            driver: Any = connection.connection.dbapi_connection
            driver.execute("COMMIT")
    except BaseException:
        _give_up(connection)
        raise
    finally:
        connection.close()


def _begun(engine: Engine, begin: str) -> Connection:
    """Return a connection in a transaction; one that was cut off while it was idle is replaced."""
    for is_last in (False, True):
        connection = engine.connect()
        try:
            connection.exec_driver_sql(begin)
            return connection
        except DBAPIError as error:
            connection.close()
            if is_last or not error.connection_invalidated:
                raise
        except BaseException:
            connection.close()
            raise
    raise AssertionError("the last attempt returns or raises")


def _give_up(connection: Connection) -> None:
    """Take a transaction back; where the connection is of no use any more, it is thrown away."""
    try:
        connection.exec_driver_sql("ROLLBACK")
    except Exception:
        connection.invalidate()


@contextmanager
def told(errors: type[Exception] = DBAPIError) -> Iterator[None]:
    """Raise StoreError for what the database raises, or its driver: `errors` are those that the
    driver raises itself.
    """
    try:
        yield
    except PoolTimeout:
        raise StoreError("all connections to the database are busy") from None
    except NoSuchModuleError as error:
        raise StoreError(str(error), is_passing=False) from None
    except DBAPIError as error:
        is_passing = isinstance(error, OperationalError) or error.connection_invalidated
        raise _store_error(error.orig or error, is_passing) from error
    except errors as error:
        is_passing = type(error).__name__ not in _LASTING
        raise _store_error(error, is_passing) from error


_LASTING = ("ProgrammingError", "IntegrityError", "DataError", "NotSupportedError", "InternalError")
"""Errors of a driver that come again (PEP 249)."""


def _store_error(error: BaseException, is_passing: bool) -> StoreError:
    reason = " ".join(str(error).split())
    return StoreError(
        f"the database fails: {reason}",
        is_passing=is_passing,
        code=_code(error),
    )


def _code(error: BaseException) -> str:
    """Return the SQLSTATE or the name of an error of SQLite, empty where there is none."""
    found = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return str(found or "")
