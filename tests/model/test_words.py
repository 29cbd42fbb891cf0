"""The singulars of English plurals, as names of resources have them."""

from __future__ import annotations

import pytest

from mockserver.model.paths import singular


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("books", "book"),
        ("categories", "category"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("branches", "branch"),
        ("people", "person"),
        ("Children", "Child"),
        ("job_statuses", "job_status"),
        ("BookShelves", "BookShelf"),
        ("TV_SERIES", "TV_SERIES"),
        ("tv_series", "tv_series"),
        ("status", "status"),
    ],
)
def test_a_name_for_several_has_one_for_each(plural: str, single: str) -> None:
    assert singular(plural) == single
