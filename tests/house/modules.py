"""Read modules and measure them: source in, syntax nodes, code lines and the names of classes out.

A figure that is set beside those of other projects needs a definition that anyone can repeat:

- A *syntax node* is whatever `ast.walk` visits, the nodes of contexts (`Load`, `Store`) included.
- A *code line* is a line that is neither blank nor a comment alone. Docstrings are code lines: a
  module that explains itself is not to look denser for it.
- A *decision* is what the cyclomatic complexity counts: one for each function, one more for each
  branch, loop, handler of an exception, case, conditional expression, loop and condition of a
  comprehension, and each `and` or `or`.

By them h11 0.16 has 5.3 syntax nodes a code line, httpx 0.28 has 5.0 and starlette 1.10 has 7.0.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("mockserver", "contracts")

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
BRANCHES = (ast.If, ast.IfExp, ast.ExceptHandler, ast.match_case)


@dataclass(frozen=True)
class Module:
    """A module: its path, with `/`, from the folder that holds its package on, and its source."""

    path: str
    source: str

    @property
    def package(self) -> str:
        return self.path.partition("/")[0]

    @property
    def file_name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def name(self) -> str:
        return self.file_name.removesuffix(".py")

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        return tuple(ast.walk(ast.parse(self.source, self.path)))

    @property
    def code_lines(self) -> int:
        return sum(map(_is_code, self.source.splitlines()))

    @property
    def density(self) -> float:
        """Syntax nodes a code line."""
        return len(self.nodes) / self.code_lines if self.code_lines else 0.0

    @cached_property
    def functions(self) -> Sequence[Function]:
        return tuple(node for node in self.nodes if isinstance(node, Function))

    @property
    def function_lines(self) -> int:
        """Lines of functions; those of a function within another count once."""
        spans = (range(function.lineno, _end(function)) for function in self.functions)
        return len(frozenset(chain.from_iterable(spans)))

    @property
    def class_names(self) -> Sequence[str]:
        """Names of classes. A leading underscore makes no other name: `_Entry` is taken for
        `Entry`.
        """
        classes = (node for node in self.nodes if isinstance(node, ast.ClassDef))
        return tuple(node.name.lstrip("_") for node in classes)

    @property
    def nested_conditions(self) -> int:
        """How many conditional expressions have another one inside."""
        conditions = (node for node in self.nodes if isinstance(node, ast.IfExp))
        return sum(_has_condition_inside(condition) for condition in conditions)

    @property
    def wide_comprehensions(self) -> int:
        """How many comprehensions have more than one `for`."""
        comprehensions = (node for node in self.nodes if isinstance(node, COMPREHENSIONS))
        return sum(len(comprehension.generators) > 1 for comprehension in comprehensions)

    @property
    def decisions(self) -> int:
        within = frozenset(chain.from_iterable(map(ast.walk, self.functions)))
        return len(self.functions) + sum(map(_decisions, within))


@cache
def product_modules() -> Sequence[Module]:
    """Return all modules of the two packages, in the order of their paths."""
    return tuple(chain.from_iterable(read_modules(ROOT / package) for package in PACKAGES))


def read_modules(package: Path) -> Iterator[Module]:
    """Yield the modules of the package in a folder, in the order of their paths."""
    for file in sorted(package.rglob("*.py")):
        path = file.relative_to(package.parent).as_posix()
        yield Module(path, file.read_text(encoding="utf-8"))


def _is_code(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("#")


def _end(function: Function) -> int:
    last = function.end_lineno or function.lineno
    return last + 1


def _has_condition_inside(condition: ast.IfExp) -> bool:
    inside = (node for node in ast.walk(condition) if node is not condition)
    return any(isinstance(node, ast.IfExp) for node in inside)


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case _:
            return int(isinstance(node, LOOPS + BRANCHES))
