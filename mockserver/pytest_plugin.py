"""The pytest plugin: a test that names an API gets a fresh space of it; one server a session plays
for all tests.

    @pytest.mark.mock_api("bookshop")
    def test_it(mock_api):
        my_code(base_url=mock_api.url, token=mock_api.token)
        mock_api.assert_called("POST /shelves", times=1)

It is loaded wherever Understudy is installed, so nothing of the mock is imported before a test asks
for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.server import MockServer
    from mockserver.testing.mock import Mock

Servers = Callable[..., "MockServer"]
"""What `mock_api_server` is: `mock_api_server("my/openapi.yaml", seed=7)` returns a server that
plays it.
"""
OF_SERVER = ("seed", "populate", "auth", "validate_responses", "cors", "clock", "store")
OF_SPACE = ("fixtures", "records")
MARKER = (
    "mock_api(*names, fixtures=, records=, strict=, seed=, populate=, auth=, "
    "validate_responses=): play these APIs "
    "(names, files, folders or URLs) for the test, from a fixture (None: empty); records, by "
    "resource, are added to those of the fixture and take the place of those with the same key; "
    "strict tells whether a request that breaks the document fails the test."
)
_FLAG = ((bool,), "True or False")
_NUMBER = ((int,), "a whole number from 0")
WANTED: Mapping[str, tuple[tuple[type, ...], str]] = {
    "fixtures": ((str, Path, type(None)), "a name, a file or None"),
    "records": ((object,), "records by resource"),
    "strict": _FLAG,
    "seed": ((int,), "a whole number"),
    "populate": _NUMBER,
    "auth": ((str, list, tuple), "a text or a list of texts"),
    "validate_responses": _FLAG,
    "cors": _FLAG,
    "clock": ((Callable,), "a function that returns a datetime"),  # type: ignore[dict-item]
    "store": ((str,), "a text: memory, sqlite:///FILE or postgresql://..."),
}
"""What the options of the mark may be, for people too."""
_WATCHED = pytest.StashKey[list[tuple["Mock", bool]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mock_api", "APIs played by Understudy")
    group.addoption("--mock-api-seed", type=int, metavar="N", help="Seed for generated values.")
    group.addoption(
        "--mock-api-strict",
        action="store_true",
        default=None,
        help="Fail a test whose request violates the document (default).",
    )
    group.addoption(
        "--no-mock-api-strict",
        action="store_false",
        dest="mock_api_strict",
        help="Only refuse a request that violates the document.",
    )
    group.addoption(
        "--mock-api-validate-responses",
        action="store_true",
        default=None,
        help="Check responses against the document, too.",
    )
    group.addoption(
        "--mock-api-store",
        metavar="URL",
        help="Where state is kept: memory, sqlite:///FILE or postgresql://...",
    )
    parser.addini("mock_api_store", "Where state is kept.", "string", "memory")
    parser.addini("mock_api", "APIs that tests without names in their mark are about.", "args", [])
    parser.addini(
        "mock_api_fixtures",
        "Fixture that spaces start with; 'none' for empty ones.",
        "string",
        "default",
    )
    parser.addini("mock_api_seed", "Seed of all generated values.", "string", "0")
    parser.addini(
        "mock_api_strict",
        "Whether a request that breaks the document fails the test.",
        "bool",
        True,
    )
    parser.addini(
        "mock_api_validate_responses", "Whether replies are held to the document.", "bool", False
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def mock_api_server(pytestconfig: pytest.Config) -> Iterator[Servers]:
    """Return what starts servers: `mock_api_server("my/openapi.yaml")`; the same one for the same
    settings.

    Settings are those of `mockserver.Settings`; the servers stop at the end of the session.
    """
    started: dict[Any, MockServer] = {}

    def serve(*names: str, **settings: Any) -> MockServer:
        from mockserver.app import Settings
        from mockserver.server import MockServer

        chosen = Settings(**{**_defaults(pytestconfig), **settings})
        places = tuple(_located(name, pytestconfig.rootpath) for name in names)
        key = (places, chosen)
        if key not in started:
            started[key] = MockServer(*places, settings=chosen).start()
        return started[key]

    yield serve
    for server in started.values():
        server.stop()


@pytest.fixture
def mock_api(request: pytest.FixtureRequest, mock_api_server: Servers) -> Iterator[Mock]:
    """Give a fresh space of the APIs that the mark `mock_api` names, dropped when the test is
    over.
    """
    from mockserver.errors import UnderstudyError

    names, said = _marked(request)
    wrong = next((each for each in names if not isinstance(each, str)), None)
    if wrong is not None:
        pytest.fail(
            f"mock_api takes names of APIs, files, folders or URLs as texts, not {wrong!r}",
            pytrace=False,
        )
    strict = _strict(request.config, said.pop("strict", None))
    here = request.node.path.parent
    places = [_located(name, here) for name in names]
    wrong_use = ""
    try:
        server = mock_api_server(
            *places, **{name: said[name] for name in OF_SERVER if name in said}
        )
        options = {name: said[name] for name in OF_SPACE if name in said}
        if options.get("fixtures") is not None:
            options["fixtures"] = _located(str(options["fixtures"]), here)
        mock = server.space(**options)
    except UnderstudyError as error:
        wrong_use = str(error)
    if wrong_use:  # told out here, so that no traceback is chained to it
        pytest.fail(f"mock_api: {wrong_use}", pytrace=False)
    request.node.stash.setdefault(_WATCHED, []).append((mock, strict))
    yield mock
    mock.drop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although a request of its code broke the document."""
    result = yield
    for mock, strict in item.stash.get(_WATCHED, ()):
        breaches = mock.requests.breaches() if strict else []
        if breaches:
            told = [
                line
                for each in breaches
                for line in (f"  {each}", *(f"      {why}" for why in each.violations))
            ]
            hint = "mark the test with mock_api(..., strict=False) where that is what it is about"
            pytest.fail(
                "\n".join(["requests broke the document of the API:", *told, hint]), pytrace=False
            )
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the calls of a test that failed."""
    report = yield
    if report.failed:
        for mock, _ in item.stash.get(_WATCHED, ()):
            from mockserver.testing.expectation import show

            report.sections.append(
                (
                    f"calls of the mock ({', '.join(mock.admissions)})",
                    "\n".join(show(mock.requests)),
                )
            )
    return report


def _marked(request: pytest.FixtureRequest) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return names and options of the marks, those of the test before those of its class and
    module.
    """
    names: tuple[str, ...] = ()
    said: dict[str, Any] = {}
    for mark in request.node.iter_markers("mock_api"):
        names = names or mark.args
        said = {**mark.kwargs, **said}
    names = names or tuple(request.config.getini("mock_api"))
    unknown = sorted(set(said) - {*OF_SERVER, *OF_SPACE, "strict"})
    if unknown:
        known = ", ".join(WANTED)
        near = get_close_matches(unknown[0], WANTED, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        text = f"mock_api has no option {', '.join(unknown)} (known: {known}{hint})"
        pytest.fail(text, pytrace=False)
    for name, value in said.items():
        _check_option(name, value)
    if not names:
        text = (
            'mock_api needs an API: mark the test with @pytest.mark.mock_api("NAME"), or set the '
            "ini option mock_api"
        )
        pytest.fail(text, pytrace=False)
    return names, said


def _check_option(name: str, value: Any) -> None:
    """Fail the test for an option of the mark that has a wrong value."""
    kinds, wanted = WANTED[name]
    is_flag = isinstance(value, bool) and bool not in kinds
    is_negative = name == "populate" and isinstance(value, int) and value < 0
    if is_flag or is_negative or not isinstance(value, kinds):
        pytest.fail(f"mock_api: {name} must be {wanted}, not {value!r}", pytrace=False)


def _strict(config: pytest.Config, marked: bool | None) -> bool:
    """Return what the mark says, else the command line, else the ini file."""
    asked: bool | None = config.getoption("mock_api_strict") if marked is None else marked
    return bool(config.getini("mock_api_strict")) if asked is None else asked


def _defaults(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that the command line says, else the ini file."""
    seed, check = config.getoption("mock_api_seed"), config.getoption("mock_api_validate_responses")
    fixtures = str(config.getini("mock_api_fixtures"))
    try:
        seed = int(config.getini("mock_api_seed")) if seed is None else seed
    except ValueError:
        raise pytest.UsageError(
            f"mock_api_seed must be a number, not {config.getini('mock_api_seed')!r}"
        ) from None
    store = config.getoption("mock_api_store") or config.getini("mock_api_store")
    return {
        "seed": seed,
        "store": store,
        "fresh": True,
        "fixtures": None if fixtures == "none" else _located(fixtures, config.rootpath),
        "validate_responses": bool(config.getini("mock_api_validate_responses"))
        if check is None
        else check,
    }


def _located(name: str, folder: Path) -> str:
    """Return the path of a file or folder that a name means from a folder, else the name."""
    path = folder / name
    return (
        str(path)
        if "/" not in name[:1] and (path.is_file() or (path.is_dir() and "/" in name))
        else name
    )
