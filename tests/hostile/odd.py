"""Strategies of odd input: values that are junk, values and texts in which something was
spoiled.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**70,
        1e308,
        -0.0,
        "",
        " ",
        "x",
        "\0",
        "é\u202e",
        "a/b~c",
        "{x}",
        "{",
        "$",
        "#",
        "/",
    ),
    *(
        "object",
        "array",
        "string",
        "integer",
        "date-time",
        "(",
        "[a-",
        "^(a+)+$",
        "application/json",
        "get",
        "3.1.0",
        "200",
    ),
    *(
        [],
        {},
        [[]],
        [None],
        [{}],
        ["a", "a"],
        [1, "a"],
        {"": {}},
        {"a": None},
        {"type": []},
        {"type": "nothing"},
    ),
    *(
        {"$ref": "#"},
        {"$ref": "#/nowhere"},
        {"$ref": 1},
        {"$ref": "nowhere.yaml#/a"},
        {"$ref": ""},
        {"$ref": "#/paths"},
    ),
    *(
        {"$ref": "#/components/schemas/Book"},
        {"$ref": "#/components/schemas/ShelfPage"},
        {"$ref": "http://[/"},
    ),
    *(
        {"allOf": [{}]},
        {"oneOf": 1},
        {"anyOf": [True]},
        {"items": []},
        {"properties": []},
        {"required": "id"},
        {"enum": {}},
    ),
    *(
        {"minimum": "a"},
        {"maxLength": -1},
        {"pattern": "("},
        {"format": 1},
        {"default": {}},
        {"nullable": "yes"},
    ),
)

values = st.recursive(
    st.sampled_from(JUNK[:20]) | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
"""Values that JSON can spell, not-a-number among them."""


@st.composite
def spoiled(draw: st.DrawFn, whole: Any) -> Any:
    """Return a value like this one in which one to three places were replaced, removed, renamed,
    doubled or swapped.
    """
    made = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(made))
        if not places:
            break
        container, key = draw(st.sampled_from(places))
        match draw(
            st.sampled_from(
                ("replace", "replace", "replace", "remove", "rename", "double", "swap", "wrap")
            )
        ):
            case "replace":
                container[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
            case "remove":
                del container[key]
            case "rename" if isinstance(container, dict):
                container[
                    draw(
                        st.sampled_from(
                            (
                                "",
                                "x",
                                "$ref",
                                "allOf",
                                "type",
                                "{a}",
                                "default",
                                "get",
                                "/a/{b}/{c}",
                            )
                        )
                    )
                ] = container.pop(key)
            case "double" if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
            case "swap":
                other, name = draw(st.sampled_from(places))
                container[key] = copy.deepcopy(other[name]) if _has(other, name) else None
            case _:
                container[key] = [container[key]]
    return made


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each of its keys."""
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in pairs:
        yield value, key
        yield from _places(child)


def _has(container: Any, key: Any) -> bool:
    return key in container if isinstance(container, dict) else key < len(container)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return bytes like these in which up to four pieces were cut out, replaced or repeated."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(whole)))
        end = min(len(whole), start + draw(st.integers(0, 8)))
        piece = draw(
            st.binary(max_size=4)
            | st.sampled_from((b"\0", b"\xff", b"[", b"{", b"<", b"&", b"\r\n", b"%", b'"'))
        )
        whole = whole[:start] + piece * draw(st.sampled_from((1, 1, 3, 300))) + whole[end:]
    return whole


def json_texts() -> st.SearchStrategy[bytes]:
    """Return texts that are JSON, nearly JSON, or bytes."""
    spelled = values.map(lambda value: json.dumps(value).encode())
    pieces = st.sampled_from(
        [
            b"[",
            b"]",
            b"{",
            b"}",
            b",",
            b":",
            b'"',
            b"1",
            b"-",
            b"1e400",
            b"9" * 25,
            b"null",
            b"\\u0000",
            b'"a"',
            b" ",
            b"\xff",
        ]
    )
    return (
        spelled
        | spelled.flatmap(damaged)
        | st.lists(pieces, max_size=12).map(b"".join)
        | st.binary(max_size=40)
    )
