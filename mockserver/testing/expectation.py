"""Check that calls were made: entries and an operation in, an AssertionError that tells what came
nearest out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from json import loads
from typing import Any, Final

from mockserver.control.journal import Entry
from mockserver.control.pattern import NEAREST, Pattern, pattern_of
from mockserver.control.save import change_text
from mockserver.slots import dataclass
from mockserver.testing.comparison import differences

NOT_SAID: Final[Any] = object()
"""In the place of a JSON body: any one will do."""

MOST_SHOWN = 50
"""Calls that are shown; of more, the last ones."""
MOST_CHANGES = 5
"""Changes of one call that are shown."""


@dataclass(frozen=True, slots=True)
class WantedCall:
    """What a call is to be like, beside its operation: its answer, its JSON body (NOT_SAID: any),
    and the tests of headers and query parameters.
    """

    status: int | None = None
    json: Any = NOT_SAID
    tests: Pattern = Pattern()

    def differences(self, entry: Entry) -> list[str]:
        """Return where a call is otherwise, one text for each place."""
        found = self.tests.differences(entry)
        if self.json is not NOT_SAID:
            found += differences(_body(entry), self.json)
        if self.status is not None and entry.status != self.status:
            found.append(f"it was answered {entry.status}, not {self.status}")
        return found

    @property
    def tells_of_requests(self) -> bool:
        """Whether it says more than how a call was answered."""
        return self.json is not NOT_SAID or bool(self.tests.parts)


def wanted_call(
    status: int | None,
    json: Any,
    headers: Mapping[str, Any] | None,
    query: Mapping[str, Any] | None,
) -> WantedCall:
    """Return a call from what is said; values of headers and query parameters are texts, or tests
    in the words of a pattern. Raises SettingsError.
    """
    words = {"headers": headers or {}, "queryParameters": query or {}}
    wanted = {}
    for word, said in words.items():
        wanted[word] = {name: _test(value) for name, value in said.items()}
    return WantedCall(status, json, pattern_of(wanted))


def check_called(
    calls: Sequence[Entry],
    known: Sequence[str],
    operation: str,
    times: int | None,
    call: WantedCall,
) -> None:
    """Raise AssertionError unless an operation was called so many times (None: at least once)."""
    __tracebackhide__ = True
    method, _, path = operation.strip().partition(" ")
    label = f"{method.upper()} {path.strip()}"
    matching = [each for each in calls if label in (each.operation, f"{each.method} {each.path}")]
    wanted = [each for each in matching if not call.differences(each)]
    if len(wanted) == times or (times is None and wanted):
        return
    answered = "" if call.status is None else f" with the answer {call.status}"
    if call.tells_of_requests:
        answered += " as wanted"
    expected = "at least once" if times is None else times_text(times)
    lines = [f"{label} was called {times_text(len(wanted))}{answered}, not {expected}"]
    if call.tells_of_requests:
        lines += _near_misses(matching, call)
    if not (call.tells_of_requests and matching):
        lines += _hints(calls, known, label, matching, wanted)
    raise AssertionError("\n".join([*lines, *show(calls)]))


def show(calls: Sequence[Entry]) -> list[str]:
    """Return a line for each call with what it was and how long it took, one for each reason why it
    was refused, and one for each record that it changed.
    """
    if not calls:
        return ["no calls were made"]
    lines = [f"{len(calls)} calls were made:" if len(calls) > 1 else "one call was made:"]
    if len(calls) > MOST_SHOWN:
        lines.append(f"  ... {len(calls) - MOST_SHOWN} before these")
    for each in calls[-MOST_SHOWN:]:
        lines.append(
            f"  {each}  ({f'{each.kind}, ' if each.kind else ''}{each.took_s * 1000:.1f} ms)"
        )
        lines += [f"      {reason}" for reason in each.violations]
        changes = [text for text in map(change_text, each.changes) if text]
        lines += [f"      {text}" for text in changes[:MOST_CHANGES]]
        if len(changes) > MOST_CHANGES:
            lines.append(f"      ... and {len(changes) - MOST_CHANGES} changes more")
    return lines


def times_text(count: int) -> str:
    """Return how often something was done, in words."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _near_misses(matching: Sequence[Entry], call: WantedCall) -> list[str]:
    """Return the calls of the operation that are otherwise, those with the fewest differences
    first.
    """
    missed = [(entry, call.differences(entry)) for entry in reversed(matching)]
    nearest = sorted([miss for miss in missed if miss[1]], key=lambda miss: len(miss[1]))
    lines = []
    for entry, texts in nearest[:NEAREST]:
        shown = "; ".join(texts[:MOST_CHANGES])
        rest = len(texts) - MOST_CHANGES
        lines.append(f"  near: {entry}: {shown}" + (f"; and {rest} more" if rest > 0 else ""))
    return lines


def _body(entry: Entry) -> Any:
    """Return the value of a JSON body, the text of another one."""
    text = entry.body.decode(errors="replace")
    try:
        return loads(text)
    except ValueError:
        return text


def _test(value: Any) -> Any:
    """Return a test in the words of a pattern; a number or flag stands for its text."""
    if isinstance(value, str | Mapping):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return {"absent": True} if value is None else str(value)


def _hints(
    calls: Sequence[Entry],
    known: Sequence[str],
    label: str,
    matching: Sequence[Entry],
    wanted: Sequence[Entry],
) -> list[str]:
    """Return what came near: the same call with other answers, other methods of the path, an
    operation misspelled.
    """
    if wanted:
        return []
    if matching:
        return [f"it was answered {', '.join(str(each.status) for each in matching)}"]
    path = label.partition(" ")[2]
    other = [each for each in calls if path in (each.path, each.operation.partition(" ")[2])]
    hints = (
        [f"the path was called with {', '.join(sorted({each.method for each in other}))}"]
        if other
        else []
    )
    if known and label not in known and not other:
        near = get_close_matches(label, known, 3, 0.5)
        hints.append(
            f"the document has no {label}" + (f"; near are {', '.join(near)}" if near else "")
        )
    return hints
