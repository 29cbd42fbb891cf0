"""The pytest plugin: a test for each operation and check, each law at each place, and the machine
on each resource.

    pytest --contract-api openapi.yaml --contract-url http://127.0.0.1:8000

It is loaded wherever Understudy is installed, so nothing is imported before somebody asks for a
contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.pytest_options import add_options, ledger_asked, number, said, subject_asked

if TYPE_CHECKING:
    from contracts.cases import Case, Trial
    from contracts.reports.story import Teller

MARKER = (
    "contract(api=, url=, app=): the contract whose cases the test gets one by one as "
    "contract_case: an API (name, "
    "file, folder or URL) and the server that should keep it, a URL or an application as "
    "module:app (the API's own "
    "mock where neither is said)."
)
STORIES = 3
"""Findings that a failed test tells."""
_TRIALS = pytest.StashKey[dict[tuple[str, str, str], "_Contract"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    config.stash[_TRIALS] = {}
    if config.pluginmanager.hasplugin("xdist"):
        return
    config.addinivalue_line(
        "markers", "xdist_group(name): tests of one group run in one process (pytest-xdist)."
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the cases of the contract that is asked for."""
    api = said(config, "api")
    if api:
        contract = _contract(config, api, said(config, "url"), said(config, "app"))
        group: _Group = _Group.from_parent(
            session, name="contract", nodeid="contract", contract=contract
        )
        added: list[pytest.Item | pytest.Collector] = list(group.collect())
        items.extend(each for each in added if isinstance(each, pytest.Item))
        config.hook.pytest_collectreport(
            report=pytest.CollectReport("contract", "passed", None, added)
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test of its own the cases of the contract that it is marked with."""
    if "contract_case" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("contract")
    words = {**mark.kwargs} if mark is not None else {}
    api = words.pop("api", None) or said(metafunc.config, "api")
    unknown = sorted(set(words) - {"url", "app"})
    if not api or unknown or (mark is not None and mark.args):
        raise pytest.UsageError(
            f"{metafunc.definition.nodeid}: mark it with contract(api=..., url=..., app=...)"
        )
    contract = _contract(
        metafunc.config, str(api), str(words.get("url", "")), str(words.get("app", ""))
    )
    params = [
        pytest.param(
            _CaseOf(contract, case),
            id=f"{case.where}::{case.check}",
            marks=_grouped(contract, case),
        )
        for case in contract.cases
    ]
    metafunc.parametrize("contract_case", params, indirect=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what was made on servers that keep their state."""
    for contract in session.config.stash.get(_TRIALS, {}).values():
        left, terminal = (
            contract.trial.close(),
            session.config.pluginmanager.get_plugin("terminalreporter"),
        )
        if left and terminal is not None:
            terminal.write_line(f"contract: left behind, remove them yourself: {', '.join(left)}")


class _Contract:
    """An API and the server that should keep its contract, tried once a process."""

    def __init__(self, config: pytest.Config, api: str, url: str, app: str) -> None:
        from contracts.cases import Trial, cases
        from contracts.reports.story import Teller

        subject, self.secrets = subject_asked(config, api, url, app)
        self.name = subject.model.name
        self.trial: Trial = Trial(
            subject,
            number(config, "seed", 0),
            number(config, "examples", 10),
            number(config, "rate", 0) or None,
            ledger_asked(config),
        )
        self.cases: list[Case] = list(cases(subject))
        self.teller: Teller = Teller(subject.model)

    def hold(self, case: Case) -> None:
        """Fail, skip or pass as a case does. Raises ContractError when the server cannot be
        tried.
        """
        outcome = self.trial.outcome(case)
        if outcome.untried:
            pytest.skip(outcome.untried)
        findings = [self.secrets.finding(each) for each in outcome.findings]
        stories = self.teller.told(findings, self.trial.subject.origin)
        broken = [each for each in stories if not each.finding.accepted]
        if broken:
            told = ["\n".join(each.lines()) for each in broken[:STORIES]]
            more = (
                [f"... and {len(broken) - STORIES} more of the same check"]
                if len(broken) > STORIES
                else []
            )
            pytest.fail("\n\n".join([*told, *more]), pytrace=False)
        if stories:
            pytest.xfail(f"accepted: {stories[0].finding.accepted}")


class _CaseOf:
    """A case as a test of its own gets it."""

    def __init__(self, contract: _Contract, case: Case) -> None:
        self._contract, self.case = contract, case

    def hold(self) -> None:
        """Try it: the test fails with the story of what broke, or is skipped with the reason why it
        was not tried.
        """
        from contracts.errors import ContractError

        try:
            self._contract.hold(self.case)
        except ContractError as error:
            pytest.fail(f"the contract cannot be tried: {error}", pytrace=False)


class _Group(pytest.Collector):
    """The cases of a contract, by what they are about."""

    def __init__(self, contract: _Contract, **more: Any) -> None:
        super().__init__(**more)
        self._contract = contract

    def collect(self) -> Iterator[pytest.Item]:
        contract = self._contract
        for case in contract.cases:
            name = f"{contract.name}::{case.where}::{case.check}"
            item: pytest.Item = _CaseItem.from_parent(self, name=name, held=(contract, case))
            for mark in _grouped(contract, case):
                item.add_marker(mark)
            yield item


class _CaseItem(pytest.Item):
    """One case. Its calls are its set-up: a server that does not answer is an error, not a
    failure.
    """

    def __init__(self, held: tuple[_Contract, Case], **more: Any) -> None:
        super().__init__(**more)
        self._held, self._case = held

    def setup(self) -> None:
        from contracts.errors import ContractError

        try:
            self._held.trial.outcome(self._case)
        except ContractError as error:
            pytest.fail(f"the contract cannot be tried: {error}", pytrace=False)

    def runtest(self) -> None:
        self._held.hold(self._case)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


def _grouped(contract: _Contract, case: Case) -> list[pytest.MarkDecorator]:
    """Return the mark that keeps together what shares its calls, for `pytest -n 4 --dist
    loadgroup`.
    """
    return [pytest.mark.xdist_group(f"{contract.name} {case.group}")]


def _contract(config: pytest.Config, api: str, url: str, app: str) -> _Contract:
    """Return a contract, the same one for the same words."""
    from mockserver.errors import UnderstudyError

    known = config.stash[_TRIALS]
    key = (api, url, app)
    if key not in known:
        try:
            known[key] = _Contract(config, *key)
        except UnderstudyError as error:
            raise pytest.UsageError(f"contract: {error}") from None
    return known[key]
