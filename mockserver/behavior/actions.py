"""What ACTION operations do, by name: a table from the word in the semantics to a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.behavior.scene import unwrapped
from mockserver.behavior.template import fill
from mockserver.call import Call, Decision, Problem, ProblemKind, Refused, Reply, Supply
from mockserver.model.semantics import MOMENTS
from mockserver.model.types import Model


def log_in(model: Model, call: Call, supply: Supply) -> Decision:
    """Answer with the token of the user whose name and password were sent."""
    settings = call.operation.action.settings if call.operation.action else {}
    body = unwrapped(call)
    body = body if isinstance(body, Mapping) else {}
    name, password = settings.get("name", "username"), settings.get("password", "password")
    sent = f"{body.get(name)}:{body.get(password)}"
    users = [
        known
        for known in model.security.credentials
        if known.scheme == settings.get("users", "users")
    ]
    if not any(known.value == sent for known in users):
        raise Refused(Problem(ProblemKind.LOGIN_REFUSED, "no such user and password"))
    tokens = (
        known.value for known in model.security.credentials if known.scheme == settings["gives"]
    )
    token = next(tokens)
    if "reply" not in settings:
        return Decision(Reply({settings.get("as", "token"): token}))
    told = {"token": token, "name": body.get(name), **_moments(supply)}
    return Decision(Reply(fill(settings["reply"], told)))


def _moments(supply: Supply) -> dict[str, Any]:
    """Return the present moment in each style, by the name that a template has for it."""
    return {style.replace("-", "_"): supply.stamp(style) for style in MOMENTS}


def tell_time(model: Model, call: Call, supply: Supply) -> Decision:
    """Answer with the present moment, under each property in the style that is said for it."""
    settings = call.operation.action.settings if call.operation.action else {}
    return Decision(Reply({name: supply.stamp(style) for name, style in settings.items()}))


ACTIONS: Mapping[str, Callable[[Model, Call, Supply], Decision]] = {
    "log_in": log_in,
    "tell_time": tell_time,
}


def act(model: Model, call: Call, supply: Supply) -> Decision:
    """Carry out the action that the operation names."""
    name: Any = call.operation.action.name if call.operation.action else ""
    return ACTIONS[name](model, call, supply)
