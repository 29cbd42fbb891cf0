"""The location of an API's description in, one normalized OpenAPI document out."""

from __future__ import annotations

import os.path
import re
from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.document.build import LISTING, Composed, compose
from mockserver.document.contents import STDIN
from mockserver.document.findings import Finding
from mockserver.document.library import Library, path_of
from mockserver.document.merge import merge
from mockserver.document.normalize import normalize
from mockserver.document.pointers import Place
from mockserver.document.reach import is_url, read_reach
from mockserver.document.references import Resolved, resolve
from mockserver.document.sources import fragments_of
from mockserver.errors import DocumentError
from mockserver.slots import dataclass

_STEMS = ("openapi", "swagger")
_ENDINGS = (".yaml", ".yml", ".json")
_VERSION = re.compile(r"2\.0|3\.[012](\.\d+)?(-.+)?")
_RENAMED = (
    ("/components/schemas/", "/definitions/"),
    ("/components/securitySchemes/", "/securityDefinitions/"),
)
_HINT = "give an OpenAPI document of version 2.0, 3.0, 3.1 or 3.2, in JSON or YAML"


@dataclass(frozen=True, slots=True)
class _Locator:
    """Finds places of the normalized document in the sources that it was made from."""

    library: Library
    root: str
    origins: dict[str, Place]
    composed: Composed | None

    def locate(self, places: Sequence[Place]) -> list[tuple[str, int | None]]:
        """Tell file and line of places in sources."""
        lines = self.library.lines(set(places))
        if self.composed is None:
            return [(place.source, lines.get(place)) for place in places]
        composed, root = self.composed, self.root
        return [
            composed.locate(place.pointer)
            if place.source == root
            else (place.source, lines.get(place))
            for place in places
        ]

    def written(self) -> dict[str, Any]:
        """Return the root source, as it is where it refers to no other one."""
        value: dict[str, Any] = self.library.value(self.root)
        return resolve(self.root, self.library).document if _refers_outside(value) else value

    def trace(self, pointer: str) -> Place:
        """Tell the place in a source that a pointer into the normalized document came from."""
        if "swagger" in self.library.value(self.root):
            for new, old in _RENAMED:
                pointer = pointer.replace(new, old, 1) if pointer.startswith(new) else pointer
        parts = pointer.split("/")
        for length in (4, 3):
            origin = self.origins.get("/".join(parts[:length]))
            if origin is not None:
                rest = "".join(f"/{part}" for part in parts[length:])
                return self.library.trace(Place(origin.source, origin.pointer + rest))
        return self.library.trace(Place(self.root, pointer))


@dataclass(frozen=True, slots=True)
class Document:
    """One API's description in one dialect, whatever it was written in.

    `spec` is shaped as OpenAPI 3.0.3 with text keys: schemas keep local references to components,
    all else stands in its place. `version` is what the source declared; `warnings` are the mended
    and odd places.
    """

    name: str
    source: str
    spec: dict[str, Any] = field(repr=False)
    version: str = "3.0.3"
    warnings: tuple[Finding, ...] = field(default=(), repr=False)
    locator: _Locator | None = field(default=None, repr=False, compare=False)

    def written(self) -> dict[str, Any]:
        """Return the document as it was written, in its own version. What it takes from other files
        is put in, since one document is what readers of it can load.
        """
        return self.spec if self.locator is None else self.locator.written()

    def files(self) -> set[Path]:
        """Return the files that it was read from."""
        sources = {self.source}
        if self.locator is not None:
            sources |= self.locator.library.sources
        return {Path(source) for source in sources if "://" not in source and source != STDIN}

    def locate(self, pointer: str) -> tuple[str, int | None]:
        """Tell the file and line of a JSON pointer into `spec`, or of its deepest part that can be
        found.
        """
        return self.locate_all([pointer])[0]

    def trace(self, pointer: str) -> Place:
        """Tell the place in a source of a JSON pointer into `spec`: the same for what stands once
        there and is used at several places.
        """
        return Place(self.source, pointer) if self.locator is None else self.locator.trace(pointer)

    def locate_all(self, pointers: Sequence[str]) -> list[tuple[str, int | None]]:
        """Tell file and line of each pointer, for which every file is read through once."""
        if self.locator is None:
            return [(self.source, None)] * len(pointers)
        return self.locator.locate([self.locator.trace(each) for each in pointers])


def _refers_outside(value: Any) -> bool:
    """Tell whether a reference in a value leads to another source."""
    if isinstance(value, list):
        return any(map(_refers_outside, value))
    if not isinstance(value, dict):
        return False
    reference = value.get("$ref")
    leads_outside = isinstance(reference, str) and not reference.startswith("#")
    return leads_outside or any(map(_refers_outside, value.values()))


def load_document(
    location: str | Path,
    *,
    name: str | None = None,
    strict: bool = False,
    references: Sequence[str] = (),
) -> Document:
    """Load an API's description from a file (JSON, YAML, or a Markdown page), a folder or a URL
    (http, https or file).

    A folder holds `openapi.yaml` (or .yml, .json, or `swagger.*`), else a `sources.yaml`. Oddities
    are mended and listed as warnings; with `strict` they are errors. References lead to files below
    the folder of the document, or to its host, and to the further folders and hosts in
    `references`. Raises DocumentError for what cannot be used at all, SettingsError for
    `references` that are neither.
    """
    library = Library(read_reach(references))
    try:
        source, composed = _open(str(location), library)
        version = _version(library.value(source), source)
        return _load(source, composed, library, version, name or _name(str(location)), strict)
    except RecursionError:
        raise DocumentError(
            str(location), "is nested too deeply", hint="flatten it with references"
        ) from None


def _load(
    source: str, composed: Composed | None, library: Library, version: str, name: str, strict: bool
) -> Document:
    resolved = resolve(source, library)
    found: list[Finding] = []
    spec = normalize(resolved.document, name, found)
    locator = _Locator(library, source, resolved.origins, composed)
    warnings = _placed([*library.findings, *resolved.findings], found, locator)
    document = Document(name, source, spec, version, warnings, locator)
    if strict:
        _refuse(document, resolved)
    return document


def _open(location: str, library: Library) -> tuple[str, Composed | None]:
    """Find the root source and put it on the shelf if it is not a file as it is."""
    if is_url(location):
        library.open(location)
        return location, None
    path = os.path.normpath(path_of(location))
    if os.path.isdir(path):
        return _open_folder(Path(path), library)
    library.open(path)
    if path.lower().endswith((".md", ".markdown", ".mdx")):
        fragments = fragments_of(path, library.text(path))
        composed = Composed(path, merge(fragments), tuple(fragments))
        library.put(path, composed.value)
        return path, composed
    return path, None


def _open_folder(folder: Path, library: Library) -> tuple[str, Composed | None]:
    candidates = (folder / f"{stem}{ending}" for stem in _STEMS for ending in _ENDINGS)
    found = next((path for path in candidates if path.is_file()), None)
    if found is not None:
        library.open(str(found))
        return str(found), None
    if not (folder / LISTING).is_file():
        hint = f"put an openapi.yaml or a {LISTING} there, or give the path of a document"
        raise DocumentError(str(folder), "this folder holds no OpenAPI document", hint=hint)
    composed = compose(folder)
    library.put(composed.source, composed.value)
    return composed.source, composed


def _name(location: str) -> str:
    """Take the folder's name, or the stem of the file or URL."""
    is_remote = is_url(location)
    path = Path(urlsplit(location).path if is_remote else os.path.abspath(path_of(location)))
    if not is_remote and path.is_dir():
        return path.name
    is_generic = path.stem in _STEMS and path.parent.name
    return (path.parent.name if is_generic else path.stem) or "api"


def _version(value: Any, source: str) -> str:
    """Tell the version that a document declares; raises DocumentError if it is none of ours."""
    if not isinstance(value, dict):
        what = "is empty" if value is None else f"holds a {_NOUNS.get(type(value), 'single value')}"
        raise DocumentError(source, f"{what}, not an OpenAPI document", hint=_HINT)
    if "openapi" not in value and "swagger" not in value:
        message = "is no OpenAPI document: it has neither an openapi nor a swagger key"
        raise DocumentError(source, message, hint=_HINT)
    key = "swagger" if "swagger" in value else "openapi"
    version = str(value[key]).strip()
    if not _VERSION.fullmatch(version) or version.startswith("2") != (key == "swagger"):
        message = f"{key}: {version!r:.40} is no supported version"
        raise DocumentError(source, message, pointer=f"/{key}", hint=_HINT)
    return version


_NOUNS: dict[type, str] = {list: "list", str: "plain text"}


def _placed(early: list[Finding], late: list[Finding], locator: _Locator) -> tuple[Finding, ...]:
    """Add files and lines, and tell each finding once however often its part is used.

    Early findings know their place in a source, late ones a pointer into the result.
    """
    places = [Place(finding.source, finding.pointer) for finding in early]
    places += [locator.trace(finding.pointer) for finding in late]
    once: dict[tuple[Place, str], Finding] = {}
    for finding, place in zip([*early, *late], places, strict=True):
        once.setdefault((place, finding.message), finding)
    located = locator.locate([place for place, _ in once]) if once else []
    pairs = zip(once.values(), located, strict=True)
    return tuple(
        f if f.line else replace(f, source=source, line=line) for f, (source, line) in pairs
    )


def _refuse(document: Document, resolved: Resolved) -> None:
    """Raise the first fault of a document, of its findings or of the validator's."""
    faults = [finding for finding in document.warnings if finding.fault]
    if not faults:
        from mockserver.document.validate import (
            first_breach,
        )  # prance and its validators: only where asked for

        breach = first_breach(resolved.document)
        if breach is not None:
            source, line = document.locate(breach.pointer)
            faults = [replace(breach, source=source, line=line)]
    if faults:
        first, more = faults[0], f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        hint = "mend the document, or load it without strict"
        raise DocumentError(first.source, first.message + more, first.line, first.pointer, hint)
