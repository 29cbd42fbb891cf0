"""Tell in a record that is shown by which URL it is read, or by which resource name it is known,
where it has a property for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mockserver.asgi.request import Request
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.paths import parameter_names
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import Record, key_of

ENDINGS = ("}", ")", "/", ".json")
"""Ends of the paths of items."""


class SelfLinks:
    """Puts the URLs and names of records into what is shown of them; those that are kept stay as
    they are.
    """

    def __init__(self, model: Model, operation: Operation) -> None:
        self._places: tuple[str, ...] = ()
        self._names: Mapping[str, str] = {}
        self._key = ""
        self._path = ""
        self._param = ""
        path = operation.path.partition("?")[0]
        steps = filter(None, path.split("/"))
        self._steps = len(list(steps))
        resource = model.resources.get(operation.resource or "")
        if resource is None:
            return
        self._places = resource.self_links
        self._names = resource.resource_names
        self._key = resource.key or ""
        for other in model.operations:
            if other.resource != resource.name or other.key_param is None:
                continue
            is_plain = other.path.endswith(ENDINGS)
            if other.kind is Kind.READ and is_plain:
                self._path = other.path
                self._param = other.key_param
                break

    @property
    def are_told(self) -> bool:
        """Whether records have a property for their URL or their name."""
        return bool(self._places or self._names)

    def linked(self, record: Record, shown: Any, request: Request) -> Any:
        """Return what is shown of a record with its URL, as it is where that cannot be told."""
        if not self.are_told or not isinstance(shown, Mapping):
            return shown
        told = dict(shown)
        url = self._url(record, request)
        if url is not None:
            self._tell_url(told, url, record)
        for place, template in self._names.items():
            name = self._name(template, record, request)
            if name is None or record.get(place):
                continue
            told[place] = name
        return told

    def _tell_url(
        self,
        told: dict[str, Any],
        url: str,
        record: Record,
    ) -> None:
        """Put the URL of a record into its places, where the record holds none."""
        for place in self._places:
            if value_at(record, place) is MISSING:
                put_at(told, place, url)

    def _name(
        self,
        template: str,
        record: Record,
        request: Request,
    ) -> str | None:
        """Return the resource name of a record, None where the request does not tell all of it."""
        params = parameter_names(template)
        texts = dict(request.path_texts)
        own = record.get(self._key, "")
        texts[params[-1]] = key_of(own)
        name = template
        for param in params:
            text = texts.get(param)
            if not text:
                return None
            part = "{" + param + "}"
            name = name.replace(part, text)
        return name

    def _url(self, record: Record, request: Request) -> str | None:
        """Return the URL of a record, None where the request does not tell all of its path."""
        key = record.get(self._key)
        if key is None or not self._path:
            return None
        path = self._path
        texts = dict(request.path_texts)
        texts[self._param] = key_of(key)
        for name in parameter_names(path):
            text = texts.get(name)
            if text is None:
                return None
            part = "{" + name + "}"
            spelled = quote(text, safe="")
            path = path.replace(part, spelled)
        base = request.url.removesuffix(request.extension)
        base = base.rstrip("/")
        for _ in range(self._steps):
            base, _, _ = base.rpartition("/")
        return f"{base}{path}"
