"""Infer what is done to all records of a collection at once: the operation and the collection
before its last word in, what its verb sets out.

    POST /notifications/read-all               sets read=True of each
    POST /notifications/mark-all-as-read       the same
    PUT  /tasks/archive_all                    sets archived=True of each
"""

from __future__ import annotations

import re

from mockserver.model.paths import segments, words_of
from mockserver.model.purpose.kinds import Around, Beside
from mockserver.model.purpose.verbs import Verb, moved, spelled
from mockserver.model.types import Kind

ALL = frozenset({"all", "everything"})
"""Words of paths that say that something is done to all."""
AROUND = frozenset({"mark", "set", "make", "as", *ALL})
"""Words around the verb that says what."""
METHODS = ("POST", "PUT", "PATCH")
_SEPARATORS = re.compile(r"[-_.:]")


def act_on_all(around: Around) -> Beside | None:
    """Return what an operation does to all records of a collection, None where it does not."""
    if around.on_item or around.place.method not in METHODS:
        return None
    if around.place.operation.sent_schema.properties:
        return None
    last = segments(around.place.path)[-1]
    words = words_of(_SEPARATORS.sub(" ", last))
    if ALL.isdisjoint(words):
        return None
    verbs = [word for word in words if word not in AROUND]
    if len(verbs) != 1:
        return None
    fields = around.record.properties
    sets = moved(Verb(verbs[0]), fields, around.resource.states)
    if not sets:
        return None
    told = ", ".join(spelled(name, value) for name, value in sets.items())
    rule = f"move-all: sets {told}"
    return Beside(Kind.MERGE, around.resource.name, rule, None, sets, many=True)
