"""Omnitron as a WSGI application, in Django REST framework: the vendor's pages played by no code of
the mock.

A process has one Django and one database for each of its threads. So the state of an application is
kept as the bytes of a database, which is loaded before each call and kept after it; one call runs
at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from unittest.mock import patch

from tests.live.omnitron import configured  # isort: skip

import yaml
from django.apps import apps
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from rest_framework.authtoken.models import Token

from tests.live.omnitron.models import Channel, DownloadableImage, Kind, Product, ProductImage

START = Path(__file__).parents[3] / "fixtures" / "omnitron" / "default.yaml"
TOKEN = "f532e28df6e4d5fa4648a812018876da1bb9332d"
Habits = Mapping[tuple[Any, str], Any]
"""What a server does otherwise: another function for one of a module or a view."""
_ONE_AT_A_TIME = Lock()
assert configured


class Omnitron:
    """One Omnitron. Call it as a WSGI application; `reset` takes it back to its start."""

    def __init__(self, habits: Habits) -> None:
        self._state, self._habits = _start(), habits

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with _ONE_AT_A_TIME:
            _raw().deserialize(self._state)
            with ExitStack() as changed:
                for (place, name), value in self._habits.items():
                    changed.enter_context(patch.object(place, name, value))
                response = _django()(environ, start_response)
                content = [b"".join(response)]
                response.close()
            self._state = _raw().serialize()
        return content

    def reset(self) -> None:
        """Go back to the records of the start."""
        self._state = _start()


def application(habits: Habits | None = None) -> Omnitron:
    """Return an Omnitron at its start; with other habits it is a wrong one."""
    return Omnitron(habits or {})


@cache
def _django() -> WSGIHandler:
    return WSGIHandler()


def _raw() -> Any:
    """Return the SQLite connection of this thread."""
    connection.ensure_connection()
    return connection.connection


@cache
def _start() -> bytes:
    """Return a database with the records of the project's fixture, as bytes."""
    with _ONE_AT_A_TIME:
        with connection.schema_editor() as editor:
            for model in apps.get_models():
                if not model._meta.proxy:
                    editor.create_model(model)
        _fill(yaml.safe_load(START.read_text("utf-8")))
        image: bytes = _raw().serialize()
    return image


def _fill(records: Mapping[str, Any]) -> None:
    """Store the records of a fixture."""
    (caller,) = records["active_user"]
    user = User.objects.create_user(
        **{name: value for name, value in caller.items() if name != "pk"}, pk=caller["pk"]
    )
    user.set_password("p")
    user.save()
    Token.objects.create(user=user, key=TOKEN)
    for channel in records["channels"]:
        Channel.objects.create(**channel)
    for kind in records["content_types"]:
        Kind.objects.create(**kind)
    for product in records["products"]:
        Product.objects.create(**product)
    for each in records["downloadable_images"]:
        for image in each["images"]:
            DownloadableImage.objects.create(
                product=Product.objects.get(sku=each["product_sku"]), **image
            )
    for image in records["product_images"]:
        renamed = {"product": "product_id", "downloadable_image": "download_id"}
        kept = {renamed.get(name, name): value for name, value in image.items()}
        ProductImage.objects.create(
            **{n: value for n, value in kept.items() if n not in ("object_id", "content_type")}
        )
