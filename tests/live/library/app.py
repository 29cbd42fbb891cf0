"""Authors and their books on flask-smorest, as its users write them: marshmallow schemas, method
views, entity tags that a change must name, and pages told in a header.

Nothing is bent for the kit: what is documented, and how wrong requests are refused, is the
framework's.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint, abort

SETTINGS = {
    "API_TITLE": "Library",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.0.3",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "api-spec.json",
}
Rows = dict[int, dict[str, Any]]


class AuthorSchema(ma.Schema):
    """An author, as it is sent and shown."""

    id = ma.fields.Integer(dump_only=True)
    first_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    last_name = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    born = ma.fields.Date(allow_none=True, load_default=None)


class BookSchema(ma.Schema):
    """A book, which names its author."""

    id = ma.fields.Integer(dump_only=True)
    title = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    author_id = ma.fields.Integer(required=True)
    pages = ma.fields.Integer(load_default=0, validate=ma.validate.Range(min=0))


class AuthorQuery(ma.Schema):
    """What a list of authors may be asked for."""

    last_name = ma.fields.String()


class BookQuery(ma.Schema):
    """What a list of books may be asked for."""

    author_id = ma.fields.Integer()


class Library:
    """What the library holds. A wrong one keeps `lost` values in the place of what is sent."""

    def __init__(self, lost: Mapping[str, Any]) -> None:
        self.lost = lost
        self.authors: Rows = {}
        self.books: Rows = {}
        self.numbers = count(1)

    def check_book(self, book: Mapping[str, Any]) -> None:
        if book["author_id"] not in self.authors:
            abort(422, message="There is no such author.")

    def drop_author(self, key: int) -> None:
        for number, book in list(self.books.items()):
            if book["author_id"] == key:
                del self.books[number]


def application(lost: Mapping[str, Any] | None = None) -> Flask:
    """Return a library of its own, which is empty; with `lost` values a wrong one."""
    app = Flask("library")
    app.config.update(SETTINGS)
    api = Api(app)
    library = Library(lost or {})
    authors = _blueprint("authors", library.authors, library, AuthorSchema, AuthorQuery)
    books = _blueprint("books", library.books, library, BookSchema, BookQuery)
    api.register_blueprint(authors)
    api.register_blueprint(books)
    return app


def _blueprint(
    name: str, rows: Rows, library: Library, schema: type[ma.Schema], query: type[ma.Schema]
) -> Blueprint:
    """Return the views of one collection."""
    views = Blueprint(name, name, url_prefix=f"/{name}")

    @views.route("/")
    class Many(MethodView):
        @views.arguments(query, location="query")
        @views.response(200, schema(many=True))
        @views.paginate()
        def get(self, asked: Mapping[str, Any], pagination_parameters: Any) -> Any:
            """List what there is."""
            found = [row for row in rows.values() if asked.items() <= row.items()]
            pagination_parameters.item_count = len(found)
            first = pagination_parameters.first_item
            return found[first : first + pagination_parameters.page_size]

        @views.etag
        @views.arguments(schema)
        @views.response(201, schema)
        def post(self, new: dict[str, Any]) -> Any:
            """Make a new one."""
            if name == "books":
                library.check_book(new)
            key = next(library.numbers)
            rows[key] = {**new, **library.lost, "id": key}
            return rows[key]

    @views.route("/<int:item_id>")
    class One(MethodView):
        def found(self, item_id: int) -> dict[str, Any]:
            if item_id not in rows:
                abort(404)
            return rows[item_id]

        @views.etag
        @views.response(200, schema)
        @views.alt_response(404, description="There is none.")
        def get(self, item_id: int) -> Any:
            """Show one."""
            return self.found(item_id)

        @views.etag
        @views.arguments(schema)
        @views.response(200, schema)
        @views.alt_response(404, description="There is none.")
        def put(self, new: dict[str, Any], item_id: int) -> Any:
            """Replace one."""
            views.check_etag(self.found(item_id), schema)
            if name == "books":
                library.check_book(new)
            rows[item_id] = {**new, "id": item_id}
            return rows[item_id]

        @views.etag
        @views.response(204)
        @views.alt_response(404, description="There is none.")
        def delete(self, item_id: int) -> None:
            """Remove one, and an author with all books."""
            views.check_etag(self.found(item_id), schema)
            del rows[item_id]
            if name == "authors":
                library.drop_author(item_id)

    return views
