from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.compare.alignment import Alignment, Side
from contracts.compare.moments import moment_of, shape_of

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def alignment() -> Alignment:
    live, mock = Side("https://api.example", "/v2", BEGAN), Side("http://testserver", "", BEGAN)
    return Alignment(live, mock, {"books": ["1", "2"], "shelves": ["1"]})


def test_records_of_the_start_have_the_same_key_on_both_sides(alignment: Alignment) -> None:
    assert alignment.keys(1, 1, "books")
    assert not alignment.keys(1, 2, "books")
    assert not alignment.keys(3, 2, "books")


def test_a_key_that_both_make_is_paired_for_good_and_in_its_resource_alone(
    alignment: Alignment,
) -> None:
    assert alignment.keys(70, 3, "books")
    assert alignment.keys(70, 3, "books")
    assert not alignment.keys(70, 4, "books")
    assert not alignment.keys(71, 3, "books")
    assert alignment.keys(71, 3, "shelves")
    assert not alignment.keys("72", 5, "books")


def test_texts_agree_when_the_keys_in_them_do_wherever_the_servers_are(
    alignment: Alignment,
) -> None:
    alignment.keys(70, 3, "books")
    assert alignment.texts("https://api.example/v2/books/70", "http://testserver/books/3")
    assert alignment.texts("/v2/books/70", "/books/3")
    assert not alignment.texts("/v2/books/70", "/books/4")
    assert not alignment.texts("/v2/book/70", "/books/3")


def test_moments_of_the_run_agree_and_earlier_ones_do_not(alignment: Alignment) -> None:
    assert alignment.moments("2026-01-01T00:00:07Z", "2026-01-01T03:00:00Z")
    assert not alignment.moments("2024-01-01T00:00:07Z", "2026-01-01T03:00:00Z")


def test_a_moment_that_moves_on_one_side_alone_is_told(alignment: Alignment) -> None:
    place = ("books", "70", "created")
    assert alignment.moved(place, "2026-01-01T00:00:01.5Z", "2026-01-01T00:00:02.5Z")
    assert alignment.moved(place, "2026-01-01T00:00:01.5Z", "2026-01-01T00:00:02.5Z")
    assert not alignment.moved(place, "2026-01-01T00:00:09.5Z", "2026-01-01T00:00:02.5Z")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00"),
        ("2026-01-02T03:04:05Z", "Fri, 02 Jan 2026 03:04:05 +0000"),
        ("2026-01-02T03:04:05Z", 1767323045),
        ("2026-01-02T03:04:05Z", 1767323045000),
        ("2026-01-02T03:04:05Z", "2026-01-02 03:04:05"),
    ],
)
def test_one_moment_is_read_in_every_style_and_the_styles_are_told_apart(
    one: object, other: object
) -> None:
    assert moment_of(one) == moment_of(other) is not None
    assert shape_of(one) != shape_of(other)


@pytest.mark.parametrize("value", ["7", 7, True, None, "2026-13-01", "yesterday", "", {}, 1e30])
def test_what_is_no_moment_is_none(value: object) -> None:
    assert moment_of(value) is None
