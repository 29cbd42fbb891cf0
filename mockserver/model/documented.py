"""Let an operation refuse as its document says: errors without a body and its responses in, its own
errors out.

The status of each kind of problem is the usual one or, where only that is documented, one that
means nearly the same; the body has the form that is documented for the status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.declared import Spec, is_json, response_at, type_of
from mockserver.model.errorshapes import infer_shape
from mockserver.model.types import ErrorForm, Errors, Template

NEARLY: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("malformed", "invalid", "invalid_query", "limit_exceeded"), (400, 422)),
    "invalid_path": (400, 422, 404),
    **dict.fromkeys(("unauthorized", "bad_credentials", "login_refused"), (401, 403)),
    "forbidden": (403, 401),
    **dict.fromkeys(("conflict", "duplicate", "transition"), (409, 422, 400)),
    "too_many": (403, 409, 422, 400),
    "unsupported_media_type": (415, 400, 422),
}
"""The statuses that may be meant by a kind of problem, the usual one first (RFC 9110 section
15.5).
"""

Make = Callable[[Any, str], Any]
"""Makes a value for a schema and a name."""


def documented_errors(
    errors: Errors, spec: Spec, operation: Mapping[str, Any], make: Make
) -> Errors:
    """Return the errors of one operation; those that the semantics declare stay as they are."""
    if not errors.standard:
        return errors
    bodies: dict[int, Template] = {}
    forms = {}
    for kind, form in errors.forms.items():
        status = form.status if "status" in form.said else _status(kind, form.status, operation)
        if status not in bodies:
            bodies[status] = _body(status, spec, operation, make)
        forms[kind] = _with_body(replace(form, status=status), bodies[status])
    return replace(errors, forms=forms)


def documented_form(
    form: ErrorForm, spec: Spec, operation: Mapping[str, Any], make: Make
) -> ErrorForm:
    """Return a form with the body that an operation documents for its status, as it is where there
    is none.
    """
    return _with_body(form, _body(form.status, spec, operation, make))


def error_media(operation: Mapping[str, Any], status: int) -> tuple[str, Mapping[str, Any]] | None:
    """Return the media type and its object in which a status is told: JSON, else text; None for
    neither.
    """
    content = response_at(operation, status).get("content") or {}
    known = {name: media for name, media in content.items() if isinstance(media, Mapping)}
    for fits in (is_json, lambda name: name.startswith("text/")):
        for name, media in known.items():
            if fits(name):
                return name, media
    return None


def _status(kind: str, usual: int, operation: Mapping[str, Any]) -> int:
    responses = set(map(str, operation.get("responses") or {}))
    return next((status for status in NEARLY.get(kind, ()) if str(status) in responses), usual)


def _with_body(form: ErrorForm, body: Template) -> ErrorForm:
    """Return a form with a documented body, unless it has one that the semantics say."""
    return form if body is None or "body" in form.said else replace(form, body=body)


def _body(status: int, spec: Spec, operation: Mapping[str, Any], make: Make) -> Template:
    """Return the body that is documented for a status, None when there is none."""
    found = error_media(operation, status)
    if found is None:
        return None
    media_type, media = found
    if not is_json(media_type) and type_of(media.get("schema") or {}) != "object":
        return "{messages}"
    shape = infer_shape(spec, media)
    return _with_made(shape, make) if shape is not None else None


def _with_made(template: Template, make: Make) -> Template:
    """Return the template with the parts that are made from a schema in place."""
    if isinstance(template, list):
        return [_with_made(item, make) for item in template]
    if not isinstance(template, Mapping):
        return template
    if "$made" in template:
        return make(template["$made"], template.get("$name", "error"))
    return {name: _with_made(child, make) for name, child in template.items()}
