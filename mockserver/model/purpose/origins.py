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
from mockserver.model.types import Kind, Operation, Origins, Resource

CONFLICT = 409
_SENTENCE = re.compile(r"(?<=[.;!])\s+|\n\s*\n")
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


def with_origins(
    operations: tuple[Operation, ...], resources: Mapping[str, Resource]
) -> tuple[Operation, ...]:
    """Return the operations, with the states out of which verbs lead."""
    found = []
    for operation in operations:
        resource = resources.get(operation.resource or "")
        origins = None
        if resource is not None and resource.states is None and operation.kind is Kind.MERGE:
            origins = _origins(operation, resource)
        found.append(operation if origins is None else replace(operation, origins=origins))
    return tuple(found)


def _origins(operation: Operation, resource: Resource) -> Origins | None:
    """Return the states out of which a verb leads, None where it leads out of each."""
    described = operation.described
    if not described.documents(CONFLICT):
        return None
    for field, target in operation.sets.items():
        schema = resource.record.properties.get(field)
        options = [] if schema is None else [*(schema.get("enum") or ())]
        if schema is None or target not in options or not isinstance(target, str):
            continue
        texts = [str(option) for option in options if option is not None]
        told = f"{described.summary}. {described.description}"
        refusal = described.response(CONFLICT).description
        noun = singular(resource.name)
        allowed, denied = _told(told, refusal, texts, noun, target)
        drawn = _drawn(str(schema.get("description", "")), texts, target)
        allowed = (allowed or drawn) - denied
        states = allowed or set(texts) - denied
        if (allowed or denied) and states:
            return Origins(field, frozenset(states))
    return None


def _told(
    told: str, refusal: str, options: list[str], noun: str, target: str
) -> tuple[set[str], set[str]]:
    """Return the states that words allow, and those that they deny; what something can be is the
    state to which the verb leads.
    """
    allowed: set[str] = set()
    denied: set[str] = set()
    for words, is_refusal in ((told, False), (refusal, True)):
        for sentence in _SENTENCE.split(words):
            for before, states, after in _mentions(sentence, options):
                if states == {target} and _BECOMES.search(before):
                    continue
                verdict = _verdict(before, after, is_refusal, noun)
                if verdict is not None:
                    (allowed if verdict else denied).update(states)
    return allowed, denied


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


def _mentions(sentence: str, options: Iterable[str]) -> Iterator[tuple[str, set[str], str]]:
    """Yield what is before, in and after each group of states in a sentence: `new or paid`."""
    spelled = {re.sub(r"[_-]", " ", option).lower(): option for option in options}
    ordered = sorted(spelled, key=len, reverse=True)
    one = "|".join(re.escape(word).replace(r"\ ", r"[ _-]") for word in ordered)
    one = f"(?:{one})s?"
    group = re.compile(
        rf"\b(?:{one})\b(?:\W*(?:,|/|\bor\b|\band\b)\W*(?:an? |the |in )?(?:{one})\b)*", re.I
    )
    for match in group.finditer(sentence):
        named = re.findall(rf"\b(?:{one})\b", match[0], re.I)
        words = [re.sub(r"[_-]", " ", name).lower() for name in named]
        states = {spelled.get(word) or spelled[word.removesuffix("s")] for word in words}
        yield sentence[: match.start()], states, sentence[match.end() :]


def _drawn(words: str, options: list[str], target: str) -> set[str]:
    """Return the states from which arrows lead to one: new -> paid -> shipped."""
    spelled = {bare(option): option for option in options}
    found = set()
    for sentence in re.split(r"[;,.\n]", words):
        steps = _ARROW.split(sentence)
        for one, other in pairwise(steps):
            source = bare(re.split(r"\s+", one.strip(" `'\"()"))[-1])
            goal = bare(re.split(r"\s+", other.strip(" `'\"()"))[0])
            if spelled.get(goal) == target and source in spelled:
                found.add(spelled[source])
    return found
