"""Remove what a run made on a server: its belongings in, the newest first, what is left of them
out.
"""

from __future__ import annotations

from contracts.errors import Withheld
from contracts.targets.target import Sent
from contracts.wire.subject import Subject
from contracts.wire.wire import Lost, Wire
from mockserver.model.types import Kind

GONE = frozenset({404, 410})


def clean_up(subject: Subject, wire: Wire) -> list[str]:
    """Delete the records that the run made; return the paths of those that are still there.

    Raises Unreachable when the server no longer answers.
    """
    wire.closing = True
    try:
        for item in reversed(subject.belongings.items):
            if _delete(subject, wire, item):
                subject.belongings.remove(item)
    finally:
        wire.closing = False
    return list(subject.belongings.items)


def _delete(subject: Subject, wire: Wire, item: str) -> bool:
    """Delete an item, and look whether it is gone."""
    for operation in subject.model.operations:
        if operation.kind is not Kind.DELETE:
            continue
        for path in (item, f"{item}/"):
            reading = wire.readings.read(Sent("DELETE", path))
            if reading.operation is not operation:
                continue
            try:
                answer = wire.send(subject.granted(operation, Sent("DELETE", path)))
            except (Lost, Withheld):
                return False
            return answer.status < 300 or answer.status in GONE
    return False
