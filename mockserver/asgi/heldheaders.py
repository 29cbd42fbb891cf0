"""Hold headers of replies to the document: the responses of an operation and a reply's headers in,
violations out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mockserver.asgi.parameters import ParameterPlan
from mockserver.call import Violation
from mockserver.model.declared import Spec, resolved, response_at
from mockserver.model.schemas import SchemaCompiler

SELF_MADE = frozenset(
    {
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "date",
    }
)
"""Headers that a server sets by itself, or that a document cannot describe (OpenAPI 3.0.3, Response
Object).
"""


class HeldHeaders:
    """What the headers of the replies of one operation are held to: those that must come, and the
    schema of each.

    A header is read in the style `simple` (OpenAPI 3.0.3, Header Object). `but` are names, in small
    letters, that are not looked at.
    """

    def __init__(
        self,
        spec: Spec,
        responses: Mapping[str, Any],
        schemas: SchemaCompiler,
        place: str,
        but: Collection[str] = (),
    ) -> None:
        """Take the `place` of what is found."""
        self._spec = spec
        self._responses = {"responses": responses}
        self._schemas = schemas
        self._place = place
        self._but = frozenset(but) | SELF_MADE
        self._plans: dict[int, tuple[ParameterPlan, dict[str, str]]] = {}

    def violations(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> list[Violation]:
        """Return what is wrong with the headers of a reply of a status."""
        plan, names = self._plan(status)
        if not names:
            return []
        texts: dict[str, list[str]] = {}
        for name, value in headers:
            texts.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        _, found = plan.decode("header", texts)
        return [self._told(each, names[str(each.path[0])]) for each in found]

    def _told(self, found: Violation, name: str) -> Violation:
        missing = found.rule == "required" and len(found.path) == 1
        text = f"the header {name} is required" if missing else found.message
        return Violation(
            self._place, ("headers", name, *found.path[1:]), found.rule, text, found.values
        )

    def _plan(self, status: int) -> tuple[ParameterPlan, dict[str, str]]:
        """Return how the headers of a status are read, and their names as the document spells
        them.
        """
        if status not in self._plans:
            declared = response_at(self._responses, status).get("headers")
            found = declared.items() if isinstance(declared, Mapping) else ()
            kept = {
                str(name): resolved(self._spec, each)
                for name, each in found
                if str(name).lower() not in self._but
            }
            plain = [{**each, "in": "header", "name": name} for name, each in kept.items()]
            plan = ParameterPlan(self._spec, plain, self._schemas)
            readable = {each.name for each in plan.by_place["header"]}
            self._plans[status] = (
                plan,
                {name.lower(): name for name in kept if name.lower() in readable},
            )
        return self._plans[status]
