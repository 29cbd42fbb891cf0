"""What no word says: the price of a parcel."""

from __future__ import annotations

from mockserver.hooks import Problem, ProblemKind, Refused, Reply, Scene


def quote(scene: Scene) -> Reply:
    """Return the price of a parcel; one that nobody can carry is refused."""
    weight = scene.sent["weight"]
    if weight > 30:
        raise Refused(Problem(ProblemKind.INVALID, "nobody can carry that"))
    return Reply({"price": 4 + weight})
