"""The Omnitron client, as it is, around the images of a channel: log-ins, pages, pending lists,
content types.
"""

from __future__ import annotations

from typing import Any

import pytest
from omnisdk.exceptions import ValidationError
from omnisdk.omnitron.client import OmnitronApiClient
from omnisdk.omnitron.endpoints import (
    ActiveUserEndpoint,
    ChannelEndpoint,
    ChannelErrorReportEndpoint,
    ChannelIntegrationActionEndpoint,
    ContentTypeEndpoint,
)
from omnisdk.omnitron.endpoints import ChannelProductImageEndpoint as Images
from omnisdk.omnitron.models import ErrorReport, ProductImage
from requests import HTTPError

from tests.clients.sdk import TOKEN, ProductImageEndpoint, logged_in

REPORT = {
    "action_content_type": 2,
    "action_object_id": 1,
    "target_content_type": 5,
    "target_object_id": 5,
    "obj_modified_date": "2024-04-08T07:13:28.123456Z",
    "error_code": "custom",
    "error_desc": "Image refused",
    "raw_request": "{}",
    "raw_response": "{}",
    "is_ok": False,
}


def refused(error: HTTPError) -> tuple[int, Any]:
    """Return the status of a refusal and its body, as the client decoded it."""
    assert error.response is not None
    return error.response.status_code, error.args[1]


def test_the_client_logs_in_and_calls_with_the_token_it_got(api: OmnitronApiClient) -> None:
    assert api.token == TOKEN
    assert ActiveUserEndpoint(raw=True).list()["username"] == "u"


def test_a_wrong_password_is_a_validation_error(omnitron: str) -> None:
    with pytest.raises(ValidationError) as told:
        OmnitronApiClient(omnitron, "u", "wrong")
    assert told.value.json["non_field_errors"] == ["Unable to log in with provided credentials."]


def test_a_token_is_validated_with_the_active_user(omnitron: str) -> None:
    with logged_in(OmnitronApiClient, omnitron, "nobody", "nothing", token=TOKEN):
        assert ChannelEndpoint(raw=True).retrieve(id=5)["is_active"] is True


def test_a_token_that_is_not_known_is_a_validation_error(omnitron: str) -> None:
    with pytest.raises(ValidationError, match="Invalid token") as told:
        OmnitronApiClient(omnitron, "u", "p", token="Token 0")
    assert told.value.json["detail"] == "Invalid token."


def test_a_token_that_expired_makes_the_client_log_in_once_more(api: OmnitronApiClient) -> None:
    api.session.headers["Authorization"] = "Token expired"
    assert ChannelEndpoint(raw=True).retrieve(id=5)["pk"] == 5
    assert api.session.headers["Authorization"] == TOKEN


def test_a_channel_is_active_and_has_a_configuration(api: OmnitronApiClient) -> None:
    channel = ChannelEndpoint().retrieve(id=5)
    assert channel.is_active is True
    assert isinstance(channel.conf, dict)


def test_the_pages_are_walked_by_the_iterator_to_the_last_image(api: OmnitronApiClient) -> None:
    endpoint = Images(channel_id=5)
    images = endpoint.list(params={"limit": 5})
    for page in endpoint.iterator:
        images += page
    assert [image.pk for image in images] == list(range(1, 13))


def test_the_raw_form_is_an_envelope_of_the_same_images(api: OmnitronApiClient) -> None:
    raw = Images(channel_id=5, raw=True)
    first = raw.list(params={"limit": 5})
    pages = [first, *raw.iterator]
    assert first["count"] == 12
    assert pages[-1]["next"] is None
    assert [image["pk"] for page in pages for image in page["results"]] == list(range(1, 13))
    objects = Images(channel_id=5).list(params={"limit": 5})
    assert [vars(image) for image in objects] == first["results"]


def test_images_are_found_by_ids_and_products_between_commas(api: OmnitronApiClient) -> None:
    endpoint = Images(channel_id=5, raw=True)
    assert [each["pk"] for each in endpoint.list(params={"id__in": "1,3"})["results"]] == [1, 3]
    found = endpoint.list(params={"product__pk__in": "1,3", "limit": 50})["results"]
    assert {each["product"] for each in found} == {1, 3}


def test_the_detailed_image_and_the_detailed_list_are_read(api: OmnitronApiClient) -> None:
    assert Images(channel_id=5, path="detailed", raw=True).retrieve(id=2)["pk"] == 2
    listed = Images(channel_id=5, path="detailed").list(params={"limit": 3})
    assert [image.pk for image in listed] == [1, 2, 3]
    assert isinstance(listed[0], ProductImage)


@pytest.mark.parametrize(
    ("path", "count"), [("inserts", 12), ("updates", 0), ("inserts_or_updates", 12)]
)
def test_pending_lists_are_bare_arrays_in_both_forms(
    api: OmnitronApiClient, path: str, count: int
) -> None:
    raw = Images(channel_id=5, path=path, raw=True).list(params={"limit": 100})
    assert isinstance(raw or [], list)
    assert len(raw) == count
    endpoint = Images(channel_id=5, path=path)
    objects = endpoint.list(params={"limit": 100})
    assert [image.pk for image in objects or []] == [image["pk"] for image in raw]
    assert not count or list(endpoint.iterator) == []


def test_asking_for_pending_images_does_not_claim_them(api: OmnitronApiClient) -> None:
    endpoint = Images(channel_id=5, path="inserts", raw=True)
    assert endpoint.list(params={"limit": 100}) == endpoint.list(params={"limit": 100})


def test_an_image_that_is_not_there_is_404_with_detail_and_code(api: OmnitronApiClient) -> None:
    with pytest.raises(HTTPError) as told:
        Images(channel_id=5).retrieve(id=999)
    assert refused(told.value) == (404, {"detail": "Not found.", "code": "not_found"})


def test_channel_images_are_not_written_by_the_channel(api: OmnitronApiClient) -> None:
    with pytest.raises(HTTPError) as told:
        Images(channel_id=5, raw=True).create({"order": 1})
    assert refused(told.value)[0] == 405
    with pytest.raises(HTTPError) as told:
        Images(channel_id=5).delete(id=1)
    assert refused(told.value)[0] == 405


def test_a_content_type_is_looked_up_by_its_model(api: OmnitronApiClient) -> None:
    (found,) = ContentTypeEndpoint().list(params={"model": "productimage"})
    assert (found.id, found.app_label, found.model) == (2, "products", "productimage")


def test_an_error_report_is_kept(api: OmnitronApiClient) -> None:
    report = ErrorReport(**REPORT)
    made = ChannelErrorReportEndpoint(channel_id=5).create(report)
    read = ChannelErrorReportEndpoint(channel_id=5, raw=True).retrieve(id=made.id)
    assert {name: read[name] for name in REPORT} == REPORT
    assert ChannelErrorReportEndpoint(channel_id=5, raw=True).list()["count"] == 1


def test_an_error_report_that_says_nothing_is_refused_by_field(api: OmnitronApiClient) -> None:
    with pytest.raises(HTTPError) as told:
        ChannelErrorReportEndpoint(channel_id=5, raw=True).create({"is_ok": False})
    status, body = refused(told.value)
    assert status == 400
    assert body["error_code"] == ["This field is required."]


def test_a_master_image_that_is_deleted_is_gone_everywhere_and_told_to_the_channels_that_had_it(
    api: OmnitronApiClient,
) -> None:
    actions = ChannelIntegrationActionEndpoint(channel_id=5, raw=True)
    said = {
        "channel_id": 5,
        "content_type_model": "productimage",
        "object_id": 4,
        "remote_id": "R-4",
    }
    made = actions.create({**said, "version_date": "2024-04-08T07:16:28.123456Z", "state": {}})
    assert ProductImageEndpoint().delete(id=4) == {}
    for gone in (Images(channel_id=5), Images(channel_id=6), Images(channel_id=5, path="detailed")):
        with pytest.raises(HTTPError) as told:
            gone.retrieve(id=4)
        assert refused(told.value)[0] == 404
    for path in ("inserts", "updates", "inserts_or_updates"):
        listed = Images(channel_id=5, path=path, raw=True).list(params={"limit": 100}) or []
        assert 4 not in [each["pk"] for each in listed]
    deleted = ChannelIntegrationActionEndpoint(channel_id=5, raw=True, path="deleted")
    assert deleted.list(params={"model": "productimage"})["results"] == [made]
    other = ChannelIntegrationActionEndpoint(channel_id=6, raw=True, path="deleted")
    assert other.list(params={"model": "productimage"})["results"] == []
