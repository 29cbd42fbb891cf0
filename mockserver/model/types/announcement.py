"""What an API tells others by itself: the notices that it sends when its records change, and who
asked for them.
"""

from __future__ import annotations

from typing import Any

from mockserver.model.types.described import DescribedCallback
from mockserver.slots import dataclass

CREATED, CHANGED, REMOVED = "create", "change", "delete"
"""What happens to a record."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook or a callback, and the change that it tells of: what happens (`at`) to a record of
    the resource.

    Where a `field` is named, it has to move; where a `value` is, to that one. `name` is what the
    notice is called where it says so, `order.created`. A callback is due to those who called the
    operation of the label `asked_by` for that record.
    """

    name: str
    request: DescribedCallback
    resource: str
    at: frozenset[str]
    field: str | None = None
    value: Any = None
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A resource whose records say who wants to be told: the property with the URL, and those with
    the names of what is wanted, with the secret, and that tells whether it is active, each None
    where there is none.
    """

    resource: str
    url: str
    names: str | None = None
    secret: str | None = None
    active: str | None = None


@dataclass(frozen=True, slots=True)
class Announcements:
    """All that an API tells by itself. `lost` are the names of webhooks of which nothing shows when
    they are due.
    """

    notices: tuple[Notice, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def later(self) -> frozenset[tuple[str, str]]:
        """The callbacks that wait for a change, by the label of their operation and their name."""
        waiting = [each for each in self.notices if each.asked_by is not None]
        return frozenset((str(each.asked_by), each.request.name) for each in waiting)
