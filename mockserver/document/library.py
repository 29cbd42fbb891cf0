"""The files and URLs of one description, each read once and kept for later questions about
places.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urljoin

from mockserver.document.contents import LARGEST_BYTES, read_any, read_regular
from mockserver.document.findings import Finding
from mockserver.document.lines import line_numbers
from mockserver.document.pointers import MISSING, Place, join, split, split_fragment, step
from mockserver.document.reach import ALLOW_HOST, NOTHING, Reach, is_url
from mockserver.document.reader import decode, read_text
from mockserver.errors import DocumentError

_FOLLOWED = 50  # references in a row; more are a circle


def path_of(location: str) -> str:
    """Return the path that a file URL (RFC 8089) means; anything else is a path as it is."""
    scheme, _, rest = location.partition(":")
    if scheme.lower() != "file":
        return location
    from urllib.request import url2pathname  # with an HTTP client

    if not rest.startswith("//"):
        return url2pathname(rest)
    path = rest.removeprefix("//")
    host = path.partition("/")[0]
    if host.lower() == "localhost":
        path = path[len(host) :]
    return url2pathname(path)


def _anywhere(_url: str) -> bool:
    """Admit every URL."""
    return True


def _downloaded(url: str, most: int, admits: Callable[[str], bool]) -> bytes:
    from mockserver.document.download import fetch  # imports an HTTP client

    return fetch(url, most, admits)


class Library:
    """Reads sources on demand: what `open` is told, and what references within reach lead to."""

    def __init__(self, reach: Reach = NOTHING) -> None:
        self.findings: list[Finding] = []
        self._reach = reach
        self._left_bytes = LARGEST_BYTES
        self._texts: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def open(self, source: str) -> None:
        """Take a file or URL as what was asked for: it may be a pipe, or answer from another host,
        and what lies beside it is within reach.

        Raises DocumentError if it cannot be had.
        """
        most = self._left_bytes
        reach = self._reach
        if is_url(source):
            reach = reach.with_host_of(source)
            content = _downloaded(source, most, _anywhere)
        else:
            content = read_any(source, most)
            folder = os.path.dirname(source)
            if os.path.isfile(source):  # a pipe has no neighbors
                reach = reach.with_folder(folder)
        self._reach = reach
        self._keep(source, content)

    def put(self, source: str, value: Any) -> None:
        """Shelve a document that was composed, so that it has no text with lines."""
        folder = os.path.dirname(source)
        self._reach = self._reach.with_folder(folder)
        self._values[source] = value

    def text(self, source: str) -> str:
        """Return the text of a source; raises DocumentError if it cannot be had."""
        if source in self._texts:
            return self._texts[source]
        if is_url(source):
            content = _downloaded(source, self._left_bytes, self._reach.admits)
        else:
            content = read_regular(source, self._left_bytes)
        self._keep(source, content)
        return self._texts[source]

    def _keep(self, source: str, content: bytes) -> None:
        self._left_bytes -= len(content)
        self._texts[source] = decode(content, source)

    @property
    def sources(self) -> set[str]:
        """The files and URLs that were read."""
        return {*self._texts, *self._values}

    def mentions(self, source: str, words: Iterable[str]) -> bool:
        """Tell whether one of some words may stand in a source; a composed one may hold any."""
        text = self._texts.get(source)
        if text is None:
            return True
        return any(word in text for word in words)

    def value(self, source: str) -> Any:
        """Return the value of a source; raises DocumentError if it cannot be had or read."""
        if source not in self._values:
            text = self.text(source)
            self._values[source] = read_text(text, source, self.findings)
        return self._values[source]

    def target(self, source: str, reference: str) -> tuple[str, list[str]]:
        """Tell which source and which tokens in it a reference in `source` means.

        Raises DocumentError for one that is out of reach.
        """
        address, _, fragment = reference.partition("#")
        if not address:
            return source, split_fragment(fragment)
        try:
            target = _joined(source, address)
            is_admitted = self._reach.admits(target)
        except ValueError:
            message = f"the reference {reference!r} is no URL"
            raise DocumentError(source, message, hint="mend the reference") from None
        is_known = target in self._texts or target in self._values
        if not is_known and not is_admitted:
            raise _out_of_reach(source, target)
        return target, split_fragment(fragment)

    def trace(self, place: Place) -> Place:
        """Follow a pointer through the references on its way, as deep as it goes.

        Never raises: a pointer into a normalized document need not be in the original.
        """
        source = place.source
        left = split(place.pointer)
        done: list[str] = []
        for _ in range(_FOLLOWED):
            done, value = _descend(self._values.get(source, MISSING), left)
            left = left[len(done) :]
            reference = value.get("$ref") if isinstance(value, dict) and left else None
            if not isinstance(reference, str):
                break
            try:
                source, start = self.target(source, reference)
            except DocumentError:
                break
            left = start + left
        return Place(source, join(done))

    def lines(self, places: set[Place]) -> dict[Place, int]:
        """Find the lines (from 1) on which places stand."""
        found: dict[Place, int] = {}
        pointers: dict[str, list[str]] = {}
        for place in places:
            pointers.setdefault(place.source, []).append(place.pointer)
        for source in pointers:
            if source not in self._texts:
                continue
            numbers = line_numbers(self._texts[source], pointers[source])
            for pointer, line in numbers.items():
                found[Place(source, pointer)] = line
        return found


def _file_of(address: str) -> str:
    """Return the path of a reference, which is percent-encoded as any URL is."""
    path = path_of(address)
    return unquote(path) if path == address else path


def _descend(value: Any, tokens: list[str]) -> tuple[list[str], Any]:
    """Go down as far as there is something; return the tokens of the way, and what is there."""
    done = []
    for token in tokens:
        below = step(value, token)
        if below is MISSING:
            break
        value = below
        done.append(token)
    return done, value


def _joined(source: str, address: str) -> str:
    """Return the path or URL that an address in a source means; raises ValueError for no URL."""
    if is_url(source):
        return urljoin(source, address)
    if is_url(address):
        return address
    folder = os.path.dirname(source)
    return os.path.normpath(os.path.join(folder, _file_of(address)))


def _out_of_reach(source: str, target: str) -> DocumentError:
    if is_url(target):
        message = f"the remote reference {target} was not fetched"
        hint = ALLOW_HOST
    else:
        message = f"the reference {target} leads out of the folder of the document"
        hint = "keep a copy beside the document, or allow its folder by --allow-references FOLDER"
    return DocumentError(source, message, hint=hint)
