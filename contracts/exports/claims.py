"""Say what the last reply of a finding must be like, as Python: a finding and its model in, lines
of a test out.

What the finding expects is taken where it can be read; else what the check is about; else the reply
that was wrong must not come again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compare.scalars import may_be_key
from contracts.exports.borrowed import Names, is_key, leaves
from contracts.exports.literals import access, literal, loosely, text
from contracts.findings import Finding
from contracts.openapi import json_content, operation_at, response_at
from contracts.targets.exchanges import Exchange
from contracts.targets.target import NO_BODY
from mockserver.lookup import MISSING
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from mockserver.model.types import Model

REFUSED = "assert 400 <= reply.status_code < 500"
BY_CHECK: Mapping[str, str] = {
    "not_a_server_error": "assert reply.status_code < 500",
    "unsupported_method": "assert reply.status_code == 405",
    "negative_data_rejection": REFUSED,
    "missing_required_header": REFUSED,
    "ignored_auth": "assert reply.status_code in (401, 403)",
    "positive_data_acceptance": (
        "assert reply.status_code < 400 or reply.status_code in (401, 403, 404, 409, 429)"
    ),
    "use_after_free": "assert reply.status_code in (404, 410)",
    "ensure_resource_availability": "assert reply.status_code < 400",
    "allow_header_conformance": 'assert reply.headers["Allow"]',
}
"""What the checks of Schemathesis ask of a status."""
STATUS = "assert reply.status_code"
_STATUS = re.compile(r"[1-5]\d\d")


@dataclass(frozen=True, slots=True)
class Claims:
    """Writes the claims of a finding. `names` are the variables of the test, `sent` all that its
    calls carry.
    """

    model: Model
    finding: Finding
    names: Names
    sent: frozenset[str]

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        last = self.finding.calls[-1]
        ways = (self._by_status, self._by_place, self._by_document, self._by_check, self._unlike)
        told = next((lines for way in ways if (lines := way(last))), None)
        yield from told or self._otherwise(last)

    def _by_status(self, last: Exchange) -> list[str]:
        """Claim the status, where the finding is about it."""
        expected, actual = self.finding.expected, self.finding.actual
        came = last.answer.status if last.answer is not None else None
        if self.finding.place != "status" and not (
            _STATUS.match(expected) and actual.startswith(str(came))
        ):
            return []
        wanted = re.findall(r"\b[1-5]\d\d\b", expected.partition(",")[0])
        if wanted:
            return [
                f"assert reply.status_code in ({', '.join(wanted)})"
                if wanted[1:]
                else f"{STATUS} == {wanted[0]}"
            ]
        ranges = re.findall(r"\b([1-5])[xX]{2}\b", expected)
        if ranges:
            return [f"assert reply.status_code // 100 in ({', '.join(ranges)},)"]
        if "refus" in expected:
            return [REFUSED]
        if actual.startswith("5"):
            return ["assert reply.status_code < 500"]
        return [f"assert reply.status_code != {came}"]

    def _by_place(self, last: Exchange) -> list[str]:
        """Claim the value at a place of the body, or of a header."""
        if not self.finding.place.startswith("/"):
            return self._by_header(last)
        steps, wanted = self._steps(last), value_told(self.finding.expected)
        if steps is None:
            return []
        if re.match(r"nothing(,|$)", self.finding.expected):
            return [_absent(f"reply.json(){access(steps[:-1])}", steps[-1])]
        if wanted is MISSING or self._is_made_up(str(steps[-1]), wanted):
            return []
        value, last_step = f"reply.json(){access(steps)}", steps[-1]
        if wanted is not None and isinstance(last_step, str):
            value = f"reply.json(){access(steps[:-1])}.get({text(last_step)})"
        return [f"assert {value} == {literal(wanted, self.names, hint=str(last_step))}"]

    def _by_header(self, last: Exchange) -> list[str]:
        name = self.finding.place
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) or last.answer is None:
            return []
        came = last.answer.headers.get(name.lower())
        if came is None and name.lower() not in ("location", "allow", "content-type", "etag"):
            return []
        return [f"assert reply.headers.get({text(name)}) not in (None, {text(came or '')})"]

    def _by_document(self, last: Exchange) -> list[str]:
        """Claim what the document says of the reply: its status, its media type, its schema."""
        operation = next(
            (each for each in self.model.operations if each.label == self.finding.operation), None
        )
        if operation is None or last.answer is None:
            return []
        spec = self.model.document.spec
        said = operation_at(spec, operation.path, operation.method)
        if self.finding.check == "status_code_conformance":
            known = [each.lower() for each in map(str, said.get("responses") or ())]
            ways = "{str(reply.status_code), f'{reply.status_code // 100}xx'}"
            return [f"assert {ways} & {set(known)}"]
        content = response_at(said, last.answer.status).get("content") or {}
        if self.finding.check == "content_type_conformance" and content:
            kinds = literal([each.partition(";")[0] for each in content])
            return [f'assert reply.headers["Content-Type"].partition(";")[0] in {kinds}']
        media = json_content(content)
        if self.finding.check == "response_schema_conformance" and media is not None:
            schema = SchemaCompiler(spec).spelled(media[1].get("schema"), Direction.REPLY)
            return [
                f"schema = {literal(schema)}",
                "jsonschema.Draft202012Validator(schema).validate(reply.json())",
            ]
        return []

    def _by_check(self, last: Exchange) -> list[str]:
        claim = BY_CHECK.get(self.finding.check)
        return [claim] if claim else []

    def _is_made_up(self, name: str, value: Any) -> bool:
        """Tell whether another server would have another value there: a key that no reply before
        told.
        """
        if not is_key(name) or not may_be_key(value):
            return False
        is_sent = str(value) in self.sent
        return not is_sent and self.names.code(name, value) is None

    def _unlike(self, last: Exchange) -> list[str]:
        """Claim that the wrong value is not at its place again."""
        steps, came = self._steps(last), value_told(self.finding.actual)
        if steps is None or came is MISSING or self._is_made_up(str(steps[-1]), came):
            return []
        return [
            f"assert reply.json(){access(steps)} != "
            f"{literal(came, self.names, hint=str(steps[-1]))}"
        ]

    def _steps(self, last: Exchange) -> tuple[str | int, ...] | None:
        """Return the steps to the place in the reply, None where it is no place in it."""
        if not self.finding.place.startswith("/") or last.answer is None:
            return None
        return _found(last.answer.body, self.finding.place, self.finding.actual)

    def _otherwise(self, last: Exchange) -> Iterator[str]:
        """Claim that the wrong reply does not come again, whatever the server makes up in it."""
        if last.answer is None:
            yield "assert reply.status_code < 500"
        elif last.answer.body is NO_BODY or isinstance(last.answer.body, str):
            yield f"wrong = ({last.answer.status}, {text(last.answer.body or '')})"
            yield "assert (reply.status_code, reply.text) != wrong"
        else:
            body = literal(loosely(last.answer.body, self.names, self.sent), self.names)
            yield f"wrong = {body}"
            yield f"assert (reply.status_code, reply.json()) != ({last.answer.status}, wrong)"


def _absent(holder: str, step: str | int) -> str:
    if isinstance(step, int):
        return f"assert len({holder}) <= {step}"
    return f"assert {text(step)} not in {holder}"


def value_told(told: str) -> Any:
    """Return the JSON value that a text begins with, MISSING when it does not."""
    try:
        value, end = json.JSONDecoder().raw_decode(told)
    except ValueError:
        return MISSING
    return value if end == len(told) or told[end] == "," else MISSING


def _found(body: Any, place: str, actual: str) -> tuple[str | int, ...] | None:
    """Return the steps to a place of a reply: as it is told, else where the same value stands below
    an envelope.
    """
    told = tuple(each.replace("~1", "/").replace("~0", "~") for each in place.split("/")[1:])
    every = list(leaves(body))
    value = value_told(actual)
    inside = [steps for steps, each in every if tuple(map(str, steps[-len(told) :])) == told]
    fitting = [steps for steps in inside if value is MISSING or _at(body, steps) == value]
    if fitting:
        return min(fitting, key=len)
    holder = _steps(body, told[:-1])
    if holder is None:
        return None
    in_list = isinstance(_at(body, holder), list) and told[-1].isdecimal()
    return (*holder, int(told[-1]) if in_list else told[-1])


def _steps(body: Any, told: tuple[str, ...]) -> tuple[str | int, ...] | None:
    """Return the steps to a place that is there."""
    steps: list[str | int] = []
    for each in told:
        step: str | int = int(each) if isinstance(body, list) and each.isdecimal() else each
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
        steps.append(step)
    return tuple(steps) if isinstance(body, Mapping | list) else None


def _at(body: Any, steps: tuple[str | int, ...]) -> Any:
    for each in steps:
        body = body[each]
    return body
