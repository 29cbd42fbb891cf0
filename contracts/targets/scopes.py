"""Headers that say whose records are meant: a model in, the values that a run keeps to out.

    GET /boxes
    X-Tenant: acme          lists the boxes of acme, and no others

A record that is made for one tenant is not there for another one. So a run has one value for each
such header and sends it with every call that takes it, whatever else is drawn at random.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from contracts.targets.promises import CONDITIONS
from mockserver.generation.supply import SeededSupply
from mockserver.model.types import DescribedParameter, Model, Operation
from mockserver.model.types.facts import admits

LEAST = 2
"""Operations that take a header which says whose records are meant."""
_WHOSE = re.compile(
    r"tenant|account|organi[sz]ation|(^|-)org(-|$)|workspace|namespace|customer|company|realm|"
    r"project|team|partition",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^(accept|authorization|content|cookie|prefer|range|user-agent|host)|idempoten|request-?id|"
    r"trace|correlation",
    re.IGNORECASE,
)


def scope_headers(model: Model) -> dict[str, str]:
    """Return the headers that say whose records are meant, each with one value for a run."""
    found: dict[str, DescribedParameter] = {}
    times: Counter[str] = Counter()
    for operation in model.operations:
        for header in _scopes_of(operation):
            found.setdefault(
                header.name,
                header,
            )
            times[header.name] += 1
    supply = SeededSupply(model.document.spec, 1)
    scopes = {}
    for name, header in found.items():
        if times[name] >= LEAST:
            scopes[name] = _value(header, supply)
    return scopes


def in_scope(
    operation: Operation, headers: Mapping[str, str], scope: Mapping[str, str]
) -> dict[str, str]:
    """Return headers of which those that say whose records are meant have the values of the run.

    One that must be sent and is left out stays so, and so does a value that the document does not
    allow. One that may be left out is sent, for without it others may be meant.
    """
    kept = dict(headers)
    spelled = {name.lower(): name for name in headers}
    for declared in _scopes_of(operation):
        if declared.name not in scope:
            continue
        name = spelled.get(declared.name.lower(), declared.name)
        text = kept.get(name, "")
        is_left_out = declared.required and not text
        is_wrong = name in kept and not admits(declared.schema.plain, text)
        if not is_left_out and not is_wrong:
            kept[name] = scope[declared.name]
    return kept


def _scopes_of(operation: Operation) -> list[DescribedParameter]:
    declared = operation.described.parameters_in("header")
    return [each for each in declared if _is_scope(each)]


def _is_scope(header: DescribedParameter) -> bool:
    """Tell whether a header may say whose records are meant: it must be sent, or is named so."""
    name = header.name.lower()
    if name in CONDITIONS or _OTHERS.search(name):
        return False
    return header.required or bool(_WHOSE.search(name))


def _value(header: DescribedParameter, supply: SeededSupply) -> str:
    shown = next(
        iter(header.examples),
        None,
    )
    value = supply.value(
        header.schema.plain,
        f"scope/{header.name}",
    )
    found = value if shown is None else shown
    return found if isinstance(found, str) and found else str(found or 1)


def whose(operation: Operation) -> list[str]:
    """Return the headers of an operation that are named after whose records are meant."""
    return [each.name for each in _scopes_of(operation) if _WHOSE.search(each.name)]


def another_value(operation: Operation, name: str, value: str) -> str:
    """Return another value of such a header, as its document allows."""
    declared = next(each for each in _scopes_of(operation) if each.name == name)
    schema = declared.schema.plain
    choices = [each for each in schema.get("enum") or () if each != value]
    near = [*choices, f"{value}-other", f"{value}x", value[::-1], value[:-1]]
    found = [each for each in near if each and each != value and admits(schema, each)]
    return str(found[0]) if found else f"{value}x"
