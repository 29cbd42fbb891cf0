"""Check that calls were made: entries and an operation in, an AssertionError that tells what came
nearest out.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from mockserver.control.journal import Entry
from mockserver.control.save import change_text

MOST_SHOWN = 50
"""Calls that are shown; of more, the last ones."""
MOST_CHANGES = 5
"""Changes of one call that are shown."""


def check_called(
    calls: Sequence[Entry],
    known: Sequence[str],
    operation: str,
    times: int | None,
    status: int | None,
) -> None:
    """Raise AssertionError unless an operation was called so many times (None: at least once)."""
    __tracebackhide__ = True
    method, _, path = operation.strip().partition(" ")
    label = f"{method.upper()} {path.strip()}"
    matching = [each for each in calls if label in (each.operation, f"{each.method} {each.path}")]
    wanted = [each for each in matching if status is None or each.status == status]
    if len(wanted) == times or (times is None and wanted):
        return
    answered = "" if status is None else f" with the answer {status}"
    expected = "at least once" if times is None else _times(times)
    lines = [f"{label} was called {_times(len(wanted))}{answered}, not {expected}"]
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


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


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
