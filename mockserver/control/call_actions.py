"""The part of the control API that tells of calls as they come, makes one once more, and says one
in another language.
"""

from __future__ import annotations

from mockserver.control.admission import Admission, admission_of, public
from mockserver.control.control import Control
from mockserver.control.events import EventStream
from mockserver.control.messages import AdminRequest, is_asked
from mockserver.control.replay import RepeatedCall
from mockserver.control.requests import entry_of
from mockserver.control.snippets import WRITERS, CalledApi
from mockserver.errors import SettingsError
from mockserver.exchange import Answer


def tell_events(request: AdminRequest) -> EventStream:
    """Return what tells of calls as they come, from the present one on where none is named."""
    control = request.control
    after = request.whole("after")
    last = request.headers.get("last-event-id", "")
    if after is None and last.isascii() and last.isdigit() and len(last) < 16:
        after = int(last)
    if after is None:
        after = control.journal.latest(request.space)
    return EventStream(
        control.feed,
        control.journal,
        control.writer,
        request.space,
        after,
        is_asked("brief", request),
    )


def replay_request(request: AdminRequest) -> RepeatedCall:
    """Return what makes a call once more."""
    control = request.control
    return RepeatedCall(
        control.app,
        entry_of(request),
        control.journal,
        control.writer,
    )


def say_request(request: AdminRequest) -> Answer:
    """Return a call as a command of curl or a test for pytest."""
    language = request.last("language", "curl")
    if language not in WRITERS:
        raise SettingsError(f"language must be {' or '.join(WRITERS)}, not {language!r}")
    entry = entry_of(request)
    control = request.control
    api = _called_api(control, entry.api)
    exchange = control.writer.masked(entry)
    root_path = entry.note.root_path
    text = WRITERS[language](exchange, root_path, api)
    return Answer(200, {"content-type": "text/plain; charset=utf-8"}, text.encode())


def _called_api(control: Control, name: str) -> CalledApi:
    """Return the API of a name, the first one for a call that is about none."""
    named = {edge.name: edge for edge in control.edges}
    edge = named.get(name)
    if edge is None and control.edges:
        edge = control.edges[0]
    if edge is None:
        return CalledApi(None, Admission())
    told = public(edge.space.model)
    return CalledApi(edge, admission_of(told))
