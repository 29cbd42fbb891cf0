"""What a list is asked for, and how much of it a client can be sure of: a settled call in, whether
its answer is known out.

    GET /notes?color=red            color has an enumeration: all red ones come, and no other
    GET /notes?title=Ann            all with this title come, and those that hold it may
    GET /notes?min_stars=3          none with less comes
    GET /notes?near=here            nobody but the server knows what comes
    GET /notes?fields=title         all come, with less than they have
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compare.likeness import moment
from contracts.compare.scalars import is_number
from contracts.expiry import shows_recent_alone
from contracts.oracle.settled import Settled
from mockserver.lookup import MISSING, value_at
from mockserver.model.paths import bare
from mockserver.model.types import Filter, Operation
from mockserver.model.types.reading import Language, Operator
from mockserver.state import key_of

_SPARSE = re.compile(r"^(fields|(field|select|only|exclude|omit|attributes|props|columns)$)")
_WAYS = frozenset({"direction", "sortdirection", "sortorder", "orderdirection", "order", "dir"})
_BOUNDS = frozenset(
    {
        Operator.AT_LEAST,
        Operator.AT_MOST,
        Operator.GREATER,
        Operator.LESS,
    }
)
_MORE = frozenset({"expand", "embed", "include", "with", "sort", "sortby", "orderby", "order"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: `sure` are the filters whose meaning is plain, with their values;
    `narrows` tells whether any filter is at work, `is_understood` whether all that is asked has a
    meaning that the document tells, `is_sparse` whether records come with less than they have,
    `is_clear` whether the meaning of each parameter is known.
    """

    operation: Operation
    sure: tuple[tuple[Filter, Any], ...]
    narrows: bool
    is_understood: bool
    is_sparse: bool
    is_clear: bool = True

    @classmethod
    def of(cls, settled: Settled) -> Question:
        """Read the query of a call."""
        operation = settled.operation
        filters = {each.param: each for each in operation.filters}
        paging = operation.paging
        sure, unknown, sparse = [], False, False
        for name, value in settled.query.items():
            if name in (paging.size, paging.number, operation.sort_param):
                continue
            if value in ("", [""]):
                unknown = True  # nothing is asked for, or what has no value
            elif _is_written(operation, name):
                sparse = unknown = True  # what is asked for stands inside of it
            elif _SPARSE.search(bare(name)):
                sparse = True
            elif name in filters:
                sure.append((filters[name], value))
            elif bare(name) not in (*_WAYS, *_MORE) and not _is_default(operation, name, value):
                unknown = True
        plain = all(_is_plain(operation, each) for each, _ in sure)
        understood = plain and not unknown and not _narrows_by_itself(operation)
        return cls(
            operation,
            tuple(sure),
            bool(sure) or unknown,
            understood,
            sparse,
            not unknown,
        )

    def excludes(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record cannot be among those that are asked for."""
        return any(_excludes(each, value, record) for each, value in self.sure)


def _is_written(operation: Operation, name: str) -> bool:
    """Tell whether a parameter is a document of its own, such as JSON."""
    parameter = operation.described.parameter("query", name)
    return parameter is not None and parameter.media_type is not None


def _is_default(operation: Operation, name: str, value: Any) -> bool:
    parameter = operation.described.parameter("query", name)
    return parameter is not None and parameter.schema.get("default", MISSING) == value


def _narrows_by_itself(operation: Operation) -> bool:
    """Tell whether a list leaves out records where nobody asks for them: a parameter whose meaning
    is unknown has a default, or words tell of the time that it shows.
    """
    described, paging = operation.described, operation.paging
    if shows_recent_alone(f"{described.summary} {described.description}"):
        return True
    known = {each.param for each in operation.filters}
    known |= {str(each) for each in (paging.size, paging.number, operation.sort_param)}
    for parameter in operation.described.parameters_in("query"):
        name, schema = parameter.name, parameter.schema
        neutral = name in known or bare(name) in (*_WAYS, *_MORE) or _SPARSE.search(bare(name))
        chooses = schema.type == "boolean" or bool(schema.get("enum"))
        if not neutral and chooses and schema.get("default") is not None:
            return True
    return False


def _is_plain(operation: Operation, narrowing: Filter) -> bool:
    """Tell whether a filter is called as the property that it is about, or is a bound of it, and
    takes one value.
    """
    parameter = operation.described.parameter(
        "query",
        narrowing.param,
    )
    if parameter is None or narrowing.others:
        return False
    if narrowing.operator in _BOUNDS:
        return parameter.schema.type in ("integer", "number")
    name = narrowing.field.rpartition(".")[2]
    if not narrowing.is_equality or bare(name) != bare(narrowing.param):
        return False
    return parameter.schema.type in ("string", "integer", "boolean", "number")


def _excludes(narrowing: Filter, value: Any, record: Mapping[str, Any]) -> bool:
    is_single = narrowing.language is Language.VALUE and not narrowing.others
    if not is_single or narrowing.negated or isinstance(value, list | Mapping):
        return False
    has = value_at(record, narrowing.field) if narrowing.field else MISSING
    if (
        has is MISSING
        or has is None
        or isinstance(
            has,
            Mapping | list,
        )
    ):
        return False
    if narrowing.operator in _BOUNDS:
        return _is_out_of_bounds(
            narrowing.operator,
            value,
            has,
        )
    if narrowing.operator is Operator.CONTAINS:
        is_text = isinstance(value, str) and isinstance(has, str)
        return is_text and value.casefold() not in has.casefold()
    return narrowing.is_equality and _is_another(narrowing, value, has)


def _is_another(narrowing: Filter, value: Any, has: Any) -> bool:
    if value is True:
        return False  # `archived=true` often means: those too
    if isinstance(value, str) and isinstance(has, str):
        return value not in narrowing.everything and value.casefold() not in has.casefold()
    return key_of(value) != key_of(has)


def _is_out_of_bounds(operator: Operator, value: Any, has: Any) -> bool:
    """Tell whether a number or a moment is beyond a bound; what is at the bound may be in or
    out.
    """
    numbers = is_number(value) and is_number(has)
    one, other = (value, has) if numbers else (moment(value), moment(has))
    if one is None or other is None or (not numbers and not isinstance(value, str)):
        return False
    if operator in (Operator.AT_LEAST, Operator.GREATER):
        return bool(other < one)
    return bool(other > one)
