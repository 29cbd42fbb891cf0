"""Faults of Omnitron's channels and images: of changes, deletes, batches, and of who may call."""

from __future__ import annotations

from typing import Any

from tests.live.omnitron import actions, batches, images
from tests.live.omnitron.models import BatchRequest, IntegrationAction, ProductImage
from tests.live.omnitron.places import found_in
from tests.planted.calls import token_call
from tests.planted.fault import Phase, omnitron_fault
from tests.planted.sets import ACT, ACTIONS, BATCHES, IMAGES, Values

COMMIT = {"status": "commit", "content_type": "productimage", "objects": [{"pk": 1}, {"pk": 2}]}
_moved, _change = batches._move, images.change


def _reset_order(image: ProductImage, values: Values) -> None:
    _change(image, {"order": 0, **values})


def _drop_null(image: ProductImage, values: Values) -> None:
    _change(image, {name: value for name, value in values.items() if value is not None})


def _claim_first(batch: BatchRequest, objects: list[Values]) -> None:
    _moved(batch, objects[:1])


def _forget_failures(batch: BatchRequest, objects: list[Values]) -> None:
    if batch.status != "fail":
        _moved(batch, objects)


def _commit_others(batch: BatchRequest, before: str) -> None:
    """Let a batch go from any status to any other one."""


def _disable(view: Any, request: Any, pk: str) -> Any:
    found_in(ProductImage.objects, pk)
    ProductImage.objects.filter(pk=int(pk)).update(status="disabled")
    return images.Response(status=204)


def _delete_all(view: Any, request: Any, pk: str) -> Any:
    image = found_in(ProductImage.objects, pk)
    ProductImage.objects.filter(product=image.product, order=image.order).delete()
    return images.Response(status=204)


FAULTS = (
    omnitron_fault(
        "action-elsewhere",
        "An action is found in any channel.",
        "nested",
        {(actions, "_action"): lambda channel, pk: found_in(IntegrationAction.objects, pk)},
        token_call("POST", ACTIONS, ACT),
        token_call("GET", "/api/v1/channel/6/integration_actions/1/"),
    ),
    omnitron_fault(
        "batch-elsewhere",
        "A batch is found in any channel.",
        "nested",
        {(batches, "_batch"): lambda channel, pk: found_in(BatchRequest.objects, pk)},
        token_call("POST", BATCHES, {"channel": 5}),
        token_call("DELETE", "/api/v1/channel/6/batch_requests/1/"),
    ),
    omnitron_fault(
        "patch-resets",
        "A change puts an image first when it does not say where it is.",
        "update",
        {(images, "change"): _reset_order},
        token_call("PATCH", f"{IMAGES}2/", {"is_active": False}),
    ),
    omnitron_fault(
        "patch-drops-null",
        "A change to null is forgotten.",
        "update",
        {(images, "change"): _drop_null},
        token_call("PATCH", f"{IMAGES}3/", {"source": None}),
    ),
    omnitron_fault(
        "commit-claims-first",
        "Of the objects of a batch only the first one is claimed and settled.",
        "bulk",
        {(batches, "_move"): _claim_first},
        token_call("POST", BATCHES, {"channel": 5}),
        token_call(
            "PATCH",
            f"{BATCHES}1/",
            {"status": "commit", "content_type": "productimage", "objects": [{"pk": 1}, {"pk": 2}]},
        ),
        token_call("GET", ACTIONS),
        phase=Phase.MACHINE,
    ),
    omnitron_fault(
        "fail-forgets",
        "A batch that fails leaves its objects in processing.",
        "bulk",
        {(batches, "_move"): _forget_failures},
        token_call("POST", BATCHES, {"channel": 5}),
        token_call(
            "PATCH",
            f"{BATCHES}1/",
            {"status": "commit", "content_type": "productimage", "objects": [{"pk": 1}]},
        ),
        token_call("PATCH", f"{BATCHES}1/", {"status": "fail"}),
        token_call("GET", ACTIONS),
        phase=Phase.MACHINE,
    ),
    omnitron_fault(
        "moves-freely",
        "A batch goes from any status to any other.",
        "refusals",
        {(batches, "_check_move"): _commit_others},
        token_call("POST", BATCHES, {"channel": 5}),
        token_call("PATCH", f"{BATCHES}1/", {"status": "ongoing"}),
        phase=Phase.MACHINE,
    ),
    omnitron_fault(
        "open-to-all",
        "Images can be read, changed and deleted without a token.",
        "auth",
        {(images.MasterImage, "permission_classes"): ()},
        token_call("GET", f"{IMAGES}1/", token=None),
    ),
    omnitron_fault(
        "delete-disables",
        "An image that is deleted is only disabled.",
        "delete",
        {(images.MasterImage, "delete"): _disable},
        token_call("DELETE", f"{IMAGES}1/"),
        token_call("GET", f"{IMAGES}1/"),
    ),
    omnitron_fault(
        "delete-takes-more",
        "With an image those at the same place of the product go.",
        "delete",
        {(images.MasterImage, "delete"): _delete_all},
        token_call("POST", IMAGES, {"product": 1, "image": "https://url/a.png", "order": 0}),
        token_call("DELETE", f"{IMAGES}1/"),
        token_call("GET", IMAGES),
    ),
)
