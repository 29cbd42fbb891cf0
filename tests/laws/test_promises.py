"""What the words of a document promise is held by a law of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from contracts.laws.table import LAWS
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.survey import Survey
from contracts.wire.wire import Budget
from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Kind
from mockserver.state import Collection, Query
from tests.laws.faults import FAULTS as AT_THE_WAREHOUSE
from tests.laws.hall import FAULTS as HALL_FAULTS
from tests.laws.hall import Hall, hall
from tests.laws.promises import DOCUMENT, FAULTS, PROMISED, Library, library
from tests.laws.servers import events_of, findings_of, tried
from tests.laws.stall import FAULTS as STALL_FAULTS
from tests.laws.stall import Stall, stall
from tests.laws.till import FAULTS as TILL_FAULTS
from tests.laws.till import Till, till
from tests.laws.workshop import FAULTS as WORKSHOP_FAULTS
from tests.laws.workshop import Workshop, workshop
from tests.model.compiling import compiled

MODEL = library()
WORKSHOP = workshop()
TILL = till()
STALL = stall()
HALL = hall()


def library_with(fault: str) -> Subject:
    return Subject(MODEL, lambda: Library(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_library_that_keeps_its_promises_is_not_accused() -> None:
    assert [each.message for each in findings_of(events_of(library_with("")))] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_promise_is_found(fault: str) -> None:
    found = findings_of(events_of(library_with(fault), FAULTS[fault]))
    assert {each.check for each in found} == {FAULTS[fault]}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass without waiting, for the workshop and for what waits on it."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    monkeypatch.setattr("contracts.laws.verbs.sleep", sleep)
    monkeypatch.setattr("tests.laws.workshop.now", lambda: passed[0])


def workshop_with(fault: str) -> Subject:
    return Subject(WORKSHOP, lambda: Workshop(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_workshop_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(workshop_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*WORKSHOP_FAULTS.values()}


@pytest.mark.parametrize("fault", WORKSHOP_FAULTS)
def test_a_promise_in_words_that_is_broken_is_found(fault: str) -> None:
    law = WORKSHOP_FAULTS[fault]
    found = findings_of(events_of(workshop_with(fault), law))
    assert {each.check for each in found} == {law}


def stall_with(fault: str) -> Subject:
    return Subject(STALL, lambda: Stall(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_stall_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(stall_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*STALL_FAULTS.values()}


@pytest.mark.parametrize("fault", STALL_FAULTS)
def test_a_broken_promise_about_other_records_is_found(fault: str) -> None:
    law = STALL_FAULTS[fault]
    found = findings_of(events_of(stall_with(fault), law))
    assert {each.check for each in found} == {law}


def hall_with(fault: str) -> Subject:
    return Subject(HALL, lambda: Hall(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_hall_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(hall_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*HALL_FAULTS.values()}


@pytest.mark.parametrize("fault", HALL_FAULTS)
def test_a_broken_promise_about_what_must_be_opened_first_is_found(fault: str) -> None:
    law = HALL_FAULTS[fault]
    found = findings_of(events_of(hall_with(fault), law))
    assert {each.check for each in found} == {law}


def till_with(fault: str) -> Subject:
    return Subject(TILL, lambda: Till(fault), PlainStore, fresh=True, safety=Safety.ALL)


def test_a_till_that_keeps_its_promises_is_not_accused() -> None:
    events = events_of(till_with(""))
    assert [each.message for each in findings_of(events)] == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held >= {*TILL_FAULTS.values()}


@pytest.mark.parametrize("fault", TILL_FAULTS)
def test_a_promise_of_numbers_and_texts_that_is_broken_is_found(fault: str) -> None:
    law = TILL_FAULTS[fault]
    found = findings_of(events_of(till_with(fault), law))
    assert {each.check for each in found} == {law}


def test_every_law_has_a_fault_at_the_warehouse_or_here() -> None:
    laws = {law.name for law in LAWS}
    assert laws >= PROMISED
    assert laws == PROMISED | {fault.law for fault in AT_THE_WAREHOUSE}


class Files:
    """Keeps files, of each of which there is one checkpoint; the reply to a new file says little."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._kept: set[str] = set()

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        steps = sent.target.strip("/").split("/")
        if len(steps) == 1 and sent.method == "POST":
            try:
                text = json.loads(sent.content or b"")["text"]
            except (ValueError, TypeError, LookupError):
                return json_answer({}, 422)
            if not isinstance(text, str):
                return json_answer({}, 422)
            self._files[str(len(self._files) + 1)] = text
            return json_answer({"id": str(len(self._files)), "text": None}, 201)
        if len(steps) == 1:
            return json_answer([{"id": key, "text": text} for key, text in self._files.items()])
        if steps[1] not in self._files:
            return json_answer({}, 404)
        if len(steps) == 2:
            return json_answer({"id": steps[1], "text": self._files[steps[1]]})
        if sent.method == "POST":
            self._kept.add(steps[1])
        rows = [{"id": "checkpoint"}] if steps[1] in self._kept else []
        return json_answer(rows[0], 201) if sent.method == "POST" else json_answer(rows)


FILES = compiled("""
paths:
  /files:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &file
      {type: object, required: [id], properties: {id: {type: string, readOnly: true}, text: {type: string, nullable: true}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string}}}}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *file}}}}
  /files/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': *one, '404': &none {description: n}}}
  /files/{id}/checkpoints:
    parameters: *id
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &mark
      {type: object, required: [id], properties: {id: {type: string, readOnly: true}}}}}}}, '404': *none}}
    post: {responses: {'201': {description: d, content: {application/json: {schema: *mark}}}, '404': *none}}
""")


def test_a_reply_may_say_less_and_there_may_be_one_record_alone() -> None:
    subject = Subject(FILES, Files, PlainStore, fresh=True, safety=Safety.ALL)
    assert [each.message for each in findings_of(events_of(subject))] == []


class Shelf:
    """Keeps books under the names in their paths, whatever their bodies say."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        name = sent.target.rpartition("/")[2]
        if sent.method == "GET":
            return json_answer({"name": name}, 200 if name in self._names else 404)
        is_new = name not in self._names
        self._names.add(name)
        return json_answer({"name": name}, 201 if is_new else 200)


SHELF = compiled("""
paths:
  /books/{book}:
    parameters: [{name: book, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': &one {description: d, content: {application/json: {schema: &book {type: object,
      properties: {name: {type: string, description: The last part of the path.}}}}}}, '404': {description: n}}}
    put:
      requestBody: {required: true, content: {application/json: {schema: *book}}}
      responses: {'200': *one, '201': *one}
""")


def test_a_record_may_have_the_name_that_its_path_gives_it() -> None:
    subject = Subject(SHELF, Shelf, PlainStore, fresh=True, safety=Safety.ALL)
    events = events_of(subject, "sent-is-read")
    assert [each.message for each in findings_of(events)] == []


class Thrifty(Library):
    """Gives the number of a member that was deleted again, as tables without AUTOINCREMENT do."""

    def send(self, sent: Sent) -> Answer:
        self._last = max([*self._members, *self._cards, *self._exports], default=0)
        return super().send(sent)


def test_a_key_that_was_given_again_names_something_that_is_there() -> None:
    model = compiled(
        DOCUMENT.replace(
            "required: [title], properties", "required: [title, member_id], properties"
        )
    )
    for fault, found in (("", []), ("nobody", ["named-must-exist"])):
        subject = Subject(
            model, lambda fault=fault: Thrifty(fault), PlainStore, fresh=True, safety=Safety.ALL
        )  # type: ignore[misc]
        events = events_of(subject, "named-must-exist")
        assert [each.check for each in findings_of(events)] == found


class Labels:
    """Gives back the label that is there for a title that it has seen, and makes no second one."""

    def __init__(self, found: int = 201, loses: bool = False) -> None:
        self._found, self._loses = found, loses
        self._rows: dict[str, dict[str, str]] = {}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        key = sent.target.partition("?")[0].removeprefix("/labels").strip("/")
        if sent.method == "POST":
            return self._made(json.loads(sent.content or b"{}"))
        if not key:
            return json_answer([*self._rows.values()])
        if key not in self._rows:
            return json_answer({}, 404)
        if sent.method == "DELETE":
            del self._rows[key]
            return Answer(204, {}, b"")
        return json_answer(self._rows[key])

    def _made(self, record: dict[str, str]) -> Answer:
        same = [row for row in self._rows.values() if row["title"] == record["title"]]
        if same and not self._loses:
            return json_answer(same[0], self._found)
        self._last += 1
        key = "a1" if self._loses else f"a{self._last}"
        self._rows[key] = {"id": key, "title": record["title"]}
        return json_answer(self._rows[key], 201)


LABELS = compiled("""
paths:
  /labels:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &label
      {type: object, required: [id, title], properties: {id: {type: string, readOnly: true}, title: {type: string}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: *label}}}
      responses: {'201': &one {description: d, content: {application/json: {schema: *label}}}}
  /labels/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': *one, '404': {description: n}}}
    delete: {responses: {'204': {description: d}}}
""")
MAKING = ("keys-are-not-reused", "deleted-is-gone", "siblings-are-untouched", "created-is-readable")


@pytest.mark.parametrize("status", [200, 201])
def test_a_create_may_give_back_the_record_that_is_there_already(status: int) -> None:
    subject = Subject(LABELS, lambda: Labels(status), PlainStore, fresh=True, safety=Safety.ALL)
    events = events_of(subject, *MAKING)
    assert [each.message for each in findings_of(events)] == []
    assert not [why for why in tried(events).values() if why]


def test_a_key_that_is_given_to_another_record_is_found() -> None:
    subject = Subject(LABELS, lambda: Labels(loses=True), PlainStore, fresh=True, safety=Safety.ALL)
    found = findings_of(events_of(subject, *MAKING))
    assert "keys-are-not-reused" in [each.check for each in found]


class Routed(Labels):
    """Says of what it has not in a page that names the method; `heads` tells whether it has those."""

    def __init__(self, heads: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._heads = heads

    def send(self, sent: Sent) -> Answer:
        is_head = sent.method == "HEAD"
        place = "list" if sent.target == "/labels" else "item"
        if is_head and place not in self._heads:
            return self._nowhere(sent)
        answer = super().send(replace(sent, method="GET") if is_head else sent)
        return self._nowhere(sent) if answer.status == 404 else answer

    def _nowhere(self, sent: Sent) -> Answer:
        text = f"Cannot {sent.method} {sent.target}"
        return Answer(404, {"content-length": str(len(text))}, text.encode())


@pytest.mark.parametrize(
    ("heads", "told"),
    [((), []), (("list", "item"), []), (("list",), ["expected 200, the status of GET, got 404"])],
)
def test_a_server_without_heads_and_the_pages_of_what_is_not_there_are_left_alone(
    heads: tuple[str, ...], told: list[str]
) -> None:
    subject = Subject(LABELS, lambda: Routed(heads), PlainStore, fresh=True, safety=Safety.ALL)
    found = findings_of(events_of(subject, "head-is-get"))
    assert [each.message for each in found] == told


class Unhandled(Labels):
    """Leaves it to its database that titles are unique, and breaks where they are not."""

    def _made(self, record: dict[str, str]) -> Answer:
        if record["title"] in [row["title"] for row in self._rows.values()]:
            return Answer(500, {}, b"IntegrityError")
        return super()._made(record)


def test_a_server_that_breaks_at_what_is_there_already_is_given_other_values() -> None:
    subject = Subject(LABELS, Unhandled, PlainStore, fresh=True, safety=Safety.ALL)
    events = events_of(subject, *MAKING)
    assert [each.message for each in findings_of(events)] == []
    assert not [why for why in tried(events).values() if why]


class Pages:
    """Shows 23 rows, ten a page; the first page has a number of its own."""

    def __init__(self, first: int) -> None:
        self._first = first

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        asked = dict(parse_qsl(sent.target.partition("?")[2]))
        size, page = min(10, int(asked.get("size", 10))), int(asked.get("page", self._first))
        rows = [{"id": number} for number in range(1, 24)]
        at = (page - self._first) * size
        return json_answer({"rows": rows[at : at + size] if at >= 0 else [], "total": 23})


ROWS = """
paths:
  /rows:
    get:
      parameters: [{name: page, in: query, schema: {type: integer%s}}, {name: size, in: query, schema: {type: integer, maximum: 10}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {total: {type: integer},
        rows: {type: array, items: {type: object, required: [id], properties: {id: {type: integer}}}}}}}}}}
"""


@pytest.mark.parametrize(
    ("first", "said", "found"),
    [
        (0, "", set()),
        (1, "", set()),
        (1, ", minimum: 1", set()),
        (0, ", minimum: 1", {"pages-partition", "count-is-the-sum"}),
    ],
)
def test_pages_may_begin_at_zero_where_the_document_leaves_that_open(
    first: int, said: str, found: set[str]
) -> None:
    model = compiled(ROWS % said)
    subject = Subject(model, lambda: Pages(first), PlainStore, fresh=False, safety=Safety.READ)
    events = events_of(subject, "pages-partition", "count-is-the-sum")
    assert {each.check for each in findings_of(events)} == found
    store = PlainStore()
    wire = subject.wire("laws", lambda event: None, Budget())
    Survey(subject, wire, store).run()
    known = store.select(Collection("rows"), Query()).found
    assert len(known) == (23 if not found else 0)


class Drawer:
    """Takes a PUT for a whole record, and a PATCH for a part; `half` keeps a property it should
    not.
    """

    def __init__(self, half: bool = False) -> None:
        self._half = half
        self._rows: dict[str, dict[str, Any]] = {}

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        key = sent.target.removeprefix("/cards").strip("/")
        body = json.loads(sent.content or b"{}")
        if sent.method == "POST":
            key = f"c{len(self._rows) + 1}"
            self._rows[key] = {**body, "id": key}
            return json_answer(self._rows[key], 201)
        if not key:
            return json_answer([*self._rows.values()])
        if key not in self._rows:
            return json_answer({}, 404)
        if sent.method == "PUT":
            kept = {"title": self._rows[key].get("title")} if self._half else {}
            self._rows[key] = {**kept, **body, "id": key}
        return json_answer(self._rows[key])


CARDS = compiled("""
paths:
  /cards:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &card
      {type: object, properties: {id: {type: string, readOnly: true}, title: {type: string}, text: {type: string}, note: {type: string}}}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: *card}}}
      responses: {'201': {description: d, content: {application/json: {schema: *card}}}}
  /cards/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': &one {description: d, content: {application/json: {schema: *card}}}, '404': {description: n}}}
    put:
      summary: Add or update some fields of a card
      requestBody: {required: true, content: {application/json: {schema: *card}}}
      responses: {'200': *one}
""")


@pytest.mark.parametrize(("half", "found"), [(False, set()), (True, {"merge-keeps-the-rest"})])
def test_a_put_that_may_be_a_merge_may_replace_all_and_not_a_part(
    half: bool, found: set[str]
) -> None:
    assert CARDS.labeled("PUT /cards/{id}").kind is Kind.MERGE
    subject = Subject(CARDS, lambda: Drawer(half), PlainStore, fresh=True, safety=Safety.ALL)
    events = events_of(subject, "merge-keeps-the-rest", "concurrent-changes-survive")
    assert {each.check for each in findings_of(events)} >= found
    assert bool(findings_of(events)) is bool(found)
