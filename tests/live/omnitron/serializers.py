"""What requests must hold and what replies show, as serializers of Django REST framework."""

from __future__ import annotations

import re
from typing import Any

from django.core.validators import URLValidator
from rest_framework import serializers

from tests.live.omnitron.models import (
    BatchRequest,
    Channel,
    DownloadableImage,
    ErrorReport,
    IntegrationAction,
    Kind,
    Product,
    ProductImage,
)

SOURCES = ("unified", "integration", "seller_center")
BIG = {"min_value": -(2**63), "max_value": 2**63 - 1}
"""What a column of 64 bits holds; the serializer of a model says the same of it."""
UNSET = {"required": False, "allow_null": True}
EMPTY = {**UNSET, "allow_blank": True}
STATUSES = ("initialized", "commit", "sent_to_remote", "ongoing", "done", "fail")


class Listed(serializers.ListSerializer):
    """Tells of what is wrong in a list by its place, as all older releases do: what is right is an
    empty object.
    """

    def to_internal_value(self, data: Any) -> list[Any]:
        try:
            kept: list[Any] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            wrong = error.detail
            if isinstance(wrong, list) or "non_field_errors" in wrong:
                raise
            size = len(data) if isinstance(data, list) else max(wrong) + 1
            raise serializers.ValidationError(
                [wrong.get(place, {}) for place in range(size)]
            ) from None
        return kept


class Address(URLValidator):
    """A URL whose host may be of one label, for the host of the page's own examples is `url`."""

    regex = re.compile(
        URLValidator.regex.pattern.replace("|localhost)", f"|{URLValidator.hostname_re})"),
        re.IGNORECASE,
    )


class LoginSerializer(serializers.Serializer):
    username = serializers.CharField()
    password = serializers.CharField()


class ChannelSerializer(serializers.ModelSerializer):
    class Meta:
        model = Channel
        fields = (
            "pk",
            "name",
            "channel_type",
            "is_active",
            "conf",
            "created_date",
            "modified_date",
        )


class KindSerializer(serializers.ModelSerializer):
    class Meta:
        model = Kind
        fields = ("id", "app_label", "model")


class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ("pk", "sku", "name")


class ProductImageSerializer(serializers.ModelSerializer):
    """An image as it is shown."""

    object_id = serializers.IntegerField(source="product_id")
    content_type = serializers.SerializerMethodField()

    class Meta:
        model = ProductImage
        fields = (
            *(
                "pk",
                "product",
                "image",
                "order",
                "source",
                "modified_date",
                "created_date",
                "height",
                "width",
            ),
            *("hash", "status", "is_active", "object_id", "content_type"),
        )

    def get_content_type(self, image: ProductImage) -> str:
        return "product"


class MasterImageSerializer(serializers.Serializer):
    """An image as it is written."""

    product = serializers.IntegerField(**BIG)
    image = serializers.CharField()
    order = serializers.IntegerField(**BIG, required=False)
    source = serializers.ChoiceField(choices=SOURCES, **UNSET)
    status = serializers.ChoiceField(choices=("active", "disabled"), required=False)
    is_active = serializers.BooleanField(required=False)


class DownloadSerializer(serializers.ModelSerializer):
    url = serializers.CharField(validators=[Address()])
    order = serializers.IntegerField(**BIG, default=0)
    image_type = serializers.ChoiceField(choices=("default", "swatch"), default="default")

    class Meta:
        model = DownloadableImage
        fields = ("id", "url", "order", "image_type")
        list_serializer_class = Listed
        read_only_fields = ("id",)


class DownloadSetSerializer(serializers.Serializer):
    product_sku = serializers.CharField()
    images = DownloadSerializer(many=True)

    def validate_images(self, images: list[dict[str, Any]]) -> list[dict[str, Any]]:
        urls = [image["url"] for image in images]
        wrong = [
            {"url": ["This field must be unique."]} if url in urls[:at] else {}
            for at, url in enumerate(urls)
        ]
        if any(wrong):
            raise serializers.ValidationError(wrong)
        return images


class BatchObjectSerializer(serializers.Serializer):
    pk = serializers.IntegerField(**BIG)
    failed_reason_type = serializers.ChoiceField(
        choices=("mapping", "remote", "channel_app"), **UNSET
    )
    remote_id = serializers.CharField(**EMPTY, max_length=255)
    version_date = serializers.DateTimeField(**UNSET)
    content_type = serializers.CharField(**EMPTY, max_length=255)


class BatchWriteSerializer(serializers.Serializer):
    channel = serializers.IntegerField(**BIG, required=False)
    status = serializers.ChoiceField(choices=STATUSES, required=False)
    remote_batch_id = serializers.CharField(**EMPTY, max_length=255)
    content_type = serializers.CharField(**EMPTY, max_length=255)
    objects = Listed(child=BatchObjectSerializer(), **UNSET)


class BatchSerializer(serializers.ModelSerializer):
    objects = serializers.JSONField(source="objects_sent")

    class Meta:
        model = BatchRequest
        fields = (
            *("pk", "channel", "local_batch_id", "remote_batch_id", "content_type", "status"),
            *("objects", "created_date", "modified_date"),
        )


class ActionWriteSerializer(serializers.Serializer):
    channel_id = serializers.IntegerField(**BIG, required=False)
    content_type_id = serializers.IntegerField(**BIG, required=False)
    content_type_model = serializers.CharField(required=False, allow_blank=True)
    object_id = serializers.IntegerField(**BIG)
    remote_id = serializers.CharField(**EMPTY)
    version_date = serializers.DateTimeField(**UNSET)
    state = serializers.JSONField(**UNSET)


class ActionCreateSerializer(ActionWriteSerializer):
    content_type = serializers.CharField(required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=("processing", "success", "error"), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not {"content_type_id", "content_type_model", "content_type"} & attrs.keys():
            raise serializers.ValidationError({"content_type_id": ["This field is required."]})
        return attrs


class ActionSerializer(serializers.ModelSerializer):
    content_type = KindSerializer()

    class Meta:
        model = IntegrationAction
        fields = (
            *("pk", "channel", "content_type", "object_id", "remote_id", "version_date", "state"),
            *("local_batch_id", "status"),
        )


class ErrorReportSerializer(serializers.ModelSerializer):
    action_content_type = serializers.IntegerField(**BIG)
    action_object_id = serializers.IntegerField(**BIG)
    target_content_type = serializers.IntegerField(**BIG, **UNSET)
    target_object_id = serializers.JSONField(**UNSET)
    obj_modified_date = serializers.DateTimeField(**UNSET)
    error_code = serializers.CharField()
    error_desc = serializers.CharField()
    raw_request = serializers.CharField(**EMPTY)
    raw_response = serializers.CharField(**EMPTY)
    is_ok = serializers.BooleanField(required=False)

    class Meta:
        model = ErrorReport
        fields = (
            *(
                "id",
                "channel",
                "action_content_type",
                "action_object_id",
                "target_content_type",
                "target_object_id",
            ),
            *(
                "obj_modified_date",
                "error_code",
                "error_desc",
                "raw_request",
                "raw_response",
                "is_ok",
            ),
            *("created_date", "modified_date"),
        )
        read_only_fields = ("channel", "created_date", "modified_date")
