"""Which credentials go with requests that are all sent with the same ones."""

from __future__ import annotations

import pytest

from contracts.options import with_credentials
from contracts.targets.credentials import credentials_for, header_credentials
from tests.model.compiling import does, small

SCHEMES = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
}


def test_of_two_credentials_in_one_header_that_goes_which_opens_more_operations() -> None:
    model = small(
        {
            "/a": {"get": does(security=[{"basic": []}])},
            "/b": {"get": does(security=[{"bearer": []}, {"key": []}])},
            "/c": {"get": does(security=[{"bearer": []}])},
        },
        components={"securitySchemes": SCHEMES},
    )
    sent = header_credentials(model, "")
    assert sent == {"Authorization": "Bearer understudy", "X-Key": "understudy"}


TWO_WAYS = small(
    {
        "/a": {"get": does(security=[{"bearer": []}, {"key": []}])},
        "/b": {"get": does()},
        "/c": {"get": does(security=[])},
        "/d": {"get": does(security=[{"basic": []}])},
    },
    components={"securitySchemes": SCHEMES},
)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a", {"X-Key": "mine"}),
        ("/b", {"X-Key": "mine"}),
        ("/c", {}),
        ("/d", {"X-Key": "mine"}),
    ],
)
def test_a_given_credential_opens_what_it_can_and_what_the_document_does_not_speak_of(
    path: str, sent: dict[str, str]
) -> None:
    model = with_credentials(TWO_WAYS, {"key": "mine"})
    (operation,) = [each for each in model.operations if each.path == path]
    assert credentials_for(model, operation, "").headers == sent


def test_where_a_credential_was_given_nothing_made_up_takes_its_place() -> None:
    model = with_credentials(TWO_WAYS, {"bearer": "mine"})
    assert header_credentials(model, "") == {"Authorization": "Bearer mine"}
    model = with_credentials(TWO_WAYS, {"key": "mine"})
    assert header_credentials(model, "") == {"X-Key": "mine"}


def test_one_of_two_that_are_needed_together_is_completed_by_what_is_known() -> None:
    model = small(
        {"/a": {"get": does(security=[{"basic": []}, {"bearer": [], "key": []}])}},
        components={"securitySchemes": SCHEMES},
    )
    sent = credentials_for(with_credentials(model, {"key": "mine"}), model.operations[0], "")
    assert sent.headers == {"Authorization": "Bearer understudy", "X-Key": "mine"}
