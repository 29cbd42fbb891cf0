"""The control API answers whatever is sent to it: what was asked, or a problem that tells what is
wrong.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import App, Settings, make_app
from mockserver.control.admin import ROUTES
from tests.hostile.budget import budget
from tests.hostile.odd import damaged, json_texts, spoiled, values
from tests.hostile.wire import Wire, ask, body

GOOD: dict[str, Any] = {
    "POST /requests/find": {
        "method": "GET",
        "urlPathPattern": "/shelves.*",
        "headers": {"accept": {"matches": ".*"}},
    },
    "POST /requests/verify": {"pattern": {"method": "GET"}, "times": 2},
    "POST /state/{api}": {"shelves": [{"id": 20, "name": "Maps"}], "books": []},
    "PUT /state/{api}/{resource}": {"id": 21, "name": "Atlases"},
    "POST /snapshots": {"name": "less"},
    "POST /clock/freeze": {"moment": "2026-01-01T00:00:00Z"},
    "POST /clock/advance": {"hours": 2},
    "POST /faults": {"match": {"method": "GET"}, "effect": {"status": 503}, "times": 1},
}
NAMES = {"api": b"bookshop", "resource": b"shelves", "key": b"1", "name": b"less", "id": b"1"}
ODD_NAMES = [
    b"x",
    b"%00",
    b"%ff",
    b"..%2f..",
    b"-1",
    b"9" * 5_000,
    b"%C2%B2",
    b"\xff",
    b"{x}",
    b"a" * 10_000,
    b"books",
]
QUERIES = [
    b"",
    b"space=a",
    b"space=%00",
    b"space=" + b"a" * 10_000,
    b"limit=-1",
    b"limit=9" * 9,
    b"format=har",
    b"since=x",
    b"%ff",
]


@pytest.fixture(scope="module")
def app() -> App:
    return make_app(["bookshop"], Settings(admin_token="t"))


@pytest.mark.parametrize("label", ROUTES)
@budget(25)
@given(data=st.data())
def test_odd_input_to_the_control_api_is_answered(
    app: App, label: str, data: st.DataObject
) -> None:
    method, _, template = label.partition(" ")
    path = template.encode()
    for name, usual in NAMES.items():
        if f"{{{name}}}" in template:
            path = path.replace(
                b"{%s}" % name.encode(), data.draw(st.just(usual) | st.sampled_from(ODD_NAMES))
            )
    wire = Wire(
        method,
        b"/__admin" + path,
        data.draw(st.sampled_from(QUERIES)),
        ((b"authorization", b"Bearer t"),),
    )
    if method != "GET":
        said = GOOD.get(label, {"a": 1})
        plain = values | spoiled([said]).map(
            lambda each: each[0] if isinstance(each, list) and each else each
        )
        wire = body(data.draw(plain.map(lambda each: json.dumps(each).encode()) | json_texts()))(
            wire
        )
    came = ask(app, wire)
    assert came.status < 500, came
    assert came.status < 400 or json.loads(came.body)["detail"], came


@budget(100)
@given(
    path=damaged(b"/__admin/state/bookshop/shelves/1") | damaged(b"/__space/a/shelves/1"),
    headers=st.lists(
        st.tuples(
            st.sampled_from([b"authorization", b"origin", b"host", b"sec-fetch-site"]),
            st.binary(max_size=9),
        )
    ),
)
def test_odd_paths_near_the_control_api_are_answered(
    app: App, path: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    assert ask(app, Wire("GET", b"/" + path, b"", tuple(headers))).status < 500


def test_the_mock_still_plays_after_all_that(app: App) -> None:
    ask(app, Wire("POST", b"/__admin/reset", b"", ((b"authorization", b"Bearer t"),)))
    ask(app, Wire("DELETE", b"/__admin/faults", b"", ((b"authorization", b"Bearer t"),)))
    assert ask(app, Wire("GET", b"/shelves", b"", ((b"x-api-key", b"bookshop-key"),))).status == 200
