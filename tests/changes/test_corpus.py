from __future__ import annotations

from datetime import date

import pytest

from contracts.changes.compare import compare
from mockserver.apis import load_model
from tests.corpus.documents import Sample, corpus

pytestmark = pytest.mark.skipif(
    not corpus(), reason="the corpus is not here; see UNDERSTUDY_CORPUS"
)
LARGEST = 60_000
"""Bytes of a document that is still compared here."""


@pytest.mark.parametrize(
    "sample", [each for each in corpus() if each.size < LARGEST][:8], ids=lambda each: each.name
)
def test_a_document_that_is_compared_with_itself_has_not_changed(sample: Sample) -> None:
    old, new = (load_model(str(sample.path)) for _ in range(2))
    assert compare(old, new, date(2026, 1, 1)) == ()
