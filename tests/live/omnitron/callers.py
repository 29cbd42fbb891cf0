"""Who calls, and what a channel client asks first: log-in, its user, its channels and the content
types.
"""

from __future__ import annotations

from django.contrib.auth import authenticate
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response

from tests.live.omnitron.errors import LoginRefused
from tests.live.omnitron.lists import narrowed, paged, text
from tests.live.omnitron.models import Channel, Kind
from tests.live.omnitron.places import View, found_in
from tests.live.omnitron.serializers import ChannelSerializer, KindSerializer, LoginSerializer


class Login(View):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = authenticate(request, **serializer.validated_data)
        if user is None:
            raise LoginRefused
        return Response({"key": Token.objects.get(user=user).key})


class ActiveUser(View):
    def get(self, request: Request) -> Response:
        names = ("pk", "username", "email", "first_name", "last_name", "is_active")
        return Response({name: getattr(request.user, name) for name in names})


class Channels(View):
    def get(self, request: Request) -> Response:
        return paged(request, Channel.objects.order_by("pk"), ChannelSerializer)


class OneChannel(View):
    def get(self, request: Request, pk: str) -> Response:
        return Response(ChannelSerializer(found_in(Channel.objects, pk)).data)


class Kinds(View):
    def get(self, request: Request) -> Response:
        model, label = text(request, "model"), text(request, "app_label")
        return paged(
            request,
            narrowed(Kind.objects.order_by("id"), model=model, app_label=label),
            KindSerializer,
        )
