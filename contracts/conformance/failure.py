"""What Schemathesis found, as values: the events of its engine in, failures with their calls
out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from schemathesis.engine import Status

from contracts.targets.exchanges import Exchange
from contracts.targets.failures import tells_failure
from contracts.targets.target import Answer, Sent
from contracts.wire.gate import WITHHELD
from mockserver.call import ProblemKind
from mockserver.model.schema.coercion import Coercer, coercer_of
from mockserver.model.schema.schemas import Direction
from mockserver.model.types import Model

FORM_TYPES = frozenset({"integer", "number", "boolean"})
"""Types that the fields of a form are read into."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One finding: the check that failed, where, a curl line that shows it, and status and body of
    the reply.

    `calls` are the call that failed, after those that it follows from.
    """

    check: str
    operation: str
    phase: str
    message: str
    curl: str
    reply: str = ""
    calls: Sequence[Exchange] = ()

    @property
    def sent(self) -> Sent | None:
        """The request of the call that failed, its path with the query."""
        return self.calls[-1].sent if self.calls else None


def is_its_way(model: Model, failure: Failure) -> bool:
    """Tell whether a failure is what the semantics say of the API: how it refuses missing or wrong
    credentials, or that it reads a body whose values have other types than the document says. A
    form has no types at all: null is sent as the text `null`, which is a text like any other. Who
    is led to a page where one logs in is not let in, and YAML is a text where the document says so.
    """
    if failure.check == "negative_data_rejection":
        is_read = _is_coerced(model, failure) or _is_good_form(model, failure)
        return is_read or _is_told(failure)
    if failure.check == "response_schema_conformance":
        return _is_text(model, failure)
    if failure.check != "ignored_auth":
        return False
    if _is_led_away(failure):
        return True
    words = (ProblemKind.UNAUTHORIZED, ProblemKind.BAD_CREDENTIALS)
    statuses: set[str] = set()
    for errors in model.errors.values():
        forms = (errors.forms[word] for word in words if word in errors.forms)
        statuses.update(str(form.status) for form in forms if "status" in form.said)
    status = failure.reply[:3]
    return status in statuses


def _is_led_away(failure: Failure) -> bool:
    """Tell whether the answer to a call is that of another path, to which the server sent it."""
    sent = failure.sent
    if sent is None:
        return False
    path = failure.operation.partition(" ")[2]
    parts = re.split(
        r"\{[^{}]*\}",
        path,
    )
    escaped = map(re.escape, parts)
    pattern = "[^/]*".join(escaped)
    target = urlsplit(sent.target)
    asked = unquote(target.path)
    return re.search(f"{pattern}/?$", asked) is None


def _is_text(model: Model, failure: Failure) -> bool:
    """Tell whether a body in YAML is one of which the document says that it is a text."""
    operation = model.labeled(failure.operation)
    answer = failure.calls[-1].answer if failure.calls else None
    if operation is None or answer is None:
        return False
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if "yaml" not in media_type.lower():
        return False
    content = operation.described.response(answer.status).content
    schemas = [each.schema for name, each in content.items() if "yaml" in name.lower()]
    return any(each.type == "string" for each in schemas)


def _is_told(failure: Failure) -> bool:
    """Tell whether the body of the answer says that the call failed, whatever its status is."""
    if not failure.calls:
        return False
    answer = failure.calls[-1].answer
    if answer is None:
        return False
    return tells_failure(answer.body)


def _is_coerced(model: Model, failure: Failure) -> bool:
    """Tell whether the body of a call keeps the document once it is read as the API reads it."""
    operation = model.labeled(failure.operation)
    sent = failure.sent
    if operation is None or sent is None or not sent.content:
        return False
    schema = operation.described.sent_schema
    coercer = coercer_of(model, operation, schema)
    try:
        body = json.loads(sent.content)
    except ValueError:
        return False
    if coercer is None:
        return False
    return bool(schema.validator(Direction.REQUEST).is_valid(coercer.of(body)))


def _is_good_form(model: Model, failure: Failure) -> bool:
    """Tell whether the body of a call is a form whose texts keep the document."""
    operation = model.labeled(failure.operation)
    sent = failure.sent
    if operation is None or sent is None:
        return False
    request = operation.described.request
    fields = form_fields(sent)
    if request is None or not fields:
        return False
    media = request.content.get(sent.headers.media_type)
    if media is None:
        return False
    coercer = Coercer(media.schema, FORM_TYPES, {})
    validator = media.schema.validator(Direction.REQUEST)
    return bool(validator.is_valid(coercer.of(fields)))


def form_fields(sent: Sent) -> dict[str, str]:
    """Return the fields of a form by name, empty for a body that is none."""
    media_type = sent.headers.media_type
    if media_type == "application/x-www-form-urlencoded":
        text = sent.content.decode("latin-1")
        return dict(parse_qsl(text, keep_blank_values=True))
    if media_type != "multipart/form-data":
        return {}
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n"
    encoded = head.encode("latin-1", "replace")
    message = message_from_bytes(encoded + sent.content)
    fields = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            fields[name] = str(part.get_payload())
    return fields


def failures_in(event: Any) -> Iterator[Failure]:
    for case_id, nodes in event.recorder.checks.items():
        interaction = event.recorder.interactions.get(case_id)
        if is_withheld(interaction):
            continue
        for node in nodes:
            if node.status == Status.FAILURE and node.failure_info is not None:
                found = node.failure_info.failure
                yield Failure(
                    check=node.name,
                    operation=found.operation,
                    phase=event.phase.value,
                    message=f"{found.title}: {found.message}" if found.message else found.title,
                    curl=node.failure_info.code_sample,
                    reply=_replied(interaction),
                    calls=tuple(_calls(event.recorder, case_id)),
                )


def is_withheld(interaction: Any) -> bool:
    return WITHHELD.lower() in getattr(getattr(interaction, "response", None), "headers", {})


def _calls(recorder: Any, case_id: str) -> Iterator[Exchange]:
    """Yield the exchange of a case, after those of the cases that it follows from."""
    node = recorder.cases.get(case_id)
    interaction = recorder.interactions.get(case_id)
    if node is None or interaction is None:
        return
    if node.parent_id is not None:
        yield from _calls(recorder, node.parent_id)
    asked, response = interaction.request, interaction.response
    headers = _headers(asked.headers)
    place = urlsplit(asked.uri)
    path = place.path
    if place.query:
        path = f"{path}?{place.query}"
    sent = Sent(asked.method, path, headers, asked.body)
    label = node.value.operation.label
    answer = _answer(response)
    yield Exchange(sent, answer, interaction.timestamp, operation=label)


def _answer(response: Any) -> Answer | None:
    if response is None:
        return None
    headers = _headers(response.headers)
    return Answer(response.status_code, headers, response.content)


def _headers(found: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name.lower(): ", ".join(values) for name, values in found.items()}


def _replied(interaction: Any) -> str:
    """Return the status and the beginning of the body that came back, empty when nothing did."""
    response = getattr(interaction, "response", None)
    if response is None:
        return ""
    beginning = response.text[:500]
    return f"{response.status_code} {beginning}"
