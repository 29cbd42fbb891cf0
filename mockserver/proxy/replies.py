"""Hold replies to the document: what an operation declares and a reply in, the places where they
differ out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.asgi.bodies import Malformed
from mockserver.asgi.heldheaders import HeldHeaders
from mockserver.asgi.jsontext import loads
from mockserver.asgi.violations import find_violations
from mockserver.asgi.xml import is_xml, read_xml, shape_of
from mockserver.call import Violation
from mockserver.exchange import Answer
from mockserver.lookup import MISSING
from mockserver.model.declared import is_json, operation_at, response_at
from mockserver.model.schemas import Direction, SchemaCompiler, Validator
from mockserver.model.types import Model
from mockserver.proxy.upstream import LiveAnswer

REPLY = "reply"
"""The place of a violation that is in a reply."""
_BODILESS = frozenset({204, 205, 304})


class ReplyCheck:
    """What the replies of one operation are held to: status, media type, headers and body."""

    def __init__(self, model: Model, label: str, schemas: SchemaCompiler) -> None:
        """Take the operation of a label, `GET /shelves`."""
        method, _, path = label.partition(" ")
        self._spec = model.document.spec
        self._xml = model.habits.xml
        self._declared = operation_at(self._spec, path, method)
        self._schemas = schemas
        self._headers = HeldHeaders(
            self._spec, self._declared.get("responses") or {}, schemas, REPLY
        )
        self._validators: dict[tuple[int, str], Validator] = {}

    def violations(self, live: LiveAnswer, method: str) -> list[Violation]:
        """Return where a reply breaks the document; a body that was not read to its end is not
        looked at.
        """
        answer = live.answer
        response = response_at(self._declared, answer.status)
        if not response:
            return [self._undocumented(answer.status)]
        found = self._headers.violations(answer.status, answer.headers.to_wire())
        content = response.get("content") or {}
        has_body = method != "HEAD" and answer.status not in _BODILESS
        if content and has_body and live.rest is None:
            found += self._body(content, answer)
        return found

    def _undocumented(self, status: int) -> Violation:
        """Return what is wrong with a status that the document does not have."""
        responses = self._declared.get("responses") or {}
        names = map(str, responses)
        known = ", ".join(names) or "none"
        text = f"the status {status} is not documented (documented: {known})"
        return _broken("status", text)

    def _body(self, content: Mapping[str, Any], reply: Answer) -> list[Violation]:
        """Return where a body breaks what is documented for its media type."""
        if not reply.content:
            text = "a body is documented, and there is none"
            return [_broken("body", text)]
        media_type = reply.headers.media_type
        known = _declared_type(content, media_type)
        if known is None:
            documented = ", ".join(content)
            given = media_type or "no media type"
            text = f"{given} is not documented for {reply.status} (documented: {documented})"
            return [_broken("media_type", text)]
        schema = (content[known] or {}).get("schema")
        if schema is None:
            return []
        try:
            value = self._value(media_type, schema, reply.content)
        except (Malformed, ValueError) as error:
            text = f"the body is not {media_type}: {error}"
            return [_broken("body", text)]
        if value is MISSING:
            return []
        name = (reply.status, known)
        validator = self._validators.get(name)
        if validator is None:
            validator = self._schemas.compile(schema, Direction.REPLY)
            self._validators[name] = validator
        return find_violations(validator, value, REPLY)

    def _value(self, media_type: str, schema: Any, body: bytes) -> Any:
        """Return the value of a body, MISSING for what is neither JSON nor XML. Raises Malformed or
        ValueError.
        """
        if is_json(media_type):
            return loads(body)
        if not is_xml(media_type):
            return MISSING
        shape = shape_of(self._spec, schema, self._xml)
        return read_xml(shape, body, {})


def _broken(rule: str, message: str) -> Violation:
    """Return what is wrong with a reply as a whole."""
    return Violation(REPLY, (), rule, message)


def _declared_type(content: Mapping[str, Any], media_type: str) -> str | None:
    """Return the declared media type, or range of them, that a media type is one of."""
    spelled = {str(name).partition(";")[0].strip().lower(): str(name) for name in content}
    family = media_type.partition("/")[0]
    for wanted in (media_type, f"{family}/*", "*/*"):
        if wanted in spelled:
            return spelled[wanted]
    return None
