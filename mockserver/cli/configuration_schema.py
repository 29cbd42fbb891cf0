"""The JSON Schema of a configuration: the options of all commands in, a schema out by which editors
complete and check `understudy.toml`.

    port: {type: integer, minimum: 0, maximum: 65535, description: Port to listen on.}
    mock: {type: object, properties: {port: ...}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from mockserver.cli import commands
from mockserver.cli.configuration import TABLE_OF_USERS, USERS, word_of, words_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CREDENTIAL = {"type": "string", "pattern": "="}

Schema = dict[str, Any]


def configuration_schema() -> Schema:
    """Return the schema of `understudy.toml`, and of `[tool.understudy]` in `pyproject.toml`."""
    options: Schema = {}
    for name in commands.names():
        command = commands.load(name)
        if command is None:
            continue
        own = _options(command)
        for word, schema in own.items():
            options[word] = _either(options.get(word), schema)
        about = command.get_short_help_str(200)
        table = {**_table(own), "description": f"Options of `understudy {name}`: {about}"}
        options[name] = _either(options.get(name), table)
    users = {
        "type": "object",
        "description": "Whose calls are made, and who else there is: SCHEME=VALUE by name.",
        "minProperties": 1,
        "maxProperties": len(USERS),
        "additionalProperties": _one_or_several(_CREDENTIAL),
    }
    return {
        "$schema": DIALECT,
        "title": "Configuration of Understudy",
        "description": "Options above all tables are for each command that has them.",
        **_table({**options, TABLE_OF_USERS: users}),
    }


def _table(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _options(command: click.Command) -> Schema:
    """Return the schemas of what a command can be told, by the words for it."""
    found: Schema = {}
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or parameter.name == "help":
            continue
        schema = _of(parameter)
        found[word_of(parameter)] = schema
        for word in sorted(words_of(parameter)):
            found.setdefault(word, schema)
    return found


def _of(parameter: click.Parameter) -> Schema:
    """Return the schema of the value of an option or argument."""
    schema = _of_type(parameter.type)
    if getattr(parameter, "is_flag", False):
        schema = {"type": "boolean"}
    elif getattr(parameter, "count", False):
        schema = {"type": "integer", "minimum": 0}
    elif getattr(parameter, "multiple", False) or parameter.nargs == -1:
        schema = _one_or_several(schema)
    told = getattr(parameter, "help", None)
    if told:
        schema["description"] = " ".join(told.split())
    return schema


def _of_type(kind: click.ParamType[Any]) -> Schema:
    """Return the schema of the values of a type of click."""
    match kind:
        case click.Choice():
            return {"enum": list(kind.choices)}
        case click.IntRange() | click.FloatRange():
            return _of_range(kind)
        case _ if kind is click.INT:
            return {"type": "integer"}
        case _ if kind is click.FLOAT:
            return {"type": "number"}
    return {"type": ["string", "number"]}


def _of_range(kind: click.IntRange | click.FloatRange) -> Schema:
    """Return the schema of the numbers of a range."""
    is_whole = isinstance(kind, click.IntRange)
    schema: Schema = {"type": "integer" if is_whole else "number"}
    lower = "exclusiveMinimum" if kind.min_open else "minimum"
    upper = "exclusiveMaximum" if kind.max_open else "maximum"
    if kind.min is not None:
        schema[lower] = kind.min
    if kind.max is not None:
        schema[upper] = kind.max
    return schema


def _one_or_several(schema: Mapping[str, Any]) -> Schema:
    return {"anyOf": [dict(schema), {"type": "array", "items": dict(schema)}]}


def _either(one: Schema | None, other: Schema) -> Schema:
    """Return a schema of what either of two takes; two commands may mean two things by a word."""
    if one is None or one == other:
        return other
    known = one.get("anyOf") if set(one) == {"anyOf"} else None
    choices = list(known or [one])
    if other not in choices:
        choices.append(other)
    return {"anyOf": choices}
