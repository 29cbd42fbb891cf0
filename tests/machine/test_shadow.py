"""A shadow of what was read from a server follows only what it can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.targets.target import Answer, AppTarget, Sent
from mockserver.lookup import MISSING
from mockserver.state import Collection, Put, Query
from tests.conftest import model_of
from tests.machine.machines import HEADERS, served, start_of
from tests.model.compiling import operation

OMNITRON = model_of("omnitron")


def read_from_server() -> PlainStore:
    """Return what a server shows of its records: the link of an image to the download that it came
    from is hidden.
    """
    store = start_of("omnitron")
    hidden = OMNITRON.resources["product_images"].hidden
    for found in store.select(Collection("product_images"), Query()).found:
        shown = {name: value for name, value in found.record.items() if name not in hidden}
        store.apply([Put(found.collection, found.key, shown)])
    return store


def judged(
    shadow: Shadow, target: AppTarget, label: str, query: Mapping[str, Any], sent: Sent
) -> list[Any]:
    body: Any = {"product_sku": "7832783278", "images": []} if sent.content else MISSING
    answer: Answer = target.send(sent)
    assert answer.status == 200
    return shadow.judge(Settled(operation(OMNITRON, label), {}, query, body, None), answer)


def test_what_mirrors_a_hidden_link_is_not_claimed_to_be_known_after_a_change() -> None:
    shadow, target = (
        Shadow(OMNITRON, read_from_server(), ()),
        AppTarget(served("omnitron")),
    )
    headers = HEADERS["omnitron"]
    content = b'{"product_sku": "7832783278", "images": []}'
    sent = Sent(
        "POST",
        "/api/i1/downloadable_image/",
        {**headers, "Content-Type": "application/json"},
        content,
    )
    assert judged(shadow, target, "POST /api/i1/downloadable_image/", {}, sent) == []
    listed = Sent("GET", "/api/v1/product_image/?limit=50", headers)
    assert judged(shadow, target, "GET /api/v1/product_image/", {"limit": 50}, listed) == []
    assert shadow.is_lost
    target.close()
