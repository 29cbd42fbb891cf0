"""Where the references of a document may lead: its own folder or host, and what was allowed beside.

A document is often somebody else's. What it takes in is shown to whoever asks for the document, and
sent to whoever is called by it, so it may take in nothing but what lies beside it:

    /home/u/shop/openapi.yaml    $ref: models/pet.yaml        taken in
                                 $ref: ../../.ssh/id_rsa      refused, as is a link that leads there
    https://shop.example/a.yaml  $ref: /models/pet.yaml       taken in
                                 $ref: https://other.example  refused, as is a redirect to there
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from mockserver.errors import SettingsError
from mockserver.slots import dataclass

_HOST = re.compile(
    r"(localhost|\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)(:\d+)?|[A-Za-z0-9-]+:\d+"
)
ALLOW_HOST = "keep a copy beside the document, or allow its host by --allow-references HOST"
"""What to do about what another host has."""


def is_url(location: str) -> bool:
    """Tell an http(s) URL from a path."""
    return location.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Reach:
    """Folders, as real paths, and hosts, `name` or `name:port`, that references may lead to."""

    folders: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    def with_folder(self, folder: str) -> Reach:
        """Return this and what lies in a folder."""
        return replace(self, folders=self.folders | {_real(folder)})

    def with_host_of(self, url: str) -> Reach:
        """Return this and the host, with its port, of a URL."""
        return replace(self, hosts=self.hosts | {urlsplit(url).netloc.lower()})

    def admits(self, location: str) -> bool:
        """Tell whether a path or URL is within reach. Links in a path are followed first.

        Raises ValueError for what is no URL.
        """
        if is_url(location):
            parts = urlsplit(location)
            names = {parts.netloc.lower(), (parts.hostname or "").lower()}
            return not self.hosts.isdisjoint(names)
        try:
            path = _real(location)
        except ValueError:  # a null character
            return False
        return any(_is_within(path, folder) for folder in self.folders)


NOTHING = Reach()


def read_reach(allowed: Iterable[str]) -> Reach:
    """Return the reach that `--allow-references` gives, each a folder that is there or a host.

    Raises SettingsError.
    """
    reach = NOTHING
    for said in allowed:
        if os.path.isdir(said):
            reach = reach.with_folder(said)
        elif is_url(said):
            reach = reach.with_host_of(said)
        elif _HOST.fullmatch(said):
            reach = replace(reach, hosts=reach.hosts | {said.lower()})
        else:
            raise SettingsError(
                f"--allow-references {said}: there is no such folder, and no host is called so"
            )
    return reach


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path or "."))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
