"""Where hostile requests go: operations of each API with a request that each would answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.hostile.wire import Pairs, Wire, body

_SHOP = ((b"x-api-key", b"bookshop-key"),)
_OMNI = ((b"authorization", b"Token f532e28df6e4d5fa4648a812018876da1bb9332d"),)
_BIG = ((b"x-auth-token", b"tok"),)
_BASIC = ((b"authorization", b"Basic YWRtaW46a2V5"),)
_PLAZZA = ((b"access-token", b"tok"),)
_ITEM = "/products/3f7c1e52-9d0a-4a7b-8f43-2f1d5b0c9a01/images/0cb0ab8b-2f7b-4c9e-8d7e-6a2f6f0f3d11"
_NEW = {
    "image": {"src": "https://cdn.example.com/new.jpg", "alt": "New", "width": 640, "height": 480}
}
_BATCH = {"channel": 5}


@dataclass(frozen=True, slots=True)
class Spot:
    """An operation of an API by its label, and a request that it answers with success. `takes`
    names the cases that the framework of the API reads as bodies in which nothing is known, where
    nothing is required.
    """

    api: str
    label: str
    path: str
    credentials: Pairs
    value: Any = None
    takes: frozenset[str] = frozenset()

    @property
    def writes(self) -> bool:
        """Whether the operation takes a body."""
        return self.value is not None

    @property
    def wire(self) -> Wire:
        plain = Wire(self.label.partition(" ")[0], self.path.encode(), b"", self.credentials)
        return body(json.dumps(self.value).encode())(plain) if self.writes else plain

    def __str__(self) -> str:
        return f"{self.api} {self.label.partition(' ')[0]} {self.path}"


TAKEN_BY_DJANGO = frozenset(
    {
        "an empty body that is told",
        "no element",
        "a form of percents",
        "100,000 brackets in a form",
        "a part that does not end",
        "half a head",
        "parts in parts",
        "a file name that climbs",
    }
)
"""What Django and its REST framework read as a form or a body without a field."""
_BIG_ITEM = "/products/{product_id}/images/{id}"
_PLAZZA_ALL = "/openapi/2022-01/products/{product_id}/images"
_LATER_ALL = "/openapi/{version}/products/{product_id}/images"
_CHANNEL = "/api/v1/channel/{channel_id}"

SPOTS = (
    Spot("bookshop", "GET /shelves/{shelf_id}/books", "/shelves/1/books", _SHOP),
    Spot("bookshop", "GET /shelves/{shelf_id}/books/{book_id}", "/shelves/1/books/2", _SHOP),
    Spot("bookshop", "POST /shelves", "/shelves", _SHOP, {"name": "Poetry"}),
    Spot(
        "bookshop",
        "POST /shelves/{shelf_id}/books",
        "/shelves/1/books",
        _SHOP,
        {"title": "Emma", "pages": 9},
    ),
    Spot(
        "bookshop",
        "PUT /shelves/{shelf_id}/books/{book_id}",
        "/shelves/1/books/2",
        _SHOP,
        {"title": "Emma"},
    ),
    Spot(
        "bookshop",
        "PATCH /shelves/{shelf_id}/books/{book_id}",
        "/shelves/1/books/2",
        _SHOP,
        {"in_stock": True},
    ),
    Spot("bookshop", "DELETE /shelves/{shelf_id}/books/{book_id}", "/shelves/1/books/2", _SHOP),
    Spot("omnitron", f"GET {_CHANNEL}/product_images/", "/api/v1/channel/5/product_images/", _OMNI),
    Spot(
        "omnitron",
        f"GET {_CHANNEL}/product_images/inserts/",
        "/api/v1/channel/5/product_images/inserts/",
        _OMNI,
    ),
    Spot(
        "omnitron",
        "PATCH /api/v1/product_image/{pk}/",
        "/api/v1/product_image/1/",
        _OMNI,
        {"order": 9},
        TAKEN_BY_DJANGO,
    ),
    Spot(
        "omnitron",
        f"POST {_CHANNEL}/batch_requests/",
        "/api/v1/channel/5/batch_requests/",
        _OMNI,
        _BATCH,
    ),
    Spot(
        "omnitron",
        "POST /api/v1/auth/login/",
        "/api/v1/auth/login/",
        (),
        {"username": "u", "password": "p"},
    ),
    Spot("omnitron", "GET /api/i1/downloadable_image/", "/api/i1/downloadable_image/", _OMNI),
    Spot(
        "omnitron",
        "POST /api/i1/downloadable_image/",
        "/api/i1/downloadable_image/",
        _OMNI,
        {"product_sku": "1182701025", "images": [{"url": "https://url/image1.png", "order": 0}]},
    ),
    Spot(
        "bigcommerce-v2",
        "GET /products/{product_id}/images",
        "/stores/abc123/v2/products/32/images",
        _BIG,
    ),
    Spot("bigcommerce-v2", f"GET {_BIG_ITEM}", "/stores/abc123/v2/products/32/images/247", _BIG),
    Spot(
        "bigcommerce-v2",
        "POST /products/{product_id}/images",
        "/stores/abc123/v2/products/29/images",
        _BIG,
        {"image_file": "http://example.com/a.jpg"},
    ),
    Spot(
        "bigcommerce-v2",
        f"PUT {_BIG_ITEM}",
        "/stores/abc123/v2/products/30/images/118",
        _BIG,
        {"sort_order": 1},
    ),
    Spot(
        "bigcommerce-v2",
        f"PUT {_BIG_ITEM}",
        "/api/v2/products/30/images/118",
        _BASIC,
        {"sort_order": 1},
    ),
    Spot("bigcommerce-v2", f"DELETE {_BIG_ITEM}", "/stores/abc123/v2/products/30/images/118", _BIG),
    Spot("shoplazza", f"GET {_PLAZZA_ALL}", f"/openapi/2022-01{_ITEM.rpartition('/')[0]}", _PLAZZA),
    Spot(
        "shoplazza",
        f"POST {_PLAZZA_ALL}",
        f"/openapi/2022-01{_ITEM.rpartition('/')[0]}",
        _PLAZZA,
        _NEW,
    ),
    Spot("shoplazza", f"PUT {_PLAZZA_ALL}/{{image_id}}", f"/openapi/2022-01{_ITEM}", _PLAZZA, _NEW),
    Spot("shoplazza", f"DELETE {_PLAZZA_ALL}/{{image_id}}", f"/openapi/2022-01{_ITEM}", _PLAZZA),
    Spot("shoplazza", f"GET {_LATER_ALL}", f"/openapi/2026-01{_ITEM.rpartition('/')[0]}", _PLAZZA),
    Spot(
        "shoplazza",
        f"POST {_LATER_ALL}",
        f"/openapi/2026-01{_ITEM.rpartition('/')[0]}",
        _PLAZZA,
        _NEW,
    ),
    Spot("shoplazza", f"PUT {_LATER_ALL}/{{image_id}}", f"/openapi/2026-01{_ITEM}", _PLAZZA, _NEW),
)
