"""Schemathesis, all phases and all checks, finds nothing over HTTP on the APIs that come with the
project.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from contracts.conformance.conformance import Conformance
from contracts.conformance.failure import Failure, is_its_way
from contracts.conformance.plan import Plan, habits_of
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
