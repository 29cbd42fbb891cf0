"""Tell in a reply what became of each of several records: outcomes in, the body that the document
describes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.asgi.refusals.phrases import phrase_of
from mockserver.asgi.refusals.refusal import refuse
from mockserver.asgi.replies.conform import Conformer
from mockserver.asgi.replies.disagreement import as_recorded
from mockserver.call import ItemOutcome, Problem, ProblemKind, Supply
from mockserver.lookup import MISSING
from mockserver.model.errorforms import documented_errors
from mockserver.model.paths import bare
from mockserver.model.search.roles import ABSENT
from mockserver.model.types import (
    ItemForm,
    ItemList,
    Model,
    Operation,
    Results,
    Template,
    json_media,
)
from mockserver.state import Record

Outcomes = Sequence[ItemOutcome]
Show = Callable[[Record], Any]

STATUSES: Mapping[str, tuple[int, ...]] = {
    "created": (201, 200),
    "updated": (200, 204),
    "deleted": (204, 200),
}
"""The statuses of what was done, the usual one first."""
WELL = ("success", "succeeded", "successful", "ok", "done", "completed", "accepted", "complete")
BADLY = ("failed", "failure", "error", "invalid", "rejected", "unsuccessful", "fail")
PARTLY = ("partial", "partialsuccess", "partiallysucceeded", "mixed", "completedwitherrors")
WORDS: Mapping[ProblemKind, tuple[str, ...]] = {
    ProblemKind.NOT_FOUND: ("notfound", "missing", "unknown"),
    ProblemKind.CONFLICT: ("conflict", "duplicate", "exists", "skipped"),
    ProblemKind.DUPLICATE: ("duplicate", "conflict", "exists", "skipped"),
}
"""Words for what became of a record, by the problem that it has."""


class ResultsForm:
    """The bodies of one operation that tell of each of several records."""

    def __init__(
        self, model: Model, operation: Operation, results: Results, supply: Supply
    ) -> None:
        self._operation = operation
        self._results = results
        self._sent = frozenset(_names_of("$sent", results.body))
        described = operation.described
        usual = model.errors[operation.errors]
        self._errors = documented_errors(usual, described, _make_nothing)
        response = described.response(results.status)
        media = json_media(response.content)
        self._conformer: Conformer | None = None
        if media is not None:
            self._conformer = Conformer(media.schema, supply)

    def body(self, outcomes: Outcomes, show: Show) -> Any:
        """Return the body that tells what became of records, each shown by a function. What was
        sent is told as it was, whatever the document says of it.
        """
        told = self._filled(self._results.body, outcomes, show)
        if self._conformer is None:
            return told
        fitted = self._conformer.conform(told, self._operation.label)
        return as_recorded(fitted, told, self._sent)

    def _filled(self, template: Template, outcomes: Outcomes, show: Show) -> Any:
        """Return what a part of the body tells."""
        if isinstance(template, ItemList):
            form = template.item
            chosen = _chosen(template.which, outcomes)
            return [self._item(form, outcome, show) for outcome in chosen]
        if isinstance(template, Mapping):
            options = template.get("$whole")
            if options is not None:
                return _word_of_all(options, outcomes)
            found = {}
            for name, part in template.items():
                found[name] = self._filled(part, outcomes, show)
            return found
        if template == "$whole":
            return not _chosen("failed", outcomes)
        if template == "$broken":
            return bool(_chosen("failed", outcomes))
        if not isinstance(template, str) or not template.startswith("$"):
            return template
        _, _, which = template.partition(":")
        return len(_chosen(which, outcomes))

    def _item(self, form: ItemForm, outcome: ItemOutcome, show: Show) -> Any:
        """Return what an item of a list tells of a record."""
        roles = dict(self._roles(outcome, show))
        if outcome.problem is None:
            return _played(form.done, roles)
        roles |= self._reasons(outcome.problem)
        reason: Any = MISSING
        if form.error is not None:
            problem = outcome.problem
            usual = self._errors.forms[problem.kind]
            own = replace(usual, body=form.error)
            refusal = refuse(self._errors, problem, own)
            reason = refusal.body
        if form.failed is None:
            return reason
        told = _played(form.failed, roles)
        if isinstance(told, Mapping) and isinstance(reason, Mapping):
            return {**reason, **told}
        return told

    def _roles(self, outcome: ItemOutcome, show: Show) -> Mapping[str, Any]:
        """Return what the roles of an item stand for."""
        status = self._status(outcome)
        value = None
        if outcome.value is not None:
            value = show(outcome.value)
        return {
            "$value": value,
            "$sent": outcome.sent,
            "$key": outcome.key,
            "$place": outcome.place,
            "$row": outcome.place + 1,
            "$status": status,
            "$status_text": str(status),
            "$phrase": phrase_of(status),
            "$word": lambda options: _word_of(options, outcome),
        }

    def _reasons(self, problem: Problem) -> Mapping[str, Any]:
        """Return what tells why a record was refused."""
        return {
            "$kind": str(problem.kind),
            "$message": problem.message,
            "$error": refuse(self._errors, problem).body,
        }

    def _status(self, outcome: ItemOutcome) -> int:
        """Return the status that a request for this record alone would have had."""
        if outcome.problem is not None:
            return self._errors.forms[outcome.problem.kind].status
        return STATUSES[outcome.deed][0]


def _make_nothing(schema: Any, name: str) -> Any:
    return MISSING


def _names_of(role: str, template: Template) -> Iterator[str]:
    """Yield the names of the properties that have a role in a template."""
    if isinstance(template, ItemList):
        yield from _names_of(role, template.item.done)
        yield from _names_of(role, template.item.failed)
    elif isinstance(template, Mapping):
        for name, part in template.items():
            if part == role:
                yield name
            yield from _names_of(role, part)


def _chosen(which: str, outcomes: Outcomes) -> Outcomes:
    """Return the outcomes that a list, or a number, is about."""
    if which == "all":
        return outcomes
    if which == "failed":
        return [outcome for outcome in outcomes if outcome.problem is not None]
    done = [outcome for outcome in outcomes if outcome.problem is None]
    if which == "done":
        return done
    return [outcome for outcome in done if outcome.deed == which]


def _played(template: Template, roles: Mapping[str, Any]) -> Any:
    """Return what a template tells; a role with nothing to tell leaves no property where it may."""
    if isinstance(template, str):
        role = template.removesuffix(ABSENT)
        value = roles.get(role, template)
        is_absent = value is None and template.endswith(ABSENT)
        return MISSING if is_absent else value
    if not isinstance(template, Mapping):
        return template
    if "$word" in template:
        return roles["$word"](template["$word"])
    found: dict[str, Any] = {}
    for name, part in template.items():
        value = _played(part, roles)
        if name == "$record":
            found |= value if isinstance(value, Mapping) else {}
        elif value is not MISSING:
            found[name] = value
    return found


def _word_of(options: Sequence[Any], outcome: ItemOutcome) -> str:
    """Return the word that says what became of a record, one of the options where there are any."""
    problem, deed = outcome.problem, outcome.deed
    if problem is not None:
        own = WORDS.get(problem.kind, ())
        words = (*own, *BADLY)
    else:
        words = (deed, deed.removesuffix("d"), *WELL)
    usual = "success" if outcome.problem is None else "error"
    return _option(options, words) or usual


def _word_of_all(options: Sequence[Any], outcomes: Outcomes) -> str:
    """Return the word that says how all went together."""
    failed = len(_chosen("failed", outcomes))
    if not failed:
        return _option(options, WELL) or str(options[0])
    words = BADLY if failed == len(outcomes) else (*PARTLY, *BADLY)
    return _option(options, words) or str(options[-1])


def _option(options: Sequence[Any], words: Sequence[str]) -> str | None:
    """Return the option that is one of some words, the first of them that is there."""
    known = {}
    for option in options:
        spelled = bare(str(option))
        known[spelled] = option
    for word in words:
        if word in known:
            return str(known[word])
    return None
