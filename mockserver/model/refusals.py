"""Compile how an API refuses: the errors of a semantics file over the standard ones (RFC 9457, RFC
9110).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.types import ErrorForm, Errors

STATUSES: Mapping[str, int] = {
    "malformed": 400,
    "invalid": 400,
    "invalid_query": 400,
    "invalid_path": 400,
    "unauthorized": 401,
    "bad_credentials": 401,
    "login_refused": 401,
    "forbidden": 403,
    "not_found": 404,
    "gone": 404,
    "parent_not_found": 404,
    "page_not_found": 404,
    "no_route": 404,
    "method_not_allowed": 405,
    "method_not_implemented": 501,
    "not_acceptable": 406,
    "conflict": 409,
    "duplicate": 409,
    "transition": 409,
    "stale": 409,
    "precondition_failed": 412,
    "precondition_required": 428,
    "key_reused": 422,
    "body_too_large": 413,
    "limit_exceeded": 400,
    "unsupported_media_type": 415,
    "unsupported_coding": 415,
    "too_many": 403,
    "rate_limited": 429,
    "internal": 500,
}
MEANT: Mapping[int, tuple[str, ...]] = {
    400: ("invalid", "invalid_query", "malformed"),
    404: ("not_found", "no_route"),
    409: ("conflict",),
    413: ("body_too_large",),
    422: ("invalid",),
}
"""The kinds of problem that a status means first, where several have it."""
HEADERS: Mapping[str, Mapping[str, str]] = {"rate_limited": {"Retry-After": "{retry_s}"}}
"""Headers that go with a kind of problem when the semantics say none (RFC 9110 section 10.2.3)."""
FALLBACKS: Mapping[str, str] = {
    "invalid_query": "invalid",
    "invalid_path": "invalid",
    "limit_exceeded": "invalid_query",
    "bad_credentials": "unauthorized",
    "login_refused": "bad_credentials",
    "gone": "not_found",
    "parent_not_found": "not_found",
    "page_not_found": "not_found",
    "no_route": "not_found",
    "transition": "conflict",
    "stale": "conflict",
    "duplicate": "invalid",
    "too_many": "forbidden",
    "unsupported_coding": "unsupported_media_type",
}
"""Where a semantics file leaves a kind out, the kind whose form it takes, when that one is said."""

WITH_VIOLATIONS = frozenset({"limit_exceeded", "duplicate"})
"""Kinds of problems that tell what is wrong with a request, beside those of invalid ones."""
PROBLEM_DETAILS = {
    "type": "about:blank",
    "title": "{title}",
    "status": "{status}",
    "detail": "{message}",
    "errors": {"$each": {"pointer": "{pointer}", "detail": "{message}"}},
}
"""RFC 9457 section 3, with one entry for each violation as its section 3.2 shows."""


def compile_errors(said: Mapping[str, Any], source: str) -> dict[str, Errors]:
    """Return the sets of errors by name; `default` is always there. Raises SemanticsError."""
    compiled: dict[str, Errors] = {"default": standard_errors()}
    for name, each in said.items():
        base = each.get("extends")
        if base is not None and base not in compiled:
            known = ", ".join(compiled)
            raise SemanticsError(
                source, f"no errors {base!r}", f"/errors/{name}/extends", f"known: {known}"
            )
        compiled[name] = (
            _extended(compiled[base], said.get(base, {}), each) if base else _declared(each)
        )
    return compiled


@cache
def standard_errors() -> Errors:
    """Return the errors of an API that says nothing of its own: problem details."""
    forms = {
        kind: ErrorForm(status, "", "", PROBLEM_DETAILS, HEADERS.get(kind, {}))
        for kind, status in STATUSES.items()
    }
    return Errors(forms, media_type="application/problem+json", standard=True)


def meant_by(errors: Errors, status: int) -> str | None:
    """Return the kind of problem that a status tells of: one whose form has it, else one that
    usually has it.
    """
    order = (*MEANT.get(status, ()), *STATUSES)
    own = next((kind for kind in order if errors.forms[kind].status == status), None)
    return own or next((kind for kind in order if STATUSES[kind] == status), None)


def _declared(said: Mapping[str, Any]) -> Errors:
    standard = _leaves_bodies(said)
    usual = "application/problem+json" if standard else "application/json"
    return Errors(
        forms={kind: _form(kind, said) for kind in STATUSES},
        messages=said.get("messages", {}),
        details=_details(said),
        media_type=said.get("media_type", usual),
        at=said.get("at", ""),
        tells=said.get("tells", "all"),
        standard=standard,
    )


def _leaves_bodies(said: Mapping[str, Any]) -> bool:
    """Tell whether nothing is said of the usual body, so that documents keep theirs."""
    return not {"body", "invalid_body"} & said.keys()


def _form(kind: str, said: Mapping[str, Any]) -> ErrorForm:
    forms = said.get("forms", {})
    meant: str | None = kind
    while meant is not None and meant not in forms:
        meant = FALLBACKS.get(meant)
    declared = forms.get(meant, {}) if meant else {}
    status = declared.get("status", STATUSES[kind])
    own_words = meant is not None or _leaves_bodies(said)
    return ErrorForm(
        status=status,
        message=declared.get("message", "" if own_words else HTTPStatus(status).phrase),
        code=declared.get("code", ""),
        body=declared.get("body", _usual_body(kind, said, PROBLEM_DETAILS)),
        headers=declared.get("headers", HEADERS.get(kind, {})),
        said=frozenset(declared),
    )


def _usual_body(kind: str, said: Mapping[str, Any], otherwise: Any) -> Any:
    usual = said.get("body", otherwise)
    return (
        said.get("invalid_body", usual)
        if kind.startswith("invalid") or kind in WITH_VIOLATIONS
        else usual
    )


def _extended(base: Errors, beneath: Mapping[str, Any], said: Mapping[str, Any]) -> Errors:
    """Return the base with what an extension says; its body takes the place of the usual one, not
    of a form's own.
    """
    own = {kind for kind, declared in beneath.get("forms", {}).items() if "body" in declared}
    forms = {
        kind: form if kind in own else replace(form, body=_usual_body(kind, said, form.body))
        for kind, form in base.forms.items()
    }
    for kind, declared in said.get("forms", {}).items():
        forms[kind] = replace(forms[kind], **declared, said=forms[kind].said | declared.keys())
    return replace(
        base,
        forms=forms,
        messages={**base.messages, **said.get("messages", {})},
        details={**base.details, **_details(said)},
        media_type=said.get(
            "media_type",
            "application/json" if base.standard and "body" in said else base.media_type,
        ),
        at=said.get("at", ""),
        tells=said.get("tells", base.tells),
        standard=base.standard and _leaves_bodies(said),
    )


def _details(said: Mapping[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        name: tuple((pattern, text) for pattern, text in pairs)
        for name, pairs in said.get("details", {}).items()
    }
