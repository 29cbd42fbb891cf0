"""Omnitron in Django REST framework does what the transcripts, the oracle and the small models of
it say.
"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from hypothesis.stateful import RuleBasedStateMachine

from contracts.targets.target import Sent
from contracts.targets.wsgi import WsgiTarget
from tests.conftest import ROOT
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


@pytest.mark.parametrize("server", ["omnitron", "shop"])
def test_a_live_server_shares_no_code_with_the_mock(server: str) -> None:
    folder = Path(__file__).parent / server
    lines = [line for path in folder.glob("*.py") for line in path.read_text("utf-8").splitlines()]
    imported = [line for line in lines if line.lstrip().startswith(("import ", "from "))]
    assert len(imported) > 20
    assert [line for line in imported if "mockserver" in line or "contracts" in line] == []
    ours = [line.split()[1] for line in imported if line.split()[1].startswith("tests")]
    assert [name for name in ours if not name.startswith(f"tests.live.{server}")] == []
