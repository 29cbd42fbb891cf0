"""The rules for an API as a whole: where it is served, and how callers show who they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.changes.types import Found, Level, Place, Rule, Where
from contracts.openapi import Spec
from mockserver.document.pointers import join
from mockserver.model.servers import base_paths

BREAKING, WARNING, INFO = Level
API = Place(where=Where.API)


@dataclass(frozen=True, slots=True)
class ApiPair:
    """A document as it was and as it is."""

    old: Spec
    new: Spec


ApiRule = Rule[ApiPair]


def base_path_removed(pair: ApiPair) -> Iterator[Found]:
    there = base_paths(pair.new)
    for base in base_paths(pair.old):
        if base not in there:
            told = (
                f"it is no longer served below {base or '/'}, but below "
                f"{', '.join(each or '/' for each in there)}"
            )
            yield Found(told, "/servers", "/servers", place=API)


def server_removed(pair: ApiPair) -> Iterator[Found]:
    there, paths = _servers(pair.new), base_paths(pair.new)
    for url in _servers(pair.old):
        if url not in there and any(url.rstrip("/").endswith(base) for base in paths) and there:
            yield Found(f"the server {url} is gone", "/servers", "/servers", place=API)


def server_added(pair: ApiPair) -> Iterator[Found]:
    known = _servers(pair.old)
    for url in _servers(pair.new):
        if url not in known:
            yield Found(f"the server {url} is new", "/servers", "/servers", place=API)


def _servers(spec: Spec) -> list[str]:
    return [
        str(each.get("url", "")) for each in spec.get("servers") or () if isinstance(each, Mapping)
    ]


def _schemes(spec: Spec) -> Mapping[str, Mapping[str, Any]]:
    return (spec.get("components") or {}).get("securitySchemes") or {}


def security_scheme_changed(pair: ApiPair) -> Iterator[Found]:
    old, new = _schemes(pair.old), _schemes(pair.new)
    for name in old:
        changed = [
            word
            for word in ("type", "in", "name", "scheme")
            if name in new and _said(old[name], word) != _said(new[name], word)
        ]
        if changed:
            told = ", ".join(
                f"{word} was {old[name].get(word)} and is {new[name].get(word)}" for word in changed
            )
            pointer = join(["components", "securitySchemes", name])
            yield Found(
                f"credentials for {name} are sent otherwise: {told}", pointer, pointer, place=API
            )


def _said(scheme: Mapping[str, Any], word: str) -> str:
    said = str(scheme.get(word, ""))
    return said.lower() if word == "scheme" or scheme.get("in") == "header" else said


API_RULES: tuple[ApiRule, ...] = (
    Rule(
        "base-path-removed",
        BREAKING,
        "The API is no longer served below a path.",
        base_path_removed,
    ),
    Rule("server-removed", WARNING, "A server is gone, though not its path.", server_removed),
    Rule("server-added", INFO, "There is another server.", server_added),
    Rule(
        "security-scheme-changed",
        BREAKING,
        "Credentials are sent otherwise.",
        security_scheme_changed,
    ),
)
