"""The bench: which phase of the kit finds which planted fault, and after how long; a table of
Markdown comes out.

    python -m tests.planted.bench [--seconds 60] [--seeds 1] [--only NAME]... [--right N] [--phases
    laws,machine]

A fault has `--seconds` in all, which the phases share as in `understudy check`. A phase is stopped
at its first finding; Schemathesis alone is what its own checks find in the phase of conformance,
when that is let run to its end (`--alone`). `--right N` looks for false alarms instead: the servers
as they should be, over N seeds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from contracts.events import CheckFailed, RunFinished
from contracts.findings import Finding
from contracts.phases.told import STATE
from contracts.runner import SHARES, Plan, run
from contracts.targets.target import Target
from contracts.targets.wsgi import WsgiTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.conftest import model_of
from tests.live.omnitron import app as omnitron
from tests.live.shop.app import application
from tests.machine.machines import start_of
from tests.planted.fault import Fault
from tests.planted.faults import BY_NAME, FAULTS

SHOP = str(Path(__file__).parents[1] / "live" / "shop")


@dataclass(frozen=True, slots=True)
class Result:
    """What one phase made of one fault: after how many seconds it was found, None when it was not,
    and by what.
    """

    after_s: float | None
    check: str = ""
    alone: bool = False

    def __str__(self) -> str:
        return "-" if self.after_s is None else f"{self.after_s:.1f}"


def right_servers() -> dict[str, Subject]:
    """Return the servers as they should be, each as a subject that is opened anew each time."""
    return {
        "shop": _subject(SHOP, lambda: WsgiTarget(application())),
        "omnitron": _subject("omnitron", lambda: WsgiTarget(omnitron.application())),
    }


def wrong_server(fault: Fault) -> Subject:
    """Return the server of a fault as a subject that is opened anew each time."""
    if fault.server == "shop":
        return _subject(SHOP, lambda: WsgiTarget(application(fault.habits())))
    return _subject(fault.server, lambda: WsgiTarget(omnitron.application(fault.habits())))


def try_phase(
    subject: Subject, phase: str, seconds: float, seed: int, alone: bool = False
) -> Result:
    """Run one phase until it finds something, or with `alone` until a check of Schemathesis
    does.
    """
    began_s = time.monotonic()
    first: Result | None = None
    with closing(findings(subject, Plan(phases=(phase,), seconds=seconds, seed=seed))) as found:
        for finding in found:
            own = phase == "conformance" and finding.check != STATE
            first = first or Result(time.monotonic() - began_s, finding.check, own)
            if own and alone:
                return Result(first.after_s, first.check, True)
            if not alone:
                break
    return first or Result(None)


def findings(subject: Subject, plan: Plan) -> Iterator[Finding]:
    """Yield what a run finds. Raises RuntimeError when it could not run."""
    with closing(run(subject, plan)) as events:
        for event in events:
            if isinstance(event, CheckFailed):
                yield event.finding
            if isinstance(event, RunFinished) and event.could_not:
                raise RuntimeError(event.could_not)


def measure(
    fault: Fault, phases: Sequence[str], seconds: float, seed: int, alone: bool = False
) -> dict[str, Result]:
    """Return what each phase makes of a fault in its share of the time."""
    return {
        phase: try_phase(
            wrong_server(fault),
            phase,
            seconds * SHARES[phase],
            seed,
            alone and phase == "conformance",
        )
        for phase in phases
    }


def row(fault: Fault, seed: int, results: dict[str, Result], alone: bool) -> str:
    """Return a line of the table."""
    cells = [fault.area, fault.name, str(seed), *map(str, results.values())]
    if alone:
        cells.append("yes" if results.get("conformance", Result(None)).alone else "no")
    by = next(
        (f"{phase}: {each.check}" for phase, each in results.items() if each.after_s is not None),
        "**missed**",
    )
    return f"| {' | '.join([*cells, by])} |"


@click.command()
@click.option(
    "--seconds", default=60.0, show_default=True, help="Time for each fault, for all phases."
)
@click.option("--seeds", default=1, show_default=True, help="How often each fault is looked for.")
@click.option("--only", multiple=True, help="Names of faults, or areas.")
@click.option("--phases", default=",".join(SHARES), show_default=True)
@click.option(
    "--alone", is_flag=True, help="Let conformance go on until Schemathesis itself finds the fault."
)
@click.option(
    "--cpu",
    is_flag=True,
    help="Count the seconds of this process alone, where others use the machine.",
)
@click.option(
    "--right", default=0, help="Look for false alarms on the right servers, over so many seeds."
)
def main(
    seconds: float,
    seeds: int,
    only: tuple[str, ...],
    phases: str,
    alone: bool,
    cpu: bool,
    right: int,
) -> None:
    """Measure which phase finds which planted fault."""
    names = phases.split(",")
    if cpu:
        time.monotonic = time.process_time  # the clock of every budget
    if right:
        _look_for_false_alarms(right, seconds, names)
        return
    chosen = [each for each in FAULTS if not only or each.name in only or each.area in only]
    missing = [
        each for each in only if each not in BY_NAME and all(each != fault.area for fault in FAULTS)
    ]
    if missing:
        raise click.BadParameter(
            f"no fault and no area is called {missing[0]!r}", param_hint="--only"
        )
    heads = [
        "area",
        "fault",
        "seed",
        *(f"{name} s" for name in names),
        *(["Schemathesis alone"] if alone else []),
        "by",
    ]
    click.echo(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    found = 0
    for fault in chosen:
        for seed in range(seeds):
            results = measure(fault, names, seconds, seed, alone)
            found += any(each.after_s is not None for each in results.values())
            click.echo(row(fault, seed, results, alone))
    click.echo(f"\n{found} of {len(chosen) * seeds} found within {seconds:g} s")


def _look_for_false_alarms(seeds: int, seconds: float, names: Sequence[str]) -> None:
    alarms = 0
    for name, subject in right_servers().items():
        for seed in range(seeds):
            for finding in findings(subject, Plan(phases=names, seconds=seconds, seed=seed)):
                alarms += 1
                click.echo(
                    f"{name}, seed {seed}: {finding.phase} {finding.check} {finding.operation}: {finding.message}"
                )
    click.echo(f"{alarms} false alarms on {len(right_servers())} right servers over {seeds} seeds")


def _subject(api: str, connect: Callable[[], Target]) -> Subject:
    return Subject(model_of(api), connect, lambda: start_of(api), fresh=True, safety=Safety.ALL)


if __name__ == "__main__":
    main()
