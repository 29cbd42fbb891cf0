"""Tell what causes a finding, so that one cause is told once: a failure of Schemathesis or a
difference of the oracle in, the names of its causes out.

A server that answers a status, or in a media type, that its document knows nowhere does so in most
operations; it is one thing to mend, and one finding. An error of the server is one for each
operation, whoever meets it:

    GET /a  ->  404 text/html          content type text/html for 404
    GET /b  ->  404 text/html          the same cause
    POST /a ->  500                    POST /a: error of the server
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.compare.values import Difference
from contracts.conformance.failure import Failure
from contracts.targets.exchanges import Exchange
from mockserver.model.types import Model

_RECEIVED = re.compile(r"Received: (.+)")
_SCHEMA = re.compile(r"Schema(?: at (\S+))?:\s*(.*?)(?:\n\s*Value:|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"Invalid component: parameter `([^`]+)` in (\w+)")
OPEN = "credentials are not asked for"
"""What causes that operations let in anybody: mostly, nothing guards the server."""
INVALID = (400, 422)
"""Statuses by which a request is refused for what is wrong in it."""
_VALUE = re.compile(r"^Response violates schema: (?:.* )?(is .*|.*)$")


def causes_of_failure(failure: Failure) -> tuple[str, ...]:
    """Return the names of what causes a failure, none where each place has a cause of its own."""
    received = _RECEIVED.search(failure.message)
    told = received[1].strip() if received else ""
    status = failure.reply[:3]
    match failure.check:
        case "not_a_server_error":
            return (_server_error(failure.operation),)
        case "status_code_conformance" if told.startswith("5"):
            return (_server_error(failure.operation),)
        case "status_code_conformance":
            return (f"undocumented status {told}", _status(failure.operation, told))
        case "content_type_conformance" if told:
            return (f"content type {told.lower()} for {status}",)
        case "response_schema_conformance":
            return (_schema(failure.message, status),)
        case "ignored_auth":
            return (OPEN,)
        case "negative_data_rejection":
            return _accepted(failure)
        case "positive_data_acceptance" if failure.reply:
            return (f"refused {' '.join(failure.reply.split())}",)
        case "unsupported_method" | "response_headers_conformance" | "missing_required_header":
            return (f"{failure.check} {failure.message}",)
        case "allow_header_conformance":
            return (failure.check,)
    return ()


def causes_of_differences(
    model: Model, calls: Sequence[Exchange], found: Sequence[Difference]
) -> tuple[str, ...]:
    """Return the names of what causes a difference: an error of the server, or a status that its
    document does not have.
    """
    answer, label = calls[-1].answer, calls[-1].operation
    operation = model.labeled(label)
    if answer is None or operation is None or found[0].place != "status":
        return ()
    if answer.status >= 500:
        return (_server_error(label),)
    if answer.succeeded and found[0].expected in INVALID:
        return (_accepts(label),)
    if operation.described.documents(answer.status):
        return ()
    return (_status(label, str(answer.status)),)


def _accepted(failure: Failure) -> tuple[str, ...]:
    """Return what is wrong and is not refused: a parameter is so in all operations that have it."""
    found = _PARAMETER.search(failure.message)
    more = () if found is None else (f"accepts a wrong {found[1]} in {found[2]}",)
    return (_accepts(failure.operation), *more)


def _accepts(label: str) -> str:
    return f"{label}: accepts what is wrong"


def _server_error(label: str) -> str:
    return f"{label}: error of the server"


def _status(label: str, status: str) -> str:
    return f"{label}: {status}"


def _schema(message: str, status: str) -> str:
    """Return what tells one broken schema from another: its words, the property that has it and,
    for a whole body, the status.
    """
    found = _SCHEMA.search(message)
    at, words = (found[1] or "", found[2]) if found else ("", message)
    name = at.rpartition("/properties/")[2] if "/properties/" in at else ""
    wrong = message.partition("\n")[0]
    if name:
        return f"schema of {name}: {' '.join(words.split())}"
    what = _VALUE.match(wrong)
    return f"schema of {status}: {what[1] if what else wrong} {' '.join(words.split())}"
