"""Take the word of `x-faker`, the name of a method of faker.js by which a document says what a text
is: a schema in, a function of Faker out, or None.

    {"type": "string", "x-faker": "name.firstName"}
    {"type": "number", "x-faker": {"datatype.number": {"min": 10, "max": 11}}}

The names are those of version 6 (https://v6.fakerjs.dev) and, where they became other ones, of the
later versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from mockserver.generation.names import FORMATS, Provider, image_url

if TYPE_CHECKING:
    from faker import Faker

WORD = "x-faker"
_BOUNDS = {"min": "minimum", "max": "maximum"}
_NUMBERS = ("datatype.number", "datatype.float", "random.number", "number.int", "number.float")


def _price(faker: Faker) -> str:
    whole = faker.random_int(1, 999)
    return f"{whole}.00"


_METHODS: Mapping[str, str] = {
    "firstName": "first_name",
    "lastName": "last_name",
    "findName": "name",
    "fullName": "name",
    "prefix": "prefix",
    "suffix": "suffix",
    "jobTitle": "job",
    "email": "ascii_safe_email",
    "exampleEmail": "ascii_safe_email",
    "userName": "user_name",
    "username": "user_name",
    "password": "password",
    "domainWord": "domain_word",
    "mac": "mac_address",
    "userAgent": "user_agent",
    "city": "city",
    "cityName": "city",
    "country": "country",
    "countryCode": "country_code",
    "state": "state",
    "stateAbbr": "state_abbr",
    "streetAddress": "street_address",
    "streetName": "street_name",
    "secondaryAddress": "secondary_address",
    "zipCode": "postcode",
    "latitude": "latitude",
    "longitude": "longitude",
    "timeZone": "timezone",
    "companyName": "company",
    "catchPhrase": "catch_phrase",
    "bs": "bs",
    "color": "color_name",
    "word": "word",
    "sentence": "sentence",
    "paragraph": "paragraph",
    "paragraphs": "text",
    "text": "text",
    "slug": "slug",
    "slugify": "slug",
    "iban": "iban",
    "bic": "swift",
    "currencyCode": "currency_code",
    "currencyName": "currency_name",
    "fileName": "file_name",
    "fileExt": "file_extension",
    "mimeType": "mime_type",
    "commitSha": "sha1",
    "vin": "vin",
}
"""What Faker calls it, by the last part of a method: `name.firstName` is now `person.firstName`."""
_PROVIDERS: Mapping[str, Provider] = {
    "url": FORMATS["uri"],
    "domainName": FORMATS["hostname"],
    "ip": FORMATS["ipv4"],
    "ipv4": FORMATS["ipv4"],
    "ipv6": FORMATS["ipv6"],
    "avatar": lambda faker: image_url(faker),
    "imageUrl": lambda faker: image_url(faker),
    "phoneNumber": lambda faker: faker.numerify("+1-202-555-01##"),
    "productName": lambda faker: " ".join(faker.words(2)).title(),
    "product": lambda faker: faker.word().title(),
    "department": lambda faker: faker.word().title(),
    "price": _price,
    "amount": _price,
    "uuid": FORMATS["uuid"],
    "past": FORMATS["date-time"],
    "recent": FORMATS["date-time"],
    "words": lambda faker: " ".join(faker.words(3)),
    "sentences": lambda faker: faker.paragraph(3),
    "account": lambda faker: faker.numerify("########"),
    "accountNumber": lambda faker: faker.numerify("########"),
}
"""What is made otherwise than by one method of Faker."""


def faked_provider(schema: Mapping[str, Any]) -> Provider | None:
    """Return what makes the text that `x-faker` names, None where it names none that is known."""
    method, _ = _said(schema)
    _, _, name = method.rpartition(".")
    if name in _METHODS:
        return methodcaller(_METHODS[name])
    return _PROVIDERS.get(name)


def faked_bounds(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a number with the bounds that `x-faker` names where it has none."""
    method, options = _said(schema)
    if method not in _NUMBERS or not isinstance(options, Mapping):
        return schema
    bounds = {}
    for word, bound in _BOUNDS.items():
        value = options.get(word)
        is_number = isinstance(value, int | float)
        if is_number and not isinstance(value, bool):
            bounds[bound] = value
    return {**bounds, **schema}


def _said(schema: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the method that `x-faker` names, and what it is to be called with."""
    said = schema.get(WORD)
    if isinstance(said, Mapping) and len(said) == 1:
        [(method, options)] = said.items()
        return str(method), options
    return (said, None) if isinstance(said, str) else ("", None)
