"""Find where a change says which properties it is about (Google AIP-134, AIP-161): an operation in,
the parameter or the property of its body out.

    PATCH /books/{id}?update_mask=title,author.name
    PATCH /books/{id} {book: {...}, updateMask: "title"}
    PATCH /books/{id}?fields=title                          where words say that they are updated
"""

from __future__ import annotations

import re

from mockserver.model.paths import bare
from mockserver.model.types import Described, KeyPlace

MASKS = frozenset({"updatemask", "fieldmask", "updatemaskfieldpaths", "fieldstoupdate"})
"""What a list is called of the properties that a change is about, without separators."""
FORMATS = ("field-mask", "google-fieldmask")
"""Formats of such a list."""
FIELDS = frozenset({"fields", "mask", "field", "properties"})
"""What it is called where words tell the rest."""
UPDATED = re.compile(r"\b(updat|chang|modif|patch|overwrit|writ)", re.I)
SHOWN = re.compile(r"\b(return|respon|includ|show|retriev|select)", re.I)
"""Words for properties that are changed, and for those that are shown."""


def mask_of(described: Described) -> KeyPlace | None:
    """Return where a change says which properties it is about, None where it does not."""
    for parameter in described.parameters_in("query"):
        spelled = bare(parameter.name)
        words = parameter.description
        is_told = UPDATED.search(words) is not None and SHOWN.search(words) is None
        is_mask = parameter.schema.get("format") in FORMATS or spelled in MASKS
        if is_mask or (spelled in FIELDS and is_told):
            return KeyPlace("query", parameter.name)
    for name in described.sent_schema.properties:
        if bare(name) in MASKS:
            return KeyPlace("body", name)
    return None
