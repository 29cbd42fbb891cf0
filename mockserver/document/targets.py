"""A reference and where it stands in, the place and value that it means out."""

from __future__ import annotations

from typing import Any

from mockserver.document.library import Library
from mockserver.document.pointers import MISSING, Place, Trail, escape, join, place_of, split, step
from mockserver.errors import DocumentError

_CHAIN = 50  # references in a row; more are a circle
_EMBEDDED = ("#/$defs/", "#/definitions/")


class Targets:
    """Finds what references mean, across the sources of a library, and remembers it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[tuple[str, str, str], tuple[Place, Any]] = {}

    def find(self, start: Place, reference: str) -> tuple[Place, Any]:
        """Tell the place and value of a reference that stands in the schema or document at `start`.

        Raises DocumentError if there is none, or if its source cannot be read.
        """
        key = (start.source, reference, start.pointer if reference.startswith(_EMBEDDED) else "")
        if key not in self._known:
            self._known[key] = self._search(start, reference)
        return self._known[key]

    def text(self, start: Place, reference: str) -> str:
        """Return the text of a file that stands for a description."""
        source, _ = self._library.target(start.source, reference)
        return self._library.text(source)

    def at(self, place: Place) -> Any:
        """Return the value at a place; MISSING if there is none."""
        value = self._library.value(place.source)
        for token in split(place.pointer):
            value = step(value, token)
        return value

    def chase(self, place: Place, value: Any, *, stay: bool = False) -> tuple[Place, Any]:
        """Follow a value that is nothing but a reference; `stay`: only as far as it leads to other
        files.
        """
        for _ in range(_CHAIN):
            reference = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
            if not isinstance(reference, str) or (stay and reference.startswith("#")):
                return place, value
            source, tokens = self._library.target(place.source, reference)
            place, value = self._descend(Place(source, ""), tokens)
            if value is MISSING:
                raise _dangling(place.source, reference)
        raise DocumentError(place.source, "references lead in a circle", pointer=place.pointer)

    def _search(self, start: Place, reference: str) -> tuple[Place, Any]:
        source, tokens = self._library.target(start.source, reference)
        anchor = reference.partition("#")[2]
        if anchor and not anchor.startswith("/"):
            return self._anchored(source, anchor)
        place, value = self._descend(Place(source, ""), tokens)
        if value is MISSING and reference.startswith(_EMBEDDED):
            place, value = self._descend(
                start, tokens
            )  # as if the schema were a document of its own
        if value is MISSING:
            raise _dangling(start.source, reference)
        return self.chase(place, value, stay=True)

    def _descend(self, place: Place, tokens: list[str]) -> tuple[Place, Any]:
        """Walk down from a place, through references that stand in the way."""
        value = self.at(place)
        for token in tokens:
            below = step(value, token)
            if below is MISSING:
                place, value = self.chase(place, value)
                below = step(value, token)
            place, value = Place(place.source, f"{place.pointer}/{escape(token)}"), below
        return place, value

    def _anchored(self, source: str, anchor: str) -> tuple[Place, Any]:
        """Find the schema with a `$anchor` (JSON Schema 2020-12, section 8.2.2)."""
        stack: list[tuple[Trail, Any]] = [(Place(source, ""), self._library.value(source))]
        while stack:
            trail, value = stack.pop()
            if isinstance(value, dict) and anchor in (
                value.get("$anchor"),
                value.get("$dynamicAnchor"),
            ):
                return place_of(trail), value
            if isinstance(value, dict):
                stack.extend(((trail, key), below) for key, below in value.items())
            elif isinstance(value, list):
                stack.extend(((trail, str(index)), below) for index, below in enumerate(value))
        raise _dangling(source, f"#{anchor}")


def section(targets: Targets, root: str, home: tuple[str, ...]) -> tuple[Place, dict[str, Any]]:
    """Find a section of a document, which may itself stand in another file; an empty one if there
    is none.

    Raises DocumentError if it cannot be read.
    """
    place = Place(root, "")
    value = targets.at(place)
    for token in home:
        place, value = targets.chase(place, value)
        place, value = Place(place.source, place.pointer + join([token])), step(value, token)
    place, value = targets.chase(place, value)
    return place, value if isinstance(value, dict) else {}


def _dangling(source: str, reference: str) -> DocumentError:
    return DocumentError(source, f"the reference {reference} leads nowhere", hint="add its target")
