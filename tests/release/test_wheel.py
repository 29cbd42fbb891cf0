"""What a release is made of: a wheel and an sdist as an index takes them, and a wheel that works
where no checkout is near.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
ASK = """
import os, urllib.request
request = urllib.request.Request(os.environ["UNDERSTUDY_BOOKSHOP_URL"] + "/shelves/1")
request.add_header("X-Api-Key", os.environ["UNDERSTUDY_TOKEN"])
print(urllib.request.urlopen(request, timeout=10).read().decode())
"""


def run(*words: str | Path, **options: object) -> str:
    """Return what a command prints that succeeds."""
    command = list(map(str, words))
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return str(done.stdout)


@dataclass(frozen=True)
class Installed:
    """A wheel that was installed into a folder that was empty, and a folder to work in."""

    site: Path
    folder: Path

    def python(self, *words: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.site)}
        return run(sys.executable, *words, cwd=self.folder, env=environment)

    def understudy(self, *words: str) -> str:
        return self.python(str(self.site / "bin" / "understudy"), *words)


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a wheel and an sdist that were built of this checkout."""
    folder = tmp_path_factory.mktemp("distributions")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    site = tmp_path_factory.mktemp("site")
    options = ("--quiet", "--no-index", "--no-deps", "--no-compile", "--target")
    run(sys.executable, "-m", "pip", "install", *options, site, wheel)
    return Installed(site, tmp_path_factory.mktemp("elsewhere"))


def test_an_index_takes_wheel_and_sdist(distributions: Path) -> None:
    files = sorted(distributions.iterdir())
    assert len(files) == 2
    run(sys.executable, "-m", "twine", "check", "--strict", *files)


def test_a_wheel_holds_what_it_must_and_nothing_else(wheel: Path) -> None:
    run(sys.executable, "-m", "check_wheel_contents", wheel, cwd=ROOT)
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "mockserver",
        "contracts",
    }
    assert "mockserver/specs/bookshop/openapi.yaml" in names
    assert "mockserver/fixtures/bookshop/default.yaml" in names
    assert "mockserver/asgi/templates/consent.html" in names
    assert "contracts/reports/page.html" in names


def test_what_is_installed_comes_from_the_wheel(installed: Installed) -> None:
    code = (
        "import mockserver, contracts, importlib.metadata as m;"
        "print(mockserver.__file__, contracts.__file__, m.version('understudy'))"
    )
    mock, contracts, version = installed.python("-c", code).split()
    assert installed.site in Path(mock).parents
    assert installed.site in Path(contracts).parents
    assert version == PROJECT["version"]


def test_an_installed_mock_plays_the_bookshop(installed: Installed) -> None:
    told = installed.understudy("run", "bookshop", "--", sys.executable, "-c", ASK)
    assert told == '{"id":1,"name":"Fiction"}\n'


def test_an_installed_command_explains_the_bookshop(installed: Installed) -> None:
    assert "10 of 10 operations are stateful." in installed.understudy("explain", "bookshop")


def test_an_installed_command_checks_the_bookshop(installed: Installed) -> None:
    laws = ("--phases", "laws", "--laws", "deleted-is-gone")
    told = installed.understudy("check", "--mock", "--api", "bookshop", *laws)
    assert "The contract held." in told


def test_an_installed_command_compares_the_bookshop_with_itself(installed: Installed) -> None:
    installed.understudy("diff", "bookshop", "bookshop", "--no-replay")


def test_the_changelog_tells_of_the_version(wheel: Path) -> None:
    versions = re.findall(r"^## (\d\S*)", CHANGELOG, re.MULTILINE)
    assert versions[0] == PROJECT["version"]
    assert wheel.name.startswith(f"understudy-{versions[0]}-")


def test_a_release_is_built_checked_and_told_by_its_parts() -> None:
    script = (ROOT / ".ci" / "release").read_text("utf-8")
    run("bash", "-n", ROOT / ".ci" / "release")
    for step in ("python -m build", "twine check", "check-wheel-contents", "cyclonedx-py"):
        assert step in script
    assert os.access(ROOT / ".ci" / "release", os.X_OK)
