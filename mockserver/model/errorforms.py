"""Let an operation refuse as its document says: errors without a body and its documented responses
in, its own errors out.

The status of each kind of problem is the usual one or, where only that is documented, one that
means nearly the same. The body has the form that is documented for the status. That form is
inferred from the names and types of a schema, or of an example, and written as a template:

    {code: integer, message: text, errors: [{field: text, message: text}]}

becomes

    {code: "{status}", message: "{messages}",
     errors: {$each: {field: "{property}", message: "{message}"}, $none: []}}

A template holds the parts that a refusal fills in (`{message}`, `{status}`, `{property}`, ...),
`$each` where a list has an entry for each violation, `$named` where an object has messages by
property, `$one_of` where the document lists the values, and `$made` where it asks for something
else, which is made from its schema.

How an object is read, in this order:

1. The *carrier* is the text with the most telling name: message, detail, error, title.
2. What has a known name and a fitting type is a part: code, status, type, field, pointer.
3. A list that is named for errors has an entry for each violation; a map has messages by property.
4. Where neither a carrier nor a list was found, the first object inside that has one is taken:
   {error: {message: text}}; at last, any text.
5. What tells nothing of what is wrong is no error form. What is required beside is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.paths import bare
from mockserver.model.types import (
    Described,
    DescribedMedia,
    DescribedSchema,
    ErrorForm,
    Errors,
    Schema,
    Template,
)
from mockserver.model.types.described import is_json
from mockserver.model.types.facts import type_of
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

Fields = Mapping[str, DescribedSchema]
Templates = dict[str, Template]
Make = Callable[[Any, str], Any]
"""Makes a value for a schema and a name."""

NEARLY: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("malformed", "invalid", "invalid_query", "limit_exceeded"), (400, 422)),
    "invalid_path": (400, 422, 404),
    **dict.fromkeys(("unauthorized", "bad_credentials"), (401, 403)),
    "login_refused": (401, 403, 400, 422, 404),
    "forbidden": (403, 401),
    "gone": (410, 404),
    **dict.fromkeys(("conflict", "duplicate", "transition"), (409, 422, 400)),
    "stale": (409, 412, 422, 400),
    "precondition_failed": (412, 409),
    "precondition_required": (428, 400),
    "key_reused": (409, 422, 400),
    "too_many": (403, 409, 422, 400),
    "unsupported_media_type": (415, 400, 422),
}
"""The statuses that may be meant by a kind of problem, the usual one first (RFC 9110 section
15.5).
"""
TOLD: Mapping[str, re.Pattern[str]] = {
    "stale": re.compile(r"version|stale|concurren|optimistic|out.?dated", re.I),
    "key_reused": re.compile(r"idempoten", re.I),
}
"""Words by which a documented status tells of a kind of problem, whatever the status."""
DEEPEST = 3
"""Objects within objects in which a message is looked for."""
MESSAGES = (
    "message",
    "detail",
    "errormessage",
    "errordescription",
    "msg",
    "description",
    "developermessage",
    "details",
    "reason",
    "error",
    "err",
    "text",
    "usermessage",
    "title",
)
"""Names of the text that says what is wrong, the most telling first."""
TITLES = ("title", "error", "err", "reason", "summary", "statustext", "statusmessage")
CODES = (
    "code",
    "errorcode",
    "type",
    "errortype",
    "kind",
    "key",
    "slug",
    "rule",
    "id",
    "error",
    "err",
)
STATUSES = (
    "status",
    "statuscode",
    "httpstatus",
    "httpcode",
    "httpstatuscode",
    "code",
    "errorcode",
    "error",
)
PROPERTIES = (
    "property",
    "field",
    "param",
    "parameter",
    "attribute",
    "name",
    "fieldname",
    "propertyname",
    "target",
    "key",
)
POINTERS = ("pointer", "path", "jsonpointer", "instancepath", "propertypath", "location", "source")
LISTS = (
    "errors",
    "violations",
    "details",
    "issues",
    "invalidparams",
    "messages",
    "fields",
    "fielderrors",
    "causes",
)
NAMED_LISTS = frozenset(
    {"fields", "properties", "invalidfields", "attributes", "params", "parameters"}
)
"""Lists of texts that name what is wrong, beside one that says it."""
WAITS = (
    "retryafter",
    "retryafterseconds",
    "retryaftersec",
    "retryafters",
    "retryin",
    "retryinseconds",
)
NESTS = (
    "error",
    "errors",
    "err",
    "fault",
    "problem",
    "detail",
    "response",
    "failure",
    "status",
    "exception",
)
PROBLEM = frozenset({"type", "title", "detail"})
"""Members of problem details (RFC 9457 section 3.1)."""
SOURCE = {"pointer": "{body_pointer}", "parameter": "{parameter}"}
"""Members of JSON:API's `source` (JSON:API 1.1, Error Objects)."""
FREE_FORMATS = frozenset(
    {None, "uri-reference", "json-pointer", "text", "string", "markdown", "html"}
)
"""Formats of texts that may say anything."""
ADDRESS_FORMATS = FREE_FORMATS | {"uri", "url"}
BINDING = frozenset({"enum", "const", "pattern"})
"""Words after which a text may not say anything."""
STRUCTURED = frozenset({"properties", "items", "additionalProperties"})
SHORTEST = 40
"""Characters that a message must be allowed to have."""
FLAGS = {"success": False, "ok": False, "succeeded": False, "failed": True}
"""What flags say of a refusal; one that is named as a title is says true."""


@dataclass(frozen=True, slots=True)
class Level:
    """Where in a form an object stands: how deep, and whether it tells of one violation (else of
    the refusal), whose place is known.
    """

    depth: int = 0
    entry: bool = False
    placed: bool = True

    @property
    def inner(self) -> Level:
        return replace(self, depth=self.depth + 1)


def documented_errors(errors: Errors, operation: Described, make: Make) -> Errors:
    """Return the errors of one operation; those that the semantics declare stay as they are."""
    if not errors.standard:
        return errors
    bodies: dict[int, Template] = {}
    forms = {}
    for kind, form in errors.forms.items():
        status = form.status
        if "status" not in form.said:
            status = _status(kind, status, operation)
        if status not in bodies:
            bodies[status] = _body(status, operation, make)
        forms[kind] = _with_body(replace(form, status=status), bodies[status])
    return replace(errors, forms=forms)


def documented_form(form: ErrorForm, operation: Described, make: Make) -> ErrorForm:
    """Return a form with the body that an operation documents for its status, as it is where there
    is none.
    """
    return _with_body(form, _body(form.status, operation, make))


def _with_body(form: ErrorForm, body: Template) -> ErrorForm:
    """Return a form with a documented body, unless it has one that the semantics say."""
    if body is None or "body" in form.said:
        return form
    return replace(form, body=body)


def error_media(operation: Described, status: int) -> DescribedMedia | None:
    """Return the body in which a status is told: JSON, else text; None for neither."""
    content = operation.response(status).content
    for fits in (is_json, _is_text_type):
        for name, media in content.items():
            if fits(name):
                return media
    return None


def _is_text_type(media_type: str) -> bool:
    return media_type.startswith("text/")


def _status(kind: str, usual: int, operation: Described) -> int:
    """Return the documented status that is nearest to what a problem is."""
    near = NEARLY.get(kind, ())
    told = TOLD.get(kind)
    if told is not None:
        documented = [each for each in near if operation.documents(each)]
        for status in documented:
            if told.search(operation.response(status).description):
                return status
    return next(filter(operation.documents, near), usual)


def _body(status: int, operation: Described, make: Make) -> Template:
    """Return the body that is documented for a status, None when there is none."""
    media = error_media(operation, status)
    if media is None:
        return None
    if not is_json(media.media_type) and media.schema.own_type != "object":
        return "{messages}"
    template = infer_form(media)
    return None if template is None else _with_made(template, make)


def _with_made(template: Template, make: Make) -> Template:
    """Return the template with the parts that are made from a schema in place."""
    if isinstance(template, list):
        return [_with_made(item, make) for item in template]
    if not isinstance(template, Mapping):
        return template
    if "$made" in template:
        return make(template["$made"], template.get("$name", "error"))
    return {name: _with_made(child, make) for name, child in template.items()}


def infer_form(media: DescribedMedia) -> Template:
    """Return the template of an error body, None when the document says nothing of its form."""
    schema = media.schema
    if not _says_something(schema):
        example = media.example
        if example is None or example is MISSING:
            return {"$made": schema.raw} if _is_whole(schema) else None
        schema = schema.derived(_schema_of(example))
    return _form(schema, Level()) or {"$made": schema.raw}


def _says_something(schema: DescribedSchema) -> bool:
    if schema.properties or schema.says("additionalProperties"):
        return True
    return schema.type in ("string", "array")


def _is_whole(schema: DescribedSchema) -> bool:
    """Tell whether a schema without members says what the body is all the same: by an example, or a
    plain type.
    """
    return schema.says("example") or schema.type in ("integer", "number", "boolean")


def _form(schema: DescribedSchema, level: Level) -> Template:
    """Return the template of a schema that can carry a message, None for one that cannot, or that
    holds itself.
    """
    if level.depth > DEEPEST:
        return None
    if schema.properties and schema.type != "array":
        return _object(schema, level)
    match schema.type:
        case "array":
            return _list(schema, level, sole=True)
        case "object":
            return _by_property(schema) or {"message": "{messages}"}
        case "string":
            return _text(schema.flat, "{message}" if level.entry else "{messages}")
    return None


def _object(schema: DescribedSchema, level: Level) -> Template:
    """Return the template of an object, None when no member carries the message."""
    if level.depth > DEEPEST:
        return None
    fields = schema.properties
    required = set(schema.required)
    carrier = _carrier(fields)
    lists = {} if level.entry else _lists(fields, required, level, sole=carrier is None)
    form = {**_known(fields, carrier, level, bool(lists)), **lists}
    if not lists and _is_problem(schema):
        form |= {carrier: "{message}"} if carrier else {}
        form["errors"] = {"$each": {"pointer": "{pointer}", "detail": "{message}"}}
    if carrier is None and not lists:
        form |= _nested(fields, level)
        if not _tells(form):
            form |= _any_text(fields, form)
    if not _tells(form):
        return None
    for name in required - form.keys():
        form[name] = _made(fields.get(name, NO_SCHEMA).plain, name)
    names = dict.fromkeys([*fields, *form])
    return {name: form[name] for name in names if name in form}


def _carrier(fields: Fields) -> str | None:
    """Return the member that holds the message: the text with the most telling name."""
    by_name = {bare(name): name for name in reversed(list(fields))}
    telling = [by_name[name] for name in MESSAGES if name in by_name]
    for name in telling:
        words = fields[name].plain
        if _is_text(words) and _is_free(words):
            return name
    return None


def _is_problem(schema: DescribedSchema) -> bool:
    """Tell problem details that take members of their own (RFC 9457 section 3.2)."""
    is_closed = schema.get("additionalProperties") is False
    return schema.properties.keys() >= PROBLEM and not is_closed


def _any_text(fields: Fields, form: Templates) -> Templates:
    """Return the template of the first text that has none yet."""
    for name, child in fields.items():
        if name not in form and _is_text(child.plain):
            return {name: _text(child.plain, "{messages}")}
    return {}


def _known(fields: Fields, carrier: str | None, level: Level, listed: bool) -> Templates:
    """Return the templates of the plain members whose names tell what they hold."""
    message = "{message}" if level.entry or listed else "{messages}"
    names = {bare(name) for name in fields}
    form: Templates = {}
    for name, child in fields.items():
        if name == carrier:
            form[name] = _text(child.plain, message)
            continue
        template = _plain(bare(name), child.plain, level, names)
        if template is None and level.entry and bare(name) == "source":
            template = _source(child)
        if template is not None:
            form[name] = template
    return form


def _source(schema: DescribedSchema) -> Template:
    """Return the template of JSON:API's `source`, None where it has none of its members."""
    names = [name for name in schema.properties if bare(name) in SOURCE]
    return {name: SOURCE[bare(name)] for name in names} or None


def _lists(fields: Fields, required: Collection[str], level: Level, *, sole: bool) -> Templates:
    """Return the template of the first member with an entry for each violation, or with messages by
    property.
    """
    for name, child in fields.items():
        if not _is_named_for_errors(bare(name)):
            continue
        template = None
        if child.is_array and not sole and bare(name) in NAMED_LISTS and _is_text(child.items.flat):
            template = {"$each": "{property}", "$none": []}
        elif child.is_array:
            template = _list(child, level, sole=sole, required=name in required)
        elif _is_map(child) and (not sole or bare(name) in LISTS):
            template = _by_property(child)
        if template is not None:
            return {name: template}
    return {}


def _is_named_for_errors(name: str) -> bool:
    is_known = name in LISTS or name in MESSAGES or name in NAMED_LISTS
    return is_known or name.endswith(("errors", "violations"))


def _is_map(schema: DescribedSchema) -> bool:
    """Tell whether a schema may be that of an object without properties of its own."""
    if schema.properties or _is_text(schema.flat):
        return False
    return schema.type in ("object", None)


def _list(schema: DescribedSchema, level: Level, *, sole: bool, required: bool = True) -> Template:
    """Return the template of a list; where nothing else tells the message, it has an entry even
    so.
    """
    items = _items(schema)
    entry_level = Level(level.depth + 1, entry=True)
    entry = _form(items, entry_level)
    if entry is None:
        return None
    if not sole and not required:
        return {"$each": entry}
    least = schema.get("minItems", 0)
    needs_one = isinstance(least, int) and least > 0
    if not sole and not needs_one:
        return {"$each": entry, "$none": []}
    whole = _form(items, replace(entry_level, placed=False))
    return {"$each": entry, "$none": [whole]}


def _items(schema: DescribedSchema) -> DescribedSchema:
    """Return the schema of an entry: the items, else the properties that stand beside, else a
    text.
    """
    if schema.get("items"):
        return schema.items
    words = {"properties", "required"} & schema.flat.keys()
    if not words:
        return schema.derived({"type": "string"})
    own = {word: schema.flat[word] for word in sorted(words)}
    return schema.derived({"type": "object", **own})


def _by_property(schema: DescribedSchema) -> Template:
    """Return the template of an object with messages by property, None when its values are
    something else.
    """
    values = schema.additional or NO_SCHEMA
    if values.type == "string":
        return {"$named": "{message}", "$list": False}
    if values.type == "array" and values.items.own_type in ("string", None):
        return {"$named": "{message}", "$list": True}
    return None


def _nested(fields: Fields, level: Level) -> Templates:
    """Return the template of the first member that is an object with a message of its own."""
    for name in sorted(fields, key=_nest_order):
        if fields[name].says("properties"):
            inner = _object(fields[name], level.inner)
            if inner is not None:
                return {name: inner}
    return {}


def _nest_order(name: str) -> int:
    """Return how likely a member surrounds an error: the lower, the more."""
    return NESTS.index(bare(name)) if bare(name) in NESTS else len(NESTS)


def _tells(template: Template) -> bool:
    """Tell whether a template says what is wrong."""
    if isinstance(template, Mapping):
        return "$named" in template or any(map(_tells, template.values()))
    if isinstance(template, list):
        return any(map(_tells, template))
    return template in ("{message}", "{messages}")


def _plain(name: str, words: Schema, level: Level, names: Collection[str]) -> Template:
    """Return the template of a member that holds one value, None when its name says nothing."""
    match type_of(words):
        case "boolean":
            return FLAGS.get(name, True if name in TITLES else None)
        case "integer" | "number":
            return _number(words) if name in STATUSES else None
        case "array" if level.entry and name in ("loc", "path"):
            return "{steps}" if level.placed else []
        case "string" | None if _is_text(words):
            return _word(name, words, level, names)
    return None


def _word(name: str, words: Schema, level: Level, names: Collection[str]) -> Template:
    """Return the template of a text that is not the message."""
    if level.entry and name in PROPERTIES:
        return _text(words, "{property}" if level.placed else "")
    if level.entry and name in POINTERS:
        return _text(words, "{pointer}" if level.placed else "")
    if level.entry and name in ("in", "place"):
        return _text(words, "{place}") if level.placed else None
    if name == "type" and "title" in names:
        return _text(words, "about:blank")
    if name in ("error", "err") and "errordescription" in names:
        return _text(words, "{kind}")
    if name in TITLES:
        return _text(words, "{title}")
    if name in STATUSES and name not in CODES:
        return _text(words, "{status_text}")
    if name in CODES:
        return _text(words, "{rule}" if level.entry and level.placed else "{kind}")
    return None


def _is_text(words: Schema) -> bool:
    """Tell whether a schema may be that of a text."""
    declared = type_of(words)
    return declared == "string" or (declared is None and not STRUCTURED & words.keys())


def _text(words: Schema, part: str) -> Template:
    """Return the part where the schema takes any text, else what it lists or what is made from
    it.
    """
    if "const" in words:
        return words["const"]
    if words.get("enum"):
        return {"$one_of": list(words["enum"])}
    takes_address = "pattern" not in words and words.get("format") in ADDRESS_FORMATS
    if part == "about:blank" and takes_address:
        return part
    return part if _is_free(words) else _made(words, "message")


def _is_free(words: Schema) -> bool:
    """Tell whether a text may say anything."""
    longest = words.get("maxLength", SHORTEST)
    if isinstance(longest, int) and longest < SHORTEST:
        return False
    return not BINDING & words.keys() and words.get("format") in FREE_FORMATS


def _number(words: Schema) -> Template:
    """Return the template of a number, which is the status where it may be one."""
    if words.get("enum"):
        return {"$one_of": list(words["enum"])}
    low, high = words.get("minimum", 0), words.get("maximum", 1000)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return _made(words, "code")
    return "{status}" if low <= 400 and high >= 499 else _made(words, "code")


def _made(words: Schema, name: str) -> Template:
    """Return the part of a member that its schema alone describes; one that tells how long to wait
    tells that.
    """
    if bare(name) in WAITS and type_of(words) in ("integer", "number"):
        return "{retry_s}"
    return {"$made": words, "$name": name}


def _schema_of(value: Any) -> dict[str, Any]:
    """Return the schema that an example suggests."""
    match value:
        case bool():
            return {"type": "boolean", "example": value}
        case int():
            return {"type": "integer", "example": value}
        case float():
            return {"type": "number", "example": value}
        case str():
            return {"type": "string"}
        case list():
            first = value[0] if value else ""
            return {"type": "array", "items": _schema_of(first)}
        case dict():
            fields = {str(name): _schema_of(child) for name, child in value.items()}
            return {"type": "object", "properties": fields, "required": list(fields)}
    return {"example": value}
