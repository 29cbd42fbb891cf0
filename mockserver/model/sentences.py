"""Tell the sentences of a description apart: a text in, its sentences out."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.;!])\s+|\n\s*\n")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, also those that a semicolon or an empty line parts.

    >>> sentences("Names are unique; codes too.\\n\\nSee 2.1 for more")
    ['Names are unique;', 'codes too.', 'See 2.1 for more']
    """
    return _END.split(text)
