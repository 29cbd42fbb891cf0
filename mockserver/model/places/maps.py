"""Find the maps that are written at once: the operation at a place in, whether its body has records
by their keys out.

    GET, PUT             /boxes/{id}/settings           {color: "red", size: "5"}
    GET, PUT, DELETE     /boxes/{id}/settings/{name}    "red"
"""

from __future__ import annotations

from mockserver.model.envelopes import map_envelope
from mockserver.model.places.survey import WRITES, Place, Spot


def is_map_write(place: Place, spot: Spot, name: str) -> bool:
    """Tell whether records are sent by their keys, as a GET shows them, where paths name them."""
    reads = spot.on_collection.get("GET")
    if place.item or place.method not in WRITES or reads is None:
        return False
    if not spot.on_item or spot.values is not None:
        return False
    shown = map_envelope(reads.operation.success_schema(), name)
    sent = map_envelope(place.operation.sent_schema, name)
    if shown is None or sent is None:
        return False
    is_same = sent[1].plain == shown[1].plain
    return place.method == "PUT" or is_same
