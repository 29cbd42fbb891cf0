"""A page of Swagger UI, by connexion: a title and the URLs of a document and of the files of
Swagger UI in, an ASGI application out.

This module imports connexion, so it is imported when the first page is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.asgi.framework import Specification, SwaggerUIAPI, SwaggerUIOptions

PATH = "/ui/"
"""The one path that the application answers."""
_TEMPLATES = Path(__file__).parent / "templates"


def page_of(title: str, document: str, static: str) -> Any:
    """Return the application. connexion serves documents of OpenAPI 3.0 alone, so it is given an
    empty one: the page reads the document itself from its URL, in whatever version it is.
    """
    info = {"title": title, "version": ""}
    empty = Specification.from_dict({"openapi": "3.0.3", "info": info, "paths": {}})
    options = SwaggerUIOptions(
        serve_spec=False,
        swagger_ui_path=PATH,
        swagger_ui_template_dir=str(_TEMPLATES),
        swagger_ui_template_arguments={
            "title": title,
            "openapi_spec_url": document,
            "static": static,
        },
    )
    api = SwaggerUIAPI(empty, base_path="", default=None, swagger_ui_options=options)
    return api.router
