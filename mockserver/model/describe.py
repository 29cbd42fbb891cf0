"""Describe each operation of a normalized document: the document in, a Described for each method and path out.

This is the one place that knows how OpenAPI spells an operation: parameters of a path item go to its operations,
references are followed, classes of statuses are spelled `4XX`, servers of an operation or a path take the place of
those of the document. What is read afterwards are the values of `model.types.described`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.model.declared import METHODS, Spec, flattened, operations, parameters, resolved
from mockserver.model.schemas import SchemaCompiler, Validator
from mockserver.model.servers import paths_of_servers
from mockserver.model.types.described import (
    Described,
    DescribedCallback,
    DescribedHeader,
    DescribedMedia,
    DescribedParameter,
    DescribedRequest,
    DescribedResponse,
    Requirement,
)
from mockserver.model.types.schema import EMPTY, DescribedSchema


class Schemas:
    """The schemas of one document: each place of it has one value, so that nothing is worked out twice."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._compiler = SchemaCompiler(spec)
        self._by_place: dict[int, DescribedSchema] = {}
        self._resolved: dict[str, Mapping[str, Any]] = {}
        self._validators: dict[tuple[int, Any], Validator] = {}
        self.nothing = DescribedSchema(self, EMPTY)

    def schema(self, raw: Any) -> DescribedSchema:
        """Return the schema of a place. The value keeps what stands there, so that its identity is not given anew."""
        if not isinstance(raw, Mapping):
            return self.nothing
        known = self._by_place.get(id(raw))
        if known is None:
            known = self._by_place[id(raw)] = DescribedSchema(self, raw)
        return known

    def resolve(self, raw: Any) -> Mapping[str, Any]:
        """Follow local references; anything that is no schema is the empty one."""
        reference = raw.get("$ref") if isinstance(raw, Mapping) else None
        if not isinstance(reference, str):
            return raw if isinstance(raw, Mapping) else EMPTY
        if reference not in self._resolved:
            self._resolved[reference] = resolved(self._spec, raw)
        return self._resolved[reference]

    def flatten(self, raw: Any) -> dict[str, Any]:
        """Return a schema with the parts of `allOf`, and the first alternative, pulled together."""
        return flattened(self._spec, raw)

    def validator(self, raw: Any, direction: Any) -> Validator:
        """Return what validates values of a schema; the same one for the same place."""
        known = self._validators.get((id(raw), direction))
        if known is None:
            known = self._compiler.compile(raw, direction)
            self._validators[id(raw), direction] = known
        return known


def describe(spec: Spec, schemas: Schemas) -> dict[str, Described]:
    """Return every operation by its label, in the order of the document."""
    describer = _Describer(spec, schemas)
    found = (describer.operation(path, method, raw) for path, method, raw in operations(spec))
    return {described.label: described for described in found}


class _Describer:
    """Reads the objects of one document."""

    def __init__(self, spec: Spec, schemas: Schemas) -> None:
        self._spec = spec
        self._schemas = schemas

    def operation(self, path: str, method: str, raw: Mapping[str, Any]) -> Described:
        listed = parameters(self._spec, path, method)
        return Described(
            path=path,
            method=method,
            operation_id=_text(raw.get("operationId")),
            summary=_text(raw.get("summary")),
            description=_text(raw.get("description")),
            tags=tuple(_text(tag) for tag in raw.get("tags") or ()),
            deprecated=raw.get("deprecated") is True,
            parameters=tuple(self._parameter(each) for each in listed if _is_parameter(each)),
            request=self._request(raw.get("requestBody")),
            responses=self._responses(raw.get("responses")),
            callbacks=tuple(self._callbacks(raw.get("callbacks"))),
            security=_security(raw.get("security", self._spec.get("security"))),
            servers=self._servers(path, raw),
            extensions={name: value for name, value in raw.items() if name.startswith("x-")},
        )

    def _parameter(self, raw: Mapping[str, Any]) -> DescribedParameter:
        raw = resolved(self._spec, raw)
        place = raw["in"]
        content = _members(raw.get("content"))
        media_type, media = next(iter(content), (None, raw))
        usual = "form" if place in ("query", "cookie") else "simple"
        style = raw.get("style") or usual
        return DescribedParameter(
            name=raw["name"],
            place=place,
            required=raw.get("required") is True or place == "path",
            schema=self._schemas.schema(_mapping(media).get("schema")),
            style=style,
            explode=raw.get("explode", style == "form") is True,
            media_type=media_type,
            allow_empty=raw.get("allowEmptyValue") is True,
            deprecated=raw.get("deprecated") is True,
            description=_text(raw.get("description")),
            examples=tuple(self._examples(raw).values()),
        )

    def _request(self, raw: Any) -> DescribedRequest | None:
        raw = resolved(self._spec, raw)
        content = self._content(raw.get("content"))
        if not content:
            return None
        return DescribedRequest(content, raw.get("required") is True, _text(raw.get("description")))

    def _content(self, raw: Any) -> dict[str, DescribedMedia]:
        return {name: self._media(name, _mapping(media)) for name, media in _members(raw)}

    def _media(self, name: str, raw: Mapping[str, Any]) -> DescribedMedia:
        items = raw.get("itemSchema")
        encoding = _members(raw.get("encoding"))
        return DescribedMedia(
            media_type=name,
            schema=self._schemas.schema(raw.get("schema")),
            examples=self._examples(raw),
            item_schema=self._schemas.schema(items) if isinstance(items, Mapping) else None,
            encoding={part: _text(_mapping(each).get("contentType")) for part, each in encoding},
        )

    def _examples(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return examples by name; the one that has none is called ""."""
        found = {"": raw["example"]} if "example" in raw else {}
        for name, example in _members(raw.get("examples")):
            plain = resolved(self._spec, example)
            for word in ("value", "dataValue"):
                if word in plain:
                    found.setdefault(name, plain[word])
        return found

    def _responses(self, raw: Any) -> dict[str, DescribedResponse]:
        found = {}
        for status, response in _members(raw):
            if isinstance(response, Mapping) and not status.startswith("x-"):
                name = status.upper() if status != "default" else status
                found[name] = self._response(name, resolved(self._spec, response))
        return found

    def _response(self, status: str, raw: Mapping[str, Any]) -> DescribedResponse:
        headers = {name: self._header(name, header) for name, header in _members(raw.get("headers"))}
        links = {name: resolved(self._spec, link) for name, link in _members(raw.get("links"))}
        return DescribedResponse(
            status=status,
            description=_text(raw.get("description")),
            headers=headers,
            content=self._content(raw.get("content")),
            links=links,
        )

    def _header(self, name: str, raw: Any) -> DescribedHeader:
        raw = resolved(self._spec, raw)
        content = [media for _, media in _members(raw.get("content"))]
        carrier = _mapping(content[0]) if content else raw
        return DescribedHeader(
            name=name,
            required=raw.get("required") is True,
            schema=self._schemas.schema(carrier.get("schema")),
            description=_text(raw.get("description")),
            examples=tuple(self._examples(raw).values()),
        )

    def _callbacks(self, raw: Any) -> Iterator[DescribedCallback]:
        for name, callback in _members(raw):
            for expression, item in _members(resolved(self._spec, callback)):
                if not expression.startswith("x-"):
                    yield from self._callback(name, expression, resolved(self._spec, item))

    def _callback(self, name: str, expression: str, item: Mapping[str, Any]) -> Iterator[DescribedCallback]:
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, Mapping):
                request = self._request(operation.get("requestBody"))
                yield DescribedCallback(name, expression, method.upper(), request)

    def _servers(self, path: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the base paths of an operation: its own servers, those of its path, else the document's."""
        item = _mapping(self._spec["paths"].get(path))
        for holder in (raw, item):
            if holder.get("servers"):
                return paths_of_servers(holder["servers"])
        return paths_of_servers(self._spec.get("servers"))


def _security(raw: Any) -> tuple[Requirement, ...] | None:
    if not isinstance(raw, list):
        return None
    alternatives = [alternative for alternative in raw if isinstance(alternative, Mapping)]
    return tuple(
        {str(name): tuple(scopes or ()) for name, scopes in alternative.items()} for alternative in alternatives
    )


def _is_parameter(raw: Any) -> bool:
    places = ("path", "query", "header", "cookie")
    return isinstance(raw, Mapping) and raw.get("in") in places and isinstance(raw.get("name"), str)


def _members(raw: Any) -> list[tuple[str, Any]]:
    return [(str(name), value) for name, value in raw.items()] if isinstance(raw, Mapping) else []


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else EMPTY


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""
