"""Hand a call over to a function of the user's own: a hook and a scene in, its reply out.

What goes wrong in it is an error of the API (500) that tells what, and where in the user's file;
nothing of what it changed is applied.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from mockserver.behavior.scene import Scene
from mockserver.call import Problem, ProblemKind, Refused, Reply
from mockserver.model.types import Hook
from mockserver.state import Put


def run_hook(hook: Hook, scene: Scene) -> Reply:
    """Return the reply of a hook. Raises Refused where it does, and for what it does wrong."""
    try:
        reply = hook.function(scene)
    except Refused:
        raise
    except Exception as error:
        what = f"raised {type(error).__name__}: {error}"
        raise _broken(hook, f"{what}{_place(error, hook)}") from error
    if not isinstance(reply, Reply):
        raise _broken(hook, f"returned {type(reply).__name__}, not a Reply")
    for text in _wrong_changes(scene):
        raise _broken(hook, text)
    return reply


def _broken(hook: Hook, text: str) -> Refused:
    """Return the refusal of a call whose hook does something wrong."""
    problem = Problem(ProblemKind.INTERNAL, f"the hook {hook.place} {text}")
    return Refused(problem)


def _place(error: Exception, hook: Hook) -> str:
    """Return the line of the user's file in which an error came up."""
    file = hook.place.partition(":")[0]
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if frame.filename.endswith(file):
            return f" ({file}:{frame.lineno})"
    return ""


def _wrong_changes(scene: Scene) -> Iterator[str]:
    """Yield what is wrong with the changes that a hook has made."""
    for change in scene.draft.changes:
        if not isinstance(change, Put):
            continue
        name = change.collection.resource
        resource = scene.model.resources.get(name)
        if resource is None:
            known = ", ".join(sorted(scene.model.resources))
            yield f"puts a record of {name!r}, which is no resource (known: {known})"
        elif len(change.collection.parents) != len(resource.split):
            wanted = ", ".join(parent.param for parent in resource.split)
            yield f"puts a record of {name!r} below other parents than {wanted or 'none'}"
