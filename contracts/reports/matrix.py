"""Tables of what was tried: verdicts by check and place, and what of the document was seen; a Tally
in, HTML out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.reports.coverage import Coverage, Covered, Sendings
from contracts.reports.markup import Markup, element, joined
from contracts.reports.tally import Tally, Verdict

SIGNS = {"held": "✓", "broke": "✗", "untried": "–", "": ""}


def matrices(tally: Tally) -> Iterator[tuple[str, Markup]]:
    """Yield each phase and the table of its checks and places; the longer side goes down."""
    for phase in dict.fromkeys(phase for phase, _, _ in tally.checks):
        cells = {
            (check, where): each for (at, check, where), each in tally.checks.items() if at == phase
        }
        checks = list(dict.fromkeys(check for check, _ in cells))
        places = list(dict.fromkeys(where for _, where in cells))
        if len(checks) >= len(places):
            rows = [(check, [cells.get((check, where)) for where in places]) for check in checks]
            yield phase, _table(phase, places, rows)
        else:
            rows = [(where, [cells.get((check, where)) for check in checks]) for where in places]
            yield phase, _table(phase, checks, rows)


def coverage(covered: Coverage) -> list[Markup]:
    """Return the table of operations with their statuses and parameters, and the sums before it."""
    operations = list(covered.operations.values())
    statuses = [
        count for each in operations for _, count, documented in each.statuses() if documented
    ]
    sent = [each for operation in operations for each in operation.parameters]
    told = (
        f"{sum(map(bool, statuses))} of {len(statuses)} documented statuses were seen; of "
        f"{len(sent)} parameters and "
        f"bodies {sum(bool(each.valid) for each in sent)} were sent as documented and "
        f"{sum(bool(each.invalid) for each in sent)} otherwise."
    )
    head = ("operation", "statuses", "parameters: valid, invalid")
    rows = [element("tr", *_covered(each), data_row=True) for each in operations]
    return [element("p", told), _scrolled("coverage", head, rows)]


def _table(
    phase: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Verdict | None]]]
) -> Markup:
    names = [element("span", each or "everywhere") for each in columns]
    told = [
        element(
            "tr",
            element("th", name or "everywhere", scope="row"),
            *map(_cell, cells),
            data_row=True,
        )
        for name, cells in rows
    ]
    return _scrolled(f"checks of {phase}", ["", *names], told, upright=len(columns) > 2)


def _cell(verdict: Verdict | None) -> Markup:
    if verdict is None:
        return element("td")
    word = verdict.word
    reason = f": {verdict.untried}" if word == "untried" else ""
    label = element("span", f"{word}{reason}", class_="heard")
    return element(
        "td",
        element("span", SIGNS[word], aria_hidden="true"),
        label,
        class_=word,
        title=f"{word}{reason}",
    )


def _covered(each: Covered) -> Iterator[Markup]:
    kind = element("span", each.operation.kind, class_="dim")
    yield element("th", element("code", each.operation.label), " ", kind, scope="row")
    yield element("td", *(_status(*status) for status in each.statuses()))
    yield element("td", *map(_sendings, each.parameters))


def _status(status: str, count: int, documented: bool) -> Markup:
    state = "other" if not documented else "held" if count else "untried"
    word = "not documented" if not documented else "seen" if count else "never seen"
    return joined(
        [
            element(
                "span",
                f"{status} ×{count}" if count else status,
                class_=f"badge {state}",
                title=word,
            ),
            " ",
        ]
    )


def _sendings(each: Sendings) -> Markup:
    state = "held" if each.valid else "untried"
    name = f"{each.name}{'*' if each.required else ''}"
    told = element(
        "span",
        f"{name} {each.valid}, {each.invalid}",
        class_=f"badge {state}",
        title=f"in {each.place}",
    )
    return joined([told, " "])


def _scrolled(
    name: str, columns: Sequence[str], rows: Sequence[Markup], upright: bool = False
) -> Markup:
    head = element(
        "tr",
        *(element("th", each, scope="col") for each in columns),
        class_="upright" if upright else False,
    )
    table = element("table", element("thead", head), element("tbody", *rows))
    return element("div", table, class_="wide", tabindex="0", role="region", aria_label=name)
