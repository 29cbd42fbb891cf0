"""Make the virtual environment of channel-app: `python -m tests.clients.channel_app.install
[FOLDER]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

VERSION = "0.0.158"
VARIABLE = "UNDERSTUDY_CHANNEL_APP"
COMMAND = "python -m tests.clients.channel_app.install"


def chosen_folder() -> Path:
    """Return the folder of the environment: what UNDERSTUDY_CHANNEL_APP names, else one in the
    user's cache.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "understudy" / f"channel-app-{VERSION}"


def interpreter(folder: Path) -> Path:
    """Return the Python of the environment in a folder."""
    if os.name == "nt":
        return folder / "Scripts" / "python.exe"
    return folder / "bin" / "python"


def is_installed(folder: Path) -> bool:
    """Tell whether the client is there in the version that the tests drive."""
    told = next(folder.glob(f"**/channel_app-{VERSION}.dist-info"), None)
    return told is not None and interpreter(folder).exists()


def install(folder: Path) -> None:
    """Make the environment anew. Raises CalledProcessError when the client cannot be had."""
    venv.create(folder, clear=True, with_pip=True)
    pip = [str(interpreter(folder)), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, f"channel-app=={VERSION}"], check=True)


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else chosen_folder()
    install(place)
    print(f"channel-app {VERSION} is in {place}")
