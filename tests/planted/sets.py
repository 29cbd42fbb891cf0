"""Faults of what Omnitron lists: of its upserts with children, of pages and filters."""

from __future__ import annotations

from typing import Any

from tests.live.omnitron import actions, batches, downloads, images, lists
from tests.live.omnitron.models import Product
from tests.planted.calls import token_call
from tests.planted.fault import Phase, omnitron_fault

Values = dict[str, Any]
SETS = "/api/i1/downloadable_image/"
IMAGES = "/api/v1/product_image/"
BATCHES = "/api/v1/channel/5/batch_requests/"
ACTIONS = "/api/v1/channel/5/integration_actions/"
SKU = "1182701025"
ONE = {"product_sku": SKU, "images": [{"url": "https://url/image1.png"}]}
ACT = {"content_type_model": "productimage", "object_id": 1}
_replace, _narrowed, _texts, _bare = downloads.replace, lists.narrowed, lists.texts, lists.bare
_paginate = lists.Pages.paginate_queryset


def _keep_omitted(product: Product, sent: list[Values]) -> None:
    kept = product.downloads.exclude(url__in=[image["url"] for image in sent])
    _replace(product, [*sent, *kept.values("url", "order", "image_type")])


def _make_anew(product: Product, sent: list[Values]) -> None:
    product.downloads.all().delete()
    _replace(product, sent)


def _first_wins(product: Product, sent: list[Values]) -> None:
    known = {each["url"]: each for each in product.downloads.values("url", "order", "image_type")}
    _replace(product, [known.get(image["url"], image) for image in sent])


def _fold_case(product: Product, sent: list[Values]) -> None:
    _replace(
        product,
        list(
            {
                image["url"].lower(): {**image, "url": image["url"].lower()} for image in sent
            }.values()
        ),
    )


def _overlapping(pages: Any, found: Any, request: Any, view: Any = None) -> Any:
    page = _paginate(pages, found, request, view)
    number, size = pages.page.number, pages.get_page_size(request)
    return page if number == 1 else list(found[(number - 1) * size - 1 : number * size - 1])


def _bare_with_a_gap(request: Any, found: Any, serializer: Any) -> Any:
    later = request.query_params.get("page", "1") != "1"
    return _bare(request, found.filter(pk__gt=2) if later else found, serializer)


def _of_this_page(pages: Any, data: Any) -> Any:
    links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
    return images.Response({"count": len(data), **links, "results": data})


def _narrowed_loosely(found: Any, **values: Any) -> Any:
    """Find a content type in any case, and all that begin so."""
    loose = {"content_type": "content_type__istartswith"}
    return _narrowed(found, **{loose.get(name, name): value for name, value in values.items()})


def _last_text(request: Any, name: str, known: Any = None) -> Any:
    found = _texts(request, name, known)
    return found[-1:] if found else found


FAULTS = (
    omnitron_fault(
        "keeps-omitted",
        "Images that are not sent stay.",
        "upsert",
        {(downloads, "replace"): _keep_omitted},
        token_call("POST", SETS, ONE),
    ),
    omnitron_fault(
        "makes-anew",
        "Images that stay get new ids.",
        "upsert",
        {(downloads, "replace"): _make_anew},
        token_call("POST", SETS, ONE),
    ),
    omnitron_fault(
        "first-wins",
        "Images that are there stay as they are.",
        "upsert",
        {(downloads, "replace"): _first_wins},
        token_call("POST", SETS, ONE),
    ),
    omnitron_fault(
        "folds-case",
        "URLs are kept in small letters.",
        "upsert",
        {(downloads, "replace"): _fold_case},
        token_call(
            "POST", SETS, {"product_sku": SKU, "images": [{"url": "https://url/IMAGE1.png"}]}
        ),
        phase=Phase.MACHINE,
    ),
    omnitron_fault(
        "shows-nothing",
        "Downloadable images do not become images of the product.",
        "upsert",
        {(downloads, "_show"): lambda download: None},
        token_call("POST", SETS, {"product_sku": SKU, "images": [{"url": "https://url/new.png"}]}),
        token_call("GET", IMAGES),
        phase=Phase.MACHINE,
    ),
    omnitron_fault(
        "pages-overlap",
        "A page begins with the last record of the one before it.",
        "pages",
        {(lists.Pages, "paginate_queryset"): _overlapping},
        token_call("GET", f"{IMAGES}?limit=2&page=2"),
    ),
    omnitron_fault(
        "pages-gap",
        "Later pages of what a channel lacks leave records out.",
        "pages",
        {(images, "bare"): _bare_with_a_gap},
        token_call("GET", "/api/v1/channel/5/product_images/inserts/?limit=1&page=2"),
    ),
    omnitron_fault(
        "count-of-page",
        "The count is that of the page.",
        "pages",
        {(lists.Pages, "get_paginated_response"): _of_this_page},
        token_call("GET", f"{IMAGES}?limit=2"),
    ),
    omnitron_fault(
        "filter-ignored",
        "Lists of ids do not narrow the images of a channel.",
        "filters",
        {(images, "wholes"): lambda request, name: None},
        token_call("GET", "/api/v1/channel/5/product_images/?id__in=1,2"),
    ),
    omnitron_fault(
        "filter-last",
        "Of several statuses the last one alone is looked for.",
        "filters",
        {(actions, "texts"): _last_text},
        token_call("POST", ACTIONS, ACT),
        token_call("GET", f"{ACTIONS}?status=success&status=error"),
        phase=Phase.MACHINE,
    ),
    omnitron_fault(
        "filter-loose",
        "A content type is found by its beginning, in any case.",
        "filters",
        {(batches, "narrowed"): _narrowed_loosely},
        token_call("POST", BATCHES, {"channel": 5}),
        token_call("PATCH", f"{BATCHES}1/", {"content_type": "productimage"}),
        token_call("GET", f"{BATCHES}?content_type=PRODUCT"),
        phase=Phase.MACHINE,
    ),
)
