"""Links that ask for the same are the same; a link that asks for something else is found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.compare.alignment import Alignment, Side
from contracts.drift.answers import Answers
from contracts.drift.links import meaning
from contracts.targets.reading import Readings
from contracts.targets.target import Sent
from mockserver.apis import load_model
from mockserver.exchange import json_answer

PATH = "/api/v1/channel/5/product_images/"
NEXT = f"http://mock{PATH}?product=1&page=3&limit=2"
QUERIES = st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=3)), max_size=5)


def drifts(mock: Any, live: Any, header: str = "") -> list[str]:
    """Return where two pages differ of which the mock's and the live server's links are these."""
    model = load_model("omnitron")
    began = datetime.now(UTC)
    sides = Side("http://live", "", began), Side("http://mock", "", began)
    reading = Readings(model, "").read(Sent("GET", f"{PATH}?product=1&page=2&limit=2"))
    ours, theirs = (
        json_answer(
            {"count": 9, "next": link, "results": []},
            headers={"link": f'<{link}>; rel="next"'} if header else {},
        )
        for link in (mock, live)
    )
    found = Answers(model, Alignment(*sides, {}), {}).compare(reading, "GET", ours, theirs, None)
    return [each.place for each in found]


@pytest.mark.parametrize(
    ("mock", "live"),
    [
        (NEXT, f"http://live{PATH}?limit=2&page=3&product=1"),
        (f"http://mock{PATH}?page=1&limit=2", f"http://live{PATH}?limit=2"),
        (f"http://mock{PATH}?page=1", f"http://live{PATH}"),
        (f"http://mock{PATH}?limit=10", PATH),
    ],
)
def test_order_and_defaults_of_parameters_make_no_other_link(mock: str, live: str) -> None:
    assert drifts(mock, live) == []
    assert drifts(mock, live, header="link") == []


@pytest.mark.parametrize(
    "live",
    [
        f"http://live{PATH}?page=3&limit=2",
        f"http://live{PATH}?product=1&page=4&limit=2",
        f"http://live{PATH}?product=1&limit=2",
        f"http://live{PATH}?product=1&page=3&limit=2&product=2",
        "http://live/api/v1/product_image/?product=1&page=3&limit=2",
        f"http://elsewhere{PATH}?product=1&page=3&limit=2",
        None,
    ],
)
def test_a_link_that_asks_for_something_else_is_found(live: str | None) -> None:
    assert drifts(NEXT, live) == ["/next"]
    assert live is None or drifts(NEXT, live, header="link") == ["Link", "/next"]


@given(QUERIES, st.randoms())
def test_a_link_keeps_the_values_of_each_parameter_in_their_order(
    pairs: list[tuple[str, str]], random: Any
) -> None:
    by_name = {name: [value for each, value in pairs if each == name] for name, _ in pairs}
    names = [name for name, _ in pairs]
    random.shuffle(names)
    mixed = [(name, by_name[name][names[:at].count(name)]) for at, name in enumerate(names)]
    said = meaning(f"/x?{urlencode(mixed)}", {})
    assert said == meaning(f"/x?{urlencode(pairs)}", {})
    assert sorted(parse_qsl(said.partition("?")[2], keep_blank_values=True)) == sorted(pairs)


@given(st.text())
def test_a_text_that_is_no_link_is_left_alone(text: str) -> None:
    assert meaning(f"no {text}", {"page": "1"}) == f"no {text}"
