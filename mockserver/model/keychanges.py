"""Tell whether clients may give a record another key: the key and what is said of it in, yes or no
out.

    slug: {type: string}                                        PATCH {slug: omega} renames
    key:  {type: string, description: "Cannot be changed"}      it stays
    id:   {type: string}                                        it stays
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mockserver.model.keys import IDS
from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema

COUNTED = ("sequence", "sequence-text")
"""Generators of keys that are counted."""
STAYS = re.compile(
    r"immutable|read-?only|(not|never|n't)( be)? (chang|modif|updat|edit|renam|alter)"
    r"|(only|just)( be)? (set|given|chosen|specified) (at|on|during|upon) creat|permanent",
    re.IGNORECASE,
)
"""Words for a key that a record keeps."""


def may_change(
    key: str,
    generator: str | None,
    schemas: Iterable[DescribedSchema | None],
    words: str,
) -> bool:
    """Tell whether a key that clients can send is no id and not counted, and no word says that it
    stays: in its `schemas`, or of the parameter.
    """
    if generator in COUNTED or bare(key) in IDS:
        return False
    texts = [words]
    for schema in schemas:
        if schema is None:
            continue
        if schema.plain.get("x-immutable") is True:
            return False
        told = schema.plain.get("description", "")
        texts.append(str(told))
    return not any(map(STAYS.search, texts))
