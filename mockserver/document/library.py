"""The files and URLs of one description, each read once and kept for later questions about
places.
"""

from __future__ import annotations

import os.path
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

from mockserver.document.findings import Finding
from mockserver.document.lines import line_numbers
from mockserver.document.pointers import MISSING, Place, join, split, split_fragment, step
from mockserver.document.reader import decode, read_text
from mockserver.errors import DocumentError, reason_of

TIMEOUT_S = 15
STDIN = "<stdin>"
"""The source that is read from the standard input."""
_FOLLOWED = 50  # references in a row; more are a circle


def is_url(location: str) -> bool:
    """Tell an http(s) URL from a path."""
    return location.lower().startswith(("http://", "https://"))


def path_of(location: str) -> str:
    """Return the path that a file URL (RFC 8089) means; anything else is a path as it is."""
    scheme, _, rest = location.partition(":")
    if scheme.lower() != "file":
        return location
    host, slash, path = rest.removeprefix("//").partition("/")
    if not rest.startswith("//"):
        return url2pathname(rest)
    is_here = host.lower() in ("", "localhost")
    return url2pathname(slash + path if is_here else host + slash + path)


class Library:
    """Reads sources on demand.

    `remote` tells whether references to other hosts are fetched; those to the host that the
    document itself came from always are.
    """

    def __init__(self, *, remote: bool = False) -> None:
        self.findings: list[Finding] = []
        self._remote = remote
        self._texts: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def put(self, source: str, value: Any) -> None:
        """Shelve a document that was composed, so that it has no text with lines."""
        self._values[source] = value

    def text(self, source: str) -> str:
        """Return the text of a source; raises DocumentError if it cannot be had."""
        if source not in self._texts:
            content = _fetch(source) if is_url(source) else _read(source)
            self._texts[source] = decode(content, source)
        return self._texts[source]

    def mentions(self, source: str, words: Iterable[str]) -> bool:
        """Tell whether one of some words may stand in a source; a composed one may hold any."""
        text = self._texts.get(source)
        return text is None or any(word in text for word in words)

    def value(self, source: str) -> Any:
        """Return the value of a source; raises DocumentError if it cannot be had or read."""
        if source not in self._values:
            self._values[source] = read_text(self.text(source), source, self.findings)
        return self._values[source]

    def target(self, source: str, reference: str) -> tuple[str, list[str]]:
        """Tell which source and which tokens in it a reference in `source` means.

        Raises DocumentError for one that may not be fetched.
        """
        address, _, fragment = reference.partition("#")
        if not address:
            return source, split_fragment(fragment)
        if is_url(source) or is_url(address):
            try:
                target = urljoin(source, address) if is_url(source) else address
                self._admit(source, target)
            except ValueError:
                hint = "mend the reference"
                raise DocumentError(
                    source, f"the reference {reference!r} is no URL", hint=hint
                ) from None
        else:
            folder = os.path.dirname(source)
            target = os.path.normpath(os.path.join(folder, _file_of(address)))
        return target, split_fragment(fragment)

    def _admit(self, source: str, target: str) -> None:
        known = (
            target in self._texts
            or target in self._values
            or (is_url(target) and urlsplit(source).netloc == urlsplit(target).netloc)
        )
        if not known and not (self._remote and is_url(target)):
            hint = "allow remote references, or keep a copy of it beside the document"
            raise DocumentError(source, f"the remote reference {target} was not fetched", hint=hint)

    def trace(self, place: Place) -> Place:
        """Follow a pointer through the references on its way, as deep as it goes.

        Never raises: a pointer into a normalized document need not be in the original.
        """
        source, tokens, done, value = place.source, split(place.pointer), list[str](), MISSING
        for _ in range(_FOLLOWED):
            value = self._values.get(source, MISSING)
            done = []
            while tokens and (below := step(value, tokens[0])) is not MISSING:
                value = below
                done.append(tokens.pop(0))
            reference = value.get("$ref") if isinstance(value, dict) and tokens else None
            if not isinstance(reference, str):
                break
            try:
                source, start = self.target(source, reference)
            except DocumentError:
                break
            tokens = start + tokens
        return Place(source, join(done))

    def lines(self, places: set[Place]) -> dict[Place, int]:
        """Find the lines (from 1) on which places stand."""
        found: dict[Place, int] = {}
        for source in {place.source for place in places} & self._texts.keys():
            numbers = line_numbers(
                self._texts[source], [p.pointer for p in places if p.source == source]
            )
            found |= {Place(source, pointer): line for pointer, line in numbers.items()}
        return found


def _file_of(address: str) -> str:
    """Return the path of a reference, which is percent-encoded as any URL is."""
    path = path_of(address)
    return unquote(path) if path == address else path


def _read(path: str) -> bytes:
    if path == STDIN:
        return _standard_input()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise DocumentError(path, "there is no such file", hint="check the path") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise DocumentError(
            path, f"cannot be read: {reason_of(error)}", hint="check its name and permissions"
        ) from None


@cache
def _standard_input() -> bytes:
    """Return what stands on the standard input; it comes but once."""
    return sys.stdin.buffer.read()


def _fetch(url: str) -> bytes:
    request = urllib.request.Request(
        url, headers={"Accept": "application/json, application/yaml, */*"}
    )
    hint = "check the address and the network, or save the document in a file and give its path"
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            content: bytes = response.read()
            return content
    except urllib.error.HTTPError as error:
        raise DocumentError(
            url, f"the server answered {error.code} {error.reason}", hint=hint
        ) from None
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        told = reason_of(reason) if isinstance(reason, Exception) else str(reason)
        raise DocumentError(url, f"cannot be reached: {told}", hint=hint) from None
