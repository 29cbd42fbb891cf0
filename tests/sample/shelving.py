"""Put books onto the shelves of a shop: the code of a project that depends on an API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import httpx


class Shop:
    """A client of the bookshop API."""

    def __init__(self, base_url: str, token: str) -> None:
        self._client = httpx.Client(base_url=base_url, headers={"X-Api-Key": token})

    def shelf(self, name: str) -> int:
        """Return the key of the shelf of a name, made when there is none."""
        for shelf in self._all("/shelves"):
            if shelf["name"] == name:
                return int(shelf["id"])
        return int(self._sent("POST", "/shelves", {"name": name})["id"])

    def add(self, shelf: int, books: Sequence[Mapping[str, object]]) -> None:
        for book in books:
            self._sent("POST", f"/shelves/{shelf}/books", book)

    def close(self) -> None:
        self._client.close()

    def _all(self, path: str) -> list[dict[str, object]]:
        """Return the records of all pages."""
        found: list[dict[str, object]] = []
        page: str | None = f"{path}?limit=2"
        while page:
            reply = self._client.get(page).raise_for_status()
            found += reply.json()["items"]
            page = reply.links.get("next", {}).get("url")
        return found

    def _sent(self, method: str, path: str, body: Mapping[str, object]) -> dict[str, object]:
        made: dict[str, object] = (
            self._client.request(method, path, json=body).raise_for_status().json()
        )
        return made
