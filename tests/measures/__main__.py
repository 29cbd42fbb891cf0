"""`python -m tests.measures` plays all measures and writes what is not right yet."""

from __future__ import annotations

import json

from tests.measures.played import HERE, Wrong, failed_lives, wrong_cases


def spelled(kind: str, wrong: Wrong) -> str:
    """Return a table of TOML."""
    rows = [f"{json.dumps(name)} = {json.dumps(list(told))}" for name, told in wrong.items()]
    return "\n".join([f"[{kind}]", *rows, ""])


if __name__ == "__main__":
    cases = spelled("cases", wrong_cases())
    lives = spelled("lives", failed_lives())
    (HERE / "not_yet.toml").write_text(f"{cases}\n{lives}", "utf-8")
