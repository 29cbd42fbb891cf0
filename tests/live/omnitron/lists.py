"""How lists are asked for: query parameters in, filters, order and page out.

A parameter without a value asks for nothing, as in django-filter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
FLAGS = {"true": True, "false": False, "1": True, "0": False}
LARGEST = 2**62


def whole(said: str, name: str, least: int = -LARGEST, otherwise: str = "Enter a number.") -> int:
    """Return a whole number; one that is too large to be there is the largest. `otherwise` is said
    of other texts.
    """
    if not NUMBER.fullmatch(said):
        raise ValidationError({name: [otherwise]})
    found = int(said) if len(said) < 20 else -LARGEST if said.startswith("-") else LARGEST
    found = max(-LARGEST, min(found, LARGEST))
    if found < least:
        raise ValidationError({name: [f"Ensure this value is greater than or equal to {least}."]})
    return found


def text(request: Request, name: str) -> str | None:
    """Return the value of a parameter, None when it has none."""
    return request.query_params.get(name) or None


def key(request: Request, name: str) -> int | None:
    """Return the key that a parameter names, None when it has no value; one of more than 64 bits is
    refused.
    """
    said = text(request, name)
    if said is None:
        return None
    number = whole(said, name)
    if len(said) > 18 and not -(2**63) <= int(said) < 2**63:
        raise ValidationError({name: ["Enter a number of 64 bits."]})
    return number


def number(request: Request, name: str) -> int | None:
    """Return the whole number of a parameter, None when it has no value."""
    said = text(request, name)
    return None if said is None else whole(said, name)


def wholes(request: Request, name: str) -> list[int] | None:
    """Return the numbers of a comma-separated parameter, None when it has no value."""
    said = text(request, name)
    return None if said is None else [whole(each, name) for each in said.split(",")]


def texts(request: Request, name: str, known: Sequence[str] | None = None) -> list[str] | None:
    """Return the values of a parameter, given once or several times, None when it has none."""
    values = [value for value in request.query_params.getlist(name) if value]
    for value in values:
        if known is not None and value not in known:
            raise ValidationError({name: [f'"{value}" is not a valid choice.']})
    return values or None


def flag(request: Request, name: str) -> bool | None:
    said = text(request, name)
    if said is None:
        return None
    if said.lower() not in FLAGS:
        raise ValidationError({name: ["Must be a valid boolean."]})
    return FLAGS[said.lower()]


def narrowed(found: QuerySet[Any], **values: Any) -> QuerySet[Any]:
    """Return what has the values that are asked for; None asks for nothing."""
    return found.filter(**{name: value for name, value in values.items() if value is not None})


def ordered(found: QuerySet[Any], request: Request, fields: Sequence[str]) -> QuerySet[Any]:
    """Return records in the order that `sort` names, by pk where it does not or where they are
    alike.
    """
    order: dict[str, Any] = {}
    for asked in request.query_params.get("sort", "").split(","):
        name = asked.strip().removeprefix("-")
        column = F("pk" if name == "id" else name)
        down = asked.strip().startswith("-")
        if name == "id" or name in fields:
            order.setdefault(
                column.name, column.desc(nulls_last=True) if down else column.asc(nulls_first=True)
            )
    return found.order_by(*order.values(), "pk")


class Pages(PageNumberPagination):
    """Pages of ten; a limit or a page that is no number from 1 on is refused."""

    page_size = 10
    page_size_query_param = "limit"

    def get_page_size(self, request: Request) -> int:
        return whole(text(request, "limit") or "10", "limit", 1)

    def get_page_number(self, request: Request, paginator: Any) -> int:
        return whole(text(request, "page") or "1", "page", 1)


def check_page(request: Request) -> None:
    """Raise ValidationError for a page or a limit that is none."""
    whole(text(request, "page") or "1", "page", 1)
    whole(text(request, "limit") or "10", "limit", 1)


def paged(request: Request, found: QuerySet[Any], serializer: type[BaseSerializer]) -> Response:
    """Return a page in its envelope. Raises NotFound past the last page."""
    pages = Pages()
    page = pages.paginate_queryset(found, request)
    return pages.get_paginated_response(serializer(page, many=True).data)


def bare(request: Request, found: QuerySet[Any], serializer: type[BaseSerializer]) -> Response:
    """Return a page as it is, an empty one past the last page."""
    pages = Pages()
    size, number = pages.get_page_size(request), pages.get_page_number(request, None)
    start = min((number - 1) * size, LARGEST)
    return Response(serializer(found[start : min(start + size, LARGEST + 1)], many=True).data)
