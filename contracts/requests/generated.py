"""What Schemathesis generates: cases of an operation, and the bodies of its calls where a schema is
too hard for values that are made one property at a time.
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
CANNOT = (
    hypothesis.errors.HypothesisException,
    schemathesis.errors.SchemathesisError,
    LookupError,
    ValueError,
)
"""What is raised where nothing can be generated."""
Bodies = Callable[[Operation], Iterator[Body]]


class Generator:
    """Generates cases for the operations of one API, which is loaded when the first one is due."""

    def __init__(self, model: Model, config: dict[str, Any] | None = None) -> None:
        self._spec = model.document.spec
        self._config = config
        self._schema: Any = None

    def declared(self, operation: Operation) -> Any:
        """Return an operation as Schemathesis has it. Raises what CANNOT names."""
        if self._schema is None:
            config = None
            if self._config is not None:
                config = schemathesis.Config.from_dict(self._config)
            self._schema = schemathesis.openapi.from_dict(dict(self._spec), config=config)
        return self._schema[operation.path][operation.method]


def cases(strategy: Any, most: int, seed: int = 0) -> list[Any]:
    """Return so many cases at most, the same for the same seed. Raises what CANNOT names."""
    drawn: list[Any] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(case: Any) -> None:
        drawn.append(case)

    draw()
    return drawn


def generated_bodies(model: Model) -> Bodies:
    """Return what yields valid bodies for an operation, the simplest last; nothing where
    Schemathesis cannot make any.
    """
    generator = Generator(model)

    def bodies(operation: Operation) -> Iterator[Body]:
        try:
            strategy = generator.declared(operation).as_strategy()
            drawn = cases(strategy, MOST)
        except CANNOT:
            return
        yield from map(_body, reversed(drawn))

    return bodies


def _body(case: Any) -> Body:
    if isinstance(case.body, NotSet):
        return Body()
    return Body(case.body, case.media_type or "application/json")
