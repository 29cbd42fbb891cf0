"""A request with what came back, and how people write it: an Exchange in, a line of a story out."""

from __future__ import annotations

import json
import re

from mockserver.control.masking import MASK
from mockserver.exchange import NO_BODY, Answer, Exchange, Sent

__all__ = ["OTHERS", "Exchange", "answer_text", "cut", "is_text", "sent_text", "told"]

OTHERS = f"{MASK}other{MASK}"
"""What stands for a secret of the second user."""
LONGEST = 2_000
"""Characters of a body that a story shows."""
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def told(number: int, sent: Sent, answer: Answer | None, longest: int = LONGEST) -> str:
    """Return a call and its answer as one numbered line: `1. POST /shelves {"name": "a"}  ->  201
    {...}`.
    """
    line = f"{number}. {sent.method} {sent.target}"
    values = (sent.target, *sent.headers.values())
    if any(OTHERS in value for value in values):
        line += " (as the other user)"
    if sent.content:
        line += f" {sent_text(sent, longest)}"
    if answer is None:
        return f"{line}  ->  no answer"
    line += f"  ->  {answer.status}"
    text = answer_text(answer, longest)
    return f"{line} {text}" if text else line


def sent_text(sent: Sent, longest: int = LONGEST) -> str:
    """Return the body of a request as a story shows it."""
    content = sent.content or b""
    return cut(content.decode("utf-8", "replace"), longest)


def answer_text(answer: Answer, longest: int = LONGEST) -> str:
    """Return the body of an answer as a story shows it, empty where there is none."""
    if answer.body is NO_BODY:
        return ""
    text = json.dumps(answer.body, ensure_ascii=False)
    return cut(text, longest)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text, or its beginning and how long it is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}... ({len(text):,} characters)"


def is_text(content: bytes) -> bool:
    """Tell whether bytes are a text that people can read and a shell can pass on."""
    try:
        return not _UNREADABLE.search(content.decode())
    except UnicodeDecodeError:
        return False
