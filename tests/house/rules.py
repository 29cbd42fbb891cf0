"""The rules for modules, and exceptions that only become fewer: modules in, complaints out.

A rule measures what breaks it and gives each breaker a figure: a module its density, a name its
number of bearers. `exceptions.toml` holds the figures of those that broke a rule when the rule
came. They may not grow; where one has become smaller, its line follows (`python -m tests.house
--shrink` does that), so that it cannot grow back. Whoever moves or renames a module moves its
lines.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tests.house.modules import Module

EXCEPTIONS = Path(__file__).parent / "exceptions.toml"
HEAD = """\
# What broke a rule of tests/house/rules.py when that rule came, with its figure. This list only
# shrinks: no line is added, no figure rises. `python -m tests.house --shrink` writes what has
# become better. A moved module takes its lines along.
"""
MOST_NODES_A_LINE = 8.0
DENSITY_SLACK = 0.5
"""By how much a module may be better than its line says before the line must follow."""

Figures = Mapping[str, float]
Exceptions = Mapping[str, Figures]

NOUNS = """
described located
embed encoding feed heading listing masking ordering paging recording routing seed seeding string
testing
"""
"""What looks like a participle and is the name of a thing; in the first line, of the design."""
PARTICIPLES = """
begun bound broken brought built chosen done drawn driven fallen felt forgotten found given gone
grown heard held hidden kept known laid led left lost made meant met paid proven said seen sent
shown sold spent spoken stood taken taught thought thrown told understood unknown unsaid unseen
untold won worn written
"""
"""Participles that do not end like one."""
PREPOSITIONS = """
about above across after again against ahead along among apart around aside astray at away back
before behind below beneath beside besides between beyond by down during earlier for from in inside
into later near of off on onto out outside over since through to together toward towards under until
up upon via with within without
"""
"""Prepositions, and adverbs of place and time."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold for modules: its table in the exceptions, a sentence, and what measures those
    that break it.
    """

    name: str
    sentence: str
    breakers: Callable[[Sequence[Module]], Figures]
    slack: float = 0.0


def complaints(rule: Rule, modules: Sequence[Module], listed: Figures) -> Sequence[str]:
    """Return what is wrong, one line each: breakers that are not listed or worse than listed, and
    stale lines.
    """
    found = rule.breakers(modules)
    return [*_broken(rule, found, listed), *_stale(rule, found, listed)]


def shrunk(rule: Rule, modules: Sequence[Module], listed: Figures) -> Figures:
    """Return the lines of a rule without those that no longer break it, and no figure higher than
    it was.
    """
    found = rule.breakers(modules)
    return {subject: min(listed[subject], found[subject]) for subject in listed if subject in found}


def read_exceptions(file: Path = EXCEPTIONS) -> Exceptions:
    """Return the figures that are listed, by rule and by what breaks it."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def write_exceptions(exceptions: Exceptions, file: Path = EXCEPTIONS) -> None:
    """Write the list, in order."""
    tables = (_table(rule, exceptions.get(rule.name, {})) for rule in RULES)
    file.write_text("\n".join([HEAD, *tables]), encoding="utf-8")


def _broken(rule: Rule, found: Figures, listed: Figures) -> Iterator[str]:
    for subject, figure in found.items():
        limit = listed.get(subject)
        if limit is None:
            yield f"{subject}: {figure:g}; {rule.sentence}"
        elif figure > limit:
            yield f"{subject}: {figure:g}, and {limit:g} when the rule came; {rule.sentence}"


def _stale(rule: Rule, found: Figures, listed: Figures) -> Iterator[str]:
    table = f"[{rule.name}] of {EXCEPTIONS.name}"
    for subject, limit in listed.items():
        figure = found.get(subject)
        if figure is None:
            yield f"{subject}: breaks the rule no longer; take it off {table}"
        elif figure < limit - rule.slack:
            yield f"{subject}: {figure:g} now; lower its {limit:g} in {table}"


def _table(rule: Rule, figures: Figures) -> str:
    lines = (f'"{subject}" = {figure:g}\n' for subject, figure in sorted(figures.items()))
    return f"# {rule.sentence}\n[{rule.name}]\n" + "".join(lines)


def _dense(modules: Sequence[Module]) -> Figures:
    dense = (module for module in modules if module.density > MOST_NODES_A_LINE)
    return {module.path: _rounded_up(module.density) for module in dense}


def _rounded_up(density: float) -> float:
    """Return a density with one decimal, so that also the least excess shows."""
    return math.ceil(density * 10) / 10


def _nested(modules: Sequence[Module]) -> Figures:
    counts = {module.path: module.nested_conditions for module in modules}
    return {path: count for path, count in counts.items() if count}


def _wide(modules: Sequence[Module]) -> Figures:
    counts = {module.path: module.wide_comprehensions for module in modules}
    return {path: count for path, count in counts.items() if count}


def _shared_class_names(modules: Sequence[Module]) -> Figures:
    return _more_than_once(chain.from_iterable(module.class_names for module in modules))


def _shared_file_names(modules: Sequence[Module]) -> Figures:
    named = (module for module in modules if not module.name.startswith("__"))
    return _more_than_once(f"{module.package}/*/{module.file_name}" for module in named)


def _more_than_once(names: Iterator[str]) -> Figures:
    return {name: count for name, count in Counter(names).items() if count > 1}


def _not_nouns(modules: Sequence[Module]) -> Figures:
    return {module.path: 1 for module in modules if not is_noun(module.name)}


def is_noun(name: str) -> bool:
    """Tell whether a module's name is that of a thing; of several words the last one counts."""
    word = name.rpartition("_")[2]
    if word in NOUNS.split():
        return True
    if word in PARTICIPLES.split() or word in PREPOSITIONS.split():
        return False
    return not word.endswith(("ed", "ing"))


RULES = (
    Rule(
        "density",
        f"a module has at most {MOST_NODES_A_LINE:g} syntax nodes a code line",
        _dense,
        DENSITY_SLACK,
    ),
    Rule("nested_conditions", "no conditional expression stands inside another", _nested),
    Rule("comprehensions", "a comprehension has one `for`", _wide),
    Rule("class_names", "a class name stands for one thing in the product", _shared_class_names),
    Rule("file_names", "a module's file name is unique in its package", _shared_file_names),
    Rule("nouns", "a module is named by a noun, not by a participle or a preposition", _not_nouns),
)
