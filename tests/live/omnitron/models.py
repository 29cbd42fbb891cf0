"""What Omnitron keeps, as Django models."""

from __future__ import annotations

import uuid

from django.db import models
from rest_framework.utils.encoders import JSONEncoder


class Channel(models.Model):
    name = models.TextField()
    channel_type = models.TextField()
    is_active = models.BooleanField()
    conf = models.JSONField()
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()


class Kind(models.Model):
    """A content type: a sort of object that a channel can have."""

    app_label = models.TextField()
    model = models.TextField()


class Product(models.Model):
    sku = models.TextField(unique=True)
    name = models.TextField()


class DownloadableImage(models.Model):
    """A picture at a URL that belongs to a SKU; each is shown in the channels as a product
    image.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="downloads")
    url = models.TextField()
    order = models.BigIntegerField(default=0)
    image_type = models.TextField(default="default")

    class Meta:
        ordering = ("order", "id")
        constraints = (models.UniqueConstraint(fields=["product", "url"], name="one_url"),)


class ProductImage(models.Model):
    product = models.ForeignKey(Product, models.CASCADE)
    image = models.TextField()
    order = models.BigIntegerField(default=0)
    source = models.TextField(null=True)
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    height = models.IntegerField(null=True)
    width = models.IntegerField(null=True)
    hash = models.TextField(null=True)
    status = models.TextField(default="active")
    is_active = models.BooleanField(default=True)
    is_seller_product = models.BooleanField(default=False)
    product_type = models.TextField(default="0")
    download = models.OneToOneField(DownloadableImage, models.CASCADE, null=True)


class BatchRequest(models.Model):
    channel = models.ForeignKey(Channel, models.CASCADE)
    local_batch_id = models.UUIDField(default=uuid.uuid4)
    remote_batch_id = models.TextField(null=True)
    content_type = models.TextField(null=True)
    status = models.TextField(default="initialized")
    objects_sent = models.JSONField(null=True, encoder=JSONEncoder)
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()


class IntegrationAction(models.Model):
    """That a channel has, or tried to get, a version of an object."""

    channel = models.ForeignKey(Channel, models.CASCADE)
    content_type = models.ForeignKey(Kind, models.CASCADE)
    object_id = models.BigIntegerField()
    remote_id = models.TextField(null=True)
    version_date = models.DateTimeField(null=True)
    state = models.JSONField(null=True)
    local_batch_id = models.TextField(null=True)
    status = models.TextField(default="success")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "content_type", "object_id"], name="one_action"
            ),
        )


class ErrorReport(models.Model):
    channel = models.ForeignKey(Channel, models.CASCADE)
    action_content_type = models.BigIntegerField()
    action_object_id = models.BigIntegerField()
    target_content_type = models.BigIntegerField(null=True)
    target_object_id = models.JSONField(null=True)
    obj_modified_date = models.DateTimeField(null=True)
    error_code = models.TextField()
    error_desc = models.TextField()
    raw_request = models.TextField(null=True)
    raw_response = models.TextField(null=True)
    is_ok = models.BooleanField(default=False)
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
