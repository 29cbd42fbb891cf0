"""What can change in the bookshop, each with exactly the rules that must tell it: a table for
several tests.

`old` are edits that both documents have, so that there is something to change; `new` and
`semantics` are the change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockserver.model.types import Model
from tests.changes.editing import GONE, Edits, From, bookshop

TITLE = "/components/schemas/Book/properties/title"
BOOK = "/components/schemas/Book"
SHELF = "/components/schemas/Shelf"
BOOKS = "/paths/~1shelves~1{shelf_id}~1books"
ONE = "/paths/~1shelves~1{shelf_id}~1books~1{book_id}"
SHELVES = "/paths/~1shelves"
JSON = "application~1json"
CREATED = f"{BOOKS}/post/responses/201"


@dataclass(frozen=True, eq=False)
class Case:
    """A change, and the rules that tell it, harmless ones too."""

    rules: str
    new: Edits = field(default_factory=dict)
    old: Edits = field(default_factory=dict)
    semantics: Edits = field(default_factory=dict)
    before: Edits = field(default_factory=dict)

    def __str__(self) -> str:
        return self.rules.split()[0]

    @cached_property
    def models(self) -> tuple[Model, Model]:
        """The bookshop before and after."""
        return bookshop(self.old, semantics=self.before), bookshop(
            self.old, self.new, semantics=self.semantics
        )


def facet(
    word: str, old: Any, new: Any, fact: str, way: str = "narrowed", kind: str = "string"
) -> Case:
    """Return the change of a keyword of a property that is sent and shown."""
    start = {f"{BOOK}/properties/extra": {"type": kind, **({} if old is GONE else {word: old})}}
    changed = {f"{BOOK}/properties/extra": {"type": kind, **({} if new is GONE else {word: new})}}
    return Case(f"request-{fact}-{way} reply-{fact}-{way}", changed, start)


ITEMS = {"type": "array", "items": {"type": "string"}}
CAT, DOG = (
    {
        "type": "object",
        "title": name,
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "enum": [name.lower()]}},
    }
    for name in ("Cat", "Dog")
)
PETS: dict[str, Any] = {
    "/components/schemas/Cat": CAT,
    "/components/schemas/Dog": DOG,
    f"{BOOK}/properties/pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}]},
}
TWO = {
    f"{BOOK}/properties/pet": {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")]
    }
}


def told_apart(name: str, **mapping: str) -> dict[str, Any]:
    """Return the pets with a discriminator."""
    refs = {value: f"#/components/schemas/{target}" for value, target in mapping.items()}
    return {**TWO, f"{BOOK}/properties/pet/discriminator": {"propertyName": name, "mapping": refs}}


SCHEMAS = [
    facet("type", "number", "integer", "type"),
    Case(
        "request-type-narrowed reply-type-widened", {f"{BOOK}/properties/pages": {"type": "string"}}
    ),
    Case(
        "request-nullable-narrowed reply-nullable-narrowed",
        {f"{TITLE}/nullable": False},
        {f"{TITLE}/nullable": True},
    ),
    facet("enum", ["a", "b"], ["a"], "enum"),
    facet("enum", GONE, ["a"], "enum"),
    facet("minimum", 1, 2, "minimum", kind="integer"),
    facet("maximum", GONE, 5, "maximum", kind="number"),
    facet("exclusiveMaximum", GONE, 5, "maximum", kind="number"),
    facet("multipleOf", 2, 4, "multiple-of", kind="integer"),
    facet("minLength", GONE, 1, "min-length"),
    facet("maxLength", 20, 10, "max-length"),
    facet("pattern", "^[a-z]+$", "^[a-f]+$", "pattern"),
    facet("format", GONE, "uuid", "format"),
    facet("format", "int64", "int32", "format", kind="integer"),
    Case(
        "request-min-items-narrowed reply-min-items-narrowed",
        {f"{BOOK}/properties/tags/minItems": 1},
        {f"{BOOK}/properties/tags": ITEMS},
    ),
    Case(
        "request-max-items-narrowed reply-max-items-narrowed",
        {f"{BOOK}/properties/tags/maxItems": 1},
        {f"{BOOK}/properties/tags": ITEMS},
    ),
    Case(
        "request-unique-items-narrowed reply-unique-items-narrowed",
        {f"{BOOK}/properties/tags/uniqueItems": True},
        {f"{BOOK}/properties/tags": ITEMS},
    ),
    facet("minProperties", GONE, 1, "min-properties", kind="object"),
    facet("maxProperties", GONE, 1, "max-properties", kind="object"),
    Case(
        "request-keywords-narrowed reply-keywords-widened",
        {f"{BOOK}/properties/extra/not": {"maxProperties": 1}},
        {f"{BOOK}/properties/extra": {"type": "object"}},
    ),
    facet("additionalProperties", GONE, False, "additional-properties", kind="object"),
    Case("request-property-required reply-property-required", {f"{BOOK}/required/0": "author"}),
    Case(
        "request-property-required reply-property-added",
        {f"{BOOK}/properties/x": {}, f"{BOOK}/required/0": "x"},
    ),
    Case(
        "request-property-optional reply-property-optional",
        {f"{BOOK}/required": ["id", "shelf_id", "added_at"]},
    ),
    Case(
        "request-property-added reply-property-added", {f"{BOOK}/properties/x": {"type": "string"}}
    ),
    Case("request-property-removed reply-property-removed", {f"{BOOK}/properties/pages": GONE}),
    Case(
        "request-property-refused reply-property-removed",
        {f"{BOOK}/properties/pages": GONE},
        {f"{BOOK}/additionalProperties": False},
    ),
    Case("request-property-read-only", {f"{BOOK}/properties/pages/readOnly": True}),
    Case(
        "request-property-writable",
        {f"{BOOK}/properties/pages/readOnly": False},
        {f"{BOOK}/properties/pages/readOnly": True},
    ),
    Case("reply-property-write-only", {f"{BOOK}/properties/pages/writeOnly": True}),
    Case("request-alternative-added reply-alternative-added", TWO, PETS),
    Case(
        "request-alternative-removed reply-alternative-removed",
        {f"{BOOK}/properties/pet": PETS[f"{BOOK}/properties/pet"]},
        {**PETS, **TWO},
    ),
    *(
        Case(
            "request-alternative-added reply-alternative-added",
            {f"{BOOK}/properties/extra": {keyword: [ITEMS, {"type": "string"}]}},
            {f"{BOOK}/properties/extra": {"type": "string"}},
        )
        for keyword in ("anyOf", "oneOf")
    ),
    Case(
        "request-alternative-removed reply-alternative-removed",
        {f"{BOOK}/properties/extra": ITEMS},
        {f"{BOOK}/properties/extra": {"oneOf": [ITEMS, {"type": "string"}]}},
    ),
    Case(  # a text of at least two letters is one of both, and refused now
        "request-alternative-removed request-type-widened reply-alternative-added",
        {
            f"{BOOK}/properties/extra": {
                "oneOf": [{"type": "string"}, {"type": "string", "minLength": 2}]
            }
        },
        {f"{BOOK}/properties/extra": {"type": "string"}},
    ),
    Case(
        "discriminator-changed",
        told_apart("sort", cat="Cat"),
        {**PETS, **told_apart("kind", cat="Cat")},
    ),
    Case(
        "discriminator-changed",
        told_apart("kind", cat="Dog"),
        {**PETS, **told_apart("kind", cat="Cat")},
    ),
    Case(
        "request-discriminator-value-added reply-discriminator-value-added",
        told_apart("kind", cat="Cat", dog="Dog"),
        {**PETS, **told_apart("kind", cat="Cat")},
    ),
    Case(
        "request-discriminator-value-removed reply-discriminator-value-removed",
        told_apart("kind", cat="Cat"),
        {**PETS, **told_apart("kind", cat="Cat", dog="Dog")},
    ),
    Case("request-default-changed", {f"{BOOK}/properties/in_stock/default": False}),
]
"""Changes of schemas; those of a keyword turn round when OLD and NEW change places."""

NAMED: dict[str, Any] = {
    "get": {
        "operationId": "getBook",
        "parameters": [
            {"in": "path", "name": name, "required": True, "schema": {}}
            for name in ("shelf_id", "id")
        ],
        "responses": {"200": {"description": "The book"}},
    }
}
OPERATIONS = [
    Case("operation-removed", {f"{ONE}/patch": GONE}),
    Case("deprecated-operation-removed", {f"{ONE}/patch": GONE}, {f"{ONE}/patch/deprecated": True}),
    Case(
        "operation-removed-before-sunset",
        {f"{ONE}/patch": GONE},
        {f"{ONE}/patch/deprecated": True, f"{ONE}/patch/x-sunset": "2030-01-01"},
    ),
    Case(
        "operation-removed-after-sunset",
        {f"{ONE}/patch": GONE},
        {f"{ONE}/patch/deprecated": True, f"{ONE}/patch/x-sunset": "2020-01-01"},
    ),
    Case("operation-added", {f"{SHELVES}/patch": {"responses": {"204": {"description": "Done"}}}}),
    Case(
        "operation-moved",
        {f"{ONE}/patch": GONE, "/paths/~1books~1{book_id}/patch": From(f"{ONE}/patch")},
    ),
    Case(
        "path-parameter-renamed",
        {ONE: GONE, "/paths/~1shelves~1{shelf_id}~1books~1{id}": NAMED},
        {ONE: NAMED},
    ),
    Case("operation-deprecated", {f"{ONE}/patch/deprecated": True}),
    Case("operation-id-changed", {f"{ONE}/patch/operationId": "other"}),
    Case("security-added", {"/security": [{"ApiKey": []}]}, {"/security": []}),
    Case("security-relaxed", {"/security": []}),
    Case("scope-added", {"/security": [{"ApiKey": ["write"]}]}),
    Case(
        "security-changed security-relaxed",
        {"/security": [{"Other": []}]},
        {"/components/securitySchemes/Other": {"type": "http", "scheme": "bearer"}},
    ),
    Case("security-scheme-changed", {"/components/securitySchemes/ApiKey/name": "X-Key"}),
    Case("base-path-removed server-added", {"/servers": [{"url": "https://bookshop.example/v2"}]}),
    Case("server-removed server-added", {"/servers": [{"url": "https://other.example"}]}),
    Case("query-parameter-removed", {f"{BOOKS}/get/parameters/2": GONE}),
    Case(
        "header-parameter-removed",
        {f"{BOOKS}/get/parameters/3": GONE},
        {f"{BOOKS}/get/parameters/3": {"in": "header", "name": "X-A", "schema": {}}},
    ),
    Case(
        "parameter-added",
        {f"{BOOKS}/get/parameters/3": {"in": "query", "name": "year", "schema": {}}},
    ),
    Case("parameter-required", {f"{BOOKS}/get/parameters/2/required": True}),
    Case(
        "parameter-optional",
        {f"{BOOKS}/get/parameters/2/required": False},
        {f"{BOOKS}/get/parameters/2/required": True},
    ),
    Case("parameter-style-changed", {f"{BOOKS}/get/parameters/2/style": "pipeDelimited"}),
    Case("request-maximum-narrowed", {f"{BOOKS}/get/parameters/1/schema/maximum": 50}),
    Case(
        "request-body-required",
        {f"{BOOKS}/post/requestBody/required": True},
        {f"{BOOKS}/post/requestBody/required": False},
    ),
    Case(
        "request-body-removed",
        {f"{ONE}/delete/requestBody": GONE},
        {f"{ONE}/delete/requestBody": {"content": {"application/json": {}}}},
    ),
    Case("request-body-optional", {f"{BOOKS}/post/requestBody/required": False}),
    Case(
        "request-media-type-removed",
        {f"{BOOKS}/post/requestBody/content/text~1csv": GONE},
        {f"{BOOKS}/post/requestBody/content/text~1csv": {}},
    ),
    Case("request-media-type-added", {f"{BOOKS}/post/requestBody/content/text~1csv": {}}),
    Case(
        "success-status-changed",
        {
            f"{ONE}/delete/responses/204": GONE,
            f"{ONE}/delete/responses/202": {"description": "Soon"},
        },
    ),
    Case(
        "success-status-removed",
        {CREATED: GONE},
        {f"{BOOKS}/post/responses/202": {"description": "Soon"}},
    ),
    Case("success-status-added", {f"{BOOKS}/post/responses/202": {"description": "Soon"}}),
    Case("refusal-added", {f"{BOOKS}/post/responses/409": {"description": "Taken"}}),
    Case("refusal-removed", {f"{BOOKS}/post/responses/406": GONE}),
    Case("reply-body-removed", {f"{CREATED}/content": GONE}),
    Case(
        "reply-media-type-removed",
        {f"{CREATED}/content/text~1csv": GONE},
        {f"{CREATED}/content/text~1csv": {}},
    ),
    Case("reply-media-type-added", {f"{CREATED}/content/text~1csv": {}}),
    Case(
        "reply-header-removed",
        {f"{CREATED}/headers/ETag": GONE},
        {f"{CREATED}/headers/ETag": {"schema": {"type": "string"}}},
    ),
    Case(
        "reply-header-optional",
        {f"{CREATED}/headers/ETag/required": False},
        {f"{CREATED}/headers/ETag": {"required": True, "schema": {}}},
    ),
    Case("reply-header-added", {f"{CREATED}/headers/ETag": {"schema": {"type": "string"}}}),
    Case(
        "callback-added",
        {
            f"{BOOKS}/post/callbacks": {
                "told": {
                    "{$request.body#/url}": {"post": {"responses": {"200": {"description": ""}}}}
                }
            }
        },
    ),
    Case(
        "callback-removed",
        {f"{BOOKS}/post/callbacks": GONE},
        {
            f"{BOOKS}/post/callbacks": {
                "told": {
                    "{$request.body#/url}": {"post": {"responses": {"200": {"description": ""}}}}
                }
            }
        },
    ),
]
"""Changes of operations, of what they take and of what they give."""

SORT = {"in": "query", "name": "sort", "schema": {"type": "string"}}
PUT = "/operations/PUT ~1shelves~1{shelf_id}~1books~1{book_id}"
LIST = "/operations/GET ~1shelves~1{shelf_id}~1books"
MEANINGS = [
    Case("key-changed", semantics={"/resources/books/key": "isbn"}),
    Case("put-merges", semantics={PUT: {"kind": "merge"}}),
    Case("put-replaces", before={PUT: {"kind": "merge"}}),
    Case("kind-changed", semantics={PUT: {"kind": "upsert"}}),
    Case("kind-lost", semantics={PUT: {"kind": "stateless"}}),
    Case(
        "paging-changed",
        semantics={f"{LIST}/paging": {"style": "offset", "number": "page", "size": "limit"}},
    ),
    Case("page-size-changed", {f"{BOOKS}/get/parameters/1/schema/default": 10}),
    Case("stored-default-changed", semantics={"/resources/books/defaults": {"in_stock": False}}),
    Case("filter-lost", semantics={f"{LIST}/filters": {}}),
    Case("sort-lost", old={f"{BOOKS}/get/parameters/3": SORT}, semantics={f"{LIST}/sort": None}),
    Case("answered-otherwise", semantics={f"{PUT}/status": 202}),
    Case("envelope-changed", semantics={f"{LIST}/envelope": {"many": "items"}}),
]
"""Changes of what the document does not say."""
