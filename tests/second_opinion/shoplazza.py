"""Shoplazza product images as its page and what is known of its sibling pages tell, written as
plain lists.

Version 2022-01 answers 422 where a record or its parent is not found; 404 only on deleting below a
product that is not there. Later versions wrap replies in code, message and data, and refuse with
400.
"""

from __future__ import annotations

import re
from typing import Any

from tests.second_opinion.made import ANY, Bag, New

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
Said = tuple[int, Any]


class Shop:
    """Products, each with its images in the order of their positions (position 1 is index 0)."""

    def __init__(self, products: dict[str, list[dict[str, Any]]]) -> None:
        self.products = products
        self.ids = {image["id"] for images in products.values() for image in images}

    def read(self, version: str, product: str, image: str) -> Said:
        wrong = self._wrong_ids(product, image)
        if wrong:
            return refused(version, 422, *wrong)
        found = self._find(product, image)
        return (
            granted(version, {"image": found})
            if found
            else refused(version, 422, "Record not found")
        )

    def list(self, version: str, product: str) -> Said:
        missing = self._missing(version, product)
        return missing or granted(version, {"images": self._placed(product)})

    def count(self, version: str, product: str) -> Said:
        missing = self._missing(version, product)
        return missing or granted(version, {"count": len(self.products[product])})

    def create(self, version: str, product: str, body: dict[str, Any]) -> Said:
        missing = self._missing(version, product)
        if missing:
            return missing
        if "image" not in body:
            return refused(version, 422, "param is missing or the value is empty: image")
        sent = body["image"]
        wrong = [] if sent.get("src") else ["Src is required"]
        wrong += [
            f"{name.title()} must be greater than 0" for name in NUMBERS if sent.get(name, 1) < 1
        ]
        if wrong:
            return refused(version, 422, *wrong, ordered=False)
        now = New(MOMENT), New(MOMENT)
        made = {
            "id": New(UUID, self.ids),
            "product_id": product,
            "alt": "",
            "width": 0,
            "height": 0,
        }
        made |= {name: sent[name] for name in ("src", "alt", "width", "height") if name in sent}
        made |= {"created_at": now[0], "updated_at": now[1]}
        self._insert(product, made, sent.get("position"))
        return granted(version, {"image": self._find(product, made["id"])})

    def update(self, version: str, product: str, image: str, sent: dict[str, Any]) -> Said:
        """Change src and position, whatever else is sent."""
        wrong = self._wrong_ids(product, image)
        if wrong:
            return refused(version, 422, *wrong)
        found = self._find(product, image)
        if not found:
            return refused(version, 422, "Record not found")
        wrong = ["Src is required"] if "src" in sent and not sent["src"] else []
        wrong += ["Position must be greater than 0"] if sent.get("position", 1) < 1 else []
        if wrong:
            return refused(version, 422, *wrong, ordered=False)
        images = self.products[product]
        record = next(each for each in images if same(each["id"], image))
        if "src" in sent:
            record["src"] = sent["src"]
        if "position" in sent:
            images.remove(record)
            self._insert(product, record, sent["position"])
        if "src" in sent or "position" in sent:
            record["updated_at"] = New(MOMENT)
        return granted(version, {"image": self._find(product, image)})

    def delete(self, version: str, product: str, image: str) -> Said:
        wrong = self._wrong_ids(product, image)
        if wrong:
            return refused(version, 422, *wrong)
        if product not in self.products:
            return (
                (404, {"errors": ["Product not found"]})
                if version == "2022-01"
                else refused(version, 422, ANY)
            )
        if not self._find(product, image):
            return refused(version, 422, "Record not found")
        self.products[product] = [
            each for each in self.products[product] if not same(each["id"], image)
        ]
        return (200, {}) if version == "2022-01" else granted(version, {})

    def _missing(self, version: str, product: str) -> Said | None:
        if not re.fullmatch(UUID, product):
            return refused(version, 422, "ProductId must be a valid UUID")
        return None if product in self.products else refused(version, 422, "Record not found")

    def _wrong_ids(self, product: str, image: str) -> list[str]:
        ids = {"ProductId": product, "ImageId": image}
        return [
            f"{name} must be a valid UUID"
            for name, text in ids.items()
            if not re.fullmatch(UUID, text)
        ]

    def _insert(self, product: str, image: dict[str, Any], position: int | None) -> None:
        images = self.products[product]
        images.insert(len(images) if position is None else position - 1, image)

    def _placed(self, product: str) -> Any:
        return [
            {**image, "position": place}
            for place, image in enumerate(self.products[product], start=1)
        ]

    def _find(self, product: str, image: Any) -> Any:
        placed = self._placed(product) if product in self.products else []
        return next((each for each in placed if same(each["id"], image)), None)


NUMBERS = ("width", "height", "position")


def same(one: Any, other: Any) -> bool:
    return one is other or (one.value if isinstance(one, New) else one) == other


def granted(version: str, data: dict[str, Any]) -> Said:
    return (
        (200, data)
        if version == "2022-01"
        else (200, {"code": "Success", "message": ANY, "data": data})
    )


def refused(version: str, status: int, *errors: str, ordered: bool = True) -> Said:
    if version == "2022-01":
        return status, {"errors": [*errors] if ordered else Bag(errors)}
    return 400, {"code": "InvalidParameter", "message": ANY}
