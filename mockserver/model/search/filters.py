"""Infer the filters of a list: query parameters and the properties of its records in, Filters out.

A parameter is about a property when its name says so, alone or with a word that compares:

    status, filter[status], where[status]         the property `status`
    tag, labels                                   an item of `tags`; the name of one of `labels`
    price__gte, price[gte], price:min, min_price  at least so much
    price with any members, metadata alike        price[gte]=5; metadata[app]=web
    created_after, since, startDate, to           a range of the date that is meant
    name__ic, name_pattern                        a part of a text; a form with %
    has_image, image__isnull                      whether there is something
    q, search, keyword                            all texts of a record
    labelSelector, $filter, where, filters        conditions in a language of their own

What no rule understands is no filter, and is told as ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mockserver.model.paths import bare
from mockserver.model.search.operators import (
    AFFIXES,
    AT_LEAST,
    AT_MOST,
    COMPARISONS,
    CONTAINS,
    EQUAL,
    GREATER,
    LESS,
    LIKE,
    NOT,
    OTHERS,
    PRESENT,
    TEXT_AFFIXES,
    OperatorMeaning,
)
from mockserver.model.search.properties import DATES, Property, RecordProperties
from mockserver.model.types import DescribedParameter, DescribedSchema, Filter, Language, Operator
from mockserver.slots import dataclass

Parameters = Sequence[DescribedParameter]

WRAPPERS = frozenset(
    {
        "filter",
        "filters",
        "where",
        "query",
        "criteria",
        "conditions",
        "search",
        "searchcriteria",
        "filtering",
        "match",
        "matching",
        "querystring",
        "params",
        "sub",
        "find",
    }
)
"""Parameters that are objects of filters, and what stands before a name: filter[status]."""
SEARCHES = frozenset(
    {
        "q",
        "query",
        "search",
        "searchterm",
        "searchquery",
        "searchtext",
        "searchstring",
        "keyword",
        "keywords",
        "text",
        "term",
        "terms",
        "fulltext",
        "freetext",
        "searchphrase",
        "phrase",
        "searchfor",
        "searchkey",
        "searchword",
        "searchvalue",
        "filtertext",
        "searchkeyword",
    }
)
"""Parameters that search all texts."""
EVERYTHING = frozenset({"all", "any", "both", "every", "*"})
"""Words of a filter that choose nothing."""
NEVER = frozenset(
    {"include", "exclude", "expand", "embed", "with", "includes", "expands", "apiversion"}
    | {"resourceversion", "pretty", "callback"}
)
"""Parameters that tell how to answer, unless they are said to filter."""
NAMING = frozenset({"field", "attribute", "property", "key", "column", "name", "path"})
"""What names the property in a condition that is an object."""
COMPARING = frozenset(
    {"operator", "op", "conditiontype", "condition", "comparison", "comparator", "type"}
)
TIMES = ("date", "time", "datetime", "timestamp")
BEFORE = AFFIXES | OTHERS
AFTER = AFFIXES | OTHERS | TEXT_AFFIXES
"""Words that compare what comes after them, and what comes before them."""
DEEPEST = 5
"""Objects of filters inside each other that are looked into."""
_SEVERAL = re.compile(
    r"\bcomma\b|\bcsv\b|\bseparated\b|\bdelimited\b|\bone or more\b|\blist of\b", re.IGNORECASE
)
_EVERY = re.compile(
    r"\ball (?:of )?(?:them|these|those|the (?:given|specified|listed|provided)|labels|tags)\b"
    r"|\b(?:with|have|has|having|match|matches|matching|contain|contains|containing) all\b"
    r"|\blogical and\b",
    re.IGNORECASE,
)
"""What is said of several values that all have to be there."""
_PARTIAL = re.compile(
    r"\bpartial|\bsubstring|\bfuzzy|\ball or (?:a )?part of|\bpart of the\b|\bwild ?cards?\b"
    r"|\bcontain(?:s|ing)? (?:the|this|a given|the given)\b|\blike search\b",
    re.IGNORECASE,
)
_STARTS = re.compile(r"\b(?:starts?|begins?|starting|beginning) with\b|\bprefix\b", re.IGNORECASE)
_LIKE = re.compile(
    r"\blike expression\b|`%`|%\w+%|\B\*\W{0,2}(?:matches|means|stands for|for any)\b"
    r"|\b(?:asterisks?|wild ?cards?)\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:after|since|later than|newer than|starting|start of|from|or later|no earlier than)\b",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:before|until|till|prior to|earlier than|older than|ending|end of|up to|no later than)\b",
    re.IGNORECASE,
)
_INCLUSIVE = re.compile(r"\binclu(?:ded|sive)|\bor equal\b|\bon or (?:after|before)\b|>=|<=", re.I)
_EXCLUSIVE = re.compile(
    r"\bexclusive\b|\bless than (?!or\b)|\b(?:lower|smaller) (?:id|key|number|value)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\bdates?\b|\btime(?:stamp)?s?\b|\biso[ -]?8601\b|\brfc[ -]?3339\b", re.I)
_SEARCHED_IN = re.compile(
    r"\b(?:in|by|on|fields?|match(?:es|ing)?|against|with|whose|across)\b(.*)", re.I | re.DOTALL
)
_SELECTOR = re.compile(r"(?:label|field|node|tag)s?selector$")
_EXPRESSION = re.compile(
    r"\b(?:eq|ne|gt|ge|lt|le)\b[^.]{0,20}['\"\\]|\b\w+\((?:[\w.]+),|==|&quot;"
    r"|\b(?:odata|rsql|fiql|scim)\b|\b(?:ge, le|eq, ne)\b",
    re.IGNORECASE,
)
"""What descriptions and examples of filter languages have in them."""
_CONDITIONS = re.compile(
    r"<(?:field|property|column|attribute)(?:_?name)?>\s*<(?:condition|operator|op|comparator)>\s*<value>",
    re.IGNORECASE,
)
"""What is said of a filter that is a property, a sign and a value."""
_PAIRS = re.compile(r"\bfield:value\b|\bkey:value\b|\bname:value\b", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|\bfilter|\bwhether\b|\bhav(?:e|ing)\b|\bhas\b|\bwith\b", re.I)
_ONLY_IF = re.compile(
    r"\b(?:only|if true|when (?:set to )?true|limit(?:s|ed)? to)\b", re.IGNORECASE
)
"""What is said of flags that narrow a list where they are set, and else choose nothing."""
_SHOWN = re.compile(r"\binclud(?:e|es|ed|ing)\b|\bexpand|\bembed|\bshown?\b", re.IGNORECASE)
"""What is said of flags that choose records, and of those that show more of each."""
_PARTS = re.compile(r"`([\w-]+)=[^`]*`[^`]*?\bpart of\b")
"""Names of which a part is enough: - `name=<name>` Matches all or part of a name."""
_TRUTH = re.compile(r"\b(?:true|false|yes|no|0|1|bool(?:ean)?|whether|if)\b")
_SOMEONE = re.compile(r"\b(?:user ?names?|users?|persons?|people|authors?|emails?|ids?)\b")
"""What is said of flags, and of those that ask for what someone flagged."""
_INDEX = re.compile(r"\[\d*\]$")
_VERSION = re.compile(r"\bversion of the api\b|\bresource versions\b", re.IGNORECASE)
"""What is said of the version that is to be spoken."""
_FILTER_WORD = re.compile(r"(?<=[a-z0-9])_?[Ff]ilter$")
"""A word after a name that says nothing: visibility_filter."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TEMPLATE = re.compile(r"[{}]")


DENYING = ("un", "in", "not", "non", "isnot")
"""What a name begins with that says the opposite of a flag."""


@dataclass(frozen=True, slots=True)
class PropertyMatch:
    """What the name of a parameter says: a property, and how it is compared."""

    found: Property
    comparison: OperatorMeaning = EQUAL


_SHOWS = re.compile(
    r"(?<!only )\b(?:include|show|return|add)s? "
    r"(?:(?!\b(?:only|whose|where|which|that|with|by)\b)[^.]){1,60}"
    r"\b(?:fields?|propert(?:y|ies)|details|columns?)\b",
    re.IGNORECASE,
)
"""What is said of a switch that chooses what is shown of records, and no records."""


def infer_filters(query: Parameters, known: RecordProperties) -> tuple[Filter, ...]:
    """Return a filter for each query parameter that narrows a list, as far as it is understood."""
    filters: list[Filter] = []
    for parameter in query:
        filters += _filters_of(parameter, known)
    return (*filters, *_criteria(query))


def _filters_of(parameter: DescribedParameter, known: RecordProperties) -> list[Filter]:
    reading = _ParameterName(parameter.name, parameter, parameter.schema, known)
    if parameter.schema.own_type == "boolean" and _SHOWS.search(reading.words):
        return []
    found = reading.filter()
    if found is not None:
        return [found]
    is_wrapper = bare(parameter.name) in WRAPPERS
    is_plain = is_wrapper or parameter.is_spread
    if parameter.schema.properties and (is_plain or parameter.style == "deepObject"):
        names = () if is_plain else (parameter.name,)
        return list(_members(parameter, parameter.name, names, parameter.schema, known, 0))
    return []


def _members(
    parameter: DescribedParameter,
    path: str,
    names: tuple[str, ...],
    schema: DescribedSchema,
    known: RecordProperties,
    depth: int,
) -> Iterator[Filter]:
    """Yield the filters that are members of an object: filter[status]=open."""
    if depth > DEEPEST:
        return
    if _is_criterion(schema):
        yield _spoken(path, Language.CRITERIA)
        return
    for name, child in schema.all_properties.items():
        inner = f"{path}.{name}"
        steps = names if bare(name) in WRAPPERS else (*names, name)
        reading = _ParameterName(".".join(steps), parameter, child, known)
        found = None if child.all_properties else reading.filter()
        if found is not None:
            yield replace(found, param=inner)
        elif child.all_properties:
            yield from _members(parameter, inner, steps, child, known, depth + 1)


def _is_criterion(schema: DescribedSchema) -> bool:
    """Tell whether values are conditions: {field: name, operator: "=", value: x}."""
    names = {bare(name) for name in schema.all_properties}
    return "value" in names and not names.isdisjoint(NAMING) and not names.isdisjoint(COMPARING)


def _criteria(query: Parameters) -> Iterator[Filter]:
    """Yield the conditions that are spread over parameters: filters[0][field], [value]."""
    members: dict[str, set[str]] = {}
    for parameter in query:
        name = parameter.name.rstrip("]")
        stem, _, last = name.rpartition("[")
        if _INDEX.search(stem):
            names = members.setdefault(stem, set())
            names.add(bare(last))
    for stem, names in members.items():
        if "value" in names and not names.isdisjoint(NAMING):
            yield _spoken(stem, Language.CRITERIA)


def _spoken(param: str, language: Language, others: tuple[str, ...] = ()) -> Filter:
    """Return the filter whose value spells conditions in a language."""
    operator = Operator.HAS
    return Filter(param, "", operator=operator, language=language, others=others)


@dataclass(frozen=True, slots=True)
class _ParameterName:
    """One parameter, or one member of it, that is to be understood."""

    name: str
    parameter: DescribedParameter
    schema: DescribedSchema
    known: RecordProperties

    @property
    def words(self) -> str:
        """What is said of the parameter."""
        own = str(self.schema.get("description", ""))
        if self.schema is not self.parameter.schema:
            return own
        return f"{self.parameter.description} {own}"

    @property
    def examples(self) -> str:
        shown = [*self.parameter.examples, self.schema.get("example", "")]
        return " ".join(map(str, shown))

    @property
    def value_schema(self) -> DescribedSchema:
        return self.schema.items if self.schema.is_array else self.schema

    @property
    def is_text(self) -> bool:
        return self.value_schema.type in ("string", None)

    @property
    def tells_time(self) -> bool:
        """Whether the value is a date or a moment."""
        if self.value_schema.format in DATES:
            return True
        return _TIME.search(f"{self.words} {self.name.replace('_', ' ')}") is not None

    def filter(self) -> Filter | None:
        """Return what the parameter chooses by, None where it is not understood."""
        if self.schema.is_object and self.schema.additional is not None:
            return self._by_members()
        if _TEMPLATE.search(self.name) or self.schema.is_object or self._tells_how():
            return None
        target = self._target()
        if target is not None:
            target = self._within(target)
            is_other = self._is_flag(target.found) or self._is_about_other_words(target.found)
            return None if is_other else self._by_property(target)
        return self._in_language() or self._searching()

    def _within(self, target: PropertyMatch) -> PropertyMatch:
        """Return the target inside an object that holds the properties of a record, where the one
        of the same name beside it has other values: `attributes.type` beside `type`.
        """
        if not self._is_about_other_words(target.found):
            return target
        inner = self.known.wrapped(_unwrapped(self.name))
        if inner is None or self._is_about_other_words(inner):
            return target
        return replace(target, found=inner)

    def _by_members(self) -> Filter | None:
        """Return what an object chooses by whose members have no names here: members of an object,
        metadata[app]=web, or words that compare a value, created[gte]=2024-01-01.
        """
        name = _unwrapped(self.name)
        found = self.known.by_path.get(bare(name)) or self.known.named(name)
        if found is None or self.schema.properties or found.many:
            return None
        language = Language.MEMBERS if found.schema.is_object else Language.WORDS
        return Filter(self.name, found.path, operator=Operator.HAS, language=language)

    def _tells_how(self) -> bool:
        """Tell whether the value says how to answer, and nothing of which records."""
        if _VERSION.search(self.words):
            return True
        return bare(self.name) in NEVER and "filter" not in self.words.lower()

    def _is_about_other_words(self, found: Property) -> bool:
        """Tell whether the values that can be asked for are none that the property has."""
        asked = _choices(self.value_schema) - EVERYTHING
        own = _choices(found.value_schema)
        if not asked or not own or not asked.isdisjoint(own):
            return False
        return not self._asks_in_short(found)

    def _asks_in_short(self, found: Property) -> bool:
        """Tell whether each choice is a part of a value of the property: READ of
        VISIBILITY_READ_ONLY.
        """
        asked = _choices(self.value_schema) - EVERYTHING
        own = _choices(found.value_schema)
        if not asked or not asked.isdisjoint(own):
            return False
        return all(any(word in value for value in own) for word in asked)

    def _differs_in_case(self, found: Property) -> bool:
        """Tell whether choices are spelled in another case than those of the property."""
        asked = self.value_schema.get("enum") or ()
        own = found.value_schema.get("enum") or ()
        if not asked or not own:
            return False
        return not any(value in own for value in asked)

    def _is_flag(self, found: Property) -> bool:
        """Tell whether the value turns something on, and says nothing of a property that is no
        boolean: summary=true beside a text `summary`.
        """
        if found.value_schema.type == "boolean":
            return self._names_someone()
        if self.schema.type != "boolean" or found.is_date:
            return False
        if _words(self.name)[:1] == ["has"] or len(list(_parted(self.name))) > 0:
            return False
        if self.known.has(_unwrapped(self.name)) is None:
            return True
        return _ONLY.search(self.words) is None or _SHOWN.search(self.words) is not None

    def _names_someone(self) -> bool:
        """Tell whether a text is asked for beside a boolean, and none that says yes or no:
        favorited=jane.
        """
        if self.value_schema.type != "string" or _choices(self.value_schema):
            return False
        said = f"{self.words} {self.examples}".lower()
        return _TRUTH.search(said) is None and _SOMEONE.search(said) is not None

    def _by_property(self, target: PropertyMatch) -> Filter:
        comparison = self._described(target)
        found = target.found
        operator = comparison.operator
        if operator is Operator.EQUAL and self._asks_in_short(found):
            operator = Operator.CONTAINS
        if operator is Operator.EQUAL and self._differs_in_case(found):
            operator = Operator.IGNORE_CASE
        if operator is Operator.EQUAL:
            operator = self._equality(found)
        is_several = comparison.several or _SEVERAL.search(self.words) is not None
        is_several = is_several or self._takes_commas(found)
        is_list = self.is_text and not self.schema.is_array
        every = comparison.every or (found.many and _EVERY.search(self.words) is not None)
        return Filter(
            self.name,
            found.path,
            everything=self._everything(found),
            operator=operator,
            negated=comparison.negated,
            every=every,
            separators="," if is_list and is_several else "",
            language=comparison.language,
            others=found.others,
        )

    def _takes_commas(self, found: Property) -> bool:
        """Tell whether a text with commas can only be several values: the property has one of a
        few that have none.
        """
        own = _choices(found.value_schema)
        if not own or _choices(self.value_schema):
            return False
        return not any("," in str(value) for value in own)

    def _everything(self, found: Property) -> frozenset[str]:
        """Return the words of a filter that mean every record: those that the property cannot be,
        such as `all` beside open and closed, and a text that stands for nothing that was asked for,
        such as the default `none` beside any text.
        """
        choices = self.value_schema.get("enum") or ()
        own = _choices(found.value_schema)
        default = self.value_schema.get("default")
        if isinstance(default, str) and not choices and not own:
            return frozenset({default})
        if default is False and _ONLY_IF.search(self.words):
            return frozenset({"false"})
        words = map(str, choices)
        return frozenset(word for word in words if word.lower() in EVERYTHING - own)

    def _equality(self, found: Property) -> Operator:
        """Return how values are held equal: by the day, by an item, or as they are."""
        is_moment = found.is_date and found.value_schema.format != "date"
        if is_moment and self.is_text and not self.schema.is_array:
            return Operator.ON
        is_plain = not found.many and "[" not in found.path and not found.others
        return Operator.EQUAL if is_plain else Operator.HAS

    def _described(self, target: PropertyMatch) -> OperatorMeaning:
        """Return how a property is compared, by what is said of the parameter, too."""
        comparison = target.comparison
        found = target.found
        if comparison.operator is Operator.LIKE and not _LIKE.search(self.words):
            return CONTAINS
        if comparison is GREATER and _INCLUSIVE.search(self.words):
            return AT_LEAST
        if comparison is LESS and _INCLUSIVE.search(self.words):
            return AT_MOST
        if comparison is AT_MOST and _EXCLUSIVE.search(self.words):
            return LESS
        if comparison is not EQUAL:
            return comparison
        if self.schema.type == "boolean" and found.schema.type != "boolean":
            return PRESENT
        if found.is_date and not self.schema.is_array:
            return self._range_described()
        if self._is_free_text(found):
            return self._text_described()
        return comparison

    def _is_free_text(self, found: Property) -> bool:
        """Tell whether any text may be asked for, and may be stored."""
        value = found.value_schema
        if value.type != "string" or not self.is_text:
            return False
        return not _choices(value) and not _choices(self.value_schema)

    def _range_described(self) -> OperatorMeaning:
        begins = _FROM.search(self.words) is not None
        ends = _TO.search(self.words) is not None
        if begins == ends:
            return EQUAL
        return AT_LEAST if begins else AT_MOST

    def _text_described(self) -> OperatorMeaning:
        if _LIKE.search(self.words):
            return LIKE
        if _PARTIAL.search(self.words):
            return CONTAINS
        return COMPARISONS["prefix"] if _STARTS.search(self.words) else EQUAL

    def _target(self) -> PropertyMatch | None:
        """Return the property that the name says, and how it is compared."""
        name = _unwrapped(self.name)
        found = self.known.named(name)
        if found is not None and not _is_sign(name):
            return PropertyMatch(found)
        told = self._marked(name) or self._affixed(name)
        return told or self._opposite(name) or self._meant(name)

    def _opposite(self, name: str) -> PropertyMatch | None:
        """Return the flag of which a name says the opposite: unread, inactive, not_archived."""
        if self.schema.type != "boolean":
            return None
        spelled = bare(name)
        for prefix in DENYING:
            found = self.known.named(spelled.removeprefix(prefix))
            is_flag = found is not None and found.schema.type == "boolean"
            if found is not None and is_flag and spelled.startswith(prefix):
                return PropertyMatch(found, NOT)
        return None

    def _meant(self, name: str) -> PropertyMatch | None:
        """Return what a name can only mean; what `filter` means its choices tell."""
        found = self.known.meant(name) or self._through(name)
        if found is None and bare(name) in WRAPPERS:
            choices = _choices(self.value_schema)
            found = self.known.choosing(choices - EVERYTHING)
        return None if found is None else PropertyMatch(found)

    def _through(self, name: str) -> Property | None:
        """Return the property of what a record names, by what is said of the parameter too."""
        return self.known.through(name, self.words, _choices(self.value_schema))

    def _marked(self, name: str) -> PropertyMatch | None:
        """Return what a name says with a sign in it: price__gte, price[gte], price:min, date<."""
        for stem, word in _parted(name):
            comparison = COMPARISONS.get(bare(word) or word)
            if comparison is None:
                continue
            found = self.known.named(stem) or self.known.meant(stem)
            if found is None:
                found = self._through(stem)
            if found is not None:
                return PropertyMatch(found, comparison)
        return None

    def _affixed(self, name: str) -> PropertyMatch | None:
        """Return what a name says with a word before or after it: min_price, created_after."""
        words = _words(name)
        for stem, affix in _affixes(words):
            comparison = COMPARISONS[affix]
            if not stem:
                return self._without_name(comparison)
            found = self._ranged(stem, affix)
            if found is not None:
                return PropertyMatch(found, comparison)
        return self._presence(words)

    def _ranged(self, stem: str, affix: str) -> Property | None:
        """Return the property of a range, of a text, or of what is excluded."""
        named = self.known.named(stem)
        meant = self.known.meant(stem)
        if affix in OTHERS:
            return named or meant
        if affix in TEXT_AFFIXES:
            return (named or meant) if self.is_text else None
        for found in (named, self.known.date(stem), meant):
            if found is not None and self._is_sized(found):
                return found
        return None

    def _is_sized(self, found: Property) -> bool:
        """Tell whether a range of a property makes sense."""
        if found.is_number:
            return not self.tells_time or self.value_schema.type in ("integer", "number")
        if found.is_date:
            return self.is_text or self.value_schema.type in ("integer", "number")
        return self.value_schema.type in ("integer", "number")

    def _without_name(self, comparison: OperatorMeaning) -> PropertyMatch | None:
        """Return the date that a range is about which names no property: since, endDate."""
        if not self.tells_time:
            return None
        found = self.known.usual_date(self.words)
        return None if found is None else PropertyMatch(found, comparison)

    def _presence(self, words: list[str]) -> PropertyMatch | None:
        """Return what has_image says: whether there is an image."""
        if self.schema.type != "boolean" or words[:1] != ["has"]:
            return None
        name = "".join(words[1:])
        found = self.known.has(name)
        return None if found is None else PropertyMatch(found, PRESENT)

    def _in_language(self) -> Filter | None:
        """Return the filter whose value is a sentence of its own, by plain evidence."""
        name = bare(self.name)
        if self.value_schema.type not in ("string", None):
            return None
        if _SELECTOR.search(name):
            return self._selector(name)
        if _CONDITIONS.search(self.words):
            return _spoken(self.name, Language.EXPRESSION)
        if name not in WRAPPERS and name not in ("filterby", "filterquery", "filterexpression"):
            return None
        said = f"{self.words} {self.examples}"
        if re.search(r"\bjson\b", said, re.IGNORECASE):
            parts = tuple(bare(name) for name in _PARTS.findall(self.words))
            return _spoken(self.name, Language.JSON, parts)
        if _PAIRS.search(said):
            return _spoken(self.name, Language.PAIRS)
        if self.name == "$filter" or name == "where" or _EXPRESSION.search(said):
            return _spoken(self.name, Language.EXPRESSION)
        return None

    def _selector(self, name: str) -> Filter | None:
        field = ""
        if not name.startswith("field"):
            found = self.known.labels()
            if found is None:
                return None
            field = found.path
        return Filter(self.name, field, operator=Operator.HAS, language=Language.SELECTOR)

    def _searching(self) -> Filter | None:
        """Return the filter that searches all texts, or those that are described."""
        name = bare(_unwrapped(self.name))
        is_search = name in SEARCHES
        if name == "filter":
            is_search = re.search(r"\bsearch\b|\btext\b", self.words, re.IGNORECASE) is not None
        is_closed = self.value_schema.get("enum") is not None
        if not is_search or not self.is_text or is_closed:
            return None
        match = _SEARCHED_IN.search(self.words)
        named = self.known.texts_in(match[1]) if match else []
        paths = [found.path for found in named if found.value_schema.type == "string"]
        first, *others = paths or [""]
        return Filter(self.name, first, operator=Operator.SEARCH, others=tuple(others))


def _unwrapped(name: str) -> str:
    """Return the name inside what surrounds it: filter[status], filter_status, filter.status."""
    match = re.fullmatch(r"\$?([A-Za-z]+)\[([^\]]+)\](.*)", name)
    if match and bare(match[1]) in WRAPPERS:
        return f"{match[2]}{match[3]}"
    match = re.fullmatch(r"\$?([A-Za-z]+)[._](\w.*)", name)
    if match and match[1].lower() in ("filter", "where"):
        return match[2]
    return _FILTER_WORD.sub("", name.removesuffix("[]"))


def _choices(schema: DescribedSchema) -> set[str]:
    """Return the values that a schema allows, in small letters."""
    return {str(value).lower() for value in schema.get("enum") or ()}


def _is_sign(name: str) -> bool:
    """Tell whether a name ends with a sign that compares: StartTime<."""
    return name.endswith(("<", ">", "=", "!"))


def _parted(name: str) -> Iterator[tuple[str, str]]:
    """Yield a name and the word that compares it, where a sign is between them."""
    match = re.fullmatch(r"(.+)\[([^\]]+)\]", name)
    if match:
        yield match[1], match[2]
    match = re.fullmatch(r"(.+?)([<>!]=?|=)", name)
    if match:
        yield match[1], match[2]
    for sign in ("__", ":", ".", "$"):
        stem, found, word = name.rpartition(sign)
        if found and stem:
            yield stem, word


def _words(name: str) -> list[str]:
    """Return the words of a name, in small letters: minOrderDate -> min, order, date."""
    spaced = _HUMP.sub(" ", name).lower()
    return re.findall(r"[a-z0-9]+", spaced)


def _affixes(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what may be the name, and the word before or after it that compares.

    The name is empty where there is none: since, endDate, from_date.
    """
    whole = "".join(words)
    if len(words) == 1 or whole in AFFIXES:
        if whole in AFFIXES and whole not in ("min", "max"):
            yield "", whole
        return
    if len(words) == 2:
        others = [word for word in words if word not in TIMES]
        if len(others) == 1 and others[0] in AFFIXES:
            yield "", others[0]
    for length in (2, 1):
        if len(words) > length:
            yield from _ends(words, length)


def _ends(words: list[str], length: int) -> Iterator[tuple[str, str]]:
    """Yield the name and what compares it, which are so many words at its end or its beginning."""
    last = "".join(words[-length:])
    if last in AFTER:
        rest = words[:-length]
        yield "_".join(rest), last
    first = "".join(words[:length])
    if first in BEFORE:
        rest = words[length:]
        yield "_".join(rest), first
