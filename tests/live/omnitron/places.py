"""Find what a path names. A key that is no number is refused, one that nothing has is not found."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.views import APIView

from tests.live.omnitron.lists import check_page, whole
from tests.live.omnitron.models import Channel


class View(APIView):
    """A view that looks at the form of all keys and pages before it looks for anything."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, text in self.kwargs.items():
            whole(text, name, otherwise="A valid integer is required.")
        if request.method in ("GET", "HEAD"):
            check_page(request)


def channel_of(text: str) -> Channel:
    channel: Channel = found_in(Channel.objects, text)
    return channel


def found_in(records: Any, text: str) -> Any:
    """Return the record of a key. Raises Http404."""
    found = records.filter(pk=whole(text, "pk")).first()
    if found is None:
        raise Http404
    return found
