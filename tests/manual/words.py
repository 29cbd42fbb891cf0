"""The page of the words of semantics files, made from their JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import indent
from typing import Any

import yaml

from mockserver.model.semantics import schema
from tests.manual.vocabulary import ANY_ITEM, ANY_NAME, Word, words

HEAD = """\
# The words of semantics

A `semantics.yaml` beside an OpenAPI document says what the document does not. Say only what
`understudy explain` gets wrong; [Teach it what the document does not say](../howto/teach.md) shows
how.

The words are checked against a JSON Schema, `mockserver/model/semantics.schema.json`, from which
this page is made. Editors complete words from it: the first line of the file that
`understudy explain NAME --write` starts tells them where it is. An unknown word is an error that
names the nearest known one.

The words at the top of a file are {all}.
"""
SECTIONS = {
    "defaults": ("defaults",),
    "credentials": ("credentials",),
    "security": ("security",),
    "errors": ("errors",),
    "resources": ("resources", ANY_NAME),
    "operations": ("operations", ANY_NAME),
}
"""Each section of the page, and where its words stand."""
AGAIN = frozenset({"envelope", "paging"})
"""Words of operations that are explained where they stand among the defaults."""
WHOLE = frozenset({"credentials", "security", "errors"})
"""Sections that are one word, with one example."""
NAMES = {"resources": "orders", "operations": "POST /orders"}
LABELS = {
    "by": "GET /orders/{number}",
    "conditions": "PATCH /orders/{order_id}",
    "filters": "GET /orders",
    "key": "GET /orders/{order_id}",
    "paging": "GET /orders",
    "sort": "GET /orders",
    "stream": "GET /orders/feed",
    "unknown_query": "GET /orders",
    "view": "GET /orders/overdue",
    "kind": "POST /orders/search",
    "action": "POST /log-in",
    "results": "POST /orders/bulk",
    "hook": "POST /quotes",
}
"""Operations that an example is better told of."""
LONGEST_LINE = 76
KIND = "KIND"
"""Stands for each kind of problem."""
MOST_CHOICES = 15


def page() -> str:
    """Return the page, Markdown."""
    whole = schema()
    every = list(words(whole))
    links = ", ".join(f"[`{name}`](#{name})" for name in SECTIONS)
    parts = [HEAD.format(all=links)]
    for name, place in SECTIONS.items():
        parts += _section(name, place, every)
    return "\n".join(parts)


def _section(name: str, place: tuple[str, ...], every: Sequence[Word]) -> Iterator[str]:
    [top] = [word for word in every if word.path == (name,)]
    yield f"## {name}\n\n{top.description}\n"
    below = [word for word in every if word.path[: len(place)] == place and word is not top]
    if name in WHOLE:
        yield from _examples(top, ())
        yield from _table(_rows(below, len(place)))
        return
    for first, group in groupby(below, key=lambda word: word.path[len(place)]):
        head, *inner = group
        if name == "operations" and first in AGAIN:
            inner = []
        yield f"### {name}: {first}\n"
        yield f"*Takes {head.takes}.* {head.description}\n"
        outer = (name,) if len(place) == 1 else (name, _named(name, first))
        yield from _examples(head, outer)
        yield from _table(_rows(inner, len(place) + 1))
        if name == "operations" and first in AGAIN:
            yield f"The words inside are those of [`defaults`](#defaults-{first}).\n"


def _named(section: str, word: str) -> str:
    if section == "operations":
        return LABELS.get(word, NAMES[section])
    return NAMES[section]


def _examples(word: Word, outer: tuple[str, ...]) -> Iterator[str]:
    """Yield each example as it stands in a file: below the names around it."""
    path = (*outer, word.path[-1])
    for example in word.examples:
        yield f"```yaml\n{nested(path, example)}```\n"


def nested(path: tuple[str, ...], value: Any) -> str:
    """Return a value below some names, as YAML."""
    lines = [f"{'  ' * depth}{_dumped(name)}:" for depth, name in enumerate(path)]
    text = _dumped(value)
    if is_small(value) or not isinstance(value, dict | list):
        return "\n".join(lines) + f" {text}\n"
    return "\n".join(lines) + "\n" + indent(text, "  " * len(path)) + "\n"


def _dumped(value: Any) -> str:
    text: str = yaml.dump(value, sort_keys=False, allow_unicode=True, width=200, Dumper=_Flowing)
    return text.removesuffix("\n").removesuffix("\n...")


class _Flowing(yaml.SafeDumper):
    """Writes small collections in a line, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        return super().represent_sequence(tag, sequence, flow_style=is_small(sequence))

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        return super().represent_mapping(tag, mapping, flow_style=is_small(mapping))


def is_small(value: Any) -> bool:
    """Tell whether a value is better written in a line."""
    return len(str(value)) <= LONGEST_LINE


def _rows(inner: Sequence[Word], start: int) -> dict[str, Word]:
    """Return the words inside another one by what leads to them; alternatives have them once."""
    rows: dict[str, Word] = {}
    for word in inner:
        if "removed" not in word.path[:-1]:  # the words of `steps` again
            rows.setdefault(_spelled(word.path[start:]), word)
    own = {name: word for name, word in rows.items() if KIND not in name}
    return own | rows


def _spelled(path: tuple[str, ...]) -> str:
    steps = ["NAME" if step == ANY_NAME else step for step in path]
    if "forms" in steps[:-2]:  # each kind of problem has the same words
        steps[steps.index("forms") + 1] = KIND
    return ".".join(steps).replace(f".{ANY_ITEM}", ANY_ITEM).removeprefix(f"{ANY_ITEM}.")


def _table(rows: dict[str, Word]) -> Iterator[str]:
    if not rows:
        return
    yield "| word inside | takes | meaning |\n|---|---|---|"
    for name, word in rows.items():
        meaning = word.description.replace("|", "\\|")
        is_kind = len(word.schema.get("enum", ())) > MOST_CHOICES
        takes = "a kind of problem, see [errors](#errors)" if is_kind else word.takes
        yield f"| `{name}` | {takes} | {meaning} |"
    yield ""
