"""Read an answer as it is meant: one that says in its body that the call failed has the status of a
refusal then.

    200 {"ok": false, "error": "not_found"}                   is meant as 404
    200 {"success": false, "errors": [{"code": "TAKEN"}]}     is meant as 409
    200 {"ok": false}                                         stays, for nothing tells of an error
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from mockserver.exchange import Answer

_FLAGS = frozenset({"ok", "success", "succeeded", "successful"})
_ERRORS = frozenset({"error", "errors", "error_code", "errorcode", "error_message", "errormessage"})
_MEANINGS = (
    (404, re.compile(r"not[ _-]?found|no[ _-]?such|does not exist|unknown[ _-]?id", re.IGNORECASE)),
    (409, re.compile(r"taken|exists|duplicate|conflict|in[ _-]?use|already", re.IGNORECASE)),
    (401, re.compile(r"unauthori[sz]ed|unauthenticated|(invalid|not)_auth", re.IGNORECASE)),
    (403, re.compile(r"forbidden|permission|not[ _-]?allowed|access[ _-]?denied", re.IGNORECASE)),
)
USUAL = 400
"""The status of a refusal that tells no more."""


def tells_failure(body: Any) -> bool:
    """Tell whether a body says that a call failed, and has something to tell of it."""
    if not isinstance(body, Mapping):
        return False
    names = {str(name).lower(): value for name, value in body.items()}
    has_failed = any(names.get(flag) is False for flag in _FLAGS)
    return has_failed and any(names.get(error) for error in _ERRORS)


def as_meant(answer: Answer) -> Answer:
    """Return an answer with the status that its body means."""
    if not answer.succeeded or not tells_failure(answer.body):
        return answer
    told = json.dumps(answer.body)
    for status, words in _MEANINGS:
        if words.search(told):
            return Answer(status, answer.headers, answer.content)
    return Answer(USUAL, answer.headers, answer.content)
