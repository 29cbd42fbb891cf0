"""`python -m tests.measures` plays all measures and writes what is not right yet.

With `--store sqlite` or `--store postgresql` it plays the lives on such a store, all or those that
`--only` names, and tells which steps fail there; nothing is written.
"""

from __future__ import annotations

import argparse
import json
import os

from tests.databases import KINDS, VARIABLE, server_address
from tests.measures.played import HERE, Wrong, failed_lives, wrong_cases


def spelled(kind: str, wrong: Wrong) -> str:
    """Return a table of TOML."""
    rows = [f"{json.dumps(name)} = {json.dumps(list(told))}" for name, told in wrong.items()]
    return "\n".join([f"[{kind}]", *rows, ""])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.measures")
    parser.add_argument("--store", choices=["memory", *KINDS])
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    options = parser.parse_args()
    if options.store == "postgresql":
        os.environ[VARIABLE] = server_address()
    if options.store:
        print(spelled("lives", failed_lives(options.store, options.only)))
        return
    cases = spelled("cases", wrong_cases())
    lives = spelled("lives", failed_lives())
    (HERE / "not_yet.toml").write_text(f"{cases}\n{lives}", "utf-8")


if __name__ == "__main__":
    main()
