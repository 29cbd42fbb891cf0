"""The served downloadable images of Omnitron agree with the small model of them."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine.machines import drive
from tests.second_opinion.downloadable import Downloads
from tests.second_opinion.made import known
from tests.second_opinion.pair import Pair

PATH = "/api/i1/downloadable_image/"
SKUS = ["1182701025", "7832783278", "9036451200"]

urls = st.sampled_from([f"https://url/image{n}.png" for n in (1, 2, 3, 5, 6)])
orders = st.one_of(st.integers(0, 3), st.integers(0, 3).map(str))
rest = {"order": orders, "image_type": st.sampled_from(["default", "swatch"])}
images = st.builds(
    lambda url, others: {"url": url, **others}, urls, st.fixed_dictionaries({}, optional=rest)
)
spoiled = st.fixed_dictionaries(
    {},
    optional={
        "url": st.one_of(
            urls, st.sampled_from(["", "image.png", "https://images.invalid/image1.png"])
        ),
        "order": st.sampled_from([0, "x"]),
        "image_type": st.sampled_from(["swatch", "x"]),
    },
)
sets = st.lists(images, max_size=4, unique_by=lambda image: str(image["url"]))
wrong_sets = st.one_of(
    st.lists(images, max_size=3), st.lists(st.one_of(images, spoiled), max_size=3)
)
skus = st.sampled_from([*SKUS, *SKUS, *SKUS, "0000000000"])
sent_skus = st.one_of(skus, st.sampled_from([int(sku) for sku in SKUS]))
bodies = st.one_of(
    st.fixed_dictionaries({"product_sku": sent_skus, "images": sets}),
    st.fixed_dictionaries({"product_sku": sent_skus, "images": sets}),
    st.fixed_dictionaries({"product_sku": st.sampled_from(SKUS), "images": wrong_sets}),
    st.fixed_dictionaries(
        {}, optional={"product_sku": st.sampled_from(["", *SKUS]), "images": sets}
    ),
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "product_sku": st.one_of(skus, st.just("")),
        "limit": st.integers(0, 3),
        "page": st.integers(0, 3),
    },
)


def downloads() -> Downloads:
    """Return what the fixture says, which is the page's example."""

    def image(key: int, n: int, order: int, kind: str) -> dict[str, Any]:
        return {"id": key, "url": f"https://url/image{n}.png", "order": order, "image_type": kind}

    first = [image(676599, 1, 0, "swatch"), image(676600, 2, 1, "default")]
    second = [image(676601, 3, 0, "swatch"), image(676602, 4, 1, "default")]
    return Downloads(set(SKUS), {SKUS[0]: first, SKUS[1]: second})


class DownloadablePair(Pair):
    api: ClassVar[str] = "omnitron"

    def __init__(self) -> None:
        super().__init__()
        self.model = downloads()

    @rule(query=queries)
    def list(self, query: Any) -> None:
        asked = f"?{urlencode(query)}" if query else ""
        self.both("GET", f"{PATH}{asked}", self.model.list(f"http://testserver{PATH}", query))

    @rule(body=bodies)
    def send(self, body: Any) -> None:
        self.both("POST", PATH, self.model.send(body), body)

    @rule(sku=st.sampled_from(SKUS), n=st.integers(0, 4), order=st.integers(0, 3))
    def send_back_changed(self, sku: str, n: int, order: int) -> None:
        """Post what GET gave, ids and all, with another order for one image, as the page's example
        does.
        """
        kept = [{**image, "id": known(image["id"])} for image in self.model.images.get(sku, [])]
        if kept:
            kept[n % len(kept)]["order"] = order
        body = {"product_sku": sku, "images": kept}
        self.both("POST", PATH, self.model.send(body), body)

    @rule(sku=st.sampled_from(SKUS))
    def delete_last(self, sku: str) -> None:
        """Post what GET gave without its last image."""
        kept = [{**image, "id": known(image["id"])} for image in self.model.images.get(sku, [])][
            :-1
        ]
        body = {"product_sku": sku, "images": kept}
        self.both("POST", PATH, self.model.send(body), body)


def test_downloadable_images_agree_with_their_model() -> None:
    drive(DownloadablePair, examples=100)
