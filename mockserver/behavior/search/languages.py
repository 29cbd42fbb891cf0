"""Read the languages in which parameters spell conditions: a text and the names of properties in,
conditions out.

    app=web,tier!=db,env in (a,b),!old          Language.SELECTOR
    {"name": ["a"], "label": ["x=y"]}           Language.JSON
    name eq 'x' and (price gt 5 or not open)    Language.EXPRESSION, as OData has it
    name==x;price=gt=5,kind=in=(a,b)            Language.EXPRESSION, as RSQL has it
    Name=="x" AND Contact.ID==guid("...")       Language.EXPRESSION, as C# has it
    equals(name,"x"),any(ids,["a"])             Language.EXPRESSION, in the form of calls
    name:x,tag:y                                Language.PAIRS
    {field: name, operator: "=", value: x}      Language.CRITERIA
    {app: web}                                  Language.MEMBERS
    {gte: 5, lt: 9}                             Language.WORDS

Theory: each language names properties, compares them and joins the comparisons. The names are those
of the record in any spelling, also inside objects, so that one table of names serves all languages;
the words that compare are those of `model.operators`. Only the grammar differs: selectors and pairs
are flat lists, criteria are values already, and expressions are read from left to right by a small
parser, `and` before `or`. Between calls, `,`, `;` and `:` mean `and`, too; in RSQL, whose
comparisons have signs and are joined by no words, `;` means `and` and `,` means `or`.

Conditions are made so that a value is compared as a client means it: with an item of an array, with
a number in whatever spelling, with a form where there are wild cards.

What cannot be read, or names what no record has, raises NotUnderstood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.conditions import AnyOf, Condition
from mockserver.model.paths import bare
from mockserver.model.search.operators import CONTAINS, EQUAL, OperatorMeaning, comparison_of
from mockserver.model.types import Filter, Language, Operator
from mockserver.slots import dataclass

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
_RSQL = re.compile(r"==|!=|=[a-z]+=")
_ALL = frozenset({"and", "&&", ","})
_ANY = frozenset({"or", "||"})
_OPEN = frozenset({"("})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LITERALS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_TYPES = frozenset({"guid", "datetime", "date", "datetimeoffset", "time", "string"})
"""Calls that say what type a value has: guid("..."), DateTime(2020, 1, 31)."""
OPERATORS = (
    "operator",
    "op",
    "conditiontype",
    "condition",
    "comparison",
    "comparator",
    "type",
)
NAMING = ("field", "attribute", "property", "key", "column", "name", "path")
"""What names the operator, and the property, in a condition that is an object."""
LABELS = ("label", "labels")
SEARCHES = ("query", "q", "search")
JOINING = ("and", "or")
LONGEST_NUMBER = 18
"""Letters of a number that is read as one."""
LONGEST = 4000
"""Letters of a text that are read."""
DEEPEST = 20
"""Parentheses inside each other that are read."""


class NotUnderstood(Exception):
    """A text in a filter language cannot be read, or names an unknown property."""


def read(narrowing: Filter, value: Any, names: Names) -> Conditions:
    """Return the conditions that a value spells in the language of a filter; those of each of
    several expressions. Raises NotUnderstood.
    """
    if isinstance(value, str) and len(value) > LONGEST:
        raise NotUnderstood("it is too long")
    reader = _READERS[narrowing.language]
    if reader is not _expression or not isinstance(value, list):
        return reader(value, narrowing, names)
    met: list[Condition | AnyOf] = []
    for text in value:
        met += read(
            narrowing,
            text,
            names,
        )
    return tuple(met)


def condition_of(path: str, comparison: OperatorMeaning, values: Sequence[Any]) -> Condition:
    """Return the condition on what is at a path, an item of it where it is an array.

    What equals null is not there, and a text with wild cards in it is a form.
    """
    negated = comparison.negated
    operator = comparison.operator
    if values == [None]:
        return Condition(path, (), Operator.PRESENT, not negated)
    match operator:
        case Operator.PRESENT:
            return Condition(path, (), operator, negated)
        case Operator.CONTAINS | Operator.LIKE:
            return _text(path, values, negated)
        case Operator.EQUAL:
            operator = Operator.HAS
    return Condition(path, spelled(values), operator, negated)


def _text(path: str, values: Sequence[Any], negated: bool) -> Condition:
    """Return the condition on a part of a text, or on its form where there are wild cards."""
    texts = []
    operator = Operator.CONTAINS
    for value in values:
        text = str(value).replace("*", "%")
        if "%" in text:
            operator = Operator.LIKE
        texts.append(text)
    return Condition(path, tuple(texts), operator, negated)


def spelled(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return values with all that may be stored for them."""
    found: list[Any] = []
    for value in values:
        found += spellings(value)
    return tuple(found)


def spellings(value: Any) -> tuple[Any, ...]:
    """Return a value with the number, truth or text that may be stored for it: what is asked for is
    often declared as text.
    """
    if isinstance(value, bool):
        return value, str(value).lower()
    if value in (0, 1, "0", "1"):
        return str(value), int(value), bool(int(value))
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


def _members(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read the members that an object has to have."""
    found = []
    for name, wanted in _named(value).items():
        path = _path(name, narrowing.field, names)
        found.append(Condition(path, spelled(_several(wanted)), Operator.HAS))
    return tuple(found)


def _compared(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read the words that compare a value, each with what it is compared with."""
    found = []
    for word, wanted in _named(value).items():
        comparison = comparison_of(word)
        if comparison is None:
            raise NotUnderstood(f"no comparison is called {word}")
        found.append(condition_of(narrowing.field, comparison, _several(wanted)))
    return tuple(found)


def _named(value: Any) -> Mapping[str, Any]:
    """Return the members of an object. Raises NotUnderstood."""
    members = decoded(value)
    if not isinstance(members, Mapping):
        raise NotUnderstood("it is no object of names and values")
    return members


def _selector(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read a list of requirements on labels, or on properties."""
    text = str(value).strip()
    return _requirements(text, narrowing.field, names)


def _requirements(text: str, base: str, names: Names) -> Conditions:
    """Read what is between the commas of a selector."""
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
    """Return the condition of one part of a selector: a=b, a!=b, a in (b,c), a, !a."""
    if match["present"]:
        path = _path(match["present"], base, names)
        return Condition(path, (), Operator.PRESENT, match["no"] == "!")
    if match["member"]:
        path = _path(match["member"], base, names)
        listed = match["values"].split(",")
        values = [value.strip() for value in listed]
        negated = match["word"] == "notin"
    else:
        path = _path(match["name"], base, names)
        values = [match["value"].strip()]
        negated = match["sign"] == "!="
    return Condition(path, spelled(values), Operator.HAS, negated)


def _json(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read an object of names and values, or lists of them; labels are `name` or `name=value`."""
    members = _named(value)
    found: list[Condition | AnyOf] = []
    for name, wanted in members.items():
        values = _several(wanted)
        labels = names.get(bare(f"{name}s"))
        if bare(name) in LABELS and labels is not None:
            for label in values:
                found += _requirements(str(label), labels, names)
            continue
        path = names.get(bare(name), labels)
        if path is None:
            raise NotUnderstood(f"no property is called {name}")
        is_part = bare(name) in narrowing.others
        comparison = CONTAINS if is_part else EQUAL
        found.append(condition_of(path, comparison, values))
    return tuple(found)


def _several(value: Any) -> list[Any]:
    """Return the values of a list, the names of an object, or the one value."""
    if isinstance(value, Mapping | list):
        return list(value)
    return [value]


def _pairs(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read `name:x,tag:y|z`; what `query` names is searched for."""
    found: list[Condition | AnyOf] = []
    for part in re.split(r"[,;]", str(value)):
        name, sign, wanted = part.strip().partition(":")
        if not sign:
            raise NotUnderstood("it is no list of name:value")
        if bare(name) in SEARCHES:
            condition = Condition("", (wanted,), Operator.SEARCH)
        else:
            path = _path(name, narrowing.field, names)
            condition = condition_of(path, EQUAL, wanted.split("|"))
        found.append(condition)
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
    members = {}
    for name, member in value.items():
        members[bare(name)] = member
    operator = str(_first(members, OPERATORS) or "eq")
    wanted = _first(members, ("value", "values"))
    word = operator.lower()
    if word in JOINING and isinstance(wanted, list):
        choices = [_criteria(item, narrowing, names) for item in wanted]
        return _joined(choices, word)
    return (_criterion(members, operator, wanted, narrowing, names),)


def _criterion(
    members: Mapping[str, Any], operator: str, wanted: Any, narrowing: Filter, names: Names
) -> Condition:
    """Return the condition of one object: {field: name, operator: "=", value: x}."""
    name = _first(members, NAMING)
    comparison = comparison_of(operator)
    if name is None or comparison is None:
        raise NotUnderstood("it is no condition")
    values = wanted
    if comparison.several and isinstance(wanted, str):
        values = wanted.split(",")
    if not isinstance(values, list):
        values = [values]
    path = _path(str(name), narrowing.field, names)
    return condition_of(path, comparison, values)


def _first(members: Mapping[str, Any], names: Sequence[str]) -> Any:
    """Return the first of some members that there is, None where there is none."""
    for name in names:
        if name in members:
            return members[name]
    return None


def _joined(choices: Sequence[Conditions], word: str) -> Conditions:
    """Return conditions that are joined by `and`, or by `or`."""
    if word == "or":
        return (AnyOf(tuple(choices)),)
    found: list[Condition | AnyOf] = []
    for choice in choices:
        found += choice
    return tuple(found)


def _expression(value: Any, narrowing: Filter, names: Names) -> Conditions:
    """Read an expression, also one in which quotes are spelled as in HTML."""
    text = str(value).replace("&quot;", '"')
    tokens = _tokens(text)
    parser = _Parser(tokens, narrowing.field, names)
    if _is_rsql(tokens):
        parser.both, parser.either = _ALL - {","} | {";"}, _ANY | {","}
    return parser.whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return the words, signs, marks and texts of an expression, each with its kind."""
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


def _is_rsql(tokens: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the comparisons of an expression have signs, and no words join them."""
    is_compared = False
    for kind, text in tokens:
        if kind == "word" and text.lower() in JOINING:
            return False
        if kind == "sign" and _RSQL.fullmatch(text):
            is_compared = True
    return is_compared


@dataclass(slots=True)
class _Parser:
    """Reads an expression: alternatives of conditions that hold together."""

    tokens: list[tuple[str, str]]
    base: str
    names: Names
    place: int = 0
    depth: int = 0
    both: frozenset[str] = _ALL | {";", ":"}
    either: frozenset[str] = _ANY

    def whole(self) -> Conditions:
        """Read all of it."""
        found = self._either()
        if self.place < len(self.tokens):
            raise NotUnderstood(f"{self._next()[1]} is not expected")
        return found

    def _next(self) -> tuple[str, str]:
        """Return the next token, an empty one at the end."""
        if self.place >= len(self.tokens):
            return "", ""
        return self.tokens[self.place]

    def _take(self) -> tuple[str, str]:
        """Pass over the next token and return it."""
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
        """Pass over a mark that has to be there."""
        if not self._took(frozenset({mark})):
            raise NotUnderstood(f"{mark} is expected")

    def _either(self) -> Conditions:
        """Read alternatives."""
        choices = [self._both()]
        while self._took(self.either):
            choices.append(self._both())
        return choices[0] if len(choices) == 1 else (AnyOf(tuple(choices)),)

    def _both(self) -> Conditions:
        """Read conditions that have to be met together."""
        found = [*self._one()]
        while self._took(self.both):
            found += self._one()
        return tuple(found)

    def _one(self) -> Conditions:
        """Read one condition, or several in parentheses."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood("it is too deep")
        found = self._term()
        self.depth -= 1
        return found

    def _term(self) -> Conditions:
        if self._took(frozenset({"not", "!"})):
            return _denied(self._one())
        if self._took(_OPEN):
            found = self._either()
            self._expect(")")
            return found
        kind, name = self._take()
        if kind != "word":
            raise NotUnderstood(f"{name} is not expected")
        if self._took(_OPEN):
            return self._call(name)
        return (self._compared(name),)

    def _compared(self, name: str) -> Condition:
        """Read the rest of `name eq 5`, `Name == "x"`, `name=in=(a,b)`; a name alone is true."""
        comparison = self._comparison()
        path = _path(name, self.base, self.names)
        if comparison is None:
            return condition_of(path, EQUAL, [True])
        self._take()
        return condition_of(path, comparison, self._values())

    def _comparison(self) -> OperatorMeaning | None:
        """Return what the next token compares by: eq, ==, =in=; None where it is no operator."""
        kind, word = self._next()
        if kind not in ("sign", "word"):
            return None
        inner = word.strip("=")
        found = comparison_of(inner) if inner else None
        return found or comparison_of(word)

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
        """Read the rest of `and(...)` and `or(...)`."""
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
        if self._took(_OPEN):
            return self._listed(")")
        if self._took(frozenset({"["})):
            return self._listed("]")
        return [self._value()]

    def _listed(self, end: str) -> list[Any]:
        """Read values up to a closing mark; those in brackets are several."""
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
        """Read a text, a number, true, false, null, guid("..."), or a bare word."""
        kind, text = self._take()
        word = text.lower()
        if kind == "text":
            return _unquoted(text)
        if word in _TYPES and self._took(_OPEN):
            values = self._listed(")")
            return _typed(values)
        if word in _LITERALS:
            return _LITERALS[word]
        if kind == "word":
            text = self._moment(text)
        if not _NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
            return text
        return float(text) if "." in text else int(text)

    def _moment(self, text: str) -> str:
        """Read the rest of a moment that is not quoted: its colons are marks."""
        while self._next() == ("mark", ":"):
            self._take()
            _, following = self._take()
            text = f"{text}:{following}"
        return text


def _unquoted(text: str) -> str:
    """Return a text without its quotes; one inside is doubled, or has a backslash before it."""
    inner = text[1:-1]
    inner = inner.replace("''", "'")
    return inner.replace('\\"', '"')


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
    Language.MEMBERS: _members,
    Language.WORDS: _compared,
}
