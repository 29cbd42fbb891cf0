"""The batches of a channel: opened, committed, sent, and done or failed; and what each move claims and settles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import IntegerField, Serializer

from tests.live.omnitron.errors import IllegalMove, no_object
from tests.live.omnitron.lists import narrowed, number, ordered, paged, text, texts
from tests.live.omnitron.models import BatchRequest, Channel, IntegrationAction, Kind, ProductImage
from tests.live.omnitron.places import View, channel_of, found_in
from tests.live.omnitron.serializers import BIG, STATUSES, BatchSerializer, BatchWriteSerializer

MOVES = {
    "initialized": ("commit", "done", "fail"),
    "commit": ("commit", "sent_to_remote", "done", "fail"),
    "sent_to_remote": ("ongoing", "done", "fail"),
    "ongoing": ("done", "fail"),
}
SORTS = (
    "pk",
    "channel",
    "local_batch_id",
    "remote_batch_id",
    "content_type",
    "status",
    "created_date",
    "modified_date",
)


class BatchOpenSerializer(Serializer):
    channel = IntegerField(**BIG)


class Batches(View):
    def get(self, request: Request, channel_id: str) -> Response:
        wanted = {
            "status__in": texts(request, "status", STATUSES),
            "content_type": text(request, "content_type"),
            "channel_id": number(request, "channel"),
        }
        found = narrowed(BatchRequest.objects.filter(channel=channel_of(channel_id)), **wanted)
        return paged(request, ordered(found, request, SORTS), BatchSerializer)

    def post(self, request: Request, channel_id: str) -> Response:
        channel = channel_of(channel_id)
        BatchOpenSerializer(data=request.data).is_valid(raise_exception=True)
        now = timezone.now()
        made = BatchRequest.objects.create(channel=channel, created_date=now, modified_date=now)
        return Response(BatchSerializer(made).data, 201)


class Batch(View):
    def get(self, request: Request, channel_id: str, pk: str) -> Response:
        return Response(BatchSerializer(_batch(channel_id, pk)).data)

    def put(self, request: Request, channel_id: str, pk: str) -> Response:
        return self.patch(request, channel_id, pk)

    def patch(self, request: Request, channel_id: str, pk: str) -> Response:
        batch = _batch(channel_id, pk)
        serializer = BatchWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = dict(serializer.validated_data)
        if sent:
            _write(batch, sent)
        return Response(BatchSerializer(batch).data)

    def delete(self, request: Request, channel_id: str, pk: str) -> Response:
        batch = _batch(channel_id, pk)
        _give_back(batch)
        batch.delete()
        return Response(status=204)


def _batch(channel_id: str, pk: str) -> BatchRequest:
    batch: BatchRequest = found_in(BatchRequest.objects.filter(channel=channel_of(channel_id)), pk)
    return batch


def _write(batch: BatchRequest, sent: dict[str, Any]) -> None:
    """Change a batch, and carry out the move that a new status is."""
    before = batch.status
    for name in ("status", "remote_batch_id", "content_type"):
        setattr(batch, name, sent.get(name, getattr(batch, name)))
    if "objects" in sent:
        batch.objects_sent = sent["objects"]
    if "status" in sent:
        _check_move(batch, before)
    batch.modified_date = timezone.now()
    batch.save()
    if "status" in sent:
        _move(batch, sent.get("objects") or [])


def _check_move(batch: BatchRequest, before: str) -> None:
    """Raise IllegalMove for one that there is not, and where another batch of the type is in commit."""
    if batch.status not in MOVES.get(before, ()):
        raise IllegalMove
    others = BatchRequest.objects.filter(channel=batch.channel, status="commit", content_type=batch.content_type)
    if batch.status == "commit" and others.exclude(pk=batch.pk).exists():
        raise IllegalMove


def _move(batch: BatchRequest, objects: list[dict[str, Any]]) -> None:
    if batch.status == "commit":
        for item in objects:
            _claim(batch, item)
    elif batch.status == "done":
        for item in objects:
            _settle(batch, item)
    if batch.status in ("done", "fail"):
        _give_back(batch)


def _give_back(batch: BatchRequest) -> None:
    """Let nothing stay claimed by a batch that ends: what it has not settled has failed."""
    claimed = IntegrationAction.objects.filter(local_batch_id=str(batch.local_batch_id), status="processing")
    claimed.update(status="error")


def _claim(batch: BatchRequest, item: dict[str, Any]) -> None:
    """Note that the channel tries a version of an object. Raises ValidationError for an image that is not there."""
    kind, image = _meant(batch, item)
    _check_there(kind, image, item)
    action = _action(batch.channel, kind, item["pk"])
    action.status, action.local_batch_id = "processing", str(batch.local_batch_id)
    action.version_date = next(_versions(item, image), action.version_date)
    action.save()


def _settle(batch: BatchRequest, item: dict[str, Any]) -> None:
    """Note that the channel has a version of an object, or could not take it; what it tried may be gone by now.

    Raises ValidationError for an image that is not there and was never tried.
    """
    kind, image = _meant(batch, item)
    action = _action(batch.channel, kind, item["pk"])
    if action.pk is None:
        _check_there(kind, image, item)
    action.local_batch_id = str(batch.local_batch_id)
    if item.get("failed_reason_type") is not None:
        action.status = "error"
    else:
        action.status = "success"
        action.remote_id = item["remote_id"] if item.get("remote_id") is not None else action.remote_id
        action.version_date = item.get("version_date") or action.version_date or next(_versions(item, image), None)
    action.save()


def _check_there(kind: Kind, image: ProductImage | None, item: dict[str, Any]) -> None:
    """Raise ValidationError for an image that is not there."""
    if image is None and kind.model == "productimage":
        raise no_object("objects", "pk", item["pk"])


def _meant(batch: BatchRequest, item: dict[str, Any]) -> tuple[Kind, ProductImage | None]:
    """Return the content type and the image that an object of a batch is about. Raises ValidationError."""
    model = item.get("content_type") or batch.content_type
    kind = Kind.objects.filter(model=model).first() if model is not None else None
    if kind is None:
        raise no_object("objects", "model", model)
    image = ProductImage.objects.filter(pk=item["pk"]).first() if kind.model == "productimage" else None
    return kind, image


def _action(channel: Channel, kind: Kind, object_id: int) -> IntegrationAction:
    about = {"channel": channel, "content_type": kind, "object_id": object_id}
    return IntegrationAction.objects.filter(**about).order_by("pk").first() or IntegrationAction(**about)


def _versions(item: dict[str, Any], image: ProductImage | None) -> Iterator[Any]:
    """Yield the version that was sent, then the one that is there."""
    if item.get("version_date") is not None:
        yield item["version_date"]
    if image is not None:
        yield image.modified_date
