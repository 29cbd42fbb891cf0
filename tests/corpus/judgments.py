"""What a person reads in documents of the corpus, beside what the model says of them.

`judged.yaml` has operations, `judged_lists.yaml` the query parameters of lists; both tell by which
rule they were chosen and judged. `python -m tests.corpus.judgments` prints where the model differs;
with `--write` it lists that in `judged_not_yet.yaml`, which may only shrink.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockserver.apis import load_model
from mockserver.model.paths import PARAMETER, canonical
from mockserver.model.report.explain import key_of
from mockserver.model.search.queries import ParameterUse, QueryUse, parameter_uses
from mockserver.model.types import Kind, Model, Operation
from tests.corpus.documents import corpus

HERE = Path(__file__).parent
NOT_YET = "judged_not_yet.yaml"
ANY = "*"
STATELESS = Kind.STATELESS.value
ROLES: Mapping[str, frozenset[QueryUse]] = {
    "page": frozenset({QueryUse.PAGE}),
    "offset": frozenset({QueryUse.OFFSET}),
    "cursor": frozenset({QueryUse.CURSOR}),
    "size": frozenset({QueryUse.SIZE}),
    "sort": frozenset({QueryUse.SORT}),
    "direction": frozenset({QueryUse.SORT}),
    "search": frozenset({QueryUse.SEARCH}),
    "fields": frozenset({QueryUse.FIELDS, QueryUse.UNUSED}),
    "neither": frozenset({QueryUse.UNUSED}),
}
"""What may be said of a parameter that has a role for a person."""


@dataclass(frozen=True)
class Judgment:
    """What a person says of an operation: each of several answers is right."""

    document: str
    label: str
    kinds: Sequence[str]
    paths: Sequence[str] = ()
    keys: Sequence[str] = ()

    @property
    def is_state(self) -> bool:
        """Whether a person sees state here, and nothing else."""
        return STATELESS not in self.kinds


@dataclass(frozen=True)
class ListJudgment:
    """What a person says of the query parameters of a list."""

    document: str
    label: str
    roles: Mapping[str, Sequence[str]]


@dataclass
class Verdict:
    """How many answers of the model are asked for, and what is wrong with some of them."""

    asked: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, faults: list[str]) -> None:
        self.asked += 1
        if faults:
            self.wrong[name] = faults

    @property
    def share(self) -> float:
        """The share of answers that are right."""
        return 1 - len(self.wrong) / self.asked

    def __str__(self) -> str:
        right = self.asked - len(self.wrong)
        head = f"{right} of {self.asked} are right ({self.share:.1%})"
        lines = [f"{name}: {'; '.join(told)}" for name, told in self.wrong.items()]
        return "\n  ".join([head, *lines])


def judgments() -> Iterator[Judgment]:
    """Yield what was judged of operations."""
    for document, operations in _read("judged.yaml").items():
        for label, words in operations.items():
            kinds, paths, keys = (_several(words.get(word, ())) for word in ("kind", "of", "key"))
            yield Judgment(document, label, kinds, paths, keys)


def list_judgments() -> Iterator[ListJudgment]:
    """Yield what was judged of lists."""
    for document, operations in _read("judged_lists.yaml").items():
        for label, words in operations.items():
            roles = {name: said.split(" | ") for name, said in words.items()}
            yield ListJudgment(document, label, roles)


def stateful_verdict() -> Verdict:
    """Return how much of what the model calls stateful is right."""
    verdict = Verdict()
    for judgment in judgments():
        model, operation = _asked(judgment.document, judgment.label)
        if operation.kind is not Kind.STATELESS:
            verdict.add(f"{judgment.document} {judgment.label}", faults(judgment, model, operation))
    return verdict


def found_verdict() -> Verdict:
    """Return how much of what a person sees as state the model finds."""
    verdict = Verdict()
    for judgment in judgments():
        if judgment.is_state:
            model, operation = _asked(judgment.document, judgment.label)
            name = f"{judgment.document} {judgment.label}"
            verdict.add(name, faults(judgment, model, operation))
    return verdict


def lists_verdict() -> Verdict:
    """Return how many lists are understood as a person reads them, each parameter of them."""
    verdict = Verdict()
    for judgment in list_judgments():
        _, operation = _asked(judgment.document, judgment.label)
        verdict.add(f"{judgment.document} {judgment.label}", list_faults(judgment, operation))
    return verdict


def faults(judgment: Judgment, model: Model, operation: Operation) -> list[str]:
    """Return what the model says otherwise than a person."""
    kind = operation.kind.value
    if kind not in judgment.kinds:
        return [f"{kind}, not {' or '.join(judgment.kinds)} ({operation.reason})"]
    if operation.kind is Kind.STATELESS:
        return []
    resource = model.resources.get(operation.resource or "")
    found = []
    path = canonical(resource.path) if resource else ""
    if ANY not in judgment.paths and path not in map(canonical, judgment.paths):
        found.append(f"of {path}, not {' or '.join(judgment.paths)}")
    key = key_of(resource) if resource else None
    if ANY not in judgment.keys and key not in judgment.keys:
        found.append(f"by {key}, not {' or '.join(judgment.keys)}")
    named = PARAMETER.findall(operation.path)
    above = [param for param in PARAMETER.findall(path) if param in named]
    parents = [parent.param for parent in operation.parents if parent.splits]
    if parents != above:
        found.append(f"below {parents}, not {above}")
    return found


def list_faults(judgment: ListJudgment, operation: Operation) -> list[str]:
    """Return which parameters of a list the model uses otherwise than a person."""
    uses: dict[str, list[ParameterUse]] = {}
    for use in parameter_uses(operation):
        uses.setdefault(_judged_name(use.parameter, judgment.roles), []).append(use)
    found = []
    if not uses:
        return [f"{operation.kind}: no list ({operation.reason})"]
    for name, roles in judgment.roles.items():
        given = uses.get(name, [])
        if not given or not all(_fits(use, role_words(roles)) for use in given):
            told = ", ".join(f"{use.use} {use.property}".strip() for use in given) or "not there"
            found.append(f"{name} is {' or '.join(roles)}, told as {told}")
    return found


def _judged_name(parameter: str, judged: Mapping[str, Any]) -> str:
    """Return the name under which a parameter was judged: a member of an object by its own, or
    with the object.
    """
    container, _, member = parameter.partition(".")
    names = (parameter, member, container)
    return next((name for name in names if name in judged), parameter)


def role_words(roles: Sequence[str]) -> list[tuple[str, str]]:
    """Return each role with the property it is about, empty where it is about none."""
    return [(role.split(" ")[0], role.partition(" ")[2]) for role in roles]


def _fits(use: ParameterUse, roles: Sequence[tuple[str, str]]) -> bool:
    return any(_plays(use, role, about) for role, about in roles)


def _plays(use: ParameterUse, role: str, about: str) -> bool:
    """Tell whether a use is what a role means; a filter by what the record does not show may be
    unused, or be told without a property.
    """
    if role != "filter":
        return use.use in ROLES[role]
    if not about:
        return use.use is QueryUse.UNUSED or (use.use is QueryUse.FILTER and not use.property)
    parts = use.property.split(".")
    return use.use is QueryUse.FILTER and about in parts


@cache
def _model(document: str) -> Model:
    sample = next(each for each in corpus() if each.name == document)
    return load_model(str(sample.path))


def _asked(document: str, label: str) -> tuple[Model, Operation]:
    model = _model(document)
    operation = model.labeled(label)
    if operation is None:
        raise LookupError(f"{document} has no {label}")
    return model, operation


def _read(name: str) -> Mapping[str, Any]:
    text = (HERE / name).read_text("utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]


def _several(words: str | Sequence[str]) -> Sequence[str]:
    return [words] if isinstance(words, str) else words


def not_yet() -> Mapping[str, Sequence[str]]:
    """Return the names of what is known to be wrong, of operations and of lists."""
    return _read(NOT_YET)


def main() -> None:
    """Print the three figures with what is wrong, and list it."""
    stateful, found, lists = stateful_verdict(), found_verdict(), lists_verdict()
    print("what is called stateful:", stateful)
    print("what a person sees as state:", found)
    print("lists:", lists)
    if "--write" in sys.argv:
        operations = sorted(stateful.wrong | found.wrong)
        listed = {"operations": operations, "lists": sorted(lists.wrong)}
        text = yaml.safe_dump(listed, sort_keys=False, allow_unicode=True, width=400)
        (HERE / NOT_YET).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
