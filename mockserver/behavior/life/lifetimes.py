"""What a new record begins with: the time that it has, and the first stage of a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mockserver.behavior.life.progress import begin
from mockserver.behavior.scene import Scene
from mockserver.call import Supply
from mockserver.model.keys import SINCE
from mockserver.model.types import Departure


def begin_life(scene: Scene, record: dict[str, Any], sent: Mapping[str, Any]) -> None:
    """Give a new record its time, and let it be a job in its first stage, where it is one."""
    resource = scene.resource
    if resource.departure is not None:
        _give_time(resource.departure, record, sent, scene.supply)
    if resource.job is not None:
        begin(resource, resource.job, record, scene.supply, fails=scene.call.fails)


def _give_time(
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
