"""Read the words by which APIs compare: a word in, a OperatorMeaning out.

    gte, min, from, >=      at least
    contains, icontains     a part of it, in any case
    nin, not_in             none of several
    isnull                  true or false: whether there is something

The same words end the names of parameters (`price__gte`, `price[gte]`, `price_min`), begin them
(`min_price`), and stand in filter languages (`price ge 5`, `conditionType=gteq`).
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.model.paths import bare
from mockserver.model.types import Language, Operator
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class OperatorMeaning:
    """How a property is compared, and how the value that it is compared with is spelled."""

    operator: Operator = Operator.EQUAL
    negated: bool = False
    several: bool = False
    every: bool = False
    language: Language = Language.VALUE


EQUAL = OperatorMeaning()
ONE_OF = OperatorMeaning(several=True)
ALL_OF = OperatorMeaning(several=True, every=True)
HAS = OperatorMeaning(Operator.HAS)
NOT = OperatorMeaning(negated=True)
NONE_OF = OperatorMeaning(negated=True, several=True)
CONTAINS = OperatorMeaning(Operator.CONTAINS)
CONTAINS_NOT = OperatorMeaning(Operator.CONTAINS, negated=True)
LIKE = OperatorMeaning(Operator.LIKE)
STARTS = OperatorMeaning(Operator.STARTS)
STARTS_NOT = OperatorMeaning(Operator.STARTS, negated=True)
ENDS = OperatorMeaning(Operator.ENDS)
ENDS_NOT = OperatorMeaning(Operator.ENDS, negated=True)
ANY_CASE = OperatorMeaning(Operator.IGNORE_CASE)
NOT_ANY_CASE = OperatorMeaning(Operator.IGNORE_CASE, negated=True)
AT_LEAST = OperatorMeaning(Operator.AT_LEAST)
AT_MOST = OperatorMeaning(Operator.AT_MOST)
GREATER = OperatorMeaning(Operator.GREATER)
LESS = OperatorMeaning(Operator.LESS)
PRESENT = OperatorMeaning(Operator.PRESENT, language=Language.PRESENCE)
ABSENT = OperatorMeaning(Operator.PRESENT, negated=True, language=Language.PRESENCE)
_WORDS: tuple[tuple[OperatorMeaning, str], ...] = (
    (EQUAL, "eq equal equals is exact exactly = == ==="),
    (ONE_OF, "in included any anyof oneof anyin containsany"),
    (ALL_OF, "all allof containsall"),
    (HAS, "has finset includes"),
    (NOT, "ne neq not n isnot notequal notequals noteq != <> !"),
    (NONE_OF, "nin notin none noneof exclude excludes excluded notany"),
    (GREATER, "gt greater greaterthan after morethan newerthan >"),
    (AT_LEAST, "gte gteq ge min minimum from since start startat atleast starttime startdate"),
    (AT_LEAST, "begin begintime begindate greaterequal greaterthanorequal greaterorequal >="),
    (AT_LEAST, "greaterorequals onorafter moreq"),
    (LESS, "lt less lessthan before olderthan <"),
    (AT_MOST, "lte lteq le max maximum to until till end endat endtime enddate atmost lessequal"),
    (AT_MOST, "lessthanorequal lessorequal lessorequals onorbefore <="),
    (CONTAINS, "contains contain icontains ic substring substringof match matches partial search"),
    (CONTAINS, "fuzzy ~ ~= =~"),
    (CONTAINS_NOT, "nic notcontains doesnotcontain !~ nlike notlike notilike"),
    (LIKE, "like ilike pattern"),
    (STARTS, "startswith istartswith isw sw prefix beginswith ^"),
    (STARTS_NOT, "nisw"),
    (ENDS, "endswith iendswith iew ew suffix $"),
    (ENDS_NOT, "niew"),
    (ANY_CASE, "ie iexact ieq"),
    (NOT_ANY_CASE, "nie"),
    (PRESENT, "exists present isset notnull isnotnull known"),
    (ABSENT, "isnull null empty isempty unknown missing"),
)
_SIGNS = frozenset("=<>!~^$")


def _by_word() -> Mapping[str, OperatorMeaning]:
    found = {}
    for comparison, words in _WORDS:
        for word in words.split():
            found[word] = comparison
    return found


COMPARISONS = _by_word()
"""What words and signs mean."""
AFFIXES = frozenset(
    {
        "min",
        "minimum",
        "max",
        "maximum",
        "from",
        "since",
        "after",
        "before",
        "until",
        "till",
        "to",
        "gte",
        "gt",
        "lte",
        "lt",
        "start",
        "end",
        "begin",
        "starttime",
        "startdate",
        "begintime",
        "begindate",
        "endtime",
        "enddate",
        "startat",
        "endat",
    }
)
"""Words that make a range of a name without any sign beside it: price_min, minPrice."""
TEXT_AFFIXES = frozenset(
    {
        "contains",
        "like",
        "pattern",
        "prefix",
        "startswith",
        "endswith",
    }
)
"""Words after the name of a text: name_contains."""
OTHERS = frozenset(
    {
        "not",
        "exclude",
        "excluded",
        "included",
        "ne",
        "in",
        "notin",
        "nin",
    }
)
"""Words around any name: exclude_ids, not_status."""


def comparison_of(word: str) -> OperatorMeaning | None:
    """Return what a word or sign means, None for one that is unknown."""
    text = word.strip()
    if text and not _SIGNS.isdisjoint(text):
        return COMPARISONS.get(text)
    return COMPARISONS.get(bare(text))
