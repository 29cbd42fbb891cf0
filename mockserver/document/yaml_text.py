"""YAML that libyaml refuses though others read it in, the same in words that libyaml knows out.

libyaml speaks YAML 1.1 and is strict about tabs. In

    description: |
      →curl https://example.com
    →
    paths: {}

(the arrows are tabs) the text begins with a tab behind its indentation and the third line is
blank, as YAML 1.2.2 has it (sections 8.1.1.1 and 6.4); libyaml refuses both. A tab that is text
becomes a mark, which `restored` turns back; a blank line becomes an empty one. So do line
separators of Unicode, which are text since YAML 1.2 (section 5.4), and the byte order marks of
files that were put one behind the other and directives that nobody knows are taken out. No line is
added or taken away, so that the places of errors stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockserver.slots import dataclass

_MARKED = ("\t", "\x85", "\u2028", "\u2029")
_BREAK = re.compile("[\x85\u2028\u2029]")
_NONCHARACTERS = range(0xFDD0, 0xFDF0)
"""Code points that no text should hold (Unicode 15, section 23.7): of them the marks are chosen."""

_DIRECTIVE = re.compile(r"%[^\n]*")
_DASHES = re.compile(r"(?:-[ \t]+)+")
_HEADER = re.compile(
    r"(?:^|[:?-][ \t]+|^---[ \t]+)"
    r"(?:[!&]\S*[ \t]+)*"
    r"[|>](?P<hint>[-+1-9]{0,2})[ \t]*(?:[ \t]#.*)?$"
)
"""The end of a line that begins a block scalar, with its tag and anchor."""


@dataclass(frozen=True, slots=True)
class YamlText:
    """A text as libyaml is to read it, and the marks in it by what they stand for."""

    text: str
    marks: Mapping[str, str]

    def restored(self, scalar: str) -> str:
        """Turn the marks in a scalar back."""
        if scalar.isascii():
            return scalar
        for original, mark in self.marks.items():
            scalar = scalar.replace(mark, original)
        return scalar

    def readable(self) -> YamlText:
        """Rewrite what libyaml alone refuses."""
        lines = self.text.replace("\ufeff", "").split("\n")
        reader = _LineReader(self.marks.get("\t", "\t"))
        rewritten = [reader.read(line) for line in lines]
        return YamlText("\n".join(rewritten), self.marks)


def marked(text: str) -> YamlText:
    """Mark what libyaml takes for the end of a line and YAML 1.2 for text."""
    characters = map(chr, _NONCHARACTERS)
    free = (mark for mark in characters if mark not in text)
    marks = dict(zip(_MARKED, free, strict=False))
    if _BREAK.search(text):
        for original in _MARKED[1:]:
            text = text.replace(original, marks.get(original, original))
    return YamlText(text, marks)


@dataclass(slots=True)
class _LineReader:
    """Reads line by line, and knows whether a line is text of a block scalar.

    `outside` is how far the line is indented that began the block scalar, `indent` how far its
    text is: None where there is no block scalar, or no line of text in it yet. `tab` marks a tab
    that is text.
    """

    tab: str
    is_head: bool = True
    outside: int | None = None
    indent: int | None = None

    def read(self, line: str) -> str:
        """Return a line as libyaml reads it."""
        end = "\r" if line.endswith("\r") else ""
        line = line.removesuffix("\r")
        if self.outside is not None:
            text = self._text(line, self.outside)
            if text is not None:
                return text + end
        return self._structure(line) + end

    def _text(self, line: str, outside: int) -> str | None:
        """Return a line of a block scalar; None for one that is beyond its end."""
        spaces = _leading_spaces(line)
        is_deep = self.indent is not None and spaces >= self.indent
        if is_deep:
            return line
        if not line.strip(" \t"):
            return line if "\t" not in line else ""
        if self.indent is None and spaces > outside:
            self.indent = spaces
            text = line[spaces:]
            tabs = len(text) - len(text.lstrip("\t"))
            return " " * spaces + self.tab * tabs + text[tabs:]
        self.outside = None
        return None

    def _structure(self, line: str) -> str:
        """Return a line that is no text of a block scalar."""
        if self.is_head and line.startswith("%"):
            return _DIRECTIVE.sub("", line)
        bare = line.strip(" \t")
        if "\t" in line and (not bare or bare.startswith("#")):
            return bare
        spaces = _leading_spaces(line)
        dashes = _DASHES.match(line, spaces)
        if dashes is not None:
            line = line[:spaces] + dashes[0].replace("\t", " ") + line[dashes.end() :]
        header = _HEADER.search(line)
        if header is not None:
            self._begin(line, spaces, header["hint"])
        self.is_head = self.is_head and (not bare or bare.startswith("#"))
        return line

    def _begin(self, line: str, spaces: int, hint: str) -> None:
        self.outside = -1 if line.startswith("---") else spaces
        dashes = _DASHES.match(line, spaces)
        inner = dashes.end() if dashes is not None and ":" in line else spaces
        digits = hint.strip("+-")
        self.indent = inner + int(digits) if digits else None


def _leading_spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
