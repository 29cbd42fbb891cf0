"""Laws of records that move from state to state: by the moves that the document names, and by no
other.

Which moves there are is told in words: by those of a refusal (`409: The order is not submitted.`),
of what moves the record (`Ships a paid order.`, `Only drafts can be changed.`), or by arrows
(`open -> doing, doing -> done; any other move is refused`). Where they say nothing, nothing is
demanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.verbs import verbs_of
from contracts.targets.target import Answer
from mockserver.model.types import Kind, Operation
from mockserver.state import key_of

MOST = 24
"""Moves that are tried although the document forbids them."""
_STATE = re.compile(r"^(status|state|phase|stage)$", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:->|→|=>|➔|⟶)\s*")
_ONLY = re.compile(
    r"\b(only|other|otherwise|else|illegal|refus\w+|rejected|not allowed|forbidden|409)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(not|no|never|neither|unless|isn't|aren't|without)\b[^.;]{0,24}$", re.I)
_TURNS = re.compile(r"\b(into|as|to|becomes?|it|them|is|are|set)\s+(an?\s+|the\s+)?$", re.I)
_ARTICLE = re.compile(r"\b(an?|the|only|of|while|in)\s+$", re.IGNORECASE)
_JOINED = re.compile(r"s?\s*(,|/|\bor\b|\band\b)+\s*(or\s+|and\s+)?", re.IGNORECASE)
"""What stands between states of which the same is said."""
_CANNOT = re.compile(r"\b(cannot|can't|can not|must not|may not|no longer)\b", re.IGNORECASE)
_NEW = re.compile(r"\b(new|starts?|begins?|initial\w*|at first|first)\b", re.IGNORECASE)
_EVERY_OTHER = re.compile(
    r"\b(any|every|all) other\b.{0,20}\b(status|state|\w+)\b|\botherwise\b",
    re.IGNORECASE,
)
_REFUSALS = ("409", "422", "400", "403")


@dataclass(frozen=True, slots=True)
class StateMove:
    """What moves a record: a call of a verb, or a change of the state itself. `legal` are the
    states in which it is allowed as far as words say, `illegal` those in which it is not.
    """

    operation: Operation
    target: str | None
    legal: frozenset[str]
    illegal: frozenset[str]
    is_verb: bool


@dataclass(slots=True)
class Passage:
    """How a record comes into a state: the steps from a new one."""

    steps: list[StateMove] = field(default_factory=list)


def has_states(place: Place) -> bool:
    """Tell whether records of a place have states that the document names."""
    return place.create is not None and place.read is not None and _field(place) is not None


def moves_are_kept(world: World) -> None:
    """Bring records into every state that can be reached; try what the document forbids there."""
    name = _field(world.place)
    if name is None:
        raise Untried("no property tells of states")
    steps = [*_steps(world, name)]
    world.begin()
    first = world.make()
    start = _state(world, first, name)
    is_told = _check_first(
        world,
        name,
        first,
        start,
    )
    if not any(step.illegal for step in steps) and not is_told:
        raise Untried("the document does not say which moves there are")
    routes = _reached(
        world,
        name,
        start,
        steps,
    )
    tried = 0
    for state, route in routes.items():
        for step in steps:
            if state in step.illegal and tried < MOST:
                tried += _check_refused(
                    world,
                    name,
                    state,
                    route,
                    step,
                )
    if not tried and not is_told:
        raise Untried("no state is reached in which the document forbids a move")


def _field(place: Place) -> str | None:
    """Return the property that tells the state of a record, None where none does."""
    for name, schema in place.resource.record.properties.items():
        states = schema.get("enum") or ()
        if _STATE.search(name) and len(states) > 1:
            return name
    return None


def _states(world: World, name: str) -> list[str]:
    schema = world.resource.record.properties[name]
    return [each for each in schema.get("enum") or () if isinstance(each, str)]


def _check_first(world: World, name: str, made: Made, start: str) -> bool:
    """Hold that a new record has the state that words say; tell whether they say one."""
    create = world.maker.operation
    schema = world.resource.record.properties[name]
    words = f"{create.described.description}. {schema.get('description') or ''}"
    for sentence in re.split(r"[.;]\s", words):
        told = [state for state, at in _mentions(sentence, _states(world, name))]
        if not _NEW.search(sentence) or len(told) != 1 or name in made.sent:
            continue
        if start != told[0]:
            raise Broken(
                create,
                f"{told[0]}, for the record is new",
                shown(start),
                f"/{name}",
            )
        return True
    return False


def _steps(world: World, name: str) -> Iterator[StateMove]:
    """Yield what moves records, with the states that words allow and forbid."""
    states = _states(world, name)
    for verb in verbs_of(world, 12):
        target = verb.sets.get(name)
        legal = _legal(verb, states, target)
        if target is None and legal is None:
            continue
        yield _step(
            verb,
            states,
            target,
            legal,
            is_verb=True,
        )
    moves = _told_moves(world, name, states)
    delete = world.place.delete
    for operation in (*world.place.changes, delete):
        if operation is None or not operation.path.endswith("}"):
            continue
        legal = _legal(operation, states, None)
        if legal is not None:
            yield _step(
                operation,
                states,
                None,
                legal,
                is_verb=False,
            )
        if name not in operation.described.sent_schema.properties or moves is None:
            continue
        for target in states:
            before = frozenset(one for one, other in moves if other == target)
            yield _step(
                operation,
                states,
                target,
                before,
                is_verb=False,
            )


def _step(
    operation: Operation,
    states: list[str],
    target: str | None,
    legal: frozenset[str] | None,
    is_verb: bool,
) -> StateMove:
    every = frozenset(states)
    if legal is None:
        return StateMove(
            operation,
            target,
            every,
            frozenset(),
            is_verb,
        )
    illegal = every - legal
    if not (is_verb and _is_strict(operation)):
        illegal -= {target}
    return StateMove(
        operation,
        target,
        legal,
        illegal,
        is_verb,
    )


def _is_strict(operation: Operation) -> bool:
    """Tell whether words forbid a move in every other state, so that it cannot be made again."""
    described = operation.described
    words = [described.summary, described.description]
    words += [each.description for each in described.responses.values()]
    return bool(_EVERY_OTHER.search(" ".join(words)))


def _legal(operation: Operation, states: list[str], target: str | None) -> frozenset[str] | None:
    """Return the states in which words allow a call, None where they say nothing."""
    described = operation.described
    if not described.documents(409):
        return None
    for status in _REFUSALS:
        refusal = described.responses.get(status)
        if refusal is None:
            continue
        found = by_refusal(refusal.description, states)
        if found:
            return found
    words = described.words
    others = [each for each in states if each != target]
    return by_words(words, others)


def by_refusal(words: str, states: list[str]) -> frozenset[str] | None:
    """Return the states in which a call is not refused, by the words of its refusal."""
    told = _mentions(words, states)
    if not told:
        return None
    named = frozenset(state for state, _ in told)
    for _, at in told:
        if _NOT.search(words[:at]):
            return named
    return frozenset(states) - named


def by_words(words: str, states: list[str]) -> frozenset[str] | None:
    """Return the states in which a call is allowed, by what is said of it."""
    allowed: set[str] = set()
    refused: set[str] = set()
    for sentence in re.split(r"[.;]\s", words):
        group: set[str] | None = None
        end = 0
        for state, at in _mentions(sentence, states):
            before = sentence[:at]
            if not _JOINED.fullmatch(sentence[end:at]):
                group = None
            if _NOT.search(before) or _CANNOT.search(sentence):
                group = refused
            elif _ARTICLE.search(before) and not _TURNS.search(before):
                group = allowed
            if group is not None:
                group.add(state)
            end = at + len(state)
    if allowed:
        return frozenset(allowed)
    return frozenset(states) - refused if refused else None


def _told_moves(world: World, name: str, states: list[str]) -> set[tuple[str, str]] | None:
    """Return the moves that arrows tell, None where nothing says that there are no others."""
    schema = world.resource.record.properties[name]
    texts = [str(schema.get("description") or "")]
    for operation in world.place.changes:
        described = operation.described
        sent = described.sent_schema.properties.get(name)
        texts.append(described.description)
        texts.append(str(sent.get("description") or "") if sent is not None else "")
    found: set[tuple[str, str]] = set()
    for text in texts:
        found |= arrows(text, states)
    is_all = any(_ONLY.search(text) for text in texts)
    return found if found and is_all else None


def arrows(text: str, states: list[str]) -> set[tuple[str, str]]:
    """Return the moves of chains such as `open -> doing -> done or dropped`."""
    found: set[tuple[str, str]] = set()
    for part in re.split(r"[.;\n]\s?|,\s(?=[^,]*(?:->|→|=>))", text):
        links = [_named(each, states) for each in _ARROW.split(part)]
        for before, after in pairwise(links):
            if before:
                found |= {(before[-1], other) for other in after}
    return found


def _named(text: str, states: list[str]) -> list[str]:
    return [state for state, _ in _mentions(text, states)]


def _mentions(text: str, states: list[str]) -> list[tuple[str, int]]:
    """Return the states that a text names, with their places in it, in their order."""
    found = []
    for state in states:
        spelled = re.escape(state).replace("_", "[_ -]")
        for match in re.finditer(rf"\b{spelled}s?\b", text, re.IGNORECASE):
            found.append((state, match.start()))
    return sorted(found, key=lambda each: each[1])


def _state(world: World, made: Made, name: str) -> str:
    return key_of(world.record(made).get(name))


def _reached(world: World, name: str, start: str, steps: list[StateMove]) -> dict[str, Passage]:
    """Return the states that can be reached by what the document allows, and hold that a move
    which was allowed leads where it should.
    """
    routes = {start: Passage()}
    left = [start]
    while left:
        state = left.pop(0)
        for step in steps:
            if state not in step.legal or step.target in (None, *routes):
                continue
            made, answer = _walked(world, routes[state], step)
            if answer is None or not answer.succeeded:
                continue
            now = _state(world, made, name)
            if now == state and answer.status != 202 and step.illegal:
                told = f"{shown(step.target)}, for the move was taken"
                raise Broken(
                    step.operation,
                    told,
                    shown(now),
                    f"/{name}",
                )
            if now not in routes:
                routes[now] = Passage([*routes[state].steps, step])
                left.append(now)
    return routes


def _walked(world: World, route: Passage, last: StateMove) -> tuple[Made, Answer | None]:
    """Take a new record along a route and a step further; return the answer to that, None where the
    route could not be taken.
    """
    answer = None
    for fields in ({}, world.maker.rich()):
        world.begin()
        made = world.make(fields)
        answer = None
        for step in [*route.steps, last]:
            answer = _taken(world, made, step)
            if not answer.succeeded:
                break
        if answer is not None and answer.succeeded:
            break
    return made, answer


def _check_refused(world: World, name: str, state: str, route: Passage, step: StateMove) -> bool:
    """Hold that a move which the document forbids is refused, and that the record stays."""
    world.begin()
    made = world.make(world.maker.rich() if route.steps else {})
    for before in route.steps:
        _taken(world, made, before)
    if _state(world, made, name) != state:
        return False
    answer = _taken(world, made, step)
    demand_refusal(step.operation, answer, f"the record is {state}")
    found = world.find(made)
    now = None if found is None else key_of(found.get(name))
    if now != state:
        told = f"{shown(state)}, for the call was refused"
        raise Broken(
            step.operation,
            told,
            shown(now),
            f"/{name}",
        )
    return True


def _taken(world: World, made: Made, step: StateMove) -> Answer:
    """Do what moves a record."""
    operation = step.operation
    if step.is_verb:
        return world.send(operation, world.at(operation, made), world.bare_body(operation))
    if operation.kind is Kind.DELETE:
        return world.delete(made)
    name = _field(world.place) or ""
    fields: Mapping[str, object] = {name: step.target} if step.target else _some(world, operation)
    return world.change(operation, made, fields)


def _some(world: World, operation: Operation) -> Mapping[str, object]:
    """Return a change of one property that is not the state."""
    name = _field(world.place)
    drafts = world.visit.drafts
    found = drafts.others(operation, world.resource)
    for each, values in found.items():
        if each != name and values:
            return {each: values[0]}
    return {}
