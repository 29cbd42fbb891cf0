"""Choose the bodies of calls: those that a document allows, with keys that agree with the path."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts.requests.caller import Keys
from contracts.requests.generated import generated_bodies
from contracts.requests.samples import Body, sample_bodies, with_keys
from mockserver.call import Supply
from mockserver.model.types import Model, Operation


class Bodies:
    """The bodies for the operations of one API."""

    def __init__(self, model: Model, supply: Supply) -> None:
        self._spec = model.document.spec
        self._supply = supply
        self._generated = generated_bodies(model)

    def of(self, operation: Operation, salt: str, above: Keys) -> Iterator[Body]:
        """Yield bodies for an operation that agree with its path, those of Schemathesis last."""
        names = [name for name in above if name.lower() not in ("id", "key", "name", "code")]
        for body in itertools.chain(
            sample_bodies(self._spec, operation, self._supply, salt), self._generated(operation)
        ):
            for name in names:
                body = with_keys(body, [name], partial(alike, above[name]))
            yield body


def alike(key: str, old: Any) -> Any:
    """Return a key in the type that a body has for it."""
    return int(key) if isinstance(old, int) and key.isdigit() else key
