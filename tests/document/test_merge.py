"""Laws of merging: equal parts once, different ones refused with both places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.document.merge import first_difference, merge
from mockserver.document.sources import Fragment
from mockserver.errors import DocumentError
from tests.document.documents import answering, document_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def fragment(value: dict[str, Any], source: str = "a.md", first_line: int = 10) -> Fragment:
    return Fragment(source, first_line, json.dumps(value, indent=1), value)


@given(
    st.dictionaries(
        st.sampled_from(["openapi", "info", "paths", "components", "tags", "servers"]), json_values
    )
)
def test_a_document_merged_with_itself_is_itself(value: dict[str, Any]) -> None:
    tags = value.get("tags")
    if isinstance(tags, list) and len({json.dumps(tag) for tag in tags}) < len(tags):
        return
    assert merge([fragment(value), fragment(json.loads(json.dumps(value)), "b.md")]) == value


@given(json_values, json_values)
def test_two_values_differ_where_their_first_difference_is(first: Any, second: Any) -> None:
    assert (first_difference(first, second) is None) == (
        json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    )


def test_parts_are_put_together_in_their_order() -> None:
    one = document_of(
        {"/a": {"get": {"summary": "A"}}}, components={"schemas": {"A": {}}}, tags=[{"name": "a"}]
    )
    two = document_of(
        {"/a": {"put": {}}, "/b": {"get": {}}},
        components={"schemas": {"B": {}}},
        tags=[{"name": "b"}],
    )
    merged = merge([fragment(one), fragment(two)])
    assert merged["paths"] == {"/a": {"get": {"summary": "A"}, "put": {}}, "/b": {"get": {}}}
    assert merged["components"] == {"schemas": {"A": {}, "B": {}}}
    assert merged["tags"] == [{"name": "a"}, {"name": "b"}]
    assert list(merged) == ["openapi", "info", "paths", "components", "tags"]


def test_merging_changes_no_fragment() -> None:
    one, two = fragment(document_of(answering({}))), fragment(document_of({"/b": {}}))
    before = json.dumps([one.value, two.value])
    merge([one, two])
    assert json.dumps([one.value, two.value]) == before


def test_two_different_operations_are_refused_with_both_places() -> None:
    one = fragment(document_of({"/a": {"get": {"summary": "A"}}}), "a.md", 10)
    two = fragment(document_of({"/a": {"get": {"summary": "B"}}}), "b.md", 20)
    with pytest.raises(DocumentError) as caught:
        merge([one, two])
    assert caught.value.pointer == "/paths/~1a/get/summary"
    assert str(caught.value).startswith(
        "b.md:29: at /paths/~1a/get/summary this part differs from that in a.md:19"
    )


def test_a_schema_with_one_more_property_is_a_conflict() -> None:
    one = document_of(components={"schemas": {"A": {"properties": {"a": {}}}}})
    two = document_of(components={"schemas": {"A": {"properties": {"a": {}, "b": {}}}}})
    with pytest.raises(DocumentError) as caught:
        merge([fragment(one), fragment(two, "b.md")])
    assert caught.value.pointer == "/components/schemas/A/properties/b"


def test_two_tags_of_one_name_must_agree() -> None:
    one = document_of(tags=[{"name": "x"}, {"name": "a", "description": "A"}])
    two = document_of(tags=[{"name": "a", "description": "B"}])
    with pytest.raises(DocumentError, match=r"the one of 'a' differs from that in a\.md"):
        merge([fragment(one), fragment(two, "b.md")])


def test_true_is_not_one() -> None:
    assert first_difference({"a": 1}, {"a": True}) == "/a"
