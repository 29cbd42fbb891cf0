"""Make a key in the form that a document shows: the schemas that it must fit and chance in, a text
out.

A key is described where it is a property and where it is a path parameter, and has to fit both. The
form is taken from what is said, the most telling first:

    example: cst_5B8cwPMGnU                         cst_K03xqTbfRa
    pattern: ^CA[0-9a-f]{32}$                       CA09f2...
    maxLength: 10                                   k3v81zqm0d
    nothing                                         a UUID

A candidate that does not fit gives way to the next form, the last one to a UUID.
"""

from __future__ import annotations

import re
import string
import uuid
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from mockserver.generation.patterns import text_for
from mockserver.model.schema.schemas import Direction
from mockserver.model.types import DescribedSchema

USUAL_LENGTH = 12
"""Letters of a key of which the document tells no more than how long it may be."""
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]*[_\-:.]")
_HEXADECIMAL = re.compile(r"[0-9a-f]{16,}")
_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def make_key(schemas: Sequence[DescribedSchema], random: Random) -> str:
    """Return a key that fits all schemas, as far as one is found."""
    candidates = list(_candidates(schemas, random))
    candidates.append(_uuid(random))
    for candidate in candidates:
        if _fits(candidate, schemas):
            return candidate
    return candidates[0]


def examples_of(schemas: Sequence[DescribedSchema]) -> list[str]:
    """Return the keys that a document shows."""
    shown = [schema.get("example") for schema in schemas]
    return [example for example in shown if isinstance(example, str) and example]


def _candidates(schemas: Sequence[DescribedSchema], random: Random) -> Iterator[str]:
    """Yield keys in the forms that are shown, the most telling first."""
    shortest, longest = _lengths(schemas)
    for example in examples_of(schemas):
        yield like(example, random)
    for schema in schemas:
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            yield text_for(pattern, random, shortest, longest)
    if shortest or longest < 36:
        length = max(shortest, min(longest, USUAL_LENGTH))
        yield _letters(length, random)


def like(example: str, random: Random) -> str:
    """Return a text of the same form: a prefix such as `cst_` stays, each digit is another digit,
    each letter another letter of its case.
    """
    if _is_uuid(example):
        return _uuid(random)
    prefix = _prefix_of(example)
    rest = example[len(prefix) :]
    if _HEXADECIMAL.fullmatch(rest):
        digits = random.choices("0123456789abcdef", k=len(rest))
        return prefix + "".join(digits)
    letters = [_another(letter, random) for letter in rest]
    return prefix + "".join(letters)


def _prefix_of(example: str) -> str:
    """Return what all keys of a kind begin with: `cst_` of `cst_5B8c`."""
    found = _PREFIX.match(example)
    if found is None or found.end() == len(example):
        return ""
    return found[0]


def _another(letter: str, random: Random) -> str:
    """Return another digit, or another letter of the same case."""
    for alphabet in _ALPHABETS:
        if letter in alphabet:
            return random.choice(alphabet)
    return letter


def _letters(length: int, random: Random) -> str:
    """Return small letters and digits, a letter first."""
    first = random.choice(string.ascii_lowercase)
    rest = random.choices(string.ascii_lowercase + string.digits, k=max(0, length - 1))
    return first + "".join(rest)


def _lengths(schemas: Sequence[DescribedSchema]) -> tuple[int, int]:
    """Return the shortest and the longest key that all schemas allow."""
    shortest, longest = [0], [1 << 16]
    for schema in schemas:
        shortest.append(_whole(schema.get("minLength"), 0))
        longest.append(_whole(schema.get("maxLength"), 1 << 16))
    return max(shortest), min(longest)


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _fits(key: str, schemas: Sequence[DescribedSchema]) -> bool:
    return all(schema.validator(Direction.REQUEST).is_valid(key) for schema in schemas)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))
