"""`understudy init`: write a configuration to start with for the documents of a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from mockserver.cli.configuration import OWN_FILE
from mockserver.cli.configuration_schema import configuration_schema
from mockserver.cli.files import write_file
from mockserver.errors import SettingsError

DEEPEST = 3
"""Folders below this one that are looked into."""
MOST_FILES = 5000
"""Files that are looked at."""
BEGINNING = 4096
"""Characters of a file that are looked at."""
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_LEFT_OUT = frozenset({"node_modules", "vendor", "dist", "build", "target"})
_DOCUMENT = re.compile(r"""^\s*\{?\s*["']?(openapi|swagger)["']?\s*:\s*["']?[23]\.""", re.MULTILINE)


@click.command()
@click.option("--force", is_flag=True, help=f"Replace an {OWN_FILE} that is there.")
@click.option(
    "--schema", is_flag=True, help=f"Print the JSON Schema of {OWN_FILE}, and write nothing."
)
def init(force: bool, schema: bool) -> None:
    """Write a configuration file for the API documents of this folder."""
    if schema:
        click.echo(json.dumps(configuration_schema(), indent=2))
        return
    target = Path(OWN_FILE)
    if target.exists() and not force:
        raise SettingsError(f"{OWN_FILE} is there already: edit it, or say --force to replace it")
    documents = sorted(documents_below(Path()))
    write_file(target, configuration_for(documents))
    for document in documents:
        click.echo(f"found {document}")
    if not documents:
        click.echo("no OpenAPI document was found here: name yours in the line `apis`")
    click.echo(f"wrote {OWN_FILE}; next: understudy mock")


def documents_below(folder: Path) -> Iterator[str]:
    """Yield the OpenAPI documents of a folder and those below it, by their paths."""
    for file in islice(_files(folder, DEEPEST), MOST_FILES):
        if file.suffix in _SUFFIXES and _is_document(file):
            yield file.as_posix()


def configuration_for(documents: list[str]) -> str:
    """Return the text of a configuration for some documents."""
    listed = documents or ["openapi.yaml"]
    return f"""\
# Configuration of Understudy. `understudy mock --show-config` shows all options, and where each
# value comes from; the command line and UNDERSTUDY_MOCK_... variables win over this file.
apis = {json.dumps(listed)}

[mock]
port = 4010
# auth = ["known"]                 # known, any, off, SCHEME=VALUE or users=NAME:PASSWORD
# fixtures = "default"             # initial records: a fixture, a file, or "none"
# populate = 20                    # generate records until each collection has so many
# store = "sqlite:///state.db"     # keep the state
"""


def _files(folder: Path, depth: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        is_left_out = path.name.startswith(".") or path.name in _LEFT_OUT
        if is_left_out or path.is_symlink():
            continue
        if path.is_file():
            yield path
        elif path.is_dir() and depth:
            yield from _files(path, depth - 1)


def _is_document(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8") as opened:
            beginning = opened.read(BEGINNING)
    except (OSError, UnicodeDecodeError):
        return False
    return _DOCUMENT.search(beginning) is not None
