"""A request with what came back, and how people write it: an Exchange in, a line of a story or a curl line out."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from contracts.targets import NO_BODY, Answer, Sent

LONGEST = 2_000
"""Characters of a body that a story shows."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of a run: `label` is the operation it belongs to, None where the document has none.

    `answer` is None when nothing came back; `began_s` is a moment (seconds since 1970), `took_s` a duration.
    """

    number: int
    phase: str
    label: str | None
    sent: Sent
    answer: Answer | None
    began_s: float = 0.0
    took_s: float = 0.0


def told(number: int, sent: Sent, answer: Answer | None) -> str:
    """Return a call and its answer as one numbered line: `1. POST /shelves {"name": "a"}  ->  201 {...}`."""
    body = f" {_cut(sent.body.decode('utf-8', 'replace'))}" if sent.body is not None else ""
    if answer is None:
        return f"{number}. {sent.method} {sent.path}{body}  ->  no answer"
    reply = "" if answer.body is NO_BODY else f" {_cut(json.dumps(answer.body, ensure_ascii=False))}"
    return f"{number}. {sent.method} {sent.path}{body}  ->  {answer.status}{reply}"


def curl(sent: Sent, origin: str) -> str:
    """Return a line for a shell that sends the request to a server at `origin` (no path)."""
    parts = ["curl", "-X", sent.method] if sent.method != "HEAD" else ["curl", "--head"]
    for name, value in sent.headers.items():
        parts += ["-H", f"{name}: {value}"]
    if sent.body is not None:
        parts += ["--data-raw", sent.body.decode("utf-8", "replace")]
    return shlex.join([*parts, f"{origin}{sent.path}"])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text):,} characters)"
