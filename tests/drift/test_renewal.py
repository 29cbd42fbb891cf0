"""Credentials that end while drift runs are renewed: its calls are compared as if they never had."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from contracts.drift.lines import Understanding
from contracts.drift.playing import understood
from contracts.targets.target import Answer, AppTarget, Sent, Target
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.credentials import Access, Login, command_login, grant_login
from mockserver.exchange import json_answer
from mockserver.model.types import Credential
from tests.drift.stage import app_of, drift_of, live_of

LASTS = 25
"""Calls for which a key is good."""
DECLARED = {
    "type": "oauth2",
    "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}},
}


class Doorway:
    """The bookshop behind keys of which each is good for so many calls; `key` is the good one."""

    def __init__(self, keep: Path) -> None:
        self._target = AppTarget(app_of("bookshop"))
        self._keep, self._left, self.given, self.refused = keep, LASTS, 1, 0
        keep.write_text(self.key)

    @property
    def key(self) -> str:
        return f"key-{self.given}"

    def send(self, sent: Sent) -> Answer:
        self._left -= 1
        if self._left < 0:
            self._left = LASTS
            self.given += 1
            self._keep.write_text(self.key)
        if sent.headers.get("X-Api-Key") == self.key:
            return self._target.send(
                sent.with_headers({**sent.headers, "X-Api-Key": "bookshop-key"})
            )
        self.refused += 1
        return self._target.send(sent)

    def post(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Answer as a token endpoint."""
        form = parse_qs(content.decode())
        assert form["grant_type"] == ["client_credentials"]
        return json_answer({"access_token": self.key})

    def close(self) -> None:
        """Stay open for the next one."""

    def end(self) -> None:
        self._target.close()


def by_command(doorway: Doorway, keep: Path) -> Login:
    return command_login("ApiKey", f"{sys.executable} -c 'print(open(\"{keep}\").read())'")


def by_flow(doorway: Doorway, keep: Path) -> Login:
    return grant_login("ApiKey", "me:secret", DECLARED, "/token", doorway.post)


def subject_of(doorway: Doorway, login: Login, safety: Safety) -> Subject:
    _, understanding = understood("bookshop", None)
    known = (Credential("ApiKey", login.value),)
    security = replace(understanding.model.security, credentials=known)
    model = replace(understanding.model, security=security)
    live = live_of(Understanding(model, {}), app_of("bookshop"), safety)

    def connect() -> Target:
        return doorway

    return replace(live, connect=connect, access=Access([login]))


@pytest.mark.parametrize("login_of", [by_command, by_flow])
@pytest.mark.parametrize("safety", [Safety.READ, Safety.ALL])
def test_a_key_that_ends_while_drift_runs_is_renewed(
    tmp_path: Path, login_of: Callable[[Doorway, Path], Login], safety: Safety
) -> None:
    keep = tmp_path / "key.txt"
    doorway = Doorway(keep)
    try:
        report = drift_of("bookshop", subject_of(doorway, login_of(doorway, keep), safety))
    finally:
        doorway.end()
    assert report.could_not == ""
    assert [each.title for each in report.causes] == []
    assert doorway.given > 2
