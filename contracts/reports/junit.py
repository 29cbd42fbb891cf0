"""JUnit XML, as CI servers read it: a Tally and the stories of what was found in, a text out.

A suite for each phase, a test case for each check at each place where it was tried: skipped when it
could not be, failed with the whole story when it broke. A finding that is accepted skips its case,
with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as xml

from contracts.events import RunFinished
from contracts.reports.story import Story
from contracts.reports.tally import Place, Tally, Verdict
from mockserver.plaintext import visible


def junit(tally: Tally, stories: Sequence[Story]) -> str:
    """Return the report."""
    cases = dict(tally.checks)
    told: dict[Place, list[Story]] = {}
    for story in stories:
        for label in _operations(story):
            place = place_of(
                story,
                cases,
                label,
            )
            cases.setdefault(place, Verdict(broke=1))
            told.setdefault(place, []).append(story)
    for place, verdict in cases.items():
        if verdict.broke and place not in told:
            told[place] = [story for story in stories if place[2] in _operations(story)][:1]
    root = xml.Element(
        "testsuites",
        name="understudy",
    )
    phases = list(dict.fromkeys([*tally.phases, *(phase for phase, _, _ in cases)]))
    for phase in phases:
        inside = {place: cases[place] for place in cases if place[0] == phase}
        if inside or phase:
            root.append(_suite(tally, phase, inside, told))
    if tally.exit_code == 2 or _proves_nothing(tally):
        root.append(_run(tally))
    _count(root, [case for suite in root for case in suite.iter("testcase")])
    xml.indent(root)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"
    )


def _operations(story: Story) -> tuple[str, ...]:
    """Return the labels of the operations that show a finding."""
    return (story.finding.operation, *story.finding.also)


def place_of(story: Story, cases: dict[Place, Verdict], label: str) -> Place:
    """Return the case that a finding belongs to at an operation that shows it: that of the
    operation, else the one that broke above its path.
    """
    finding = story.finding
    own = (finding.phase, finding.check, label)
    if own in cases:
        return own
    path = label.partition(" ")[2]
    near = [
        place
        for place, verdict in cases.items()
        if place[:2] == own[:2] and verdict.broke and path.startswith(place[2])
    ]
    return max(near, key=lambda place: len(place[2]), default=own)


def _suite(
    tally: Tally, phase: str, cases: dict[Place, Verdict], told: dict[Place, list[Story]]
) -> xml.Element:
    done, run = tally.phases.get(phase), tally.started
    suite = xml.Element(
        "testsuite", name=phase or "run", time=f"{(done.took_s if done else 0) or 0:.3f}"
    )
    if run is not None:
        began = datetime.fromtimestamp(run.began_s, UTC).replace(tzinfo=None)
        suite.set("timestamp", began.isoformat(timespec="seconds"))
        properties = xml.SubElement(
            suite,
            "properties",
        )
        for name, value in {"target": run.target, "seed": run.seed, "safety": run.safety}.items():
            xml.SubElement(properties, "property", name=name, value=_text(str(value)))
    api = run.api if run is not None else "contract"
    for place, verdict in cases.items():
        suite.append(_case(f"{api}.{phase}", place, verdict, told.get(place, [])))
    early = (
        "cut off"
        if done is not None and done.took_s is None
        else done.early
        if done is not None
        else ""
    )
    if early:
        xml.SubElement(suite, "system-err").text = _text(f"ended early: {early}")
    _count(suite, list(suite.iter("testcase")))
    return suite


def _case(classname: str, place: Place, verdict: Verdict, stories: Sequence[Story]) -> xml.Element:
    name = f"{place[1]} [{place[2]}]" if place[2] else place[1]
    case = xml.Element("testcase", classname=_text(classname), name=_text(name), time="0.000")
    failed = [each for each in stories if not each.finding.accepted]
    if failed:
        message = _text(failed[0].finding.sentence)
        failure = xml.SubElement(case, "failure", message=message, type=_text(place[1]))
        failure.text = _text("\n\n".join("\n".join(each.lines()) for each in failed))
    elif stories:
        reasons = "; ".join(dict.fromkeys(each.finding.accepted for each in stories))
        xml.SubElement(case, "skipped", message=_text(f"accepted: {reasons}"))
    elif verdict.word == "broke":
        xml.SubElement(case, "failure", message="it does not hold", type=_text(place[1]))
    elif verdict.word == "untried":
        xml.SubElement(case, "skipped", message=_text(verdict.untried))
    return case


def _run(tally: Tally) -> xml.Element:
    """Return a suite for the run itself, which could not be made or proves nothing."""
    suite = xml.Element("testsuite", name="run", time="0.000")
    case = xml.SubElement(
        suite, "testcase", classname="run", name="something was really tested", time="0.000"
    )
    end = tally.finished
    why = "the run was cut off" if end is None else _reason(end)
    xml.SubElement(
        case, "error" if tally.exit_code == 2 else "failure", message=_text(why), type="run"
    )
    _count(suite, [case])
    return suite


def _reason(end: RunFinished) -> str:
    return end.could_not or end.nothing_tested or end.too_little


def _proves_nothing(tally: Tally) -> bool:
    return tally.finished is not None and bool(tally.finished.nothing_tested)


def _count(suite: xml.Element, cases: Sequence[xml.Element]) -> None:
    suite.set("tests", str(len(cases)))
    for plural, tag in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
        suite.set(plural, str(sum(case.find(tag) is not None for case in cases)))


def _text(text: str) -> str:
    """Return a text without the characters that XML 1.0 cannot hold."""
    return "".join(each if each not in "\ufffe\uffff" else "?" for each in visible(text))
