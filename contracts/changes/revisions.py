"""A document of a Git revision in (`git:REV:PATH`), the same in a folder of its own out, with what
belongs to it.
"""

from __future__ import annotations

import posixpath
import re
import subprocess
from pathlib import Path

from contracts.errors import PlanError

SCHEME = "git:"
_REFERENCE = re.compile(rb"\$ref[\"']?\s*:\s*[\"']?([^\"'#\s{}\[\],]+)")
_BESIDE = ("semantics.yaml", "fixtures")


def is_revision(name: str) -> bool:
    """Tell whether a name is of a revision."""
    return name.startswith(SCHEME)


def check_out(name: str, folder: Path) -> Path:
    """Write the document, what it refers to, and its semantics and fixtures into a folder; return
    where it is.

    PATH counts from the current folder. Raises PlanError when there is no such revision or path.
    """
    revision, sign, path = name.removeprefix(SCHEME).partition(":")
    if not (revision and sign and path):
        raise PlanError(f"{name}: say git:REVISION:PATH, such as git:main:openapi.yaml")
    prefix = (
        _git(["rev-parse", "--show-prefix"], "this folder is in no Git repository").decode().strip()
    )
    _git(
        ["rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"],
        f"{name}: there is no revision {revision!r}",
    )
    start = posixpath.normpath(posixpath.join(prefix, path))
    listed = _listed(revision, start)
    if not listed:
        raise PlanError(
            f"{name}: {revision} has no {start}; the path counts from the current folder"
        )
    waiting = [*listed, *(each for beside in _beside(start) for each in _listed(revision, beside))]
    done: set[str] = set()
    while waiting:
        each = waiting.pop()
        if each not in done:
            done.add(each)
            content = _git(["show", f"{revision}:{each}"], f"{name}: {each} cannot be read")
            _write(folder / each, content)
            waiting += [
                found
                for found in _references(each, content)
                if found not in done and _listed(revision, found)
            ]
    return folder / start


def _beside(path: str) -> list[str]:
    return [posixpath.join(posixpath.dirname(path), each) for each in _BESIDE]


def _listed(revision: str, path: str) -> list[str]:
    """Return the files at a path from the top of the repository."""
    if path.startswith(".."):
        return []
    found = _git(
        ["ls-tree", "-r", "-z", "--name-only", "--full-tree", revision, "--", path],
        f"{path} cannot be listed",
    )
    return [each for each in found.decode("utf-8", "surrogateescape").split("\0") if each]


def _references(path: str, content: bytes) -> list[str]:
    """Return the files that a document refers to."""
    found = [each.decode("utf-8", "replace") for each in _REFERENCE.findall(content)]
    local = [each for each in found if "://" not in each and not each.startswith("/")]
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), each)) for each in local]


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _git(arguments: list[str], otherwise: str) -> bytes:
    """Return what git says. Raises PlanError."""
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise PlanError(
            "git is not installed, and a document of a revision was asked for"
        ) from None
    except subprocess.CalledProcessError:
        raise PlanError(otherwise) from None
