"""Compile the quotas of an API: what the semantics say of its rate limits in, Quotas out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.types import Quota


def compile_quotas(
    said: Mapping[str, Any] | Sequence[Mapping[str, Any]], source: str
) -> tuple[Quota, ...]:
    """Return the quotas of one mapping or several, all of which hold at once. Raises
    SemanticsError.
    """
    if isinstance(said, Mapping):
        return (_quota(said, source, "/defaults/rate_limit"),)
    return tuple(_quota(each, source, f"/defaults/rate_limit/{at}") for at, each in enumerate(said))


def _quota(said: Mapping[str, Any], source: str, pointer: str) -> Quota:
    if ("window_s" in said) == ("per_second" in said):
        hint = (
            "`window_s: 30` lets the requests in anew every 30 s, `per_second: 2` lets 2 more in "
            "each second"
        )
        raise SemanticsError(
            source, "a rate limit has either window_s or per_second", pointer, hint
        )
    return Quota(
        requests=said["requests"],
        window_s=said.get("window_s", 0.0),
        per_second=said.get("per_second", 0.0),
        at=said.get("at", "").rstrip("/"),
        shared=said.get("shared", False),
        headers=said.get("headers", {}),
        status=said.get("status"),
    )
