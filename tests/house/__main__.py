"""Print the figures of the house: `python -m tests.house [DOCUMENT ...]`.

`--shrink` shortens the exceptions instead; `--package` measures other code by the same definitions,
for example a folder of site-packages.
"""

from __future__ import annotations

import argparse
import platform
import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from tests.house.modules import Module, product_modules, read_modules
from tests.house.rules import RULES, read_exceptions, shrunk, write_exceptions
from tests.house.trips import bookshop_trips, resolutions

Value = str | int | float
Row = Sequence[Value]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.house", description="Measure the house.")
    parser.add_argument("documents", nargs="*", help="documents to count resolved references of")
    parser.add_argument("--package", type=Path, help="measure only the modules of this folder")
    parser.add_argument("--shrink", action="store_true", help="write what became better")
    options = parser.parse_args()
    if options.package:
        print_modules(tuple(read_modules(options.package)))
        return
    modules = product_modules()
    if options.shrink:
        shrink(modules)
        return
    print_modules(modules)
    print_rules(modules)
    print_trips()
    print_resolutions(options.documents or ["bookshop", "omnitron"])


def shrink(modules: Sequence[Module]) -> None:
    """Write the exceptions anew: what became better in them, nothing that became worse."""
    listed = read_exceptions()
    shorter = {rule.name: shrunk(rule, modules, listed.get(rule.name, {})) for rule in RULES}
    write_exceptions(shorter)


def print_modules(modules: Sequence[Module]) -> None:
    nodes = sum(len(module.nodes) for module in modules)
    code_lines = sum(module.code_lines for module in modules)
    functions = sum(len(module.functions) for module in modules)
    function_lines = sum(module.function_lines for module in modules)
    decisions = sum(module.decisions for module in modules)
    densities = [module.density for module in modules if module.code_lines]
    classes = Counter(chain.from_iterable(module.class_names for module in modules))
    print_table(
        ["figure", "value"],
        [
            ["modules", len(modules)],
            ["code lines", code_lines],
            ["syntax nodes", nodes],
            ["syntax nodes a code line, in all", nodes / code_lines],
            ["syntax nodes a code line, mean of modules", statistics.mean(densities)],
            ["syntax nodes a code line, median of modules", statistics.median(densities)],
            ["functions", functions],
            ["decisions in 100 lines of functions", 100 * decisions / function_lines],
            ["classes", classes.total()],
            ["names of classes", len(classes)],
        ],
    )


def print_rules(modules: Sequence[Module]) -> None:
    rows: list[Row] = [[rule.sentence, len(rule.breakers(modules))] for rule in RULES]
    print_table(["rule", "breakers"], rows)


def print_trips() -> None:
    head = [
        f"trip (Python {platform.python_version()})",
        "calls",
        "functions",
        "modules",
        "switches of modules",
        "switches of rooms",
    ]
    rows: list[Row] = [
        [
            f"{trip.name}, {trip.status}",
            trip.calls,
            trip.functions,
            trip.modules,
            trip.module_switches,
            trip.room_switches,
        ]
        for trip in bookshop_trips()
    ]
    print_table(head, rows)


def print_resolutions(documents: Sequence[str]) -> None:
    rows: list[Row] = []
    for document in documents:
        counted = resolutions(document)
        ratio = counted.calls / max(counted.distinct, 1)
        rows.append([document, counted.calls, counted.distinct, ratio])
    print_table(["document", "calls of `resolved`", "distinct arguments", "ratio"], rows)


def print_table(head: Row, rows: Sequence[Row]) -> None:
    """Print a table whose first column is of texts, and the others of numbers."""
    table = [[_cell(value) for value in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for name, *numbers in table:
        padded = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
        print("  ".join([name.ljust(widths[0]), *padded]))
    print()


def _cell(value: Value) -> str:
    match value:
        case str():
            return value
        case int():
            return f"{value:,}"
        case _:
            return f"{value:.1f}"


if __name__ == "__main__":
    main()
