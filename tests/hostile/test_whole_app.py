"""Arbitrary bytes as methods, paths, queries, headers and bodies: every API answers in its own
form.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import APIS
from tests.hostile.budget import budget
from tests.hostile.judge import faults
from tests.hostile.odd import damaged, json_texts
from tests.hostile.spots import SPOTS
from tests.hostile.wire import body

media_types = st.sampled_from(
    [
        "application/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "a/b",
    ]
)
HEADERS = (
    b"accept",
    b"content-type",
    b"prefer",
    b"cookie",
    b"authorization",
    b"x-auth-token",
    b"origin",
    b"range",
    b"x-a",
)
headers = st.lists(st.tuples(st.sampled_from(HEADERS), st.binary(max_size=20)), max_size=3).map(
    tuple
)


@pytest.mark.parametrize("api", APIS)
@budget(150)
@given(data=st.data())
def test_arbitrary_bytes_are_answered_in_the_form_of_the_api(api: str, data: st.DataObject) -> None:
    spot = data.draw(st.sampled_from([spot for spot in SPOTS if spot.api == api]))
    wire = spot.wire
    spoil = data.draw(st.sets(st.sampled_from(("path", "query", "headers", "body")), min_size=1))
    if "path" in spoil:
        wire = replace(wire, path=b"/" + data.draw(damaged(wire.path[1:])))
    if "query" in spoil:
        wire = replace(
            wire,
            query=data.draw(damaged(b"page=1&limit=2&product=1&id__in=1,2&__code=200&author=a")),
        )
    if "headers" in spoil:
        wire = replace(wire, headers=(*wire.headers, *data.draw(headers)))
    if "body" in spoil:
        content = data.draw(damaged(wire.body) | json_texts())
        wire = body(content, data.draw(media_types))(wire)
    came, found = faults(spot, wire)
    preferred = any(name == b"prefer" for name, _ in wire.headers) or b"__" in wire.query
    assert not [each for each in found if not (preferred and came.status < 400)], (wire, came)
