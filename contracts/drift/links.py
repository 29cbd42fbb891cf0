"""What a link asks for: links and the defaults of their parameters in, whether they ask for the
same out.

The order of its parameters says nothing, and a parameter with the value that it has when it is not
sent may be left out: `?page=1&limit=2` is `?limit=2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from contracts.openapi import Spec, parameters, resolved
from contracts.requests.samples import text
from mockserver.model.types import Operation

Defaults = Mapping[str, str]
"""What query parameters are when they are not sent, as a link spells it."""


def defaults_of(spec: Spec, operation: Operation) -> Defaults:
    """Return the defaults that a document gives to the query parameters of an operation."""
    declared = [
        each
        for each in parameters(spec, operation.path, operation.method)
        if each.get("in") == "query"
    ]
    schemas = {str(each["name"]): resolved(spec, each.get("schema")) for each in declared}
    return {
        name: text(schema["default"]) for name, schema in schemas.items() if "default" in schema
    }


def meaning(said: str, defaults: Defaults) -> str:
    """Return a link as it asks for the same with the fewest parameters, by name; any other text as
    it is.

    >>> meaning("/items?q=x&page=1&limit=2", {"page": "1"})
    '/items?limit=2&q=x'
    """
    path, sign, query = said.partition("?")
    if not sign or not said.startswith(("/", "http://", "https://")):
        return said
    pairs = [
        pair
        for pair in parse_qsl(query, keep_blank_values=True)
        if defaults.get(pair[0]) != pair[1]
    ]
    asked = urlencode(sorted(pairs, key=lambda pair: pair[0]))
    return f"{path}?{asked}" if asked else path
