"""What a user calls a secret is in no journal and no recording."""

from __future__ import annotations

import json

from mockserver.app import Settings
from mockserver.testing.inprocess import InProcess, LoopThread, sent_to
from tests.conftest import fresh_app

KEY = {"X-Api-Key": "bookshop-key", "Content-Type": "application/json"}


def test_a_name_is_hidden_in_the_journal_the_changes_and_the_har() -> None:
    app = fresh_app("bookshop", Settings(secrets=("Author", "q")))
    client = InProcess(app, LoopThread())
    book = json.dumps({"title": "Kindred", "author": "TOPSECRET"}).encode()
    try:
        made = client.ask(sent_to("POST", "/shelves/2/books?q=TOPSECRET", KEY, book))
        assert json.loads(made.content)["author"] == "TOPSECRET"
        journal = client.ask(sent_to("GET", "/__admin/requests", {"Host": "localhost"}))
        har = client.ask(
            sent_to("GET", "/__admin/requests/export?format=har", {"Host": "localhost"})
        )
    finally:
        client.thread.close()
    for told in (journal, har):
        assert told.status == 200
        assert b"Kindred" in told.content
        assert b"TOPSECRET" not in told.content
