"""Hold replies to the document: what an operation declares and a reply in, the places where they
differ out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.asgi.bodies import Malformed, parse_media_type
from mockserver.asgi.headers import HeldHeaders
from mockserver.asgi.jsontext import loads
from mockserver.asgi.violations import find_violations
from mockserver.asgi.xml import is_xml, read_xml, shape_of
from mockserver.call import Violation
from mockserver.lookup import MISSING
from mockserver.model.declared import is_json, operation_at, response_at
from mockserver.model.schemas import Direction, SchemaCompiler, Validator
from mockserver.model.types import Model
from mockserver.model.types.operation import NOTHING
from mockserver.proxy.upstream import Reply

REPLY = "reply"
"""The place of a violation that is in a reply."""
_BODILESS = frozenset({204, 205, 304})


class ReplyCheck:
    """What the replies of one operation are held to: status, media type, headers and body."""

    def __init__(self, model: Model, label: str, schemas: SchemaCompiler) -> None:
        """Take the operation of a label, `GET /shelves`."""
        method, _, path = label.partition(" ")
        operation = model.labeled(label)
        self._table = model.schemas
        self._spec = model.document.spec
        self._xml = model.habits.xml
        self._declared = operation_at(self._spec, path, method)
        self._schemas = schemas
        self._headers = HeldHeaders(operation.described if operation else NOTHING, REPLY)
        self._validators: dict[tuple[int, str], Validator] = {}

    def violations(self, reply: Reply, method: str) -> list[Violation]:
        """Return where a reply breaks the document; a body that was not read to its end is not
        looked at.
        """
        response = response_at(self._declared, reply.status)
        if not response:
            known = ", ".join(map(str, self._declared.get("responses") or ())) or "none"
            return [
                _broken(
                    "status", f"the status {reply.status} is not documented (documented: {known})"
                )
            ]
        found = self._headers.violations(reply.status, reply.headers)
        content = response.get("content") or {}
        if content and method != "HEAD" and reply.status not in _BODILESS and reply.rest is None:
            found += self._body(content, reply)
        return found

    def _body(self, content: Mapping[str, Any], reply: Reply) -> list[Violation]:
        if not reply.body:
            return [_broken("body", "a body is documented, and there is none")]
        media_type = parse_media_type(reply.header(b"content-type"))[0]
        known = _declared_type(content, media_type)
        if known is None:
            documented = ", ".join(content)
            said = media_type or "no media type"
            return [
                _broken(
                    "media_type",
                    f"{said} is not documented for {reply.status} (documented: {documented})",
                )
            ]
        schema = (content[known] or {}).get("schema")
        if schema is None:
            return []
        try:
            value = self._value(media_type, schema, reply.body)
        except (Malformed, ValueError) as error:
            return [_broken("body", f"the body is not {media_type}: {error}")]
        if value is MISSING:
            return []
        name = (reply.status, known)
        if name not in self._validators:
            self._validators[name] = self._schemas.compile(schema, Direction.REPLY)
        return find_violations(self._validators[name], value, REPLY)

    def _value(self, media_type: str, schema: Any, body: bytes) -> Any:
        """Return the value of a body, MISSING for what is neither JSON nor XML. Raises Malformed or
        ValueError.
        """
        if is_json(media_type):
            return loads(body)
        return (
            read_xml(shape_of(self._table.schema(schema), self._xml), body, {})
            if is_xml(media_type)
            else MISSING
        )


def _broken(rule: str, message: str) -> Violation:
    return Violation(REPLY, (), rule, message)


def _declared_type(content: Mapping[str, Any], media_type: str) -> str | None:
    """Return the declared media type, or range of them, that a media type is one of."""
    spelled = {str(each).partition(";")[0].strip().lower(): str(each) for each in content}
    wanted = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((spelled[each] for each in wanted if each in spelled), None)
