"""The served Shoplazza API agrees with the small model of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine.machines import drive
from tests.second_opinion.made import known
from tests.second_opinion.pair import Pair
from tests.second_opinion.shoplazza import Shop

SHIRT = "3f7c1e52-9d0a-4a7b-8f43-2f1d5b0c9a01"
BARE = "7d2a9c64-51be-4c0f-9a35-8e6f4b1d2c02"
NOBODY = "99999999-9999-4999-8999-999999999999"
WHEN = "2024-04-08T07:13:28Z"

versions = st.sampled_from(["2022-01", "2022-01", "2025-06", "2026-01"])
products = st.sampled_from([SHIRT, SHIRT, SHIRT, BARE, BARE, NOBODY, "no-uuid", ""])
spellings = st.sampled_from([str, str, str.upper])
positions = st.integers(0, 5)
sources = st.sampled_from(["https://e.com/a.jpg", "https://e.com/b.png", ""])
news = st.fixed_dictionaries(
    {},
    optional={
        "src": sources,
        "alt": st.sampled_from(["", "A shirt"]),
        "width": st.integers(0, 2),
        "height": st.integers(0, 2),
        "position": positions,
    },
)
bodies = st.one_of(
    st.builds(lambda image: {"image": {"src": "https://e.com/c.jpg", **image}}, news),
    st.builds(lambda image: {"image": image}, news),
    st.just({}),
)
updates = st.fixed_dictionaries(
    {},
    optional={
        "src": sources,
        "position": positions,
        "alt": st.just("Not taken"),
        "width": st.just(5),
    },
)


def image(n: int, name: str, width: int, height: int, alt: str) -> dict[str, Any]:
    ids = ["0cb0ab8b-2f7b-4c9e-8d7e-6a2f6f0f3d11", "1a9d5e37-84c2-4f60-b1d8-7c3e9a5b4e12"]
    ids += ["2be83f05-d61a-4b7c-a92e-5f0d1c8e6a13"]
    made = {
        "id": ids[n],
        "product_id": SHIRT,
        "src": f"https://cdn.example.com/{name}",
        "width": width,
    }
    return {**made, "height": height, "alt": alt, "created_at": WHEN, "updated_at": WHEN}


def shop() -> Shop:
    """Return what the fixture says."""
    front = image(0, "shirt-front.jpg", 800, 600, "The shirt from the front")
    back = image(1, "shirt-back.jpg", 800, 600, "The shirt from the back")
    return Shop({SHIRT: [front, back, image(2, "shirt-label.png", 400, 400, "")], BARE: []})


class ShoplazzaPair(Pair):
    api: ClassVar[str] = "shoplazza"

    def __init__(self) -> None:
        super().__init__()
        self.model = shop()
        self.gone: list[str] = []

    def pick(self, product: str, n: int) -> str:
        """Return an image: mostly one of the product, else one of another, one that is gone, or no
        id at all.
        """
        here = [known(each["id"]) for each in self.model.products.get(product, [])]
        every = [known(each["id"]) for images in self.model.products.values() for each in images]
        choices = [*here, *here, *here, *every, *self.gone[-1:], NOBODY, "no-uuid", ""]
        return str(choices[n % len(choices)])

    @rule(version=versions, product=products, n=st.integers(0, 30), spelled=spellings)
    def read(self, version: str, product: str, n: int, spelled: Callable[[str], str]) -> None:
        one = self.pick(product, n)
        self.both(
            "GET",
            f"{root(version, spelled(product))}/{spelled(one)}",
            self.model.read(version, product, one),
        )

    @rule(version=versions, product=products, spelled=spellings)
    def list(self, version: str, product: str, spelled: Callable[[str], str]) -> None:
        self.both("GET", root(version, spelled(product)), self.model.list(version, product))

    @rule(version=versions, product=products)
    def count(self, version: str, product: str) -> None:
        self.both("GET", f"{root(version, product)}/count", self.model.count(version, product))

    @rule(version=versions, product=products, body=bodies, spelled=spellings)
    def create(self, version: str, product: str, body: Any, spelled: Callable[[str], str]) -> None:
        self.both(
            "POST", root(version, spelled(product)), self.model.create(version, product, body), body
        )

    @rule(version=versions, product=products, n=st.integers(0, 30), sent=updates, spelled=spellings)
    def update(
        self, version: str, product: str, n: int, sent: Any, spelled: Callable[[str], str]
    ) -> None:
        one = self.pick(product, n)
        said = self.model.update(version, product, one, sent)
        self.both("PUT", f"{root(version, product)}/{spelled(one)}", said, {"image": sent})

    @rule(version=versions, product=products, n=st.integers(0, 30))
    def delete(self, version: str, product: str, n: int) -> None:
        one = self.pick(product, n)
        said = self.model.delete(version, product, one)
        self.both("DELETE", f"{root(version, product)}/{one}", said)
        self.gone += [one] if said[0] == 200 else []


def root(version: str, product: str) -> str:
    return f"/openapi/{version}/products/{product}/images"


def test_shoplazza_agrees_with_its_model() -> None:
    drive(ShoplazzaPair, examples=100)
