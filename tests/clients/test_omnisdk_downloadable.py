"""The Omnitron client on the integration interface: downloadable images, from the log-in to the
channels.
"""

from __future__ import annotations

from typing import Any

import pytest
from omnisdk.exceptions import ValidationError
from omnisdk.omnitron.client import OmnitronApiClient
from omnisdk.omnitron.endpoints import ChannelProductImageEndpoint as Images
from omnisdk.omnitron.models import DownloadableImage
from requests import HTTPError

from tests.clients.sdk import DownloadableImageEndpoint, IntegrationClient, logged_in

SKU = "9036451200"
FULL = "1182701025"


def listed(sku: str) -> list[dict[str, Any]]:
    """Return what the list holds for a SKU: one set, or none."""
    found: list[dict[str, Any]] = DownloadableImageEndpoint(raw=True).list(
        params={"product_sku": sku}
    )["results"]
    return found


def put(sku: str, *images: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = DownloadableImageEndpoint(raw=True).create(
        {"product_sku": sku, "images": list(images)}
    )
    return made


def test_a_wrong_password_is_a_validation_error_here_too(omnitron: str) -> None:
    with pytest.raises(ValidationError) as told:
        IntegrationClient(omnitron, "u", "wrong")
    assert told.value.json == {"non_field_errors": ["Unable to log in with provided credentials."]}


@pytest.mark.usefixtures("integration")
def test_images_that_are_sent_become_the_images_of_the_sku() -> None:
    made = put(
        SKU,
        {"url": "https://e.com/1.png"},
        {"url": "https://e.com/2.png", "order": 1, "image_type": "swatch"},
    )
    assert [(each["order"], each["image_type"]) for each in made["images"]] == [
        (0, "default"),
        (1, "swatch"),
    ]
    assert listed(SKU) == [made]


@pytest.mark.usefixtures("integration")
def test_objects_do_as_well_as_dictionaries() -> None:
    sent = DownloadableImage(product_sku=SKU, images=[{"url": "https://e.com/1.png"}])
    made = DownloadableImageEndpoint().create(sent)
    assert made.product_sku == SKU
    assert [
        found.images for found in DownloadableImageEndpoint().list(params={"product_sku": SKU})
    ] == [made.images]


@pytest.mark.usefixtures("integration")
def test_what_get_gave_is_posted_back_and_changes_nothing() -> None:
    (before,) = listed(FULL)
    assert DownloadableImageEndpoint(raw=True).create(before) == before
    assert listed(FULL) == [before]


@pytest.mark.usefixtures("integration")
def test_one_image_is_deleted_by_posting_the_others() -> None:
    (before,) = listed(FULL)
    first, second = before["images"]
    assert put(FULL, second)["images"] == [second]
    assert listed(FULL)[0]["images"] == [second]
    assert put(FULL, second, {"url": first["url"]})["images"][0]["id"] != first["id"]


@pytest.mark.usefixtures("integration")
def test_an_empty_list_deletes_all_images_of_the_sku() -> None:
    assert put(FULL) == {"product_sku": FULL, "images": []}
    assert listed(FULL) == []
    assert DownloadableImageEndpoint(raw=True).list()["count"] == 1


@pytest.mark.usefixtures("integration")
def test_the_list_is_walked_page_by_page() -> None:
    endpoint = DownloadableImageEndpoint()
    found = endpoint.list(params={"limit": 1})
    for page in endpoint.iterator:
        found += page
    assert [each.product_sku for each in found] == [FULL, "7832783278"]


@pytest.mark.usefixtures("integration")
def test_one_wrong_image_refuses_all_and_names_its_place() -> None:
    before = listed(FULL)
    with pytest.raises(HTTPError) as told:
        put(FULL, {"url": "https://e.com/new.png"}, {"order": 2})
    assert told.value.response is not None
    assert told.value.response.status_code == 400
    assert told.value.args[1] == {"images": [{}, {"url": ["This field is required."]}]}
    assert listed(FULL) == before


@pytest.mark.usefixtures("integration")
def test_a_sku_that_no_product_has_is_refused() -> None:
    with pytest.raises(HTTPError) as told:
        put("no-such-sku", {"url": "https://e.com/1.png"})
    assert told.value.args[1] == {"product_sku": ["Object with sku=no-such-sku does not exist."]}


def test_a_downloadable_image_is_pending_in_every_channel_and_gone_from_them_when_deleted(
    omnitron: str,
) -> None:
    with logged_in(IntegrationClient, omnitron), logged_in(OmnitronApiClient, omnitron):
        put(SKU, {"url": "https://e.com/1.png", "order": 3})
        for channel in (5, 6):
            new = Images(channel_id=channel, path="inserts", raw=True).list(params={"limit": 100})
            (mine,) = [image for image in new if image["image"] == "https://e.com/1.png"]
            assert (mine["product"], mine["order"], mine["source"]) == (3, 3, "integration")
        put(SKU)
        for channel in (5, 6):
            with pytest.raises(HTTPError):
                Images(channel_id=channel).retrieve(id=mine["pk"])
