"""What asks for a page, and how large one is, is told by type, description and replies."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.search.paging import PageFacts, flattened_query, infer_paging
from mockserver.model.types import DescribedParameter, PageWay, Paging
from tests.model.compiling import schema_of, thing

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
LIMIT = ("limit", NUMBER, "")


def parameter(name: str, schema: Any, words: str = "", style: str = "form") -> DescribedParameter:
    return DescribedParameter(
        name, "query", False, schema_of(schema), style, True, description=words
    )


NOTHING = PageFacts()


def paging(*told: tuple[str, Any, str], facts: PageFacts = NOTHING) -> Paging:
    return infer_paging([parameter(*each) for each in told], facts)


@pytest.mark.parametrize(
    ("name", "schema", "words", "style"),
    [
        ("batch_token", TEXT, "", "cursor"),
        ("NextMarker", TEXT, "", "cursor"),
        ("resume", TEXT, "An opaque string that a former answer told.", "cursor"),
        ("offset", TEXT, "The token of the next page.", "cursor"),
        ("continue", TEXT, "It is not included in watches, but the item is inclusive.", "cursor"),
        ("since", NUMBER, "A user ID. Only users with an ID greater than this one.", "after"),
        ("cursor", NUMBER, "", "after"),
        ("startAt", NUMBER, "", "offset"),
        ("jump", NUMBER, "How many records to skip.", "offset"),
        ("n", NUMBER, "Zero-based page index.", "page"),
    ],
)
def test_one_parameter_tells_how_pages_are_asked_for(
    name: str, schema: Any, words: str, style: str
) -> None:
    found = paging(LIMIT, (name, schema, words))
    assert (found.style, found.number, found.size) == (style, name, "limit")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({**TEXT, "format": "date-time"}, ""),
        (NUMBER, "A Unix epoch time in milliseconds."),
        (TEXT, "Only what was created after a certain date."),
    ],
)
def test_a_moment_begins_no_page(schema: Any, words: str) -> None:
    assert paging(LIMIT, ("after", schema, words)).number is None


@pytest.mark.parametrize(
    ("schema", "words", "sizes"),
    [
        ({**NUMBER, "default": 30}, "Results per page (max 100).", (30, 100)),
        (NUMBER, "How many to return. The default is 50, and the maximum is 1000.", (50, 1000)),
        (NUMBER, "Between 1 and 20. Defaults to 10.", (10, 20)),
        ({**NUMBER, "maximum": 40}, "Page size", (20, 40)),
        (NUMBER, "The maximum number of items to return.", (20, None)),
    ],
)
def test_sizes_are_told_by_descriptions(
    schema: Any, words: str, sizes: tuple[int, int | None]
) -> None:
    found = paging(("page", NUMBER, ""), ("count", schema, words))
    assert (found.default, found.maximum) == sizes


@pytest.mark.parametrize(
    ("schema", "words", "shown", "first"),
    [
        ({**NUMBER, "default": 0}, "", None, 0),
        ({**NUMBER, "minimum": 0, "default": 1}, "", None, 1),
        (NUMBER, "The first page is 0.", None, 0),
        ({**NUMBER, "minimum": 0}, "Pages start at 1.", None, 1),
        (NUMBER, "", 0, 0),
        (NUMBER, "", None, 1),
    ],
)
def test_pages_are_counted_from_where_the_document_says_or_shows(
    schema: Any, words: str, shown: int | None, first: int
) -> None:
    example = {} if shown is None else {"example": shown}
    reply = schema_of(thing(items={"type": "array"}, page={**NUMBER, **example}))
    found = paging(LIMIT, ("page", schema, words), facts=PageFacts(schema=reply))
    assert found.first == first


def test_records_are_counted_from_one_where_the_document_says_so() -> None:
    assert paging(LIMIT, ("startIndex", NUMBER, "The 1-based index.")).origin == 1
    assert paging(LIMIT, ("startIndex", NUMBER, "")).origin == 0


def test_links_that_no_parameter_asks_for_have_a_parameter_of_their_own() -> None:
    facts = PageFacts(links=True)
    found = paging(("page[size]", NUMBER, ""), facts=facts)
    assert (found.style, found.number, found.own) == ("cursor", "page[after]", True)
    assert paging(LIMIT, facts=facts).number == "cursor"
    assert paging(LIMIT).number is None


def test_an_offset_that_is_shown_to_be_no_number_is_a_cursor() -> None:
    assert paging(LIMIT, ("offset", {**TEXT, "example": "LerV6"}, "")).style == "cursor"
    assert paging(LIMIT, ("offset", {**TEXT, "example": "20"}, "")).style == "offset"


def test_what_is_true_or_chosen_is_no_cursor() -> None:
    words = "See how replies are paginated."
    told = paging(LIMIT, ("offset", NUMBER, ""), ("total", {"type": "boolean"}, words))
    assert (told.style, told.others) == ("offset", ())
    assert paging(LIMIT, ("part", {"type": "string", "enum": ["a"]}, words)).style == "page"


def test_a_cursor_alone_asks_for_pages() -> None:
    assert paging(("cursor", TEXT, "")) == Paging("cursor", "cursor", default=20)


def test_pages_can_be_asked_for_in_each_way_that_is_declared() -> None:
    query = (LIMIT, ("page", NUMBER, ""), ("cursor", TEXT, ""))
    assert paging(*query).others == (PageWay("cursor", "cursor"),)
    told = paging(*query, facts=PageFacts({"nextcursor"}))
    assert (told.number, told.others) == ("cursor", (PageWay("page", "page"),))


def test_parameters_inside_an_object_are_named_as_they_are_sent() -> None:
    schema = thing(size="integer", number="integer")
    deep = flattened_query([parameter("page", schema, style="deepObject")])
    assert (infer_paging(deep).size, infer_paging(deep).number) == ("page[size]", "page[number]")
    spread = flattened_query([parameter("pageable", thing(size="integer", page="integer"))])
    assert (infer_paging(spread).size, infer_paging(spread).number) == ("size", "page")
