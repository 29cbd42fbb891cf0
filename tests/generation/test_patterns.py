"""A text for a pattern matches it and is as long as is asked for, also where chance alone would miss
that.
"""

from __future__ import annotations

import re
import subprocess
import sys
from random import Random
from time import perf_counter

import pytest

from mockserver.generation.patterns import text_for

ADDRESS = r"^([a-zA-Z0-9_.-]+)+@([a-z]+[.])+[a-z]{2,}$"


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [
        ("^[a-z]+$", 500, 9999),
        ("^[a-z]+$", 40_000, 99_999),
        ("^a{200}$", 0, 999),
        (ADDRESS, 50, 60),
        (r"^(ab|c)(\d{2,4}-)*z$", 33, 33),
        ("^(foo|[a-z]{30})$", 10, 40),
        (r"^(\w)\1{40}$", 0, 99),
        (r"^(?=.*\d)(?=.*[a-z])[a-z\d]{8,}$", 20, 30),
        ("^(?=.{5,10}$)[a-z]+$", 0, 99),
        (r"^[\s\S]+$", 500, 600),
        ("^x[^y]*$", 300, 300),
        ("^.+?z$", 150, 200),
        ("[0-9]{3}", 10, 12),
        ("^(a{0,100}){0,100}(a{0,100}){0,100}$", 3, 99_999),
    ],
)
def test_a_text_has_a_length_that_is_asked_for(pattern: str, shortest: int, longest: int) -> None:
    for seed in range(3):
        text = text_for(pattern, Random(seed), shortest, longest)
        assert shortest <= len(text) <= longest
        assert re.search(pattern, text)
        assert text.isprintable()


@pytest.mark.parametrize(
    ("pattern", "shortest"),
    [
        ("^((a{200}){200}){100}$", 0),
        ("^((a{0,90}){0,90}){0,90}b{9}c{9}$", 5000),
        ("((((((((((x{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})", 0),
        (r"^(?!a)(a|a)*(a|a)*\1b\2$", 40),
        ("(" * 5000 + ")" * 5000, 3),
        ("^a$", 3),
        ("^(?=.*x)([a-z]+)+y$", 30),
    ],
)
def test_a_pattern_that_takes_too_long_gives_some_text_soon(pattern: str, shortest: int) -> None:
    start = perf_counter()
    assert isinstance(text_for(pattern, Random(1), shortest, 9999), str)
    assert perf_counter() - start < 5


def test_what_chance_finds_in_length_is_written_freely() -> None:
    assert text_for("^[a-z]{3}$", Random(4)) == text_for("^[a-z]{3}$", Random(4), 3, 3)


def test_a_class_of_all_but_some_letters_is_the_same_in_each_process() -> None:
    code = (
        "from random import Random\n"
        "from mockserver.generation.patterns import text_for\n"
        "print(ascii(text_for('^[^a-c]{20}$', Random(1))))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (1, 2)
    }
    assert len(texts) == 1
