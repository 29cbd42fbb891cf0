"""What a run found: the law that broke, where, and the fewest calls that show it, as values.

A finding has a `fingerprint`, the same from run to run: the check, the operation and the place,
without the values that a run happened to draw. Reports, the ledger of accepted findings and CI
compare findings by it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.targets.exchanges import Exchange


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a target breaks its contract.

    `check` names the law or the check, `sentence` says in one sentence what should hold,
    `operation` is the label of the operation that shows it (empty: none). `place` is a JSON pointer
    into the reply, or `status`, or a header. `expected` and `actual` are texts; `calls` lead to it
    in order, the last one shows it; `seed` brings them again. `pointer` leads into the document, to
    the operation or the schema that is broken. `accepted` is the reason for which the ledger
    tolerates it, empty when it does not. `causes` name what is wrong where other operations show
    the same; `also` are the labels of those that do.
    """

    phase: str
    check: str
    sentence: str
    operation: str
    message: str
    place: str = ""
    expected: str = ""
    actual: str = ""
    calls: Sequence[Exchange] = field(default=(), repr=False)
    seed: int = 0
    pointer: str = ""
    accepted: str = ""
    causes: Sequence[str] = ()
    also: Sequence[str] = ()

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that stay the same as long as the same thing is wrong at the
        same place.
        """
        place = re.sub(r"/\d+", "/*", self.place)
        return hashlib.sha256(f"{self.check}|{self.operation}|{place}".encode()).hexdigest()[:8]
