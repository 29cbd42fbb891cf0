"""Make a text from outside safe to show: any characters in, what files and terminals take out."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def visible(text: str) -> str:
    """Return a text in which characters that steer terminals, or that no file can hold, are spelled
    out.
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
