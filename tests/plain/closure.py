"""What a plain installation brings: the dependencies in pyproject.toml and theirs, as names of
distributions and as packages that can be imported.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


@cache
def distributions() -> frozenset[str]:
    """Return the canonical names of the distributions, ours aside."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or not _is_asked_for(requirement):
            continue
        found.add(name)
        waiting += map(Requirement, _requires(name))
    return frozenset(found)


def hidden() -> frozenset[str]:
    """Return the installed packages that a plain installation does not bring."""
    brought = distributions() | {"understudy"}
    return frozenset(
        package
        for package, names in packages_distributions().items()
        if not brought & set(map(canonicalize_name, names))
    )


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another system than this one
        return []


def _is_asked_for(requirement: Requirement) -> bool:
    """Tell whether a requirement holds on this system, without extras."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
