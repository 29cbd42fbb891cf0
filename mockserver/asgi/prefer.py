"""Read which response a client prefers: a request in, a Preference out; `Prefer` (RFC 7240) or
query parameters.

`Prefer: code=404, example=name, dynamic=true, seed=7`, or `__code`, `__example`, `__dynamic` and
`__seed` in the query. Where the header has one of these words, the query parameters are passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.asgi.request import Request
from mockserver.call import Problem, ProblemKind, Violation

WORDS = ("code", "example", "dynamic", "seed")
LONGEST = 4096
"""Characters of a Prefer header that are read."""
# No part of it takes anything back once it has taken it, so that no text costs more than its
# length for each start.
_ITEM = re.compile(
    r'\s*+([!#$%&\'*+.^_`|~\w-]++)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^",;]*+))?+((?:[^",]|"(?:[^"\\]|\\.)*+")*+)(?:,|$)'
)


@dataclass(frozen=True, slots=True)
class Preference:
    """Which documented response is wanted: its status, the name of its example, or values made anew
    from a seed.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None

    @property
    def applied(self) -> str:
        """The text of Preference-Applied (RFC 7240 section 3)."""
        said = {
            "code": self.code,
            "example": self.example,
            "dynamic": "true" if self.dynamic else None,
        }
        if self.dynamic:
            said["seed"] = self.seed
        return ", ".join(
            f"{word}={_quoted(str(value))}" for word, value in said.items() if value is not None
        )


def take_preference(
    request: Request, declares: Callable[[str], bool]
) -> Preference | Problem | None:
    """Return what is preferred, None for nothing, or what is wrong with it.

    The query parameters are taken out of the request, so that nothing else sees them; those that
    the operation declares itself stay.
    """
    said: dict[str, str] = {}
    if "__" in request.query_text:
        for word in WORDS:
            value = request.take(f"__{word}") if not declares(f"__{word}") else None
            said |= {word: value} if value else {}
    listed = read_preferences(request.headers["prefer"]) if "prefer" in request.headers else {}
    named = {word: listed[word] for word in WORDS if listed.get(word)}
    return _checked(named or said, "header" if named else "query") if named or said else None


def read_preferences(text: str) -> dict[str, str]:
    """Return preferences by name in small letters; the first of a name counts (RFC 7240 section
    2).
    """
    found: dict[str, str] = {}
    for match in _ITEM.finditer(text[:LONGEST]):
        value = (match[2] or "").strip()
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match[1].lower(), value)
    return found


def _checked(said: Mapping[str, str], place: str) -> Preference | Problem | None:
    code, dynamic = said.get("code"), said.get("dynamic", "false").lower()
    if code is not None and not re.fullmatch(r"[1-5]\d\d", code):
        return _wrong(
            place, "code", f"code must be a status of three digits, such as 404, not {code!r}"
        )
    if dynamic not in ("true", "false"):
        return _wrong(place, "dynamic", f"dynamic must be true or false, not {dynamic!r}")
    preference = Preference(
        int(code) if code else None, said.get("example"), dynamic == "true", said.get("seed")
    )
    return preference if preference.applied else None


def _wrong(place: str, word: str, text: str) -> Problem:
    name = "prefer" if place == "header" else f"__{word}"
    return Problem(
        ProblemKind.INVALID_QUERY, text, (Violation(place, (name,), "preference", text),)
    )


def _quoted(value: str) -> str:
    """Return a value as a token, quoted where it is none (RFC 9110 section 5.6.4)."""
    if re.fullmatch(r"[!#$%&'*+.^`|~\w-]+", value, re.ASCII):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
