"""Command lines of `understudy` that files tell, read as the command would read them: words in,
what click makes of them out. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

from mockserver.cli import commands
from tests.conftest import ROOT


def parsed(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the name of the command and its parameters. Raises click.ClickException where the
    command would refuse the words.
    """
    name, *rest = words
    command = commands.load(name)
    if command is None:
        raise click.UsageError(f"there is no command {name!r}")
    with command.make_context(name, list(rest)) as context:
        return name, dict(context.params)


@cache
def variables() -> frozenset[str]:
    """Return the names of all environment variables that options are taken from."""
    found = set()
    for name in commands.names():
        command = commands.load(name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter.envvar, str):
                found.add(parameter.envvar)
    return frozenset(found)


def named_variables(text: str) -> set[str]:
    """Return the variables of ours that a text names."""
    return set(re.findall(r"\bUNDERSTUDY_[A-Z_]+\b", text))


def documents(path: Path) -> Iterator[Any]:
    """Yield the documents of a YAML file of the repository."""
    yield from yaml.safe_load_all(text_of(path))


def text_of(path: Path) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text("utf-8")
