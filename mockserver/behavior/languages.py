"""Read the languages in which parameters spell conditions: a text and the names of properties in,
conditions out.

    app=web,tier!=db,env in (a,b),!old          Language.SELECTOR
    {"name": ["a"], "label": ["x=y"]}           Language.JSON
    name eq 'x' and (price gt 5 or not open)    Language.EXPRESSION, as OData has it
    Name=="x" AND Contact.ID==guid("...")       Language.EXPRESSION, as C# has it
    equals(name,"x"),any(ids,["a"])             Language.EXPRESSION, in the form of calls
    name:x,tag:y                                Language.PAIRS
    {field: name, operator: "=", value: x}      Language.CRITERIA

What cannot be read, or names what no record has, raises NotUnderstood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.conditions import AnyOf, Condition
from mockserver.model.operators import CONTAINS, EQUAL, Comparison, comparison_of
from mockserver.model.paths import bare
from mockserver.model.types import Filter, Language, Operator

Names = Mapping[str, str]
"""The paths of properties by their bare names."""
Conditions = tuple[Condition | AnyOf, ...]
"""Conditions that have to be met together."""

_SELECTOR = re.compile(
    r"\s*(?:(?P<name>[^\s=!,()]+)\s*(?P<sign>==|=|!=)\s*(?P<value>[^,]*)"
    r"|(?P<member>[^\s=!,()]+)\s+(?P<word>in|notin)\s*\((?P<values>[^)]*)\)"
    r"|(?P<no>!?)\s*(?P<present>[^\s=!,()]+))\s*(?:,|$)"
)
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>&&|\|\||=[a-z]+=|==|!=|<>|>=|<=|=|<|>|!(?!\w))"
    r"|(?P<mark>[(),\[\]:;])"
    r"|(?P<word>[^\s()<>=!,\[\]:;'\"&|]+))"
)
_ALL = frozenset({"and", "&&", ","})
_ANY = frozenset({"or", "||"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LITERALS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_TYPES = frozenset({"guid", "datetime", "date", "datetimeoffset", "time", "string"})
"""Calls that say what type a value has: guid("..."), DateTime(2020, 1, 31)."""
OPERATORS = ("operator", "op", "conditiontype", "condition", "comparison", "comparator", "type")
NAMING = ("field", "attribute", "property", "key", "column", "name", "path")
"""What names the operator, and the property, in a condition that is an object."""
LONGEST = 4000
"""Letters of a text that are read."""
DEEPEST = 20
"""Parentheses inside each other that are read."""


class NotUnderstood(Exception):
    """A text in a filter language cannot be read, or names an unknown property."""


def read(narrowing: Filter, value: Any, names: Names) -> Conditions:
    """Return the conditions that a value spells in the language of a filter. Raises
    NotUnderstood.
    """
    if isinstance(value, str) and len(value) > LONGEST:
        raise NotUnderstood("it is too long")
    return _READERS[narrowing.language](value, narrowing, names)


def condition_of(path: str, comparison: Comparison, values: Sequence[Any]) -> Condition | AnyOf:
    """Return the condition on what is at a path, an item of it where it is an array."""
    operator, negated = comparison.operator, comparison.negated
    spelled = [spelling for value in values for spelling in spellings(value)]
    if values == [None]:
        return Condition(path, (), Operator.PRESENT, not negated)
    if operator is Operator.PRESENT:
        return Condition(path, (), Operator.PRESENT, negated)
    if operator is Operator.EQUAL:
        operator = Operator.HAS
    if operator is Operator.CONTAINS or operator is Operator.LIKE:
        return _text(path, values, negated)
    return Condition(path, tuple(spelled), operator, negated)


def _text(path: str, values: Sequence[Any], negated: bool) -> Condition:
    """Return the condition on a part of a text, or on its form where there are wild cards."""
    texts = [str(value).replace("*", "%") for value in values]
    if any("%" in text for text in texts):
        return Condition(path, tuple(texts), Operator.LIKE, negated)
    return Condition(path, tuple(texts), Operator.CONTAINS, negated)


def spellings(value: Any) -> tuple[Any, ...]:
    """Return a value with the number, truth or text that may be stored for it: what is asked for is
    often declared as text.
    """
    if isinstance(value, bool):
        return value, str(value).lower()
    if isinstance(value, int):
        return value, str(value)
    if not isinstance(value, str):
        return (value,)
    if value in ("true", "false"):
        return value, value == "true"
    if len(value) < 19 and re.fullmatch(r"-?(0|[1-9]\d*)", value):
        return value, int(value)
    if len(value) < 19 and re.fullmatch(r"-?(0|[1-9]\d*)\.\d+", value):
        return value, float(value)
    return (value,)


def _path(name: str, base: str, names: Names) -> str:
    """Return the path of what is named; any name is inside an object of labels."""
    if base:
        return f"{base}[{name}]"
    spelled = bare(name)
    if spelled in names:
        return names[spelled]
    raise NotUnderstood(f"no property is called {name}")


def _selector(value: Any, narrowing: Filter, names: Names) -> Conditions:
    return _requirements(str(value).strip(), narrowing.field, names)


def _requirements(text: str, base: str, names: Names) -> Conditions:
    found: list[Condition | AnyOf] = []
    place = 0
    while place < len(text):
        match = _SELECTOR.match(text, place)
        if match is None:
            raise NotUnderstood("it is no list of name=value")
        found.append(_requirement(match, base, names))
        place = match.end()
    return tuple(found)


def _requirement(match: re.Match[str], base: str, names: Names) -> Condition:
    name = match["name"] or match["member"] or match["present"]
    path = _path(name, base, names)
    if match["present"]:
        return Condition(path, (), Operator.PRESENT, bool(match["no"]))
    if match["member"]:
        values = [each.strip() for each in match["values"].split(",")]
        negated = match["word"] == "notin"
    else:
        values = [match["value"].strip()]
        negated = match["sign"] == "!="
    spelled = [spelling for each in values for spelling in spellings(each)]
    return Condition(path, tuple(spelled), Operator.HAS, negated)


def _json(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read an object of names and values, or lists of them; labels are `name` or `name=value`."""
    members = decoded(value)
    if not isinstance(members, Mapping):
        raise NotUnderstood("it is no object of names and values")
    found: list[Condition | AnyOf] = []
    for name, wanted in members.items():
        values = list(wanted) if isinstance(wanted, Mapping | list) else [wanted]
        labels = names.get(bare(f"{name}s"))
        if bare(name) in ("label", "labels") and labels is not None:
            for label in values:
                found += _requirements(str(label), labels, names)
            continue
        path = names.get(bare(name)) or labels
        if path is None:
            raise NotUnderstood(f"no property is called {name}")
        is_part = bare(name) in narrowing.others
        comparison = CONTAINS if is_part else EQUAL
        found.append(condition_of(path, comparison, values))
    return tuple(found)


def _pairs(value: Any, narrowing: Filter, names: Names) -> Conditions:
    found: list[Condition | AnyOf] = []
    for part in re.split(r"[,;]", str(value)):
        name, sign, wanted = part.strip().partition(":")
        if not sign:
            raise NotUnderstood("it is no list of name:value")
        if bare(name) in ("query", "q", "search"):
            found.append(Condition("", (wanted,), Operator.SEARCH))
        else:
            values = wanted.split("|")
            found.append(condition_of(_path(name, narrowing.field, names), EQUAL, values))
    return tuple(found)


def _criteria(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read conditions that are objects, alone, in lists, or joined by AND and OR."""
    if isinstance(value, list):
        found: list[Condition | AnyOf] = []
        for item in value:
            found += _criteria(item, narrowing, names)
        return tuple(found)
    if not isinstance(value, Mapping):
        raise NotUnderstood("it is no condition")
    members = {bare(name): member for name, member in value.items()}
    operator = _first(members, OPERATORS)
    wanted = members.get("value", members.get("values"))
    joined = str(operator or "").lower()
    if joined in ("and", "or") and isinstance(wanted, list):
        choices = [_criteria(item, narrowing, names) for item in wanted]
        return _joined(choices, joined)
    name = _first(members, NAMING)
    comparison = comparison_of(str(operator or "eq"))
    if name is None or comparison is None:
        raise NotUnderstood("it is no condition")
    several = isinstance(wanted, str) and comparison.several
    values = str(wanted).split(",") if several else wanted
    values = values if isinstance(values, list) else [values]
    return (condition_of(_path(str(name), narrowing.field, names), comparison, values),)


def _first(members: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((members[name] for name in names if name in members), None)


def _joined(choices: Sequence[Conditions], word: str) -> Conditions:
    if word == "or":
        return (AnyOf(tuple(choices)),)
    found: list[Condition | AnyOf] = []
    for choice in choices:
        found += choice
    return tuple(found)


def _expression(value: Any, narrowing: Filter, names: Names) -> Conditions:
    text = str(value).replace("&quot;", '"')
    parser = _Parser(_tokens(text), narrowing.field, names)
    return parser.whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        match = _TOKEN.match(stripped, place)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(f"it cannot be read at {stripped[place : place + 10]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


@dataclass(slots=True)
class _Parser:
    """Reads an expression: alternatives of conditions that hold together."""

    tokens: list[tuple[str, str]]
    base: str
    names: Names
    place: int = 0
    depth: int = 0

    def whole(self) -> Conditions:
        found = self._either()
        if self.place < len(self.tokens):
            raise NotUnderstood(f"{self._next()[1]} is not expected")
        return found

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            return "", ""
        return self.tokens[self.place]

    def _take(self) -> tuple[str, str]:
        token = self._next()
        if not token[0]:
            raise NotUnderstood("it ends too early")
        self.place += 1
        return token

    def _took(self, words: frozenset[str]) -> bool:
        """Tell whether the next token is one of some words, and pass over it."""
        kind, text = self._next()
        if kind == "text" or text.lower() not in words:
            return False
        self.place += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._took(frozenset({mark})):
            raise NotUnderstood(f"{mark} is expected")

    def _either(self) -> Conditions:
        choices = [self._both()]
        while self._took(_ANY):
            choices.append(self._both())
        return choices[0] if len(choices) == 1 else (AnyOf(tuple(choices)),)

    def _both(self) -> Conditions:
        found = [*self._one()]
        while self._took(_ALL | {";", ":"}):
            found += self._one()
        return tuple(found)

    def _one(self) -> Conditions:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood("it is too deep")
        found = self._term()
        self.depth -= 1
        return found

    def _term(self) -> Conditions:
        if self._took(frozenset({"not", "!"})):
            return _denied(self._one())
        if self._took(frozenset({"("})):
            found = self._either()
            self._expect(")")
            return found
        kind, name = self._take()
        if kind != "word":
            raise NotUnderstood(f"{name} is not expected")
        if self._took(frozenset({"("})):
            return self._call(name)
        return (self._compared(name),)

    def _compared(self, name: str) -> Condition | AnyOf:
        """Read the rest of `name eq 5`, `Name == "x"`, `name=in=(a,b)`; a name alone is true."""
        kind, word = self._next()
        comparison = comparison_of(word.strip("=") or word) if kind in ("sign", "word") else None
        if comparison is None:
            comparison = comparison_of(word) if kind == "sign" else None
        path = _path(name, self.base, self.names)
        if comparison is None:
            return condition_of(path, EQUAL, [True])
        self._take()
        return condition_of(path, comparison, self._values())

    def _call(self, name: str) -> Conditions:
        """Read the rest of `contains(name,'x')`, `Name.Contains("x")`, `and(...)`."""
        if name.lower() in ("and", "or"):
            return self._joined_call(name.lower())
        if name.lower() == "not":
            found = _denied(self._both())
            self._expect(")")
            return found
        stem, dot, method = name.rpartition(".")
        comparison = comparison_of(method if dot else name)
        if comparison is None:
            raise NotUnderstood(f"{name} is not known")
        if dot:
            path = _path(stem, self.base, self.names)
            values = self._listed(")")
        else:
            path, values = self._arguments()
        found = (condition_of(path, comparison, values),)
        if self._took(frozenset({"eq", "=="})) and self._values() == [False]:
            return _denied(found)
        return found

    def _joined_call(self, word: str) -> Conditions:
        choices = [self._one()]
        while self._took(frozenset({","})):
            choices.append(self._one())
        self._expect(")")
        return _joined(choices, word)

    def _arguments(self) -> tuple[str, list[Any]]:
        """Read a name and values in either order: contains(name,'x'), substringof('x',name)."""
        kind, first = self._next()
        if kind == "text":
            values = [self._value()]
            self._expect(",")
            name = self._take()[1]
            self._expect(")")
            return _path(name, self.base, self.names), values
        self._take()
        path = _path(first, self.base, self.names)
        values = self._listed(")") if self._took(frozenset({","})) else []
        if not values:
            self._took(frozenset({")"}))
        return path, values

    def _values(self) -> list[Any]:
        """Read a value, or several in brackets."""
        if self._took(frozenset({"("})):
            return self._listed(")")
        if self._took(frozenset({"["})):
            return self._listed("]")
        return [self._value()]

    def _listed(self, end: str) -> list[Any]:
        found: list[Any] = []
        while not self._took(frozenset({end})):
            if self._took(frozenset({","})):
                continue
            if self._took(frozenset({"["})):
                found += self._listed("]")
            else:
                found.append(self._value())
        return found

    def _value(self) -> Any:
        kind, text = self._take()
        if kind == "text":
            return text[1:-1].replace("''", "'").replace('\\"', '"')
        if text.lower() in _TYPES and self._took(frozenset({"("})):
            return _typed(self._listed(")"))
        if text.lower() in _LITERALS:
            return _LITERALS[text.lower()]
        while self._next()[1] == ":" and kind == "word":
            text += self._take()[1] + self._take()[1]
        if _NUMBER.fullmatch(text) and len(text) < 19:
            return float(text) if "." in text else int(text)
        return text


def _typed(values: Sequence[Any]) -> Any:
    """Return what a value of a type is: of DateTime(2020, 1, 31) that day."""
    if len(values) >= 3:
        year, month, day = values[:3]
        return f"{year:04}-{month:02}-{day:02}"
    return values[0] if values else None


def _denied(conditions: Conditions) -> Conditions:
    """Return the conditions of what does not meet some: one of them is not met."""
    choices: list[Conditions] = []
    for condition in conditions:
        if isinstance(condition, Condition):
            turned = Condition(
                condition.field, condition.values, condition.operator, not condition.negated
            )
            choices.append((turned,))
        else:
            denied: list[Condition | AnyOf] = []
            for choice in condition.choices:
                denied += _denied(choice)
            choices.append(tuple(denied))
    return choices[0] if len(choices) == 1 else (AnyOf(tuple(choices)),)


def decoded(value: Any) -> Any:
    """Return the value of a text of JSON, any other value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise NotUnderstood("it is no JSON") from None


_READERS: Mapping[Language, Callable[[Any, Filter, Names], Conditions]] = {
    Language.SELECTOR: _selector,
    Language.JSON: _json,
    Language.EXPRESSION: _expression,
    Language.PAIRS: _pairs,
    Language.CRITERIA: _criteria,
}
