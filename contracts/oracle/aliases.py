"""What the oracle's placeholders stand for on the server: pairs of values in, whether they agree
out; it learns.

A placeholder stands for one value for ever: an id or a creation date that changes later is a
difference. Two ids of one sequence never stand for the same value, and moments of later calls are
not before those of earlier ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.compare.placeholders import BLOCK, TOKEN, Made, PlaceholderSupply, is_number_token
from contracts.compare.scalars import is_integer, is_same_scalar, may_be_key
from mockserver.lookup import MISSING


class Aliases:
    """Learns from each pair that is compared."""

    def __init__(self, supply: PlaceholderSupply) -> None:
        self._supply = supply
        self._known: dict[Any, Any] = {}
        self._used: dict[tuple[int, str], str] = {}
        self._moments: list[tuple[int, Any]] = []

    def agree(self, expected: Any, actual: Any) -> bool:
        """Tell whether a scalar of the server is the expected one, and note what a placeholder in
        it stands for.
        """
        if isinstance(expected, Made):
            return bool(self._known.setdefault(expected, actual) == actual)
        if actual is MISSING:
            return False
        if _is_stamp(expected, self._supply.stamps):
            return self._agree_on_moment(expected, actual)
        if is_number_token(expected):
            return is_integer(actual) and self._learn(str(expected), str(actual))
        if isinstance(expected, str) and isinstance(actual, str):
            return self._agree_on_text(expected, actual)
        return is_same_scalar(expected, actual)

    def learn(self, value: Any, actual: Any) -> None:
        """Note what a key of ours is on the server, whatever its form."""
        if is_number_token(value) or (isinstance(value, str) and TOKEN.fullmatch(value)):
            self._known[str(value)] = actual

    def told(self, value: Any) -> Any:
        """Return the value as the server knows it; MISSING when it holds a placeholder that no
        reply has shown.
        """
        if isinstance(value, Mapping):
            return _whole({name: self.told(child) for name, child in value.items()})
        if isinstance(value, list):
            told = [self.told(child) for child in value]
            return MISSING if any(child is MISSING for child in told) else told
        if isinstance(value, Made) or _is_stamp(value, self._supply.stamps):
            return self._known.get(value, MISSING)
        if is_number_token(value):
            known = self._known.get(str(value))
            return MISSING if known is None else _as_number(known)
        if not isinstance(value, str):
            return value
        if value in self._known:
            return self._known[value]
        tokens = TOKEN.findall(value)
        if any(token not in self._known for token in tokens):
            return MISSING
        return TOKEN.sub(lambda found: str(self._known[found.group()]), value)

    def filled(self, value: Any) -> Any:
        """Return the value with every placeholder that is known replaced by what it stands for;
        others stay.
        """
        if isinstance(value, Mapping):
            return {name: self.filled(child) for name, child in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.filled(child) for child in value)
        if isinstance(value, str):
            value = TOKEN.sub(
                lambda found: str(self._known.get(found.group(), found.group())), value
            )
        known = self.told(value)
        return value if known is MISSING else known

    def _agree_on_text(self, expected: str, actual: str) -> bool:
        pieces, end = [], 0
        tokens = list(TOKEN.finditer(expected))
        for token in tokens:
            pieces += [
                re.escape(expected[end : token.start()]),
                f"({_form(token.group())})",
            ]
            end = token.end()
        found = re.fullmatch("".join([*pieces, re.escape(expected[end:])]), actual)
        if found is None:  # characters of private use that a client sent look like digits of ours
            return expected == actual or (not tokens and _same_moment(expected, actual))
        pairs = zip(tokens, found.groups(), strict=True)
        return all(self._learn(token.group(), text) for token, text in pairs)

    def take(self, block: int, keys: Iterable[str]) -> None:
        """Note keys that no new record of a sequence may get, because records had them from the
        start.
        """
        self._used |= {(block, key): key for key in keys}

    def _learn(self, token: str, actual: str) -> bool:
        if token in self._known:
            return bool(self._known[token] == actual)
        self._known[token] = actual
        if not token.isdigit():
            return True
        return self._used.setdefault((int(token) // BLOCK, actual), token) == token

    def _agree_on_moment(self, expected: Any, actual: Any) -> bool:
        if expected in self._known:
            return bool(self._known[expected] == actual)
        if _shape(expected) != _shape(actual):
            return False
        self._known[expected] = actual
        if not isinstance(actual, str) or not actual[:4].isdigit():
            return True
        call, fine = self._supply.stamps[expected], "." in actual
        in_order = all(
            (then == call)
            or (then < call and (was < actual or (was == actual and not fine)))
            or (then > call and (was > actual or (was == actual and not fine)))
            for then, was in self._moments
            if len(was) == len(actual)
        )
        self._moments.append((call, actual))
        return in_order


def _as_number(known: Any) -> Any:
    """Return a number that is known as a text; any other key is what it is."""
    return int(known) if isinstance(known, str) and known.isdigit() else known


def _is_stamp(value: Any, stamps: Mapping[Any, int]) -> bool:
    return may_be_key(value) and value in stamps


def _shape(value: Any) -> Any:
    """Return how a moment is written: every digit a 0, every letter an a."""
    return (
        re.sub(r"[a-z]", "a", re.sub(r"\d", "0", value.lower()))
        if isinstance(value, str)
        else type(value)
    )


def _form(token: str) -> str:
    if token[0] >= "\ue000":
        return rf"\d{{{len(token)}}}"
    return r"\d+" if token.isdigit() else r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _same_moment(one: str, other: str) -> bool:
    """Tell whether two texts are the same moment: 04:05:06Z is 04:05:06.0Z (RFC 3339 section
    5.6).
    """
    if not (_MOMENT.fullmatch(one) and _MOMENT.fullmatch(other)):
        return False
    try:
        return datetime.fromisoformat(one.upper()) == datetime.fromisoformat(other.upper())
    except ValueError:
        return False


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _whole(told: dict[str, Any]) -> Any:
    return MISSING if any(child is MISSING for child in told.values()) else told
