"""The sources and the overlay of an API's folder in, the text of its `openapi.yaml` out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from mockserver.document.library import Library
from mockserver.document.merge import merge
from mockserver.document.pointers import MISSING, split, step
from mockserver.document.references import resolve
from mockserver.document.sources import Fragment, gather, read_listing
from mockserver.document.yaml_reader import plain
from mockserver.errors import DocumentError
from mockserver.slots import dataclass

LISTING = "sources.yaml"
_HEADER = (
    "# Built from sources.yaml by `understudy build`: change the sources or the overlay, then "
    "build again.\n"
)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True, slots=True)
class Composed:
    """A document made of fragments, and these, to tell where its parts come from."""

    source: str
    value: dict[str, Any]
    fragments: tuple[Fragment, ...]

    def locate(self, pointer: str) -> tuple[str, int | None]:
        """Tell the file and line of the deepest part of a pointer that stands in a fragment."""
        tokens = split(pointer)
        best = max(self.fragments, key=lambda fragment: _depth(fragment.value, tokens))
        if tokens and _depth(best.value, tokens) == 0:
            return self.source, None
        return best.source, best.line(pointer)


def _depth(value: Any, tokens: list[str]) -> int:
    for depth, token in enumerate(tokens):
        value = step(value, token)
        if value is MISSING:
            return depth
    return len(tokens)


def build_document(folder: Path) -> str:
    """Build the text of `openapi.yaml` from `sources.yaml`; the same sources give the same text.

    Raises DocumentError for sources that cannot be read or merged, an overlay that does not fit,
    and a result that is not valid OpenAPI.
    """
    from mockserver.document.validate import (
        first_breach,
    )  # prance and its validators: a mock never needs them

    composed = compose(folder)
    library = Library()
    library.put(composed.source, composed.value)
    resolved = resolve(composed.source, library)
    breach = next(iter(resolved.findings), None) or first_breach(resolved.document)
    if breach is not None:
        source, line = composed.locate(breach.pointer)
        hint = "mend the source, or add an overlay action that does"
        raise DocumentError(
            source, f"the built document is not valid: {breach.message}", line, breach.pointer, hint
        )
    return _HEADER + to_yaml(composed.value)


def compose(folder: Path) -> Composed:
    """Gather, merge and overlay the sources of a folder, without validating the result."""
    path = folder / LISTING
    listing = read_listing(path)
    fragments = gather(listing.sources, folder)
    value = merge(fragments)
    if listing.overlay is not None:
        from mockserver.document.overlay import overlay, read_actions  # JSONPath: likewise

        library = Library()
        actions = read_actions(
            library.value(listing.overlay), listing.overlay, library.text(listing.overlay)
        )
        value = overlay(value, actions)
    return Composed(str(path), value, tuple(fragments))


class _Dumper(_DUMPER):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, text: str) -> Any:
    """Write long texts as blocks, and quote what our reader would not read back as text."""
    style = "|" if "\n" in text else None if isinstance(plain(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(value: dict[str, Any]) -> str:
    """Write a document as YAML in block style without aliases, keys in their order."""
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=110,
        default_flow_style=False,
    )
    return text
