"""Headers that a document declares of a response: those that must come, and those with a value of
their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import quote

from mockserver.asgi.heldheaders import SELF_MADE, HeldHeaders
from mockserver.asgi.listheaders import ListHeaders
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Headers
from mockserver.call import Reply, Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import Spec, resolved, response_at, type_of
from mockserver.model.types import Kind, Model, Operation

STATELESS = "understudy-stateless"
"""Marks a reply that comes from the document and not from the state: no rule says what the
operation does.
"""

Make = Callable[[Any, str], Any]
"""Makes a value for a schema and a name."""


def declared_headers(
    spec: Spec, response: Mapping[str, Any], make: Make, but: Collection[str] = ()
) -> dict[str, str]:
    """Return the headers of a response by name in small letters.

    A required one always has a value, made from its schema where the document shows none; any other
    only when the document says what it is (example, default, or a single value).
    """
    found = {}
    declared = response.get("headers")
    for name, header in declared.items() if isinstance(declared, Mapping) else ():
        header = resolved(spec, header)
        if name.lower() in SELF_MADE or name.lower() in but:
            continue
        value = _said(spec, header)
        if value is MISSING and header.get("required") is True:
            value = make(_schema(header), name)
        if value is not MISSING and value is not None:
            found[name.lower()] = spelled(value)
    return found


def spelled(value: Any) -> str:
    """Spell a value as a header field: lists and objects in the style `simple` (OpenAPI 3.0.3,
    Style Values).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ",".join(f"{name},{spelled(child)}" for name, child in value.items())
    if isinstance(value, list):
        return ",".join(map(spelled, value))
    return re.sub(r"[^\t\x20-\x7e\xa0-\xff]+", " ", str(value)).strip()


class ReplyHeaders:
    """The headers of the replies of one operation, beside the media type."""

    def __init__(
        self,
        model: Model,
        operation: Operation,
        responses: Mapping[str, Any],
        supply: Supply,
        held: HeldHeaders,
    ) -> None:
        """Take what the headers are held to."""
        self._held = held
        self._model = model
        self._operation = operation
        self._responses = {"responses": responses}
        self._make: Make = lambda schema, name: supply.value(schema, f"{operation.label}/{name}")
        self._declared: dict[int, dict[str, str]] = {}
        names = response_at(self._responses, operation.success).get("headers") or {}
        is_list = operation.kind in (Kind.LIST, Kind.VIEW)
        self._list = ListHeaders(operation, names, model.habits.list_headers) if is_list else None

    def of(self, status: int, reply: Reply, request: Request) -> Headers:
        """Return the headers of a reply: those that tell of it, and the others that are
        declared.
        """
        found = self.declared(status)
        if self._list is not None and reply.page is not None:
            found = {name: text for name, text in found.items() if name not in self._list.known}
            found |= self._list.of(reply.page, request)
        if reply.created and reply.location is not None and self._operation.location:
            found = {**found, "location": self._place(reply.location, request)}
        if self._operation.kind is Kind.STATELESS:
            found = {**found, STATELESS: "true"}
        return encoded(found)

    def declared(self, status: int) -> dict[str, str]:
        """Return the headers that the document declares of a status, made once."""
        if status not in self._declared:
            spec, response = self._model.document.spec, response_at(self._responses, status)
            but = self._model.habits.header_names
            made = declared_headers(spec, response, self._make, but)
            self._declared[status] = self._fitting(status, response, made)
        return self._declared[status]

    def _fitting(
        self, status: int, response: Mapping[str, Any], made: dict[str, str]
    ) -> dict[str, str]:
        """Return headers without the examples that do not fit their own schema; a required one is
        made from that.
        """
        wrong = {
            str(each.path[1]).lower() for each in self._held.violations(status, encoded(made))
        } & set(made)
        if not wrong:
            return made
        found = {name: text for name, text in made.items() if name not in wrong}
        for name, header in response["headers"].items():
            header = resolved(self._model.document.spec, header)
            if name.lower() in wrong and header.get("required") is True:
                schema = resolved(self._model.document.spec, _schema(header))
                plain = {
                    word: said
                    for word, said in schema.items()
                    if word not in ("example", "examples", "default")
                }
                found[name.lower()] = spelled(self._make(plain, name))
        return found

    def _place(self, key: str, request: Request) -> str:
        """Return the URL of a new record: below its collection, or where it was put."""
        here = request.url.removesuffix(request.extension).rstrip("/")
        made = f"/{quote(key, safe='')}" if self._operation.key_param is None else ""
        return f"{here}{made}{request.extension}"


def encoded(headers: Mapping[str, str]) -> Headers:
    """Return headers as they go over the wire."""
    return [
        (name.encode("latin-1", "replace"), text.encode("latin-1", "replace"))
        for name, text in headers.items()
    ]


def _schema(header: Mapping[str, Any]) -> Any:
    content = header.get("content")
    media = next(iter(content.values()), {}) if isinstance(content, Mapping) else header
    return media.get("schema", {}) if isinstance(media, Mapping) else {}


def _said(spec: Spec, header: Mapping[str, Any]) -> Any:
    """Return the value that the document shows, MISSING when it shows none."""
    schema = resolved(spec, _schema(header))
    examples = header.get("examples")
    named = (
        [each.get("value", MISSING) for each in examples.values()]
        if isinstance(examples, Mapping)
        else []
    )
    options = schema.get("enum") or []
    told = [
        header.get("example", MISSING),
        *named,
        *(schema.get(word, MISSING) for word in ("example", "default")),
    ]
    told += options if len(options) == 1 else []
    return next((value for value in told if value is not MISSING and _fits(value, schema)), MISSING)


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Tell whether a value is a number where one is wanted; an example is often text for people."""
    if type_of(schema) not in ("integer", "number"):
        return True
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None
