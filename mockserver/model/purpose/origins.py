"""Find the states out of which a verb may lead a record, by the words of its operation: operations
and resources in, the operations with those states out.

    POST /orders/{id}/ship      sets status=shipped; 409 is documented
      "Ship a paid order."                          out of paid
      "Only paid orders can be shipped."            out of paid
      "409: The order is not paid."                 out of paid
      "409: The order is already shipped."          out of any but shipped
      "Cannot be done once it is cancelled."        out of any but cancelled
    status: "new -> paid -> shipped"                out of paid

States are the options of the property that the verb sets. Without a documented 409, and without
words that name a state, a verb leads out of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from mockserver.model.paths import bare, singular
from mockserver.model.sentences import sentences
from mockserver.model.types import Kind, Operation, Origins, Resource

CONFLICT = 409
_PIECE = re.compile(r"[;,.\n]")
_WORD = re.compile(r"[\w-]*\w")
_JOINED = r"\W*(?:,|/|\bor\b|\band\b)\W*(?:an? |the |in )?"
_ARROW = re.compile(r"\s*(?:-+>|=+>|→|⟶)\s*")
_NOT = re.compile(r"\b(?:not|isn't|neither|nor|other than|unless)\b[^.]{0,30}$", re.I)
_OVER = re.compile(
    r"\b(?:already|once|after|no longer|anymore|has been|have been|was|were|cannot|can't)\b", re.I
)
_ALONE = re.compile(r"\bonly\b|\bmust be\b|\bhas to be\b|\bhave to be\b|\bneeds to be\b", re.I)
_WHICH = re.compile(r"\b(?:that|which) (?:is|are)(?: still| in(?: the)?(?: state)?)? *$", re.I)
_ARTICLE = re.compile(r"\b(?:an?|the|any|each|all)\s*$", re.I)
_BECOMES = re.compile(r"\bbe\s*$", re.I)
_IS = re.compile(r"\b(?:is|are|be|being)\b(?: in(?: the)?(?: state)?)?\s*\W?$", re.I)

Mention = tuple[str, set[str], str]
"""What is said before some states, those states, and what is said after them."""


def with_origins(
    operations: tuple[Operation, ...], resources: Mapping[str, Resource]
) -> tuple[Operation, ...]:
    """Return the operations, with the states out of which verbs lead."""
    found = []
    for operation in operations:
        resource = resources.get(operation.resource or "")
        is_verb = bool(operation.sets) and operation.kind is Kind.MERGE
        if is_verb and resource is not None and resource.states is None:
            origins = _origins(operation, resource)
            operation = replace(operation, origins=origins)
        found.append(operation)
    return tuple(found)


def _origins(operation: Operation, resource: Resource) -> Origins | None:
    """Return the states out of which a verb leads, None where it leads out of each."""
    if not operation.described.documents(CONFLICT):
        return None
    for field, target in operation.sets.items():
        schema = resource.record.properties.get(field)
        if schema is None or not isinstance(target, str):
            continue
        options = [option for option in schema.get("enum") or () if isinstance(option, str)]
        if target not in options:
            continue
        words = str(schema.get("description", ""))
        drawn = _drawn(words, options, target)
        states = _states(
            operation,
            singular(resource.name),
            options,
            target,
            drawn,
        )
        if states:
            return Origins(field, states)
    return None


def _states(
    operation: Operation,
    noun: str,
    options: list[str],
    target: str,
    drawn: set[str],
) -> frozenset[str]:
    """Return the states that words and arrows leave, none where they say nothing."""
    described = operation.described
    allowed, denied = _told(
        described.words,
        described.response(CONFLICT).description,
        options,
        noun,
        target,
    )
    allowed = allowed or drawn
    if not allowed and not denied:
        return frozenset()
    left = allowed - denied
    if not left:
        left = set(options) - denied
    return frozenset(left)


def _told(
    told: str, refusal: str, options: list[str], noun: str, target: str
) -> tuple[set[str], set[str]]:
    """Return the states that words allow, and those that they deny; what something can be is the
    state to which the verb leads.
    """
    allowed: set[str] = set()
    denied: set[str] = set()
    for words, is_refusal in ((told, False), (refusal, True)):
        for mention in _all_mentions(words, options):
            before, states, after = mention
            if states == {target} and _BECOMES.search(before):
                continue
            verdict = _verdict(
                before,
                after,
                is_refusal,
                noun,
            )
            if verdict is True:
                allowed |= states
            elif verdict is False:
                denied |= states
    return allowed, denied


def _all_mentions(words: str, options: list[str]) -> Iterator[Mention]:
    """Yield what is said of states in each sentence of some words."""
    for sentence in sentences(words):
        yield from _mentions(sentence, options)


def _verdict(before: str, after: str, is_refusal: bool, noun: str) -> bool | None:
    """Tell whether what is said around some states allows them, or denies them; None for
    neither.
    """
    if _NOT.search(before):
        is_condition = is_refusal or re.search(r"\b(?:if|when|unless|409)\b", before, re.I)
        return True if is_condition else None
    if _OVER.search(before):
        return False
    if _ALONE.search(before) or _WHICH.search(before):
        return not is_refusal or _ALONE.search(before) is not None
    follows = re.match(r"\W*(\w+)", after)
    is_noun = follows is not None and bare(singular(follows[1])) == bare(noun)
    if _ARTICLE.search(before) and is_noun:
        return not is_refusal
    if _IS.search(before) and is_refusal:
        return False
    return None


def _mentions(sentence: str, options: Iterable[str]) -> Iterator[Mention]:
    """Yield what is before, in and after each group of states in a sentence: `new or paid`."""
    spelled = {}
    for option in options:
        word = _spaced(option)
        spelled[word] = option
    if not spelled:
        return
    ordered = sorted(spelled, key=len, reverse=True)
    forms = [re.escape(word).replace(r"\ ", r"[ _-]") for word in ordered]
    either = "|".join(forms)
    one = rf"\b(?:{either})s?\b"
    group = re.compile(
        rf"{one}(?:{_JOINED}{one})*",
        re.I,
    )
    for match in group.finditer(sentence):
        states = set()
        for name in re.findall(one, match[0], re.I):
            word = _spaced(name)
            state = spelled.get(word) or spelled[word.removesuffix("s")]
            states.add(state)
        before = sentence[: match.start()]
        after = sentence[match.end() :]
        yield before, states, after


def _spaced(text: str) -> str:
    """Return a state in small letters, with blanks between its words."""
    return re.sub(r"[_-]", " ", text).lower()


def _drawn(
    words: str,
    options: list[str],
    target: str,
) -> set[str]:
    """Return the states from which arrows lead to one: new -> paid -> shipped."""
    spelled = {bare(option): option for option in options}
    found = set()
    for sentence in _PIECE.split(words):
        steps = _ARROW.split(sentence)
        for one, other in pairwise(steps):
            *_, source = _bare_words(one)
            goal, *_ = _bare_words(other)
            if spelled.get(goal) == target and source in spelled:
                found.add(spelled[source])
    return found


def _bare_words(text: str) -> list[str]:
    """Return the words of a text without separators, an empty one where there is none."""
    words = _WORD.findall(text)
    return [bare(word) for word in words] or [""]
