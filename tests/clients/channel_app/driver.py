"""Plays the client, a step at a time: a line `[step, arguments...]` of JSON in, a line of JSON with
its outcome out.

The client's own interpreter runs this file, so it knows nothing of the mock: MOCK_URL and what the
client reads of its environment are all it has. Its Redis, a store of two methods here, is the only
part that is replaced.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import marketplace
from channel_app.app.product_image.service import ImageService
from channel_app.core import clients, settings
from channel_app.core.data import ErrorReportDto
from channel_app.omnitron.batch_request import ClientBatchRequest

IMAGES = "productimage"
POLLED = ["sent_to_remote", "ongoing"]
WRITTEN = ("pk", "status", "remote_batch_id")


class Memory:
    """Stands for Redis: all that connect to it find the same."""

    kept: dict[str, bytes] = {}  # noqa: RUF012

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def set(self, name: str, value: Any, ex: int | None = None) -> None:
        self.kept[name] = str(value).encode()


class Stepwise:
    """A flow that the caller takes through its states, as a program of its own would."""

    def __init__(self) -> None:
        self.omnitron: Any = None
        self.asking: Any = None

    def open(self) -> dict[str, Any]:
        """Log in, see that the channel is active, and open a batch."""
        self.omnitron = settings.OmnitronIntegration(content_type=IMAGES).__enter__()
        return shown(self.batch)

    def images(self, key: str) -> list[dict[str, Any]]:
        """Get new or stale images, which commits them in the batch."""
        got = self.omnitron.do_action(key=key)
        return [{"pk": image.pk, "remote_id": image.remote_id} for image in got]

    def sent(self, remote_batch_id: str) -> dict[str, Any]:
        self.batch.remote_batch_id = remote_batch_id
        return shown(self.moves.to_sent_to_remote(self.batch))

    def ongoing(self) -> dict[str, Any]:
        return shown(self.moves.to_ongoing(self.batch))

    def done(self, remote_ids: dict[str, Any]) -> dict[str, Any]:
        """End the batch: what has a remote ID succeeded, what else was committed was refused by the
        channel.
        """
        for part in self.batch.objects:
            part["remote_id"] = remote_ids.get(str(part["pk"]))
            part["failed_reason_type"] = None if part["remote_id"] else "remote"
        return shown(self.moves.to_done(self.batch))

    def fail(self) -> dict[str, Any]:
        self.batch.objects = None
        return shown(self.moves.to_fail(self.batch))

    def poll(self) -> list[dict[str, Any]]:
        """Ask which batches the channel still works on; the log-in lasts, for all later calls go by
        it.
        """
        self.asking = settings.OmnitronIntegration(create_batch=False).__enter__()
        params = {"status": POLLED, "content_type": IMAGES}
        return [shown(each) for each in self.asking.do_action("get_batch_requests", params=params)]

    def report(self, moment: str) -> None:
        """Report an error of the batch at a moment, spelled as given."""
        told = ErrorReportDto("batchrequest", self.batch.pk, moment, error_code="told")
        self.omnitron.do_action(key="create_error_report", objects=told)

    @property
    def batch(self) -> Any:
        return self.omnitron.batch_request

    @property
    def moves(self) -> ClientBatchRequest:
        return ClientBatchRequest(settings.OMNITRON_CHANNEL_ID)


def shown(batch: Any) -> dict[str, Any]:
    return {name: getattr(batch, name, None) for name in WRITTEN}


def insert(is_sync: bool) -> None:
    ImageService().insert_product_images(is_sync=is_sync, add_product_objects=True)


def update(is_sync: bool) -> None:
    ImageService().update_product_images(is_sync=is_sync, add_product_objects=True)


def play(lines: Any) -> None:
    """Play each step until there is no more."""
    flow = Stepwise()
    steps: dict[str, Callable[..., Any]] = {
        "open": flow.open,
        "images": flow.images,
        "sent": flow.sent,
        "ongoing": flow.ongoing,
        "done": flow.done,
        "fail": flow.fail,
        "poll": flow.poll,
        "report": flow.report,
        "insert": insert,
        "update": update,
        "check": ImageService().get_image_batch_requests,
        "refuse": marketplace.REFUSED.append,
        "take_time": marketplace.BUSY.append,
    }
    for line in lines:
        step, *arguments = json.loads(line)
        try:
            outcome = {"result": steps[step](*arguments)}
        except Exception as error:
            outcome = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    settings.OMNITRON_URL = os.environ["MOCK_URL"]
    clients.RedisClient = Memory
    play(sys.stdin)
