"""Laws of what records take from others that they name: it is less there, and comes back with what
gives it back, where the document says so.

    POST /orders {"product_id": 7, "quantity": 2}   "Takes the quantity from the stock."
    GET /products/7                                 stock is 2 less
    POST /orders/1/cancel                           "Its quantity goes back to the stock."
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.referents import Naming, key_named, names_others, namings
from contracts.laws.verbs import verbs_of
from contracts.targets.target import Answer
from mockserver.model.types import Operation
from mockserver.model.types.facts import admits

SMALL = 2
"""How much a record is given of which more is asked for than it has."""
ACCEPTED = 202
_TAKES = re.compile(
    r"\b(tak(es?|en)|subtract\w*|deduct\w*|lower(s|ed)|reduc\w+|decreas\w+|reserv\w+|consum\w+|"
    r"uses up)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"\b(back|return\w*|restor\w+|releas\w+|free again|credited|refund\w*)\b", re.IGNORECASE
)
_SHORT = re.compile(
    r"\b(not enough|insufficient|out of stock|sold out|more than (there|the|is|are)|too few|"
    r"exceeds?)\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bby (one|1)\b|\b(one|a) (seat|place|copy|item|unit|piece)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(when|once|after|until) (it|they|the \w+) (is|are|was)\b", re.IGNORECASE)
_REFUSALS = (409, 422, 400)


@dataclass(frozen=True, slots=True)
class Taking:
    """A record takes `amount`, a property of its own, from the `stock` of what it names; one where
    there is none.
    """

    naming: Naming
    stock: str
    amount: str | None


def takes_from_others(place: Place) -> bool:
    """Tell whether words say that a new record takes something from another one."""
    create = place.create
    return (
        create is not None and names_others(place) and bool(_TAKES.search(create.described.words))
    )


def taken_is_less(world: World) -> None:
    """Make records that take from another one; do what gives back; take more than there is."""
    takings = [*_takings(world)]
    if not takings:
        raise Untried("the document does not say what is taken from what a record names")
    for taking in takings:
        made, target = _taken(world, taking)
        _check_given_back(world, taking, made, target)
        _check_short(world, taking)


def _takings(world: World) -> Iterator[Taking]:
    create = world.maker.operation
    words = create.described.words
    if not _TAKES.search(words) or _LATER.search(words):
        return
    numbers = []
    for name, schema in create.described.sent_schema.properties.items():
        if schema.type == "integer" and _says(words, name):
            numbers.append(name)
    for naming in namings(world):
        for stock, schema in naming.place.resource.record.properties.items():
            if schema.type != "integer" or not _says(words, stock):
                continue
            if len(numbers) == 1:
                yield Taking(naming, stock, numbers[0])
            elif not numbers and _ONE.search(words):
                yield Taking(naming, stock, None)


def _taken(world: World, taking: Taking) -> tuple[Made, Made]:
    """Make a record: what it takes is less there. Raises Untried."""
    world.begin()
    other = world.named(taking.naming.place)
    target = other.make_for_others()
    before = _stock(other, target, taking)
    made = world.make({taking.naming.field: key_named(world, taking.naming, target)})
    amount = _amount(made, taking)
    after = _stock(other, target, taking)
    if made.answer.status != ACCEPTED and after != before - amount:
        told = f"{before - amount} {taking.stock}, for {amount} of {before} were taken"
        raise Broken(
            world.maker.operation,
            told,
            str(after),
            f"/{taking.stock}",
        )
    return made, target


def _check_given_back(world: World, taking: Taking, made: Made, target: Made) -> None:
    """Do to the record what gives back what it took, as words say."""
    other = world.named(taking.naming.place)
    for verb in verbs_of(world):
        words = f"{verb.described.summary} {verb.described.description}"
        if not _GIVES.search(words) or not _says(words, taking.stock):
            continue
        before = _stock(other, target, taking)
        answer = world.send(
            verb,
            world.at(verb, made),
            world.bare_body(verb),
        )
        if not answer.succeeded or answer.status == ACCEPTED:
            continue
        after, amount = _stock(other, target, taking), _amount(made, taking)
        if after != before + amount:
            told = f"{before + amount} {taking.stock}, for {amount} went back"
            raise Broken(
                verb,
                told,
                str(after),
                f"/{taking.stock}",
            )
        return


def _check_short(world: World, taking: Taking) -> None:
    """Take more than there is, where a refusal is documented for that."""
    create = world.maker.operation
    if taking.amount is None or not _SHORT.search(_refusals(create)):
        return
    wanted = create.described.sent_schema.properties[taking.amount]
    has = taking.naming.place.create
    schema = has.described.sent_schema.properties.get(taking.stock) if has is not None else None
    if schema is None or not admits(schema.plain, SMALL):
        return
    if not admits(wanted.plain, SMALL + 1):
        return
    world.begin()
    target = world.named(taking.naming.place).make({taking.stock: SMALL})
    key = key_named(world, taking.naming, target)
    made = world.offer({taking.naming.field: key, taking.amount: SMALL + 1})
    if not isinstance(made, Answer) and made.answer.status != ACCEPTED:
        told = f"a refusal, for there are {SMALL}, and {SMALL + 1} were taken"
        raise Broken(
            create,
            told,
            shown(made.answer.status),
            "status",
        )


def _stock(other: World, target: Made, taking: Taking) -> int:
    """Return how much there is. Raises Untried."""
    has = other.record(target).get(taking.stock)
    if isinstance(has, bool) or not isinstance(has, int):
        raise Untried(f"{taking.stock} is not shown")
    return has


def _amount(made: Made, taking: Taking) -> int:
    """Return how much a record takes. Raises Untried."""
    if taking.amount is None:
        return 1
    amount: Any = made.shown.get(
        taking.amount,
        made.sent.get(taking.amount),
    )
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise Untried(f"{taking.amount} is not shown")
    return amount


def _says(words: str, name: str) -> bool:
    spelled = re.escape(name).replace("_", "[_ ]")
    return (
        re.search(
            rf"\b{spelled}\b",
            words,
            re.IGNORECASE,
        )
        is not None
    )


def _refusals(operation: Operation) -> str:
    described = operation.described
    told = [described.response(each).description for each in _REFUSALS if described.documents(each)]
    return " ".join(told)
