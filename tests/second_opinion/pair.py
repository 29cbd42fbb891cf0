"""A served API and its small model, side by side: each call goes to both, and the replies must
agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from contracts.targets.exchanges import told
from contracts.targets.target import App, AppTarget, Sent
from tests.machine.machines import HEADERS, served
from tests.second_opinion.made import differing

Said = tuple[int, Any]
"""Status and body."""


class Pair(RuleBasedStateMachine):
    """Subclasses name the API and add rules; `model` is theirs."""

    api: ClassVar[str]
    app: ClassVar[Callable[[], App] | None] = None
    """Makes the application, the project's own when None."""

    def __init__(self) -> None:
        super().__init__()
        made = type(self).app
        self.target = AppTarget(made() if made is not None else served(self.api))
        self.story: list[str] = []

    def teardown(self) -> None:
        self.target.close()

    def both(
        self,
        method: str,
        path: str,
        said: Said,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a call, hold the reply against what the model said, and return its body."""
        sent = _sent(method, path, body, {**HEADERS[self.api], **(headers or {})})
        answer = self.target.send(sent)
        self.story.append(told(len(self.story) + 1, sent, answer))
        found = list(differing(said[0], answer.status, "status")) or list(
            differing(said[1], answer.body)
        )
        if found:
            raise AssertionError(
                "\n".join(["the model says otherwise of the last call:", *self.story, *found])
            )
        return answer.body


def _sent(method: str, path: str, body: Any, headers: Mapping[str, str]) -> Sent:
    if body is None:
        return Sent(method, path, headers)
    content = json.dumps(body, ensure_ascii=False).encode()
    return Sent(method, path, {**headers, "Content-Type": "application/json"}, content)
