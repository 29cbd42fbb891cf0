"""The Omnitron client for tests: logged in, closed at the end, and loud where it would wait for a
better answer.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from omnisdk.api_endpoint import ApiEndpoint
from omnisdk.base_client import BaseClient
from omnisdk.omnitron.endpoints import OmnitronApiEndpoint
from omnisdk.omnitron.models import DownloadableImage, ProductImage

TOKEN = "Token f532e28df6e4d5fa4648a812018876da1bb9332d"


class IntegrationClient(BaseClient):  # type: ignore[misc]
    """The client of the integration interface: the package leaves its route to a subclass."""

    client_route = "api/i1/"


class DownloadableImageEndpoint(ApiEndpoint):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__("IntegrationClient", "downloadable_image", DownloadableImage, **options)


class Impatient:
    """Stands for the client's clock: its retry loop waits 94 s on 5xx and on broken connections."""

    @staticmethod
    def sleep(seconds: float) -> NoReturn:
        raise AssertionError(f"the client wants to wait {seconds} s and ask again")


@contextmanager
def logged_in(kind: type[BaseClient], url: str, *who: str, **token: str) -> Iterator[BaseClient]:
    """Give a client that has logged in; it must be kept alive, its endpoints know it by a weak
    reference.
    """
    client = kind(url, *(who or ("u", "p")), **token)
    try:
        yield client
    finally:
        client.session.close()
        gc.collect(0)


class ProductImageEndpoint(OmnitronApiEndpoint):  # type: ignore[misc]
    """The images of the products themselves, for which the package has a model only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(endpoint="product_image", model=ProductImage, **options)
