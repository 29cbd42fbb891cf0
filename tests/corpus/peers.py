"""Compare Understudy with its peers on the corpus: `python -m tests.corpus.peers --peers FOLDER
[NAME...]`.

FOLDER holds the Node packages of the peers, or will after `--install`. A document that a server
does not load counts with all its operations and lives.
"""

from __future__ import annotations

import argparse
import shlex
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from mockserver.apis import load_model
from mockserver.model.types import Model
from tests.corpus.contenders import Contender, NotStarted, Running, contenders, install
from tests.corpus.documents import Sample, corpus
from tests.corpus.lives.derive import derive
from tests.corpus.lives.judging import has_judge, judged
from tests.corpus.standing import Standing, conforming


@dataclass(frozen=True, slots=True)
class Row:
    """One server on one document: `first_reply_s` is None where it did not load, and `why` tells
    the reason.
    """

    server: str
    document: str
    standing: Standing
    first_reply_s: float | None = None
    megabytes: float = 0.0
    why: str = ""


def main() -> None:
    """Print a line for each server and document, and a table of the totals in Markdown."""
    options = _options()
    warnings.simplefilter("ignore")
    if options.install and options.peers:
        install(options.peers)
    samples = [each for each in corpus() if not options.names or each.name in options.names]
    if not samples:
        raise SystemExit("no documents: set UNDERSTUDY_CORPUS to the folder that has index.json")
    rows: list[Row] = []
    for row in run(samples, contenders(options.peers), options.patience):
        rows.append(row)
        print(_line(row), flush=True)
    print("\n" + "\n".join(totals(rows)))


def run(
    samples: Sequence[Sample], servers: Sequence[Contender], patience_s: float
) -> Iterator[Row]:
    """Yield a row for each document and server, one at a time so that none disturbs another."""
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples:
            model = load_model(str(sample.path))
            for server in servers:
                yield measured(sample, model, server, patience_s, Path(folder) / "server.log")


def measured(sample: Sample, model: Model, server: Contender, patience_s: float, log: Path) -> Row:
    """Return how one server plays one document."""
    lives = [each for each in derive(model) if each.played is not None] if has_judge() else []
    nothing = Standing(len(model.operations), 0, len(lives))
    try:
        running = Running(server, sample.path, patience_s, log)
    except NotStarted as error:
        return Row(server.name, sample.name, nothing, why=str(error))
    base = "" if server.at_root else model.base_paths[0]
    try:
        played = conforming(model, f"http://127.0.0.1:{running.port}", base)
        row = Row(server.name, sample.name, nothing, running.first_reply_s, running.megabytes())
    finally:
        running.stop()
    verdicts = judged(sample, model, lives, shlex.join(server.command), server.at_root)
    whole = sum(each.is_whole for each in verdicts)
    return replace(row, standing=replace(nothing, conforming=played, whole=whole))


def _line(row: Row) -> str:
    at = row.standing
    start = (
        f"{row.first_reply_s:6.2f} s {row.megabytes:4.0f} MB"
        if row.first_reply_s is not None
        else row.why[:90]
    )
    calls = f"{at.conforming:4}/{at.operations:<4} replies  {at.whole:3}/{at.lives:<3} lives"
    return f"{row.document:28} {row.server:11} {calls}  {start}"


def totals(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of all servers in Markdown."""
    yield "| server | loads | first reply, s: median, longest | MB, most | conforming replies | lives |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name in dict.fromkeys(row.server for row in rows):
        mine = [row for row in rows if row.server == name]
        loaded = [row.first_reply_s for row in mine if row.first_reply_s is not None]
        times = f"{median(loaded):.2f}, {max(loaded):.2f}" if loaded else ""
        operations, lives = (
            sum(getattr(row.standing, word) for row in mine) for word in ("operations", "lives")
        )
        conforming, whole = (
            sum(getattr(row.standing, word) for row in mine) for word in ("conforming", "whole")
        )
        shares = f"{conforming / max(operations, 1):.0%} | {whole / max(lives, 1):.0%}"
        yield f"| {name} | {len(loaded)}/{len(mine)} | {times} | {max(row.megabytes for row in mine):.0f} | {shares} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.peers", description=__doc__)
    parser.add_argument("names", nargs="*", help="documents by name; all when none is given")
    parser.add_argument(
        "--peers", type=Path, metavar="FOLDER", help="where the Node packages of the peers are"
    )
    parser.add_argument("--install", action="store_true", help="install them there first")
    parser.add_argument(
        "--patience", type=float, default=60, help="seconds that a server may take to answer first"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
