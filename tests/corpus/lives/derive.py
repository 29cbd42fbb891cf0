"""Derive the lives of a document's resources: a model in, what the judge plays out.

Only the list of resources is the model's. Where a record is in a reply, what its key is called, how
a body is wrapped and what a change leaves alone are read from the document again, by rules that
know nothing of how Understudy reads it. Keys are those that replies tell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from contracts.openapi import (
    flattened,
    operation_at,
    parameters,
    resolved,
    success_schema,
)
from contracts.requests.samples import sample_parameters, text
from mockserver.call import Supply
from mockserver.generation.patterns import text_for
from mockserver.generation.supply import SeededSupply
from mockserver.model.paths import PARAMETER, bare, collection_of, is_item
from mockserver.model.types import Model
from tests.corpus.lives.bodies import (
    ABOVE,
    CHANGED_FIRST,
    FIRST,
    SECOND,
    Bodies,
    RequestBody,
    placed,
    wrapped,
)
from tests.corpus.lives.life import DerivedLife, Underivable, is_of_one_request
from tests.corpus.lives.places import Place, places_of, stateful_places
from tests.corpus.lives.queries import (
    PAGES,
    SIZES,
    filters_of,
    paging_of,
    usual_values,
    whole_list,
)
from tests.corpus.lives.replies import KeyForm, Names, Shape, key_form, rows_of, shape_of

PARTIAL = re.compile(r"partial|only (the|those)|omitted|(not|un) ?(sent|provided|specified)", re.I)
FULL = re.compile(r"replac|overwrit|entire|full(y)? (update|representation)", re.I)
"""Words by which a PUT is no full replacement, and by which it is one."""
EDITED = re.compile(r"(date_?)?(last_?)?edited(_?(at|on|date|time|timestamp))?$", re.I)
"""Moments of a change that the judge does not know by their names."""
JSON_PATCH = "application/json-patch+json"
COMMON = frozenset({"id", "key", "name", "slug", "code"})
"""Parameters of a path that say nothing of a property of the same name."""
UNKNOWN, LONG_ENOUGH = 97, 9
"""Chance for a key that nobody has, and how long it is at least, as far as keys may be so long."""
FARTHEST = 2
"""How many parents in a row are made at another place than where they are read."""
ECHOED = 2
"""The part of what is sent that a reply has to describe, as a divisor, to count as the record."""


def derive(model: Model) -> Iterator[DerivedLife]:
    """Yield the life of each resource that `explain` calls stateful, and of those that it should
    call so.
    """
    stateful, missed = stateful_places(model)
    derivation = Derivation(model)
    for place in stateful.values():
        yield derivation.life(place)
    for path in missed:
        yield DerivedLife(path, None, {"create": "explain calls it stateless"})


@dataclass
class Draft:
    """What is known of a life while it is derived."""

    place: Place
    names: Sequence[str]
    """What stands for each parameter of the collection: a key that is told, `{above1}`, or a
    text.
    """
    given: Mapping[str, str]
    """The same by the names of the parameters, in small letters: what bodies say too."""
    told: dict[str, Any]
    body: RequestBody
    creates: Shape
    shown: Shape
    untried: dict[str, str] = field(default_factory=dict)
    unshown: list[str] = field(default_factory=list)

    @property
    def sent(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Both records as they are sent."""
        return self.told["first"], self.told["second"]

    def is_shown(self, name: str) -> bool:
        return name not in self.unshown


class Derivation:
    """Derives the lives of one document."""

    def __init__(self, model: Model) -> None:
        self._spec = model.document.spec
        self._supply: Supply = SeededSupply(self._spec, 1)
        self._bodies = Bodies(self._spec, self._supply)
        self._places = places_of(self._spec)
        self._lives = 0
        self._operations = {(each.method, each.path): each for each in model.operations}

    def life(self, place: Place) -> DerivedLife:
        """Return the life of the records of a place."""
        try:
            draft = self._created(place)
        except Underivable as reason:
            return DerivedLife(place.collection, None, {"create": str(reason)})
        for steps, part in (
            (("list",), self._list),
            (("filter",), self._filter),
            (("page",), self._page),
            (("refused",), self._refused),
            (("update", "changed", "kept"), self._change),
            (("replaced",), self._replace),
            (("refilter",), self._refilter),
            (("delete", "gone"), self._delete),
        ):
            try:
                part(draft)
            except Underivable as reason:
                draft.untried.update(dict.fromkeys(steps, str(reason)))
        return DerivedLife(place.collection, draft.told, draft.untried, tuple(draft.unshown))

    # -- creating and reading ---------------------------------------------------------------

    def _created(self, place: Place) -> Draft:
        """Return a life that creates two records and reads them. Raises Underivable."""
        path = place.on_collection.get("POST")
        if path is None:
            raise Underivable("no POST on the collection makes one")
        if any(map(is_of_one_request, self._headers("POST", path))):
            raise Underivable("each request has to bring a header of its own")
        self._lives += 1
        names, before = self._above(place)
        read = place.on_item.get("GET")
        asked = self._bodies.names(operation_at(self._spec, path, "POST"))
        shown = self._shape(place, "GET", read, asked) if read else None
        body, creates = self._taken(place, path, shown)
        if shown is None or not shown.fields:
            shown = creates
        told: dict[str, Any] = {
            "name": place.collection,
            "collection": _filled(path, names),
            "item": _filled(next(iter(place.on_item.values())), [*names, "{key}"]),
            "key": shown.key or creates.key or "id",
            "envelope": body.envelope,
            "record": shown.record,
            "encoding": body.encoding,
            "before": before,
        }
        given = self._given(place, names)
        draft = Draft(place, names, given, told, body, creates, shown)
        listed = self._asked("GET", place.on_collection.get("GET", "")).get("query") or {}
        narrowed = {bare(name): value for name, value in listed.items()}
        for word, name in ((FIRST, "first"), (SECOND, "second")):
            made = self._bodies.record(body, self._word(word), f"{place.collection}/create")
            told[name] = self._listed_by_itself(place, body, placed(made, {**narrowed, **given}))
        self._choose_keys(draft)
        told["create"] = self._create(draft, path)
        self._unshown(draft)
        if read is None:
            draft.told["reads"] = False
            draft.untried.update(dict.fromkeys(("read", "same", "missing"), "no GET of one"))
            if "GET" not in place.on_collection:
                raise Underivable("nothing reads what is made")
        else:
            told["item"] = _filled(read, [*names, "{key}"])
            told["read"] = self._asked("GET", read)
            told |= self._missing(place)
        return draft

    def _missing(self, place: Place) -> dict[str, str]:
        """Return a key that nobody has, where the document says which form keys have."""
        schema = self._key_schema(place)
        pattern = schema.get("pattern")
        if not isinstance(pattern, str):
            return {}
        unknown = text_for(pattern, Random(UNKNOWN), shortest=LONG_ENOUGH)
        return {"missing": unknown} if self._bodies.fits(schema, unknown) else {}

    def _listed_by_itself(
        self, place: Place, body: RequestBody, record: dict[str, Any]
    ) -> dict[str, Any]:
        """Return a record as it is in a list that is asked for nothing."""
        path = place.on_collection.get("GET")
        if path is None:
            return record
        usual = usual_values(self._spec, [*parameters(self._spec, path, "GET")], record)
        listed = {**record, **usual}
        return listed if self._bodies.is_valid(body, listed) else record

    def _choose_keys(self, draft: Draft) -> None:
        """See to it that keys that the client makes differ and fit the path. Raises Underivable."""
        first, second, key = *draft.sent, str(draft.told["key"])
        if key not in first or key not in second:
            return
        schema = self._key_schema(draft.place)
        if first[key] != second[key] and self._bodies.fits(schema, second[key]):
            return
        for name in ("first", "second"):
            draft.told[name] = {
                each: sent for each, sent in draft.told[name].items() if each != key
            }
            if not self._bodies.is_valid(draft.body, draft.told[name]):
                raise Underivable("no two keys can be made that body and path take")

    def _taken(self, place: Place, path: str, shown: Shape | None) -> tuple[RequestBody, Shape]:
        """Return the body that makes a record, and where the reply shows it. Raises
        Underivable.
        """
        operation = operation_at(self._spec, path, "POST")
        known = shown.fields if shown is not None else {}
        creates = self._shape(
            place, "POST", path, Names((*known,)) if known else self._bodies.names(operation)
        )
        body = self._bodies.taken(operation, known or creates.fields)
        return body, creates

    def _create(self, draft: Draft, path: str) -> dict[str, Any]:
        """Return how creating differs from reading: where the reply tells the key. Raises
        Underivable.
        """
        told, creates = self._asked("POST", path), draft.creates
        told |= {"record": creates.record, "key": creates.key or draft.told["key"]}
        sent = next((each for each in draft.sent[0] if each == draft.told["key"]), None)
        if sent is not None:
            told["key_sent"] = sent
        response = success_schema(operation_at(self._spec, path, "POST"))
        if response and not creates.key and sent is None:
            raise Underivable("the reply of creating tells no key")
        if not response and sent is None and not self._tells_location(path):
            raise Underivable("the reply of creating is not described")
        return told

    def _tells_location(self, path: str) -> bool:
        responses = operation_at(self._spec, path, "POST").get("responses") or {}
        return any(
            str(name).lower() == "location"
            for response in responses.values()
            for name in (resolved(self._spec, response).get("headers") or {})
        )

    def _unshown(self, draft: Draft) -> None:
        """Settle which properties are not looked for: those that no reply describes, or in another
        form.
        """
        sent = {**draft.sent[0], **draft.sent[1]}
        there = [name for name in sent if name in draft.creates.fields]
        echoes = len(there) * ECHOED >= len(sent) and bool(draft.creates.fields)
        shapes = [draft.shown, draft.creates] if echoes else [draft.shown]
        for name in sent:
            is_described = all(self._describes(each, name, draft) for each in shapes)
            if not is_described:
                draft.unshown.append(name)
        if not echoes:
            draft.told["echo"] = False
            draft.untried.update(dict.fromkeys(("echo", "same"), "creating shows only a part"))
        draft.told["write_only"] = list(draft.unshown)
        moving = [*filter(EDITED.match, draft.shown.fields)]
        draft.told |= {"moving": moving} if moving else {}

    def _describes(self, shape: Shape, name: str, draft: Draft) -> bool:
        """Tell whether a reply that follows its description can show what was sent."""
        field = shape.fields.get(name)
        if field is None:
            return shape.is_open
        if self._is_write_only(field):
            return False
        if draft.told["encoding"] == "form" or bare(name) in draft.given:
            return True
        return all(name not in each or self._bodies.fits(field, each[name]) for each in draft.sent)

    def _is_write_only(self, field: Any) -> bool:
        return bool(flattened(self._spec, field).get("writeOnly"))

    # -- the list ---------------------------------------------------------------------------

    def _list(self, draft: Draft) -> None:
        """Add how the list is read."""
        path = draft.place.on_collection.get("GET")
        if path is None:
            raise Underivable("no GET of the collection")
        schema = success_schema(operation_at(self._spec, path, "GET"))
        rows = rows_of(self._spec, schema, self._form(draft.place), Names((*draft.shown.fields,)))
        if rows is None:
            raise Underivable("no array of records with keys is described")
        told: dict[str, Any] = {"rows": rows.rows, "row": rows.row, "key": rows.key}
        listing = [*parameters(self._spec, path, "GET")]
        narrowed = self._asked("GET", path).get("query") or {}
        told["query"] = {**narrowed, **whole_list(self._spec, listing)}
        sent = set(map(bare, draft.sent[0]))
        unknown = [name for name in narrowed if bare(name) not in (*sent, *SIZES, *PAGES)]
        if unknown:
            raise Underivable(f"the list asks for {unknown[0]}, which no record tells")
        if _filled(path, draft.names) != draft.told["collection"]:
            told["path"] = _filled(path, draft.names)
        draft.told["list"] = told
        if draft.told.get("reads") is False:
            draft.told |= {"key": rows.key}

    def _filter(self, draft: Draft) -> None:
        """Add the queries that tell the two records apart."""
        found = filters_of(self._spec, self._listing(draft), *self._seen(draft), self._bodies.fits)
        if not found:
            raise Underivable("no parameter is called as a property in which they differ")
        draft.told["filter"] = found

    def _page(self, draft: Draft) -> None:
        """Add how the list is visited page by page."""
        listing = self._listing(draft)
        path = draft.place.on_collection["GET"]
        schema = success_schema(operation_at(self._spec, path, "GET"))
        paging = paging_of(self._spec, listing, schema)
        if paging is None:
            raise Underivable("no parameters of a page are known by their names")
        draft.told["page"] = dict(paging)

    def _refilter(self, draft: Draft) -> None:
        """Add the query that finds what was changed."""
        if "change" not in draft.told or "list" not in draft.told:
            raise Underivable("nothing is changed, or nothing lists")
        first, second = self._seen(draft)
        changed = {**first, **self._visible(draft, draft.told["change"]["body"])}
        moved = {name: value for name, value in changed.items() if first.get(name) != value}
        found = filters_of(self._spec, self._listing(draft), second, moved, self._bodies.fits)
        if not found:
            raise Underivable("no parameter is called as a property that is changed")
        queries = [{**each, "when": "changed", "finds": "first"} for each in found]
        draft.told["filter"] = [*draft.told.get("filter", []), *queries]

    def _listing(self, draft: Draft) -> list[Mapping[str, Any]]:
        """Return the parameters of the list. Raises Underivable."""
        if "list" not in draft.told:
            raise Underivable("nothing lists")
        return [*parameters(self._spec, draft.place.on_collection["GET"], "GET")]

    def _seen(self, draft: Draft) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return both records as far as a reply shows them."""
        first, second = draft.sent
        return self._visible(draft, first), self._visible(draft, second)

    def _visible(self, draft: Draft, record: Any) -> Mapping[str, Any]:
        if not isinstance(record, Mapping):
            return {}
        return {
            name: value
            for name, value in record.items()
            if draft.is_shown(name) and bare(name) not in draft.given
        }

    # -- refusing, changing and deleting ----------------------------------------------------

    def _refused(self, draft: Draft) -> None:
        """Add bodies that break the schema."""
        found = [*self._bodies.broken(draft.body, draft.sent[0])]
        if not found:
            raise Underivable("the schema of the body forbids nothing that is tried")
        draft.told["refused"] = found

    def _change(self, draft: Draft) -> None:
        """Add a change: by PATCH where there is one, else by PUT."""
        method = next((each for each in ("PATCH", "PUT") if each in draft.place.on_item), None)
        if method is None:
            raise Underivable("neither PATCH nor PUT of one")
        if "read" not in draft.told and "list" not in draft.told:
            raise Underivable("nothing shows what is changed")
        path = draft.place.on_item[method]
        operation = operation_at(self._spec, path, method)
        content = (operation.get("requestBody") or {}).get("content") or {}
        salt = f"{draft.place.collection}/{method}"
        told: dict[str, Any] = {"method": method, **self._asked(method, path)}
        told["path"] = _filled(path, [*draft.names, "{first}"])
        if {each.partition(";")[0] for each in content} == {JSON_PATCH}:
            draft.told["change"] = {**told, **self._patch(draft)}
            return
        body = self._bodies.taken(operation, draft.shown.fields)
        told |= {"envelope": body.envelope, "encoding": body.encoding, "kind": "merge"}
        word = self._word(CHANGED_FIRST)
        own = {**draft.given, bare(str(draft.told["key"])): "{first}"}
        if method == "PATCH":
            shown = [name for name in draft.shown.fields if draft.is_shown(name)]
            told["body"] = placed(self._bodies.change(body, word, salt, shown, [*own]), own)
        else:
            made = self._bodies.record(body, word, salt)
            told |= {"kind": "replace", "body": placed(made, own)}
            draft.untried["kept"] = "a PUT sends all"
        if self._bodies.counted(body, told["body"]):
            raise Underivable("a change has to bring the version that a reply told")
        shown_body = self._shown_of(draft, told["body"])
        if not shown_body:
            raise Underivable("no reply shows what the change sends")
        told["body"] = self._only_shown(body, told["body"], shown_body)
        told["shows"] = shown_body
        draft.told["change"] = told

    def _shown_of(self, draft: Draft, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is then read of a change."""
        found = {}
        for name, value in body.items():
            field = draft.shown.fields.get(name)
            is_told = bare(name) in draft.given or value == "{first}"
            is_form = draft.told["encoding"] == "form"
            if field is None or not draft.is_shown(name) or self._is_write_only(field):
                continue
            if is_told or is_form or self._bodies.fits(field, value):
                found[name] = value
        return found

    def _only_shown(
        self, body: RequestBody, sent: dict[str, Any], shown: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return a change without what no reply can show, as far as it may be left out."""
        left = {name: value for name, value in sent.items() if name in shown}
        return left if self._bodies.is_valid(body, left) else sent

    def _patch(self, draft: Draft) -> dict[str, Any]:
        """Return a change by JSON Patch."""
        first, second = self._seen(draft)
        for name, value in second.items():
            if isinstance(value, str) and first.get(name) != value:
                operation = {"op": "replace", "path": f"/{name}", "value": f"cedar-{name}"}
                if self._bodies.fits(draft.shown.fields.get(name, {}), f"cedar-{name}"):
                    shows = {name: f"cedar-{name}"}
                    told = {"kind": "json-patch", "encoding": JSON_PATCH, "envelope": ""}
                    return {**told, "body": [operation], "shows": shows}
        raise Underivable("no text can be patched")

    def _replace(self, draft: Draft) -> None:
        """Leave something out of a full replacement."""
        change = draft.told.get("change") or {}
        if change.get("kind") != "replace":
            raise Underivable("no change is a full replacement")
        path = draft.place.on_item["PUT"]
        operation = operation_at(self._spec, path, "PUT")
        body = self._bodies.taken(operation, draft.shown.fields)
        required = set(flattened(self._spec, body.inner).get("required") or ())
        words = f"{operation.get('summary', '')} {operation.get('description', '')}"
        if not required or PARTIAL.search(words) or not FULL.search(words):
            raise Underivable("the document may mean a partial change")
        visible = self._visible(draft, draft.sent[0])
        optional = [name for name in visible if name in change["shows"] and name not in required]
        kept = [name for name in change["shows"] if name not in optional[:1]]
        if not optional or not kept:
            raise Underivable("nothing that may be left out is shown")
        dropped = optional[0]
        default = resolved(self._spec, draft.shown.fields.get(dropped, {})).get("default")
        if default == visible[dropped]:
            raise Underivable("what is left out has its default")
        change["body"].pop(dropped)
        change["shows"].pop(dropped)
        change["dropped"] = [dropped]

    def _delete(self, draft: Draft) -> None:
        """Add how the record is deleted."""
        path = draft.place.on_item.get("DELETE")
        if path is None:
            draft.told["delete"] = False
            raise Underivable("no DELETE of one")
        item = _filled(path, [*draft.names, "{first}"])
        draft.told["delete"] = {"path": item, **self._asked("DELETE", path)}

    # -- what is above, and what is asked ---------------------------------------------------

    def _above(
        self, place: Place, prefix: str = "above"
    ) -> tuple[list[str], list[Mapping[str, Any]]]:
        """Return what stands for the parameters of a collection, and the requests that make what
        is above it; what they tell is kept by names with a prefix.
        """
        names: list[str] = []
        before: list[Mapping[str, Any]] = []
        collection = place.on_collection.get("POST", place.collection)
        for found in PARAMETER.finditer(collection):
            name = f"{prefix}{len(names) + 1}"
            steps = self._parent(collection[: found.end()], names, name)
            before += steps
            stands = self._sample(place, collection, found[1])
            names.append(f"{{{name}}}" if steps else stands)
        return names, before

    def _parent(self, path: str, names: Sequence[str], name: str) -> list[Mapping[str, Any]]:
        """Return the requests that make a parent and keep its key, none where a parent can only be
        named. Raises Underivable.
        """
        place = self._places.get(collection_of(path)) if is_item(path) else None
        if place is None or not place.on_item:
            return []
        if "POST" in place.on_collection:
            return [self._made_above(place, names, name)]
        elsewhere = self._made_elsewhere(place)
        if elsewhere is None or name.count("of") > FARTHEST:
            return []
        others, before = self._above(elsewhere, f"{name}of")
        return [*before, self._made_above(elsewhere, others, name)]

    def _made_elsewhere(self, place: Place) -> Place | None:
        """Return the one place that makes what is only read at another: /shops/{id}/orders what is
        at /orders/{id}.
        """
        making = [
            each
            for each in self._places.values()
            if each.collection.endswith(f"}}{place.collection}")
            if "POST" in each.on_collection and not each.on_item
        ]
        if len(making) != 1:
            return None
        (made,) = making
        return Place(made.collection, made.on_collection, place.on_item)

    def _made_above(self, place: Place, names: Sequence[str], name: str) -> Mapping[str, Any]:
        """Return the request that makes a parent and keeps its key. Raises Underivable."""
        created = place.on_collection["POST"]
        body, creates = self._taken(place, created, None)
        if body.encoding != "json" or not creates.key:
            raise Underivable(f"a record of {place.collection} is not made, or its key not told")
        made = self._bodies.record(body, self._word(ABOVE), f"{place.collection}/above")
        record = placed(made, self._given(place, names))
        key = f"{creates.record}.{creates.key}".lstrip(".")
        return {
            "method": "POST",
            "path": _filled(created, names),
            "body": wrapped(record, body.envelope),
            "keep": {name: key},
            **self._asked("POST", created),
        }

    def _word(self, word: str) -> str:
        """Return a word that no other life sends."""
        return f"{word}{self._lives}"

    def _sample(self, place: Place, path: str, param: str) -> str:
        """Return a text for a parameter of something that can only be named."""
        method = next(iter(place.on_collection))
        operation = self._operations.get((method, place.on_collection[method]))
        if operation is None:
            return "1"
        salt = path.partition("{" + param + "}")[0]
        found = sample_parameters(self._spec, operation, "path", self._supply, salt)
        return text(found.get(param, "1"))

    def _given(self, place: Place, names: Sequence[str]) -> dict[str, str]:
        """Return what stands for the parameters by their names in small letters."""
        collection = place.on_collection.get("POST", place.collection)
        params = [bare(each) for each in PARAMETER.findall(collection)]
        stands = zip(params, names, strict=False)
        return {param: name for param, name in stands if param not in COMMON and "{" in name}

    def _asked(self, method: str, path: str) -> dict[str, Any]:
        """Return the query parameters that an operation requires."""
        operation = self._operations.get((method, path))
        if operation is None:
            return {}
        found = sample_parameters(self._spec, operation, "query", self._supply, path)
        return {"query": found} if found else {}

    def _headers(self, method: str, path: str) -> Iterator[str]:
        """Yield the headers that an operation requires."""
        for each in parameters(self._spec, path, method):
            if each.get("in") == "header" and each.get("required") is True:
                yield str(each["name"])

    def _form(self, place: Place) -> KeyForm:
        return key_form(place.key_param or "", self._key_schema(place), place.collection)

    def _key_schema(self, place: Place) -> Mapping[str, Any]:
        """Return the schema of the key in the path."""
        method, path = next(iter(place.on_item.items()))
        declared = parameters(self._spec, path, method)
        named = next((each for each in declared if each.get("name") == place.key_param), {})
        return resolved(self._spec, named.get("schema", {}))

    def _shape(self, place: Place, method: str, path: str, known: Names) -> Shape:
        """Return where the record is in the reply of an operation."""
        operation = operation_at(self._spec, path, method)
        schema = success_schema(operation)
        if not schema:
            return Shape("", "", {}, True)
        return shape_of(self._spec, schema, self._form(place), known)


def _filled(path: str, stands: Sequence[str]) -> str:
    """Return a path with what stands for its parameters, by their order."""
    rest = itertools.chain(stands, itertools.repeat("1"))
    return PARAMETER.sub(lambda found: next(rest), path)
