"""Tell what a phase found as a Finding: the law in one sentence, where it broke, what was expected
and what came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.compare.placeholders import plain
from contracts.compare.values import Difference
from contracts.conformance.failure import Failure
from contracts.findings import Finding
from contracts.phases.origins import causes_of_differences, causes_of_failure
from contracts.targets.exchanges import Exchange
from contracts.targets.target import SAFE_METHODS
from contracts.wire.subject import Subject
from mockserver.lookup import MISSING

STATE = "expected_state"
"""The check that the oracle makes of every reply."""
SENTENCES: Mapping[str, str] = {
    STATE: "A reply says what the calls before it have led to.",
    "not_a_server_error": "No call brings the server to an error of its own (5xx).",
    "status_code_conformance": "Every status that comes back is documented.",
    "content_type_conformance": "Every reply has a documented media type.",
    "response_headers_conformance": (
        "Documented headers come with the reply, and keep their schemas."
    ),
    "response_schema_conformance": (
        "The body of every reply keeps the schema that is documented for it."
    ),
    "negative_data_rejection": "A call that breaks the document is refused.",
    "positive_data_acceptance": "A call that keeps the document is not refused as malformed.",
    "missing_required_header": "A call without a required header is refused.",
    "unsupported_method": (
        "A method that a path does not have is answered 405, with an Allow header."
    ),
    "allow_header_conformance": "The Allow header names the documented methods.",
    "use_after_free": "What was deleted is not there any more.",
    "ensure_resource_availability": "What was created is there.",
    "ignored_auth": "An operation that asks for credentials refuses missing and wrong ones.",
    "object_level_authorization": "Nobody reads what belongs to somebody else.",
}
LONGEST = 300
"""Characters of a value in a text."""


def document_finding(phase: str, failure: Failure, seed: int) -> Finding:
    """Return what Schemathesis found."""
    return Finding(
        phase=phase,
        check=failure.check,
        sentence=SENTENCES.get(failure.check, failure.check.replace("_", " ")),
        operation=failure.operation,
        message=failure.message,
        place=failure.message.partition(":")[0],
        expected=SENTENCES.get(failure.check, ""),
        actual=failure.reply,
        calls=_telling(failure.calls),
        seed=seed,
        pointer=pointer_of(failure.operation),
        causes=causes_of_failure(failure),
    )


def oracle_finding(
    subject: Subject, phase: str, calls: Sequence[Exchange], found: Sequence[Difference], seed: int
) -> Finding:
    """Return where a reply is not what the oracle expects. The last of the calls is the one that
    shows it.
    """
    first, label = found[0], calls[-1].operation
    return Finding(
        phase=phase,
        check=STATE,
        sentence=SENTENCES[STATE],
        operation=label,
        message="; ".join(
            f"{each.place or 'body'}: expected {shown(each.expected)}, got {_came(each)}"
            for each in found
        ),
        place=first.place,
        expected=shown(first.expected),
        actual=_came(first),
        calls=calls,
        seed=seed,
        pointer=pointer_of(label),
        causes=causes_of_differences(subject.model, calls, found),
    )


def _telling(calls: Sequence[Exchange]) -> list[Exchange]:
    """Return the calls that lead to the last one: those before it that only ask do not."""
    before = [each for each in calls[:-1] if each.sent.method not in SAFE_METHODS]
    return [*before, *calls[-1:]]


def pointer_of(label: str) -> str:
    """Return the JSON pointer (RFC 6901) of an operation in its document."""
    method, _, path = label.partition(" ")
    return f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method.lower()}" if path else ""


def shown(value: Any) -> str:
    """Return a value as JSON, as far as it is not too long; `nothing` where there is none."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(plain(value), ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _came(difference: Difference) -> str:
    if difference.place == "status" and isinstance(difference.actual, tuple):
        status, body = difference.actual
        return f"{status} {shown(body)}"
    return shown(difference.actual)
