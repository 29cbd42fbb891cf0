"""How long records are there: a new record in, its moment of expiry in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mockserver.call import Supply
from mockserver.model.keys import SINCE
from mockserver.model.types import Departure


def give_time(
    departure: Departure, record: dict[str, Any], sent: Mapping[str, Any], supply: Supply
) -> None:
    """Give a new record the time that it has where its client said none and it tells of one."""
    name = departure.expires
    record[SINCE] = supply.now()
    if name is None or name in sent or name not in record:
        return
    if departure.counts:
        record[name] = int(departure.usual_s)
        return
    end = supply.now() + departure.usual_s
    if isinstance(record[name], int):
        record[name] = int(end)
    else:
        moment = datetime.fromtimestamp(end, UTC)
        record[name] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
