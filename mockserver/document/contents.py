"""A file in, its bytes out, bounded in size."""

from __future__ import annotations

import os
import stat
import sys
from functools import cache
from typing import IO, Any

from mockserver.errors import DocumentError, reason_of

STDIN = "<stdin>"
"""The source that is read from the standard input."""
LARGEST_BYTES = 64 * 2**20
"""A document and what it refers to, together."""
_CHUNK_BYTES = 2**16


def read_any(path: str, most: int) -> bytes:
    """Return what stands in a file, a pipe, or on the standard input.

    Raises DocumentError if it cannot be read or has more than `most` bytes.
    """
    if path == STDIN:
        return held(_standard_input(most), path, most)
    return _read(path, most)


def read_regular(path: str, most: int) -> bytes:
    """Return what stands in a regular file: a device or a pipe that a document names is not read.

    Raises DocumentError if it cannot be read or has more than `most` bytes.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        mode = stat.S_IFREG  # told when it is read
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return _read(path, most)
    hint = "refer to a file that holds JSON or YAML"
    raise DocumentError(path, "is a device, a pipe or a socket and was not read", hint=hint)


def _read(path: str, most: int) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return held(bounded(file, most), path, most)
    except FileNotFoundError:
        raise DocumentError(path, "there is no such file", hint="check the path") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        hint = "check its name and permissions"
        raise DocumentError(path, f"cannot be read: {reason_of(error)}", hint=hint) from None


@cache
def _standard_input(most: int) -> bytes:
    """Return what stands on the standard input; it comes but once."""
    return bounded(sys.stdin.buffer, most)


def bounded(file: IO[bytes] | Any, most: int) -> bytes:
    """Read a file to its end, or a little beyond the bound."""
    content = bytearray()
    while len(content) <= most:
        chunk = file.read(_CHUNK_BYTES)
        if not chunk:
            break
        content += chunk
    return bytes(content)


def held(content: bytes, source: str, most: int) -> bytes:
    """Return content within the bound; raises DocumentError beyond it."""
    if len(content) <= most:
        return content
    message = f"is too large: a document and what it refers to have at most {LARGEST_BYTES} bytes"
    raise DocumentError(source, message, hint="split it, or leave out what is not played")
