"""Bodies that Schemathesis generates: the means where a schema is too hard for values made one
property at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NotSet

from contracts.requests.samples import Body
from mockserver.model.types import Model, Operation

MOST = 6
"""How many bodies are drawn for an operation."""
Bodies = Callable[[Operation], Iterator[Body]]


def generated_bodies(model: Model) -> Bodies:
    """Return what yields valid bodies for an operation; nothing where Schemathesis cannot make
    any.
    """
    loaded: list[Any] = []

    def bodies(operation: Operation) -> Iterator[Body]:
        if not loaded:
            loaded.append(schemathesis.openapi.from_dict(dict(model.document.spec)))
        try:
            yield from _drawn(loaded[0][operation.path][operation.method])
        except (
            hypothesis.errors.HypothesisException,
            schemathesis.errors.SchemathesisError,
            LookupError,
            ValueError,
        ):
            return

    return bodies


def _drawn(declared: Any) -> list[Body]:
    drawn: list[Body] = []

    @settings(
        max_examples=MOST,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(declared.as_strategy())
    def draw(case: Any) -> None:
        if isinstance(case.body, NotSet):
            drawn.append(Body())
        else:
            drawn.append(Body(case.body, case.media_type or "application/json"))

    draw()
    return drawn[::-1]
