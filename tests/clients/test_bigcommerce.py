"""The BigCommerce client, as it is, over TLS: OAuth and Basic do all that its product images
can.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from bigcommerce.api import BigcommerceApi
from bigcommerce.exception import ClientRequestException, RateLimitingException

from mockserver.app import Settings
from tests.conftest import fresh_app

WAYS = ("oauth", "basic")
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
RATES = ("Time-Window-Ms", "Time-Reset-Ms", "Requests-Quota", "Requests-Left")


def oauth(token: str = "tok", **options: Any) -> BigcommerceApi:
    return BigcommerceApi(client_id="cid", store_hash="abc123", access_token=token, **options)


@pytest.fixture(params=WAYS)
def api(request: pytest.FixtureRequest, bigcommerce_v2: str) -> Iterator[BigcommerceApi]:
    found = (
        oauth()
        if request.param == "oauth"
        else BigcommerceApi(host=bigcommerce_v2, basic_auth=("admin", "key"))
    )
    with closing(found.connection._session):
        yield found


@pytest.fixture
def images(api: BigcommerceApi) -> Any:
    return api.ProductImages


def is_nothing(found: Any) -> bool:
    """Tell whether a list was 204: the client makes an object of it that holds its connection
    alone.
    """
    return set(found) == {"_connection"}


def refused(call: Any, *args: Any, **fields: Any) -> tuple[int, str]:
    """Return the status of a refusal and its first message."""
    with pytest.raises(ClientRequestException) as told:
        call(*args, **fields)
    first = told.value.response.json()[0]
    assert first["status"] == told.value.status_code
    return told.value.status_code, first["message"]


def test_the_images_of_a_product_are_listed_by_id(images: Any) -> None:
    assert [image.id for image in images.all(32)] == [247, 248]


def test_the_images_of_the_store_are_listed(images: Any) -> None:
    assert [image.id for image in images.all()] == [118, 247, 248]


def test_the_time_and_the_products_with_which_its_readme_begins_are_there(
    api: BigcommerceApi,
) -> None:
    assert abs(api.Time.all()["time"] - datetime.now(UTC).timestamp()) < 60
    assert [product.id for product in api.Products.all()] == [29, 30, 32]
    assert api.Products.get(32).name == "A porcelain teapot"
    assert [product.id for product in api.Products.all(sku="SCARF-1")] == [30]
    assert refused(api.Products.get, 99)[0] == 404


def test_an_image_that_was_read_is_sent_back_with_one_value_changed(images: Any) -> None:
    before = {name: value for name, value in images.get(32, 248).items() if name != "_connection"}
    sent = {
        name: value
        for name, value in before.items()
        if name not in ("id", "product_id", "date_created")
    }
    after = images.get(32, 248).update(**{**sent, "description": "Back"})
    assert {name: after[name] for name in before} == {**before, "description": "Back"}


@pytest.mark.usefixtures("bigcommerce_v2")
def test_each_store_hash_is_a_store_of_its_own() -> None:
    first = oauth()
    other = BigcommerceApi(client_id="cid", store_hash="other", access_token="tok")
    with closing(first.connection._session), closing(other.connection._session):
        other.ProductImages.create(29, image_file="http://e.com/a.jpg")
        assert (first.ProductImages.count(), other.ProductImages.count()) == (3, 4)


def test_a_list_has_pages_and_ends_with_nothing(images: Any) -> None:
    assert [image.id for image in images.all(32, limit=1, page=1)] == [247]
    assert [image.id for image in images.all(32, limit=1, page=2)] == [248]
    assert is_nothing(images.all(32, limit=1, page=3))
    assert is_nothing(images.all(29))


def test_an_image_that_is_created_is_read_and_counted(images: Any) -> None:
    made = images.create(32, image_file="http://e.com/astonishing.jpg", description="Front")
    assert (made.product_id, made.is_thumbnail, made.sort_order, made.description) == (
        32,
        False,
        0,
        "Front",
    )
    assert "astonishing__" in made.image_file
    assert images.get(32, made.id) == made
    assert (images.count(), images.count(32), images.count(30)) == (4, 3, 1)


def test_an_update_changes_what_is_sent_and_keeps_the_rest(images: Any) -> None:
    before = images.get(32, 248)
    after = before.update(description="Back", sort_order=5)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"_connection"} == {"description", "sort_order"}
    assert images.get(32, 248).description == "Back"


def test_a_product_has_one_thumbnail(images: Any) -> None:
    images.get(32, 248).update(is_thumbnail=True)
    assert [image.is_thumbnail for image in images.all(32)] == [False, True]


def test_a_deleted_image_is_gone(images: Any) -> None:
    image = images.get(32, 247)
    assert image.delete() == {}
    assert refused(images.get, 32, 247) == (404, "The requested resource was not found.")
    assert refused(image.delete)[0] == 404
    assert [each.id for each in images.all(32)] == [248]
    assert images.count() == 2


def test_the_images_of_one_product_are_deleted_at_once(images: Any) -> None:
    assert images.delete_all(32) == {}
    assert is_nothing(images.all(32))
    assert images.count(32) == 0
    assert [image.id for image in images.all()] == [118]


def test_what_is_not_there_is_404(images: Any) -> None:
    assert refused(images.get, 32, 999)[0] == 404
    assert refused(images.get, 30, 247)[0] == 404
    assert refused(images.all, 999)[0] == 404
    assert refused(images.count, 999)[0] == 404
    assert refused(images.create, 999, image_file="http://e.com/a.jpg")[0] == 404


def test_a_wrong_body_is_400_and_changes_nothing(images: Any) -> None:
    said = "The required field 'image_file' was not supplied."
    assert refused(images.create, 32, description="no file") == (400, said)
    assert refused(images.get(32, 247).update, id=5)[0] == 400
    assert images.count(32) == 2


def test_a_limit_above_250_is_413(images: Any) -> None:
    assert refused(images.all, 32, limit=251)[0] == 413


@pytest.mark.usefixtures("bigcommerce_v2")
def test_a_read_only_token_reads_and_does_not_write() -> None:
    api = oauth("tok-read-only")
    with closing(api.connection._session):
        image = api.ProductImages.get(32, 247)
        assert api.ProductImages.count(32) == 2
        assert refused(image.update, sort_order=3)[0] == 403
        assert refused(image.delete)[0] == 403
        assert refused(api.ProductImages.delete_all, 32)[0] == 403
        assert refused(api.ProductImages.create, 32, image_file="http://e.com/a.jpg")[0] == 403
        assert api.ProductImages.count(32) == 2


@pytest.mark.usefixtures("bigcommerce_v2")
def test_a_token_that_is_not_known_is_401() -> None:
    api = oauth("wrong")
    with closing(api.connection._session):
        assert refused(api.ProductImages.all, 32)[0] == 401


def test_a_key_that_is_not_known_is_401(bigcommerce_v2: str) -> None:
    api = BigcommerceApi(host=bigcommerce_v2, basic_auth=("admin", "wrong"))
    with closing(api.connection._session):
        assert refused(api.ProductImages.all, 32)[0] == 401


@pytest.mark.usefixtures("bigcommerce_v2")
def test_every_oauth_reply_has_all_four_rate_headers() -> None:
    api = oauth()
    with closing(api.connection._session):
        api.ProductImages.all(32)
        assert api.connection.rate_limit["requests_quota"] == 150
        assert api.connection.rate_limit["window_size_ms"] == 30_000
        for path, status in (
            ("products/29/images", 204),
            ("products/32/images/999", 404),
            ("nowhere", 404),
        ):
            with suppress(ClientRequestException):
                api.connection.make_request("GET", path)
            reply = api.connection._last_response
            assert reply.status_code == status
            assert all(f"X-Rate-Limit-{name}" in reply.headers for name in RATES)


def test_past_the_quota_the_client_is_told_how_long_to_wait(
    safe_house: Any, bigcommerce_v2: str
) -> None:
    safe_house[1].app = fresh_app("bigcommerce-v2", Settings(rate_limit=True, clock=lambda: MOMENT))
    api = oauth()
    with closing(api.connection._session):
        left = [
            api.ProductImages.count(32) and api.connection.rate_limit["requests_remaining"]
            for _ in range(150)
        ]
        assert left == list(range(149, -1, -1))
        with pytest.raises(RateLimitingException) as told:
            api.ProductImages.count(32)
        assert told.value.status_code == 429
        assert told.value.headers["X-Retry-After"] == "30"
        assert told.value.retry_after == "30000"
        assert all(f"X-Rate-Limit-{name}" in told.value.headers for name in RATES)


@pytest.mark.usefixtures("bigcommerce_v2")
def test_a_client_that_manages_its_rate_is_not_made_to_wait_where_nobody_is_held_to_the_quota() -> (
    None
):
    waits: list[str] = []
    managed = {
        "min_requests_remaining": 5,
        "wait": False,
        "callback_function": waits.append,
        "callback_args": "wait",
    }
    api = oauth(rate_limiting_management=managed)
    with closing(api.connection._session):
        for _ in range(160):
            api.ProductImages.count(32)
    assert waits == []
