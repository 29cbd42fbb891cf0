"""Make a text that a schema allows: the schema and the name of its property in, a text out.

A pattern comes first, then the method of faker.js that `x-faker` names, then the format, then what
the name says (`city`, `created_at`), else it is a word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from mockserver.budget import ValueBudget
from mockserver.generation.fakes import faked_provider
from mockserver.generation.names import provider_for
from mockserver.generation.patterns import text_for
from mockserver.generation.recursion import size_of

if TYPE_CHECKING:
    from faker import Faker

PROSE = 4096
"""Letters that are made of words; a longer text repeats them."""
FOUR_LETTERS = "VW5k"
"""Three bytes in base64."""
BASE64 = ("byte", "base64url")


def make_text(
    schema: Mapping[str, Any], name: str, random: Random, faker: Faker, budget: ValueBudget
) -> str:
    """Return a text of a schema for a property of this name, an empty one when it is too long."""
    shortest = size_of(schema, "minLength", 0)
    longest = size_of(schema, "maxLength", math.inf)
    if not budget.take_letters(shortest):
        return ""
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        return text_for(pattern, random, shortest, longest)
    faker.seed_instance(random.getrandbits(64))
    provider = faked_provider(schema) or provider_for(name, schema)
    text = str(provider(faker)) if provider else faker.word()
    if shortest <= len(text) <= longest:
        return text
    if schema.get("format") in BASE64:
        return _encoded(shortest, longest)
    text = _lengthened(text, shortest, faker)
    return text if len(text) <= longest else text[: int(longest)].ljust(shortest, "x")


def _encoded(shortest: int, longest: float) -> str:
    """Return bytes in base64, in as many letters as are allowed."""
    groups = math.ceil(shortest / 4)
    return FOUR_LETTERS * groups if groups * 4 <= longest else ""


def _lengthened(text: str, shortest: int, faker: Faker) -> str:
    """Return a text with words added until it is long enough."""
    while len(text) < min(shortest, PROSE):
        text += " " + faker.word()
    if len(text) >= shortest:
        return text
    repeated = (text + " ") * (shortest // len(text) + 1)
    return repeated[:shortest]
