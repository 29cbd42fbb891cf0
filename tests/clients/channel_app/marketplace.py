"""A sales channel as the client wants one, CHANNEL_MODULE: it takes every image, but those of SKUs
that it refuses.
"""

from __future__ import annotations

from typing import Any

from channel_app.channel import integration
from channel_app.core.commands import ChannelCommandInterface
from channel_app.core.data import BatchRequestResponseDto
from channel_app.omnitron.batch_request import ClientBatchRequest
from channel_app.omnitron.constants import ResponseStatus

REFUSED: list[str] = []
"""SKUs whose images it does not take."""
BUSY: list[str] = []
"""Remote batches, by their names, for each time that it is asked and is not ready."""
SENT: dict[str, list[str]] = {}
"""SKUs by the remote batch in which they came."""


class SendImages(ChannelCommandInterface):
    """Sends images; an answer tells of each product, at once or when the remote batch is asked
    for.
    """

    param_is_sync = True

    def get_data(self) -> Any:
        return self.objects

    def validated_data(self, data: Any) -> Any:
        return data

    def transform_data(self, data: Any) -> list[str]:
        return sorted({image.product.sku for image in data})

    def send_request(self, transformed_data: list[str]) -> Any:
        if self.param_is_sync:
            return [answered(sku) for sku in transformed_data]
        remote_batch_id = f"remote-{self.batch_request.pk}"
        SENT[remote_batch_id] = transformed_data
        self.batch_request.remote_batch_id = remote_batch_id
        return {"remote_batch_id": remote_batch_id}

    def normalize_response(
        self, data: Any, validated_data: Any, transformed_data: Any, response: Any
    ) -> Any:
        told = response if self.param_is_sync else []
        rows = [BatchRequestResponseDto(**row) for row in told]
        return rows, self.create_report(response), data


class CheckImages(ChannelCommandInterface):
    """Asks for the answers to a remote batch; while there are none, the batch is ongoing."""

    def get_data(self) -> Any:
        return self.objects

    def validated_data(self, data: Any) -> Any:
        return data

    def transform_data(self, data: Any) -> str:
        name: str = data.remote_batch_id
        return name

    def send_request(self, transformed_data: str) -> Any:
        if transformed_data not in BUSY:
            return [answered(sku) for sku in SENT[transformed_data]]
        BUSY.remove(transformed_data)
        ClientBatchRequest(self.integration.channel_id).to_ongoing(self.batch_request)
        return []

    def normalize_response(
        self, data: Any, validated_data: Any, transformed_data: Any, response: Any
    ) -> Any:
        rows = [BatchRequestResponseDto(**row) for row in response]
        return rows, self.create_report(response), data


class ChannelIntegration(integration.ChannelIntegration):
    actions = {  # noqa: RUF012
        "send_inserted_images": SendImages,
        "send_updated_images": SendImages,
        "check_images": CheckImages,
    }


def answered(sku: str) -> dict[str, Any]:
    """Return what the channel says of a product."""
    if sku in REFUSED:
        return {"status": ResponseStatus.fail, "remote_id": None, "sku": sku, "message": "refused"}
    return {"status": ResponseStatus.success, "remote_id": f"R-{sku}", "sku": sku, "message": ""}
