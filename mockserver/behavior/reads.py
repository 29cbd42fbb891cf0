"""The kinds that only look: read, list, view and count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mockserver.behavior.query import ask
from mockserver.behavior.rawbody import raw_body
from mockserver.behavior.records import new_record
from mockserver.behavior.scene import Scene, not_found
from mockserver.behavior.selection import selected
from mockserver.call import Page, Problem, ProblemKind, Refused, Reply
from mockserver.state import Found, Query


def read(scene: Scene) -> Reply:
    """Answer with the record that the path names; the first look at a given one makes it."""
    if scene.record is None and scene.resource.given:
        key, record = new_record(
            scene.resource, scene.collection, {}, scene.scope, scene.draft, scene.supply
        )
        scene.draft.put(scene.collection, key, record)
        return Reply(record)
    if scene.record is None:
        raise Refused(not_found(scene.resource, scene.key))
    content = raw_body(scene, scene.record)
    if content is not None:
        return Reply(content)
    return Reply(selected(scene, scene.record))


def list_records(scene: Scene) -> Reply:
    """Answer with one page of the records that match the filters, and how many match in all."""
    query, page = ask(scene)
    selection = scene.draft.select(scene.collection, query)
    page = replace(page, total=selection.total)
    onward = _onward(scene, query, page, selection.found)
    page = replace(page, onward=onward)
    is_past_end = page.number > page.first and page.offset >= page.total
    if is_past_end and scene.operation.paging.past_end == "refused":
        told = f"there is no page {page.number}"
        problem = Problem(ProblemKind.PAGE_NOT_FOUND, told)
        raise Refused(problem)
    records = [selected(scene, found.record) for found in selection.found]
    return Reply(records, page=page)


def _onward(scene: Scene, query: Query, page: Page, found: Sequence[Found]) -> str | None:
    """Return the key that asks for the next page: of the last record, or of the one after it."""
    style = scene.operation.paging.style
    if style == "after" and found:
        return found[-1].key
    if style != "from" or not page.has_next:
        return None
    offset = page.offset + len(found)
    beyond = replace(query, offset=offset, limit=1)
    selection = scene.draft.select(scene.collection, beyond)
    following = selection.found[0]
    return following.key


def count(scene: Scene) -> Reply:
    """Answer with the number of records that match the filters."""
    query, _ = ask(scene)
    counted = Query(
        where=query.where,
        view=query.view,
        arguments=query.arguments,
        limit=0,
    )
    selection = scene.draft.select(scene.collection, counted)
    return Reply(selection.total, page=Page(1, None, 0))
