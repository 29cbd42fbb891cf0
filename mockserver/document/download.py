"""A URL in, the body of its answer out, bounded in size and in time.

This module imports an HTTP client, so it is imported when the first URL is read.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from http.client import HTTPException
from threading import Thread
from typing import Any

from mockserver.document.contents import bounded, held
from mockserver.document.reach import ALLOW_HOST, is_url
from mockserver.errors import DocumentError, reason_of

TIMEOUT_S = 15
"""The longest wait for an answer to begin, or to go on."""
TOTAL_S = 30
"""The longest time that one answer takes, however it comes."""

Admits = Callable[[str], bool]
"""Tells whether a URL may be asked."""


def anywhere(_url: str) -> bool:
    """Admit every URL."""
    return True


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
            return held(bounded(response, most), url, most)
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


def _unreachable(url: str, reason: str) -> DocumentError:
    return _unfit(url, f"cannot be reached: {reason}")


def _unfit(url: str, message: str) -> DocumentError:
    hint = "check the address and the network, or save the document in a file and give its path"
    return DocumentError(url, message, hint=hint)
