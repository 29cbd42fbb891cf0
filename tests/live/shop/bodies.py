"""What requests carry: bytes in, the values that were sent out; bodies as pydantic models, queries
by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from tests.live.shop.problems import Refused

NOT_SENT: Any = None
Whole = Annotated[int, BeforeValidator(lambda value: int(value) if _is_whole(value) else value)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Note = Annotated[str, Field(max_length=200)]
Short = Annotated[str, Field(min_length=1, max_length=40)]
SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
LARGEST = 2**62
"""What is larger is no key and no page that the database could have."""


class Body(BaseModel):
    """Strict, as JSON is; what nobody knows and what only the server sets is left out."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class CustomerPatch(Body):
    name: Name = NOT_SENT
    email: Annotated[str, Field(min_length=3, max_length=120)] = NOT_SENT
    city: Name = NOT_SENT
    tier: Literal["basic", "silver", "gold"] = NOT_SENT
    newsletter: bool = NOT_SENT
    credit: Annotated[Whole, Field(ge=0, le=1_000_000)] | None = NOT_SENT
    note: Note = NOT_SENT


class Customer(CustomerPatch):
    name: Name


class OrderPatch(Body):
    reference: Short = NOT_SENT
    status: Literal["draft", "placed", "shipped"] = NOT_SENT
    rush: bool = NOT_SENT
    weight: Annotated[Whole, Field(ge=0, le=100_000)] = NOT_SENT
    note: Note = NOT_SENT


class Order(OrderPatch):
    reference: Short


class LinePatch(Body):
    sku: Short = NOT_SENT
    quantity: Annotated[Whole, Field(ge=0, le=1000)] = NOT_SENT
    gift: bool = NOT_SENT
    label: Annotated[str, Field(max_length=80)] | None = NOT_SENT


class Line(LinePatch):
    sku: Short


class Tier(Body):
    from_quantity: Annotated[Whole, Field(ge=1, le=1000)]
    amount: Annotated[float, Field(ge=0, le=1_000_000, strict=True)]


class Price(Body):
    currency: Literal["EUR", "USD"] = NOT_SENT
    active: bool = NOT_SENT
    tiers: Annotated[list[Tier], Field(max_length=20)]


Customers = TypeAdapter(
    Annotated[list[Customer], Field(min_length=1, max_length=20)], config=ConfigDict(strict=True)
)
Parsed = TypeVar("Parsed")


def decoded(content: bytes, media_type: str) -> Any:
    """Return the JSON value of a body. Raises Refused for another media type (415) and for no JSON
    (400).
    """
    if media_type != "application/json":
        raise Refused(415, f"bodies are application/json, not {media_type or 'untold'}")
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise Refused(400, f"no JSON: {error}") from None


def checked(check: Callable[[Any], Parsed], value: Any) -> Parsed:
    """Return a value as a model. Raises Refused with each thing that is wrong in it."""
    try:
        return check(value)
    except ValidationError as error:
        wrong = [
            ("".join(f"/{step}" for step in each["loc"]), each["msg"])
            for each in error.errors(include_url=False)
        ]
        raise Refused(400, wrong[0][1], wrong) from None


def whole(text: str, name: str, least: int = -LARGEST, most: int = LARGEST) -> int:
    """Return a whole number from a path or a query; one without bounds may be too large to be
    found.
    """
    if not NUMBER.fullmatch(text):
        raise Refused(400, f"{name} must be a whole number")
    number = int(text) if len(text) < 20 else -LARGEST if text.startswith("-") else LARGEST
    if not least <= number <= most:
        raise Refused(400, f"{name} must be {least} to {most}")
    return number


def flag(text: str, name: str) -> bool:
    if text not in ("true", "false"):
        raise Refused(400, f"{name} must be true or false")
    return text == "true"


def one_of(*known: str) -> Callable[[str, str], str]:
    def choose(text: str, name: str) -> str:
        if text not in known:
            raise Refused(400, f"{name} must be one of {', '.join(known)}")
        return text

    return choose


def text_of(most: int) -> Callable[[str, str], str]:
    def take(text: str, name: str) -> str:
        if not 1 <= len(text) <= most:
            raise Refused(400, f"{name} must have 1 to {most} characters")
        return text

    return take


def asked(
    query: Mapping[str, str], known: Mapping[str, Callable[[str, str], Any]]
) -> dict[str, Any]:
    """Return the parameters that are sent and known."""
    return {name: read(query[name], name) for name, read in known.items() if name in query}


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()
