"""What a document says of an operation, settled once: parameters, bodies, responses, security and
servers.

Everything after compilation reads these values and never the document. They are made by
`model.describe`:

    POST /pets:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'201': {content: {application/json: {schema: ...}, application/xml: {schema:
      ...}}}}

becomes

    Described(label="POST /pets",
              request=DescribedRequest({"application/json": DescribedMedia(schema=<Pet>)}),
              responses={"201": DescribedResponse(content={"application/json": ...,
              "application/xml": ...})})

A response is found by its status, its class (`4XX`) or `default`, a body by its media type. Schemas
are in `model.types.schema`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.lookup import MISSING
from mockserver.mediatype import JSON_LINES, plain_media_type
from mockserver.model.types.schema import NO_SCHEMA, DescribedSchema
from mockserver.slots import dataclass


def is_json(media_type: str) -> bool:
    """Tell whether a media type is JSON, or allows it (`*/*`)."""
    bare = plain_media_type(media_type)
    known = ("application/json", "*/*", "application/*", "text/json")
    return bare in known or bare.endswith("+json")


@dataclass(frozen=True, slots=True, eq=False)
class DescribedMedia:
    """A body in one media type: its schema, and the examples by name; the one without a name is
    called "".

    `item_schema` describes one item of a stream (OpenAPI 3.2.0, Media Type Object). `encoding` are
    the content types of the parts of a multipart body, by property.
    """

    media_type: str
    schema: DescribedSchema
    examples: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    item_schema: DescribedSchema | None = None
    encoding: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def example(self) -> Any:
        """The first example, MISSING when there is none."""
        return next(iter(self.examples.values()), MISSING)

    @property
    def is_raw(self) -> bool:
        """Whether bodies are taken as they are: bytes or text, and no objects or lists."""
        schema = self.schema
        if schema.is_object or schema.is_array:
            return False
        is_structured = is_json(self.media_type) or "xml" in self.media_type
        return schema.type == "string" or (not schema.flat and not is_structured)


Content = Mapping[str, DescribedMedia]
"""Bodies by media type, in the order of the document."""


def json_media(content: Content) -> DescribedMedia | None:
    """Return the body in JSON, None when there is none."""
    return next((media for name, media in content.items() if is_json(name)), None)


def _lines_media(content: Content) -> DescribedMedia | None:
    """Return the body in newline-delimited JSON, None when there is none."""
    lines = (media for name, media in content.items() if plain_media_type(name) in JSON_LINES)
    return next(lines, None)


def usual_media(content: Content) -> DescribedMedia | None:
    """Return the body in JSON, else in the first media type; None when there is no body."""
    return json_media(content) or next(iter(content.values()), None)


@dataclass(frozen=True, slots=True, eq=False)
class DescribedParameter:
    """A parameter: where it is (path, query, header or cookie) and how it is spelled.

    `media_type` is set where the value is a document of its own, such as JSON in a query parameter.
    """

    name: str
    place: str
    required: bool
    schema: DescribedSchema
    style: str
    explode: bool
    media_type: str | None = None
    allow_empty: bool = False
    deprecated: bool = False
    description: str = ""
    examples: Sequence[Any] = ()

    @property
    def is_spread(self) -> bool:
        """Whether it is an object whose members are parameters of their own on the wire."""
        return self.style == "form" and self.explode and bool(self.schema.properties)


@dataclass(frozen=True, slots=True, eq=False)
class DescribedHeader:
    """A header of a response, spelled in the style `simple`.

    `media_type` is set where the value is a document of its own, such as JSON.
    """

    name: str
    required: bool
    schema: DescribedSchema
    explode: bool = False
    media_type: str | None = None
    description: str = ""
    examples: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DescribedResponse:
    """A response: its headers by name as the document spells them, its bodies and its links."""

    status: str
    description: str = ""
    headers: Mapping[str, DescribedHeader] = dataclasses.field(default_factory=dict)
    content: Content = dataclasses.field(default_factory=dict)
    links: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)

    def header(self, name: str) -> DescribedHeader | None:
        """Return a header by its name in any case."""
        wanted = name.lower()
        found = (header for known, header in self.headers.items() if known.lower() == wanted)
        return next(found, None)


NO_RESPONSE = DescribedResponse("")


@dataclass(frozen=True, slots=True, eq=False)
class DescribedRequest:
    """The body of a request, in each media type that is taken."""

    content: Content
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class DescribedCallback:
    """A request that the server makes: its name, the expression of its URL (empty for a webhook,
    which has none), what it sends, in which headers, and what is said of it.
    """

    name: str
    expression: str
    method: str
    request: DescribedRequest | None = None
    headers: Sequence[DescribedParameter] = ()
    words: str = ""


Requirement = Mapping[str, tuple[str, ...]]
"""Security schemes that must all be satisfied, each with the scopes that are needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """An operation of the document.

    `responses` are by status as the document spells it: `200`, `4XX`, `default`. `security` is None
    where nothing is said, else alternatives of requirements. `servers` are the base paths under
    which it is served. `extensions` are its members that begin with `x-`.
    """

    path: str
    method: str
    operation_id: str = ""
    summary: str = ""
    description: str = ""
    tags: Sequence[str] = ()
    deprecated: bool = False
    parameters: Sequence[DescribedParameter] = ()
    request: DescribedRequest | None = None
    responses: Mapping[str, DescribedResponse] = dataclasses.field(default_factory=dict)
    callbacks: Sequence[DescribedCallback] = ()
    security: Sequence[Requirement] | None = None
    servers: Sequence[str] = ("",)
    extensions: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def label(self) -> str:
        """`POST /shelves`"""
        return f"{self.method} {self.path}"

    @property
    def words(self) -> str:
        """What is said of it: its summary and its description, as sentences."""
        return f"{self.summary}. {self.description}"

    @property
    def success_statuses(self) -> list[int]:
        """The documented statuses of success, lowest first; 200 for a class of them (`2XX`)."""
        known = [int(status) for status in self.responses if status.isdigit()]
        found = sorted(status for status in known if 200 <= status < 300)
        return found or ([200] if "2XX" in self.responses else [])

    @property
    def error_statuses(self) -> list[int]:
        """The documented statuses of refusals, in the order of the document."""
        known = [int(status) for status in self.responses if status.isdigit()]
        return [status for status in known if status >= 400]

    def documents(self, status: int) -> bool:
        """Tell whether a status is documented by its own number."""
        return str(status) in self.responses

    def response(self, status: int) -> DescribedResponse:
        """Return the response of a status: its own, that of its class, the default, else an empty
        one.
        """
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return NO_RESPONSE

    def response_schema(self, preferred: int | None = None) -> DescribedSchema | None:
        """Return the schema of the JSON body of success, of the preferred status first; None when
        there is none.
        """
        for status in sorted(self.success_statuses, key=lambda status: status != preferred):
            content = self.response(status).content
            media = json_media(content) or _lines_media(content)
            if media is not None and media.schema.is_described:
                return media.schema
        return None

    @property
    def request_schema(self) -> DescribedSchema | None:
        """The schema of the request body: JSON first, else the first media type; None when there is
        none.
        """
        media = usual_media(self.request.content) if self.request else None
        return media.schema if media is not None and media.schema.is_described else None

    def success_schema(self, preferred: int | None = None) -> DescribedSchema:
        """Return the schema of the JSON body of success; one that says nothing where there is
        none.
        """
        return self.response_schema(preferred) or NO_SCHEMA

    @property
    def sent_schema(self) -> DescribedSchema:
        """The schema of the request body; one that says nothing where there is none."""
        return self.request_schema or NO_SCHEMA

    def success_media(self, status: int) -> DescribedMedia | None:
        """Return the body of a response, JSON first; None when it has none."""
        return usual_media(self.response(status).content)

    def parameters_in(self, place: str) -> Iterator[DescribedParameter]:
        """Yield the parameters of a place: path, query, header or cookie."""
        return (parameter for parameter in self.parameters if parameter.place == place)

    def parameter(self, place: str, name: str) -> DescribedParameter | None:
        """Return a parameter by its place and name."""
        return next((each for each in self.parameters_in(place) if each.name == name), None)
