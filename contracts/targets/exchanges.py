"""A request with what came back, and how people write it: an Exchange in, a line of a story out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from contracts.targets.target import NO_BODY, Answer, Sent

LONGEST = 2_000
"""Characters of a body that a story shows."""
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of a run: `label` is the operation it belongs to, None where the document has none.

    `answer` is None when nothing came back; `began_s` is a moment (seconds since 1970), `took_s` a
    duration.
    """

    number: int
    phase: str
    label: str | None
    sent: Sent
    answer: Answer | None
    began_s: float = 0.0
    took_s: float = 0.0


def told(number: int, sent: Sent, answer: Answer | None, longest: int = LONGEST) -> str:
    """Return a call and its answer as one numbered line: `1. POST /shelves {"name": "a"}  ->  201
    {...}`.
    """
    body = f" {cut(sent.body.decode('utf-8', 'replace'), longest)}" if sent.body is not None else ""
    if answer is None:
        return f"{number}. {sent.method} {sent.path}{body}  ->  no answer"
    reply = (
        ""
        if answer.body is NO_BODY
        else f" {cut(json.dumps(answer.body, ensure_ascii=False), longest)}"
    )
    return f"{number}. {sent.method} {sent.path}{body}  ->  {answer.status}{reply}"


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text, or its beginning and how long it is."""
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text):,} characters)"


def is_text(content: bytes) -> bool:
    """Tell whether bytes are a text that people can read and a shell can pass on."""
    try:
        return not _UNREADABLE.search(content.decode())
    except UnicodeDecodeError:
        return False
