"""Read formulas: a text and the resources of an API in, a formula whose names are all known out.

    sum(line.price * line.quantity for line in lines)
    amount <= order.total - sum(order.refunds.amount)
    count(seats) < room.capacity and not room.closed

A formula is an expression in the notation of Python, read by Python's own parser and never run by
it: of all that Python has, it may hold what GRAMMAR lists. Its names are

- properties of the record, dotted where they are inside objects, through lists too;
- the record that it belongs to or names, by the word for one: `order`, also the `editor` of
  `editor_id`, and so on from there: `order.customer.name`;
- the records that belong to it or name it, by the name of their resource: `lines`, also
  `order.lines`; the other records beside it, by that of its own; all of any other resource;
- `record`, which is the record itself, and `old`, which is the record before the change;
- the functions of FUNCTIONS, and `true`, `false` and `null`.

There are no loops but the one of `sum(... for one in many if ...)`, no assignments and no calls of
anything else, and a text is short, so working one out takes no longer than looking at the records
that it names.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace

from mockserver.model.paths import bare, noun, singular
from mockserver.model.places.links import key_named, link_of
from mockserver.model.types.formula import Formula, Tie, TieWay
from mockserver.model.types.resource import Resource
from mockserver.model.types.schema import NO_SCHEMA, DescribedSchema
from mockserver.slots import dataclass

LONGEST = 500
"""Characters of a formula."""
MOST_NODES = 200
FUNCTIONS = frozenset(
    {"sum", "count", "min", "max", "any", "all"}
    | {"first", "length", "lower", "upper", "round", "abs", "text", "now"}
)
"""What `behavior.figures` works out."""
GRAMMAR = (
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.GeneratorExp,
    ast.Attribute,
    ast.Name,
    ast.Constant,
    ast.List,
    ast.Tuple,
)
"""and or not, + - * / %, comparisons and `in`, `a if b else c`, functions, names and values."""
OPERATORS = (
    ast.boolop,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Mod,
    ast.USub,
    ast.Not,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.comprehension,
    ast.expr_context,
)
CONSTANTS = frozenset({"true", "false", "null"})
SCALARS = ("string", "integer", "number", "boolean")
Resources = Mapping[str, Resource]
Use = tuple[str, str]
"""A resource and one of its properties."""


class FormulaError(Exception):
    """A formula cannot be read; `name` is what is not known in it, and `known` what is."""

    def __init__(
        self,
        message: str,
        name: str = "",
        known: Collection[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.name = name
        self.known = known

    @property
    def hint(self) -> str | None:
        """The nearest name that is known, else all of them."""
        near = difflib.get_close_matches(self.name, self.known, n=1)
        if near:
            return f"did you mean {near[0]!r}?"
        if self.known:
            names = ", ".join(sorted(self.known))
            return f"known: {names}"
        return None


@dataclass(frozen=True, slots=True)
class FormulaReading:
    """A formula, the properties that it looks at, and the ways that it goes to other records."""

    formula: Formula
    uses: frozenset[Use]
    ways: frozenset[tuple[Tie, ...]]


def read_formula(
    text: str,
    name: str,
    resources: Resources,
) -> FormulaReading:
    """Return a formula about the records of a resource. Raises FormulaError."""
    tree = _parsed(text)
    reader = _NameReader(resources, name)
    reader.read(tree)
    resource = resources[name]
    word = word_of_one(resource)
    if word in properties_of(resource):
        word = ""
    formula = Formula(text, tree, reader.ties, word)
    return FormulaReading(formula, frozenset(reader.uses), frozenset(reader.ways))


def _parsed(text: str) -> ast.expr:
    """Return the tree of a text that holds nothing but what a formula may. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(f"the formula is longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply"
        raise FormulaError(f"{text!r} is no formula: {reason}") from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise FormulaError("the formula has too many parts")
    for node in nodes:
        _check(node, text)
    return tree


def _check(node: ast.AST, text: str) -> None:
    """Raise FormulaError for a part of Python that no formula has."""
    if isinstance(node, OPERATORS):
        return
    if isinstance(node, ast.keyword | ast.Starred) or not isinstance(node, GRAMMAR):
        part = ast.unparse(node) or type(node).__name__
        raise FormulaError(f"a formula cannot have {part!r}")
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | None):
        raise FormulaError(f"a formula cannot have the value {node.value!r}")
    if isinstance(node, ast.Call):
        _check_call(node)
    if isinstance(node, ast.GeneratorExp):
        _check_loop(node, text)


def _check_call(call: ast.Call) -> None:
    if not isinstance(call.func, ast.Name):
        part = ast.unparse(call.func)
        raise FormulaError(f"a formula cannot call {part!r}", part, FUNCTIONS)
    name = call.func.id
    if name not in FUNCTIONS:
        raise FormulaError(f"no function {name!r}", name, FUNCTIONS)


def _check_loop(loop: ast.GeneratorExp, text: str) -> None:
    (first, *others) = loop.generators
    inner = [each for each in ast.walk(loop) if isinstance(each, ast.GeneratorExp)]
    if others or len(inner) > 1:
        raise FormulaError(f"{text!r} has a loop within a loop")
    if not isinstance(first.target, ast.Name):
        raise FormulaError(f"a loop names one thing, not {ast.unparse(first.target)!r}")


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a part of a formula stands for: records of a resource, or a value of a schema."""

    resource: str = ""
    schema: DescribedSchema = NO_SCHEMA
    way: tuple[Tie, ...] = ()

    @property
    def one(self) -> _Thing:
        """One of the items of a list; records are what they are."""
        schema = self.schema.items if self.schema.is_array else self.schema
        return replace(self, schema=schema)


@dataclass(slots=True)
class _NameReader:
    """Follows the names of one formula, and notes where they lead."""

    resources: Resources
    itself: str
    ties: dict[tuple[str, str, bool], Tie] = field(default_factory=dict)
    uses: set[Use] = field(default_factory=set)
    ways: set[tuple[Tie, ...]] = field(default_factory=set)
    _local: dict[str, _Thing] = field(default_factory=dict)

    def read(
        self,
        node: ast.AST,
        *,
        goes_on: bool = False,
    ) -> _Thing:
        """Return what a part stands for, `goes_on` where a name follows on it."""
        if isinstance(node, ast.Name):
            return self._named(node.id, goes_on)
        if isinstance(node, ast.Attribute):
            holder = self.read(node.value, goes_on=True)
            return self._member(holder, node.attr, goes_on)
        if isinstance(node, ast.GeneratorExp):
            return self._loop(node)
        if isinstance(node, ast.Call):
            found = [self.read(each) for each in node.args]
            return found[0] if found else _Thing()
        for child in ast.iter_child_nodes(node):
            self.read(child)
        return _Thing()

    def _loop(self, node: ast.GeneratorExp) -> _Thing:
        (loop,) = node.generators
        name = loop.target.id if isinstance(loop.target, ast.Name) else ""
        self._local[name] = self.read(loop.iter).one
        for part in (*loop.ifs, node.elt):
            self.read(part)
        del self._local[name]
        return _Thing()

    def _named(
        self,
        name: str,
        goes_on: bool,
    ) -> _Thing:
        """Return what a name at the beginning stands for."""
        if name in self._local:
            return self._local[name]
        if name in CONSTANTS:
            return _Thing()
        resource = self.resources[self.itself]
        if name in ("record", "old"):
            return _Thing(self.itself)
        is_own = name == word_of_one(resource) and name not in properties_of(resource)
        if is_own:
            return _Thing(self.itself)
        return self._member(_Thing(self.itself), name, goes_on)

    def _member(
        self,
        holder: _Thing,
        name: str,
        goes_on: bool,
    ) -> _Thing:
        """Return what a name stands for after what is before it. Raises FormulaError."""
        if not holder.resource:
            return _Thing(schema=self._inner(holder.one.schema, name))
        resource = self.resources[holder.resource]
        known = properties_of(resource)
        tie = tie_of(resource, name, self.resources)
        schema = known.get(name)
        leads_on = goes_on and schema is not None and schema.own_type in SCALARS
        if tie is not None and (schema is None or leads_on):
            self.ties[resource.name, name, goes_on] = tie
            way = (*holder.way, tie)
            self.ways.add(way)
            return _Thing(tie.target, way=way)
        if schema is None and not resource.open:
            names = {*known, *tie_names(resource, self.resources)} - resource.hidden
            text = f"{resource.name} have no property {name!r}"
            raise FormulaError(text, name, names)
        self.uses.add((resource.name, name))
        return _Thing(schema=schema or NO_SCHEMA)

    def _inner(
        self,
        schema: DescribedSchema,
        name: str,
    ) -> DescribedSchema:
        """Return the schema of a member of an object. Raises FormulaError."""
        known = schema.all_properties
        if schema.own_type in SCALARS:
            raise FormulaError(f"no property {name!r}, for it would be one of a {schema.own_type}")
        if known and not schema.is_open and name not in known:
            raise FormulaError(f"no property {name!r}", name, known)
        return known.get(name, NO_SCHEMA)


def properties_of(resource: Resource) -> Mapping[str, DescribedSchema]:
    """Return the properties that records of a resource have, whether the document names them or
    not.
    """
    more = [
        *resource.hidden,
        *resource.generated,
        *resource.touched,
        *resource.defaults,
        *resource.computed,
        *resource.assigned,
    ]
    more += [parent.field for parent in resource.parents if parent.field]
    if resource.key is not None:
        more.append(resource.key)
    found = dict.fromkeys(more, NO_SCHEMA)
    found |= resource.record.all_properties
    return found


def word_of_one(resource: Resource) -> str:
    """Return the word for one record: `order` of orders."""
    return _spelled(singular(noun(resource.name)))


def words_of_many(resource: Resource) -> frozenset[str]:
    """Return the words for several records: `lines`, also of orders.lines."""
    return frozenset({_spelled(noun(resource.name)), _spelled(resource.name)})


def _spelled(name: str) -> str:
    """Return a name as a formula spells it."""
    return re.sub(r"\W", "_", name)


def tie_of(
    resource: Resource,
    name: str,
    resources: Resources,
) -> Tie | None:
    """Return where a name leads from a record of a resource, None where to nothing."""
    for reference in resource.references:
        if _role(reference.field, reference.by) == bare(name):
            return _naming(resource, reference.resource, reference.field, reference.by)
    many: list[Tie] = []
    for other in resources.values():
        if name == word_of_one(other) and other is not resource:
            tie = _tie_up(resource, other)
            if tie is not None:
                return tie
        if name in words_of_many(other):
            many.append(_tie_down(resource, other))
    near = [tie for tie in many if tie.way is not TieWay.ALL]
    return next(iter((*near, *many)), None)


def tie_names(resource: Resource, resources: Resources) -> Iterator[str]:
    """Yield the names that lead from a record of a resource to others."""
    for other in resources.values():
        if other is not resource and _tie_up(resource, other) is not None:
            yield word_of_one(other)
        yield from words_of_many(other)


def _role(field: str, by: str) -> str:
    """Return what a property is about that names another record: editor_id is about the editor."""
    spelled = bare(field)
    for ending in (bare(by), "id"):
        if spelled.endswith(ending) and spelled != ending:
            return spelled.removesuffix(ending)
    return spelled


def _naming(
    resource: Resource,
    target: str,
    field: str,
    by: str,
) -> Tie:
    return Tie(TieWay.NAMED, resource.name, target, field, by)


def _tie_up(resource: Resource, other: Resource) -> Tie | None:
    """Return the way from a record to the one that it belongs to or names, None where there is
    none.
    """
    if other.key is None:
        return Tie(TieWay.ALL, resource.name, other.name) if not other.split else None
    for reference in resource.references:
        if reference.resource == other.name:
            return _naming(resource, other.name, reference.field, reference.by)
    for place, parent in enumerate(resource.split):
        if parent.resource == other.name:
            return Tie(TieWay.ABOVE, resource.name, other.name, place=place)
    fields = resource.record.properties
    name = noun(other.name)
    link = link_of("id", name, fields, resource.key)
    if link is None:
        return None
    by = key_named(link, name, other.record.properties)
    return _naming(resource, other.name, link, by or other.key)


def _tie_down(resource: Resource, other: Resource) -> Tie:
    """Return the way from a record to many of another resource."""
    if other is resource:
        return Tie(TieWay.BESIDE, resource.name, resource.name)
    up = _tie_up(other, resource)
    if up is None or up.way is TieWay.ALL:
        return Tie(TieWay.ALL, resource.name, other.name)
    return up.back


def in_order(readings: Mapping[Use, FormulaReading]) -> Iterable[Use]:
    """Return computed properties in an order in which each comes after those that it looks at.
    Raises FormulaError for those that look at themselves.
    """
    done: list[Use] = []
    for use in readings:
        _visit(use, readings, done, [])
    return done


def _visit(
    use: Use,
    readings: Mapping[Use, FormulaReading],
    done: list[Use],
    above: list[Use],
) -> None:
    if use in done:
        return
    if use in above:
        names = " -> ".join(".".join(each) for each in (*above[above.index(use) :], use))
        raise FormulaError(f"it looks at itself: {names}")
    for other in sorted(readings[use].uses):
        if other in readings:
            _visit(other, readings, done, [*above, use])
    done.append(use)
