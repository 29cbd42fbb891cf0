"""Describe each operation of a normalized document: the document in, a Described for each method
and path out.

    {"/pets": {"parameters": [<tag>], "get": {"responses": {"200": {...}, "4xx": {...}}}}}

becomes

    {"GET /pets": Described(path="/pets", method="GET", parameters=(<tag>,),
                            responses={"200": ..., "4XX": ...})}

This is the one place that knows how OpenAPI spells an operation: parameters of a path item go to
its operations, references are followed, classes of statuses are spelled `4XX`, servers of an
operation or a path take the place of those of the document. What is read afterwards are the values
of `model.types.described`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from mockserver.document.from_3_1 import WEBHOOKS
from mockserver.document.pointers import Place, nodes
from mockserver.lookup import MISSING
from mockserver.mediatype import JSON_LINES, plain_media_type
from mockserver.model.schema.parts import Composer, Spec, resolved
from mockserver.model.schema.schemas import SchemaCompiler, Validator
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
from mockserver.model.types.notation import Schema
from mockserver.model.types.schema import EMPTY, DescribedSchema

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace", "query")


class Schemas:
    """The schemas of one document: each place of it has one value, so that nothing is worked out
    twice.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._compiler = SchemaCompiler(spec)
        self._composer = Composer(self.resolve)
        self._by_place: dict[int, DescribedSchema] = {}
        self._resolved: dict[str, Schema] = {}
        self._validators: dict[tuple[int, Any], Validator] = {}
        self.nothing = DescribedSchema(self, EMPTY)

    def schema(self, raw: Any) -> DescribedSchema:
        """Return the schema of a place. The value keeps what stands there, so that its identity is
        not given anew.
        """
        if not isinstance(raw, Mapping):
            return self.nothing
        place = id(raw)
        if place not in self._by_place:
            self._by_place[place] = DescribedSchema(self, raw)
        return self._by_place[place]

    def resolve(self, raw: Any) -> Schema:
        """Follow local references; anything that is no schema is the empty one."""
        if not isinstance(raw, Mapping):
            return EMPTY
        reference = raw.get("$ref")
        if not isinstance(reference, str):
            return raw
        if reference not in self._resolved:
            self._resolved[reference] = resolved(self._spec, raw)
        return self._resolved[reference]

    @cached_property
    def property_names(self) -> frozenset[str]:
        """The names of all properties that the document has anywhere."""
        names: set[str] = set()
        for _, node in nodes(self._spec, Place("", "")):
            properties = node.get("properties")
            if isinstance(properties, Mapping):
                names |= properties.keys()
        return frozenset(names)

    def flatten(self, raw: Any) -> Schema:
        """Return a schema with the parts of `allOf`, and the first alternative, pulled together."""
        return self._composer.flat(raw)

    def validator(self, raw: Any, direction: Any) -> Validator:
        """Return what validates values of a schema; the same one for the same place."""
        place = (id(raw), direction)
        if place not in self._validators:
            compiled = self._compiler.compile(raw, direction)
            self._validators[place] = compiled
        return self._validators[place]


def operations(spec: Spec) -> Iterator[tuple[str, str, Schema]]:
    """Yield path, method in capitals and operation object."""
    paths = spec.get("paths") or {}
    for path, item in paths.items():
        if not isinstance(item, Mapping):
            continue
        for method in METHODS:
            operation = item.get(method)
            if isinstance(operation, Mapping):
                yield path, method.upper(), operation


def parameters(spec: Spec, path: str, method: str) -> list[Schema]:
    """Return the parameters of an operation with those of its path item; its own win."""
    item = spec["paths"][path]
    merged = {}
    for holder in (item, item[method.lower()]):
        for parameter in holder.get("parameters", ()):
            merged[parameter.get("in"), parameter.get("name")] = parameter
    return list(merged.values())


def describe(spec: Spec, schemas: Schemas) -> dict[str, Described]:
    """Return every operation by its label, in the order of the document."""
    describer = _Describer(spec, schemas)
    found = {}
    for path, method, raw in operations(spec):
        described = describer.operation(path, method, raw)
        found[described.label] = described
    return found


def describe_webhooks(spec: Spec, schemas: Schemas) -> Sequence[DescribedCallback]:
    """Return the requests of all webhooks, in the order of the document."""
    return tuple(_Describer(spec, schemas).webhooks())


class _Describer:
    """Reads the objects of one document."""

    def __init__(self, spec: Spec, schemas: Schemas) -> None:
        self._spec = spec
        self._schemas = schemas
        self._document = _Object(spec)

    def operation(self, path: str, method: str, operation: Schema) -> Described:
        """Return what an operation object says, with its path item and the document around it."""
        raw = _Object(operation)
        listed = parameters(self._spec, path, method)
        security = operation.get("security", self._spec.get("security"))
        return Described(
            path=path,
            method=method,
            operation_id=raw.text("operationId"),
            summary=raw.text("summary"),
            description=raw.text("description"),
            tags=tuple(raw.texts("tags")),
            deprecated=raw.flag("deprecated"),
            parameters=tuple(self._parameters(listed)),
            request=self._request(raw.get("requestBody")),
            responses=self._responses(raw),
            callbacks=tuple(self._callbacks(raw)),
            security=_security(security),
            servers=self._servers(path, raw),
            extensions=raw.extensions,
        )

    def _object(self, value: Any) -> _Object:
        """Return an object of the document; a reference is followed."""
        return _Object(resolved(self._spec, value))

    def _parameters(self, listed: list[Schema]) -> Iterator[DescribedParameter]:
        """Yield the parameters that have a name and a known place."""
        for declared in listed:
            raw = self._object(declared)
            if raw.get("in") in _PLACES and raw.text("name"):
                yield self._parameter(raw)

    def _parameter(self, raw: _Object) -> DescribedParameter:
        """Return a Parameter Object with the defaults of its place (OpenAPI 3.0.3)."""
        place = raw.text("in")
        usual_style = "form" if place in ("query", "cookie") else "simple"
        style = raw.text("style") or usual_style
        media_type = next(iter(raw.members("content")), None)
        return DescribedParameter(
            name=raw.text("name"),
            place=place,
            required=raw.flag("required") or place == "path",
            schema=self._carried_schema(raw),
            style=style,
            explode=raw.get("explode", style == "form") is True,
            media_type=media_type,
            allow_empty=raw.flag("allowEmptyValue"),
            deprecated=raw.flag("deprecated"),
            description=raw.text("description"),
            examples=tuple(self._examples(raw).values()),
        )

    def _carried_schema(self, raw: _Object) -> DescribedSchema:
        """Return the schema of a parameter or a header, which may have it in a media type."""
        media = next(iter(raw.members("content").values()), None)
        carrier = raw if media is None else _Object(media)
        return self._schemas.schema(carrier.get("schema"))

    def _request(self, value: Any) -> DescribedRequest | None:
        """Return a Request Body Object, None where it has no content."""
        raw = self._object(value)
        content = self._content(raw)
        if not content:
            return None
        return DescribedRequest(content, raw.flag("required"), raw.text("description"))

    def _content(self, raw: _Object) -> dict[str, DescribedMedia]:
        """Return the bodies by media type."""
        found = {}
        for media_type, media in raw.members("content").items():
            found[media_type] = self._media(media_type, _Object(media))
        return found

    def _shown_content(self, raw: _Object) -> dict[str, DescribedMedia]:
        """Return the bodies of a response: of newline-delimited JSON, each line of which an object
        describes, the list of all.
        """
        found = self._content(raw)
        for name, media in found.items():
            schema = media.schema
            is_line = schema.is_object and not schema.is_array and media.item_schema is None
            if plain_media_type(name) in JSON_LINES and is_line:
                whole = self._schemas.schema({"type": "array", "items": schema.raw})
                found[name] = replace(media, schema=whole, item_schema=schema, examples={})
        return found

    def _media(self, name: str, raw: _Object) -> DescribedMedia:
        """Return a Media Type Object, that of a stream too (OpenAPI 3.2.0)."""
        item_schema = None
        if raw.members("itemSchema"):
            item_schema = self._schemas.schema(raw.get("itemSchema"))
        encoding = {}
        for part, value in raw.members("encoding").items():
            part_encoding = _Object(value)
            encoding[part] = part_encoding.text("contentType")
        return DescribedMedia(
            media_type=name,
            schema=self._schemas.schema(raw.get("schema")),
            examples=self._examples(raw),
            item_schema=item_schema,
            encoding=encoding,
        )

    def _examples(self, raw: _Object) -> dict[str, Any]:
        """Return examples by name; the one that has none is called ""."""
        example = raw.get("example", MISSING)
        found = {} if example is MISSING else {"": example}
        for name, named in raw.members("examples").items():
            value = self._object(named)
            for word in ("value", "dataValue"):
                if value.has(word):
                    found.setdefault(name, value.get(word))
        return found

    def _responses(self, raw: _Object) -> dict[str, DescribedResponse]:
        """Return the responses by status, classes in capitals: `4XX`."""
        found = {}
        for status, response in raw.members("responses").items():
            if not isinstance(response, Mapping) or status.startswith("x-"):
                continue
            name = status if status == "default" else status.upper()
            declared = self._object(response)
            found[name] = self._response(name, declared)
        return found

    def _response(self, status: str, raw: _Object) -> DescribedResponse:
        """Return a Response Object."""
        headers = {}
        for name, value in raw.members("headers").items():
            header = self._object(value)
            headers[name] = self._header(name, header)
        links = {}
        for name, link in raw.members("links").items():
            links[name] = resolved(self._spec, link)
        return DescribedResponse(
            status=status,
            description=raw.text("description"),
            headers=headers,
            content=self._shown_content(raw),
            links=links,
        )

    def _header(self, name: str, raw: _Object) -> DescribedHeader:
        """Return a Header Object."""
        return DescribedHeader(
            name=name,
            required=raw.flag("required"),
            schema=self._carried_schema(raw),
            explode=raw.flag("explode"),
            media_type=next(iter(raw.members("content")), None),
            description=raw.text("description"),
            examples=tuple(self._examples(raw).values()),
        )

    def _callbacks(self, raw: _Object) -> Iterator[DescribedCallback]:
        """Yield the requests of all callbacks of an operation."""
        for name, value in raw.members("callbacks").items():
            callback = resolved(self._spec, value)
            for expression, item in callback.items():
                if not expression.startswith("x-"):
                    yield from self._callback(name, expression, item)

    def webhooks(self) -> Iterator[DescribedCallback]:
        """Yield the webhooks of the document, each method of one for itself."""
        for name, item in _Object(self._spec).members(WEBHOOKS).items():
            yield from self._callback(name, "", item)

    def _callback(self, name: str, expression: str, item: Any) -> Iterator[DescribedCallback]:
        """Yield the requests of one expression: a path item, of which each method is one."""
        path_item = resolved(self._spec, item)
        for method, operation in path_item.items():
            if method not in METHODS:
                continue
            raw = _Object(operation)
            listed = [*_Object(path_item).each("parameters"), *raw.each("parameters")]
            headers = [each for each in self._parameters(listed) if each.place == "header"]
            yield DescribedCallback(
                name,
                expression,
                method.upper(),
                self._request(raw.get("requestBody")),
                headers,
                f"{raw.text('summary')} {raw.text('description')}",
            )

    def _servers(self, path: str, operation: _Object) -> tuple[str, ...]:
        """Return the base paths of an operation: its own servers, those of its path, else those
        of the document."""
        paths = _Object(self._spec).members("paths")
        for holder in (operation, _Object(paths.get(path)), self._document):
            servers = holder.get("servers")
            if servers:
                return paths_of_servers(servers)
        return paths_of_servers(None)


class _Object:
    """An object of the document, read leniently: what is no text is an empty one, and so on."""

    def __init__(self, value: Any) -> None:
        """Take any value; one that is no object is an empty one."""
        self._value: Schema = EMPTY
        if isinstance(value, Mapping):
            self._value = value

    def has(self, name: str) -> bool:
        """Tell whether there is such a member."""
        return name in self._value

    def get(self, name: str, otherwise: Any = None) -> Any:
        """Return a member as it is."""
        return self._value.get(name, otherwise)

    def text(self, name: str) -> str:
        """Return a member that is a text."""
        value = self._value.get(name)
        if isinstance(value, str):
            return value
        return ""

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list."""
        value = self._value.get(name)
        if not isinstance(value, list):
            return []
        return [text for text in value if isinstance(text, str)]

    def each(self, name: str) -> list[Any]:
        """Return a list, an empty one where there is none."""
        value = self.get(name)
        return value if isinstance(value, list) else []

    def flag(self, name: str) -> bool:
        """Tell whether a member is true."""
        return self._value.get(name) is True

    def members(self, name: str) -> dict[str, Any]:
        """Return a map by names that are texts, an empty one where there is none."""
        value = self._value.get(name)
        if not isinstance(value, Mapping):
            return {}
        return {str(key): member for key, member in value.items()}

    @property
    def extensions(self) -> dict[str, Any]:
        """The members that begin with `x-`."""
        names = [name for name in self._value if name.startswith("x-")]
        return {name: self._value[name] for name in names}


_PLACES = ("path", "query", "header", "cookie")


def _security(raw: Any) -> tuple[Requirement, ...] | None:
    """Return the alternatives, None where nothing is said."""
    if not isinstance(raw, list):
        return None
    alternatives = [each for each in raw if isinstance(each, Mapping)]
    return tuple(map(_requirement, alternatives))


def _requirement(raw: Schema) -> Requirement:
    requirement = {}
    for name, scopes in raw.items():
        requirement[str(name)] = tuple(scopes or ())
    return requirement
