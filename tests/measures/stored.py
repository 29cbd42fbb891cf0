"""Run `understudy` on an empty database of its own: `python -m tests.measures.stored sqlite mock ...`.

The files of SQLite go where UNDERSTUDY_TEST_FOLDER says.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.databases import new_database

FOLDER = "UNDERSTUDY_TEST_FOLDER"


def main(kind: str, *words: str) -> None:
    address = new_database(kind, Path(os.environ[FOLDER]))
    understudy = str(Path(sys.executable).with_name("understudy"))
    os.execv(understudy, [understudy, *words, "--store", address])


if __name__ == "__main__":
    main(*sys.argv[1:])
