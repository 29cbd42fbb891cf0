"""What a list is asked for, and how much of it a client can be sure of: a settled call in, whether
its answer is known out.

    GET /notes?color=red            color has an enumeration: all red ones come, and no other
    GET /notes?title=Ann            all with this title come, and those that hold it may
    GET /notes?near=here            nobody but the server knows what comes
    GET /notes?fields=title         all come, with less than they have
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.oracle.settled import Settled
from mockserver.lookup import MISSING, value_at
from mockserver.model.paths import bare
from mockserver.model.types import Filter, Operation
from mockserver.state import key_of

_SPARSE = re.compile(r"^(fields|(field|select|only|exclude|omit|attributes|props|columns)$)")
_WAYS = frozenset({"direction", "sortdirection", "sortorder", "orderdirection", "order", "dir"})
_MORE = frozenset({"expand", "embed", "include", "with", "sort", "sortby", "orderby", "order"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: `sure` are the filters whose meaning is plain, with their values;
    `narrows` tells whether any filter is at work, `is_understood` whether all that is asked has a
    meaning that the document tells, `is_sparse` whether records come with less than they have.
    """

    operation: Operation
    sure: tuple[tuple[Filter, Any], ...]
    narrows: bool
    is_understood: bool
    is_sparse: bool

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
            if _SPARSE.search(bare(name)):
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
        )

    def excludes(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record cannot be among those that are asked for."""
        return any(_excludes(each, value, record) for each, value in self.sure)


def _is_default(operation: Operation, name: str, value: Any) -> bool:
    parameter = operation.described.parameter("query", name)
    return parameter is not None and parameter.schema.get("default", MISSING) == value


def _narrows_by_itself(operation: Operation) -> bool:
    """Tell whether a list leaves out records where nobody asks for them: a parameter whose meaning
    is unknown has a default.
    """
    paging = operation.paging
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
    """Tell whether a filter is called as the property that it is about, and takes one value."""
    parameter = operation.described.parameter(
        "query",
        narrowing.param,
    )
    name = narrowing.field.rpartition(".")[2]
    if parameter is None or bare(name) != bare(narrowing.param):
        return False
    return parameter.schema.type in ("string", "integer", "boolean", "number")


def _excludes(narrowing: Filter, value: Any, record: Mapping[str, Any]) -> bool:
    has = value_at(record, narrowing.field)
    if (
        isinstance(
            value,
            list | Mapping,
        )
        or has is MISSING
        or isinstance(
            has,
            Mapping | list,
        )
    ):
        return False
    if value is True or has is None:
        return False  # `archived=true` often means: those too
    if isinstance(value, str) and isinstance(has, str):
        return value not in narrowing.everything and value.casefold() not in has.casefold()
    return key_of(value) != key_of(has)
