"""Laws of lists: pages partition them, filters choose what fits, the order asked for is kept."""

from __future__ import annotations

from typing import Any

from contracts.compare.same import is_same
from contracts.laws.bench.envelopes import (
    has_role,
    onward,
    records_of,
    told_of,
    told_onward,
    total_of,
)
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.walk import Page, sizes
from contracts.laws.bench.world import World
from contracts.openapi import parameters, resolved
from contracts.requests.drafts import Record
from contracts.targets.target import Sent
from mockserver.model.types import Operation

LARGEST = 25
"""The largest page of which the records for three are made, where no smaller one can be asked
for.
"""


def has_pages(place: Place) -> bool:
    return any(each.paging.style != "none" for each in place.lists)


def pages_partition(world: World) -> None:
    """Walk a list in small pages and in large ones: the same records, each once, as many as are
    told.
    """
    for operation in world.place.lists:
        if operation.paging.style == "none":
            continue
        for size in _page_sizes(world, operation):
            world.begin()
            _check_pages(world, operation, size if operation.paging.size else None, size)
        world.begin()
        _check_limits(world, operation)


def _page_sizes(world: World, operation: Operation) -> list[int]:
    """Return the sizes of the pages to walk, with the records for three pages there. Raises
    Untried.
    """
    least, most = sizes(world.spec, operation)
    if most is None:
        least = most = operation.paging.default or 1
    if least > LARGEST:
        raise Untried(f"{operation.label} has pages of at least {least} records")
    wanted = 2 * least + 1 if most == least else max(5, 2 * least + 1)
    there = make_up_to(world, wanted if world.may_make else least + 1)
    if there > 20:
        return [min(most, max(least, -(-there // 5)))]
    return [each for each in dict.fromkeys((least, least + 1, max(least, 4))) if each <= most]


def _check_limits(world: World, operation: Operation) -> None:
    """Ask for a page without saying how large, and for one that is too large: the limits that are
    told hold.
    """
    paging = operation.paging
    declared = {
        str(each.get("name")): each
        for each in parameters(world.spec, operation.path, operation.method)
    }
    told = resolved(world.spec, declared.get(paging.size or "", {}).get("schema")).get("default")
    if isinstance(told, int) and told <= LARGEST:
        if world.may_make:
            make_up_to(world, told + 1)
        with world.visit.off_stage():
            wanted = min(told, len(world.listed(operation)))
        answer = world.send(operation, world.above)
        records = records_of(operation, answer)
        goes_on = told_onward(operation, answer)
        if records is not None and len(records) != wanted and not goes_on:
            raise Broken(
                operation,
                f"{wanted} records on a page when nobody says how many",
                str(len(records)),
            )
    if paging.size is not None and paging.maximum is not None:
        answer = world.send(operation, world.above, asked={paging.size: paging.maximum + 1})
        size, records = told_of(operation, answer, "$size"), records_of(operation, answer) or []
        most = max(len(records), size if isinstance(size, int) else 0)
        if answer.succeeded and most > paging.maximum:
            raise Broken(
                operation, f"a refusal, or at most {paging.maximum} records on a page", str(most)
            )


def count_is_the_sum(world: World) -> None:
    """Count the records of a list: the total that it tells, and each count, are how many there
    are.
    """
    make_up_to(world, 3 if world.may_make else 1)
    world.begin()
    pages = world.pages()
    number = sum(len(page.records) for page in pages)
    operation = world.place.list
    assert operation is not None, "pages() raises Untried without a list"
    told = total_of(operation, pages[0].answer)
    if told is not None and told != number:
        raise Broken(operation, f"a total of {number}, as many as there are", str(told))
    for count in [
        each
        for each in world.place.counts
        if each.path.rpartition("/")[0].endswith(_last(operation))
    ]:
        if (counted := world.count(count)) != number:
            raise Broken(count, f"{number}, as many as are listed", str(counted))
    if told is None and not world.place.counts:
        raise Untried("nothing tells how many records there are")


def _last(operation: Operation) -> str:
    return operation.path.rstrip("/").rpartition("/")[2]


def make_up_to(world: World, count: int) -> int:
    """Have at least so many records in the collection, made where that may be done; return how
    many. Raises Untried.
    """
    with world.visit.off_stage():
        there = len(world.listed())
        missing = count - there
        maker = world if missing <= 0 or world.may_make else world.home()
        if maker is None:
            raise Untried(f"there are {there} records, and {count} are needed")
        for _ in range(missing):
            maker.make()
    return max(there, count)


def _check_pages(world: World, operation: Operation, size: int | None, most: int) -> None:
    """Walk the pages, and hold them against the whole list: one that grows by itself meanwhile
    tells nothing.
    """
    every = _every(world, operation)
    try:
        _check_walk(world, operation, size, most, every)
    except Broken:
        if _every(world, operation) != every:
            raise Untried(f"{operation.label} changes by itself") from None
        raise


def _every(world: World, operation: Operation) -> set[str]:
    with world.visit.off_stage():
        return {world.key(each) for each in world.listed(operation)}


def _check_walk(
    world: World, operation: Operation, size: int | None, most: int, every: set[str]
) -> None:
    pages = world.pages(operation, size=size)
    _check_overlap(world, operation, pages)
    walked = {world.key(each) for page in pages for each in page.records}
    full = [page for page in pages if page.records]
    for page in full:
        if len(page.records) > most:
            raise Broken(operation, f"at most {most} records on a page", str(len(page.records)))
    for page in full[:-1]:
        is_cut = bool(told_onward(operation, page.answer))
        if len(page.records) < most and operation.paging.style != "cursor" and not is_cut:
            raise Broken(
                operation, f"{most} records on each page but the last", str(len(page.records))
            )
    if every - walked and (len(full) > 1 or operation.paging.number is not None):
        raise Broken(
            operation,
            f"all {len(every)} records on the pages",
            f"{some(every - walked)} on none of them",
        )
    if walked - every:
        raise Broken(
            operation,
            f"the {len(every)} records of the whole list",
            f"{some(walked - every)} besides",
        )
    _check_offset(world, operation, full, size)
    _check_totals(operation, full)
    _check_ways(world, operation, full)


def _check_overlap(world: World, operation: Operation, pages: list[Page]) -> None:
    seen: dict[str, Record] = {}
    for page in pages:
        here = {world.key(each): each for each in page.records}
        twice = {key for key in seen.keys() & here.keys() if is_same(seen[key], here[key])}
        if twice:
            raise Broken(operation, "each record on one page", f"{some(twice)} on two pages")
        seen |= here


def _check_offset(world: World, operation: Operation, pages: list[Page], size: int | None) -> None:
    """Ask for what follows the first record, where records are counted and not pages."""
    if operation.paging.style != "offset" or operation.paging.number is None or len(pages) < 2:
        return
    every = [world.key(each) for page in pages for each in page.records]
    asked = {
        operation.paging.number: 1,
        **({operation.paging.size: size} if operation.paging.size and size else {}),
    }
    answer = world.send(operation, world.above, asked=asked)
    found = [world.key(each) for each in records_of(operation, answer) or ()]
    wanted = every[1 : 1 + (size or len(every))]
    if found and told_onward(operation, answer):
        wanted = wanted[: len(found)]  # the page may be shorter than it was asked to be
    if found[: len(wanted)] != wanted:
        raise Broken(operation, f"the records {some(wanted)} after the first one", some(found))


def _check_totals(operation: Operation, pages: list[Page]) -> None:
    number = sum(len(page.records) for page in pages)
    for page in pages:
        told = total_of(operation, page.answer)
        if told is not None and told != number and operation.paging.number is not None:
            raise Broken(
                operation, f"a total of {number}, as many as there are on the pages", str(told)
            )


def _check_ways(world: World, operation: Operation, pages: list[Page]) -> None:
    """Hold what a page tells of the one before and after it against the pages themselves."""
    for at, page in enumerate(pages):
        is_last = at == len(pages) - 1
        more = told_of(operation, page.answer, "$has_next")
        if isinstance(more, bool) and more is is_last:
            raise Broken(operation, f"{not is_last} where it tells of more pages", str(more))
        onwards = onward(operation, page.answer, "$next", "next")
        if onwards is not None and is_last and operation.paging.number is not None:
            raise Broken(operation, "no next page after the last one", onwards)
        if onwards is None and not is_last and _tells(operation, page):
            raise Broken(operation, "the way to the next page", "none")
        if onwards is not None and not is_last:
            _check_leads(world, operation, onwards, pages[at + 1])
        back = onward(operation, page.answer, "$previous", "prev")
        if back is not None and at == 0:
            raise Broken(operation, "no page before the first one", back)
        if back is None and at > 0 and has_role(operation, "$previous'"):
            raise Broken(operation, "the way to the page before", "none")
        if back is not None and at > 0:
            _check_leads(world, operation, back, pages[at - 1])


def _tells(operation: Operation, page: Page) -> bool:
    return has_role(operation, "$next'") or "rel=" in page.answer.headers.get("link", "")


def _check_leads(world: World, operation: Operation, path: str, page: Page) -> None:
    """Follow a way to another page: it must show the records of that page."""
    sent = world.visit.granted(operation, world.above)
    answer = world.visit.send_raw(Sent("GET", path, sent.headers))
    found = records_of(operation, answer) if answer.succeeded else None
    there = None if found is None else [world.key(each) for each in found]
    wanted = [world.key(each) for each in page.records]
    if there != wanted:
        raise Broken(
            operation, f"the records {some(wanted)}", f"{answer.status} {some(there or [])}"
        )


def some(keys: Any) -> str:
    found = sorted(keys) if isinstance(keys, set) else list(keys)
    return (
        ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "") or "none"
    )
