"""The examples of a page, as a reader would follow them from top to bottom.

A page is read block by block, in a folder of its own that begins with the files of
`.docs/pages/examples/`. What a block is told to be stands in a comment right before it, which no reader
sees:

    <!-- test: serve -->        runs until the page ends; later blocks reach it
    <!-- test: pytest -->       a test file, which passes
    <!-- test: exit 1 -->       a command that ends so
    <!-- test: skip WHY -->     is not run

A block with a title is a file. Without a comment, `python` runs, and of `console` each `$ ` line
runs and prints what follows it, where `...` stands for anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(
    r"^(?:(?P<inset> *)<!-- test: (?P<told>.*?) -->\n+)?"
    r"(?P<fence> *```)(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<code>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_STEP = re.compile(r"^\$ (?P<command>.*(?:\\\n.*)*)\n(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: what it is told to be, its language, the file that it is, and its text."""

    told: str
    language: str
    title: str
    code: str

    def steps(self) -> Iterator[tuple[str, str]]:
        """Yield the commands of a console, each with what it prints."""
        for match in _STEP.finditer(self.code):
            yield match["command"].replace("\\\n", " "), match["shown"]


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page in their order."""
    for match in _BLOCK.finditer(page):
        indent = match["fence"].removesuffix("```")
        code = re.sub(rf"^{indent}", "", match["code"], flags=re.MULTILINE)
        yield Block(match["told"] or "", match["language"], match["title"] or "", code)


def fits(printed: str, shown: str) -> bool:
    """Tell whether what was printed is what is shown, where `...` stands for anything."""
    pattern = ".*".join(map(re.escape, shown.strip().split("...")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None
