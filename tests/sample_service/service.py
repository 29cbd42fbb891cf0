"""A backend that depends on the bookshop: a reading list, kept as a shelf of that API."""

from __future__ import annotations

import os
from typing import Any

import httpx
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()


class Wish(BaseModel):
    """A book that a reader wants."""

    title: str
    author: str


def bookshop() -> httpx.AsyncClient:
    """Return a client of the bookshop, which the environment names."""
    return httpx.AsyncClient(
        base_url=os.environ["BOOKSHOP_URL"],
        headers={"X-Api-Key": os.environ["BOOKSHOP_KEY"]},
    )


@app.post("/readers/{reader}/wishes", status_code=201)
async def wish(reader: str, wanted: Wish) -> dict[str, Any]:
    async with bookshop() as shop:
        shelf = await _shelf(shop, reader)
        reply = await shop.post(f"/shelves/{shelf}/books", json=wanted.model_dump())
        if reply.status_code >= 500:
            raise HTTPException(503, "the bookshop is closed")
        return reply.raise_for_status().json()


@app.get("/readers/{reader}/wishes")
async def wishes(reader: str) -> list[str]:
    async with bookshop() as shop:
        shelf = await _shelf(shop, reader)
        page = (await shop.get(f"/shelves/{shelf}/books")).raise_for_status().json()
        return [book["title"] for book in page["items"]]


async def _shelf(shop: httpx.AsyncClient, reader: str) -> int:
    """Return the key of the shelf of a reader, which is made where there is none."""
    page = (await shop.get("/shelves", params={"limit": 100})).json()
    for shelf in page["items"]:
        if shelf["name"] == reader:
            return shelf["id"]
    return (await shop.post("/shelves", json={"name": reader})).raise_for_status().json()["id"]
