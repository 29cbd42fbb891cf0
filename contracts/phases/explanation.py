"""Tell whether what Schemathesis found has another explanation than a fault: a failure in, whether
it is one to look at and no more out.

    positive_data_acceptance   the refusal is documented: a rule of business that no schema can say
    use_after_free             the record was made or restored again, or goes a moment later
    ensure_resource_availability   the record comes a moment later, or has come to its end, or is
                               there and only what was to be done to it is refused
    not_a_server_error         the document has this status
    status_code_conformance    HTTP itself has the status for what was wrong, and the document names
                               no refusal of that meaning
    negative_data_rejection    a header that no document can describe as a parameter
    missing_required_header    it is refused all the same, for another reason
    ignored_auth               any credential is that of a user of its own, who sees other records
    allow_header_conformance   the header names some of the methods, as where a framework has a
                               route for each, and the document tells of no such header
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from contracts.compare.descriptions import record_schema
from contracts.conformance.failure import Failure
from contracts.expiry import may_be_gone
from contracts.oracle.lenient import documents, is_verb
from contracts.targets.exchanges import Exchange
from contracts.targets.target import SAFE_METHODS, Answer, Sent
from contracts.wire.gate import Gate
from contracts.wire.second_look import WAITS_S
from contracts.wire.wire import Wire, rows_in
from mockserver.mediatype import plain_media_type
from mockserver.model.types import Model

_NO_PARAMETER = re.compile(r"parameter `(accept|content-type|authorization)` in header", re.I)
"""Headers that are no parameters, whatever a document says (OpenAPI 3.0.3, Parameter Object)."""
_RULE = re.compile(
    r"no such|unknown|exists?\b|missing|before|after|later|earlier|more than|less than|at most|"
    r"at least|too (many|much|few|long|short|large|late|early)|enough|overlap|already|taken|in use|"
    r"\bnot (in|of|below|above|allowed|active|open|available)\b",
    re.IGNORECASE,
)
"""Words of a refusal that tell of a rule which no schema can say."""
GONE = frozenset({404, 410})
OF_METHOD = frozenset({405, 501})
"""Statuses by which any server may refuse a method that its document does not have."""
OF_SIZE = frozenset({411, 413, 414, 417, 431})
"""Statuses by which any server may refuse a request for its size or its frame (RFC 9110, section
15.5).
"""


MEANINGS: Mapping[int, frozenset[int]] = {
    400: frozenset({400, 422}),
    401: frozenset({401, 403}),
    403: frozenset({401, 403}),
    404: frozenset({404, 410}),
    410: frozenset({404, 410}),
    422: frozenset({400, 422}),
    429: frozenset({429, 503}),
}
"""The statuses by which a document may mean what a status of HTTP itself says of a request (RFC
9110, section 15.5; RFC 6585, section 4).
"""


def is_explained(model: Model, failure: Failure, gate: Gate) -> bool:
    """Tell whether there is another explanation; the server may be asked again for it."""
    last = failure.calls[-1] if failure.calls else None
    if last is None or last.answer is None:
        return False
    match failure.check:
        case "positive_data_acceptance" | "not_a_server_error":
            return _is_documented(model, failure.operation, last.answer.status)
        case "status_code_conformance":
            return _is_of_http(model, failure.operation, last.sent, last.answer.status)
        case "allow_header_conformance":
            return _allows_some(model, failure.operation, last)
        case "negative_data_rejection":
            return _NO_PARAMETER.search(failure.message) is not None
        case "missing_required_header":
            return last.answer.status >= 400
        case "use_after_free":
            return _is_brought_back(failure.calls) or gate.between(lambda wire: _goes(wire, last))
        case "ensure_resource_availability":
            if _has_ended(failure.calls):
                return True
            return gate.between(lambda wire: _may_be_absent(wire, last))
        case "ignored_auth":
            first = failure.calls[0]
            return gate.between(lambda wire: _has_own_records(wire, first.sent, last.sent))
    return False


def is_told(model: Model, failure: Failure) -> bool:
    """Tell whether the document says in words when a call is refused that its schemas allow, as it
    was: there is nothing to look at then.
    """
    operation = model.labeled(failure.operation)
    last = failure.calls[-1] if failure.calls else None
    is_refusal = failure.check == "positive_data_acceptance"
    if operation is None or last is None or last.answer is None or not is_refusal:
        return False
    status = str(last.answer.status)
    described = operation.described
    response = described.responses.get(status)
    words = [described.description]
    words += [each.description for each in described.parameters]
    for schema in record_schema(operation).properties.values():
        words.append(str(schema.get("description") or ""))
    if any(status in each for each in words):
        return True
    return response is not None and _RULE.search(response.description) is not None


def _allows_some(model: Model, label: str, last: Exchange) -> bool:
    """Tell whether the Allow header of an answer names some of the methods that a path has, and no
    other one, where the document tells of no such header.

    It should name all of them (RFC 9110, section 15.5.6). No client is misled by the state for it.
    """
    operation = model.labeled(label)
    if operation is None or last.answer is None:
        return False
    same_path = [each for each in model.operations if each.path == operation.path]
    for each in same_path:
        if any(reply.header("allow") for reply in each.described.responses.values()):
            return False
    named = {each.strip().upper() for each in last.answer.headers.get("allow", "").split(",")}
    known = {each.method for each in same_path} | {"HEAD", "OPTIONS"}
    return bool(named - {""}) and named <= known


def _is_of_http(model: Model, label: str, sent: Sent, status: int) -> bool:
    """Tell whether any server may refuse a request with this status: for its size, for the document
    does not have its method, its media type, or the one that it asks for, or for what it names no
    refusal of.
    """
    operation = model.labeled(label)
    if status in OF_SIZE or operation is None:
        return status in OF_SIZE
    if _names_none(operation.described.responses, status):
        return True
    if status == 400 and _cannot_be_read(sent):
        return True
    headers = {name.lower(): value for name, value in sent.headers.items()}
    if status in OF_METHOD:
        return sent.method != operation.method
    described = operation.described
    if status == 415:
        taken = described.request.content if described.request is not None else {}
        return not _is_among(headers.get("content-type", ""), taken)
    if status == 406:
        contents = [each.content for each in described.responses.values()]
        shown = chain.from_iterable(contents)
        return not _is_among(headers.get("accept", "*/*"), shown)
    return False


def _cannot_be_read(sent: Sent) -> bool:
    """Tell whether a request says that it is JSON and is none, as any server may refuse a request
    whose syntax is broken (RFC 9110, section 15.5.1).
    """
    if "json" not in sent.headers.get("content-type", ""):
        return False
    try:
        json.loads(sent.content.decode())
    except ValueError:
        return True
    return False


def _names_none(responses: Iterable[str], status: int) -> bool:
    """Tell whether none of the documented statuses means what one of HTTP itself says of a request.

    A document need not name all statuses, but the errors that are known (OpenAPI 3.1.1, Responses
    Object): where it refuses the same with another status, that one is meant.
    """
    if status not in MEANINGS:
        return False
    meant = {str(each) for each in MEANINGS[status]}
    return meant.isdisjoint(responses)


def _is_among(asked: str, known: Iterable[str]) -> bool:
    """Tell whether a header names one of the known media types, or any."""
    types = {plain_media_type(each) for each in asked.split(",")}
    return "*/*" in types or any(plain_media_type(each) in types for each in known)


def _is_documented(model: Model, label: str, status: int) -> bool:
    """Tell whether the document has a status, by its own number or its class, for an operation."""
    operation = model.labeled(label)
    if operation is None:
        return False
    known = operation.described.responses
    return str(status) in known or f"{status // 100}XX" in known


def _is_brought_back(calls: Sequence[Exchange]) -> bool:
    """Tell whether something was written after the last delete: that may have made it again."""
    for call in reversed(calls):
        if call.sent.method == "DELETE":
            return False
        if call.sent.method not in SAFE_METHODS:
            return True
    return False


def _has_ended(calls: Sequence[Exchange]) -> bool:
    """Tell whether a reply showed a record whose time may be up."""
    bodies = (call.answer.body for call in calls if call.answer is not None)
    return any(isinstance(body, Mapping) and may_be_gone(body) for body in bodies)


def _has_own_records(wire: Wire, right: Sent, wrong: Sent) -> bool:
    """Tell whether a request with a wrong credential is that of another user: with it, a path shows
    none of the records that it shows with the right one.
    """
    path = right.raw_path
    seen = []
    for sent in (right, wrong):
        answer = wire.send(Sent("GET", path, sent.headers))
        if not answer.succeeded:
            return False
        seen.append(rows_in(answer.body))
    ours, theirs = seen
    return bool(ours) and not ours & theirs


def _goes(wire: Wire, last: Exchange) -> bool:
    """Tell whether what was deleted is gone a moment later."""
    return any(answer.status in GONE for answer in _looks(wire, last))


def _may_be_absent(wire: Wire, last: Exchange) -> bool:
    """Tell whether what was made may not be there: what its path names was deleted meanwhile, only
    a verb is refused, or it comes a moment later.
    """
    if _was_taken_along(wire, last):
        return True
    return _refuses_verb(wire, last) or _comes(wire, last)


def _was_taken_along(wire: Wire, last: Exchange) -> bool:
    """Tell whether a record that a path names was deleted at a path of its own, as a person is of
    whom there was a membership.
    """
    path = last.sent.bare_path
    steps = set(path.split("/"))
    for each in reversed(wire.history):
        if each.sent.method != "DELETE" or each.answer is None or not each.answer.succeeded:
            continue
        own = each.sent.bare_path
        if own != path and own.rpartition("/")[2] in steps:
            return True
    return False


def _refuses_verb(wire: Wire, last: Exchange) -> bool:
    """Tell whether something that was to be done to a record is refused as the document says, and
    the record itself is there: there is nothing to restore.
    """
    operation = wire.readings.read(last.sent).operation
    if operation is None or last.answer is None or not is_verb(operation):
        return False
    if not documents(operation, last.answer.status):
        return False
    item = last.sent.raw_path.rpartition("/")[0]
    return wire.send(Sent("GET", item, last.sent.headers)).succeeded


def _comes(wire: Wire, last: Exchange) -> bool:
    """Tell whether what was made is there a moment later."""
    return any(answer.status < 300 for answer in _looks(wire, last))


def _looks(wire: Wire, last: Exchange) -> list[Answer]:
    """Return what is shown after each wait, until it is another status than before."""
    asked = Sent(
        "GET",
        last.sent.raw_path,
        last.sent.headers,
    )
    answers: list[Answer] = []
    before = last.answer.status // 100 if last.answer is not None else 0
    for wait_s in WAITS_S:
        time.sleep(wait_s)
        answers.append(wire.send(asked))
        if answers[-1].status // 100 != before:
            break
    return answers
