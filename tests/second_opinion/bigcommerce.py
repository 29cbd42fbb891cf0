"""BigCommerce v2 product images as the vendor's page and the notes on it tell, written as plain
lists.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from tests.second_opinion.made import ANY, New, Some, known

MOMENT = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"
READ_ONLY = ("id", "product_id", "date_created")
"""Properties that are refused when they are sent [page]."""
IGNORED = ("zoom_url", "thumbnail_url", "standard_url", "tiny_url", "date_modified", "is_sample")
"""What else a read image carries: it may be sent back, and changes nothing [client]."""
WRITABLE = ("image_file", "is_thumbnail", "sort_order", "description")
NOT_FOUND = 404, [{"status": 404, "message": "The requested resource was not found."}]
NOTHING = 204, None
Said = tuple[int, Any]
Sent = dict[str, Any]


class Store:
    """All images, lowest id first."""

    def __init__(self, products: set[int], images: list[dict[str, Any]]) -> None:
        self.products = products
        self.images = images
        self.ids = {str(image["id"]) for image in images}

    def list(self, product: int | None, query: Sent) -> Said:
        """List the images of a product, or of the store; an empty list, or page, is 204."""
        wrong = self._refused_list(product, query)
        if wrong:
            return wrong
        return (200, page) if (page := self._page(product, query)) else NOTHING

    def count(self, product: int | None) -> Said:
        if product is not None and product not in self.products:
            return NOT_FOUND
        return 200, {"count": len(self._of(product))}

    def read(self, product: int, key: int) -> Said:
        found = self._find(product, key)
        return (200, found) if found else NOT_FOUND

    def create(self, product: int, sent: Sent) -> Said:
        if product not in self.products:
            return NOT_FOUND
        wrong = refusals(sent)
        if "image_file" not in sent:
            wrong.append("The required field 'image_file' was not supplied.")
        if wrong:
            return bad(wrong)
        key = New(r"\d+", self.ids)
        image = Some(
            {
                "id": key,
                "product_id": product,
                "is_thumbnail": False,
                "sort_order": 0,
                "description": "",
            }
        )
        image |= {name: sent[name] for name in WRITABLE if name in sent}
        image |= {**stored(sent["image_file"]), "date_created": New(MOMENT)}
        self.images.append(image)
        self._one_thumbnail(image)
        return 201, image

    def update(self, product: int, key: int, sent: Sent) -> Said:
        """Change what is sent; one thumbnail a product; a raised sort order makes way for
        itself.
        """
        image = self._find(product, key)
        if not image:
            return NOT_FOUND
        wrong = refusals(sent)
        if wrong:
            return bad(wrong)
        before = image["sort_order"]
        image |= {name: sent[name] for name in WRITABLE if name in sent}
        if "image_file" in sent:
            image |= stored(sent["image_file"])
        self._one_thumbnail(image)
        if image["sort_order"] > before:
            for other in self._of(product):
                if other is not image and other["sort_order"] >= image["sort_order"]:
                    other["sort_order"] += 1
        return 200, image

    def delete(self, product: int, key: int) -> Said:
        found = self._find(product, key)
        if not found:
            return NOT_FOUND
        self.images = [image for image in self.images if image is not found]
        return NOTHING

    def delete_page(self, product: int, query: Sent) -> Said:
        """Delete the images of the selected page, by default the first fifty."""
        wrong = self._refused_list(product, query)
        if wrong:
            return wrong
        gone = self._page(product, query)
        self.images = [image for image in self.images if not any(image is each for each in gone)]
        return NOTHING

    def _of(self, product: int | None) -> Any:
        return [image for image in self.images if product in (None, image["product_id"])]

    def _find(self, product: int, key: int) -> Any:
        return next((image for image in self._of(product) if known(image["id"]) == key), None)

    def _page(self, product: int | None, query: Sent) -> Any:
        limit = query.get("limit", 50)
        start = (query.get("page", 1) - 1) * limit
        return self._of(product)[start : start + limit]

    def _refused_list(self, product: int | None, query: Sent) -> Said | None:
        strange = [name for name in query if name not in ("page", "limit")]
        if strange:
            return bad(
                [f"The field '{name}' is not supported by this resource." for name in strange]
            )
        if query.get("limit", 1) < 1 or query.get("page", 1) < 1:
            return 400, ANY
        if query.get("limit", 50) > 250:
            return 413, [{"status": 413, "message": "The limit is larger than 250."}]
        return NOT_FOUND if product is not None and product not in self.products else None

    def _one_thumbnail(self, image: dict[str, Any]) -> None:
        for other in self._of(image["product_id"]):
            if other is not image and image["is_thumbnail"]:
                other["is_thumbnail"] = False


def stored(file: str) -> dict[str, Any]:
    """Return what the server makes of a file: a name that has the original one in it, and four
    addresses.
    """
    name = PurePosixPath(urlsplit(file).path)
    stem = re.escape(name.stem)
    made = {"image_file": New(rf"\w/\d{{3}}/{stem}__\d{{5}}{re.escape(name.suffix)}")}
    sizes = {
        "zoom": r"1280\.1280",
        "thumbnail": r"386\.513",
        "standard": r"220\.290",
        "tiny": r"44\.58",
    }
    made |= {f"{size}_url": New(rf"https://.*{stem}.*\.{form}\..*") for size, form in sizes.items()}
    return made


def refusals(sent: Sent) -> list[Any]:
    """Return what is wrong with a body: read-only and unknown properties, files that are no
    pictures.
    """
    wrong: list[Any] = []
    for name in sent:
        if name in READ_ONLY:
            wrong.append(
                f"The field '{name}' cannot be written to. Please remove it from your request before trying again."
            )
        elif name not in (*WRITABLE, *IGNORED):
            wrong.append(f"The field '{name}' is not supported by this resource.")
        elif name == "image_file" and sent[name].endswith(".txt") and "://" not in sent[name]:
            reason = f"The file '{sent[name]}' is missing or is not usable by this resource."
            wrong.append(
                {
                    "message": "The field 'image_file' is invalid.",
                    "details": {"invalid_reason": reason},
                }
            )
    return wrong


def bad(wrong: list[Any]) -> Said:
    """Return a refusal; of several reasons only that there are some is compared."""
    if len(wrong) > 1:
        return 400, ANY
    told = wrong[0] if isinstance(wrong[0], dict) else {"message": wrong[0]}
    return 400, [{"status": 400, **told}]
