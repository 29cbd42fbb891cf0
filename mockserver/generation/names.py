"""Choose a Faker provider for a property: its name and format in, a function of Faker out, or
None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faker import Faker

Provider = Callable[["Faker"], Any]

_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2025, 1, 1, tzinfo=UTC)


def _moment(faker: Faker) -> datetime:
    return faker.date_time_between(_SINCE, _UNTIL, tzinfo=UTC)


FORMATS: Mapping[str, Provider] = {
    "date-time": lambda faker: _moment(faker).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "date": lambda faker: _moment(faker).date().isoformat(),
    "time": lambda faker: _moment(faker).strftime("%H:%M:%SZ"),
    "duration": lambda faker: f"P{faker.random_int(1, 30)}D",
    "email": lambda faker: faker.ascii_safe_email(),
    "idn-email": lambda faker: faker.ascii_safe_email(),
    "uuid": lambda faker: faker.uuid4(),
    "guid": lambda faker: faker.uuid4(),
    "uri": lambda faker: f"https://example.com/{faker.slug()}",
    "url": lambda faker: f"https://example.com/{faker.slug()}",
    "uri-reference": lambda faker: f"/{faker.slug()}",
    "iri": lambda faker: f"https://example.com/{faker.slug()}",
    "iri-reference": lambda faker: f"/{faker.slug()}",
    "uri-template": lambda faker: f"/{faker.slug()}/{{id}}",
    "hostname": lambda faker: f"{faker.domain_word()}.example.com",
    "idn-hostname": lambda faker: f"{faker.domain_word()}.example.com",
    "ipv4": lambda faker: faker.ipv4_private(),
    "ipv6": lambda faker: faker.ipv6(),
    "byte": lambda faker: "VW5kZXJzdHVkeQ==",
    "base64url": lambda faker: "VW5kZXJzdHVkeQ",
    "char": lambda faker: faker.random_lowercase_letter(),
    "date-time-local": lambda faker: _moment(faker).strftime("%Y-%m-%dT%H:%M:%S"),
    "time-local": lambda faker: _moment(faker).strftime("%H:%M:%S"),
    "http-date": lambda faker: format_datetime(_moment(faker), usegmt=True),
    "password": lambda faker: faker.password(),
    "json-pointer": lambda faker: f"/{faker.word()}",
    "relative-json-pointer": lambda faker: f"0/{faker.word()}",
    "regex": lambda faker: "^[a-z]+$",
}
NAMES: tuple[tuple[re.Pattern[str], Provider], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), provider)
    for pattern, provider in (
        (r"e_?mail", lambda faker: faker.ascii_safe_email()),
        (r"^first_?name$|^given_?name$", lambda faker: faker.first_name()),
        (r"^last_?name$|^surname$|^family_?name$", lambda faker: faker.last_name()),
        (r"^(full|display|customer|contact)_?name$|^author$", lambda faker: faker.name()),
        (r"user_?name$|^login$", lambda faker: faker.user_name()),
        (r"company|organi[sz]ation", lambda faker: faker.company()),
        (r"phone|mobile|^fax$", lambda faker: faker.numerify("+1-202-555-01##")),
        (
            r"(^|_)ip(_?v?4)?(_?addr(ess)?)?$|(?-i:[a-z]I[pP](Addr(ess)?)?)$",
            lambda faker: faker.ipv4_private(),
        ),
        (r"^street|address_?(line)?_?1?$", lambda faker: faker.street_address()),
        (r"^city$|^town$", lambda faker: faker.city()),
        (r"^(state|province|region)$", lambda faker: faker.state()),
        (r"zip|post(al)?_?code", lambda faker: faker.postcode()),
        (r"country_?(code|iso2?)$", lambda faker: faker.country_code()),
        (r"^country(_?name)?$", lambda faker: faker.country()),
        (r"currency", lambda faker: faker.currency_code()),
        (r"locale|language", lambda faker: faker.locale()),
        (r"time_?zone", lambda faker: faker.timezone()),
        (r"colou?r", lambda faker: faker.color_name()),
        (r"(image|photo|picture|avatar|thumbnail)(_?ur[il])?$", lambda faker: image_url(faker)),
        (
            r"ur[il]$|^(href|link|website)$|^src$",
            lambda faker: f"https://example.com/{faker.slug()}",
        ),
        (r"slug$|^handle$", lambda faker: faker.slug()),
        (r"sku$|^barcode$|^ean", lambda faker: faker.numerify("##########")),
        (
            r"(_at|_date|_on|date|created|updated|modified)$",
            lambda faker: FORMATS["date-time"](faker),
        ),
        (r"title$|^subject$|^headline$", lambda faker: faker.sentence(4).rstrip(".")),
        (
            r"description|summary|comment|notes?$|message|body|text$|bio$",
            lambda faker: faker.sentence(),
        ),
        (r"(^|_)hash$|checksum|digest", lambda faker: faker.sha1()),
        (r"token|secret|api_?key", lambda faker: faker.sha1()),
        (r"^name$|name$", lambda faker: " ".join(faker.words(2)).title()),
    )
)

OUTCOMES: Mapping[str, bool] = {
    "ok": True,
    "success": True,
    "successful": True,
    "succeeded": True,
    "error": False,
    "iserror": False,
    "haserror": False,
    "haserrors": False,
    "failed": False,
    "failure": False,
}
"""Flags by which a reply tells how it went, as those of a request that went well."""


def outcome_of(name: str) -> bool | None:
    """Return the value of a flag that tells how a request went, None for any other property."""
    return OUTCOMES.get(name.lower().replace("_", ""))


def image_url(faker: Faker) -> str:
    """Return the URL of an image that nobody has."""
    return f"https://example.com/images/{faker.slug()}.jpg"


def provider_for(name: str, schema: Mapping[str, Any]) -> Provider | None:
    """Return what makes a text for a property of this name and schema, by format first, then by
    name.
    """
    declared = schema.get("format")
    if isinstance(declared, str) and declared in FORMATS:
        return FORMATS[declared]
    return next((provider for pattern, provider in NAMES if pattern.search(name)), None)
