"""The laws hold on servers that are right: no false alarm, and most of what applies can be
tried.
"""

from __future__ import annotations

from collections import Counter

import pytest

from contracts.laws.table import LAWS
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import AppTarget
from contracts.targets.wsgi import WsgiTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.apis import load_model
from mockserver.model.servers import filled
from tests.conftest import APIS, model_of
from tests.corpus.documents import corpus
from tests.corpus.measure import app_of
from tests.laws.promises import PROMISED
from tests.laws.servers import WAREHOUSE, events_of, findings_of, subject_of, tried
from tests.live.machines import SHOP, omnitron_target
from tests.live.shop.app import application
from tests.machine.machines import start_of

SAMPLES = [each for each in corpus() if each.name in ("train-travel", "burgershop-3.1")]


def test_no_law_is_broken_in_the_warehouse_and_each_is_held_somewhere() -> None:
    events = events_of(subject_of(WAREHOUSE))
    assert findings_of(events) == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert held == {law.name for law in LAWS} - PROMISED


@pytest.mark.parametrize(
    ("name", "seed"), [("bookshop", 3), ("bigcommerce-v2", 4), ("shoplazza", 5)]
)
def test_no_law_is_broken_by_the_mock_of_an_api(name: str, seed: int) -> None:
    events = events_of(subject_of(name), seed=seed)
    assert findings_of(events) == []
    assert Counter(not why for why in tried(events).values())[True] > 20


def test_no_law_is_broken_in_a_part_of_a_large_api() -> None:
    laws = ("created-is-readable", "upsert-replaces-children", "deleted-is-gone", "head-is-get")
    events = events_of(subject_of("omnitron"), *laws)
    assert findings_of(events) == []


def test_no_law_is_broken_by_a_shop_on_another_stack() -> None:
    shop = subject_of(SHOP)
    laws = ("upsert-replaces-children", "filters-choose", "auth-is-enforced", "unique-is-kept")
    live = Subject(
        shop.model, lambda: WsgiTarget(application()), shop.known, fresh=True, safety=Safety.ALL
    )
    assert findings_of(events_of(live, *laws)) == []


def test_no_law_is_broken_by_an_api_in_django_rest_framework() -> None:
    name = "omnitron"
    live = Subject(
        model_of(name), omnitron_target, lambda: start_of(name), fresh=True, safety=Safety.ALL
    )
    assert (
        findings_of(
            events_of(live, "created-is-readable", "upsert-replaces-children", "head-is-get")
        )
        == []
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: each.name)
def test_no_law_is_broken_by_the_mock_of_any_document(sample: object) -> None:
    model = load_model(str(sample.path))  # type: ignore[attr-defined]
    base = filled(model.document.spec, model.base_paths[0])
    app = app_of(model)
    subject = Subject(
        model, lambda: AppTarget(app), PlainStore, fresh=False, base=base, safety=Safety.ALL
    )
    events = events_of(subject)
    assert findings_of(events) == []
    assert any(not why for why in tried(events).values())


@pytest.mark.parametrize("name", [each for each in APIS if each != "omnitron"])
def test_a_run_that_only_reads_holds_laws_over_what_is_there(name: str) -> None:
    events = events_of(subject_of(name, safety=Safety.READ))
    assert findings_of(events) == []
    held = {law for (law, _), why in tried(events).items() if not why}
    assert {"head-is-get", "safe-methods-are-safe", "auth-is-enforced"} <= held
