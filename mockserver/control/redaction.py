"""Put secrets back that were masked when a record was shown: what somebody made of it and the
record itself in, what is meant out.

>>> stored = {"name": "Ada", "password": "swordfish"}
>>> restored({"name": "Ada L.", "password": "***"}, stored, frozenset())
{'name': 'Ada L.', 'password': 'swordfish'}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mockserver.control.bodymask import masked_value, names_secret
from mockserver.control.shapes import MASK
from mockserver.errors import SettingsError


def restored(given: Any, stored: Any, own: Collection[str], pointer: str = "") -> Any:
    """Return a value in which each part that is shown as the stored one is, secrets masked, is the
    stored one. `own` are the names that a user calls secret. Raises SettingsError for a mask that
    hides nothing.
    """
    return _Redaction(own).restored(given, stored, pointer, is_hidden=False)


class _Redaction:
    """Knows what a user calls secret."""

    def __init__(self, own: Collection[str]) -> None:
        self._own = own

    def restored(self, given: Any, stored: Any, pointer: str, is_hidden: bool) -> Any:
        """Return what is meant; of what `is_hidden` every text is a secret."""
        if given == masked_value(stored, self._own, is_hidden):
            return stored
        match given:
            case Mapping():
                return self._object(given, stored, pointer, is_hidden)
            case list():
                return self._list(given, stored, pointer, is_hidden)
            case str() if given == MASK:
                place = pointer or "the record"
                raise SettingsError(f"{place} is {MASK}, which hides nothing here: say its value")
            case _:
                return given

    def _object(
        self, given: Mapping[str, Any], stored: Any, pointer: str, is_hidden: bool
    ) -> dict[str, Any]:
        known: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
        members = {}
        for name, value in given.items():
            is_below = is_hidden or names_secret(name, self._own)
            inside = f"{pointer}/{name}"
            members[name] = self.restored(value, known.get(name), inside, is_below)
        return members

    def _list(self, given: Sequence[Any], stored: Any, pointer: str, is_hidden: bool) -> list[Any]:
        """Return the items of a list; one that is as it was may stand elsewhere now."""
        known: Sequence[Any] = stored if isinstance(stored, list | tuple) else ()
        items = []
        for at, value in enumerate(given):
            here = known[at : at + 1]
            alike = None
            if here:
                alike = here[0]
            for each in (*here, *known):
                shown = masked_value(each, self._own, is_hidden)
                if shown == value:
                    alike = each
                    break
            item = self.restored(value, alike, f"{pointer}/{at}", is_hidden)
            items.append(item)
        return items
