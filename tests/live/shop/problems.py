"""Refusals, as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

Errors = Sequence[tuple[str, str]]
"""Where in the body something is wrong, as a JSON pointer, and what."""


class Refused(Exception):
    """A call that is not answered as it wants, with the status that tells why."""

    def __init__(self, status: int, detail: str, errors: Errors = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors

    @property
    def body(self) -> dict[str, Any]:
        told = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
        }
        told["detail"] = self.detail
        if self.errors:
            told["errors"] = [
                {"pointer": pointer, "detail": detail} for pointer, detail in self.errors
            ]
        return told


def missing(what: str, key: object) -> Refused:
    return Refused(404, f"there is no {what} {key}")
