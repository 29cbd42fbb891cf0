"""The pytest plugin, seen from a project that has it installed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.inside import RunInside

HEAD = "import httpx, pytest\n"
BROKEN = """
def test_it(mock_api):
    httpx.post(f"{mock_api.url}/shelves", headers=mock_api.headers, json={})
"""
MARKED = '@pytest.mark.mock_api("bookshop")'


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(run_inside: RunInside, pytester: pytest.Pytester) -> Run:
    """Return what runs pytest over a file of tests in a project of its own: its exit code and what
    it printed.
    """

    def run(code: str, *options: str, ini: str = "") -> tuple[int, str]:
        pytester.makepyfile(test_it=HEAD + code)
        pytester.makefile(
            ".ini", pytest=f"[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n{ini}"
        )
        ran = run_inside(*options)
        return int(ran.ret), ran.stdout.str() + ran.stderr.str()

    return run


def test_a_request_that_breaks_the_document_fails_the_test_and_is_shown(run: Run) -> None:
    code, said = run(MARKED + BROKEN)
    assert code == 1
    assert (
        "requests broke the document of the API:\n  POST /shelves -> 400\n      body /name: name is required"
        in said
    )
    assert "calls of the mock (bookshop)" in said
    assert "1 failed" in said
    assert "error" not in said.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "ini", "failing"),
    [
        (("--no-mock-api-strict",), "", {"marked_strict"}),
        (("--mock-api-strict",), "mock_api_strict = false", {"marked_strict", "plain"}),
        ((), "mock_api_strict = false", {"marked_strict"}),
    ],
)
def test_the_mark_wins_over_the_command_line_and_that_over_the_ini_file(
    run: Run, options: tuple[str, ...], ini: str, failing: set[str]
) -> None:
    tests = {
        "marked_strict": '@pytest.mark.mock_api("bookshop", strict=True)',
        "marked_lenient": '@pytest.mark.mock_api("bookshop", strict=False)',
        "plain": MARKED,
    }
    code = "".join(mark + BROKEN.replace("test_it", f"test_{name}") for name, mark in tests.items())
    said = run(code, *options, ini=ini)[1]
    assert {name for name in tests if f"FAILED test_it.py::test_{name}" in said} == failing, said


def test_a_mark_that_cannot_be_followed_is_told_in_one_line(run: Run) -> None:
    told = {
        "": "mock_api needs an API: mark the test",
        "@pytest.mark.mock_api(5)": "mock_api takes names of APIs, files, folders or URLs as texts, not 5",
        '@pytest.mark.mock_api("bookshop", records=[1])': "records must map resources to lists of records",
        '@pytest.mark.mock_api("bookshop", auth="nope")': "--auth nope: say known, any, off or SCHEME=VALUE",
        '@pytest.mark.mock_api("bookshop", seed="x")': "mock_api: seed must be a whole number, not 'x'",
        '@pytest.mark.mock_api("bookshop", fixtures=3)': "mock_api: fixtures must be a name, a file or None, not 3",
        '@pytest.mark.mock_api("bookshop", fixturs="x")': "clock, store; did you mean fixtures?)",
        '@pytest.mark.mock_api("bookshop", fixture="x")': "mock_api has no option fixture (known: fixtures, records",
        '@pytest.mark.mock_api("bockshop")': "'bockshop' is no API, file, folder or URL (did you mean bookshop? ",
        '@pytest.mark.mock_api("bookshop", fixtures="x")': "x: no such fixture (known here: default",
        '@pytest.mark.mock_api("bookshop", records={"shelfs": []})': "did you mean 'shelves'",
    }
    tests = "".join(f"{mark}\ndef test_{at}(mock_api):\n    pass\n" for at, mark in enumerate(told))
    said = run(tests)[1]
    assert f"{len(told)} errors" in said
    for text in told.values():
        assert text in said
    assert "Traceback" not in said
    assert "pytest_plugin.py" not in said
    assert "During handling" not in said


def test_marks_of_module_and_test_add_up(run: Run) -> None:
    code, said = run(
        'pytestmark = pytest.mark.mock_api("bookshop", fixtures=None)\n'
        '@pytest.mark.mock_api(records={"shelves": [{"id": 1, "name": "A"}]})\n'
        "def test_it(mock_api):\n"
        '    assert mock_api.state["shelves"].all() == [{"id": 1, "name": "A"}]\n',
    )
    assert code == 0, said


def test_a_document_of_ones_own_is_served_once_a_session(
    run: Run, pytester: pytest.Pytester
) -> None:
    (pytester.mkdir("api") / "openapi.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\npaths:\n  /things:\n"
        "    get: {responses: {'200': {description: ok, content: {application/json: {schema: "
        "{type: array, items: {type: object, properties: {id: {type: integer}}}}}}}}}\n"
    )
    code, said = run(
        "servers = set()\n"
        '@pytest.mark.parametrize("turn", [1, 2])\n'
        "def test_it(mock_api_server, turn):\n"
        '    server = mock_api_server("api/openapi.yaml", seed=3)\n'
        '    assert httpx.get(server.space().url + "/things").status_code == 200\n'
        "    servers.add(server.url)\n"
        "    assert len(servers) == 1\n"
        '    assert mock_api_server("api/openapi.yaml", seed=4).url not in servers\n',
    )
    assert code == 0, said


def test_the_seed_comes_from_the_command_line_or_the_ini_file(run: Run) -> None:
    told = f'{MARKED}\ndef test_it(mock_api):\n    print("seed", mock_api._stage.settings.seed)\n'
    assert "seed 9" in run(told, "-s", ini="mock_api_seed = 9")[1]
    assert "seed 8" in run(told, "-s", "--mock-api-seed", "8")[1]
    code, said = run(told, ini="mock_api_seed = nine")
    assert code != 0
    assert "mock_api_seed must be a number, not 'nine'" in said


def test_who_does_not_use_it_pays_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n"
        "def test_it():\n"
        '    rooms = ("mockserver", "connexion", "uvicorn")\n'
        '    loaded = {name for name in sys.modules if name.partition(".")[0] in rooms}\n'
        '    assert loaded == {"mockserver", "mockserver.pytest_plugin"}\n'
    )
    without = [
        word
        for name in ("schemathesis", "hypothesispytest", "faker", "cacheprovider")
        for word in ("-p", f"no:{name}")
    ]
    pytester.runpytest_subprocess("-q", *without).assert_outcomes(passed=1)


def test_records_of_a_mark_are_added_to_those_of_the_fixture(run: Run) -> None:
    shelf = '{"shelves": [{"id": 2, "name": "Poetry"}, {"id": 9, "name": "Drama"}]}'
    code, said = run(
        f'@pytest.mark.mock_api("bookshop", records={shelf})\n'
        "def test_it(mock_api):\n"
        '    names = {each["name"] for each in mock_api.state["shelves"].all()}\n'
        '    assert "Science" not in names and {"Fiction", "Poetry", "Drama"} < names, names\n'
        f'@pytest.mark.mock_api("bookshop", fixtures=None, records={shelf})\n'
        "def test_those_alone(mock_api):\n"
        '    assert mock_api.state["shelves"].count() == 2\n'
    )
    assert code == 0, said
