"""The configuration of a folder: `understudy.toml`, or `[tool.understudy]` in `pyproject.toml`, in;
what the options of a command are unless something else is said, and where each value comes from,
out.

    apis = ["api/openapi.yaml"]      # of each command that has such an option or argument
    seed = 7

    [mock]                           # of `understudy mock` alone
    port = 4020

    [users]                          # whose calls are made, and who else there is
    ann = "ApiKey=$ANN_KEY"          # `--auth` of commands that know a second user
    bob = "ApiKey=$BOB_KEY"          # their `--auth-other`

A value on the command line wins, then one of the environment (`UNDERSTUDY_MOCK_PORT`), then that of
the table of the command, then that above all tables, then the default.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mockserver.cli import commands
from mockserver.errors import SettingsError, reason_of
from mockserver.slots import dataclass

OWN_FILE, PROJECT_FILE = "understudy.toml", "pyproject.toml"
PREFIX = "UNDERSTUDY"
"""What the variables of all options begin with."""
_SECRET = frozenset({"admin_token", "auth", "auth_other", "header"})
"""Options whose values are not shown."""
TABLE_OF_USERS = "users"
USERS = ("auth", "auth_other")
"""Options of commands that know two users, the first one's first."""
MASKED = "***"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says, as TOML has it; `place` is how the file is called."""

    place: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def defaults(self, name: str, command: click.Command) -> dict[str, Any]:
        """Return what the options and arguments of a command are, by the names of its function.
        Raises SettingsError for an unknown word and a wrong value.
        """
        known = _byword_of(command)
        found: dict[str, Any] = {}
        for option, value in self._users().items():
            if USERS[-1] in known:
                found[option] = self._checked(option, value, known[option])
        for word, value in self.values.items():
            parameter = known.get(_plain(word))
            if isinstance(value, Mapping) and word in (*commands.names(), TABLE_OF_USERS):
                continue
            if parameter is None:
                self._check_elsewhere(word)
                continue
            option = str(parameter.name)
            found[option] = self._checked(word, value, parameter)
        table = self._table(name)
        for word, value in table.items():
            parameter = known.get(_plain(word))
            if parameter is None:
                where = f"{self.place}, [{name}]"
                raise _unknown(where, word, known)
            option = str(parameter.name)
            found[option] = self._checked(word, value, parameter)
        return found

    def source_of(self, name: str, parameter: click.Parameter) -> str:
        """Return where a value of a command that stands in the file stands."""
        table = self._table(name)
        words = set(map(_plain, table))
        if words & words_of(parameter):
            return f"{self.place}, [{name}]"
        said = set(map(_plain, self.values))
        if str(parameter.name) in self._users() and not said & words_of(parameter):
            return f"{self.place}, [{TABLE_OF_USERS}]"
        return self.place

    def _users(self) -> dict[str, Any]:
        """Return the credentials of the users that the file names, by the options that take them.
        Raises SettingsError.
        """
        table = self.values.get(TABLE_OF_USERS)
        if table is None:
            return {}
        where = f"{self.place}, [{TABLE_OF_USERS}]"
        if not isinstance(table, Mapping) or not 0 < len(table) <= len(USERS):
            raise SettingsError(f"{where}: name one user or two, each with SCHEME=VALUE")
        for name, value in table.items():
            values = value if isinstance(value, list) else [value]
            if not all(isinstance(each, str) and "=" in each for each in values):
                raise SettingsError(f"{where}: {name} must be SCHEME=VALUE, or a list of those")
        return dict(zip(USERS, table.values(), strict=False))

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self.values.get(name)
        if isinstance(table, Mapping):
            return table
        return {}

    def _checked(self, word: str, value: Any, parameter: click.Parameter) -> Any:
        """Return a value as click takes it. Raises SettingsError for a wrong one."""
        is_repeatable = getattr(parameter, "multiple", False)
        takes_many = is_repeatable or parameter.nargs == -1
        if takes_many and not isinstance(value, list):
            value = [value]
        is_flag = getattr(parameter, "is_flag", False)
        if is_flag and not isinstance(value, bool):
            raise SettingsError(f"{self.place}: {word} must be true or false, not {value!r}")
        context = click.Context(click.Command(word))
        try:
            parameter.type_cast_value(context, value)
        except click.BadParameter as error:
            raise SettingsError(f"{self.place}: {word}: {error.message}") from None
        return value

    def _check_elsewhere(self, word: str) -> None:
        """Raise SettingsError for a word above all tables that no command knows."""
        known: dict[str, None] = {}
        for name in commands.names():
            command = commands.load(name)
            known |= dict.fromkeys(_byword_of(command) if command else ())
        if _plain(word) not in known:
            raise _unknown(
                self.place,
                word,
                [*known, *commands.names()],
            )


def read_configuration(said: Path | None = None) -> Configuration:
    """Return what the file that is said tells, else that of this folder; nothing where there is
    none. Raises SettingsError.
    """
    if said is not None:
        return _read(said)
    if Path(OWN_FILE).is_file():
        return _read(Path(OWN_FILE))
    if Path(PROJECT_FILE).is_file():
        return _read(Path(PROJECT_FILE))
    return Configuration()


def shown_configuration(
    ctx: click.Context, name: str, configuration: Configuration
) -> Iterator[str]:
    """Yield the options of a command as a table of TOML, each with where its value comes from;
    secrets are hidden.
    """
    yield f"[{name}]"
    for parameter in ctx.command.params:
        word = str(parameter.name)
        is_hidden = getattr(parameter, "hidden", False)
        if is_hidden or word not in ctx.params:
            continue
        value = ctx.params[word]
        shown = word_of(parameter)
        source = _source(
            ctx,
            name,
            parameter,
            configuration,
        )
        line = f"# {shown} is not said"
        if value not in (None, ()):
            text = _toml(word, value)
            line = f"{shown} = {text}"
        yield f"{line:<40}  # {source}"


def _source(
    ctx: click.Context, name: str, parameter: click.Parameter, configuration: Configuration
) -> str:
    word = str(parameter.name)
    match ctx.get_parameter_source(word):
        case ParameterSource.COMMANDLINE:
            return "command line"
        case ParameterSource.ENVIRONMENT:
            return _variable(name, parameter)
        case ParameterSource.DEFAULT_MAP:
            return configuration.source_of(name, parameter)
    return "default"


def _variable(name: str, parameter: click.Parameter) -> str:
    own = getattr(parameter, "envvar", None)
    if isinstance(own, str):
        return own
    return f"{PREFIX}_{name}_{parameter.name}".upper()


def _toml(word: str, value: Any) -> str:
    """Return a value as TOML has it."""
    if word in _SECRET and value:
        return json.dumps(MASKED)
    if isinstance(value, tuple | list):
        items = list(map(_simple, value))
        return json.dumps(items)
    simple = _simple(value)
    return json.dumps(simple)


def _simple(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    return str(value)


def _read(file: Path) -> Configuration:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {reason_of(error)}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is no TOML: {error}") from None
    if file.name != PROJECT_FILE:
        return Configuration(str(file), values)
    tool = values.get("tool", {})
    own = {}
    if isinstance(tool, Mapping):
        own = tool.get("understudy", {})
    if not isinstance(own, Mapping):
        raise SettingsError(f"{file}: tool.understudy must be a table, [tool.understudy]")
    return Configuration(f"{file}, [tool.understudy]", own)


def _unknown(where: str, word: str, known: Iterable[str]) -> SettingsError:
    names = list(known)
    near = get_close_matches(_plain(word), names, 1)
    hint = ""
    if near:
        hint = f"; did you mean {near[0]!r}?"
    return SettingsError(f"{where}: there is no option {word!r}{hint}")


def _byword_of(command: click.Command) -> dict[str, click.Parameter]:
    """Return the options and arguments of a command by the words for them."""
    found: dict[str, click.Parameter] = {}
    for parameter in command.params:
        words = words_of(parameter)
        found |= dict.fromkeys(words, parameter)
    return found


def words_of(parameter: click.Parameter) -> set[str]:
    """Return what an option or argument may be called: `tls_cert` and `tls-cert` are one."""
    name = str(parameter.name)
    return {name, *map(_plain, _long_names(parameter))}


def word_of(parameter: click.Parameter) -> str:
    """Return what an option or argument is called in a file."""
    for name in _long_names(parameter):
        return name.lstrip("-")
    return str(parameter.name)


def _long_names(parameter: click.Parameter) -> list[str]:
    """Return the names of an option that begin with two dashes."""
    return [name for name in parameter.opts if name.startswith("--")]


def _plain(word: str) -> str:
    return word.lstrip("-").replace("-", "_")
