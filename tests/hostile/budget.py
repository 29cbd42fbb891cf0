"""How long the fuzzers run: a few seconds in all, or as many times longer as UNDERSTUDY_FUZZ
says.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("UNDERSTUDY_FUZZ", "1"))
_UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def budget(examples: int) -> settings:
    """Return settings for so many examples; a long run seeks new ones, a usual one takes the same
    each time.
    """
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=_UNHURRIED,
    )
