"""A document in, the first breach of its specification out, as prance words it."""

from __future__ import annotations

from typing import Any

import prance

from mockserver.document.findings import Finding
from mockserver.document.pointers import join
from mockserver.extras import require

_BACKEND = "openapi-spec-validator"
_EXPLANATION = "\n\nFailed validating"


def first_breach(document: dict[str, Any]) -> Finding | None:
    """Validate a document of OpenAPI 2.0 to 3.2 whose references are local; None if it is valid.

    This takes seconds for large documents (half a minute for the largest), so a lenient load goes
    without. Raises MissingExtraError.
    """
    require("build", "validating a document", "openapi_spec_validator")
    parser = prance.BaseParser(url="document", lazy=True, backend=_BACKEND)
    parser.url = None  # nothing to fetch: the document is at hand
    parser.specification = document
    try:
        parser.parse()
    except prance.ValidationError as error:
        return _worded(error.__cause__ or error)
    except (TypeError, AttributeError, KeyError, ValueError, RecursionError) as error:
        return Finding(f"the validator cannot read this document: {type(error).__name__}: {error}")
    return None


def _worded(error: BaseException) -> Finding:
    message = str(getattr(error, "message", error)).partition(_EXPLANATION)[0]
    tokens = [str(token) for token in getattr(error, "absolute_path", ())]
    return Finding(message, join(tokens))
