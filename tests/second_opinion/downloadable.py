"""Omnitron's downloadable images as the vendor's page tells: all images of a SKU are sent in one
request.

What is in the request and in the store keeps its id and takes order and type of the request; what
is only in the request is made; what is only in the store goes. If one image is wrong, or cannot be
loaded, nothing changes. Numbers may come as text, and a SKU as a number.
"""

from __future__ import annotations

from typing import Any

from tests.second_opinion.made import ANY, New, known

REQUIRED = "This field is required."
NO_URL = "Enter a valid URL."
UNREACHABLE = "The resource could not be downloaded."
BLANK = "This field may not be blank."
TYPES = ("default", "swatch")
Said = tuple[int, Any]


class Downloads:
    """The images of each SKU, and the SKUs that products have."""

    def __init__(self, products: set[str], images: dict[str, list[dict[str, Any]]]) -> None:
        self.products = products
        self.images = images
        self.ids = {str(image["id"]) for kept in images.values() for image in kept}

    def send(self, body: dict[str, Any]) -> Said:
        """Make the images of a SKU those that are sent."""
        wrong = refusals(body)
        if wrong:
            return 400, wrong
        sku, sent = str(body["product_sku"]), body["images"]
        if sku not in self.products:
            return 400, {"product_sku": [f"Object with sku={sku} does not exist."]}
        urls = [image["url"] for image in sent]
        if len(set(urls)) < len(urls):
            return 400, ANY
        lost = [{"url": [UNREACHABLE]} if ".invalid/" in url else {} for url in urls]
        if any(lost):
            return 400, {"images": lost}
        kept = {image["url"]: image["id"] for image in self.images.get(sku, [])}
        made = [self._made(image, kept.get(image["url"])) for image in sent]
        made.sort(key=lambda image: (image["order"], self._age(image)))
        self.images.pop(sku, None)
        if made:
            self.images[sku] = made
        return 200, {"product_sku": sku, "images": made}

    def list(self, root: str, query: dict[str, Any]) -> Said:
        """List the SKUs that have images, a page at a time."""
        number, limit = query.get("page", 1), query.get("limit", 10)
        if number < 1 or limit < 1:
            return 400, ANY
        skus = [sku for sku in sorted(self.images) if (query.get("product_sku") or sku) == sku]
        start = (number - 1) * limit
        if number > 1 and start >= len(skus):
            return 404, {"detail": "Invalid page.", "code": "not_found"}
        results = [
            {"product_sku": sku, "images": self.images[sku]} for sku in skus[start : start + limit]
        ]
        beside = {
            "next": link(root, query, number + 1) if start + limit < len(skus) else None,
            "previous": link(root, query, number - 1) if number > 1 else None,
        }
        return 200, {"count": len(skus), **beside, "results": results}

    def _made(self, sent: dict[str, Any], key: Any) -> dict[str, Any]:
        """Return an image with the id it had; an order or type that is not sent is the default,
        also on update.
        """
        return {
            "id": New(r"\d+", self.ids) if key is None else key,
            "url": sent["url"],
            "order": int(sent.get("order", 0)),
            "image_type": sent.get("image_type", "default"),
        }

    def _age(self, image: dict[str, Any]) -> tuple[bool, int]:
        """Return what orders images by id: those without one yet come last, as they are sent."""
        key = known(image["id"])
        return (False, key) if isinstance(key, int) else (True, 0)


def refusals(body: dict[str, Any]) -> dict[str, Any]:
    """Return what is wrong, by property; an image that is right is an empty object."""
    wrong: dict[str, Any] = {}
    if "product_sku" not in body:
        wrong["product_sku"] = [REQUIRED]
    elif body["product_sku"] == "":
        wrong["product_sku"] = [BLANK]
    if "images" not in body:
        wrong["images"] = [REQUIRED]
    elif any(each := [refused(image) for image in body["images"]]):
        wrong["images"] = each
    return wrong


def refused(image: dict[str, Any]) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if "url" not in image:
        wrong["url"] = [REQUIRED]
    elif image["url"] == "":
        wrong["url"] = [BLANK]
    elif "://" not in image["url"]:
        wrong["url"] = [NO_URL]
    if not str(image.get("order", 0)).isdecimal():
        wrong["order"] = ["A valid integer is required."]
    if image.get("image_type", "default") not in TYPES:
        wrong["image_type"] = [f'"{image["image_type"]}" is not a valid choice.']
    return wrong


def link(root: str, query: dict[str, Any], page: int) -> str:
    """Return the absolute URL of another page: the parameters by name, with its number; the first
    page has none.
    """
    asked = {name: value for name, value in query.items() if name != "page"}
    asked |= {"page": page} if page > 1 else {}
    spelled = "&".join(f"{name}={asked[name]}" for name in sorted(asked))
    return f"{root}?{spelled}" if spelled else root
