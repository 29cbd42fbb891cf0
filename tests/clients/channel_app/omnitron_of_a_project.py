"""The integration of a project that does not leave the images by product, OMNITRON_MODULE: see
README.md.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from channel_app.omnitron import integration
from channel_app.omnitron.commands.product_images import ProcessImageBatchRequests


class ProcessImages(ProcessImageBatchRequests):
    """Ends the batch of images with each image, where the client's own takes the list of a product
    for one.
    """

    def _update_batch_request(self, model_items_by_content: Any) -> None:
        parts = []
        for content_type, images_by_product in model_items_by_content.items():
            images = list(chain.from_iterable(images_by_product.values()))
            parts += self.create_batch_objects(data=images, content_type=content_type)
        self.update_batch_request(objects_data=parts)


class OmnitronIntegration(integration.OmnitronIntegration):
    actions = {  # noqa: RUF012
        **integration.OmnitronIntegration.actions,
        "process_image_batch_requests": ProcessImages,
    }
