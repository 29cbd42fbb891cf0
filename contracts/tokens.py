"""Log in at a server under test: what was given for its security schemes in, logins that bring the
credentials out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.targets.remote import NoAnswer, UrlTarget
from contracts.targets.target import Answer, Sent, Target
from mockserver.credentials import Login, logins_of
from mockserver.errors import SettingsError


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """Where the tokens of a server are given: at the server itself, or where its document says."""

    spec: Mapping[str, Any]
    origin: str
    base: str
    connect: Callable[[], Target]
    authority: Path | None = None

    def logins(self, auth: Mapping[str, str], commands: Sequence[str] = ()) -> list[Login]:
        """Return the logins by credentials that are no tokens, and by commands. Raises
        SettingsError.
        """
        place = (self.origin, self.base)
        return logins_of(self.spec, auth, commands, place, self._post)

    def _post(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = url.removeprefix(origin) or "/"
        is_own = origin == self.origin
        opened = self.connect() if is_own else UrlTarget(origin, authority=self.authority)
        with closing(opened):
            try:
                return opened.send(Sent("POST", target, headers, content))
            except NoAnswer as error:
                raise SettingsError(f"{url} gives no token: {error}") from None


def values_of(logins: Sequence[Login]) -> dict[str, str]:
    """Return the credentials that logins bring now, by scheme. Raises SettingsError."""
    return {login.scheme: login.value for login in logins}
