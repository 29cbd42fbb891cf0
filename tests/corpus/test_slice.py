"""A slice of the corpus: every document loads, and the judge plays the lives of some."""

from __future__ import annotations

import pytest

from mockserver.apis import load_model
from tests.corpus.documents import Sample, corpus
from tests.corpus.lives.derive import derive
from tests.corpus.lives.judging import has_judge, judged

LARGEST = 800_000
"""Bytes of a document that is still loaded here; the report has the others."""
WHOLE = ("gotify-oas2", "realworld", "train-travel")
"""Documents all of whose resources live a whole life, by the steps that can be derived."""

pytestmark = pytest.mark.skipif(
    not corpus(), reason="the corpus is not here; see UNDERSTUDY_CORPUS"
)
UNMADE = {"create": "no POST on the collection makes one"}
"""Why a resource has no life that can be played: the document makes none."""
SMALL = [each for each in corpus() if each.size < LARGEST]


@pytest.mark.parametrize("sample", SMALL, ids=lambda each: each.name)
def test_a_document_is_understood(sample: Sample) -> None:
    assert load_model(str(sample.path)).operations


@pytest.mark.skipif(not has_judge(), reason="there is no judge beside the repository")
@pytest.mark.parametrize(
    "sample", [each for each in SMALL if each.name in WHOLE], ids=lambda each: each.name
)
def test_the_judge_finds_no_step_wrong_in_the_lives_of_a_document(sample: Sample) -> None:
    model = load_model(str(sample.path))
    found = judged(sample, model, [*derive(model)])
    assert found
    lost = [failure for verdict in found for failure in verdict.failures]
    assert not lost, "\n".join(lost)
    played = [verdict for verdict in found if verdict.life.played is not None]
    assert played
    assert all(verdict.is_whole for verdict in played)
    reasons = [each.life.untried for each in found if each.life.played is None]
    assert all(reason == UNMADE for reason in reasons)
