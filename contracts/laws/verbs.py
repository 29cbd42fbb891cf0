"""Laws of verbs, such as `POST /notes/{id}/archive`: what a reply shows of a record is what is
read, and what is put away is not listed where the document says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from time import sleep

from contracts.compare.same import shown
from contracts.expiry import is_span, may_be_hidden
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place, verbs_at
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.drafts import Record
from contracts.requests.fields import kind_of
from mockserver.model.types import Operation

MOST = 4
"""Verbs of a place that are tried."""
SHORTEST_S = 2
SLACK_S = 1.5
"""Seconds that a record is given beyond its time."""
_OVER = re.compile(r"\b(expired|expires|over|ended)\b", re.IGNORECASE)
_REFUSALS = (410, 409, 422, 403)
_SECONDS = re.compile(r"second|_s$|ttl$", re.IGNORECASE)
USES = 8
"""Times that something is done to a record to use up what it has."""
_BY_ONE = re.compile(
    r"\b(\w+)\b (?:goes|is|gets|moves)\s+(?:counted )?"
    r"(up|down|raised|lowered|increased|decreased|incremented|decremented|reduced) by (?:one|1)\b",
    re.IGNORECASE,
)
_NUMBERS = {"once": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5}
_TIMES = re.compile(
    r"\b(?:can be|may be|at most|up to|no more than|not more than|only)\b[^.;]{0,30}?"
    r"\b(?:(?P<often>once|twice)|(?P<number>\d+|two|three|four|five) times)\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"^(up|raised|incr)",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(listed|shown in|appears|visible)\b",
    re.IGNORECASE,
)
_NOT = r"\b(not|neither|nor|without|except|excluding|excludes|but|un|non)\b[^.]{0,40}"


def has_items(place: Place) -> bool:
    return place.create is not None and place.read is not None and place.key_param is not None


def done_is_shown(world: World) -> None:
    """Do one thing after another to a record: the flags that a reply shows are those that are
    read.
    """
    verbs = verbs_of(world)
    if not verbs:
        raise Untried("nothing can be done to a record but to change it")
    for before, verb in product([None, *verbs], verbs):
        if before is verb:
            continue
        world.begin()
        made = world.make()
        if before is not None and _done(world, before, made) is None:
            continue
        first = world.find(made) or {}
        told = _done(world, verb, made)
        found = world.find(made)
        if told is None or found is None:
            continue
        _check_set(world, verb, found)
        _check_step(verb, first, found)
        for name, value in {**_flags(told), **_states(world, verb, told)}.items():
            is_shown = isinstance(found.get(name), type(value))
            if is_shown and found[name] != value:
                expected = f"{shown(value)}, as the reply to {verb.label} shows"
                raise Broken(
                    verb,
                    expected,
                    shown(found[name]),
                    f"/{name}",
                )


def _check_set(world: World, verb: Operation, found: Record) -> None:
    """Hold that a flag which a verb is named after is set, where the document says so."""
    words = f"{verb.described.summary} {verb.described.description}"
    for each in world.visit.wire.history[-2:]:
        if each.answer is not None and each.answer.status == 202:
            return
    for name, value in verb.sets.items():
        stem = re.escape(name[:5])
        spoken = re.search(rf"\b{stem}", words, re.IGNORECASE)
        is_told = len(stem) > 3 and spoken is not None
        is_flag = isinstance(value, bool) and isinstance(found.get(name), bool)
        if is_flag and is_told and found[name] is not value:
            raise Broken(
                verb,
                f"{shown(value)}, as it says",
                shown(found[name]),
                f"/{name}",
            )


def _check_step(verb: Operation, before: Record, after: Record) -> None:
    """Hold that a number goes up or down by one, where the document says so."""
    match = _BY_ONE.search(verb.described.description)
    if match is None:
        return
    name = match[1]
    step = 1 if _UP.search(match[2]) else -1
    was, now = before.get(name), after.get(name)
    if not isinstance(was, int) or not isinstance(now, int):
        return
    if now != was + step:
        raise Broken(
            verb,
            f"{was + step}, for it was {was}",
            shown(now),
            f"/{name}",
        )


def what_is_used_up_is_refused(world: World) -> None:
    """Do something until nothing is left of what the document says that it takes: it is refused
    then.
    """
    tried = False
    for verb in verbs_of(world):
        tried = _check_times(world, verb) or tried
        match = _BY_ONE.search(verb.described.description)
        if match is None or not verb.described.documents(409):
            continue
        if _UP.search(match[2]):
            continue
        name = match[1]
        world.begin()
        made = world.make()
        for _ in range(USES):
            left = world.record(made).get(name)
            answer = world.send(verb, world.at(verb, made))
            if left != 0:
                continue
            tried = True
            demand_refusal(verb, answer, f"no {name} is left")
            break
    if not tried:
        raise Untried("nothing is used up by what is done to a record")


def _check_times(world: World, verb: Operation) -> bool:
    """Do something as often as words allow: once more is refused. Tell whether words say so."""
    match = _TIMES.search(verb.described.description)
    if match is None or not verb.described.documents(409):
        return False
    said = (match["often"] or match["number"]).lower()
    times = _NUMBERS[said] if said in _NUMBERS else int(said)
    if times > USES:
        return False
    world.begin()
    made = world.make()
    for _ in range(times):
        if not world.send(verb, world.at(verb, made)).succeeded:
            return False
    answer = world.send(verb, world.at(verb, made))
    demand_refusal(verb, answer, f"it was done {times} times before")
    return True


def what_is_over_is_refused(world: World) -> None:
    """Make a record that lasts as short as can be, wait until its time is up, and do what the
    document says is refused then (410, or 409).
    """
    spans = [*_spans(world)]
    verbs = []
    for verb in verbs_of(world):
        if _OVER.search(_words_of(verb)):
            verbs.append(verb)
    if not spans or not verbs:
        raise Untried("the document does not say what is refused when time is up")
    for name, least in spans:
        for verb in verbs:
            world.begin()
            made = world.make({name: least})
            if made.shown.get(name, least) != least:
                continue
            left_s = world.visit.wire.budget.left_s()
            waits_s = least + SLACK_S
            if left_s is not None and left_s < waits_s:
                raise Untried("there is no time to wait for the end of a record")
            sleep(waits_s)
            answer = world.send(verb, world.at(verb, made))
            demand_refusal(verb, answer, f"{name} was {least} s")


def _spans(world: World) -> Iterator[tuple[str, int]]:
    """Yield the properties that say for how many seconds a record is there, with the least."""
    for name, schema in world.visit.drafts.fields(world.maker.operation).items():
        least = max(1, int(schema.get("minimum", 1)))
        words = str(schema.get("description") or "")
        is_short = least <= SHORTEST_S and kind_of(schema) == "integer"
        if is_span(name) and is_short and _SECONDS.search(f"{name} {words}"):
            yield name, least


def _words_of(verb: Operation) -> str:
    """Return what the document says of the refusals of a verb, empty where it has none."""
    described = verb.described
    told = [described.response(each).description for each in _REFUSALS if described.documents(each)]
    return f"{described.description} {' '.join(told)}" if told else ""


def put_away_is_not_listed(world: World) -> None:
    """Do what puts a record away, where the document says that a list leaves such records out, and
    take it back.
    """
    listing = world.place.list
    if listing is None:
        raise Untried("there is no list")
    words = f"{listing.described.summary} {listing.described.description}"
    verbs = verbs_of(world)
    tried = _check_hidden(
        world,
        listing,
        words,
        verbs,
    )
    for verb in verbs:
        if not _leaves_out(words, verb):
            continue
        world.begin()
        made = world.make()
        first = world.record(made)
        if not _is_listed(world, made):
            continue
        if _done(world, verb, made) is None:
            continue
        tried = True
        if _is_listed(world, made):
            raise Broken(listing, f"no record {made.key}, as it says", "it is in the list")
        for back in verbs:
            told = _done(world, back, made) if back is not verb else None
            is_back = told is not None and _flags(told) == _flags(first)
            if is_back and not _is_listed(world, made):
                expected = f"the record {made.key}, for it was taken back"
                raise Broken(listing, expected, "it is not in the list")
    if not tried:
        raise Untried("the document does not say what a list leaves out")


def _check_hidden(world: World, listing: Operation, words: str, verbs: list[Operation]) -> bool:
    """Hold that what is put away by its own properties is not listed, where the document says so,
    when it is new and after each thing that is done to it; tell whether something was.
    """
    tried = False
    for steps in [(), *product(verbs, repeat=1), *product(verbs, repeat=2)]:
        world.begin()
        made = world.make()
        if any(_done(world, verb, made) is None for verb in steps):
            continue
        record = world.find(made)
        if record is None:
            continue
        if _says_hidden(words, record):
            tried = True
            if _is_listed(world, made):
                raise Broken(listing, f"no record {made.key}, as it says", "it is in the list")
            continue
        is_told = bool(steps) and _LISTED.search(steps[-1].described.description) is not None
        if tried and is_told and not may_be_hidden(record) and not _is_listed(world, made):
            expected = f"the record {made.key}, as {steps[-1].label} says"
            raise Broken(listing, expected, "it is not in the list")
    return tried


def _says_hidden(words: str, record: Record) -> bool:
    """Tell whether words say that a list leaves out a record like this one: `Published articles.`
    of one that is not published, `Drafts are not listed.` of a draft.
    """
    hidden = r"\b[^.]{0,30}\b(not|never)\b[^.]{0,20}\b(list|shown|includ|here)"
    for name, value in record.items():
        if not may_be_hidden({name: value}):
            continue
        if value is False and re.search(
            rf"^\s*((only|all|the|lists?) )?{name}\b",
            words,
            re.I,
        ):
            return True
        if value is False and re.search(
            rf"\bdrafts?{hidden}",
            words,
            re.IGNORECASE,
        ):
            return True
        if isinstance(value, str) and re.search(
            rf"\b{re.escape(value)}s?{hidden}",
            words,
            re.I,
        ):
            return True
    return False


def _leaves_out(words: str, verb: Operation) -> bool:
    """Tell whether words say that what a verb does keeps a record out of a list."""
    name = verb.path.rpartition("/")[2]
    stem = re.escape(name[:6].rstrip("e"))
    return (
        len(stem) > 3
        and re.search(
            f"{_NOT}{stem}",
            words,
            re.IGNORECASE,
        )
        is not None
    )


def _is_listed(world: World, made: Made) -> bool:
    return any(world.key(each) == made.key for each in world.listed(above=made.above))


def _done(world: World, verb: Operation, made: Made) -> Record | None:
    """Return the record as the reply to a verb shows it, None where it is refused or shows
    none.
    """
    answer = world.send(
        verb,
        world.at(verb, made),
    )
    return record_of(verb, answer) if answer.succeeded else None


def _states(world: World, verb: Operation, record: Mapping[str, object]) -> dict[str, str]:
    """Return the states that a reply shows, where what was done is done when it is told."""
    if verb.described.documents(202):
        return {}
    found = {}
    for name, schema in world.resource.record.properties.items():
        value = record.get(name)
        if schema.get("enum") and isinstance(value, str):
            found[name] = value
    return found


def _flags(record: Mapping[str, object]) -> dict[str, bool]:
    return {name: value for name, value in record.items() if isinstance(value, bool)}


def verbs_of(world: World, most: int = MOST) -> list[Operation]:
    """Return what can be done to a record by a call without a body."""
    found = verbs_at(world.visit.subject.model, world.place)
    return [*islice(found, most)]
