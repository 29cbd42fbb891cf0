"""What requests must hold and what replies show, as serializers of Django REST framework."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tests.live.omnitron.fields import Anything, Choice, Moment, Text, Truth, Whole
from tests.live.omnitron.models import (
    BatchRequest,
    Channel,
    DownloadableImage,
    ErrorReport,
    IntegrationAction,
    Kind,
    ProductImage,
)

SOURCES = ("unified", "integration", "seller_center")
STATUSES = ("initialized", "commit", "sent_to_remote", "ongoing", "done", "fail")


class Listed(serializers.ListSerializer):
    """Tells of what is wrong in a list by its place: an item that is right is an empty object."""

    def to_internal_value(self, data: Any) -> list[Any]:
        try:
            kept: list[Any] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            by_place = error.detail
            if not isinstance(data, list) and isinstance(by_place, dict):
                raise serializers.ValidationError(by_place["non_field_errors"]) from None
            if (
                isinstance(data, list)
                and isinstance(by_place, dict)
                and all(isinstance(at, int) for at in by_place)
            ):
                told = [_by_field(by_place.get(at, {})) for at in range(len(data))]
                raise serializers.ValidationError(told) from None
            raise
        return kept


def _by_field(detail: Any) -> Any:
    return {"non_field_errors": detail} if isinstance(detail, list) else detail


class LoginSerializer(serializers.Serializer):
    username = Text(least=1)
    password = Text(least=1)


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

    product = Whole()
    image = Text(least=1)
    order = Whole(required=False)
    source = Choice(choices=SOURCES, required=False, allow_null=True)
    status = Choice(choices=("active", "disabled"), required=False)
    is_active = Truth(required=False)


class DownloadSerializer(serializers.ModelSerializer):
    url = Text(least=1)
    order = Whole(default=0)
    image_type = Choice(choices=("default", "swatch"), default="default")

    class Meta:
        model = DownloadableImage
        fields = ("id", "url", "order", "image_type")
        list_serializer_class = Listed
        read_only_fields = ("id",)


class DownloadSetSerializer(serializers.Serializer):
    product_sku = Text(least=1)
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
    class Meta:
        list_serializer_class = Listed

    pk = Whole()
    failed_reason_type = Choice(
        choices=("mapping", "remote", "channel_app"), required=False, allow_null=True
    )
    remote_id = Text(required=False, allow_null=True, max_length=255)
    version_date = Moment(required=False, allow_null=True)
    content_type = Text(required=False, allow_null=True, max_length=255)


class BatchWriteSerializer(serializers.Serializer):
    channel = Whole(required=False)
    status = Choice(choices=STATUSES, required=False)
    remote_batch_id = Text(required=False, allow_null=True, max_length=255)
    content_type = Text(required=False, allow_null=True, max_length=255)
    objects = BatchObjectSerializer(many=True, required=False, allow_null=True)

    def validate_objects(self, objects: list[Any] | None) -> list[Any] | None:
        wrong = [
            {"non_field_errors": ["This field may not be null."]} if each is None else {}
            for each in objects or ()
        ]
        if any(wrong):
            raise serializers.ValidationError(wrong)
        return objects


class BatchSerializer(serializers.ModelSerializer):
    class Meta:
        model = BatchRequest
        fields = (
            *("pk", "channel", "local_batch_id", "remote_batch_id", "content_type", "status"),
            *("created_date", "modified_date"),
        )

    def to_representation(self, instance: BatchRequest) -> dict[str, Any]:
        return {**super().to_representation(instance), "objects": instance.objects_sent}


class ActionWriteSerializer(serializers.Serializer):
    channel_id = Whole(required=False)
    content_type_id = Whole(required=False)
    content_type_model = Text(required=False)
    object_id = Whole()
    remote_id = Text(required=False, allow_null=True)
    version_date = Moment(required=False, allow_null=True)
    state = Anything(required=False, allow_null=True)


class ActionCreateSerializer(ActionWriteSerializer):
    content_type = Text(required=False)
    status = Choice(choices=("processing", "success", "error"), required=False)

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
    action_content_type = Whole()
    action_object_id = Whole()
    target_content_type = Whole(required=False, allow_null=True)
    target_object_id = Anything(scalar=True, required=False, allow_null=True)
    obj_modified_date = Moment(required=False, allow_null=True)
    error_code = Text(least=1)
    error_desc = Text(least=1)
    raw_request = Text(required=False, allow_null=True)
    raw_response = Text(required=False, allow_null=True)
    is_ok = Truth(required=False)

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
