"""Report how Understudy plays the corpus: `python -m tests.corpus.report [NAME...] [--seconds N] [--why]`."""

from __future__ import annotations

import argparse
import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.corpus.documents import Sample, corpus
from tests.corpus.measure import Figures, measure

COLUMNS = (
    "document",
    "loads",
    "ops",
    "stateful",
    "lifecycles",
    "5xx",
    "tried",
    "failing",
    "explained",
    "start s",
    "MB",
)


def main() -> None:
    """Print a row for each document, with `--why` every failure below it, and one for all."""
    options = _options()
    samples = [each for each in corpus() if not options.names or each.name in options.names]
    if not samples:
        raise SystemExit("no documents: set UNDERSTUDY_CORPUS to the folder that has index.json")
    rows: list[Figures] = []
    print(_line(COLUMNS))
    for figures in run(samples, options.seconds, options.jobs):
        rows.append(figures)
        print(_line(_cells(figures)), flush=True)
        for line in _reasons(figures) if options.why else ():
            print(f"    {line}", flush=True)
    print(_line(_cells(_all(rows))))
    print(_line(_shares(_all(rows))))


def run(samples: Sequence[Sample], seconds: float, jobs: int) -> Iterator[Figures]:
    """Yield the figures of documents, each measured in a process of its own."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(partial(_apart, seconds=seconds), samples)


def _apart(sample: Sample, seconds: float) -> Figures:
    """Measure in a process, and end it when it has told its figures, whatever Schemathesis is still busy with."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(sample, seconds, there), daemon=True)
    process.start()
    there.close()
    try:
        told: Figures = here.recv()
        return told
    except EOFError:
        return Figures(sample.name, error=f"the process that measured it ended with {process.exitcode}")
    finally:
        process.kill()
        process.join()


def _measured(sample: Sample, seconds: float, there: Connection) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)  # callbacks to hosts that are not there
    there.send(measure(sample.name, sample.path, seconds))


def _cells(figures: Figures) -> tuple[str, ...]:
    failing = {each.operation for each in figures.failures}
    explained = {each.operation for each, _ in figures.explained} - failing
    return (
        figures.name,
        "no" if figures.error else "yes",
        str(figures.operations),
        f"{figures.stateful / max(1, figures.operations):.0%}",
        f"{figures.whole}/{figures.resources}",
        str(figures.server_errors),
        str(figures.conformed),
        str(len(failing)),
        str(len(explained)),
        f"{figures.start_seconds:.2f}",
        f"{figures.megabytes:.0f}",
    )


def _all(rows: Iterable[Figures]) -> Figures:
    """Return the sums over all documents, the worst start and memory."""
    whole = Figures("all")
    for each in rows:
        whole.error = whole.error or each.error
        for name in ("operations", "stateful", "resources", "whole", "server_errors", "conformed"):
            setattr(whole, name, getattr(whole, name) + getattr(each, name))
        whole.failures += each.failures
        whole.explained += each.explained
        whole.start_seconds = max(whole.start_seconds, each.start_seconds)
        whole.megabytes = max(whole.megabytes, each.megabytes)
    return whole


def _shares(whole: Figures) -> tuple[str, ...]:
    failing = len({each.operation for each in whole.failures}) / max(1, whole.conformed)
    lives = f"{whole.whole / max(1, whole.resources):.1%}"
    return ("", "", "", "", lives, "", "", f"{failing:.1%}", "", "", "")


def _reasons(row: Figures) -> Iterator[str]:
    if row.error:
        yield row.error
    yield from row.lost
    for failure in row.failures:
        yield f"{failure.check} {failure.operation}: {' '.join(failure.message.split())[:300]} ({failure.reply[:150]})"
    for why, count in Counter(why for _, why in row.explained).items():
        yield f"explained {count} times: {why}"


def _line(cells: Sequence[str]) -> str:
    widths = (28, 5, 5, 8, 10, 5, 6, 7, 9, 7, 5)
    return "  ".join(
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.report", description=__doc__)
    parser.add_argument("names", nargs="*", help="documents by name; all when none is given")
    parser.add_argument("--seconds", type=float, default=60, help="time for Schemathesis per document; 0 leaves it out")
    parser.add_argument("--jobs", type=int, default=2, help="documents measured at once")
    parser.add_argument("--why", action="store_true", help="tell every failure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
