"""Every error that Understudy raises on purpose, each with a text that tells the next step.

UnderstudyError
├── DocumentError       an OpenAPI document, a source page or an overlay is wrong
├── SemanticsError      a semantics file says something that cannot be understood
├── UnknownApiError     no API of that name, file, folder or URL
├── FixtureError        a fixture file does not fit the API
├── SettingsError       an option or a setting is wrong
│   └── MissingExtraError   what is asked for needs packages that an extra brings
├── StateError          a look into the state names what is not there
├── StoreError          the database that keeps the state is away, slow, full or of no use
└── ServerError         the server cannot start (a taken port, a wrong certificate)
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches


class UnderstudyError(Exception):
    """The root: catch it to catch all that this project raises on purpose."""


@dataclass
class DocumentError(UnderstudyError):
    """A document cannot be used as it is.

    `source` is the file or URL, `line` counts from 1 where known, `pointer` is a JSON pointer (RFC
    6901) into the document, `hint` tells what to do next.
    """

    source: str
    message: str
    line: int | None = None
    pointer: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        at = f" at {self.pointer}" if self.pointer else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}:{at} {self.message}{hint}"


@dataclass
class SemanticsError(UnderstudyError):
    """A semantics file holds an unknown word or a wrong value; `hint` often names the nearest
    word. `others` are the further mistakes that were found beside it, each told on a line of its
    own.
    """

    source: str
    message: str
    pointer: str = ""
    hint: str | None = None
    others: tuple[SemanticsError, ...] = ()

    def __str__(self) -> str:
        at = f" at {self.pointer}" if self.pointer else ""
        hint = f" ({self.hint})" if self.hint else ""
        line = f"{self.source}:{at} {self.message}{hint}"
        return "\n".join([line, *map(str, self.others)])


@dataclass
class UnknownApiError(UnderstudyError):
    """Nothing of that name: neither an API in `specs/`, nor a file, a folder or a URL."""

    name: str
    known: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = ", ".join(self.known) or "none"
        near = get_close_matches(self.name, self.known, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        return (
            f"{self.name!r} is no API, file, folder or URL ({hint}known APIs: {names}; "
            "give one of these or the path of an OpenAPI document)"
        )


@dataclass
class FixtureError(UnderstudyError):
    """A fixture file names an unknown resource or holds a record that does not fit it."""

    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


class SettingsError(UnderstudyError):
    """An option has a value that cannot be used."""


class MissingExtraError(SettingsError):
    """What is asked for needs packages that are not installed; `extra` brings them."""

    def __init__(self, purpose: str, extra: str) -> None:
        """Take what was asked for, as a name or a phrase that can begin the sentence."""
        super().__init__(
            f"{purpose} needs more than a plain installation: pip install 'understudy[{extra}]'"
        )
        self.extra = extra


class StateError(UnderstudyError, KeyError):
    """A look into the state names a resource or a parent that the API does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


class ServerError(UnderstudyError):
    """The server cannot start."""


@dataclass
class StoreError(UnderstudyError):
    """The database that keeps the state fails; `is_passing` tells whether it may be well again
    later, `code` is what the database calls the error (an SQLSTATE, or SQLite's name).
    """

    message: str
    is_passing: bool = True
    code: str = ""

    @property
    def is_conflict(self) -> bool:
        """Whether two transactions held up each other, so that one has to begin again."""
        return self.code in ("40001", "40P01")

    def __str__(self) -> str:
        return self.message


def reason_of(error: Exception) -> str:
    """Return why a file or a host was of no use, in words for people: without numbers and names
    that are told already.
    """
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    text = error.strerror if isinstance(error, OSError) else None
    return text or str(error)
