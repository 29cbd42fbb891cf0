"""The downloadable images of SKUs: all of a SKU are sent at once, and each becomes an image of its
product.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from tests.live.omnitron.errors import no_object
from tests.live.omnitron.images import change
from tests.live.omnitron.lists import narrowed, paged, text
from tests.live.omnitron.models import DownloadableImage, Product, ProductImage
from tests.live.omnitron.places import View
from tests.live.omnitron.serializers import DownloadSerializer, DownloadSetSerializer

Image = dict[str, Any]
UNREACHABLE = ".invalid"
"""The top-level domain in which no host ever is (RFC 2606)."""


class SetSerializer(Serializer):
    """A product as the set of its downloadable images."""

    def to_representation(self, instance: Product) -> dict[str, Any]:
        return {
            "product_sku": instance.sku,
            "images": DownloadSerializer(instance.downloads.all(), many=True).data,
        }


class Downloads(View):
    def get(self, request: Request) -> Response:
        sets = Product.objects.filter(downloads__isnull=False).distinct().order_by("sku")
        return paged(request, narrowed(sets, sku=text(request, "product_sku")), SetSerializer)

    def post(self, request: Request) -> Response:
        serializer = DownloadSetSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sku = serializer.validated_data["product_sku"]
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            raise no_object("product_sku", "sku", sku)
        images = serializer.validated_data["images"]
        _check_reachable(images)
        replace(product, images)
        return Response(SetSerializer(product).data)


def _check_reachable(images: list[Image]) -> None:
    """Raise ValidationError for images that cannot be loaded. Nothing is loaded: `.invalid` is
    where nothing can be.
    """
    lost = [(urlsplit(image["url"]).hostname or "").endswith(UNREACHABLE) for image in images]
    if any(lost):
        said = {"url": ["The resource could not be downloaded."]}
        raise ValidationError({"images": [said if is_lost else {} for is_lost in lost]})


def replace(product: Product, images: list[Image]) -> None:
    """Make the images of a product those that are sent; what stays keeps its id."""
    product.downloads.exclude(url__in=[image["url"] for image in images]).delete()
    kept = {download.url: download for download in product.downloads.all()}
    unshown = []
    for image in images:
        download = kept.get(image["url"]) or DownloadableImage(product=product, url=image["url"])
        if _is_shown(download) and all(
            getattr(download, name) == value for name, value in image.items()
        ):
            continue
        download.order, download.image_type = image["order"], image["image_type"]
        download.save()
        unshown.append(download)
    for download in sorted(unshown, key=lambda each: (each.order, each.pk)):
        _show(download)


def _is_shown(download: DownloadableImage) -> bool:
    """Say whether the product has the image; it may have been deleted there."""
    return ProductImage.objects.filter(download_id=download.pk).exists() if download.pk else False


def _show(download: DownloadableImage) -> None:
    """Let the image of the product be as the downloadable one is."""
    product, order, url = download.product_id, download.order, download.url
    values = {"product_id": product, "order": order, "image": url, "source": "integration"}
    shown = ProductImage.objects.filter(download=download).first()
    if shown is None:
        now = timezone.now()
        ProductImage.objects.create(
            **values, download=download, created_date=now, modified_date=now
        )
    else:
        change(shown, values)
