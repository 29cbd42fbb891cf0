"""Watch the files behind a mock while it runs: whether that is wanted, and the thread that does
it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mockserver.errors import SettingsError
from mockserver.extras import is_installed, require
from mockserver.server.reload import ReloadedApp, watch

_PACKAGE = "watchfiles"
_PATIENCE_S = 5.0


def is_watching(said: bool | None, workers: int) -> bool:
    """Tell whether files are watched: as it is said, else on a terminal where that can be done.
    Raises MissingExtraError and, for several workers, SettingsError.
    """
    if said is None:
        return workers == 1 and sys.stdout.isatty() and is_installed(_PACKAGE)
    if said and workers > 1:
        raise SettingsError("--watch needs one worker: leave --workers out")
    if said:
        require("watch", "--watch", _PACKAGE)
    return said


@contextmanager
def watching(app: ReloadedApp, tell: Callable[[str], None]) -> Iterator[None]:
    """Watch the files of an application in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(app, tell, stop), daemon=True, name="watch")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE_S)
