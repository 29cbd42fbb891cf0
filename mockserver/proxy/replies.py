"""Hold replies to the document: what an operation declares and a reply in, the places where they
differ out.
"""

from __future__ import annotations

from typing import Any

from mockserver.asgi.codec.bodies import Malformed
from mockserver.asgi.codec.xml import is_xml, read_xml, shape_of
from mockserver.asgi.refusals.violations import find_violations
from mockserver.asgi.replies.headers import HeldHeaders
from mockserver.call import Violation
from mockserver.exchange import Answer
from mockserver.jsontext import loads
from mockserver.lookup import MISSING
from mockserver.mediatype import plain_media_type
from mockserver.model.schema.schemas import Direction
from mockserver.model.types import (
    Content,
    DescribedMedia,
    Operation,
    XmlHabits,
    is_json,
)
from mockserver.proxy.upstream import LiveAnswer

REPLY = "reply"
"""The place of a violation that is in a reply."""
_BODILESS = frozenset({204, 205, 304})


class ReplyCheck:
    """What the replies of one operation are held to: status, media type, headers and body."""

    def __init__(self, operation: Operation, xml: XmlHabits) -> None:
        self._described = operation.described
        self._xml = xml
        self._headers = HeldHeaders(operation.described, REPLY)

    def violations(self, live: LiveAnswer, method: str) -> list[Violation]:
        """Return where a reply breaks the document; a body that was not read to its end is not
        looked at.
        """
        answer = live.answer
        response = self._described.response(answer.status)
        if not response.status:
            return [self._undocumented(answer.status)]
        found = self._headers.violations(answer.status, answer.headers.to_wire())
        has_body = method != "HEAD" and answer.status not in _BODILESS
        if response.content and has_body and live.rest is None:
            found += self._body(response.content, answer)
        return found

    def _undocumented(self, status: int) -> Violation:
        """Return what is wrong with a status that the document does not have."""
        known = ", ".join(self._described.responses) or "none"
        text = f"the status {status} is not documented (documented: {known})"
        return _broken("status", text)

    def _body(self, content: Content, reply: Answer) -> list[Violation]:
        """Return where a body breaks what is documented for its media type."""
        if not reply.content:
            text = "a body is documented, and there is none"
            return [_broken("body", text)]
        media_type = reply.headers.media_type
        media = _declared_media(content, media_type)
        if media is None:
            documented = ", ".join(content)
            given = media_type or "no media type"
            text = f"{given} is not documented for {reply.status} (documented: {documented})"
            return [_broken("media_type", text)]
        try:
            value = self._value(media_type, media, reply.content)
        except (Malformed, ValueError) as error:
            text = f"the body is not {media_type}: {error}"
            return [_broken("body", text)]
        if value is MISSING:
            return []
        validator = media.schema.validator(Direction.REPLY)
        return find_violations(validator, value, REPLY)

    def _value(self, media_type: str, media: DescribedMedia, body: bytes) -> Any:
        """Return the value of a body, MISSING for what is neither JSON nor XML. Raises Malformed or
        ValueError.
        """
        if is_json(media_type):
            return loads(body)
        if not is_xml(media_type):
            return MISSING
        shape = shape_of(media.schema, self._xml)
        return read_xml(shape, body, {})


def _broken(rule: str, message: str) -> Violation:
    """Return what is wrong with a reply as a whole."""
    return Violation(REPLY, (), rule, message)


def _declared_media(content: Content, media_type: str) -> DescribedMedia | None:
    """Return the declared media type, or range of them, that a media type is one of."""
    by_name = {}
    for name, media in content.items():
        bare = plain_media_type(name)
        by_name[bare] = media
    family = media_type.partition("/")[0]
    for wanted in (media_type, f"{family}/*", "*/*"):
        if wanted in by_name:
            return by_name[wanted]
    return None
