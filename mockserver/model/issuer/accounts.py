"""Find the users of an API that it makes itself, with their passwords: operations and resources in,
the operations that know them out.

    POST /users     {email, password, name}     makes a user
    POST /login     {email, password}           gives a token to who is known, and to nobody else
    GET  /me        {id, email, name}           shows who calls

Users are the records of a collection that is sent a password and a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from mockserver.model.issuer.logins import WEAK_NAMES, last_word, plain_name
from mockserver.model.paths import parameter_names
from mockserver.model.types import Described, DescribedSchema, Kind, Operation, Resource
from mockserver.model.types.issuer import Account, Desk, OwnAccount

PASSWORDS = frozenset({"password", "passwd", "pwd", "userpassword", "passphrase"})
"""Properties that hold a password, in small letters and without separators."""
USER_NAMES = frozenset(
    {
        "email",
        "emailaddress",
        "handle",
        "login",
        "loginname",
        "mail",
        "nickname",
        "phone",
        "phonenumber",
        "useremail",
        "userid",
        "username",
    }
)
"""Those that hold a name by which somebody logs in."""
REGISTERS = frozenset({"register", "registration", "signup", "sign-up"})
"""Last words of paths at which somebody becomes a user."""
CALLER = frozenset(
    {"account", "current", "current-user", "me", "myself", "profile", "self", "user", "whoami"}
)
"""Last words of paths that show who calls."""

Operations = tuple[Operation, ...]
Resources = Mapping[str, Resource]


def with_accounts(operations: Operations, resources: Resources) -> Operations:
    """Return the operations, with the users among whom log-ins look, and those that show who
    calls.
    """
    accounts = tuple(dict.fromkeys(_accounts(operations, resources)))
    logs_in = any(_logs_in(operation) for operation in operations)
    if not accounts or not logs_in:
        return operations
    users = {account.resource for account in accounts}
    schemas = {resources[name].record.name for name in users}
    known = []
    for operation in operations:
        own = _own(operation, accounts, schemas)
        is_checked = _logs_in(operation) and operation.resource not in users
        asked = accounts if is_checked else ()
        known.append(replace(operation, accounts=asked, own=own))
    return tuple(known)


def takes_user(schema: DescribedSchema) -> bool:
    """Tell whether what is sent has a password and the name of who has it, at the top or in one
    object.
    """
    inner = [child for child in schema.properties.values() if child.is_object]
    return any(_names(each) and _password(each) for each in (schema, *inner))


def _accounts(operations: Sequence[Operation], resources: Resources) -> Iterator[Account]:
    """Yield the users that operations make."""
    for operation in operations:
        resource = resources.get(operation.resource or "")
        if operation.kind not in (Kind.CREATE, Kind.UPSERT) or resource is None:
            continue
        if resource.split or resource.key is None:
            continue
        stored = [operation.spelling.get(name, name) for name in sorted(operation.carries)]
        names = [name for name in stored if plain_name(name) in USER_NAMES]
        passwords = [name for name in stored if plain_name(name) in PASSWORDS]
        if names and passwords:
            yield Account(resource.name, tuple(names), passwords[0])


def _logs_in(operation: Operation) -> bool:
    """Tell whether an operation gives a token to who sends a name and a password."""
    duty = operation.duty
    if duty is None or duty.desk is not Desk.LOG_IN:
        return False
    return takes_user(operation.described.sent_schema)


def _own(
    operation: Operation, accounts: tuple[Account, ...], schemas: Collection[str]
) -> OwnAccount | None:
    """Return how an operation without state shows the user who calls, or logs in, None where it
    does not.
    """
    logs_in = _logs_in(operation)
    if operation.kind is not Kind.STATELESS or not (logs_in or _is_about_caller(operation)):
        return None
    named: set[str] = set()
    for account in accounts:
        named.update(account.names)
    for place, shown in _objects(operation.described.success_schema(operation.success)):
        readable = []
        for name, child in shown.properties.items():
            if not child.is_write_only and not (logs_in and plain_name(name) in WEAK_NAMES):
                readable.append(name)
        is_user = bool(shown.name) and shown.name in schemas
        if is_user or not named.isdisjoint(readable):
            return OwnAccount(accounts, place, tuple(readable), logs_in)
    return None


def _is_about_caller(operation: Operation) -> bool:
    """Tell whether a path says that it shows who calls, and nobody may call it without saying
    that.
    """
    is_said = last_word(operation.path) in CALLER and not parameter_names(operation.path)
    return operation.method == "GET" and is_said and _needs_credentials(operation.described)


def _objects(schema: DescribedSchema) -> Iterator[tuple[tuple[str, ...], DescribedSchema]]:
    """Yield an object and those in it, each with its place."""
    yield (), schema
    for name, child in schema.properties.items():
        if child.is_object:
            yield (name,), child


def _needs_credentials(described: Described) -> bool:
    """Tell whether nobody may call an operation without showing who calls."""
    needed = described.security
    return bool(needed) and {} not in (needed or ())


def _names(schema: DescribedSchema) -> bool:
    return not USER_NAMES.isdisjoint(map(plain_name, schema.properties))


def _password(schema: DescribedSchema) -> bool:
    return not PASSWORDS.isdisjoint(map(plain_name, schema.properties))
