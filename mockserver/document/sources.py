"""A `sources.yaml` and the files that it lists in, the OpenAPI fragments in them out."""

from __future__ import annotations

import os.path
import re
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import REFERENCES, Shape, Walk
from mockserver.document.library import Library
from mockserver.document.lines import line_numbers
from mockserver.document.markdown import Fence, fences
from mockserver.document.pointers import MISSING, Place, Trail, split, step
from mockserver.document.reach import is_url
from mockserver.document.reader import read_text
from mockserver.errors import DocumentError
from mockserver.slots import dataclass

_LANGUAGES = frozenset({"json", "yaml", "yml", "openapi"})
_LOOKS_LIKE_ONE = re.compile(
    r"""^[\s{]*["']?(openapi|swagger)["']?\s*:|[{,]\s*["'](openapi|swagger)["']\s*:""", re.M
)
_PAGES = (".md", ".markdown", ".mdx")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of an API's description: an OpenAPI object with the text and place it was read
    from.
    """

    source: str
    first_line: int
    text: str = field(repr=False)
    value: dict[str, Any] = field(repr=False)

    def line(self, pointer: str) -> int:
        """Tell the line in `source` on which a pointer stands, or its deepest part that is
        there.
        """
        return self.first_line - 1 + line_numbers(self.text, [pointer])[pointer]

    def holds(self, pointer: str) -> bool:
        """Tell whether the fragment has something at that pointer."""
        value: Any = self.value
        for token in split(pointer):
            value = step(value, token)
        return value is not MISSING


@dataclass(frozen=True, slots=True)
class Listing:
    """What a `sources.yaml` lists, with paths as the listing's folder sees them."""

    sources: tuple[str, ...]
    overlay: str | None


def read_listing(path: Path) -> Listing:
    """Read a `sources.yaml`; raises DocumentError for unknown words and missing lists."""
    library = Library()
    value = library.value(str(path))
    hint = (
        "write `sources: [page.md, part.yaml]` and, if parts need mending, `overlay: overlay.yaml`"
    )
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("sources"), list)
        or not value["sources"]
    ):
        raise DocumentError(str(path), "lists no sources", hint=hint)
    unknown = value.keys() - {"sources", "overlay"}
    if unknown:
        raise DocumentError(
            str(path), f"unknown word {min(unknown)!r}", pointer=f"/{min(unknown)}", hint=hint
        )
    overlay = value.get("overlay")
    if not all(isinstance(name, str) for name in [*value["sources"], overlay or ""]):
        raise DocumentError(str(path), "a source or overlay that is no file name", hint=hint)
    folder = path.parent
    sources = tuple(str(folder / name) for name in value["sources"])
    return Listing(sources, None if overlay is None else str(folder / overlay))


def gather(sources: tuple[str, ...], folder: Path) -> list[Fragment]:
    """Read the fragments of all sources; relative references in them are rewritten as seen from
    `folder`.

    Raises DocumentError for a source that is missing, cannot be read, or holds no fragment.
    """
    library = Library()
    found = []
    for source in sources:
        library.open(source)
        for fragment in fragments_of(source, library.text(source)):
            found.append(_rebased(fragment, folder))
    return found


def fragments_of(source: str, text: str) -> list[Fragment]:
    """Find the fragments in the text of a Markdown page or of an OpenAPI document."""
    if source.lower().endswith(_PAGES):
        found = [f for fence in fences(text) if (f := _fragment_of(fence, source)) is not None]
    else:
        value = read_text(text, source, [])
        found = [Fragment(source, 1, text, value)] if _is_openapi(value) else []
    if not found:
        hint = (
            "a fragment is an object with an `openapi` or `swagger` key; in a page, in a json or "
            "yaml fence"
        )
        raise DocumentError(source, "holds no OpenAPI fragment", hint=hint)
    return found


def _fragment_of(fence: Fence, source: str) -> Fragment | None:
    if fence.language not in _LANGUAGES:
        return None
    findings: list[Finding] = []
    try:
        value = read_text(fence.text, source, findings)
        if _is_openapi(value):
            _refuse(findings, source)
            return Fragment(source, fence.first_line, fence.text, value)
    except DocumentError as error:
        if _LOOKS_LIKE_ONE.search(fence.text):
            raise replace(error, line=fence.first_line - 1 + (error.line or 1)) from None
    return None


def _is_openapi(value: Any) -> bool:
    return isinstance(value, dict) and ("openapi" in value or "swagger" in value)


def _refuse(findings: list[Finding], source: str) -> None:
    """Refuse in a page what is tolerated in a document: the page belongs to us."""
    for finding in findings:
        raise DocumentError(
            source, finding.message, finding.line, finding.pointer, hint="mend the page"
        )


def _rebased(fragment: Fragment, folder: Path) -> Fragment:
    """Rewrite the relative file references of a fragment from another folder."""
    here = os.path.relpath(os.path.dirname(fragment.source) or ".", folder)
    if here == "." or is_url(fragment.source):
        return fragment

    def follow(value: dict[str, Any], _shape: Shape, _trail: Trail) -> dict[str, Any]:
        rebased = dict(value)
        for word in REFERENCES:
            reference = value.get(word)
            if isinstance(reference, str) and _is_relative(reference):
                path = os.path.normpath(os.path.join(here, reference))
                rebased[word] = Path(path).as_posix()
        return rebased

    walk = Walk({}, follow)
    value = walk.rebuild(fragment.value, Shape("one", "document"), Place(fragment.source, ""))
    return replace(fragment, value=value)


def _is_relative(reference: str) -> bool:
    """Tell a reference to a file as the one that it stands in sees it."""
    return not reference.startswith("#") and "://" not in reference
