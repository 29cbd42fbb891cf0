"""The tests of the project: each starts with a bookshop of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from shelving import Shop

from mockserver import Mock

PARABLE = {"title": "Parable of the Sower", "author": "Octavia E. Butler"}


@pytest.fixture
def shop(mock_api: Mock) -> Iterator[Shop]:
    shop = Shop(mock_api.url, mock_api.token)
    yield shop
    shop.close()


def test_a_shelf_is_found_on_a_later_page(shop: Shop, mock_api: Mock) -> None:
    assert shop.shelf("Empty shelf") == 3
    mock_api.assert_called("GET /shelves", times=2)
    mock_api.assert_not_called("POST /shelves")


def test_a_missing_shelf_is_made(shop: Shop, mock_api: Mock) -> None:
    key = shop.shelf("Poetry")
    assert mock_api.state["shelves"].get(key) == {"id": key, "name": "Poetry"}
    assert mock_api.state["shelves"].count() == 4


@pytest.mark.mock_api(fixtures="fixtures/two-shelves.yaml")
def test_books_are_added(shop: Shop, mock_api: Mock) -> None:
    shop.add(shop.shelf("Poetry"), [PARABLE, {**PARABLE, "title": "Fledgling"}])
    assert mock_api.state["books"].under(shelf_id=2).count() == 2
    mock_api.assert_called("POST /shelves/{shelf_id}/books", times=2, status=201)


@pytest.mark.mock_api(records={"shelves": [{"id": 50, "name": "Attic"}]})
def test_records_of_one_test_are_added_to_the_fixture(shop: Shop, mock_api: Mock) -> None:
    assert shop.shelf("Attic") == 50
    assert mock_api.state["shelves"].count() == 4


@pytest.mark.mock_api(strict=False)
def test_a_refused_book_is_an_error(shop: Shop, mock_api: Mock) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        shop.add(1, [{"title": "No author", "pages": 0}])
    assert mock_api.requests.breaches()[0].operation == "POST /shelves/{shelf_id}/books"


def test_a_book_is_stamped_with_the_time_of_the_mock(shop: Shop, mock_api: Mock) -> None:
    mock_api.clock.freeze("2026-01-01T00:00:00Z")
    shop.add(1, [PARABLE])
    assert (
        mock_api.state["books"].all(title="Parable of the Sower")[0]["added_at"]
        == "2026-01-01T00:00:00Z"
    )


@pytest.mark.parametrize("turn", range(20))
def test_no_test_sees_what_another_one_made(shop: Shop, mock_api: Mock, turn: int) -> None:
    shop.add(shop.shelf("Poetry"), [PARABLE] * 3)
    assert mock_api.state["shelves"].count() == 4
    assert mock_api.state["books"].count() == 7
    assert len(mock_api.requests) == 6
