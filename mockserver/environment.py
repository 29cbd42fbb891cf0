"""Fill in what an option takes from the environment: a text that names variables in, their values
in it out.
"""

from __future__ import annotations

import os
import re

from mockserver.errors import SettingsError

_VARIABLE = re.compile(r"\$\{(\w+)\}|\$([A-Z_]\w*)")


def filled_in(text: str, option: str) -> str:
    """Return a text with the values of its `$VAR` and `${VAR}`. Raises SettingsError for one that
    is not set.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in os.environ:
            raise SettingsError(f"{option}: the environment has no variable {name}")
        return os.environ[name]

    return _VARIABLE.sub(value, text)
