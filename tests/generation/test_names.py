"""Faker makes texts by the format first, then by the name of the property."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from faker import Faker

from mockserver.generation.names import FORMATS
from mockserver.generation.patterns import text_for
from mockserver.generation.supply import STYLES, SeededSupply
from mockserver.generation.values import ValueMaker
from tests.generation.test_values import faults


def text(name: str, **schema: Any) -> str:
    maker = ValueMaker({}, Faker("en_US", use_weighting=False))
    return str(maker.make({"type": "string", **schema}, name, Random(7)))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("email", r"[^@ ]+@example\.(com|org|net)"),
        ("customerEmail", r"[^@ ]+@example\.(com|org|net)"),
        ("first_name", r"[A-Z][\w' -]+"),
        ("image_url", r"https://example\.com/images/.+\.jpg"),
        ("website", r"https://example\.com/.+"),
        ("created_at", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("sku", r"\d{10}"),
        ("country_code", r"[A-Z]{2}"),
        ("currency", r"[A-Z]{3}"),
        ("phone", r"\+1-202-555-01\d\d"),
        ("slug", r"[a-z0-9-]+"),
        ("ip_address", r"[\d.]+"),
        ("clientIp", r"[\d.]+"),
        ("ownership", r"[a-z]+"),
        ("email_address", r"[^@ ]+@example\.(com|org|net)"),
        ("checksum", r"[0-9a-f]{40}"),
        ("unheard_of", r"[a-z]+"),
    ],
)
def test_a_text_fits_the_name_of_its_property(name: str, shape: str) -> None:
    assert re.fullmatch(shape, text(name)), text(name)


def test_the_format_wins_over_the_name() -> None:
    assert re.fullmatch(r"[0-9a-f-]{36}", text("email", format="uuid"))


def test_the_pattern_wins_over_format_and_name() -> None:
    assert re.fullmatch("x{5}", text("email", format="uuid", pattern="^x{5}$"))


@pytest.mark.parametrize("name", FORMATS)
def test_a_text_of_a_format_is_valid(name: str) -> None:
    assert not faults(text("value", format=name), {"type": "string", "format": name})


def test_personal_data_never_leads_to_a_real_place() -> None:
    for name in ("email", "website", "image_url", "hostname"):
        assert "example." in text(name, **({"format": "hostname"} if name == "hostname" else {}))


@pytest.mark.parametrize("pattern", [r"(", r"^\p{L}+$", r"^(?<=x)y{5}[z", "^(?=a)b$"])
def test_a_pattern_that_cannot_be_followed_gives_some_text(pattern: str) -> None:
    assert isinstance(text_for(pattern, Random(1)), str)


@pytest.mark.parametrize("pattern", ["^[^a]+$", r"^\S+$", r"^[\s\S]*$", "^.*$"])
def test_a_text_for_a_pattern_can_be_printed(pattern: str) -> None:
    assert all(text_for(pattern, Random(seed), 1).isprintable() for seed in range(30))


def test_unbounded_repeats_stay_short() -> None:
    assert all(len(text_for("^[a-z]+[0-9]*$", Random(seed))) <= 16 for seed in range(30))


def test_a_text_for_a_pattern_keeps_the_length_asked_for() -> None:
    assert all(12 <= len(text_for("^[a-z]+$", Random(seed), 12, 20)) <= 20 for seed in range(30))


MOMENT = datetime(2024, 2, 29, 13, 5, 9, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("style", "stamp"),
    [
        ("now-rfc2822", "Thu, 29 Feb 2024 13:05:09 +0000"),
        ("now-rfc3339", "2024-02-29T13:05:09Z"),
        ("now-rfc3339-micros", "2024-02-29T13:05:09.123456Z"),
        ("now-date", "2024-02-29"),
        ("now-unix", 1709211909),
    ],
)
def test_a_stamp_is_the_moment_of_the_clock_in_its_style(style: str, stamp: Any) -> None:
    assert SeededSupply({}, clock=lambda: MOMENT).stamp(style) == stamp


def test_every_style_is_tested() -> None:
    assert len(STYLES) == 5


def test_the_clock_is_asked_for_each_stamp() -> None:
    moments = iter([MOMENT, MOMENT + timedelta(days=1)])
    supply = SeededSupply({}, clock=lambda: next(moments))
    assert supply.stamp("now-date") != supply.stamp("now-date")


def test_a_uuid_is_of_version_4_and_depends_on_seed_and_salt() -> None:
    made = {SeededSupply({}, seed).uuid(salt) for seed in (1, 2) for salt in ("a", "b")}
    assert len(made) == 4
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each)
        for each in made
    )


@pytest.mark.parametrize("length", [1, 5, 40])
def test_digits_are_as_many_as_asked_for(length: int) -> None:
    made = SeededSupply({}, 1).digits("salt", length)
    assert len(made) == length
    assert made.isdigit()
    assert made == SeededSupply({}, 1).digits("salt", length)


@pytest.mark.parametrize(
    ("method", "shape"),
    [
        ("name.firstName", r"[A-Z][\w' -]+"),
        ("person.firstName", r"[A-Z][\w' -]+"),
        ("internet.email", r"[^@ ]+@example\.(com|org|net)"),
        ("image.imageUrl", r"https://example\.com/images/.+\.jpg"),
        ("datatype.uuid", r"[0-9a-f-]{36}"),
        ("commerce.price", r"\d+\.00"),
        ({"helpers.slugify": ["two words"]}, r"[a-z0-9-]+"),
    ],
)
def test_a_text_is_what_x_faker_names(method: Any, shape: str) -> None:
    made = text("unheard_of", **{"x-faker": method})
    assert re.fullmatch(shape, made), made
    assert made != text("unheard_of")


@pytest.mark.parametrize("method", ["nobody.knowsThis", "", 7, {"a": 1, "b": 2}])
def test_an_x_faker_that_nobody_knows_changes_nothing(method: Any) -> None:
    assert text("unheard_of", **{"x-faker": method}) == text("unheard_of")


def test_a_number_is_within_what_x_faker_names() -> None:
    maker = ValueMaker({}, Faker("en_US", use_weighting=False))
    schema = {"type": "number", "x-faker": {"datatype.number": {"min": 10, "max": 11}}}
    assert all(10 <= maker.make(schema, "n", Random(seed)) <= 11 for seed in range(20))
