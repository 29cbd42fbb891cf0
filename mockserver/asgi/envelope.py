"""Put a Reply into the API's envelope: records in, the body that the document describes out.

How is settled per operation: which properties a record shows, and which constant parts surround it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.asgi.conform import Conformer
from mockserver.asgi.paging import cursor, page_number, page_url
from mockserver.asgi.request import Request
from mockserver.asgi.secrets import hider
from mockserver.asgi.showing import shower
from mockserver.call import Page, RawBody, Reply, Supply
from mockserver.lookup import MISSING
from mockserver.model.envelopes import ABSENT, many_envelope
from mockserver.model.schemas import SchemaCompiler
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import key_of

Roles = Mapping[str, Callable[[], Any]]
_REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})
_LISTS = frozenset({Kind.LIST, Kind.VIEW})


class Enveloper:
    """Wraps the replies of one operation."""

    def __init__(
        self, model: Model, operation: Operation, supply: Supply, schemas: SchemaCompiler
    ) -> None:
        """Settle what is the same for each reply: constant parts, what is hidden, what bodies must
        fit.
        """
        self._operation = operation
        self._resource = model.resources.get(operation.resource or "")
        spec, envelope = model.document.spec, operation.envelope

        def made(schema: Any, name: str) -> Any:
            value = supply.value(schema, f"{operation.label}/{name}")
            known = None if value is MISSING else value
            return Conformer(spec, schema, schemas, supply).conform(
                known, f"{operation.label}/{name}"
            )

        self._templates = {
            "one": _made(envelope.one, made),
            "many": _made(envelope.many, made),
            "item": _made(envelope.item, made),
            "count": _made(envelope.count, made),
            "removed": _made(envelope.removed, made),
        }
        if self._resource is not None:
            self._show = shower(model, operation, self._resource, schemas, supply)
        shown = operation.described.success_schema(operation.success)
        self._hide = hider(spec, shown.raw)
        self._conformers: dict[int, Conformer] = {}
        for status in (operation.success, operation.created):
            schema = operation.described.success_schema(status).raw
            if schema:
                self._conformers[status] = Conformer(spec, schema, schemas, supply)
        lists = many_envelope(shown, "") is not None
        self._is_sure = operation.kind is Kind.ACTION or (operation.kind in _LISTS and lists)

    def wrap(self, reply: Reply, request: Request) -> Any:
        """Return the body of a reply, without what only a client may say; MISSING when it has
        none.
        """
        if isinstance(reply.value, RawBody):
            return reply.value
        body = self._wrapped(reply, request)
        body = body if self._hide is None else self._hide(body)
        if self._is_sure or body is MISSING:
            return body
        conformer = self._conformers.get(
            self._operation.created if reply.created else self._operation.success
        )
        return body if conformer is None else conformer.conform(body, self._operation.label)

    def _wrapped(self, reply: Reply, request: Request) -> Any:
        """Return what the kind of the operation shows of a value."""
        kind, value = self._operation.kind, reply.value
        if kind in (Kind.STATELESS, Kind.ACTION) or self._resource is None:
            return MISSING if value is None else value
        if kind in _REMOVALS:
            return self._removed(value)
        if kind is Kind.COUNT:
            return _fill(self._templates["count"], {"$value": lambda: value})
        if value is None:
            return MISSING
        if kind in _LISTS:
            shown = [self._listed(record) for record in value]
            roles = {
                **self._list_roles(shown, reply.page, request),
                "$map": lambda: self._mapped(value, shown),
            }
            return _fill(
                self._templates["many"], {**roles, "$first": lambda: shown[0] if shown else None}
            )
        return self._one(value if isinstance(value, list) else [value], request)

    def _mapped(self, records: list[Any], shown: list[Any]) -> dict[str, Any]:
        """Return what is shown of records by their keys."""
        key = self._resource.key if self._resource and self._resource.key else ""
        return {
            key_of(record.get(key, "")): each for record, each in zip(records, shown, strict=True)
        }

    def _listed(self, record: Any) -> Any:
        """Return what stands in a list for a record."""
        shown = self._show(record)
        template = self._templates["item"]
        return shown if template == "$value" else _fill(template, {"$value": lambda: shown})

    def _one(self, records: list[Any], request: Request) -> Any:
        """Return the body that shows a record, or the several that one call has made."""
        shown = [self._show(record) for record in records]
        roles = {
            **self._list_roles(shown, None, request),
            "$value": lambda: shown[0] if shown else None,
        }
        return _fill(self._templates["one"], {**roles, "$each": lambda: shown})

    def _removed(self, records: list[Any]) -> Any:
        template = self._templates["removed"]
        if template is None:
            return MISSING
        return _fill(template, {"$value": lambda: self._show(records[0]) if records else None})

    def _list_roles(self, shown: list[Any], page: Page | None, request: Request) -> Roles:
        paging = self._operation.paging
        at = page or Page(1, None, len(shown))
        size = at.size or max(at.total, 1)
        return {
            "$value": lambda: shown,
            "$total": lambda: at.total,
            "$length": lambda: len(shown),
            "$page": lambda: at.offset // size + at.first if at.start is not None else at.number,
            "$size": lambda: at.size if at.size is not None else at.total,
            "$pages": lambda: max(1, -(-at.total // size)),
            "$offset": lambda: at.offset,
            "$has_next": lambda: at.has_next,
            "$next": lambda: page_url(request, paging, at, 1),
            "$previous": lambda: page_url(request, paging, at, -1),
            "$next_page": lambda: page_number(at, 1),
            "$previous_page": lambda: page_number(at, -1),
            "$cursor": lambda: cursor(at),
        }


def _fill(template: Any, roles: Roles) -> Any:
    """Return the body that a template describes; a role that is optional and tells nothing leaves
    no property.
    """
    if isinstance(template, str):
        return _played(template, roles) if template.startswith("$") else template
    if isinstance(template, Mapping):
        filled = {name: _fill(child, roles) for name, child in template.items()}
        return {name: child for name, child in filled.items() if child is not MISSING}
    if template == ["$value"]:
        return roles["$each"]() if "$each" in roles else [roles["$value"]()]
    return template


def _played(role: str, roles: Roles) -> Any:
    play = roles.get(role.removesuffix(ABSENT))
    if play is None:
        return role
    value = play()
    return MISSING if value is None and role.endswith(ABSENT) else value


def _made(template: Any, make: Callable[[Any, str], Any]) -> Any:
    """Replace `$made` parts by a value of their schema, once."""
    if not isinstance(template, Mapping):
        return template
    if "$made" in template:
        return make(template["$made"], str(template.get("$name", "")))
    return {name: _made(child, make) for name, child in template.items()}
