"""The Omnitron client moves images into a channel: batches, from the pending lists to done or
fail.
"""

from __future__ import annotations

from typing import Any

import pytest
from omnisdk.omnitron.endpoints import ChannelBatchRequestEndpoint as Batches
from omnisdk.omnitron.endpoints import ChannelIntegrationActionEndpoint as Actions
from omnisdk.omnitron.endpoints import ChannelProductImageEndpoint as Images
from omnisdk.omnitron.models import BatchRequest
from requests import HTTPError

from tests.clients.sdk import ProductImageEndpoint

Record = dict[str, Any]
pytestmark = pytest.mark.usefixtures("api")


def pending(path: str, channel: int = 5) -> dict[int, Record]:
    """Return a pending list of a channel by key."""
    listed = Images(channel_id=channel, path=path, raw=True).list(params={"limit": 100})
    return {image["pk"]: image for image in listed}


def opened(channel: int = 5) -> Record:
    made: Record = Batches(channel_id=channel, raw=True).create({"channel": channel})
    return made


def moved(batch: Record, status: str, *objects: Record, **more: Any) -> Record:
    """Move a batch on; without objects none are sent."""
    said = {
        "status": status,
        "content_type": "productimage",
        **({"objects": list(objects)} if objects else {}),
        **more,
    }
    now: Record = Batches(channel_id=batch["channel"], raw=True).update(batch["pk"], said)
    return now


def sent(image: Record, remote_id: str | None = None, failed: str | None = None) -> Record:
    """Return an image as an object of a batch."""
    common = {
        "pk": image["pk"],
        "version_date": image["modified_date"],
        "content_type": "productimage",
    }
    return {**common, "remote_id": remote_id, "failed_reason_type": failed}


def actions_of(batch: Record) -> dict[int, Record]:
    endpoint = Actions(channel_id=batch["channel"], raw=True)
    listed = endpoint.list(
        params={"local_batch_id": batch["local_batch_id"], "limit": 100, "sort": "id"}
    )
    return {action["object_id"]: action for action in listed["results"]}


def edited(pk: int, order: int) -> None:
    ProductImageEndpoint(raw=True).update(pk, {"order": order})


def test_the_whole_story_of_a_batch() -> None:
    new = pending("inserts")
    batch = opened()
    assert batch["status"] == "initialized"
    assert moved(batch, "commit", sent(new[1]), sent(new[2]))["status"] == "commit"
    assert pending("inserts").keys() == new.keys() - {1, 2}
    assert {action["status"] for action in actions_of(batch).values()} == {"processing"}
    assert (
        moved(batch, "sent_to_remote", remote_batch_id="remote-1")["remote_batch_id"] == "remote-1"
    )
    assert moved(batch, "ongoing")["status"] == "ongoing"
    assert pending("inserts_or_updates").keys() == new.keys() - {1, 2}
    assert moved(batch, "done", sent(new[1], "R-1"), sent(new[2], "R-2"))["status"] == "done"
    assert {pk: each["remote_id"] for pk, each in actions_of(batch).items()} == {1: "R-1", 2: "R-2"}
    assert pending("updates") == {}
    assert pending("inserts").keys() == new.keys() - {1, 2}


def test_the_same_story_with_objects_in_place_of_dictionaries() -> None:
    endpoint = Batches(channel_id=5)
    batch = endpoint.create(BatchRequest(channel=5))
    image = Images(channel_id=5, path="inserts").list(params={"limit": 1})[0]
    part = {"pk": image.pk, "version_date": image.modified_date, "content_type": "productimage"}
    committed = endpoint.update(
        batch.pk, BatchRequest(status="commit", content_type="productimage", objects=[part])
    )
    assert committed.status == "commit"
    part |= {"remote_id": "R-1", "failed_reason_type": None}
    assert endpoint.update(batch.pk, BatchRequest(status="done", objects=[part])).status == "done"
    assert image.pk not in pending("inserts")


def test_more_is_committed_in_the_same_batch() -> None:
    new = pending("inserts")
    batch = opened()
    moved(batch, "commit", sent(new[1]))
    moved(batch, "commit", sent(new[3]), sent(new[4]))
    assert actions_of(batch).keys() == {1, 3, 4}
    assert pending("inserts").keys() == new.keys() - {1, 3, 4}


def test_a_second_batch_is_refused_while_one_is_in_commit_and_goes_on_afterwards() -> None:
    new = pending("inserts")
    first, second = opened(), opened()
    moved(first, "commit", sent(new[1]))
    with pytest.raises(HTTPError) as told:
        moved(second, "commit", sent(new[2]))
    assert told.value.response is not None
    assert told.value.response.status_code == 406
    assert told.value.args[1]["code"] == "batch_request_status_100_1"
    assert 2 in pending("inserts")
    moved(first, "done", sent(new[1], "R-1"))
    assert moved(second, "commit", sent(new[2]))["status"] == "commit"


def test_an_image_edited_while_locked_is_stale_at_once_after_done() -> None:
    image = pending("inserts")[1]
    batch = opened()
    moved(batch, "commit", sent(image))
    edited(1, order=9)
    assert 1 not in pending("inserts_or_updates")
    moved(batch, "done", sent(image, "R-1"))
    stale = pending("updates")
    assert stale.keys() == {1}
    assert stale[1]["order"] == 9
    assert actions_of(batch)[1]["version_date"] == image["modified_date"]


def test_an_image_edited_after_done_is_stale_until_the_next_batch_settles_it() -> None:
    image = pending("inserts")[1]
    batch = opened()
    moved(batch, "commit", sent(image))
    moved(batch, "done", sent(image, "R-1"))
    assert pending("updates") == {}
    edited(1, order=4)
    stale = pending("updates")[1]
    second = opened()
    moved(second, "commit", sent(stale))
    assert pending("updates") == {}
    moved(second, "done", sent(stale, "R-1"))
    assert 1 not in pending("inserts_or_updates")


def test_a_batch_that_fails_gives_all_back() -> None:
    new = pending("inserts")
    batch = opened()
    moved(batch, "commit", sent(new[1]), sent(new[2]))
    assert moved(batch, "fail", objects=None)["status"] == "fail"
    assert pending("inserts").keys() == new.keys()
    assert {action["status"] for action in actions_of(batch).values()} == {"error"}


def test_an_object_that_failed_goes_back_and_the_others_stay() -> None:
    new = pending("inserts")
    batch = opened()
    moved(batch, "commit", sent(new[1]), sent(new[2]))
    moved(batch, "done", sent(new[1], "R-1"), sent(new[2], failed="remote"))
    assert pending("inserts").keys() == new.keys() - {1}
    assert {pk: each["status"] for pk, each in actions_of(batch).items()} == {
        1: "success",
        2: "error",
    }


def test_an_object_that_the_channel_has_goes_back_to_updates_when_it_fails() -> None:
    image = pending("inserts")[1]
    batch = opened()
    moved(batch, "commit", sent(image))
    moved(batch, "done", sent(image, "R-1"))
    edited(1, order=4)
    second = opened()
    moved(second, "commit", sent(pending("updates")[1]))
    moved(second, "done", sent(image, failed="remote"))
    assert pending("updates").keys() == {1}
    assert 1 not in pending("inserts")


def test_a_batch_in_which_all_failed_is_done_all_the_same() -> None:
    image = pending("inserts")[1]
    batch = opened()
    moved(batch, "commit", sent(image))
    assert moved(batch, "done", sent(image, failed="mapping"))["status"] == "done"
    assert 1 in pending("inserts")


def test_a_batch_that_is_done_moves_no_more() -> None:
    image = pending("inserts")[1]
    batch = opened()
    moved(batch, "commit", sent(image))
    moved(batch, "done", sent(image, "R-1"))
    with pytest.raises(HTTPError) as told:
        moved(batch, "commit", sent(image))
    assert told.value.response is not None
    assert (told.value.response.status_code, told.value.args[1]["code"]) == (
        406,
        "batch_request_status_100_1",
    )


def test_batches_are_polled_with_repeated_statuses() -> None:
    image = pending("inserts")[1]
    waiting, committed, failed = opened(), opened(), opened()
    moved(committed, "commit", sent(image))
    moved(failed, "fail", objects=None)
    endpoint = Batches(channel_id=5, raw=True)
    listed = endpoint.list(params={"status": ["initialized", "commit"]})["results"]
    assert [each["pk"] for each in listed] == [waiting["pk"], committed["pk"]]
    listed = endpoint.list(params={"status": ["fail", "done", "sent_to_remote"], "limit": 5})[
        "results"
    ]
    assert [each["pk"] for each in listed] == [failed["pk"]]


def test_what_one_channel_claims_stays_new_in_another() -> None:
    image = pending("inserts")[1]
    moved(opened(), "commit", sent(image))
    assert 1 not in pending("inserts")
    assert 1 in pending("inserts", channel=6)


def test_an_action_is_found_by_its_object_and_its_remote_id_and_can_be_forgotten() -> None:
    new = pending("inserts")
    batch = opened()
    moved(batch, "commit", sent(new[1]), sent(new[2]))
    moved(batch, "done", sent(new[1], "R-1"), sent(new[2], "R-2"))
    endpoint = Actions(channel_id=5, raw=True)
    by_object = endpoint.list(params={"object_id__in": "1,2", "content_type_name": "productimage"})[
        "results"
    ]
    assert [each["remote_id"] for each in by_object] == ["R-1", "R-2"]
    (by_remote,) = endpoint.list(params={"remote_id__in": "R-2", "status": "success"})["results"]
    assert endpoint.delete(id=by_remote["pk"]) == {}
    assert 2 in pending("inserts")


def test_an_action_is_changed_in_part() -> None:
    image = pending("inserts")[1]
    batch = opened()
    moved(batch, "commit", sent(image))
    moved(batch, "done", sent(image, "R-1"))
    action = actions_of(batch)[1]
    changed = Actions(channel_id=5, raw=True).update(
        action["pk"], {"remote_id": "R-9", "state": {"seen": True}}
    )
    assert changed == {**action, "remote_id": "R-9", "state": {"seen": True}}


def test_a_committed_image_that_is_deleted_is_told_after_done() -> None:
    image = pending("inserts")[7]
    batch = opened()
    moved(batch, "commit", sent(image))
    moved(batch, "done", sent(image, "R-7"))
    ProductImageEndpoint(raw=True).delete(id=7)
    deleted = Actions(channel_id=5, raw=True, path="deleted").list(
        params={"model": "productimage"}
    )["results"]
    assert [(each["object_id"], each["remote_id"]) for each in deleted] == [(7, "R-7")]
    assert 7 not in pending("inserts_or_updates")
