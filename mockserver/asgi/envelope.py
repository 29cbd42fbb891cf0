"""Put a Reply into the API's envelope: records in, the body that the document describes out.

How is settled per operation: which properties a record shows, and which constant parts surround it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.asgi.paging import page_url
from mockserver.asgi.request import Request
from mockserver.asgi.secrets import hider
from mockserver.call import Page, Reply, Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import flattened, operation_at, properties, success_schema
from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.types import Kind, Model, Operation, Resource

Roles = Mapping[str, Callable[[], Any]]
_REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})


class Enveloper:
    """Wraps the replies of one operation."""

    def __init__(self, model: Model, operation: Operation, supply: Supply) -> None:
        self._operation = operation
        self._resource = model.resources.get(operation.resource or "")
        envelope = operation.envelope
        self._templates = {
            "one": _made(envelope.one, supply, operation),
            "many": _made(envelope.many, supply, operation),
            "count": _made(envelope.count, supply, operation),
            "removed": _made(envelope.removed, supply, operation),
        }
        self._show = _projection(model, operation, self._resource, supply)
        spec = model.document.spec
        self._hide = hider(spec, success_schema(operation_at(spec, operation.path, operation.method)))

    def wrap(self, reply: Reply, request: Request) -> Any:
        """Return the body of a reply, without what only a client may say; MISSING when it has none."""
        body = self._wrapped(reply, request)
        return body if self._hide is None else self._hide(body)

    def _wrapped(self, reply: Reply, request: Request) -> Any:
        kind, value = self._operation.kind, reply.value
        if kind in (Kind.STATELESS, Kind.ACTION) or self._resource is None:
            return MISSING if value is None else value
        if kind in _REMOVALS:
            return self._removed(value)
        if kind is Kind.COUNT:
            return _fill(self._templates["count"], {"$value": lambda: value})
        if isinstance(value, list):
            roles = self._list_roles([self._show(record) for record in value], reply.page, request)
            return _fill(self._templates["many"], roles)
        if value is None:
            return MISSING
        return _fill(self._templates["one"], {"$value": lambda: self._show(value)})

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
        }


def _fill(template: Any, roles: Roles) -> Any:
    if isinstance(template, str):
        return roles[template]() if template in roles else template
    if isinstance(template, Mapping):
        return {name: _fill(child, roles) for name, child in template.items()}
    return template


def _made(template: Any, supply: Supply, operation: Operation) -> Any:
    """Replace `$made` parts by a value of their schema, once."""
    if not isinstance(template, Mapping):
        return template
    if "$made" in template:
        value = supply.value(template["$made"], f"{operation.label}/{template.get('$name', '')}")
        return None if value is MISSING else value
    return {name: _made(child, supply, operation) for name, child in template.items()}


def _projection(
    model: Model, operation: Operation, resource: Resource | None, supply: Supply
) -> Callable[[Mapping[str, Any]], Any]:
    """Return what shows a record in this operation's replies.

    Hidden and writeOnly properties go; a closed schema shows what it names alone; what it requires and the
    record lacks is made from the schema.
    """
    if resource is None:
        return lambda record: record
    spec = model.document.spec
    schema = success_schema(operation_at(spec, operation.path, operation.method))
    many = many_envelope(spec, schema, resource.name) if operation.kind in (Kind.LIST, Kind.VIEW) else None
    item = many[1] if many else one_envelope(spec, schema, resource.name, resource.key)[1]
    flat, shown = flattened(spec, item), properties(spec, item)
    secret = {name for name, child in shown.items() if child.get("writeOnly")} | resource.hidden
    closed = flat.get("additionalProperties") is False
    known = frozenset(shown) - secret
    required = [name for name in flat.get("required") or () if isinstance(name, str) and name not in secret]

    needed = frozenset(required)

    def show(record: Mapping[str, Any]) -> Mapping[str, Any]:
        names = record.keys()
        if names.isdisjoint(secret) and needed <= names and (not closed or names <= known):
            return record
        visible = {
            name: value for name, value in record.items() if name not in secret and (not closed or name in known)
        }
        for name in required:
            if name not in visible:
                salt = f"{resource.name}/{record.get(resource.key or '')}/{name}"
                value = supply.value(shown.get(name, {}), salt)
                visible[name] = None if value is MISSING else value
        return visible

    return show
