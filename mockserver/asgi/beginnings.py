"""Compare the beginning of a path with templates: whether it is under one, and how near it is to
one.
"""

from __future__ import annotations


def nearness(template: str, path: str) -> int:
    """Tell how much of the beginning of a path a template has: two for each fixed segment, one for
    a parameter.
    """
    near = 0
    for want, have in zip(_steps(template), _steps(path), strict=False):
        if want != have and "{" not in want:
            break
        near += 2 if want == have else 1
    return near


def is_under(path: str, template: str) -> bool:
    """Tell whether a path begins with the segments of a template."""
    wanted, given = _steps(template), _steps(path)
    return len(given) >= len(wanted) and all(
        "{" in want or want == have for want, have in zip(wanted, given, strict=False)
    )


def segment_at(path: str, template: str, name: str) -> str:
    """Return the segment in the place of a parameter, empty where the path is not under the
    template or has none.
    """
    wanted = _steps(template)
    place = f"{{{name}}}"
    return _steps(path)[wanted.index(place)] if place in wanted and is_under(path, template) else ""


def _steps(path: str) -> list[str]:
    return path.strip("/").split("/")
