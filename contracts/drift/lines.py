"""A line that may close a difference: words of semantics or an Overlay action in, its text and its
effect out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from mockserver.document.overlay import Action, overlay
from mockserver.model.compile import compile_model
from mockserver.model.semantics import check_semantics
from mockserver.model.types import Model

WHOLE = frozenset({"one", "many", "count", "removed", "body", "invalid_body"})
"""Words whose values take the place of others as a whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words for `semantics.yaml`, or an action for an overlay (OpenAPI Overlay Specification
    1.0.0).
    """

    semantics: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""
    update: Any = None
    remove: bool = False

    def __str__(self) -> str:
        if not self.target:
            return _flow(self.semantics)[1:-1]
        change = {"remove": True} if self.remove else {"update": self.update}
        return f"- {_flow({'target': self.target, **change})}"

    @property
    def file(self) -> str:
        """The file that the line belongs to."""
        return "overlay.yaml" if self.target else "semantics.yaml"


@dataclass(frozen=True, slots=True)
class Understanding:
    """A model, and the semantics that it was compiled from beside its document."""

    model: Model
    semantics: Mapping[str, Any]

    def with_line(self, line: Line) -> Understanding:
        """Return what the API is with one more line. Raises an UnderstudyError when that is no
        sense.
        """
        document = self.model.document
        if line.target:
            action = Action(
                line.target,
                "the live server does so",
                line.update,
                line.remove,
                "overlay.yaml",
                0,
                1,
            )
            document = replace(document, spec=overlay(document.spec, [action]))
        semantics = check_semantics(merged(self.semantics, line.semantics), "semantics.yaml")
        model = compile_model(document, semantics)
        security = replace(model.security, policy=self.model.security.policy)
        return Understanding(replace(model, security=security), semantics)


def merged(said: Any, more: Any, name: str = "") -> Any:
    """Return semantics with more words in them."""
    if isinstance(said, Mapping) and isinstance(more, Mapping) and name not in WHOLE:
        return {
            **said,
            **{word: merged(said.get(word), value, word) for word, value in more.items()},
        }
    return more


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(
        value, default_flow_style=True, width=100_000, sort_keys=False, allow_unicode=True
    )
    return text.strip()
