"""How values of the model are written: JSON Schemas, templates and expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
Template = Any
"""A JSON value whose strings may hold `{name}` parts, see `behavior.template`."""
Expression = Any
"""A JSON value whose strings may be `$source.path`, see `behavior.expression`."""
