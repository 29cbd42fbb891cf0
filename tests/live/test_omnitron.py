"""Omnitron in Django REST framework does what the transcripts, the oracle and the small models of
it say.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis.stateful import RuleBasedStateMachine

from contracts.targets.target import Sent
from contracts.targets.wsgi import WsgiTarget
from tests.conftest import ROOT
from tests.hostile.cases import CASES
from tests.hostile.spots import SPOTS, TAKEN_BY_DJANGO
from tests.live.machines import omnitron_machine, omnitron_target
from tests.live.omnitron.app import application
from tests.live.serving import serve
from tests.machine.machines import HEADERS, drive
from tests.second_opinion.test_channel import ChannelPair
from tests.second_opinion.test_downloadable import DownloadablePair
from tests.transcripts.transcript import Bindings, Section, compare, read_transcript

SECTIONS = [
    pytest.param(section, id=f"{path.stem}: {section.law}")
    for path in sorted((ROOT / "tests" / "transcripts").glob("omnitron-*.md"))
    for section in read_transcript(path)
]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_server_answers_as_the_transcript_says(section: Section) -> None:
    bindings = Bindings()
    transport = httpx.WSGITransport(app=application())
    with httpx.Client(transport=transport, base_url="http://testserver") as client:
        for request, expected in section.pairs:
            method, _, target = bindings.fill(request.first).partition(" ")
            headers = [(name, bindings.fill(value)) for name, value in request.headers]
            body = bindings.fill(request.body)
            reply = client.request(
                method, target, headers=headers, content=body.encode() if body else None
            )
            compare(bindings, expected, reply, f"{method} {target}")


def test_the_server_answers_every_sequence_of_calls_as_the_oracle_expects() -> None:
    drive(omnitron_machine(), examples=12, steps=30, shrink=False)


@pytest.mark.parametrize("name", sorted(TAKEN_BY_DJANGO))
def test_the_server_takes_a_strange_body_where_nothing_is_required(name: str) -> None:
    (case,) = [each for each in CASES if each.name == name]
    (spot,) = [each for each in SPOTS if each.takes]
    wire = case.change(spot.wire)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in wire.headers}
    sent = Sent(wire.method, wire.path.decode(), headers, wire.body)
    assert WsgiTarget(application()).send(sent).status == 200


class LiveChannel(ChannelPair):
    def __init__(self) -> None:
        super().__init__()
        self.target.close()
        self.target = omnitron_target()


class LiveDownloads(DownloadablePair):
    def __init__(self) -> None:
        super().__init__()
        self.target.close()
        self.target = omnitron_target()


@pytest.mark.parametrize("pair", [LiveChannel, LiveDownloads])
def test_the_server_agrees_with_the_small_model(pair: type[RuleBasedStateMachine]) -> None:
    drive(pair, examples=5, steps=25, shrink=False)


IMAGES = "/api/v1/product_image/"
BATCHES = "/api/v1/channel/5/batch_requests/"
REPORTS = "/api/v1/channel/5/error_reports/"
SETS = "/api/i1/downloadable_image/"
REPORT = {
    "action_content_type": 2,
    "action_object_id": 1,
    "error_code": "custom",
    "error_desc": "Image refused",
}
INTEGER, TEXT, BOOLEAN = (
    "A valid integer is required.",
    "Not a valid string.",
    "Must be a valid boolean.",
)
MOMENT = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
TAKEN = [
    *[("action_object_id", sent, 5) for sent in ("5", "5.0", " 5 ", "+5", "05", 5.0)],
    *[
        ("error_code", sent, kept)
        for sent, kept in ((12345, "12345"), (1.5, "1.5"), (0, "0"), (" a ", "a"))
    ],
    *[("is_ok", sent, False) for sent in ("false", "FALSE", "0", 0, 0.0, "no", "off", "n")],
    *[("is_ok", sent, True) for sent in ("true", "True", "1", 1, "yes", "on", "y", "t")],
    *[
        ("obj_modified_date", sent, "2026-11-29T14:25:31Z")
        for sent in (
            *(
                "2026-11-29T14:25:31Z",
                "2026-11-29 14:25:31",
                "2026-11-29T14:25:31",
                "20261129T142531",
            ),
            *("2026-11-29T17:25:31+03:00", "2026-11-29 17:25:31 +03:00"),
        )
    ],
    ("obj_modified_date", "2026-11-29 14:25:31.5", "2026-11-29T14:25:31.500000Z"),
    ("obj_modified_date", "2026-11-29T14:25", "2026-11-29T14:25:00Z"),
    ("obj_modified_date", "2026-11-29", "2026-11-29T00:00:00Z"),
    ("obj_modified_date", None, None),
    ("target_object_id", "5", "5"),
    ("target_object_id", 5, 5),
]
REFUSED = [
    *[("action_object_id", sent, INTEGER) for sent in (True, "", "5.7", 5.7, "five", [5])],
    ("action_object_id", None, "This field may not be null."),
    *[("error_code", sent, TEXT) for sent in (True, False, ["a"], {})],
    *[("error_code", sent, "This field may not be blank.") for sent in ("", "   ")],
    *[("is_ok", sent, BOOLEAN) for sent in (2, "", " true ", "maybe")],
    ("is_ok", None, "This field may not be null."),
    *[
        ("obj_modified_date", sent, MOMENT)
        for sent in ("", 1795962331, " 2026-11-29 ", "2026-02-30T00:00:00", "noon")
    ],
]


@pytest.mark.parametrize(("name", "sent", "kept"), TAKEN)
def test_the_stock_fields_take_what_can_be_turned_into_their_type(
    name: str, sent: Any, kept: Any
) -> None:
    with caller() as client:
        reply = client.post(REPORTS, json={**REPORT, name: sent})
        assert reply.status_code == 201, reply.text
        assert client.get(f"{REPORTS}1/").json()[name] == kept
    assert json.dumps(reply.json()[name]) == json.dumps(kept)


@pytest.mark.parametrize(("name", "sent", "message"), REFUSED)
def test_the_stock_fields_refuse_the_rest(name: str, sent: Any, message: str) -> None:
    with caller() as client:
        reply = client.post(REPORTS, json={**REPORT, name: sent})
    assert (reply.status_code, reply.json()) == (400, {name: [message], "code": "invalid"})


@pytest.mark.parametrize("sent", [5, 0, True, "Swatch", " swatch", ""])
def test_a_choice_is_one_as_its_text(sent: Any) -> None:
    image = {"url": "https://url/image1.png", "image_type": sent}
    with caller() as client:
        reply = client.post(SETS, json={"product_sku": 1182701025, "images": [image]})
    assert (reply.status_code, reply.json()) == (
        400,
        {"images": [{"image_type": [f'"{sent}" is not a valid choice.']}]},
    )


@pytest.mark.parametrize("how", ["json", "data"])
def test_a_form_is_taken_like_json(how: str) -> None:
    said: Any = {how: {"channel": "5"}}
    with caller() as client:
        reply = client.post(BATCHES, **said)
    assert (reply.status_code, reply.json()["channel"]) == (201, 5)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_path_without_its_slash_is_sent_to_the_one_with_it(method: str) -> None:
    with caller() as client:
        reply = client.request(method, f"{IMAGES}1?a=b", json={"order": 7})
        assert (reply.status_code, reply.headers["location"]) == (301, f"{IMAGES}1/?a=b")
        assert client.request(method, "/api/v1/nothing").status_code == 404
        assert client.get(f"{IMAGES}1/").json()["order"] == 0


@pytest.mark.parametrize(
    "query", ["product=", "id__in=", "product__pk__in=&product_type=", "is_seller_product=&page="]
)
def test_a_filter_without_a_value_is_none(query: str) -> None:
    with caller() as client:
        reply = client.get(f"/api/v1/channel/5/product_images/?{query}")
    assert (reply.status_code, reply.json()["count"]) == (200, 12)


def test_the_page_before_the_second_has_no_number() -> None:
    with caller() as client:
        reply = client.get(f"{IMAGES}?page=2&limit=5")
    assert reply.json()["previous"] == f"http://testserver{IMAGES}?limit=5"


def test_the_actions_of_a_channel_are_sorted_as_asked() -> None:
    path = "/api/v1/channel/5/integration_actions/"
    with caller() as client:
        for key, remote in ((1, "b"), (2, "a"), (3, "c")):
            said = {"object_id": key, "content_type_model": "productimage", "remote_id": remote}
            assert client.post(path, json=said).status_code == 201
        found = {
            sort: [
                each["object_id"]
                for each in client.get(path, params={"sort": sort}).json()["results"]
            ]
            for sort in ("id", "-id", "remote_id", "-remote_id", "nothing")
        }
    assert found == {
        "id": [1, 2, 3],
        "-id": [3, 2, 1],
        "remote_id": [2, 1, 3],
        "-remote_id": [3, 1, 2],
        "nothing": [1, 2, 3],
    }


def test_what_was_written_is_told_in_the_order_of_its_document() -> None:
    image = {"image_type": "swatch", "order": "3", "url": "https://url/image1.png"}
    item = {"content_type": "productimage", "version_date": "2026-11-29 14:25:31", "pk": "1"}
    with caller() as client:
        told = client.post(SETS, json={"images": [image], "product_sku": "1182701025"}).json()
        client.post(BATCHES, json={"channel": 5})
        batch = client.patch(f"{BATCHES}1/", json={"objects": [item], "status": "commit"}).json()
    assert (list(told), list(told["images"][0])) == (
        ["product_sku", "images"],
        ["id", "url", "order", "image_type"],
    )
    assert json.dumps(batch["objects"]) == json.dumps(
        [{"pk": 1, "version_date": "2026-11-29T14:25:31Z", "content_type": "productimage"}]
    )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("image.png", "Enter a valid URL."),
        ("https://", "Enter a valid URL."),
        ("https://images.invalid/image.png", "The resource could not be downloaded."),
    ],
)
def test_a_url_that_is_none_or_leads_nowhere_refuses_all_images(url: str, message: str) -> None:
    images = [{"url": "https://url/new.png"}, {"url": url}]
    with caller() as client:
        before = client.get(SETS).json()
        reply = client.post(SETS, json={"product_sku": "1182701025", "images": images})
        assert (reply.status_code, reply.json()) == (400, {"images": [{}, {"url": [message]}]})
        assert client.get(SETS).json() == before


def test_every_server_starts_anew_and_goes_back_to_its_start() -> None:
    shown = Sent("GET", "/api/v1/product_image/1/", HEADERS["omnitron"])
    omnitron = application()
    assert WsgiTarget(omnitron).send(Sent("DELETE", shown.path, shown.headers)).status == 204
    assert WsgiTarget(omnitron).send(shown).status == 404
    assert WsgiTarget(application()).send(shown).status == 200
    omnitron.reset()
    assert WsgiTarget(omnitron).send(shown).status == 200


def test_the_server_is_served_to_several_callers_at_once() -> None:
    with (
        serve(application()) as url,
        httpx.Client(base_url=url, headers=HEADERS["omnitron"]) as client,
    ):
        made = [
            client.post("/api/v1/channel/5/batch_requests/", json={"channel": 5}).json()["pk"]
            for _ in range(3)
        ]
        with httpx.Client(base_url=url, headers=HEADERS["omnitron"]) as other:
            listed = other.get("/api/v1/channel/5/batch_requests/").json()["results"]
    assert [batch["pk"] for batch in listed] == made


def caller() -> httpx.Client:
    """Return a client of an Omnitron of its own, with the token."""
    transport = httpx.WSGITransport(app=application())
    return httpx.Client(
        transport=transport, base_url="http://testserver", headers=HEADERS["omnitron"]
    )


@pytest.mark.parametrize("server", ["omnitron", "shop"])
def test_a_live_server_shares_no_code_with_the_mock(server: str) -> None:
    folder = Path(__file__).parent / server
    lines = [line for path in folder.glob("*.py") for line in path.read_text("utf-8").splitlines()]
    imported = [line for line in lines if line.lstrip().startswith(("import ", "from "))]
    assert len(imported) > 20
    assert [line for line in imported if "mockserver" in line or "contracts" in line] == []
    ours = [line.split()[1] for line in imported if line.split()[1].startswith("tests")]
    assert [name for name in ours if not name.startswith(f"tests.live.{server}")] == []
