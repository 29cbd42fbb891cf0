"""Facts about one schema object that its own keywords tell: the type, null, the range of numbers.

{type: [string, "null"]}          has the type string, and null is valid
{minimum: 1, exclusiveMaximum: 9} has the bounds 1 and 8
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
"""Keywords of bounds that a value may not reach, and the bounds that they are about in OpenAPI
3.0.
"""
SCALAR_WORDS = frozenset(
    {
        *("type", "enum", "const", "format", "pattern", "minLength", "maxLength"),
        *("minimum", "maximum", "multipleOf"),
        *EXCLUSIVE,
    }
)
"""Keywords that limit a value which is neither an object nor an array."""


def type_of(schema: Mapping[str, Any]) -> str | None:
    """Return the declared type, the first that is not null."""
    declared = schema.get("type")
    if isinstance(declared, list):
        return next((name for name in declared if name != "null"), None)
    return declared if isinstance(declared, str) else None


def is_nullable(schema: Mapping[str, Any]) -> bool:
    """Tell whether null is valid (`nullable` of OpenAPI 3.0, a list of types of 3.1)."""
    if schema.get("nullable") is True:
        return True
    declared = schema.get("type")
    return isinstance(declared, list) and "null" in declared


def finds(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text, as `pattern` and `patternProperties` mean it; what
    is no pattern is found in none.
    """
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    """Return the least and the greatest whole number that a schema allows."""
    least: float = schema.get("minimum", -math.inf)
    most: float = schema.get("maximum", math.inf)
    over = schema.get("exclusiveMinimum")
    under = schema.get("exclusiveMaximum")
    if over is True:
        least += 1
    elif over not in (None, False):
        least = max(least, over + 1)
    if under is True:
        most -= 1
    elif under not in (None, False):
        most = min(most, under - 1)
    return least, most


def admits(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a schema allows a value, as far as keywords for scalars tell."""
    own = {word: schema[word] for word in SCALAR_WORDS & schema.keys()}
    for word, bound in EXCLUSIVE.items():
        if own.get(word) is True and bound in own:
            own[word] = own.pop(bound)
        elif isinstance(own.get(word), bool):
            del own[word]
    try:
        validator = jsonschema_rs.Draft202012Validator(own, validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError):
        return True
    return validator.is_valid(value)
