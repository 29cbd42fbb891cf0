"""YAML text in, plain JSON values out: YAML 1.2's idea of scalars, text keys, duplicates tolerated.

PyYAML's own constructor follows YAML 1.1: it turns `no` into False, `2020-01-01` into a date,
`200:` into a number and stops at a bare `=`. Building straight from the parser's events avoids
that, and is twice as fast.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import yaml

from mockserver.document.findings import Finding
from mockserver.document.pointers import join
from mockserver.document.yaml_text import YamlText, marked
from mockserver.errors import DocumentError

MOST_REPEATED = 1_000_000
"""Values that all aliases together may stand for; a few lines of them can stand for more than fits
in memory.
"""
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(
    ("false", "False", "FALSE"), False
)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_BASES = {"0o": 8, "0x": 16}
_OF_TEXT = ("default", "example", "const")
_TEXTS = ("enum", "examples")
"""Words of a schema whose values are of its type, or that list some."""


def read_yaml(text: str, source: str, findings: list[Finding]) -> Any:
    """Read the first YAML document of a text; None if there is none.

    Raises DocumentError with the line of a syntax error. Duplicate keys (the last one wins) are
    reported.
    """
    whole = marked(text)
    try:
        return _built(whole, source, findings)
    except yaml.YAMLError as error:
        mended = whole.readable()
        if mended == whole:
            raise _refusal(source, error) from None
    try:
        return _built(mended, source, findings)
    except yaml.YAMLError as error:
        raise _refusal(source, error) from None


def _built(text: YamlText, source: str, findings: list[Finding]) -> Any:
    found: list[Finding] = []
    value = _Builder(text, source, found).build()
    findings += found
    return value


def _refusal(source: str, error: yaml.YAMLError) -> DocumentError:
    if not isinstance(error, yaml.MarkedYAMLError):
        return _syntax_error(source, str(error).splitlines()[0], None)
    mark = error.problem_mark or error.context_mark
    parts = (error.context, error.problem)
    problem = ": ".join(filter(None, parts))
    line = mark.line + 1 if mark else None
    return _syntax_error(source, problem, line)


def _syntax_error(source: str, problem: str, line: int | None) -> DocumentError:
    hint = "mend the text there; often the indentation or a missing quote is the cause"
    return DocumentError(source, f"is no YAML: {problem}", line=line, hint=hint)


class _Builder:
    def __init__(self, text: YamlText, source: str, findings: list[Finding]) -> None:
        self._text = text
        self._source = source
        self._findings = findings
        self._open: list[Any] = [[]]
        self._keys: list[str | None] = [None]
        self._merges: list[list[Any]] = [[]]
        self._anchors: dict[str, Any] = {}
        self._weights = [
            0
        ]  # how many values each open container has by now, and those inside it that have ended
        self._weight_of: dict[int, int] = {}  # that of containers with an anchor
        self._repeated = 0
        self._spellings: dict[int, dict[Any, str]] = {}
        """How numbers are written that read back otherwise (1.10), by container and place."""
        self._handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_map,
            yaml.SequenceStartEvent: self._start_list,
            yaml.MappingEndEvent: self._end_map,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }

    def build(self) -> Any:
        for event in yaml.parse(self._text.text, Loader=LOADER):
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(event)
            elif type(event) is yaml.DocumentEndEvent:
                break
        return self._open[0][0] if self._open[0] else None

    def _add(self, value: Any, event: Any) -> None:
        container, key = self._open[-1], self._keys[-1]
        if type(container) is list:
            container.append(value)
        elif key is None:
            raise self._fault("a mapping or a list cannot be a key", event, "put quotes around it")
        elif key == "<<" and type(value) in (dict, list):
            self._merges[-1].append(value)
        else:
            if key in container:
                self._duplicate(key, event)
            container[key] = value

    def _scalar(self, event: Any) -> None:
        text = self._text.restored(event.value)
        if self._keys[-1] is None and type(self._open[-1]) is dict:
            self._keys[-1] = text
            if event.anchor:
                self._anchors[event.anchor] = text
            return
        self._weights[-1] += 1
        value = plain(text) if event.implicit[0] or event.tag in _TAGS else text
        if event.anchor:
            self._anchors[event.anchor] = value
        is_number = type(value) in (int, float)
        if is_number and str(value) != text:
            self._note_spelling(text)
        self._add(value, event)
        self._keys[-1] = None

    def _note_spelling(self, text: str) -> None:
        """Remember how the number is written that comes next."""
        container = self._open[-1]
        place: Any = self._keys[-1]
        if type(container) is list:
            place = len(container)
        spelled = self._spellings.setdefault(id(container), {})
        spelled[place] = text

    def _start_map(self, event: Any) -> None:
        self._start(event, {})

    def _start_list(self, event: Any) -> None:
        self._start(event, [])

    def _start(self, event: Any, container: Any) -> None:
        if event.anchor:
            self._anchors[event.anchor] = container
            self._weight_of[id(container)] = 0
        self._add(container, event)
        self._weights.append(1)
        self._open.append(container)
        self._keys.append(None)
        self._merges.append([])

    def _end_map(self, event: Any) -> None:
        container = self._open[-1]
        for merge in self._merges[-1]:
            for source in merge if type(merge) is list else [merge]:
                for key, value in source.items() if type(source) is dict else ():
                    container.setdefault(key, value)
        if self._spellings and container.get("type") == "string":
            self._restore_texts(container)
        self._end(event)

    def _restore_texts(self, schema: dict[str, Any]) -> None:
        """Let the values of a text that look like numbers be what is written: 1.10 is "1.10"."""
        self._restore(schema, _OF_TEXT)
        for word in _TEXTS:
            values = schema.get(word)
            if type(values) is list:
                self._restore(values, range(len(values)))

    def _restore(self, container: Any, places: Iterable[Any]) -> None:
        spelled = self._spellings.get(id(container))
        if spelled is None:
            return
        for place in places:
            text = spelled.get(place)
            if text is None:
                continue
            number = plain(text)
            if number == container[place]:
                container[place] = text

    def _end(self, _event: Any) -> None:
        container, weight = self._open.pop(), self._weights.pop()
        self._weights[-1] += weight
        if id(container) in self._weight_of:
            self._weight_of[id(container)] = weight
        self._keys.pop()
        self._merges.pop()
        self._keys[-1] = None

    def _alias(self, event: Any) -> None:
        if self._keys[-1] is None and type(self._open[-1]) is dict:
            self._keys[-1] = str(self._anchors.get(event.anchor))
            return
        if event.anchor not in self._anchors:
            raise self._fault(
                f"the alias *{event.anchor} has no anchor", event, f"add &{event.anchor} before it"
            )
        value = self._anchors[event.anchor]
        if any(value is container for container in self._open):
            raise self._fault(
                f"the alias *{event.anchor} holds itself", event, "use a $ref for recursion"
            )
        weight = self._weight_of.get(id(value), 1)
        self._weights[-1] += weight
        self._repeated += weight
        if self._repeated > MOST_REPEATED:
            raise self._fault(
                f"the aliases stand for more than {MOST_REPEATED} values",
                event,
                "use a $ref instead",
            )
        self._add(value, event)
        self._keys[-1] = None

    def _duplicate(self, key: str, event: Any) -> None:
        tokens = [_token(*pair) for pair in zip(self._open[1:-1], self._keys[1:-1], strict=True)]
        message = f"the key {key!r} stands twice; the last one counts"
        self._findings.append(
            Finding(
                message, join([*tokens, key]), self._source, event.start_mark.line + 1, fault=True
            )
        )

    def _fault(self, message: str, event: Any, hint: str) -> DocumentError:
        return DocumentError(self._source, message, line=event.start_mark.line + 1, hint=hint)


_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null"))


def _token(container: Any, key: str | None) -> str:
    return str(len(container) - 1) if type(container) is list else str(key)


def plain(text: str) -> Any:
    """Tell the value of an unquoted scalar by YAML 1.2.2, section 10.3 (core schema).

    Infinity and not-a-number stay text: JSON has no word for them.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    return _finite(text) if _FLOAT.fullmatch(text) else text


def _integer(text: str) -> int | float | str:
    """Read an integer; one that needs more than 64 bits becomes a float, as JSON parsers do."""
    if len(text) > 400:
        return text
    base = _BASES.get(text[:2])
    value = int(text[2:], base) if base else int(text)
    is_kept = -(2**63) <= value < 2**64
    return value if is_kept else _finite(value)


def _finite(said: str | int) -> float | str:
    """Read a float; one that is beyond its range stays text."""
    try:
        number = float(said)
    except OverflowError:
        return str(said)
    return str(said) if math.isinf(number) else number
