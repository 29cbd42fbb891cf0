"""What a reply tells of the records of a collection in numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from mockserver.slots import dataclass


class FigureWay(StrEnum):
    """How a number is found: records are counted, those of each value are, or values are added."""

    COUNT = "count"
    EACH = "each"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at a dotted place of a reply, and the resource of whose records it tells; with a
    `field`, those that have the `value` there, or what is there.
    """

    place: str
    resource: str
    way: FigureWay = FigureWay.COUNT
    field: str = ""
    value: Any = None
