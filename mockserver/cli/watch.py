"""Watch the files behind a mock while it runs: whether that is wanted, and the thread that does
it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mockserver.errors import SettingsError
from mockserver.extras import is_installed, require

if TYPE_CHECKING:  # a mock that watches nothing does not wait for it
    from mockserver.app import Settings
    from mockserver.asgi.edge import Edge
    from mockserver.server.reload import ReloadedApp

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


def watched_app(names: Sequence[str], settings: Settings, edges: Sequence[Edge]) -> ReloadedApp:
    """Return the application of APIs that takes up what is changed in their files."""
    from mockserver.server.reload import ReloadedApp

    return ReloadedApp(names, settings, edges)


@contextmanager
def watching(app: ReloadedApp, tell: Callable[[str], None]) -> Iterator[None]:
    """Watch the files of an application in a thread."""
    from mockserver.server.reload import watch

    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(app, tell, stop), daemon=True, name="watch")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE_S)
