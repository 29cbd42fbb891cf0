"""Work out formulas: a formula, a record and the state in, a value out.

    amount <= order.total       and the record {"amount": 5, "order_id": 1}
    order 1 is {"total": 9.5}                                   True

What is not there is null. To reckon with null gives null, to compare with it (but for `==`) neither
true nor false, and a condition that is neither does not refuse (as CHECK of SQL). Numbers are
reckoned in decimals, so that 0.1 and 0.2 are 0.3; a text that is a number ("10.50") counts as one.
Moments are compared as such, however they are spelled.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal, DecimalException
from typing import Any

from mockserver.behavior.formula.functions import CALLS, CONTEXT, comparable, flattened, number_of
from mockserver.behavior.formula.ties import follow_tie
from mockserver.call import Supply
from mockserver.model.types import DescribedSchema, Formula, Model, Tie
from mockserver.moments import order_of
from mockserver.slots import dataclass
from mockserver.state import Draft, Found, Record

_CONSTANTS = {"true": True, "false": False, "null": None}
_JSON = (str, int, float, Decimal, list, Mapping, type(None), Found)


class Unknowable(Exception):
    """A formula looks at a value that is none of JSON: one that only a server can know."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Works out formulas of one record, where `old` is what it was before the change."""

    model: Model
    draft: Draft
    supply: Supply
    found: Found
    old: Record | None = None

    def value(
        self,
        formula: Formula,
        schema: DescribedSchema,
    ) -> Any:
        """Return what a formula gives, in the type of a schema. Raises Unknowable."""
        return plain(self.raw(formula), schema)

    def raw(self, formula: Formula) -> Any:
        """Return what a formula gives, numbers as decimals. Raises Unknowable."""
        return _Evaluation(self, formula).of(formula.tree)


def plain(value: Any, schema: DescribedSchema) -> Any:
    """Return a value as JSON has it, a number as text where the schema wants one."""
    if isinstance(value, Found):
        return value.record
    if isinstance(value, list):
        return [plain(item, schema.items) for item in value]
    if not isinstance(value, Decimal):
        return value
    if schema.type == "string":
        return format(value, "f")
    if value == value.to_integral_value():
        return int(value)
    return float(value)


@dataclass(slots=True)
class _Evaluation:
    """Works out one formula, part by part."""

    figure: Figure
    formula: Formula
    _local: dict[str, Any] = field(default_factory=dict)

    def of(
        self,
        node: ast.expr,
        *,
        goes_on: bool = False,
    ) -> Any:
        """Return the value of a part, `goes_on` where a name follows on it."""
        match node:
            case ast.Constant(value=value):
                return _checked(value)
            case ast.Name(id=name):
                return self._named(name, goes_on)
            case ast.Attribute(value=holder, attr=name):
                return self._member(self.of(holder, goes_on=True), name, goes_on)
            case ast.BoolOp(op=op, values=parts):
                return self._joined(isinstance(op, ast.And), parts)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return _negated(self.of(part))
            case ast.UnaryOp(operand=part):
                return _reckoned(CONTEXT.subtract, Decimal(0), self.of(part))
            case ast.BinOp(left=left, op=op, right=right):
                return _reckoned(_SIGNS[type(op)], self.of(left), self.of(right))
            case ast.Compare(left=left, ops=signs, comparators=others):
                return self._compared(left, signs, others)
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return self.of(body if self.of(test) is True else otherwise)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return [self.of(part) for part in parts]
            case ast.GeneratorExp(generators=[loop], elt=part):
                return list(self._looped(loop, part))
            case ast.Call(func=ast.Name(id=name), args=parts):
                return self._called(name, [self.of(part) for part in parts])
        raise AssertionError(f"{type(node).__name__} was let in by the grammar")

    def _named(
        self,
        name: str,
        goes_on: bool,
    ) -> Any:
        if name in self._local:
            return self._local[name]
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        found = self.figure.found
        if name == "old":
            old = self.figure.old
            return None if old is None else Found(found.collection, found.key, old)
        is_itself = name == "record" or name == self.formula.word
        if is_itself:
            return found
        return self._member(found, name, goes_on)

    def _member(
        self,
        holder: Any,
        name: str,
        goes_on: bool,
    ) -> Any:
        if isinstance(holder, list):
            members = [self._member(item, name, goes_on) for item in holder]
            return list(flattened(members))
        if isinstance(holder, Mapping):
            return _checked(holder.get(name))
        if not isinstance(holder, Found):
            return None
        tie = self.formula.ties.get((holder.collection.resource, name, goes_on))
        if tie is None:
            return _checked(holder.record.get(name))
        reached = follow_tie(tie, holder, self.figure.model, self.figure.draft)
        if tie.is_many and self._is_many(tie):
            return list(reached)
        return next(iter(reached), None)

    def _is_many(self, tie: Tie) -> bool:
        """Tell whether there can be several records at the end of a tie: a singleton is one."""
        return self.figure.model.resources[tie.target].key is not None

    def _looped(
        self,
        loop: ast.comprehension,
        part: ast.expr,
    ) -> Iterator[Any]:
        items = self.of(loop.iter)
        name = loop.target.id if isinstance(loop.target, ast.Name) else ""
        for item in items if isinstance(items, list) else ():
            self._local[name] = item
            if all(self.of(test) is True for test in loop.ifs):
                yield self.of(part)
        self._local.pop(name, None)

    def _joined(
        self,
        is_and: bool,
        parts: Sequence[ast.expr],
    ) -> bool | None:
        """Return what `and` or `or` makes of its parts, with null as what is not known."""
        certain = not is_and
        result: bool | None = is_and
        for part in parts:
            value = _truth(self.of(part))
            if value is certain:
                return certain
            if value is None:
                result = None
        return result

    def _compared(
        self,
        left: ast.expr,
        signs: Sequence[ast.cmpop],
        others: Sequence[ast.expr],
    ) -> bool | None:
        result: bool | None = True
        one = self.of(left)
        for sign, part in zip(signs, others, strict=True):
            other = self.of(part)
            found = _comparison(sign, one, other)
            if found is False:
                return False
            if found is None:
                result = None
            one = other
        return result

    def _called(
        self,
        name: str,
        values: list[Any],
    ) -> Any:
        if name == "now":
            return self.figure.supply.stamp("now-rfc3339")
        return CALLS[name](values)


def _checked(value: Any) -> Any:
    """Return a value of JSON. Raises Unknowable for any other."""
    if isinstance(value, _JSON):
        return value
    raise Unknowable


def _truth(value: Any) -> bool | None:
    """Return what a value says: null is neither true nor false, and so is what is no boolean."""
    return value if isinstance(value, bool) else None


def _negated(value: Any) -> bool | None:
    truth = _truth(value)
    return None if truth is None else not truth


_SIGNS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: CONTEXT.add,
    ast.Sub: CONTEXT.subtract,
    ast.Mult: CONTEXT.multiply,
    ast.Div: CONTEXT.divide,
    ast.Mod: CONTEXT.remainder,
}


def _reckoned(
    sign: Callable[[Decimal, Decimal], Decimal],
    one: Any,
    other: Any,
) -> Decimal | None:
    """Return what two numbers give, null where one of them is none, or nothing is given."""
    first = number_of(one)
    second = number_of(other)
    if first is None or second is None:
        return None
    try:
        result = sign(first, second)
    except DecimalException:
        return None
    return result if result.is_finite() else None


def _comparison(
    sign: ast.cmpop,
    one: Any,
    other: Any,
) -> bool | None:
    """Return whether two values are in a relation, null where that cannot be said."""
    match sign:
        case ast.Eq():
            return _are_same(one, other)
        case ast.NotEq():
            return not _are_same(one, other)
        case ast.In() | ast.NotIn():
            if not isinstance(other, list):
                return None
            found = any(_are_same(one, item) for item in other)
            return found is isinstance(sign, ast.In)
    if one is None or other is None:
        return None
    size = order_of(comparable(one), comparable(other))
    if size is None:
        return None
    return _ORDERS[type(sign)](size, 0)


_ORDERS: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _are_same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same; 1, 1.0 and "1" are, and so are two records of one
    key.
    """
    if isinstance(one, Found) and isinstance(other, Found):
        return (one.collection, one.key) == (other.collection, other.key)
    first = number_of(one)
    second = number_of(other)
    if first is not None and second is not None:
        return first == second
    return type(one) is type(other) and bool(one == other)
