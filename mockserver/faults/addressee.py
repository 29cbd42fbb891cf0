"""Check that a fault can meet a call: a fault and the operations that are played in, SettingsError
where it is meant for none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain

from mockserver.errors import SettingsError
from mockserver.faults.plan import Fault, is_label

MOST_NAMED = 10
"""Operations that are named where none is near the wanted one."""


def check_addressee(fault: Fault, operations: Mapping[str, Iterable[str]]) -> None:
    """Raise SettingsError for an API that is not played, or an operation that it does not have;
    `operations` are labels by API.
    """
    api = fault.match.api
    if api and api not in operations:
        hint = _hint(api, operations)
        raise SettingsError(f"no API {api!r} is played here ({hint})")
    played = [operations[api]] if api else operations.values()
    labels = list(chain.from_iterable(played))
    if fault.match.operation:
        check_operation(fault.match.operation, labels)


def check_operation(wanted: str, labels: Sequence[str]) -> None:
    """Raise SettingsError where none of the labels is meant, with the nearest ones."""
    if any(is_label(wanted, label) for label in labels):
        return
    if " " not in wanted:
        labels = [label.partition(" ")[2] for label in labels]
    hint = _hint(wanted, labels)
    raise SettingsError(f"there is no operation {wanted!r} here ({hint})")


def _hint(wanted: str, known: Iterable[str]) -> str:
    """Return the names that are nearest to one, the first ones where none is near."""
    names = list(dict.fromkeys(known))
    near = get_close_matches(wanted, names, 3)
    if near:
        quoted = [repr(name) for name in near]
        return f"did you mean {' or '.join(quoted)}?"
    first = ", ".join(names[:MOST_NAMED])
    return f"known: {first}"
