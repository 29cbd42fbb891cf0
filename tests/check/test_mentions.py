"""What a request names of other resources is found by its names, and can be put there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.mentions import named_in, with_keys
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.exchange import Answer, Sent, json_answer
from tests.check.test_right_kinds import SHOP
from tests.laws.servers import events_of, findings_of, tried


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"product_id": 7}, [("products", "7")]),
        ({"lines": [{"product": {"id": 7, "amount": 2}}]}, [("products", "7")]),
        ({"product_ids": [7, 8]}, [("products", "7"), ("products", "8")]),
        ({"order_id": 7, "name": "a"}, []),
    ],
)
def test_the_records_that_a_body_names_are_found(value: Any, named: list[tuple[str, str]]) -> None:
    found = [each for each in named_in(SHOP, "orders", value) if each[0] == "products"]
    assert found == named


def test_a_key_that_is_put_has_the_type_of_the_one_before() -> None:
    value = {"lines": [{"product_id": 1, "n": 2}], "log": {"id": "x"}}
    keys = {"products": "7", "logs": "9"}
    named = with_keys(SHOP, "orders", value, keys.get)
    assert named == {"lines": [{"product_id": 7, "n": 2}], "log": {"id": "9"}}


class Shop:
    """Takes orders of products that there are, and no others."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, dict[str, Any]]] = {
            "products": {},
            "orders": {},
            "logs": {},
        }

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        name, _, key = sent.target.partition("?")[0].strip("/").partition("/")
        rows = self._rows[name]
        if sent.method == "POST":
            body = json.loads(sent.content or b"{}")
            if name == "orders" and body.get("product_id") not in self._rows["products"]:
                return json_answer({"detail": "There is no such product."}, 422)
            number = 100 + len(rows)
            rows[number] = {**body, "id": number}
            return json_answer(rows[number], 201)
        found = rows.get(int(key)) if key.isdigit() else None
        return json_answer(found or {}, 200 if found else 404)


def test_a_record_that_must_name_another_one_is_made_with_its_key() -> None:
    subject = Subject(SHOP, Shop, PlainStore, fresh=True, safety=Safety.ALL)
    events = events_of(subject, "created-is-readable")
    assert findings_of(events) == []
    assert tried(events)["created-is-readable", "/orders"] == ""
