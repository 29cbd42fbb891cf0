"""The findings of a run as parts of a page: stories in, HTML to unfold with calls and lines to copy
out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from contracts.reports.markup import Markup, element
from contracts.reports.story import Story
from contracts.targets.exchanges import Exchange, cut
from contracts.targets.target import NO_BODY

OPENED = 3
"""Findings that are unfolded at first."""


def findings(stories: Sequence[Story], opened: int = OPENED) -> list[Markup]:
    """Return an element for each story; so many of them are unfolded."""
    return [_finding(story, number <= opened) for number, story in enumerate(stories, 1)]


def _finding(story: Story, is_open: bool) -> Markup:
    finding = story.finding
    state = "accepted" if finding.accepted else "broke"
    title = element(
        "summary",
        element("span", state, class_=f"badge {state}"),
        element("strong", finding.sentence),
        element("code", finding.operation) if finding.operation else "",
        element("span", finding.check, class_="dim"),
    )
    return element("details", title, *_inside(story), class_="finding", open=is_open, data_row=True)


def _inside(story: Story) -> Iterator[Markup]:
    finding = story.finding
    if finding.accepted:
        yield element("p", element("strong", "Accepted: "), finding.accepted)
    if finding.message:
        yield element("p", finding.message, class_="message")
    for line in story.elsewhere():
        yield element("p", line)
    if finding.calls:
        yield element("ol", *(_call(each) for each in finding.calls), class_="calls")
    is_told = finding.expected == finding.sentence
    if not is_told and (finding.expected or finding.actual):
        parts = {
            "at": finding.place or "the body",
            "expected": finding.expected,
            "actual": finding.actual,
        }
        told = (
            (element("dt", name), element("dd", element("code", text)))
            for name, text in parts.items()
        )
        yield element("dl", *told)
    curls = "\n".join(story.curls())
    if curls:
        button = element(
            "button", "Copy", type="button", class_="copy", aria_label="Copy the lines for a shell"
        )
        yield element(
            "div", element("pre", element("code", curls), tabindex="0"), button, class_="shell"
        )
    documented = f"documented at {story.documented} · " if story.documented else ""
    yield element("p", f"{documented}{story.sign}", class_="dim")


def _call(exchange: Exchange) -> Markup:
    sent, answer = exchange.sent, exchange.answer
    asked = element("code", f"{sent.method} {sent.target}", class_="asked")
    body = element("pre", cut(sent.content.decode("utf-8", "replace"))) if sent.content else ""
    if answer is None:
        return element("li", asked, " ", element("span", "no answer", class_="badge untried"), body)
    state = "held" if answer.status < 400 else "broke" if answer.status >= 500 else "other"
    status = element("span", str(answer.status), class_=f"badge {state}")
    shown = "" if answer.body is NO_BODY else cut(json.dumps(answer.body, ensure_ascii=False))
    return element(
        "li", asked, body, element("div", "→ ", status, element("pre", shown) if shown else "")
    )
