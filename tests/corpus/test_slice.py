"""A slice of the corpus: every document loads, and in some of each kind the resources behave like
tables.
"""

from __future__ import annotations

import pytest

from mockserver.apis import load_model
from tests.corpus.documents import Sample, corpus
from tests.corpus.measure import app_of, lives_of, pairs_of

LARGEST = 800_000
"""Bytes of a document that is still loaded here; the report has the others."""
WHOLE = {
    "apideck-crm",
    "bigcommerce-products-v3",
    "billingo",
    "gotify-oas2",
    "izettle-products",
    "klaviyo-catalogs",
    "nexmo-application-v2-split",
    "scout-api-oas2",
    "train-travel",
    "vampi",
}
"""Documents all of whose resources live a whole life."""

pytestmark = pytest.mark.skipif(
    not corpus(), reason="the corpus is not here; see UNDERSTUDY_CORPUS"
)
SMALL = [each for each in corpus() if each.size < LARGEST]


@pytest.mark.parametrize("sample", SMALL, ids=lambda each: each.name)
def test_a_document_is_understood(sample: Sample) -> None:
    assert load_model(str(sample.path)).operations


@pytest.mark.parametrize(
    "sample", [each for each in SMALL if each.name in WHOLE], ids=lambda each: each.name
)
def test_what_is_created_is_read_listed_changed_and_gone_when_deleted(sample: Sample) -> None:
    model = load_model(str(sample.path))
    lives = {life.lane.path: life for life in lives_of(model, app_of(model))}
    pairs = pairs_of(model)
    assert pairs
    assert pairs <= lives.keys()
    lost = [
        f"{each.step} {each.operation}: {each.why}" for path in pairs for each in lives[path].failed
    ]
    assert not lost, "\n".join(lost)
