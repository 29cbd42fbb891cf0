"""Report how Understudy plays the corpus: `python -m tests.corpus.report [NAME...] [--why] [--peers
FOLDER]`.

One run takes in the whole corpus: each document gets a time that goes by its size and by how busy
the machine is, and a seed that is always the same.
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tests.corpus import peers
from tests.corpus.contenders import contenders
from tests.corpus.documents import Sample, corpus
from tests.corpus.measure import Figures, measure
from tests.corpus.table import foot, head, reasons, row, steps

LEAST_S = 10.0
"""What a small document gets; most are through sooner."""
MOST = 3.0
"""How many times its time a document gets at most where others keep the machine busy."""
PROBE_S = 0.2


def main() -> None:
    """Print a row for each document, with `--why` every failure below the table, and one for
    all.
    """
    options = _options()
    samples = [each for each in corpus() if not options.names or each.name in options.names]
    if not samples:
        raise SystemExit("no documents: set UNDERSTUDY_CORPUS to the folder that has index.json")
    began, rows = time.monotonic(), list[Figures]()
    print("\n".join(head()))
    for figures in run(samples, options.seconds, options.jobs):
        rows.append(figures)
        print(row(figures), flush=True)
    print("\n".join([*foot(rows), "", *steps(rows)]))
    print("\n" + "\n".join(_told(rows, options.why)), flush=True)
    if options.peers:
        found = list(peers.run(samples, contenders(options.peers), options.patience))
        print("\n".join(peers.totals(found)))
    print(f"\n{time.monotonic() - began:.0f} s in all.")


def run(samples: Sequence[Sample], seconds: float, jobs: int) -> Iterator[Figures]:
    """Yield the figures of documents, each measured in a process of its own, with so many seconds
    per operation.
    """
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(partial(_apart, seconds=seconds), samples)


def _apart(sample: Sample, seconds: float) -> Figures:
    """Measure in a process, and end it when it has told its figures."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(sample, seconds, there))
    process.start()
    there.close()
    try:
        told: Figures = here.recv()
        return told
    except EOFError:
        process.join()
        return Figures(
            sample.name, error=f"the process that measured it ended with {process.exitcode}"
        )
    finally:
        process.kill()
        process.join()


def _measured(sample: Sample, seconds: float, there: Connection) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)  # callbacks to hosts that are not there
    budget = max(LEAST_S, seconds * sample.operations) * slowness() if seconds else 0.0
    there.send(measure(sample, budget))


def slowness() -> float:
    """Return how many times longer than on an idle machine work takes now, at most MOST."""
    wall, own = time.perf_counter(), time.process_time()
    while time.process_time() - own < PROBE_S:
        sum(range(10_000))
    return min(MOST, max(1.0, (time.perf_counter() - wall) / PROBE_S))


def _told(rows: Sequence[Figures], everything: bool) -> Iterator[str]:
    """Yield what is to be known of each document; without `everything`, only what is Understudy's
    own or not tried.
    """
    for figures in rows:
        for line in reasons(figures):
            if everything or not line.startswith(("explained", "not made")):
                yield f"- {figures.name}: {line}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.report", description=__doc__)
    parser.add_argument("names", nargs="*", help="documents by name; all when none is given")
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.4,
        help="time for Schemathesis per operation; 0 leaves it out",
    )
    parser.add_argument("--jobs", type=int, default=1, help="documents measured at once")
    parser.add_argument(
        "--why", action="store_true", help="tell every failure, those that are explained too"
    )
    parser.add_argument(
        "--peers", type=Path, metavar="FOLDER", help="compare with the peers in this folder as well"
    )
    parser.add_argument(
        "--patience", type=float, default=30, help="seconds that a peer may take to answer first"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
