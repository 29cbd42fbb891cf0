"""The images of products: the master list, and what a channel has of them, lacks and must renew."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from tests.live.omnitron.errors import no_object
from tests.live.omnitron.lists import bare, flag, key, narrowed, ordered, paged, texts, wholes
from tests.live.omnitron.models import IntegrationAction, Product, ProductImage
from tests.live.omnitron.places import View, channel_of, found_in
from tests.live.omnitron.serializers import (
    MasterImageSerializer,
    ProductImageSerializer,
    ProductSerializer,
)

TYPES = ("-2", "-1", "0", "1", "2", "3", "4", "5")


class MasterImages(View):
    def get(self, request: Request) -> Response:
        found = narrowed(_images(), product=key(request, "product"))
        return paged(request, found, ProductImageSerializer)

    def post(self, request: Request) -> Response:
        sent = _checked(request, partial=False)
        now = timezone.now()
        made = ProductImage.objects.create(**sent, created_date=now, modified_date=now)
        return Response(ProductImageSerializer(made).data, 201)


class MasterImage(View):
    def get(self, request: Request, pk: str) -> Response:
        return Response(ProductImageSerializer(found_in(ProductImage.objects, pk)).data)

    def patch(self, request: Request, pk: str) -> Response:
        image = found_in(ProductImage.objects, pk)
        sent = _checked(request, partial=True)
        change(image, sent)
        return Response(ProductImageSerializer(image).data)

    def delete(self, request: Request, pk: str) -> Response:
        found_in(ProductImage.objects, pk).delete()
        return Response(status=204)


class ChannelProducts(View):
    """The products of a channel: each has all."""

    def get(self, request: Request, channel_id: str) -> Response:
        channel_of(channel_id)
        found = narrowed(Product.objects.all(), pk__in=wholes(request, "pk__in"))
        return paged(
            request, ordered(found, request, ProductSerializer.Meta.fields), ProductSerializer
        )


class ChannelImages(View):
    def get(self, request: Request, channel_id: str) -> Response:
        product = key(request, "product")
        several, ids = wholes(request, "product__pk__in"), wholes(request, "id__in")
        seller, types = flag(request, "is_seller_product"), texts(request, "product_type", TYPES)
        channel_of(channel_id)
        if product is not None and not Product.objects.filter(pk=product).exists():
            raise no_object("product", "pk", product)
        kept = narrowed(
            _images(), product=product, product__in=several, pk__in=ids, is_seller_product=seller
        )
        return paged(request, narrowed(kept, product_type__in=types), ProductImageSerializer)


class DetailedImages(View):
    def get(self, request: Request, channel_id: str) -> Response:
        channel_of(channel_id)
        return paged(request, _images(), ProductImageSerializer)


class ChannelImage(View):
    def get(self, request: Request, channel_id: str, id: str) -> Response:
        channel_of(channel_id)
        return Response(ProductImageSerializer(found_in(ProductImage.objects, id)).data)


class Pending(View):
    """Images that a channel lacks, or has in an older version."""

    wanted: Q

    def get(self, request: Request, channel_id: str) -> Response:
        channel = channel_of(channel_id)
        actions = IntegrationAction.objects.filter(
            channel=channel, content_type__model="productimage", object_id=OuterRef("pk")
        ).order_by("pk")
        tried = {
            name: Subquery(actions.values(name)[:1])
            for name in ("status", "remote_id", "version_date")
        }
        known = _images().annotate(**{f"tried_{name}": value for name, value in tried.items()})
        return bare(request, known.filter(self.wanted), ProductImageSerializer)


NEW = Q(tried_status=None) | Q(tried_status="error", tried_remote_id=None)
STALE = Q(tried_status="error", tried_remote_id__isnull=False) | (
    Q(tried_status="success")
    & (Q(tried_version_date=None) | Q(modified_date__gt=F("tried_version_date")))
)


class Inserts(Pending):
    wanted = NEW


class Updates(Pending):
    wanted = STALE


class InsertsOrUpdates(Pending):
    wanted = NEW | STALE


def change(image: ProductImage, values: dict[str, Any]) -> None:
    """Give an image new values, and the moment at which it got them; values that it has change
    nothing.
    """
    if all(getattr(image, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(image, name, value)
    image.modified_date = timezone.now()
    image.save()


def _images() -> QuerySet[ProductImage]:
    return ProductImage.objects.order_by("pk")


def _checked(request: Request, partial: bool) -> dict[str, Any]:
    """Return what was sent of an image, its product as product_id."""
    serializer = MasterImageSerializer(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    sent = dict(serializer.validated_data)
    if "product" in sent:
        sent["product_id"] = sent.pop("product")
        if not Product.objects.filter(pk=sent["product_id"]).exists():
            raise no_object("product", "pk", sent["product_id"])
    return sent
