"""The bench: a fault that is planted into the served behavior is found, by the machine and by the
small models.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import mockserver.space
from tests.conftest import model_of
from tests.machine.faults import FAULTS, Fault
from tests.machine.machines import drive, machine_of
from tests.second_opinion.pair import Pair
from tests.second_opinion.test_bigcommerce import BigCommercePair
from tests.second_opinion.test_downloadable import DownloadablePair
from tests.second_opinion.test_shoplazza import ShoplazzaPair

RESOURCES = {
    "bigcommerce-v2": "images",
    "bookshop": "books",
    "omnitron": "downloadable_images",
    "shoplazza": "images",
}
"""The resource of each API in which the faults show."""
PAIRS: dict[str, type[Pair]] = {
    "bigcommerce-v2": BigCommercePair,
    "omnitron": DownloadablePair,
    "shoplazza": ShoplazzaPair,
}
CASES = [
    pytest.param(fault, api, id=f"{fault.name} ({api})") for fault in FAULTS for api in fault.apis
]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Fault], None]:
    """Return what plants a fault into the one place where the served app decides."""
    return lambda fault: monkeypatch.setattr(mockserver.space, "decide", fault.decide)


@pytest.mark.parametrize(("fault", "api"), CASES)
def test_the_machine_finds_the_fault(
    fault: Fault, api: str, planted: Callable[[Fault], None]
) -> None:
    planted(fault)
    labels = {each.label for each in model_of(api).operations if each.resource == RESOURCES[api]}
    with pytest.raises(AssertionError, match="answered wrongly"):
        drive(machine_of(api, only=labels), examples=300, shrink=False)


@pytest.mark.parametrize(("fault", "api"), [case for case in CASES if case.values[1] in PAIRS])
def test_a_small_model_finds_the_fault(
    fault: Fault, api: str, planted: Callable[[Fault], None]
) -> None:
    planted(fault)
    with pytest.raises(AssertionError, match="the model says otherwise"):
        drive(PAIRS[api], examples=150, shrink=False)
