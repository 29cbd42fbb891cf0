"""The products that the images of a channel belong to."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tests.live.omnitron.lists import narrowed, ordered, paged, wholes
from tests.live.omnitron.models import Product
from tests.live.omnitron.places import View, channel_of


class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ("pk", "sku", "name")


class ChannelProducts(View):
    """All products: each channel has them."""

    def get(self, request: Request, channel_id: str) -> Response:
        several = wholes(request, "pk__in")
        channel_of(channel_id)
        found = narrowed(Product.objects.all(), pk__in=several)
        return paged(request, ordered(found, request, ProductSerializer.Meta.fields), ProductSerializer)
