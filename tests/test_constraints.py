"""CI installs what it installed the last time: each dependency is held at one version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

CONSTRAINTS = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
PINS = dict(line.split("==") for line in CONSTRAINTS if not line.startswith("#"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def requirements() -> Iterator[Requirement]:
    """Yield what the project and its extras need, of other projects."""
    listed = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for texts in listed:
        for requirement in map(Requirement, texts):
            if requirement.name != PROJECT["name"]:
                yield requirement


@pytest.mark.parametrize("requirement", list(requirements()), ids=str)
def test_a_dependency_is_held_at_a_version_that_the_project_allows(
    requirement: Requirement,
) -> None:
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


def test_the_pins_are_in_order_each_once_and_named_canonically() -> None:
    names = [line.split("==")[0] for line in CONSTRAINTS if not line.startswith("#")]
    assert names == sorted({canonicalize_name(name) for name in names})


def test_ci_installs_by_the_pins() -> None:
    run = (ROOT / Path(".ci/run")).read_text("utf-8")
    assert re.search(r"pip\" install .*--constraint \.ci/constraints\.txt -e '\.\[dev\]'", run)


def test_the_oldest_python_of_the_classifiers_is_the_one_that_is_required() -> None:
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert f">={named[0]}" == PROJECT["requires-python"]
