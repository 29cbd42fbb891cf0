"""The lines on which JSON pointers stand in a YAML or JSON text, found in one pass when somebody
asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from mockserver.document.pointers import split
from mockserver.document.yaml_reader import LOADER
from mockserver.document.yaml_text import YamlText, marked

Path = tuple[str, ...]


def line_numbers(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """Find the line (from 1) of each pointer, or of its deepest part that is there.

    A text that is not well-formed gives the lines found until the first error.
    """
    paths = {pointer: tuple(split(pointer)) for pointer in pointers}
    wanted: set[Path] = set()
    for path in paths.values():
        wanted |= {path[:length] for length in range(len(path) + 1)}
    whole = marked(text)
    search = _searched(whole, wanted)
    if search.is_cut_short:
        search = _searched(whole.readable(), wanted)
    return {pointer: search.nearest(path) for pointer, path in paths.items()}


def _searched(text: YamlText, wanted: set[Path]) -> _Search:
    search = _Search(text, wanted)
    try:
        for event in yaml.parse(text.text, Loader=LOADER):
            search.take(event)
    except yaml.YAMLError:
        search.is_cut_short = True
    return search


class _Search:
    def __init__(self, text: YamlText, wanted: set[Path]) -> None:
        self._text = text
        self._wanted = wanted
        self.is_cut_short = False
        self._lines: dict[Path, int] = {}
        self._frames: list[_Frame] = []

    def nearest(self, path: Path) -> int:
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._frames.pop()
        elif kind is yaml.ScalarEvent or kind is yaml.AliasEvent:
            self._enter(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            path = self._enter(event)
            self._frames.append(_Frame(path, kind is yaml.MappingStartEvent))

    def _enter(self, event: Any) -> Path | None:
        """Note a value's or a key's line; returns the path of the value, None if nobody asks for
        it.
        """
        if not self._frames:
            return self._note((), event)
        frame = self._frames[-1]
        if not frame.is_map:
            frame.index += 1
            return (
                None if frame.path is None else self._note((*frame.path, str(frame.index)), event)
            )
        if frame.key is None:
            frame.key = self._text.restored(getattr(event, "value", ""))
            if frame.path is not None:
                self._note((*frame.path, frame.key), event)
            return None
        path = None if frame.path is None else (*frame.path, frame.key)
        frame.key = None
        return path if path in self._wanted else None

    def _note(self, path: Path, event: Any) -> Path | None:
        if path not in self._wanted:
            return None
        self._lines[path] = event.start_mark.line + 1
        return path


class _Frame:
    __slots__ = ("index", "is_map", "key", "path")

    def __init__(self, path: Path | None, is_map: bool) -> None:
        self.path, self.is_map = path, is_map
        self.index = -1
        self.key: str | None = None
