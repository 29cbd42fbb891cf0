"""A Markdown page in, its code fences out: language, text and the line on which the text begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.slots import dataclass

_OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<mark>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced code block (CommonMark 0.31.2, section 4.5); `first_line` counts from 1 in the
    page.
    """

    language: str
    first_line: int
    text: str


def fences(page: str) -> Iterator[Fence]:
    """Yield the fences of a page in their order; one that is never closed runs to the end."""
    lines = enumerate(page.splitlines(), start=1)
    for number, line in lines:
        opening = _OPENING.match(line)
        if opening is None or ("`" in opening["mark"] and "`" in line[opening.end() :]):
            continue
        body = []
        for _, inner in lines:
            if _closes(inner, opening["mark"]):
                break
            body.append(inner.removeprefix(opening["indent"]))
        yield Fence(opening["language"].lower(), number + 1, "\n".join(body))


def _closes(line: str, mark: str) -> bool:
    text = line.strip()
    return len(text) >= len(mark) and set(text) == {mark[0]}
