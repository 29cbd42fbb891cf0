"""The table of all hostile requests."""

from __future__ import annotations

from tests.hostile.odd_bodies import BODIES, LENGTHS
from tests.hostile.odd_heads import CREDENTIALS, HEADERS, METHODS, PATHS, QUERIES
from tests.hostile.odd_media import FORMS, MEDIA, XMLS

CASES = (
    *BODIES,
    *MEDIA,
    *FORMS,
    *XMLS,
    *LENGTHS,
    *PATHS,
    *QUERIES,
    *METHODS,
    *HEADERS,
    *CREDENTIALS,
)
