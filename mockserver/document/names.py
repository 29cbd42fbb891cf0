"""Names for schema components: one for each place, short, and never the same twice."""

from __future__ import annotations

import re

from mockserver.document.pointers import Place, join, split


class Names:
    """The names given so far. `home` is the way to the schemas section of the document."""

    def __init__(self, home: tuple[str, ...]) -> None:
        self._home = home
        self._names: dict[Place, str] = {}
        self._taken: set[str] = set()

    def __contains__(self, place: Place) -> bool:
        return place in self._names

    def __getitem__(self, place: Place) -> str:
        return self._names[place]

    def give(self, place: Place, tokens: list[str]) -> str:
        """Give a place the shortest free name that the end of `tokens` makes, with a number if need
        be.

        Names keep to what a component may be called (OpenAPI 3.0.3, section 4.7.7), so that nobody
        has to unescape a reference to them.
        """
        words = [word for token in tokens if (word := re.sub(r"[^A-Za-z0-9._-]+", "_", token))] or [
            "Schema"
        ]
        names = ["_".join(words[-length:]) for length in range(1, len(words) + 1)]
        name, number = next((name for name in names if name not in self._taken), names[-1]), 1
        while name in self._taken:
            number += 1
            name = f"{names[-1]}_{number}"
        self._taken.add(name)
        self._names[place] = name
        return name

    def share(self, place: Place, name: str) -> None:
        """Let a further place go by a name that was given, unless it has one."""
        self._names.setdefault(place, name)

    def is_taken(self, name: str) -> bool:
        """Tell whether some component has that name."""
        return name in self._taken

    def reference(self, place: Place) -> str:
        """Write the local reference to a place that has a name, giving it one if it has none."""
        if place not in self._names:
            stem = re.split(r"[/\\]", place.source)[-1].partition(".")[0]
            self.give(place, [stem, *split(place.pointer)])
        return self.local(self._names[place])

    def local(self, name: str) -> str:
        """Write the local reference to a name."""
        return "#" + join([*self._home, name])

    def origins(self) -> dict[str, Place]:
        """Tell for the pointer of each component where it came from."""
        return {self.local(name)[1:]: place for place, name in reversed(self._names.items())}
