"""The batches of a channel: opened, committed, sent, and done or failed; and what each move claims
and settles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import ValidationError
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
    """Raise IllegalMove for one that there is not, and where another batch of the type is in
    commit.
    """
    if batch.status not in MOVES.get(before, ()):
        raise IllegalMove
    others = BatchRequest.objects.filter(
        channel=batch.channel, status="commit", content_type=batch.content_type
    )
    if batch.status == "commit" and others.exclude(pk=batch.pk).exists():
        raise IllegalMove


def _move(batch: BatchRequest, objects: list[dict[str, Any]]) -> None:
    """Claim or settle objects, all or none of them. Raises ValidationError."""
    if batch.status in CARRIED_OUT:
        _check_known(batch, objects)
        for item in objects:
            CARRIED_OUT[batch.status](batch, item)
    if batch.status in ("done", "fail"):
        _give_back(batch)


def _check_known(batch: BatchRequest, objects: list[dict[str, Any]]) -> None:
    """Raise ValidationError for objects that are not there, by their place."""
    wrong = [_unknown(batch, item) for item in objects]
    if any(wrong):
        raise ValidationError({"objects": wrong})


def _unknown(batch: BatchRequest, item: dict[str, Any]) -> Any:
    """Return what an object of a batch names that is not there; what the channel tried may be gone
    by now.
    """
    kind = _kind(batch, item)
    if kind is None:
        return no_object("content_type", "model", _model(batch, item)).detail
    tried = batch.status == "done" and _action(batch.channel, kind, item["pk"]).pk is not None
    if kind.model == "productimage" and not tried and _image(kind, item) is None:
        return no_object("pk", "pk", item["pk"]).detail
    return {}


def _give_back(batch: BatchRequest) -> None:
    """Let nothing stay claimed by a batch that ends: what it has not settled has failed."""
    claimed = IntegrationAction.objects.filter(
        local_batch_id=str(batch.local_batch_id), status="processing"
    )
    claimed.update(status="error")


def _claim(batch: BatchRequest, item: dict[str, Any]) -> None:
    """Note that the channel tries a version of an object."""
    kind = _kind(batch, item)
    action = _action(batch.channel, kind, item["pk"])
    action.status, action.local_batch_id = "processing", str(batch.local_batch_id)
    action.version_date = next(_versions(kind, item), action.version_date)
    action.save()


def _settle(batch: BatchRequest, item: dict[str, Any]) -> None:
    """Note that the channel has a version of an object, or could not take it."""
    kind = _kind(batch, item)
    action = _action(batch.channel, kind, item["pk"])
    action.local_batch_id = str(batch.local_batch_id)
    if item.get("failed_reason_type") is not None:
        action.status = "error"
    else:
        action.status = "success"
        action.remote_id = (
            item["remote_id"] if item.get("remote_id") is not None else action.remote_id
        )
        action.version_date = (
            item.get("version_date") or action.version_date or next(_versions(kind, item), None)
        )
    action.save()


CARRIED_OUT = {"commit": _claim, "done": _settle}
"""What a move does with each object that it names."""


def _model(batch: BatchRequest, item: dict[str, Any]) -> str | None:
    """Return the content type that an object of a batch names, else that of the batch."""
    named: str | None = item.get("content_type")
    return batch.content_type if named is None else named


def _kind(batch: BatchRequest, item: dict[str, Any]) -> Any:
    return Kind.objects.filter(model=_model(batch, item)).first()


def _image(kind: Kind, item: dict[str, Any]) -> ProductImage | None:
    return (
        ProductImage.objects.filter(pk=item["pk"]).first() if kind.model == "productimage" else None
    )


def _action(channel: Channel, kind: Kind, object_id: int) -> IntegrationAction:
    about = {"channel": channel, "content_type": kind, "object_id": object_id}
    return IntegrationAction.objects.filter(**about).order_by("pk").first() or IntegrationAction(
        **about
    )


def _versions(kind: Kind, item: dict[str, Any]) -> Iterator[Any]:
    """Yield the version that was sent, then the one that is there."""
    image = _image(kind, item)
    if item.get("version_date") is not None:
        yield item["version_date"]
    if image is not None:
        yield image.modified_date
