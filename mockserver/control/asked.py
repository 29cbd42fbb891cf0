"""What a function of the control API is given and what it gives: an Asked in, a Told out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.control.control import Control
from mockserver.control.pattern import check_word
from mockserver.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the control API; `body` is None where there was none."""

    control: Control
    space: str
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any

    def object(self, *known: str) -> Mapping[str, Any]:
        """Return the body as an object with no other words. Raises SettingsError."""
        said = {} if self.body is None else self.body
        if not isinstance(said, Mapping):
            raise SettingsError(f"the body must be an object, not {type(said).__name__}")
        for word in said if known else ():
            check_word(word, known, "the body")
        return said

    def whole(self, name: str, default: int | None = None) -> int | None:
        """Return a query parameter that is a whole number from 0. Raises SettingsError."""
        if name not in self.query:
            return default
        text = self.query[name][-1]
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise SettingsError(f"{name} must be a whole number from 0, not {text!r}")
        return int(text)


@dataclass(frozen=True, slots=True)
class Told:
    """A reply of the control API; a body that is a text goes out as it is, None as nothing."""

    status: int = 200
    body: Any = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Missing(Exception):
    """What is asked about is not there; the text tells what is."""
