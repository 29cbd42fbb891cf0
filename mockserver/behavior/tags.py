"""Tags of versions: what is shown in, a text out that is another one once it differs.

{"id": 7, "name": "Ada"}    9f0c1b...
{"id": 7, "name": "Bob"}    53d2e8...
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

LENGTH = 32
"""Digits of a tag."""


def tag_of(value: Any) -> str:
    """Return the tag of a value; equal values have the same, in whatever order their properties
    are.
    """
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
