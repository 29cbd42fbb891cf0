"""The kinds that forget records: delete one, or the selected page of a collection."""

from __future__ import annotations

from mockserver.behavior.batches import named_keys
from mockserver.behavior.kin.siblings import close_gap
from mockserver.behavior.scene import Scene, not_found
from mockserver.behavior.search.query import ask
from mockserver.behavior.states import follow_removal
from mockserver.call import Refused, Reply
from mockserver.state import Found, key_of


def delete(scene: Scene) -> Reply:
    """Forget the record that the path names. Raises Refused where there is none, unless a delete of
    nothing is as good.
    """
    if scene.record is None and scene.operation.forgives:
        return Reply([])
    if scene.record is None or scene.key is None:
        raise Refused(not_found(scene.resource, scene.key))
    return _remove(scene, (Found(scene.collection, scene.key, scene.record),))


def delete_many(scene: Scene) -> Reply:
    """Forget the records of the page that the call selects; all that match when the API has no
    pages here.

    A body that is a list names the records, by their keys or by objects that have them: no other is
    forgotten.
    """
    query, _ = ask(scene)
    found = scene.draft.select(scene.collection, query).found
    named = named_keys(scene)
    if named is None:
        return _remove(scene, found)
    wanted = set(map(key_of, named))
    return _remove(scene, tuple(each for each in found if each.key in wanted))


def _remove(scene: Scene, removed: tuple[Found, ...]) -> Reply:
    for found in removed:
        scene.draft.remove(found.collection, found.key)
        follow_removal(scene, found.record)
    close_gap(scene, removed)
    return Reply([found.record for found in removed])
