"""Spell a call of the live server for the mock: a request and its reading in, the same in the
mock's keys out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from contracts.compare.alignment import Alignment
from contracts.requests.caller import asking
from contracts.targets.reading import Reading
from contracts.targets.recording import has_credentials
from contracts.targets.target import Sent
from contracts.wire.subject import Subject
from mockserver.control.masking import MASK, is_nobodys, secret_names
from mockserver.lookup import MISSING
from mockserver.model.types import Operation
from mockserver.state import key_of

OWN_HEADERS = frozenset({"accept", "content-type", "if-match", "if-none-match", "prefer"})
"""Headers of a call that go to the mock as they are."""


class Translation:
    """Translates for one mock, with its own credentials wherever the live server was sent any but
    wrong ones.
    """

    def __init__(self, mock: Subject, alignment: Alignment) -> None:
        self._mock, self._alignment = mock, alignment

    def spelled(self, sent: Sent, reading: Reading) -> Sent | None:
        """Return a call as the mock is to get it, None when it holds a secret that is not known any
        more.
        """
        if MASK.encode() in sent.content:
            return None
        model, operation = self._mock.model, reading.operation
        path, _, query = sent.target.partition("?")
        path = self._path(path, reading)
        names = secret_names([model])
        headers = {name.lower(): value for name, value in sent.headers.items()}
        asked = [
            pair
            for pair in parse_qsl(query, keep_blank_values=True)
            if pair[0].lower() not in names
        ]
        granted = len(asked) < len(parse_qsl(query, keep_blank_values=True)) or has_credentials(
            headers, names
        )
        pairs = [(name, self._asked(operation, name, value)) for name, value in asked]
        kept = {name: value for name, value in headers.items() if name in OWN_HEADERS}
        plain = Sent(sent.method, asking(path, pairs), kept, self._body(sent, reading))
        wrong = {name: value for name, value in headers.items() if is_nobodys(value)}
        if wrong or not granted:
            return plain.with_headers({**plain.headers, **wrong})
        opener = operation or next((each for each in model.operations if self._opens(each)), None)
        return self._mock.granted(opener, plain) if opener is not None else plain

    def _opens(self, operation: Operation) -> bool:
        """Tell whether an operation takes any credentials."""
        granted = self._mock.credentials(operation)
        return bool(granted.headers or granted.query or granted.cookies)

    def _path(self, path: str, reading: Reading) -> str:
        rest = path.removeprefix(self._alignment.live.base)
        operation = reading.operation
        if operation is not None:
            ours, theirs = operation.path.split("/"), rest.split("/")
            for at, step in enumerate(ours):
                if step.startswith("{") and step.endswith("}") and at < len(theirs):
                    theirs[at] = quote(
                        self._key(operation, step[1:-1], unquote(theirs[at])), safe=""
                    )
            rest = "/".join(theirs)
        return self._alignment.mock.base + rest

    def _key(self, operation: Operation, param: str, live: str) -> str:
        """Return the mock's key for that of a path parameter."""
        if param == operation.key_param and operation.resource:
            resource = self._mock.model.resources[operation.resource]
            return self._value(operation.key_field or resource.key or "", live, operation)
        parent = next(
            (each for each in operation.parents if each.param == param and each.resource), None
        )
        return self._alignment.mock_key(live, str(parent.resource)) if parent else live

    def _asked(self, operation: Operation | None, name: str, live: str) -> str:
        narrowed = (
            {each.param: each.field for each in operation.filters} if operation is not None else {}
        )
        if operation is None or name not in narrowed:
            return live
        return ",".join(self._value(narrowed[name], each, operation) for each in live.split(","))

    def _body(self, sent: Sent, reading: Reading) -> bytes:
        if not sent.content or reading.operation is None or reading.body is MISSING:
            return sent.content
        told = self._told(reading.body, reading.operation)
        if told == reading.body:
            return sent.content
        return json.dumps(told, ensure_ascii=False).encode()

    def _told(self, value: Any, operation: Operation, name: str = "") -> Any:
        """Return a value of a body with the mock's keys in it."""
        if isinstance(value, Mapping):
            return {key: self._told(child, operation, key) for key, child in value.items()}
        if isinstance(value, list):
            return [self._told(child, operation, name) for child in value]
        if not isinstance(value, str | int) or isinstance(value, bool):
            return value
        told = self._value(name, key_of(value), operation)
        return (
            int(told)
            if isinstance(value, int) and told.isdigit()
            else value
            if told == key_of(value)
            else told
        )

    def _value(self, name: str, live: str, operation: Operation) -> str:
        """Return the mock's text for what a property of the live server holds."""
        resource = self._mock.model.resources.get(operation.resource or "")
        if resource is None:
            return self._alignment.mock_text(live)
        spaces = {
            parent.field or parent.param: parent.resource
            for parent in resource.parents
            if parent.resource
        }
        spaces |= {each.field: each.resource for each in resource.references}
        space = resource.name if name == resource.key else spaces.get(name)
        return self._alignment.mock_key(live, space) if space else self._alignment.mock_text(live)
