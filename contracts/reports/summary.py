"""The end of a run as people read it on a terminal: a Tally and stories of what was found in,
styled lines out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.reports.story import Story
from contracts.reports.tally import Tally
from contracts.targets.exchanges import told
from mockserver.plaintext import visible

BODY = 300
"""Characters of a body that a terminal shows."""
LONGEST = 2_000
"""Characters of a line for a shell that a terminal shows."""
STEPS = 12
"""Calls of one story that a terminal shows: the first and the last ones."""
STORIES = 20
"""Findings that a terminal tells."""
LISTED = 8
"""Entries of a list that a terminal shows."""
SAFETY = {
    "read": "only reads",
    "own": "writes to what it made itself",
    "all": "does all there is to do",
}
VERDICTS = {
    0: ("The contract held.", "bold green"),
    1: ("The contract broke.", "bold red"),
    2: ("The contract could not be tried.", "bold red"),
}


def heading(tally: Tally) -> Text:
    """Return what the run is about, in one line."""
    run = tally.started
    if run is None:
        return Text("The run did not begin.")
    text = Text.assemble((f"{run.api}", "bold"), f" at {visible(run.target)}")
    limit = f", at most {run.seconds:.0f} s" if run.seconds is not None else ""
    return text.append(f" ({SAFETY.get(run.safety, run.safety)}, seed {run.seed}{limit})", "dim")


def summary(tally: Tally, stories: Sequence[Story]) -> Iterator[RenderableType]:
    """Yield all there is to say: what was tried, each finding, what was left behind, the
    verdict.
    """
    if tally.phases:
        yield Group(Text(), _phases(tally))
    lines = list(tried(tally))
    if lines:
        yield Group(Text(), *map(Text, lines))
    open_ones = [each for each in stories if not each.finding.accepted]
    for number, story in enumerate(open_ones[:STORIES], 1):
        yield Group(Text(), *_told(number, story))
    if len(open_ones) > STORIES:
        yield Text(
            f"\n... and {len(open_ones) - STORIES} findings more: ask for a report that is a file",
            "bold",
        )
    yield from _accepted(tally, stories)
    yield from _unsure(tally)
    if tally.left_behind:
        yield Text(
            f"\nLeft behind, remove them yourself ({len(tally.left_behind)}):", "bold yellow"
        )
        yield from (Text(f"  {visible(path)}") for path in tally.left_behind)
    yield Text()
    yield verdict(tally)


def tried(tally: Tally) -> Iterator[str]:
    """Yield what was tried and what was not, as plain lines."""
    if tally.calls or tally.phases:
        yield from _operations(tally)
    yield from _checks(tally)
    for reason, group in groupby(
        sorted(tally.withheld.items(), key=lambda each: each[0][1]),
        lambda each: each[0][1],
    ):
        withheld = list(group)
        names = [f"{name} ×{count}" for (name, _), count in withheld]
        yield (
            f"withheld, {counted(sum(count for _, count in withheld), 'request')}: "
            f"{visible(reason)}: {_some(names)}"
        )
    for message, count in tally.troubles.items():
        yield f"trouble: {visible(message)}{f' (×{count})' if count > 1 else ''}"


def verdict(tally: Tally) -> Text:
    """Return the last line: whether the contract held, why it counts or does not, and what the exit
    code is.
    """
    _, style = VERDICTS[tally.exit_code]
    text = Text(verdict_words(tally), style)
    why = reasons(tally)
    return text.append(f" {why} (exit code {tally.exit_code})", "default")


def verdict_words(tally: Tally) -> str:
    """Return whether the contract held, in one sentence."""
    if _is_cut_off(tally):
        return "The contract was not tried to the end."
    return VERDICTS[tally.exit_code][0]


def _is_cut_off(tally: Tally) -> bool:
    """Tell whether the run found nothing as far as it went, and did not go to its end."""
    end = tally.finished
    if end is None or end.could_not or tally.exit_code != 2:
        return False
    return end.interrupted or bool(end.too_little)


def reasons(tally: Tally) -> str:
    """Return why the verdict is as it is."""
    end = tally.finished
    if end is None:
        return "The run was cut off before its end."
    if end.could_not:
        return visible(end.could_not)
    open_ones = sum(not each.accepted for each in end.findings)
    accepted = len(end.findings) - open_ones
    parts = [f"{counted(open_ones, 'finding')}{f' and {accepted} accepted' if accepted else ''}"]
    parts.append(f"{counted(end.calls, 'call')} in {end.took_s:.1f} s")
    told = ", ".join(parts) + "."
    if end.nothing_tested:
        told += f" Nothing was really tested: {visible(end.nothing_tested)}."
    elif end.too_little:
        told += f" Too little was tested: {visible(end.too_little)}."
    return told + (" Interrupted." if end.interrupted else "")


def _phases(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("phase")
    for name in ("took", "cases", "calls", "findings"):
        table.add_column(name, justify="right")
    cut_short = any(phase.early for phase in tally.phases.values())
    if cut_short:
        table.add_column("")
    for name, phase in tally.phases.items():
        if not name:
            continue
        took = f"{phase.took_s:.1f} s" if phase.took_s is not None else "cut off"
        early = (
            [Text(f"ended early: {visible(phase.early)}" if phase.early else "", "yellow")]
            if cut_short
            else []
        )
        found = Text(str(phase.found), "red" if phase.found else "")
        table.add_row(name, took, f"{phase.cases:,}", f"{phase.calls:,}", found, *early)
    return table


def _operations(tally: Tally) -> Iterator[str]:
    if tally.started is None:
        return
    never, total = tally.never_answered, len(tally.started.operations)
    yield f"{total - len(never)} of {total} operations answered with success"
    names = [f"{visible(label)} ({statuses(seen)})" for label, seen in never.items()]
    if names:
        yield f"never: {_some(names)}"


def statuses(seen: object) -> str:
    """Return statuses and how often each came: `404 ×12, 500`."""
    counted = dict(seen) if isinstance(seen, dict) else {}
    return (
        ", ".join(f"{status} ×{count}" for status, count in sorted(counted.items())) or "not called"
    )


def _checks(tally: Tally) -> Iterator[str]:
    words = [each.word for each in tally.checks.values()]
    if not words:
        return
    yield (
        f"checks: {words.count('held')} held, {words.count('broke')} broke, "
        f"{words.count('untried')} untried"
    )
    missing = [(why, _where(name)) for name, why in _untried(tally)]
    for reason, group in groupby(sorted(missing), key=lambda each: each[0]):
        yield f"untried: {visible(reason)}: {_some([name for _, name in group])}"


def _untried(tally: Tally) -> Iterator[tuple[tuple[str, str, str], str]]:
    for name, each in tally.checks.items():
        if each.word == "untried":
            yield name, each.untried


def _where(name: tuple[str, str, str]) -> str:
    return f"{name[1]} ({visible(name[2])})" if name[2] else name[1]


def _told(number: int, story: Story) -> Iterator[Text]:
    finding = story.finding
    yield Text.assemble((f"{number}. {story.title}", "bold red"))
    yield Text(f"   {finding.sentence}")
    for line in visible(finding.message).splitlines()[:LISTED]:
        yield Text(f"   {line[:BODY]}", "dim")
    for line in story.elsewhere():
        yield Text(f"   {line}")
    for line in _shortened(story.steps(BODY)):
        yield Text(f"     {line}")
    for line in story.contrast_lines():
        yield Text(f"   {line[: 2 * BODY]}")
    if story.documented:
        yield Text(f"   documented at {story.documented}", "dim")
    yield Text(f"   {story.sign}", "dim")
    if finding.calls:
        yield Text("   again:", "dim")
        yield from (Text(f"     {line}") for line in _shortened(list(map(_copied, story.curls()))))


def _accepted(tally: Tally, stories: Sequence[Story]) -> Iterator[Text]:
    known = [each for each in stories if each.finding.accepted]
    if known:
        yield Text(f"\nAccepted ({len(known)}):", "bold")
        for each in known:
            yield Text(f"  {each.title} ({each.finding.fingerprint}): {each.finding.accepted}")
    gone = tally.finished.gone if tally.finished is not None else ()
    if gone:
        yield Text("\nGone, take them out of the ledger:", "bold")
        yield from (Text(f"  {visible(each)}") for each in gone)


def _unsure(tally: Tally) -> Iterator[Text]:
    """Yield what looked wrong and need not be, each with the calls that showed it."""
    known = list(tally.unsure.values())
    if known:
        yield Text(f"\nUnsure ({len(known)}), look yourself; the run goes on as if it were right:")
    for finding in known[:LISTED]:
        where = f" in {finding.operation}" if finding.operation else ""
        yield Text(f"  {finding.check}{where}: {visible(finding.message)[:BODY]}", "dim")
        calls = list(finding.calls)[-3:]
        for number, each in enumerate(calls, 1):
            line = visible(told(number, each.sent, each.answer, BODY))
            yield Text(f"    {line}", "dim")
    if len(known) > LISTED:
        yield Text(f"  ... and {len(known) - LISTED} more", "dim")


def _copied(line: str) -> str:
    """Return a line for a shell, which is of no use when it is cut."""
    return (
        line
        if len(line) <= LONGEST
        else f"# a call of {len(line):,} characters: ask for a report that is a file"
    )


def _shortened(lines: Sequence[str]) -> list[str]:
    """Return lines without the middle of many, each cut where it is very long."""
    if len(lines) <= STEPS:
        return list(lines)
    half = STEPS // 2
    return [
        *lines[:half],
        f"... {len(lines) - STEPS} more ...",
        *lines[-half:],
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def counted(number: int, noun: str) -> str:
    """Return a number and its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
