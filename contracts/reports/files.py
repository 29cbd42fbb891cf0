"""Files that appear under their name when they are complete: a path in, something to write to
out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from contracts.errors import PlanError
from mockserver.recording import open_private


class NewFile:
    """A file that is written beside its place and moved there when it is closed; what was there
    stays till then.

    Its folder must exist and let it be written, which is found out at once. Devices and pipes are
    written directly.
    """

    def __init__(self, path: Path) -> None:
        """Open it. Raises PlanError that says why it cannot be."""
        self.path = Path(os.path.realpath(path))
        _refuse(path, self.path)
        direct = self.path.exists() and not self.path.is_file()
        self._draft = (
            self.path if direct else self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        )
        try:
            self._stream: TextIO = open_private(
                self._draft, errors="backslashreplace", newline="\n"
            )
        except OSError as error:
            raise PlanError(f"{path} cannot be written: {error.strerror}") from None

    def write(self, text: str) -> None:
        """Write on. Raises PlanError when the disk does not take it."""
        try:
            self._stream.write(text)
        except OSError as error:
            raise PlanError(f"{self.path} cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Put the file into its place. Raises PlanError when that cannot be."""
        try:
            self._stream.close()
            if self._draft != self.path:
                os.replace(self._draft, self.path)
        except OSError as error:
            self.discard()
            raise PlanError(f"{self.path} cannot be written: {error.strerror}") from None

    def discard(self) -> None:
        """Leave what was there."""
        with suppress(OSError):
            self._stream.close()
        if self._draft != self.path:
            with suppress(OSError):
                self._draft.unlink()


def _refuse(said: Path, path: Path) -> None:
    if path.is_dir():
        raise PlanError(f"{said} is a folder: give the name of a file in it")
    if not path.parent.is_dir():
        raise PlanError(
            f"{said} cannot be written: there is no folder {said.parent}; make it first"
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise PlanError(f"{said} cannot be written: it is there, and nobody may write to it")
