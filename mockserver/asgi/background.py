"""Do what takes long in the background: a function in, what it returns out, while others are
answered.

One thread does such work, one piece after the other: each further one would make the loop wait its
turn once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")
LARGE = 32 * 1024
"""Bytes from which on a body takes long."""


async def in_background(work: Callable[[], Result]) -> Result:
    """Return what a function returns, or raise what it raises. Where no event loop runs, this is
    a thread of its own already, and the work is done at once.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return work()
    return await loop.run_in_executor(_thread(), work)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="understudy-background")
