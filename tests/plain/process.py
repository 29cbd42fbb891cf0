"""Run code as in a plain installation: its text in, what the process printed out.

What an extra brings is hidden from the process: its import system knows of no such package.
"""

from __future__ import annotations

import subprocess
import sys

from tests.plain.closure import ROOT, hidden

_HIDE = """
import sys

class Plain:
    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden}:
            return None
        return self._finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self._finder, name)

sys.meta_path[:] = map(Plain, sys.meta_path)
for loaded in {hidden} & set(sys.modules):
    del sys.modules[loaded]
"""


def run_plainly(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has what a plain installation has, in the root of the project."""
    whole = _HIDE.format(hidden=set(hidden())) + code
    command = [sys.executable, "-c", whole, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
