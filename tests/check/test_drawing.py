"""What Schemathesis draws values from: the document, and what the server told."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.python._constants.orchestrator import build_constants_pool

from contracts.conformance.plan import Plan, config_of
from contracts.wire.gate import Gate
from tests.conftest import model_of


def test_nothing_is_drawn_from_the_source_of_the_gate() -> None:
    document = dict(model_of("bookshop").document.spec)
    schema: Any = schemathesis.openapi.from_dict(document, config=config_of(document, Plan(), None))
    schema.app = Gate
    assert build_constants_pool(schema).is_empty()
