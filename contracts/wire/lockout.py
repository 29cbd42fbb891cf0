"""Notice a server that lets the run in no more, or never did: answers in, LockedOut out after a
handful of refusals.

Only requests count that carry the credentials which the run has, to operations that take some by
the document: what is sent without them on purpose must be refused. One success begins anew.

    GET /things -> 401, POST /things -> 401, ...    ->    "each of the first 20 calls was refused"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from contracts.errors import LockedOut
from contracts.targets.credentials import Credentials
from contracts.targets.target import Answer, Sent
from mockserver.model.types import Operation

MOST_REFUSED = 20
"""So many refusals, with no success between them, mean that nobody is let in."""
PATIENCE = 3
"""So many times as many where it is known who is calling (403)."""
ENOUGH = 3
"""So many operations must have refused: one may be for others alone."""
REFUSALS = frozenset({401, 403})
"""RFC 9110, sections 15.5.2 and 15.5.4."""


@dataclass(slots=True)
class Lockout:
    """Counts the refusals of a run.

    `credentials` returns what an operation takes, `granted` a request with that, `headers` go with
    every request, `base` is the path before those of the operations, `operations` are
    those that the run may call, `schemes` the names of the security schemes.
    """

    credentials: Callable[[Operation], Credentials]
    granted: Callable[[Operation, Sent], Sent]
    headers: Mapping[str, str]
    base: str
    operations: Sequence[Operation]
    schemes: Sequence[str] = ()
    _statuses: list[int] = field(default_factory=list)
    _refusing: set[str] = field(default_factory=set)
    _worked: set[str] = field(default_factory=set)
    _has_others: bool = False
    _labels: frozenset[str] | None = None

    def note(self, operation: Operation, sent: Sent, answer: Answer) -> None:
        """Count an answer. Raises LockedOut."""
        if operation.label not in self._counted() or not self._is_ours(operation, sent):
            return
        if answer.succeeded:
            self._worked.add(operation.label)
            self._statuses.clear()
            self._refusing.clear()
            return
        if not self._is_refusal(operation, answer):
            self._has_others = True
            return
        self._statuses.append(answer.status)
        self._refusing.add(operation.label)
        if self._is_over():
            raise LockedOut(self._told())

    def end(self) -> None:
        """Conclude when the run is over. Raises LockedOut where each answer was a refusal."""
        if self._statuses and not self._worked and not self._has_others:
            raise LockedOut(self._told())

    def openers(self) -> list[Operation]:
        """Return what else is to be asked once as many calls as mean something were refused, by too
        few operations.
        """
        if len(self._statuses) != MOST_REFUSED:
            return []
        return [each for each in self._readable() if each.label not in self._refusing]

    def _readable(self) -> list[Operation]:
        """Return the operations that can be asked by anybody who is let in: those that only read,
        without a path parameter.
        """
        found = []
        for operation in self.operations:
            is_plain = operation.method == "GET" and "{" not in operation.path
            if is_plain and operation.label in self._counted():
                found.append(operation)
        return found

    def asked(self, operation: Operation) -> Sent:
        """Return a request of an operation with what the run knows."""
        return self.granted(operation, Sent(operation.method, f"{self.base}{operation.path}"))

    def _is_refusal(self, operation: Operation, answer: Answer) -> bool:
        """Tell whether nobody is let in; once something worked, only what worked tells."""
        if not self._worked:
            return answer.status in REFUSALS
        return answer.status == 401 and operation.label in self._worked

    def _counted(self) -> frozenset[str]:
        """Return the operations that take credentials; those that are known, where any are."""
        if self._labels is None:
            closed = [each for each in self.operations if _is_closed(each)]
            granted = [each for each in closed if self.credentials(each) != Credentials()]
            self._labels = frozenset(each.label for each in granted or closed)
        return self._labels

    def _is_ours(self, operation: Operation, sent: Sent) -> bool:
        """Tell whether a request carries what the run knows."""
        granted = self.credentials(operation)
        there = _lowered(sent.headers)
        expected = _lowered(granted.headers)
        expected.update(_lowered(self.headers))
        cookies = there.get("cookie", "")
        for name, text in expected.items():
            if there.get(name) != text:
                return False
        for name, text in granted.cookies.items():
            if f"{name}={text}" not in cookies:
                return False
        return all(f"{name}={quote(text)}" in sent.target for name, text in granted.query.items())

    def _is_over(self) -> bool:
        """Tell whether so many calls to so many operations were refused that all will be."""
        count = len(self._statuses)
        refusing = len(self._refusing)
        if count < MOST_REFUSED:
            return False
        if self._worked:
            return refusing >= min(2, len(self._worked))
        half = (len(self._counted()) + 1) // 2
        is_wide = refusing >= min(ENOUGH, half)
        if 403 in self._statuses:  # what was asked may be for others alone
            return is_wide and count >= PATIENCE * MOST_REFUSED
        readable = {each.label for each in self._readable()}
        if readable and readable <= self._refusing:
            return True
        return is_wide

    def _told(self) -> str:
        statuses = " and ".join(str(status) for status in sorted(set(self._statuses)))
        count = len(self._statuses)
        scheme = self.schemes[0] if len(self.schemes) == 1 else "SCHEME"
        if self._worked:
            return (
                f"the credentials were refused ({statuses}) in the last {count} calls, and taken "
                f"before: they have ended; say by --auth-command what prints new ones, or give "
                f"some that last longer"
            )
        return (
            f"each of the first {count} calls was refused ({statuses}): say who is calling, with "
            f"credentials that are good, by --auth {scheme}=VALUE, --auth-command or --header"
        )


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by their names in small letters."""
    return {name.lower(): text for name, text in headers.items()}


def _is_closed(operation: Operation) -> bool:
    """Tell whether an operation takes credentials in each of its ways."""
    required = operation.described.security
    return bool(required) and all(required or ())
