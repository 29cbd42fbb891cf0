"""Schemathesis, all phases and all checks, finds nothing over HTTP on the APIs that come with the
project.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from contracts.conformance.conformance import Conformance
from contracts.conformance.failure import Failure, is_its_way
from contracts.conformance.plan import Plan, habits_of
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.app import Settings
from mockserver.server import MockServer
from tests.conftest import fresh_app, model_of

STRICT = Settings(validate_responses=True)


@dataclass(frozen=True)
class Case:
    """An API, under one of its base paths, with a credential that counts there."""

    api: str
    headers: dict[str, str]
    base: str = ""

    def plan(self, max_examples: int) -> Plan:
        return Plan(
            max_examples=max_examples, headers=self.headers, **habits_of(model_of(self.api))
        )


CASES = [
    Case("bookshop", {"X-Api-Key": "bookshop-key"}),
    Case("bigcommerce-v2", {"X-Auth-Token": "tok"}, "/stores/{store_hash}/v2"),
    Case("bigcommerce-v2", {"Authorization": "Basic YWRtaW46a2V5"}, "/api/v2"),
    Case("shoplazza", {"access-token": "tok"}),
]
IDS = [f"{case.api}{case.base}" for case in CASES]


def found(case: Case, run: Conformance) -> list[Failure]:
    return [each for each in run.run() if not is_its_way(model_of(case.api), each)]


def told(failures: list[Failure]) -> str:
    return "\n\n".join(
        f"{each.phase} {each.check} {each.operation}\n{each.message}\n{each.curl}"
        for each in failures
    )


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_schemathesis_finds_nothing_over_http(case: Case) -> None:
    with MockServer(app=fresh_app(case.api, STRICT)) as mock:
        run = Conformance(model_of(case.api), case.plan(3), url=mock.url, base=case.base)
        failures = found(case, run)
    assert not failures, told(failures)
    assert not run.tried.errors


@pytest.mark.parametrize(
    ("field", "its_way"), [("description", True), ("sort_order", False)], ids=["text", "integer"]
)
def test_null_in_a_form_is_a_text(field: str, its_way: bool) -> None:
    boundary = "b"
    head = f"--{boundary}\r\nContent-Disposition: form-data; name="
    file = f'{head}"image_file"; filename="a.gif"\r\n\r\nGIF89a\r\n'
    content = f'{file}{head}"{field}"\r\n\r\nnull\r\n--{boundary}--\r\n'.encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    sent = Sent("POST", "/products/32/images", headers, content)
    label = "POST /products/{product_id}/images"
    failure = Failure(
        check="negative_data_rejection",
        operation=label,
        phase="fuzzing",
        message="",
        curl="",
        calls=[Exchange(sent, None, operation=label)],
    )
    assert is_its_way(model_of("bigcommerce-v2"), failure) is its_way
