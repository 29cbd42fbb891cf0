"""What a channel has or tried to get: its integration actions, and its reports of errors."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.validators import UniqueTogetherValidator

from tests.live.omnitron.errors import no_object
from tests.live.omnitron.lists import narrowed, number, ordered, paged, text, texts, wholes
from tests.live.omnitron.models import ErrorReport, IntegrationAction, Kind, ProductImage
from tests.live.omnitron.places import View, channel_of, found_in
from tests.live.omnitron.serializers import (
    ActionCreateSerializer,
    ActionSerializer,
    ActionWriteSerializer,
    ErrorReportSerializer,
)

KEPT = ("object_id", "remote_id", "version_date", "state", "status")
SORTS = tuple(name for name in ActionSerializer.Meta.fields if name != "state")
REPORT_SORTS = tuple(
    name for name in ErrorReportSerializer.Meta.fields if name != "target_object_id"
)


class Actions(View):
    def get(self, request: Request, channel_id: str) -> Response:
        remote = text(request, "remote_id__in")
        wanted = {
            "local_batch_id": text(request, "local_batch_id"),
            "status__in": texts(request, "status", ("processing", "success", "error")),
            "content_type__model": text(request, "content_type_name"),
            "object_id__in": wholes(request, "object_id__in"),
            "remote_id__in": None if remote is None else remote.split(","),
            "channel_id": number(request, "channel_id"),
        }
        of_channel = IntegrationAction.objects.filter(channel=channel_of(channel_id))
        found = narrowed(of_channel.select_related("content_type"), **wanted)
        return paged(request, ordered(found, request, SORTS), ActionSerializer)

    def post(self, request: Request, channel_id: str) -> Response:
        channel = channel_of(channel_id)
        serializer = ActionCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = dict(serializer.validated_data)
        kept = {name: value for name, value in sent.items() if name in KEPT}
        made = IntegrationAction(channel=channel, content_type=_kind(sent), **kept)
        _check_unique(made)
        made.save()
        return Response(ActionSerializer(made).data, 201)


class DeletedActions(View):
    """The actions of images that are no more."""

    def get(self, request: Request, channel_id: str) -> Response:
        there = ProductImage.objects.filter(pk=OuterRef("object_id"))
        of_images = IntegrationAction.objects.filter(
            channel=channel_of(channel_id), content_type__model="productimage"
        )
        found = narrowed(
            of_images.filter(~Exists(there)), content_type__model=text(request, "model")
        )
        return paged(request, found.select_related("content_type").order_by("pk"), ActionSerializer)


class Action(View):
    def get(self, request: Request, channel_id: str, pk: str) -> Response:
        return Response(ActionSerializer(_action(channel_id, pk)).data)

    def patch(self, request: Request, channel_id: str, pk: str) -> Response:
        action = _action(channel_id, pk)
        serializer = ActionWriteSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        sent = dict(serializer.validated_data)
        if {"content_type_id", "content_type_model"} & sent.keys():
            action.content_type = _kind(sent)
        for name in KEPT:
            setattr(action, name, sent.get(name, getattr(action, name)))
        _check_unique(action)
        action.save()
        return Response(ActionSerializer(action).data)

    def delete(self, request: Request, channel_id: str, pk: str) -> Response:
        _action(channel_id, pk).delete()
        return Response(status=204)


class ErrorReports(View):
    def get(self, request: Request, channel_id: str) -> Response:
        found = ErrorReport.objects.filter(channel=channel_of(channel_id))
        return paged(request, ordered(found, request, REPORT_SORTS), ErrorReportSerializer)

    def post(self, request: Request, channel_id: str) -> Response:
        channel = channel_of(channel_id)
        serializer = ErrorReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        now = timezone.now()
        serializer.save(channel=channel, created_date=now, modified_date=now)
        return Response(serializer.data, 201)


class OneErrorReport(View):
    def get(self, request: Request, channel_id: str, pk: str) -> Response:
        reports = ErrorReport.objects.filter(channel=channel_of(channel_id))
        return Response(ErrorReportSerializer(found_in(reports, pk)).data)


def _action(channel_id: str, pk: str) -> IntegrationAction:
    action: IntegrationAction = found_in(
        IntegrationAction.objects.filter(channel=channel_of(channel_id)), pk
    )
    return action


def _check_unique(action: IntegrationAction) -> None:
    """Raise ValidationError where the channel has another action for the object."""
    about = {name: getattr(action, name) for name in ("channel", "content_type", "object_id")}
    if IntegrationAction.objects.filter(**about).exclude(pk=action.pk).exists():
        message = UniqueTogetherValidator.message.format(field_names=", ".join(about))
        raise ValidationError({"non_field_errors": [message]}, "unique")


def _kind(sent: dict[str, Any]) -> Kind:
    """Return the content type that a body names in one of three ways. Raises ValidationError."""
    ways = (("content_type_model", "model"), ("content_type", "model"), ("content_type_id", "id"))
    named = [(field, by, sent[field]) for field, by in ways if field in sent]
    for _, by, value in named:
        kind = Kind.objects.filter(**{by: value}).first()
        if kind is not None:
            return kind
    raise no_object(*named[0])
