"""Schemathesis, all phases and all checks, finds nothing on the APIs that come with the project."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from contracts.conformance import METHODS, Conformance, Failure, Plan, Tried
from mockserver.app import Settings
from mockserver.server import MockServer
from tests.conftest import fresh_app, model_of

STRICT = Settings(validate_responses=True)


@dataclass(frozen=True)
class Case:
    """An API, under one of its base paths, with a credential that counts there and what cannot hold, and why."""

    api: str
    headers: dict[str, str]
    base: str = ""
    excluded: dict[str, str] = field(default_factory=dict)
    unexpected_methods: tuple[str, ...] = METHODS

    def plan(self, max_examples: int) -> Plan:
        return Plan(
            max_examples=max_examples,
            headers=self.headers,
            excluded=self.excluded,
            unexpected_methods=self.unexpected_methods,
        )


# The API answers PATCH and TRACE with 501 (its page on status codes), where Schemathesis insists on 405.
_NOT_501 = tuple(method for method in METHODS if method not in ("patch", "trace"))
# DELETE on a collection removes the selected page alone, so what is on another page is still there.
_PAGE_DELETED = {"use_after_free": "the check takes a DELETE on the collection for one of all its items"}
CASES = [
    Case("bookshop", {"X-Api-Key": "bookshop-key"}),
    Case("omnitron", {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"}),
    Case("bigcommerce-v2", {"X-Auth-Token": "tok"}, "/stores/{store_hash}/v2", _PAGE_DELETED, _NOT_501),
    Case("bigcommerce-v2", {"Authorization": "Basic YWRtaW46a2V5"}, "/api/v2", _PAGE_DELETED, _NOT_501),
    Case(
        "shoplazza",
        {"access-token": "tok"},
        excluded={"ignored_auth": "the API refuses missing credentials with 400; the check takes 401 and 403 alone"},
    ),
]
IDS = [f"{case.api}{case.base}" for case in CASES]


def told(failures: list[Failure]) -> str:
    return "\n\n".join(f"{each.phase} {each.check} {each.operation}\n{each.message}\n{each.curl}" for each in failures)


def run_in_process(case: Case) -> tuple[list[Failure], Tried]:
    run = Conformance(model_of(case.api), case.plan(20), app=fresh_app(case.api, STRICT), base=case.base)
    return list(run.run()), run.tried


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_schemathesis_finds_nothing_in_process_and_every_operation_succeeds_once(case: Case) -> None:
    failures, tried = run_in_process(case)
    assert not failures, told(failures)
    assert not tried.errors
    labels = {operation.label for operation in model_of(case.api).operations}
    succeeded = {label for label, statuses in tried.statuses.items() if any(status < 300 for status in statuses)}
    assert labels - succeeded == set()


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_schemathesis_finds_nothing_over_http(case: Case) -> None:
    with MockServer(app=fresh_app(case.api, STRICT)) as mock:
        run = Conformance(model_of(case.api), case.plan(5), url=mock.url, base=case.base)
        failures = list(run.run())
    assert not failures, told(failures)
    assert not run.tried.errors
