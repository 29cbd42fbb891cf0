"""How Omnitron refuses: an exception in, the reply of Django REST framework with the server's own
code out.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from rest_framework.exceptions import (
    APIException,
    NotAcceptable,
    NotFound,
    ParseError,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler


class IllegalMove(APIException):
    """A batch that cannot go from one status to another."""

    status_code = 406
    default_detail = "Batch request cannot be updated."
    default_code = "batch_request_status_100_1"


class LoginRefused(ValidationError):
    """A name and a password that nobody has."""

    default_code = "authorization"

    def __init__(self) -> None:
        super().__init__(
            {"non_field_errors": ["Unable to log in with provided credentials."]}, "authorization"
        )


def no_object(field: str, by: str, value: Any) -> ValidationError:
    """Return the refusal of a field that names what is not there."""
    return ValidationError({field: [f"Object with {by}={value} does not exist."]})


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the reply to an error, with its code; field errors of the integration interface have
    none.
    """
    if isinstance(error, Http404 | NotFound):
        error = NotFound(
            getattr(error, "detail", None) if isinstance(error, NotFound) else "Not found."
        )
    if isinstance(error, NotAcceptable):
        error = NotAcceptable("Could not satisfy the request Accept header.")
    response = exception_handler(error, context)
    if response is None or not isinstance(response.data, dict):
        return response
    of_fields = isinstance(error, ValidationError)
    if not (of_fields and context["request"].path.startswith("/api/i1/")):
        response.data["code"] = _code(error)
    return response


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return JsonResponse({"detail": "Not found.", "code": "not_found"}, status=404)


def _code(error: Exception) -> str:
    if isinstance(error, LoginRefused):
        return "authorization"
    if isinstance(error, ValidationError):
        return "invalid"
    if isinstance(error, ParseError):
        return "parse_error"
    codes = error.get_codes() if isinstance(error, APIException) else "error"
    return codes if isinstance(codes, str) else "error"
