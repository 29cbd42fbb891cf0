"""The served BigCommerce API agrees with the small model of it, under both of its base paths."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine.machines import drive
from tests.second_opinion.bigcommerce import Store
from tests.second_opinion.made import Some, known
from tests.second_opinion.pair import Pair

BASES = {
    "/stores/abc123/v2": {"X-Auth-Token": "tok"},
    "/api/v2": {"Authorization": "Basic YWRtaW46a2V5"},
}
bases = st.sampled_from(sorted(BASES))
products = st.sampled_from([32, 32, 32, 30, 30, 29, 29, 99])
pages = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.sampled_from([1, 2, 3, 250, 251, 0]),
        "page": st.sampled_from([1, 2, 3, 0]),
    },
)
queries = st.one_of(pages, pages, pages, st.just({"name": "x"}))
files = st.sampled_from(
    ["https://e.com/a.jpg", "http://e.com/p/b-c.png", "in_122.gif", "notes.txt"]
)
writable = {
    "is_thumbnail": st.booleans(),
    "sort_order": st.integers(-1, 4),
    "description": st.sampled_from(["", "A shirt", None]),
}
ignored = {
    "standard_url": st.just("https://e.com/x.jpg"),
    "date_modified": st.just("x"),
    "is_sample": st.booleans(),
}
strange = {
    "id": st.just(1),
    "product_id": st.just(32),
    "date_created": st.just("x"),
    "image_url": st.just("x"),
}
some = st.fixed_dictionaries({}, optional={"image_file": files, **writable, **ignored})
right = st.builds(
    lambda file, rest: {"image_file": file, **rest},
    files,
    st.fixed_dictionaries({}, optional={**writable, **ignored}),
)
bodies = st.one_of(
    right, right, right, some, st.fixed_dictionaries({}, optional={"image_file": files, **strange})
)
updates = st.one_of(some, some, some, st.fixed_dictionaries({}, optional=strange))
any_n = st.integers(0, 30)


def image(
    key: int, product: int, thumbnail: bool, order: int, description: str | None
) -> dict[str, Any]:
    return Some(
        {
            "id": key,
            "product_id": product,
            "is_thumbnail": thumbnail,
            "sort_order": order,
            "description": description,
        }
    )


def store() -> Store:
    """Return what the fixture says."""
    images = [
        image(118, 30, False, 0, ""),
        image(247, 32, True, 0, None),
        image(248, 32, False, 1, None),
    ]
    return Store({29, 30, 32}, images)


class BigCommercePair(Pair):
    api: ClassVar[str] = "bigcommerce-v2"

    def __init__(self) -> None:
        super().__init__()
        self.model = store()
        self.gone: list[int] = []

    def pick(self, product: int, n: int) -> int:
        here = [known(each["id"]) for each in self.model.images if each["product_id"] == product]
        every = [known(each["id"]) for each in self.model.images]
        choices = [*here, *here, *here, *every, *self.gone[-1:], 987654]
        return int(choices[n % len(choices)])

    def ask(
        self, base: str, method: str, path: str, said: Any, body: Any = None, query: Any = None
    ) -> None:
        asked = f"?{urlencode(query)}" if query else ""
        self.both(method, f"{base}/products{path}{asked}", said, body, BASES[base])

    @rule(base=bases, product=products, query=queries)
    def list(self, base: str, product: int, query: Any) -> None:
        self.ask(base, "GET", f"/{product}/images", self.model.list(product, query), query=query)

    @rule(base=bases, query=queries)
    def list_all(self, base: str, query: Any) -> None:
        self.ask(base, "GET", "/images", self.model.list(None, query), query=query)

    @rule(base=bases, product=products)
    def count(self, base: str, product: int) -> None:
        self.ask(base, "GET", f"/{product}/images/count", self.model.count(product))

    @rule(base=bases)
    def count_all(self, base: str) -> None:
        self.ask(base, "GET", "/images/count", self.model.count(None))

    @rule(base=bases, product=products, n=any_n)
    def read(self, base: str, product: int, n: int) -> None:
        one = self.pick(product, n)
        self.ask(base, "GET", f"/{product}/images/{one}", self.model.read(product, one))

    @rule(base=bases, product=products, body=bodies)
    def create(self, base: str, product: int, body: Any) -> None:
        self.ask(base, "POST", f"/{product}/images", self.model.create(product, body), body)

    @rule(base=bases, product=products, n=any_n, body=updates)
    def update(self, base: str, product: int, n: int, body: Any) -> None:
        one = self.pick(product, n)
        self.ask(
            base, "PUT", f"/{product}/images/{one}", self.model.update(product, one, body), body
        )

    @rule(base=bases, product=products, n=any_n)
    def delete(self, base: str, product: int, n: int) -> None:
        one = self.pick(product, n)
        said = self.model.delete(product, one)
        self.ask(base, "DELETE", f"/{product}/images/{one}", said)
        self.gone += [one] if said[0] == 204 else []

    @rule(base=bases, product=products, query=queries)
    def delete_page(self, base: str, product: int, query: Any) -> None:
        self.ask(
            base,
            "DELETE",
            f"/{product}/images",
            self.model.delete_page(product, query),
            query=query,
        )


def test_bigcommerce_agrees_with_its_model() -> None:
    drive(BigCommercePair, examples=100)
