"""Tell in a record that is shown by which URL it is read, where it has a property for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mockserver.asgi.request import Request
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.paths import parameter_names
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import Record, key_of


class SelfLinks:
    """Puts the URLs of records into what is shown of them; those that are kept stay as they are."""

    def __init__(self, model: Model, operation: Operation) -> None:
        resource = model.resources.get(operation.resource or "")
        self._places = resource.self_links if resource is not None else ()
        self._key = (resource.key if resource is not None else None) or ""
        self._steps = len([*filter(None, operation.path.partition("?")[0].split("/"))])
        self._path, self._param = "", ""
        for other in model.operations:
            is_read = other.kind is Kind.READ and other.resource == operation.resource
            if is_read and other.key_param and other.path.endswith(("}", ")", "/", ".json")):
                self._path, self._param = other.path, other.key_param
                break

    def linked(self, record: Record, shown: Any, request: Request) -> Any:
        """Return what is shown of a record with its URL, as it is where that cannot be told."""
        missing = [place for place in self._places if value_at(record, place) is MISSING]
        url = self._url(record, request) if missing and isinstance(shown, Mapping) else None
        if url is None:
            return shown
        told = dict(shown)
        for place in missing:
            put_at(told, place, url)
        return told

    def _url(self, record: Record, request: Request) -> str | None:
        """Return the URL of a record, None where the request does not tell all of its path."""
        key = record.get(self._key)
        if key is None or not self._path:
            return None
        path = self._path
        for name in parameter_names(path):
            text = key_of(key) if name == self._param else request.path_texts.get(name)
            if text is None:
                return None
            path = path.replace("{" + name + "}", quote(text, safe=""))
        base = request.url.removesuffix(request.extension).rstrip("/")
        for _ in range(self._steps):
            base, _, _ = base.rpartition("/")
        return f"{base}{path}"
