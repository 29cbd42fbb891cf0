"""The gate of the house: what holds for each module of the product, save for exceptions that only
become fewer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.modules import Module, product_modules
from tests.house.rules import (
    RULES,
    Rule,
    complaints,
    is_noun,
    read_exceptions,
    shrunk,
    write_exceptions,
)
from tests.house.trips import bookshop_trips, resolutions

DENSITY, NESTED, COMPREHENSIONS, CLASS_NAMES, FILE_NAMES, NOUNS = RULES
SENTENCES = [rule.name for rule in RULES]
CALM = "a = 1\n"
DENSE = "a = f(b, c, d, e, g, h)\n"


def module(source: str, path: str = "mockserver/model/purpose/kinds.py") -> Module:
    return Module(path, source)


@pytest.mark.parametrize("rule", RULES, ids=SENTENCES)
def test_the_house_holds_its_rules(rule: Rule) -> None:
    told = complaints(rule, product_modules(), read_exceptions().get(rule.name, {}))
    assert not told, "\n".join(["", *told])


def test_exceptions_are_of_rules_that_there_are() -> None:
    assert set(read_exceptions()) == set(SENTENCES)


@pytest.mark.parametrize(
    ("rule", "sources"),
    [
        (DENSITY, {"mockserver/kinds.py": DENSE}),
        (NESTED, {"mockserver/kinds.py": "a = b if c else d if e else f\n"}),
        (NESTED, {"mockserver/kinds.py": "a = (b if c else d) if e else f\n"}),
        (NESTED, {"mockserver/kinds.py": "a = b if c else [d if e else f for g in h]\n"}),
        (COMPREHENSIONS, {"mockserver/kinds.py": "a = [b for c in d for b in c]\n"}),
        (COMPREHENSIONS, {"mockserver/kinds.py": "a = any(b for c in d for b in c)\n"}),
        (CLASS_NAMES, {"mockserver/a.py": "class B: ...\n", "contracts/c.py": "class _B: ...\n"}),
        (FILE_NAMES, {"mockserver/kinds.py": CALM, "mockserver/model/purpose/kinds.py": CALM}),
        (NOUNS, {"mockserver/shown.py": CALM}),
    ],
)
def test_a_new_breaker_is_told(rule: Rule, sources: dict[str, str]) -> None:
    modules = [module(source, path) for path, source in sources.items()]
    assert len(complaints(rule, modules, {})) == 1


@pytest.mark.parametrize(
    ("rule", "sources"),
    [
        (DENSITY, {"mockserver/kinds.py": CALM}),
        (DENSITY, {"mockserver/__init__.py": ""}),
        (NESTED, {"mockserver/kinds.py": "a = b if c else d\ne = f if g else h\n"}),
        (COMPREHENSIONS, {"mockserver/kinds.py": "a = [[b for b in c] for c in d]\n"}),
        (CLASS_NAMES, {"mockserver/a.py": "class B: ...\n", "contracts/c.py": "class D: ...\n"}),
        (FILE_NAMES, {"mockserver/__init__.py": CALM, "mockserver/model/__init__.py": CALM}),
        (FILE_NAMES, {"mockserver/errors.py": CALM, "contracts/errors.py": CALM}),
        (NOUNS, {"mockserver/kinds.py": CALM}),
    ],
)
def test_what_holds_a_rule_is_not_told(rule: Rule, sources: dict[str, str]) -> None:
    assert not complaints(rule, [module(source, path) for path, source in sources.items()], {})


def test_an_exception_may_not_become_worse() -> None:
    dense = module(DENSE)
    listed = {dense.path: dense.density - 1}
    assert "when the rule came" in complaints(DENSITY, [dense], listed)[0]


def test_an_exception_that_stayed_is_let_pass() -> None:
    dense = module(DENSE)
    assert not complaints(DENSITY, [dense], {dense.path: dense.density})


def test_an_exception_that_became_better_is_to_be_lowered() -> None:
    dense = module(DENSE)
    listed = {dense.path: dense.density + 1}
    assert "lower its" in complaints(DENSITY, [dense], listed)[0]


@pytest.mark.parametrize("modules", [[module(CALM)], []], ids=["mended", "moved away"])
def test_an_exception_that_holds_the_rule_is_to_be_taken_off(modules: list[Module]) -> None:
    listed = {"mockserver/model/purpose/kinds.py": 9.0}
    assert "take it off" in complaints(DENSITY, modules, listed)[0]


def test_shrinking_takes_off_and_lowers_but_never_adds_or_raises() -> None:
    modules = [module(DENSE, f"mockserver/{name}.py") for name in ("better", "worse", "new")]
    listed = {"mockserver/better.py": 99.0, "mockserver/worse.py": 9.0, "mockserver/gone.py": 9.0}
    assert shrunk(DENSITY, modules, listed) == {
        "mockserver/better.py": modules[0].density,
        "mockserver/worse.py": 9.0,
    }


def test_written_exceptions_are_read_as_they_were(tmp_path: Path) -> None:
    exceptions = {rule.name: {"mockserver/*/a.py": 2} for rule in RULES}
    write_exceptions(exceptions, tmp_path / "exceptions.toml")
    assert read_exceptions(tmp_path / "exceptions.toml") == exceptions


def test_blank_lines_and_comments_are_no_code_lines() -> None:
    assert module("# why\n\na = 1  # one\n").code_lines == 1


def test_decisions_are_functions_and_their_branches() -> None:
    source = "def f(a):\n    if a and a.b:\n        return [c for c in a if c]\n    return a or 1\n"
    assert module(source).decisions == 6


@pytest.mark.parametrize("name", ["shown", "rules_told", "beside", "mended", "mending"])
def test_participles_and_prepositions_are_no_nouns(name: str) -> None:
    assert not is_noun(name)


@pytest.mark.parametrize("name", ["kinds", "encoding", "described", "from_3_1", "seed"])
def test_names_of_things_are_nouns(name: str) -> None:
    assert is_noun(name)


def test_trips_are_followed_to_their_answers() -> None:
    trips = bookshop_trips()
    assert [trip.status for trip in trips] == [200, 200, 201, 400, 404]
    assert all(trip.calls > trip.module_switches > trip.room_switches > 0 for trip in trips)


def test_resolved_schemas_are_counted() -> None:
    counted = resolutions("bookshop")
    assert counted.calls >= counted.distinct > 0
