"""Tell users of an API's own by their names and passwords: a call and the state in, a refusal or
the record of who calls out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.call import Call, Problem, ProblemKind, Refused, Reply
from mockserver.model.issuer.accounts import PASSWORDS, USER_NAMES
from mockserver.model.issuer.logins import plain_name
from mockserver.model.types.issuer import Account, OwnAccount
from mockserver.state import Collection, Condition, Query, Reader, Record, key_of

Accounts = tuple[Account, ...]
LOOKED_AT = 50
"""Users of whom one is looked for who has a password: without any, every log-in is let in."""


def check_log_in(
    accounts: Accounts,
    call: Call,
    reader: Reader,
) -> None:
    """Raise Refused where a call sends the password of nobody. Who was not made with a password,
    as a record of a seed, has any.
    """
    names, password = _sent(call.body)
    if not names or password is None:
        return
    user = _user(accounts, names, reader)
    if user is None and not _has_passwords(accounts, reader):
        return
    known = {key_of(password)}
    if user is not None:
        known = set(_passwords(accounts, user)) or known
    if user is None or key_of(password) not in known:
        text = "no such user and password"
        problem = Problem(ProblemKind.LOGIN_REFUSED, text)
        raise Refused(problem)


def with_caller(
    own: OwnAccount,
    call: Call,
    reader: Reader,
    reply: Reply,
) -> Reply:
    """Return a reply that shows the record of who calls, or logs in; as it is where that is none of
    the users.
    """
    names, _ = _sent(call.body)
    if not own.adds:
        names = [call.principal.name] if call.principal is not None else []
    user = _user(own.accounts, names, reader) if names else None
    if user is None:
        return reply
    shown = {name: user[name] for name in own.names if name in user}
    return Reply(_placed(reply.value, own, shown))


def _placed(
    value: Any,
    own: OwnAccount,
    shown: Record,
) -> Any:
    """Return a body with a record at its place."""
    around = value if isinstance(value, Mapping) else {}
    if own.place:
        (step,) = own.place
        inner = replace(own, place=())
        return {**around, step: _placed(around.get(step), inner, shown)}
    return {**around, **shown} if own.adds else shown


def _sent(body: Any) -> tuple[list[Any], Any]:
    """Return the names and the password in a body, at the top or in one object."""
    if not isinstance(body, Mapping):
        return [], None
    names, password = [], None
    for name, value in body.items():
        plain = plain_name(str(name))
        if plain in USER_NAMES and isinstance(value, str | int):
            names.append(value)
        if plain in PASSWORDS:
            password = value
    if password is not None:
        return names, password
    for value in body.values():
        if isinstance(value, Mapping):
            return _sent(value)
    return [], None


def _user(
    accounts: Accounts,
    names: list[Any],
    reader: Reader,
) -> Record | None:
    """Return the user who has one of some names, None where nobody has."""
    for account in accounts:
        for field in account.names:
            named = Condition(field, tuple(names))
            query = Query(where=(named,), limit=1)
            users = Collection(account.resource)
            selection = reader.select(users, query)
            for found in selection.found:
                return found.record
    return None


def _passwords(accounts: Accounts, user: Record) -> list[str]:
    """Return the passwords that a user was made with: one, or none."""
    fields = dict.fromkeys(account.password for account in accounts)
    return [key_of(user[field]) for field in fields if user.get(field) is not None]


def _has_passwords(accounts: Accounts, reader: Reader) -> bool:
    """Tell whether somebody was made with a password."""
    for account in accounts:
        users = Collection(account.resource)
        selection = reader.select(users, Query(limit=LOOKED_AT))
        for found in selection.found:
            if _passwords(accounts, found.record):
                return True
    return False
