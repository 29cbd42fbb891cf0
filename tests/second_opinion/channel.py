"""Omnitron's product images in sales channels, and the batches that move them, written as plain
dicts.

What a channel is offered follows from what it has tried. For each channel and image there is at
most one action:

    no action                                         new: in the inserts
    processing                                        locked: nowhere
    success, and the image not changed since          synced: nowhere
    success, and the image changed since              stale: in the updates
    error, and the channel never had the image        in the inserts again
    error, and the channel has it (a remote id)       in the updates again

A batch goes initialized -> commit -> sent_to_remote -> ongoing, and from each of them to done or
fail. `commit` locks its objects at the version they have, `done` says of each object whether the
channel took it. What a batch has locked and nobody has said anything of when it is done, fails or
is deleted is an error: nothing stays locked.
"""

from __future__ import annotations

from typing import Any

from tests.second_opinion.made import ANY, New, Some, known

MOVES = {
    "initialized": ("commit", "done", "fail"),
    "commit": ("commit", "sent_to_remote", "done", "fail"),
    "sent_to_remote": ("ongoing", "done", "fail"),
    "ongoing": ("done", "fail"),
    "done": (),
    "fail": (),
}
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
NOT_FOUND = 404, {"detail": "Not found.", "code": "not_found"}
NO_SECOND = {
    "non_field_errors": ["The fields channel, content_type, object_id must make a unique set."],
    "code": ANY,
}
NO_MOVE = 406, Some({"code": "batch_request_status_100_1"})
Said = tuple[int, Any]


class Channels:
    """Images by key in the order they were made; batches and actions of each channel."""

    def __init__(self, products: set[int], images: list[dict[str, Any]]) -> None:
        self.products = products
        self.images = images
        self.actions: dict[int, list[dict[str, Any]]] = {5: [], 6: []}
        self.batches: dict[int, list[dict[str, Any]]] = {5: [], 6: []}
        self.keys = {str(image["pk"]) for image in images}
        self.batch_keys: set[str] = set()
        self.action_keys: set[str] = set()
        self.downloads: dict[int, dict[str, dict[str, Any]]] = {1: {}, 2: {}, 3: {}}

    # Images

    def list(self, channel: int, query: dict[str, Any]) -> Said:
        if channel not in self.actions:
            return NOT_FOUND
        if query.get("product", 1) not in self.products:
            return 400, {"product": ANY, "code": ANY}
        kept = [
            image
            for image in self.images
            if image["product"] == query.get("product", image["product"])
        ]
        if "product__pk__in" in query:
            kept = [image for image in kept if image["product"] in query["product__pk__in"]]
        if "id__in" in query:
            kept = [image for image in kept if known(image["pk"]) in query["id__in"]]
        return self._page(kept, query)

    def read(self, channel: int, key: int) -> Said:
        image = self.image(key)
        return (200, image) if image and channel in self.actions else NOT_FOUND

    def create(self, product: int, order: int | None) -> Said:
        if product not in self.products:
            return 400, {"product": ANY, "code": ANY}
        return 201, self._made(product, order or 0, None)

    def change(self, key: int, order: int) -> Said:
        """Change the order; an image that has it already has not been modified."""
        image = self.image(key)
        if not image:
            return NOT_FOUND
        if image["order"] != order:
            image |= {"order": order, "modified_date": New(MOMENT)}
        return 200, image

    def delete(self, key: int) -> Said:
        image = self.image(key)
        if not image:
            return NOT_FOUND
        self.images = [each for each in self.images if each is not image]
        return 204, None

    def download(self, product: int, sku: str, sent: list[dict[str, Any]]) -> Said:
        """Replace the downloadable images of a product: each is an image of its own in every
        channel.

        A new one is new there, and so is one whose image was deleted meanwhile; another order is a
        change, and one that is not sent is gone.
        """
        kept, now = self.downloads[product], {}
        for each in sorted(sent, key=lambda image: int(image["order"])):
            image = kept.get(each["url"])
            if image is None or not any(image is there for there in self.images):
                image = self._made(product, each["order"], "integration")
                image["image"] = each["url"]
            elif image["order"] != each["order"]:
                image |= {"order": each["order"], "modified_date": New(MOMENT)}
            now[each["url"]] = image
        gone = [image for url, image in kept.items() if url not in now]
        self.images = [image for image in self.images if not any(image is each for each in gone)]
        self.downloads[product] = now
        return 200, Some({"product_sku": sku})

    def pending(self, channel: int, lists: tuple[str, ...], query: dict[str, Any]) -> Said:
        """Return a page of what is in these lists (insert, update): a bare array, empty past the
        end.
        """
        if channel not in self.actions:
            return NOT_FOUND
        kept = [image for image in self.images if self._list_of(channel, image) in lists]
        start = (query.get("page", 1) - 1) * query.get("limit", 10)
        return 200, kept[start : start + query.get("limit", 10)]

    def _list_of(self, channel: int, image: dict[str, Any]) -> str | None:
        action = self._action(channel, image["pk"])
        if action is None:
            return "insert"
        if action["status"] == "error":
            return "insert" if action["remote_id"] is None else "update"
        if action["status"] == "success":
            return None if action["version"] is image["modified_date"] else "update"
        return None

    # Batches

    def open(self, channel: int) -> Said:
        if channel not in self.batches:
            return NOT_FOUND
        batch = Some(
            {"pk": New(r"\d+", self.batch_keys), "channel": channel, "status": "initialized"}
        )
        batch |= {
            "local_batch_id": New("[0-9a-f-]{36}"),
            "remote_batch_id": None,
            "content_type": None,
        }
        batch |= {"objects": None}
        self.batches[channel].append(batch)
        return 201, batch

    def move(
        self, channel: int, key: int, status: str, objects: Any, remote: str | None = None
    ) -> Said:
        """Move a batch on; a move that is not legal, or while another is in commit, changes
        nothing.

        What is locked must be there; what the channel tried may be gone by the time it tells of it.
        """
        batch = self.batch(channel, key)
        if not batch:
            return NOT_FOUND
        if status not in MOVES[batch["status"]]:
            return NO_MOVE
        others = [
            each
            for each in self.batches[channel]
            if each is not batch and each["status"] == "commit"
        ]
        if status == "commit" and others:
            return NO_MOVE
        gone = [each["pk"] for each in objects or [] if self.image(each["pk"]) is None]
        if status == "commit" and gone:
            return 400, ANY
        if status == "done" and any(self._action(channel, key) is None for key in gone):
            return 400, ANY
        batch["status"] = status
        batch |= {"remote_batch_id": remote} if remote else {}
        batch |= {"content_type": "productimage"} if status == "commit" else {}
        batch |= {"objects": objects} if objects is not None else {}
        if status == "commit":
            self._lock(channel, batch, objects)
        if status == "done":
            self._settle(channel, batch, objects or [])
        if status in ("done", "fail"):
            self._give_back(channel, batch)
        return 200, batch

    def delete_batch(self, channel: int, key: int) -> Said:
        batch = self.batch(channel, key)
        if not batch:
            return NOT_FOUND
        self._give_back(channel, batch)
        self.batches[channel] = [each for each in self.batches[channel] if each is not batch]
        return 204, None

    def list_batches(self, channel: int, statuses: Any) -> Said:
        if channel not in self.batches:
            return NOT_FOUND
        kept = [
            batch for batch in self.batches[channel] if not statuses or batch["status"] in statuses
        ]
        return self._page(kept, {"limit": 100})

    def list_actions(self, channel: int, statuses: Any) -> Said:
        if channel not in self.actions:
            return NOT_FOUND
        kept = [
            action
            for action in self.actions[channel]
            if not statuses or action["status"] in statuses
        ]
        return self._page([self._shown(action) for action in kept], {"limit": 100})

    def record(self, channel: int, key: int) -> Said:
        """Note that the channel has an image, of which version nobody says: once."""
        if channel not in self.actions:
            return NOT_FOUND
        if self._action(channel, key):
            return 400, NO_SECOND
        action = self._new_action(channel, key)
        action["status"] = "success"
        return 201, self._shown(action)

    def delete_action(self, channel: int, key: int) -> Said:
        """Forget that the channel tried an image: it is new again."""
        kept = [action for action in self.actions.get(channel, []) if known(action["pk"]) != key]
        if channel not in self.actions or len(kept) == len(self.actions[channel]):
            return NOT_FOUND
        self.actions[channel] = kept
        return 204, None

    def _lock(self, channel: int, batch: dict[str, Any], objects: Any) -> None:
        for sent in objects:
            image = self.image(sent["pk"])
            action = self._action(channel, sent["pk"]) or self._new_action(channel, sent["pk"])
            action |= {"status": "processing", "batch": batch, "version": image["modified_date"]}

    def _settle(self, channel: int, batch: dict[str, Any], objects: Any) -> None:
        for sent in objects:
            action = self._action(channel, sent["pk"]) or self._new_action(channel, sent["pk"])
            action |= {
                "status": "error" if sent.get("failed_reason_type") else "success",
                "batch": batch,
            }
            if action["status"] == "success":
                action["remote_id"] = sent.get("remote_id") or action["remote_id"]
                action["version"] = action["version"] or self._version(sent["pk"])

    def _give_back(self, channel: int, batch: dict[str, Any]) -> None:
        """Lock nothing any more."""
        for action in self.actions[channel]:
            if action["batch"] is batch and action["status"] == "processing":
                action["status"] = "error"

    def _new_action(self, channel: int, key: int) -> dict[str, Any]:
        action = {"pk": New(r"\d+", self.action_keys), "object_id": key, "remote_id": None}
        action |= {"status": None, "batch": None, "version": None}
        self.actions[channel].append(action)
        return action

    def _version(self, key: int) -> Any:
        image = self.image(key)
        return image["modified_date"] if image else None

    # What both need

    def image(self, key: int) -> Any:
        return next((image for image in self.images if known(image["pk"]) == key), None)

    def batch(self, channel: int, key: int) -> Any:
        return next(
            (batch for batch in self.batches.get(channel, []) if known(batch["pk"]) == key), None
        )

    def committed(self, batch: dict[str, Any]) -> Any:
        """Return the images that a batch has locked, also those that are gone."""
        actions = [
            each for kept in self.actions.values() for each in kept if each["batch"] is batch
        ]
        return [each["object_id"] for each in actions if each["status"] == "processing"]

    def _made(self, product: int, order: int, source: str | None) -> dict[str, Any]:
        image = Some(
            {"pk": New(r"\d+", self.keys), "product": product, "order": order, "source": source}
        )
        image |= {"status": "active", "is_active": True, "object_id": product}
        image |= {"created_date": New(MOMENT), "modified_date": New(MOMENT)}
        self.images.append(image)
        return image

    def _action(self, channel: int, key: Any) -> dict[str, Any] | None:
        return next(
            (each for each in self.actions[channel] if each["object_id"] == known(key)), None
        )

    def _shown(self, action: dict[str, Any]) -> dict[str, Any]:
        shown = {name: action[name] for name in ("pk", "object_id", "remote_id", "status")}
        batch = action["batch"] or {"local_batch_id": None}
        return Some(
            {**shown, "version_date": action["version"], "local_batch_id": batch["local_batch_id"]}
        )

    def _page(self, kept: Any, query: dict[str, Any]) -> Said:
        number, limit = query.get("page", 1), query.get("limit", 10)
        start = (number - 1) * limit
        if number > 1 and start >= len(kept):
            return 404, {"detail": "Invalid page.", "code": "not_found"}
        more = ANY if start + limit < len(kept) else None
        before = ANY if number > 1 else None
        return 200, {
            "count": len(kept),
            "next": more,
            "previous": before,
            "results": kept[start : start + limit],
        }
