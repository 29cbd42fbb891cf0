"""Check that webhooks and callbacks were sent: messages and an event in, an AssertionError that
tells what came nearest out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from mockserver.model.types import Model
from mockserver.outbox import Message
from mockserver.slots import dataclass
from mockserver.testing.comparison import differences
from mockserver.testing.expectation import NOT_SAID, times_text

MOST_SHOWN = 20
"""Messages that are shown; of more, the last ones."""


@dataclass(frozen=True, slots=True)
class WantedMessage:
    """What a message is to be like: its event, its JSON body (NOT_SAID: any), and where it went
    (None: anywhere). Where it is to be `delivered`, somebody must have taken it.
    """

    event: str
    json: Any = NOT_SAID
    url: str | None = None
    delivered: bool = False

    def differences(self, message: Message) -> list[str]:
        """Return where a message of the event is otherwise, one text for each place."""
        found: list[str] = []
        if self.json is not NOT_SAID:
            found += differences(message.body, self.json)
        if self.url not in (None, message.url):
            went = message.url or "nobody"
            found.append(f"it went to {went}, not {self.url}")
        if self.delivered and not message.is_delivered:
            found.append("nobody took it")
        return found


def known_events(models: Iterable[Model]) -> list[str]:
    """Return the names of all that APIs tell by themselves."""
    names = set()
    for model in models:
        for notice in model.announcements.notices:
            names.add(notice.name)
        for operation in model.operations:
            callbacks = operation.described.callbacks
            names.update(callback.name for callback in callbacks)
    return sorted(names)


def check_sent(
    messages: Sequence[Message], known: Sequence[str], wanted: WantedMessage, times: int | None
) -> None:
    """Raise AssertionError unless an event was told so many times (None: at least once)."""
    __tracebackhide__ = True
    alike = [message for message in messages if message.event == wanted.event]
    found = [message for message in alike if not wanted.differences(message)]
    if len(found) == times or (times is None and found):
        return
    expected = "at least once" if times is None else times_text(times)
    counted = times_text(len(found))
    if len(found) < len(alike):
        counted += " as wanted"
    lines = [f"{wanted.event} was sent {counted}, not {expected}"]
    if not alike:
        lines += _hints(wanted.event, known)
    lines += _shown(messages, wanted)
    raise AssertionError("\n".join(lines))


def _hints(event: str, known: Sequence[str]) -> list[str]:
    """Return a line with what the documents call the event, where they do not know its name."""
    if event in known:
        return []
    if not known:
        return ["the documents name no webhook and no callback"]
    named = f"they name {', '.join(known)}"
    for near in get_close_matches(event, known, n=1):
        named = f"did you mean {near}?"
    return [f"the documents name no {event}: {named}"]


def _shown(messages: Sequence[Message], wanted: WantedMessage) -> list[str]:
    """Return a line for each message, and one for each place where it is not as wanted."""
    if not messages:
        return ["nothing was sent"]
    lines = ["what was sent:"]
    before = len(messages) - MOST_SHOWN
    if before > 0:
        lines.append(f"  ... {before} before these")
    for message in messages[-MOST_SHOWN:]:
        went = message.url or "nobody, for none had asked for it"
        lines.append(f"  {message.event} by {message.operation}, to {went}")
        if message.event != wanted.event:
            continue
        for text in wanted.differences(message):
            lines.append(f"      {text}")
    return lines
