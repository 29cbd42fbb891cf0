"""A life is derived from what a document says, and what it does not say is not tried."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.documents import Sample
from tests.corpus.lives.derive import derive
from tests.corpus.lives.judging import has_judge, judged
from tests.corpus.lives.life import DerivedLife
from tests.corpus.lives.queries import paging_of
from tests.model.compiling import does, many, small, thing

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
SENT = {**thing(title=TEXT, size=NUMBER), "required": ["title"]}
BOX = thing(id={**NUMBER, "readOnly": True}, title=TEXT, size=NUMBER)
ITEM = {
    "get": does(BOX),
    "patch": does(BOX, thing(title=TEXT, size=NUMBER)),
    "delete": does(status=204),
}


def life(paths: dict[str, Any], collection: str) -> DerivedLife:
    found = {each.collection: each for each in derive(small(paths))}
    return found[collection]


def boxes(listed: Any = None, told: Any = BOX, sent: Any = SENT) -> dict[str, Any]:
    return {
        "/boxes": {"get": does(listed or many(BOX)), "post": does(told, sent, 201)},
        "/boxes/{box_id}": ITEM,
    }


def test_two_records_differ_in_all_that_is_sent() -> None:
    played = life(boxes(), "/boxes").played
    assert played is not None
    assert played["key"] == "id"
    shared = set(played["first"].items()) & set(played["second"].items())
    assert not shared


def test_bodies_that_break_the_schema_are_refused_for_one_reason_each() -> None:
    played = life(boxes(), "/boxes").played
    assert played is not None
    lacking, wrong = played["refused"]
    assert "title" not in lacking
    assert wrong["title"] == {"wrong": True}


def test_the_record_and_its_key_are_found_inside_what_surrounds_them() -> None:
    told = thing(errors=many(thing(code=TEXT)), data=thing(box=BOX))
    paths = boxes(thing(rows=many(thing(box=BOX)), total=NUMBER), told)
    paths["/boxes/{box_id}"] = {**ITEM, "get": does(told)}
    played = life(paths, "/boxes").played
    assert played is not None
    assert (played["record"], played["key"]) == ("data.box", "id")
    assert (played["list"]["rows"], played["list"]["row"]) == ("rows", "box")


def test_a_body_is_sent_in_its_envelope() -> None:
    played = life(boxes(sent=thing(box=SENT)), "/boxes").played
    assert played is not None
    assert played["envelope"] == "box"
    assert "title" in played["first"]


def test_what_no_reply_describes_is_not_looked_for_and_said() -> None:
    found = life(boxes(sent=thing(title=TEXT, size=NUMBER, secret=TEXT)), "/boxes")
    assert found.unshown == ("secret",)


def test_a_step_that_the_document_does_not_tell_is_not_tried() -> None:
    paths = boxes()
    del paths["/boxes"]["get"]
    found = life(paths, "/boxes")
    assert found.played is not None
    assert "list" not in found.played
    assert {"list", "filter", "page"} <= found.untried.keys()


def test_without_a_way_to_make_records_nothing_is_played() -> None:
    paths = boxes()
    del paths["/boxes"]["post"]
    found = life(paths, "/boxes")
    assert found.played is None
    assert "POST" in found.untried["create"]


def test_what_is_above_a_collection_is_made_first_and_its_key_kept() -> None:
    lid = thing(id=NUMBER, title=TEXT)
    paths = {
        **boxes(),
        "/boxes/{box_id}/lids": {"get": does(many(lid)), "post": does(lid, SENT, 201)},
        "/boxes/{box_id}/lids/{lid_id}": {"get": does(lid)},
    }
    played = life(paths, "/boxes/{box_id}/lids").played
    assert played is not None
    assert [step["path"] for step in played["before"]] == ["/boxes"]
    assert played["before"][0]["keep"] == {"above1": "id"}
    assert played["collection"] == "/boxes/{above1}/lids"
    assert played["item"] == "/boxes/{above1}/lids/{key}"


def test_a_parameter_called_as_a_property_in_which_records_differ_is_a_filter() -> None:
    paths = boxes()
    paths["/boxes"]["get"] = does(many(BOX), query=["title", "other"])
    played = life(paths, "/boxes").played
    assert played is not None
    first, changed = played["filter"]
    assert first == {"query": {"title": played["second"]["title"]}}
    assert changed["query"] == {"title": played["change"]["body"]["title"]}


@pytest.mark.parametrize(
    ("names", "reply", "way"),
    [
        (("limit", "page"), {}, {"size": "limit", "page": "page"}),
        (("page_size", "offset"), {}, {"size": "page_size", "offset": "offset"}),
        (("limit", "cursor"), thing(next_cursor=TEXT), {"token": "cursor", "at": "next_cursor"}),
        (("limit", "cursor"), thing(links=thing(next=TEXT)), {"link": "links.next"}),
        (("limit", "starting_after"), thing(has_more=TEXT), {"last": "starting_after"}),
        (("color", "page"), {}, None),
    ],
)
def test_pages_are_known_by_the_names_of_their_parameters(
    names: tuple[str, ...], reply: Any, way: dict[str, str] | None
) -> None:
    asked = [{"name": name, "in": "query", "schema": NUMBER} for name in names]
    found = paging_of({}, asked, reply)
    assert found is None if way is None else way.items() <= dict(found or {}).items()


PRETENDER = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Pretender(BaseHTTPRequestHandler):
    made = 0

    def do_GET(self):
        self.told(200, [] if self.path == "/boxes" else {"id": 1, "title": "amber1-title"})

    def do_POST(self):
        Pretender.made += 1
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.told(201, {**sent, "id": Pretender.made})

    def do_PATCH(self):
        self.told(200, {})

    def do_DELETE(self):
        self.told(204, "")

    def told(self, status, value):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *told):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Pretender).serve_forever()
"""


@pytest.mark.skipif(not has_judge(), reason="there is no judge beside the repository")
def test_a_server_that_only_pretends_is_found(tmp_path: Path) -> None:
    server, paths = tmp_path / "pretender.py", boxes()
    server.write_text(PRETENDER, "utf-8")
    model = small(paths)
    command = f"{sys.executable} {server} {{port}}"
    (verdict,) = judged(Sample("boxes", server, 0, 0), model, [*derive(model)], command)
    assert verdict.results["create"] == "passed"
    assert {"read", "list", "refused", "changed", "gone"} <= set(verdict.failed)


def test_the_record_is_what_has_the_objects_that_were_sent_and_no_list_in_it() -> None:
    owners = many(thing(name=TEXT, kind=TEXT, uid=TEXT))
    told = thing(
        kind=TEXT, metadata=thing(name=TEXT, uid=TEXT, owners=owners), spec=thing(n=NUMBER)
    )
    paths = {
        "/boxes": {"get": does(thing(items=many(told))), "post": does(told, told, 201)},
        "/boxes/{name}": {"get": does(told)},
    }
    played = life(paths, "/boxes").played
    assert played is not None
    assert (played["record"], played["key"]) == ("", "metadata.name")


def test_a_list_in_a_record_with_a_key_is_not_the_record() -> None:
    told = thing(id=NUMBER, count=NUMBER, revisions=many(thing(id=NUMBER, title=TEXT, size=NUMBER)))
    paths = boxes(sent=SENT, told=told)
    paths["/boxes/{box_id}"] = {**ITEM, "get": does(told)}
    played = life(paths, "/boxes").played
    assert played is not None
    assert played["record"] == ""


def test_an_offset_that_is_a_text_is_a_token_that_the_reply_tells() -> None:
    asked = [
        {"name": "limit", "in": "query", "schema": NUMBER},
        {"name": "offset", "in": "query", "schema": TEXT},
    ]
    reply = thing(data=many(BOX), next_page=thing(offset=TEXT))
    assert paging_of({}, asked, reply) == {
        "size": "limit",
        "token": "offset",
        "at": "next_page.offset",
    }
    assert paging_of({}, asked, thing(data=many(BOX))) is None


def test_where_each_request_needs_a_key_of_its_own_no_life_is_played() -> None:
    paths = boxes()
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": TEXT}
    paths["/boxes"]["post"]["parameters"] = [key]
    assert life(paths, "/boxes").played is None


def test_a_key_is_not_called_as_what_is_above_it() -> None:
    order = thing(id=TEXT, shop_id=TEXT, title=TEXT)
    paths = {
        "/shops/{shop_id}/orders": {"get": does(many(order)), "post": does(order, SENT, 201)},
        "/shops/{shop_id}/orders/{shop_order_id}": {"get": does(order)},
    }
    played = life(paths, "/shops/{shop_id}/orders").played
    assert played is not None
    assert played["key"] == "id"


def test_a_parent_is_made_where_it_is_made() -> None:
    paths = {
        "/rooms/{room_id}/boxes": {"post": does(BOX, SENT, 201)},
        "/boxes/{box_id}": ITEM,
        "/boxes/{box_id}/lids": {"get": does(many(BOX)), "post": does(BOX, SENT, 201)},
        "/boxes/{box_id}/lids/{lid_id}": ITEM,
    }
    played = life(paths, "/boxes/{box_id}/lids").played
    assert played is not None
    (made,) = played["before"]
    assert made["path"].startswith("/rooms/")
    assert made["keep"] == {"above1": "id"}
    assert played["collection"] == "/boxes/{above1}/lids"


def test_a_record_with_its_key_is_no_part_of_it() -> None:
    version = thing(id=TEXT, html=TEXT, engine=TEXT)
    page = thing(id=TEXT, title=TEXT, published=version)
    sent = {**thing(title=TEXT, html=TEXT, engine=TEXT), "required": ["title"]}
    paths = {
        "/pages": {"get": does(many(page)), "post": does(page, sent, 201)},
        "/pages/{page_id}": {"get": does(page)},
    }
    played = life(paths, "/pages").played
    assert played is not None
    assert (played["record"], played["list"]["row"]) == ("", "")


def test_what_lists_errors_is_not_the_record() -> None:
    faults = thing(fields=many(thing(name=TEXT, reason=TEXT)))
    box = thing(crateBoxID=TEXT, title=TEXT, size=NUMBER)
    told = thing(problem=faults, boxes=many(box))
    one = thing(problem=faults, box=box)
    paths = {
        "/crate-box": {"get": does(told), "post": does(one, SENT, 201)},
        "/crate-box/{shopCrateBoxID}": {"get": does(one)},
    }
    played = life(paths, "/crate-box").played
    assert played is not None
    assert (played["record"], played["list"]["rows"]) == ("box", "boxes")
    assert played["key"] == "crateBoxID"


def test_a_key_that_nobody_has_fits_the_form_of_keys() -> None:
    key = {"name": "box_id", "in": "path", "required": True}
    paths = boxes()
    schema = {"type": "string", "pattern": "^box_[a-z]+$"}
    paths["/boxes/{box_id}"] = {**ITEM, "parameters": [{**key, "schema": schema}]}
    played = life(paths, "/boxes").played
    assert played is not None
    assert re.fullmatch("box_[a-z]{5,}", played["missing"])
