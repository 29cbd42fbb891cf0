"""Files that commands write, or the reason why one cannot be written."""

from __future__ import annotations

from pathlib import Path

from mockserver.errors import SettingsError


def write_file(target: Path, text: str) -> None:
    """Write a file. Raises SettingsError."""
    try:
        target.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror or error}") from None
