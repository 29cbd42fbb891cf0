"""Compile what tells the tenants of an API apart: the word of the semantics and the servers in, a
Tenancy out.
"""

from __future__ import annotations

from mockserver.errors import SemanticsError
from mockserver.model.paths import parameter_names
from mockserver.model.schema.parts import Spec
from mockserver.model.servers import base_paths, filled
from mockserver.model.types import Tenancy


def compile_tenancy(spec: Spec, said: str | None, source: str) -> Tenancy | None:
    """Return who is told apart by a variable of the servers' paths. Raises SemanticsError when no
    path has it.
    """
    if said is None:
        return None
    known: dict[str, None] = {}
    for base in base_paths(spec):
        known |= dict.fromkeys(parameter_names(base))
    if said not in known:
        listed = ", ".join(known) or "none"
        hint = f"variables in the paths of servers: {listed}"
        raise SemanticsError(source, f"no server variable {said!r}", "/defaults/tenant", hint)
    return Tenancy(said, filled(spec, f"{{{said}}}"))
