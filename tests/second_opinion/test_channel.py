"""The served channel images and batches of Omnitron agree with the small model of them.

Numbers are sent as a client sends them that reads them from its environment: as text.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine.machines import drive
from tests.second_opinion.channel import MOVES, Channels
from tests.second_opinion.made import Some, known
from tests.second_opinion.pair import Pair

channels = st.sampled_from([5, 5, 5, 5, 6, 6, 99])
real = st.sampled_from([5, 5, 5, 6])
pages = st.fixed_dictionaries({}, optional={"page": st.integers(1, 4), "limit": st.integers(1, 5)})
any_n = st.integers(0, 40)
orders = st.permutations(range(5))
some_n = st.lists(st.integers(0, 40), min_size=1, max_size=3, unique=True)
SKUS = {1: "1182701025", 2: "7832783278", 3: "9036451200"}
VIEWS = {"inserts": ("insert",), "updates": ("update",), "inserts_or_updates": ("insert", "update")}
MOVED = ["commit", "sent_to_remote", "ongoing", "done", "fail"]


def image(key: int, product: int, order: int, source: str | None, minute: int) -> dict[str, Any]:
    when = f"2024-04-08T07:{minute}:28.123456Z"
    made = {"pk": key, "product": product, "order": order, "source": source, "object_id": product}
    return Some({**made, "modified_date": when, "created_date": when})


def start() -> Channels:
    """Return what the fixture says: twelve images, the last four of downloadable ones."""
    rows = [(1, 0, None), (1, 1, None), (1, 2, "unified"), (2, 0, None), (2, 1, None), (2, 2, None)]
    rows += [(3, 0, "seller_center"), (3, 1, "seller_center")]
    rows += [
        (1, 0, "integration"),
        (1, 1, "integration"),
        (2, 0, "integration"),
        (2, 1, "integration"),
    ]
    made = Channels({1, 2, 3}, [image(n, *row, 12 + n) for n, row in enumerate(rows, start=1)])
    for n, downloaded in enumerate(made.images[8:], start=1):
        made.downloads[downloaded["product"]][f"https://url/image{n}.png"] = downloaded
    return made


class ChannelPair(Pair):
    api: ClassVar[str] = "omnitron"

    def __init__(self) -> None:
        super().__init__()
        self.model = start()
        self.gone: list[int] = []

    def pick(self, n: int) -> int:
        """Return an image, one that is gone, or one that never was."""
        choices = [*told(self.model.images), *self.gone[-1:], 987654]
        return int(choices[n % len(choices)])

    def pick_batch(self, channel: int, n: int, status: str) -> int:
        """Return a batch that can make a move, opened and committed for that when need be; now and
        then any other.
        """
        batches = self.model.batches[channel]
        able = [batch for batch in batches if status in MOVES[batch["status"]]]
        if n % 6 == 0:
            strangers = [
                987654,
                *[known(each["pk"]) for each in (*batches, *self.model.batches[11 - channel])],
            ]
            return int(strangers[n // 6 % len(strangers)])
        if able:
            return int(known(able[n % len(able)]["pk"]))
        self.open(channel)
        key = int(known(self.model.batches[channel][-1]["pk"]))
        if status != "commit":
            sent = [{"pk": self.pick(each), "content_type": "productimage"} for each in (n, n + 1)]
            self.move(channel, key, "commit", sent, {"content_type": "productimage"})
        return key

    @rule(
        channel=channels,
        query=pages,
        narrowed=st.fixed_dictionaries(
            {},
            optional={
                "product": st.integers(1, 4),
                "product__pk__in": st.lists(st.integers(1, 4), min_size=1, max_size=2),
                "id__in": st.lists(st.integers(1, 12), min_size=1, max_size=4),
            },
        ),
        filters=st.booleans(),
    )
    def list(self, channel: int, query: Any, narrowed: Any, filters: bool) -> None:
        asked = {**query, **(narrowed if filters else {})}
        spelled = {
            name: ",".join(map(str, each)) if name.endswith("in") else each
            for name, each in asked.items()
        }
        self.both(
            "GET",
            f"{root(channel)}/product_images/?{urlencode(spelled)}",
            self.model.list(channel, asked),
        )

    @rule(channel=channels, n=any_n, detailed=st.booleans())
    def read(self, channel: int, n: int, detailed: bool) -> None:
        key, tail = self.pick(n), "detailed/" if detailed else ""
        self.both(
            "GET", f"{root(channel)}/product_images/{key}/{tail}", self.model.read(channel, key)
        )

    @rule(channel=channels, view=st.sampled_from(sorted(VIEWS)), query=pages)
    def ask_what_is_pending(self, channel: int, view: str, query: Any) -> None:
        said = self.model.pending(channel, VIEWS[view], query)
        self.both("GET", f"{root(channel)}/product_images/{view}/?{urlencode(query)}", said)

    @rule(channel=real)
    def ask_for_all_that_is_pending(self, channel: int) -> None:
        for view, lists in VIEWS.items():
            said = self.model.pending(channel, lists, {"limit": 100})
            self.both("GET", f"{root(channel)}/product_images/{view}/?limit=100", said)

    @rule(product=st.integers(1, 4), order=st.one_of(st.none(), st.integers(0, 3)))
    def create(self, product: int, order: int | None) -> None:
        said = self.model.create(product, order)
        body = {
            "product": str(product),
            "image": "https://e.com/a.jpg",
            **({} if order is None else {"order": order}),
        }
        self.both("POST", "/api/v1/product_image/", said, body)

    @rule(n=any_n, order=st.integers(0, 3))
    def change(self, n: int, order: int) -> None:
        key = self.pick(n)
        self.both(
            "PATCH",
            f"/api/v1/product_image/{key}/",
            self.model.change(key, order),
            {"order": f"{order}.0"},
        )

    @rule(n=any_n)
    def delete(self, n: int) -> None:
        key = self.pick(n)
        self.both("DELETE", f"/api/v1/product_image/{key}/", self.model.delete(key))
        self.gone.append(key)

    @rule(
        product=st.integers(1, 3),
        numbers=st.lists(st.integers(1, 6), max_size=4, unique=True),
        orders=orders,
    )
    def download(self, product: int, numbers: Any, orders: Any) -> None:
        """Send the downloadable images of a product; equal orders would leave open which image is
        first.
        """
        sent = [
            {"url": f"https://url/image{n}.png", "order": order}
            for n, order in zip(numbers, orders, strict=False)
        ]
        body = {"product_sku": SKUS[product], "images": sent}
        self.both(
            "POST",
            "/api/i1/downloadable_image/",
            self.model.download(product, SKUS[product], sent),
            body,
        )

    @rule(channel=channels)
    def open(self, channel: int) -> None:
        self.both(
            "POST",
            f"{root(channel)}/batch_requests/",
            self.model.open(channel),
            {"channel": str(channel)},
        )

    @rule(channel=real, n=any_n, objects=some_n)
    def commit(self, channel: int, n: int, objects: Any) -> None:
        sent = [{"pk": self.pick(each), "content_type": "productimage"} for each in objects]
        self.move(
            channel,
            self.pick_batch(channel, n, "commit"),
            "commit",
            sent,
            {"content_type": "productimage"},
        )

    @rule(channel=real, n=any_n, status=st.sampled_from(MOVED[1:3]))
    def send(self, channel: int, n: int, status: str) -> None:
        self.move(
            channel,
            self.pick_batch(channel, n, status),
            status,
            None,
            {"remote_batch_id": "r1"},
            "r1",
        )

    @rule(
        channel=real,
        n=any_n,
        reasons=st.lists(st.sampled_from([None, None, "remote"]), min_size=3, max_size=3),
        omitted=st.sampled_from([0, 0, 1]),
        others=st.one_of(st.just([]), some_n),
    )
    def finish(self, channel: int, n: int, reasons: Any, omitted: int, others: Any) -> None:
        """Say of objects of a batch what became of them: of all, of some, or of others too."""
        key = self.pick_batch(channel, n, "done")
        batch = self.model.batch(channel, key)
        claimed = self.model.committed(batch)[omitted:] if batch else []
        objects = list(dict.fromkeys([*claimed, *map(self.pick, others)]))
        told = [
            {"pk": each, "failed_reason_type": reasons[i % 3], "remote_id": None}
            for i, each in enumerate(objects)
        ]
        sent = [
            each if each["failed_reason_type"] else {**each, "remote_id": f"r{each['pk']}"}
            for each in told
        ]
        sent = [{**each, "content_type": "productimage"} for each in sent]
        self.move(channel, key, "done", sent)

    @rule(channel=real, n=any_n, objects=st.sampled_from([[], None]))
    def finish_silently(self, channel: int, n: int, objects: Any) -> None:
        """Say of no object of a batch what became of it."""
        self.move(channel, self.pick_batch(channel, n, "done"), "done", objects)

    @rule(channel=real, n=any_n)
    def fail(self, channel: int, n: int) -> None:
        self.move(channel, self.pick_batch(channel, n, "fail"), "fail", None)

    @rule(channel=real, n=any_n)
    def delete_batch(self, channel: int, n: int) -> None:
        key = self.pick_batch(channel, n, "sent_to_remote")
        self.both(
            "DELETE",
            f"{root(channel)}/batch_requests/{key}/",
            self.model.delete_batch(channel, key),
        )

    def move(
        self,
        channel: int,
        key: int,
        status: str,
        objects: Any,
        more: Any = None,
        remote: str | None = None,
    ) -> None:
        spelled = [{**each, "pk": str(each["pk"])} for each in objects or []]
        body = {
            "status": status,
            **({} if objects is None else {"objects": spelled}),
            **(more or {}),
        }
        said = self.model.move(channel, key, status, objects, remote)
        self.both("PATCH", f"{root(channel)}/batch_requests/{key}/", said, body)

    @rule(
        channel=channels,
        statuses=st.lists(st.sampled_from(["initialized", *MOVED]), max_size=2, unique=True),
    )
    def list_batches(self, channel: int, statuses: Any) -> None:
        asked = urlencode([("limit", 100), *[("status", each) for each in statuses]])
        said = self.model.list_batches(channel, statuses)
        self.both("GET", f"{root(channel)}/batch_requests/?{asked}", said)

    @rule(channel=channels, status=st.sampled_from([None, "processing", "success", "error"]))
    def list_actions(self, channel: int, status: str | None) -> None:
        asked = urlencode({"limit": 100, **({"status": status} if status else {})})
        said = self.model.list_actions(channel, [status] if status else [])
        self.both("GET", f"{root(channel)}/integration_actions/?{asked}", said)

    @rule(channel=channels, n=any_n)
    def record(self, channel: int, n: int) -> None:
        key = self.pick(n)
        body = {"object_id": str(key), "content_type_model": "productimage"}
        self.both(
            "POST", f"{root(channel)}/integration_actions/", self.model.record(channel, key), body
        )

    @rule(channel=real, n=any_n)
    def delete_action(self, channel: int, n: int) -> None:
        """Delete an action whose key a list has told."""
        keys = told(self.model.actions[channel])
        key = keys[n % len(keys)] if keys else 987654
        self.both(
            "DELETE",
            f"{root(channel)}/integration_actions/{key}/",
            self.model.delete_action(channel, key),
        )


def told(records: Any) -> Any:
    """Return the keys that some reply has told."""
    return [key for each in records if isinstance(key := known(each["pk"]), int)]


def root(channel: int) -> str:
    return f"/api/v1/channel/{channel}"


def test_channel_images_and_batches_agree_with_their_model() -> None:
    drive(ChannelPair, examples=80, steps=50)
