"""Write calls down as they come: a file and entries of the journal in, a line of JSON for each out,
secrets masked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from mockserver.control.journal import Entry
from mockserver.control.save import Writer
from mockserver.errors import SettingsError


class Recording:
    """A file of calls. A line is whole as soon as its call is over, so that what was recorded
    survives a kill.
    """

    def __init__(self, path: Path, writer: Writer, tell: Callable[[str], None]) -> None:
        """Begin the file anew. Raises SettingsError; what goes wrong later is told once, and ends
        the recording.
        """
        self._path, self._writer, self._tell = path, writer, tell
        try:
            self._file: TextIO | None = path.open("w", encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from None

    def note(self, entry: Entry) -> None:
        """Write a call down that the live server answered; what others answered is no recording of
        it.
        """
        if self._file is None or not entry.note.live:
            return
        try:
            self._file.write(self._writer.lines([entry]))
            self._file.flush()
        except OSError as error:
            self._tell(
                f"{self._path} cannot be written any more, nothing is recorded: "
                f"{error.strerror or error}"
            )
            self.close()

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            with suppress(OSError):  # what is left of a line that could not be written
                self._file.close()
            self._file = None
