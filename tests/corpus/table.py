"""Lay out how documents are played as a table in Markdown: figures in, lines out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.corpus.lives.life import STEPS
from tests.corpus.measure import Figures

COLUMNS = (
    ("document", 27),
    ("loads", 5),
    ("operations", 10),
    ("stateful", 8),
    ("lives", 9),
    ("bare", 4),
    ("not made", 8),
    ("5xx", 3),
    ("tried", 5),
    ("calls", 6),
    ("failing", 7),
    ("explained", 9),
    ("start, s of CPU", 15),
    ("MB", 4),
)
MOST_SHOWN = 300
SUMS = ("operations", "stateful", "server_errors", "tried", "cases")


def head() -> Iterator[str]:
    """Yield the first two lines of the table."""
    yield _line(tuple(name for name, _ in COLUMNS))
    yield (
        "|"
        + "|".join(
            "-" * (width + 1) + ("-" if at == 0 else ":") for at, (_, width) in enumerate(COLUMNS)
        )
        + "|"
    )


def row(figures: Figures) -> str:
    """Return the line of a document. Failing and explained are operations, each counted once."""
    failing = {each.operation for each in figures.failures}
    explained = {each.operation for each, _ in figures.explained} - failing
    return _line(
        (
            figures.name,
            "no" if figures.error else "yes",
            str(figures.operations),
            f"{figures.stateful / max(1, figures.operations):.0%}",
            f"{figures.whole}/{len(figures.played)}",
            str(figures.bare),
            str(figures.underived),
            str(figures.server_errors),
            str(figures.tried),
            str(figures.cases),
            str(len(failing)),
            str(len(explained)),
            f"{figures.start_seconds:.2f}",
            f"{figures.megabytes:.0f}",
        )
    )


def foot(rows: Iterable[Figures]) -> Iterator[str]:
    """Yield the line of all documents: sums, the longest start and the most memory; then the
    shares.
    """
    rows = list(rows)
    loaded = sum(not each.error for each in rows)
    whole = Figures("all")
    for name in SUMS:
        setattr(whole, name, sum(getattr(each, name) for each in rows))
    whole.lives = [verdict for each in rows for verdict in each.lives]
    failing, explained = (
        sum(int(row(each).split("|")[column]) for each in rows) for column in (11, 12)
    )
    whole.start_seconds = max((each.start_seconds for each in rows), default=0)
    whole.megabytes = max((each.megabytes for each in rows), default=0)
    cells = [cell.strip() for cell in row(whole).split("|")[1:-1]]
    cells[1], cells[10], cells[11] = f"{loaded}/{len(rows)}", str(failing), str(explained)
    yield _line(tuple(cells))
    tried, lives = max(1, whole.tried), max(1, len(whole.played))
    shares = [""] * len(COLUMNS)
    shares[4], shares[5] = f"{whole.whole / lives:.1%}", f"{whole.bare / lives:.1%}"
    shares[8] = f"{whole.tried / max(1, whole.operations):.1%}"
    shares[10], shares[11] = f"{failing / tried:.1%}", f"{explained / tried:.1%}"
    yield _line(tuple(shares))


def steps(rows: Iterable[Figures]) -> Iterator[str]:
    """Yield the table of the steps of all lives: how often each was tried, failed, could not be
    reached, and could not be derived from a document.
    """
    played = [verdict for each in rows for verdict in each.played]
    counts = Counter(told for verdict in played for told in verdict.results.items())
    yield "| step | tried | failed | unreached | not tried |"
    yield "|---|--:|--:|--:|--:|"
    for step in STEPS:
        failed, unreached = counts[step, "failed"], counts[step, "unreached"]
        tried = counts[step, "passed"] + failed
        left = len(played) - tried - unreached
        yield f"| {step} | {tried} | {failed} | {unreached} | {left} |"


def reasons(figures: Figures) -> Iterator[str]:
    """Yield why something of a document is not played, and what was not tried."""
    if figures.error:
        yield figures.error
    for verdict in figures.lives:
        for failure in verdict.failures:
            yield f"{verdict.life.collection}: {failure[:MOST_SHOWN]}"
        if verdict.life.played is None:
            yield f"not made: {verdict.life.collection}: {verdict.life.untried['create']}"
    yield from (f"generation too slow: {each}" for each in figures.slow)
    for each in figures.failures:
        yield f"{each.check} {each.operation}: {' '.join(each.message.split())[:300]} ({each.reply[:150]})"
    for why, count in Counter(why for _, why in figures.explained).items():
        yield f"explained {count} times: {why}"


def _line(cells: tuple[str, ...]) -> str:
    padded = (
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, (_, width)) in enumerate(zip(cells, COLUMNS, strict=True))
    )
    return f"| {' | '.join(padded)} |"
