"""Laws of what must be unique together by the words of the document: a seat of a show, a review of
a user and a product.

    seat: "A seat of a show is booked once (409)."      the same booking again is refused
    POST /bookings/{id}/cancel: "The seat is free again."      and then taken

The whole record is sent again, so that it is the same in all that may count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.verbs import verbs_of
from contracts.targets.target import Answer

CONFLICT = 409
_ONCE = re.compile(r"\bunique\b|\b(?:\w+ed|taken|given|held|kept|sold|only|at most) once\b", re.I)
_CLASHES = re.compile(
    r"\b(already|same|exists?|taken|duplicates?|booked|reserved)\b", re.IGNORECASE
)
_OTHERWISE = re.compile(
    r"\b(unless|except|while|not|need not|may be|can be|never|no longer|allowed)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(free|available|open)(?: \w+)? again\b|\b(?:frees|releases|gives back) (?:the|its)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(r"_?(id|key|uuid)$", re.IGNORECASE)


def tells_of_combinations(place: Place) -> bool:
    """Tell whether words say that several properties are unique together."""
    return next(combinations(place), None) is not None


def combinations(place: Place) -> Iterator[frozenset[str]]:
    """Yield the properties that are unique together, as far as words name them."""
    create = place.create
    if create is None or not create.described.documents(CONFLICT):
        return
    described = create.described
    fields = described.sent_schema.properties
    for sentence in _sentences(described.words):
        if _ONCE.search(sentence):
            yield from _several(sentence, fields)
    for sentence in _sentences(described.response(CONFLICT).description):
        if _CLASHES.search(sentence):
            yield from _several(sentence, fields)
    for name, schema in fields.items():
        for sentence in _sentences(str(schema.get("description") or "")):
            if _ONCE.search(sentence):
                yield from _several(sentence, fields, name)


def same_is_refused(world: World) -> bool:
    """Send a whole record again: it is refused; tell whether that could be tried."""
    told = [*combinations(world.place)]
    if not told:
        return False
    world.begin()
    made = world.make(full=True)
    again = _again(world, made)
    if not isinstance(again, Answer):
        if again is not None:
            names = " and ".join(sorted(told[0]))
            raise Broken(
                world.maker.operation,
                f"a refusal, for there is a record of the same {names}",
                str(again.answer.status),
                "status",
            )
        return False
    if again.status == CONFLICT:
        _check_free_again(world, frozenset().union(*told))
    return True


def _again(world: World, made: Made) -> Made | Answer | None:
    """Send a record again; return what came of it, None where the server gives back the first."""
    try:
        again = world.offer(made.sent)
    except Untried:
        return None
    is_first = not isinstance(again, Answer) and again.key == made.key
    return None if is_first else again


def _check_free_again(world: World, names: Iterable[str]) -> None:
    """Do what frees what was taken, where words say so: the same record is taken then."""
    for verb in verbs_of(world):
        words = verb.described.words
        said = ". ".join(each for each in _sentences(words) if _FREE.search(each))
        if not any(_names(said, name) for name in names):
            continue
        world.begin()
        made = world.make(full=True)
        first = _again(world, made)
        if not isinstance(first, Answer) or first.status != CONFLICT:
            continue
        if not world.send(verb, world.at(verb, made)).succeeded:
            continue
        again = _again(world, made)
        if isinstance(again, Answer) and again.status == CONFLICT:
            raise Broken(
                world.maker.operation,
                f"success, for {verb.label} says that it is free again",
                str(again.status),
                "status",
            )


def _several(sentence: str, fields: Iterable[str], own: str = "") -> Iterator[frozenset[str]]:
    """Yield the properties that a sentence names, where there are several of them."""
    named = {name for name in fields if name == own or _names(sentence, name)}
    if len(named) > 1 and not _OTHERWISE.search(sentence):
        yield frozenset(named)


def _names(sentence: str, name: str) -> bool:
    """Tell whether a sentence names a property: by its name, or by what it is the key of."""
    bare = _ENDING.sub("", name) or name
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", bare).replace("_", " ")
    words = "|".join({re.escape(each) for each in (name, bare, spaced)})
    return re.search(rf"\b({words})s?\b", sentence, re.IGNORECASE) is not None


def _sentences(words: str) -> list[str]:
    return re.split(r"[.;](?:\s|$)", words)
