"""Path templates: segments, parameters, and how collection, item and parent paths belong
together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

PARAMETER = re.compile(r"\{([^{}]+)\}")
WHOLE = re.compile(r"\{([^{}]+)\}")
_IN_PARENTHESES = re.compile(r"([^(){}]+)\('?(\{[^{}]+\})'?\)")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_EXTENSION = re.compile(r"\.(json|xml)$")


def segments(path: str) -> list[str]:
    """Return the segments of a path without leading and trailing slash.

    A query that is a word chooses a thing of its own, and is a segment: /b/{key}?acl. Any other one
    chooses a way of doing the same: /responses?beta=true. A key in parentheses (OData 4.01 part 2,
    section 4.3.1) is a segment too: /Things({id}) and /Things('{id}') are /Things/{id}.
    """
    path, _, query = path.partition("?")
    path = _IN_PARENTHESES.sub(r"\1/\2", path)
    steps = [segment for segment in path.strip("/").split("/") if segment]
    if query and "=" not in query:
        steps.append(f"?{query}")
    return steps


def canonical(path: str) -> str:
    """Spell a path without a trailing slash and without the extension of a format: /things.json is
    /things.
    """
    return "/" + "/".join(_plain(segments(path)))


def _plain(parts: list[str]) -> list[str]:
    return [*parts[:-1], _EXTENSION.sub("", parts[-1]) or parts[-1]] if parts else parts


def parameter_names(path: str) -> list[str]:
    """Return the names of the path parameters, in order."""
    return PARAMETER.findall(path)


def whole_parameter(segment: str) -> str | None:
    """Return the parameter when the segment is nothing else."""
    match = WHOLE.fullmatch(segment)
    return match[1] if match else None


def is_item(path: str) -> bool:
    """Tell whether the path ends in a parameter; /things/{id}:cancel does not."""
    parts = _plain(segments(path))
    return (
        bool(parts)
        and bool(PARAMETER.search(parts[-1]))
        and ":" not in PARAMETER.sub("", parts[-1])
    )


def key_parameter(path: str) -> str | None:
    """Return the last parameter of an item path."""
    names = PARAMETER.findall(segments(path)[-1]) if is_item(path) else []
    return names[-1] if names else None


def collection_of(path: str) -> str:
    """Return the canonical path of the collection that an item path, or a collection path, belongs
    to.
    """
    parts = _plain(segments(path))
    return "/" + "/".join(parts[:-1] if is_item(path) else parts)


def literals(path: str) -> list[str]:
    """Return the segments without a parameter."""
    return [part for part in segments(path) if not PARAMETER.search(part)]


_IRREGULAR: Mapping[str, str] = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "criteria": "criterion",
    "indices": "index",
    "vertices": "vertex",
    "matrices": "matrix",
    "movies": "movie",
    "cookies": "cookie",
    "series": "series",
    "species": "species",
    "aliases": "alias",
    "statuses": "status",
    "viruses": "virus",
    "buses": "bus",
    "leaves": "leaf",
    "shelves": "shelf",
    "quizzes": "quiz",
}
_ENDINGS: Mapping[str, str] = {
    "ies": "y",
    "sses": "ss",
    "shes": "sh",
    "ches": "ch",
    "xes": "x",
    "s": "",
}
"""Of plurals and of their singulars, the longest first."""


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """Return a guess at the singular of an English plural; of several words, that of the last:
    job_statuses -> job_status, BookShelves -> BookShelf.
    """
    plain = word.lower()
    for plural, single in _IRREGULAR.items():
        if not plain.endswith(plural):
            continue
        before, last = word[: -len(plural)], word[-len(plural) :]
        if last.isupper():
            return before + single.upper()
        if last[0].isupper() or not before[-1:].isalpha():
            return before + last[0] + single[1:]
    if plain.endswith(("ss", "us", "is")):
        return word
    for ending, instead in _ENDINGS.items():
        if plain.endswith(ending):
            return word[: len(word) - len(ending)] + instead
    return word


def noun(name: str) -> str:
    """Return the word of a resource for one of its records, and for several: the last one of
    `shops.products` and of `/v1/products`.
    """
    words = [word for word in re.split(r"[./]", name) if word and not PARAMETER.search(word)]
    return words[-1] if words else name


def bare(name: str) -> str:
    """Return a name in small letters without separators: customerId, customer_id -> customerid."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def words_in(name: str) -> list[str]:
    """Return the words of a name as they are written: sendBack -> send, Back."""
    return _WORD.findall(name)


def words_of(name: str) -> list[str]:
    """Return the words of a name in small letters: send-back, sendBack, send_back -> send, back."""
    return [word.lower() for word in words_in(name)]


def is_version(segment: str) -> bool:
    """Tell whether a segment is a version, and so no name of a thing: v1, v2.1, 2024-01."""
    return re.fullmatch(r"v?\d+([.\-]\d+)*(alpha|beta)?\d*", segment, re.IGNORECASE) is not None
