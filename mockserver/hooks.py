"""Functions of users' own files that do what no word says: the semantics of an API and the folder
of its file in, the same semantics with functions where their names were out.

    operations: {POST /quotes: {hook: "hooks.py:quote"}}

A hook is a behavior like any other: it takes the Scene of the call, puts what it changes into its
draft, and returns a Reply, or raises Refused. What it changes is applied all or none.

    from mockserver.hooks import Refused, Reply, Problem, ProblemKind, Scene, usual

    def quote(scene: Scene) -> Reply:
        if scene.sent.get("weight", 0) > 100:
            raise Refused(Problem(ProblemKind.INVALID, "too heavy"))
        return Reply({"price": 4 + scene.sent["weight"]}, created=True)
"""

from __future__ import annotations

import difflib
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from mockserver.behavior.decide import usual
from mockserver.behavior.scene import Scene
from mockserver.call import Problem, ProblemKind, Refused, Reply, Violation
from mockserver.errors import SemanticsError, reason_of
from mockserver.model.semantics import Semantics, attempt, tell_mistakes
from mockserver.model.types import Hook

__all__ = [
    "Problem",
    "ProblemKind",
    "Refused",
    "Reply",
    "Scene",
    "Violation",
    "usual",
    "with_hooks",
]

_NUMBERS = count(1)
"""Numbers of the modules that were read: the same file may be read again when it has changed."""


def with_hooks(semantics: Semantics, folder: Path, source: str) -> Semantics:
    """Return the semantics with the functions that they name. Raises SemanticsError for files and
    functions that are not there.
    """
    named = dict(_named(semantics))
    if not named:
        return semantics
    mistakes: list[SemanticsError] = []
    modules: dict[str, ModuleType | None] = {}
    operations = dict(semantics["operations"])
    for label, name in named.items():
        file, _, function = name.partition(":")
        at = f"/operations/{label}/hook"
        if file not in modules:
            modules[file] = attempt(mistakes, _read, folder, file, source, at)
        module = modules[file]
        if module is None:
            continue
        found = attempt(mistakes, _function, module, name, function, source, at)
        operations[label] = {**operations[label], "hook": found}
    tell_mistakes(mistakes)
    return {**semantics, "operations": operations}


def _named(semantics: Semantics) -> Iterator[tuple[str, str]]:
    """Yield the operations that name a hook, with that name."""
    operations: Mapping[str, Any] = semantics.get("operations", {})
    for label, words in operations.items():
        if "hook" in words:
            yield label, words["hook"]


def _read(folder: Path, file: str, source: str, at: str) -> ModuleType:
    """Return the module of a file. Raises SemanticsError."""
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        hint = "put the file into the folder of the semantics"
        raise SemanticsError(source, f"{file} is in another folder", at, hint)
    if not path.is_file():
        near = difflib.get_close_matches(file, [each.name for each in folder.glob("*.py")], 1)
        hint = f"did you mean {near[0]!r}?" if near else f"make it: {path}"
        raise SemanticsError(source, f"there is no file {file}", at, hint)
    name = f"understudy_hooks_{next(_NUMBERS)}"
    spec = spec_from_file_location(name, path)
    assert spec is not None, "a file that ends in .py has a loader"
    assert spec.loader is not None, "a file that ends in .py has a loader"
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise SemanticsError(source, _reason(error, path), at) from None
    return module


def _reason(error: Exception, path: Path) -> str:
    """Return why a file cannot be read, with the line of it where it went wrong."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)]
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    line = error.lineno if isinstance(error, SyntaxError) else None
    for file, number in zip(files, lines, strict=True):
        if file == str(path):
            line = number
    place = path.name if line is None else f"{path.name}:{line}"
    return f"{place}: {type(error).__name__}: {reason_of(error)}"


def _function(
    module: ModuleType,
    name: str,
    function: str,
    source: str,
    at: str,
) -> Hook:
    """Return a function of a module as a hook. Raises SemanticsError."""
    found: Callable[[Any], Any] | None = getattr(module, function, None)
    if callable(found):
        return Hook(name, found)
    own = [key for key, value in vars(module).items() if callable(value)]
    near = difflib.get_close_matches(function, own, 1)
    file = name.partition(":")[0]
    hint = f"did you mean {near[0]!r}?" if near else "define it: def NAME(scene): return Reply(...)"
    raise SemanticsError(source, f"{file} has no function {function!r}", at, hint)
