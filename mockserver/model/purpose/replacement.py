"""Weigh whether a PUT replaces a record or changes what its body names: an operation, its body and
the record in, the kind and the evidence out.

    the words say it          "Only the fields provided are updated" merges, "replaces the pet" does
    PATCH beside              the PUT replaces, for one of the two must
    a create demands more     merges: what need not be said is not taken away
    the body is the record    {$ref: Pet}, which a read shows too, or the same spelled in place,
                              replaces
    the body demands nothing  merges: {title, body} with nothing required, or only what the path and
                              the schema say anyway (its key, a constant, an object that demands
                              nothing itself)
    else                      the PUT replaces (RFC 9110 section 9.3.4)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.keys import IDS
from mockserver.model.paths import bare, parameter_names
from mockserver.model.types import Described, DescribedSchema, Kind, Resource
from mockserver.model.types.schema import NO_SCHEMA, only_value
from mockserver.slots import dataclass

DEEPEST = 4
"""Objects within objects whose demands are looked at."""
FEW = 2
"""How many properties are too few to tell a record that has no name."""
MERGE_PATCH = "application/merge-patch+json"
_SENT = r"(provided|specified|supplied|included|passed|present|sent|given|you (want|wish))"
_PROPERTY = r"(fields?|attributes?|propert(y|ies)|parameters?|values?|members?|keys?)"
_ONE = r"(name|title|label|value|status|state|description|text|content)"
MERGES = re.compile(
    rf"""merge[ -]?patch
    | partial(ly)?\ (update|modif)
    | (updat|modif|chang|edit)\w*\ (some|selected|one\ or\ more)\ (of\ (the|its)\ )?{_PROPERTY}
    | (only|whichever|just)\ (the\ |those\ )?{_PROPERTY}[^.]{{0,30}}\b{_SENT}
    | (remains?|stays?|left|leaves?|kept|keeps?)[^.]{{0,20}}\b(unchanged|untouched|the\ same|as\ is)
    | (not\ {_SENT}|omitted|left\ out)[^.]{{0,40}}\b(not\ be\ |un)(changed|modified|updated)
    | \b{_PROPERTY}\ (that\ (need|are|have|want)\ )?to\ (be\ )?(update|change|modif)
    | \b{_SENT}\ here\ overrid
    | required\ fields\W+none\b
    | \bno\ (required|mandatory)\ {_PROPERTY}
    """,
    re.I | re.X,
)
"""Words for a change of what is sent and nothing else."""
REPLACES = re.compile(
    rf"""\breplac(e|es|ing|ement)\b(?!\ (an?|the|its|their)\ (\w+\ )?{_ONE}\b)
    | \boverwrit(e|es|ing|ten)\b
    | \bfull(y)?\ updat(e|es|ing)\b
    | (omitted|missing|not\ {_SENT})[^.]{{0,40}}\b(removed|reset|cleared|deleted|set\ to\ null)
    """,
    re.I | re.X,
)
"""Words for a record in the place of another."""
REPLACING = re.compile(
    r"\breplac(e|es|ing) (all|every|any)\b"
    r"|\breplac(e|es|ing) the (whole|entire|full|complete|existing|current|list|set)\b"
    r"|\bremov(e|es|ing) (any|all) (previous|existing|other)\b",
    re.I,
)
"""Words of operations whose list takes the place of what was there."""
ADDING = re.compile(
    r"^\W*(updat|chang|edit|modif|add|creat)|\b(bulk|batch|upsert|merg|patch|append)", re.I
)
"""Words of operations whose list changes some of what is there."""
RELATIONSHIPS, JSON_API = "relationships", "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class PutEvidence:
    """A PUT: what the document says of it, the record that its body sends, the record as it is
    read and as a create sends it, its key, and whether PATCH is beside it.
    """

    operation: Described
    sent: DescribedSchema
    record: DescribedSchema = NO_SCHEMA
    made: DescribedSchema = NO_SCHEMA
    key: str | None = None
    has_patch: bool = False

    @property
    def words(self) -> str:
        operation = self.operation
        about_body = operation.request.description if operation.request else ""
        about_record = self.sent.raw.get("description") if self.sent.is_described else None
        told = (operation.summary, operation.description, about_body, about_record)
        return "\n".join(filter(None, told))

    @property
    def is_whole(self) -> bool:
        """Whether the body is described as what is read: by the same name, or in the same words
        where those tell a record from a few loose properties.
        """
        is_told = bool(self.sent.name) or len(self.sent.properties) > FEW
        return is_told and self.sent.is_same_as(self.record)

    @property
    def known(self) -> set[str]:
        """What the path tells anyway."""
        names = {*parameter_names(self.operation.path), self.key or "", "id"}
        return {bare(name) for name in names}


def replaces(evidence: PutEvidence) -> bool:
    """Tell whether a PUT takes away what its body leaves out."""
    content = evidence.operation.request.content if evidence.operation.request else {}
    if MERGES.search(evidence.words) or MERGE_PATCH in content:
        return False
    if REPLACES.search(evidence.words) or evidence.has_patch or evidence.is_whole:
        return True
    if demands_less(evidence.sent, evidence.made):
        return False
    is_body_needed = bool(evidence.operation.sent_schema.required)
    return is_body_needed and demands(evidence.sent, evidence.known)


def demands(schema: DescribedSchema, known: Collection[str], depth: int = 0) -> bool:
    """Tell whether an object must say something that is not known anyway."""
    for name in schema.required:
        child = schema.properties.get(name, NO_SCHEMA)
        if bare(name) in known or child.is_read_only or only_value(child) is not None:
            continue
        holds_others = bool(child.properties) and depth < DEEPEST
        if not holds_others or demands(child, known, depth + 1):
            return True
    return False


def demands_less(schema: DescribedSchema, other: DescribedSchema) -> bool:
    """Tell whether what has one schema need not say what another one must."""
    wanted = {name for name in other.required if name in schema.properties}
    return not wanted <= set(schema.required)


def own_defaults(kind: Kind, sent: DescribedSchema, resource: Resource) -> Mapping[str, Any]:
    """Return the defaults that what replaces a record has, and those that make it have not."""
    found: dict[str, Any] = {}
    if kind not in (Kind.REPLACE, Kind.UPSERT):
        return found
    for name, schema in sent.properties.items():
        words = schema.plain
        if "default" not in words or name not in resource.writable:
            continue
        default = words["default"]
        usual = resource.defaults.get(name, MISSING)
        if default != usual:
            found[name] = default
    return found


def replaces_all(operation: Described) -> bool:
    """Tell whether the list that an operation sends takes the place of all that is there: by its
    words, or as a PATCH of a relationship does (JSON:API 1.1, Updating To-Many Relationships).
    """
    if REPLACING.search(operation.words):
        return True
    sent = operation.request.content if operation.request else {}
    is_relationship = f"/{RELATIONSHIPS}/" in operation.path
    return operation.method == "PATCH" and is_relationship and JSON_API in sent


def puts_all(operation: Described, resource: Resource) -> bool:
    """Tell whether a PUT sends all that there is of things below another one that their names tell
    apart (RFC 9110 section 9.3.4): PUT /apps/{id}/variables [{name, value}].
    """
    if operation.method != "PUT" or not resource.split or resource.key is None:
        return False
    if bare(resource.key) in IDS or resource.key not in resource.writable:
        return False
    words = operation.words
    return ADDING.search(words) is None
