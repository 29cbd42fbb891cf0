"""The kinds that only look: read, list, view and count."""

from __future__ import annotations

from dataclasses import replace

from mockserver.behavior.rawbody import raw_body
from mockserver.behavior.records import new_record
from mockserver.behavior.scene import Scene, not_found
from mockserver.behavior.search.query import ask
from mockserver.behavior.search.selection import selected
from mockserver.behavior.search.slices import settled_page
from mockserver.call import Page, Problem, ProblemKind, Refused, Reply
from mockserver.model.types import Resource
from mockserver.state import Query


def read(scene: Scene) -> Reply:
    """Answer with the record that the path names; the first look at a given one makes it."""
    if scene.record is None and _is_given(scene.resource):
        key, record = new_record(
            scene.resource, scene.collection, {}, scene.scope, scene.draft, scene.supply
        )
        scene.draft.put(scene.collection, key, record)
        return Reply(record)
    if scene.record is None and scene.operation.newest_first:
        return _newest(scene)
    if scene.record is None:
        raise Refused(not_found(scene.resource, scene.key))
    content = raw_body(scene, scene.record)
    if content is not None:
        return Reply(content)
    return Reply(selected(scene, scene.record))


def _newest(scene: Scene) -> Reply:
    """Answer with the record that was made last. Raises Refused where there is none."""
    query, _ = ask(scene)
    first = replace(query, limit=1)
    selection = scene.draft.select(
        scene.collection,
        first,
    )
    for found in selection.found:
        return Reply(selected(scene, found.record))
    problem = not_found(scene.resource, "latest")
    raise Refused(problem)


def _is_given(resource: Resource) -> bool:
    """Tell whether there is one record, and it is there before anyone wrote it."""
    return resource.given and resource.key is None


def list_records(scene: Scene) -> Reply:
    """Answer with one page of the records that match the filters, and how many match in all."""
    query, page = ask(scene)
    selection = scene.draft.select(scene.collection, query)
    page = settled_page(scene, query, page, selection)
    is_past_end = page.number > page.first and page.offset >= page.total
    if is_past_end and scene.operation.paging.past_end == "refused":
        told = f"there is no page {page.number}"
        problem = Problem(ProblemKind.PAGE_NOT_FOUND, told)
        raise Refused(problem)
    records = [selected(scene, found.record) for found in selection.found]
    return Reply(records, page=page)


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
