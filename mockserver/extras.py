"""What a plain installation goes without: an extra and its packages in, an error that says how to
install them out where one is missing.
"""

from __future__ import annotations

from importlib.util import find_spec

from mockserver.errors import MissingExtraError


def require(extra: str, purpose: str, *packages: str) -> None:
    """Raise MissingExtraError unless the packages that an extra brings for a purpose are
    installed. Nothing is imported.
    """
    if not is_installed(*packages):
        raise MissingExtraError(purpose, extra)


def is_installed(*packages: str) -> bool:
    """Tell whether packages can be imported; none is."""
    return all(find_spec(package) is not None for package in packages)
