"""A file or URL in, its bytes out, bounded in size and in time."""

from __future__ import annotations

import os
import stat
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from functools import cache
from http.client import HTTPException
from threading import Thread
from typing import IO, Any

from mockserver.document.reach import is_url
from mockserver.errors import DocumentError, reason_of

STDIN = "<stdin>"
"""The source that is read from the standard input."""
LARGEST_BYTES = 64 * 2**20
"""A document and what it refers to, together."""
TIMEOUT_S = 15
"""The longest wait for an answer to begin, or to go on."""
TOTAL_S = 30
"""The longest time that one answer takes, however it comes."""
_CHUNK_BYTES = 2**16
ALLOW_HOST = "keep a copy beside the document, or allow its host by --allow-references HOST"
"""What to do about what another host has."""

Admits = Callable[[str], bool]
"""Tells whether a URL may be asked."""


def anywhere(_url: str) -> bool:
    """Admit every URL."""
    return True


def read_any(path: str, most: int) -> bytes:
    """Return what stands in a file, a pipe, or on the standard input.

    Raises DocumentError if it cannot be read or has more than `most` bytes.
    """
    if path == STDIN:
        return _held(_standard_input(most), path, most)
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


def fetch(url: str, most: int, admits: Admits = anywhere) -> bytes:
    """Return the body of the answer of a URL, and of where it is redirected to if that is admitted.

    Raises DocumentError if it cannot be had, has more than `most` bytes or takes too long.
    """
    answer: Future[bytes] = Future()

    def work() -> None:
        try:
            answer.set_result(_fetched(url, most, admits))
        except Exception as error:
            answer.set_exception(error)

    # a thread that may be left behind: a server can send its head byte by byte without end
    Thread(target=work, daemon=True, name=f"fetch {url}").start()
    try:
        return answer.result(TOTAL_S)
    except TookTooLong:
        raise _unreachable(url, f"the answer took longer than {TOTAL_S} s") from None


def _fetched(url: str, most: int, admits: Admits) -> bytes:
    headers = {"Accept": "application/json, application/yaml, */*"}
    request = urllib.request.Request(url, headers=headers)
    opener = urllib.request.build_opener(_Redirects(admits))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return _held(_bounded(response, most), url, most)
    except urllib.error.HTTPError as error:
        error.close()
        raise _unfit(url, f"the server answered {error.code} {error.reason}") from None
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        told = reason_of(reason) if isinstance(reason, Exception) else str(reason)
        raise _unreachable(url, told) from None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects as far as they are admitted."""

    def __init__(self, admits: Admits) -> None:
        self._admits = admits

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not is_url(newurl) or not self._admits(newurl):
            fp.close()
            message = f"the server redirects to {newurl}, which was not fetched"
            raise DocumentError(req.full_url, message, hint=ALLOW_HOST)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(path: str, most: int) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return _held(_bounded(file, most), path, most)
    except FileNotFoundError:
        raise DocumentError(path, "there is no such file", hint="check the path") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        hint = "check its name and permissions"
        raise DocumentError(path, f"cannot be read: {reason_of(error)}", hint=hint) from None


@cache
def _standard_input(most: int) -> bytes:
    """Return what stands on the standard input; it comes but once."""
    return _bounded(sys.stdin.buffer, most)


def _bounded(file: IO[bytes] | Any, most: int) -> bytes:
    """Read a file to its end, or a little beyond the bound."""
    content = bytearray()
    while len(content) <= most:
        chunk = file.read(_CHUNK_BYTES)
        if not chunk:
            break
        content += chunk
    return bytes(content)


def _held(content: bytes, source: str, most: int) -> bytes:
    """Return content within the bound; raises DocumentError beyond it."""
    if len(content) <= most:
        return content
    message = f"is too large: a document and what it refers to have at most {LARGEST_BYTES} bytes"
    raise DocumentError(source, message, hint="split it, or leave out what is not played")


def _unreachable(url: str, reason: str) -> DocumentError:
    return _unfit(url, f"cannot be reached: {reason}")


def _unfit(url: str, message: str) -> DocumentError:
    hint = "check the address and the network, or save the document in a file and give its path"
    return DocumentError(url, message, hint=hint)
