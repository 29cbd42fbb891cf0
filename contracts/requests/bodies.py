"""Choose the bodies that a lifecycle sends: those that a document allows, with keys that agree with
the path.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts.requests.caller import Keys
from contracts.requests.generated import generated_bodies
from contracts.requests.lanes import Lane
from contracts.requests.samples import Body, sample_bodies, sample_parameters, text, with_keys
from mockserver.call import Supply
from mockserver.model.types import Model, Operation


class Bodies:
    """The bodies for the operations of one API."""

    def __init__(self, model: Model, supply: Supply) -> None:
        self._model = model
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

    def addressable(self, lane: Lane, body: Body, salt: str) -> Body:
        """Return the body with a key of its own in the form that the path of an item asks for."""
        resource = self._model.resources[lane.resource]
        if lane.read is None or resource.key is None:
            return body
        asked = sample_parameters(self._spec, lane.read, "path", self._supply, f"{salt}/key")
        wanted = asked.get(str(lane.key_param))
        if not isinstance(wanted, int) and not _is_uuid(str(wanted)):
            return body
        return with_keys(body, [resource.key], partial(alike, text(wanted)))

    def at_key(self, lane: Lane, body: Body, key: str) -> Body:
        """Return the body with the key of the record that it is about."""
        return with_keys(body, self.key_names(lane)[:2], partial(alike, key))

    def with_another_key(self, lane: Lane, body: Body, number: int) -> Body:
        """Return the body with another value where it may hold a key that is taken."""
        return with_keys(body, self.key_names(lane)[:3], partial(_other, number))

    def key_names(self, lane: Lane) -> list[str]:
        resource = self._model.resources[lane.resource]
        names = [
            resource.key or "",
            lane.key_param or "",
            "id",
            "key",
            "uuid",
            "name",
            "code",
            "slug",
        ]
        return [*dict.fromkeys(filter(None, names))]


def _other(number: int, old: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(old, int):
        return old + number
    return (
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"{old}/{number}"))
        if _is_uuid(str(old))
        else f"{old}{number}"
    )


def alike(key: str, old: Any) -> Any:
    """Return a key in the type that a body has for it."""
    return int(key) if isinstance(old, int) and key.isdigit() else key


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
