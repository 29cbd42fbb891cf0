"""Which credentials go with requests that are all sent with the same ones."""

from __future__ import annotations

from contracts.targets.credentials import header_credentials
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
