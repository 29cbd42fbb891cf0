"""Wire the rooms into one ASGI application: models in, an app that plays them all out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockserver.apis import Api, find_api, load_model
from mockserver.asgi.codec.encoding import Compression
from mockserver.asgi.cors import Cors, LiveCors
from mockserver.asgi.dispatch import Dispatcher, Forward, clashes
from mockserver.asgi.edge import Edge
from mockserver.asgi.located import LocationStage
from mockserver.asgi.look import LookStage
from mockserver.asgi.site.pages import Pages
from mockserver.asgi.threads import ThreadStage
from mockserver.control.admin import Admin, GuardedPages, SpaceDoor
from mockserver.control.console_pages import ConsolePages
from mockserver.control.control import Control, board_of
from mockserver.control.guard import AccessGuard
from mockserver.control.journal import Entry
from mockserver.control.recorder import Recorder
from mockserver.control.stub_stage import StubStage
from mockserver.defaults import MEMORY, MEMORY_MIB
from mockserver.errors import SettingsError, reason_of
from mockserver.extras import require
from mockserver.faults.faults import Faults
from mockserver.faults.middleware import FaultStage
from mockserver.faults.words import read_plan
from mockserver.generation.clock import Clock, SteeredClock, wall_clock
from mockserver.generation.supply import SeededSupply
from mockserver.model.types import Credential, Model, Security
from mockserver.seeding import DEFAULT, fixture_file, read_fixture, seed
from mockserver.seeding.examples import seed_examples
from mockserver.seeding.population import Population
from mockserver.seeding.recordings import is_recording, seed_recorded
from mockserver.slots import dataclass
from mockserver.space import Limits, Space
from mockserver.stores.base import Stores
from mockserver.stores.memory import MemoryStore
from mockserver.wheel import SharedWheel

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""
POLICIES = ("known", "any", "off")
KEY_SET = "jwks"
"""The word under which a key set is given among credentials."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How APIs are played.

    `fixtures` names the seed states (None: start empty); what they leave out starts with the
    examples of the document. `populate` is how many records each collection has at least. `auth` is
    who may call, see `with_auth`. `dynamic` makes each reply anew from its schema, as
    `Prefer: dynamic=true` does, and keeps no state. `callbacks` lets those of the document go to
    other machines, webhooks too; `webhooks` are the URLs to which these go where no client can ask
    for them.
    `rate_limit` holds callers to the API's quota. `admin` opens the control API and keeps a
    journal, to whom shows the `admin_token` or, without one, to this machine. `faults` is planned
    misbehavior, a file or a text in YAML. `spaces` bounds how many spaces are kept, and for how
    long. `references` are further folders and hosts that documents may refer to. `secrets` are
    names whose values are told nowhere, beside those that are known as such. `memory_mib`
    is what journal and spaces may keep together, roughly. `store` is where the
    state is kept: `memory`, or the address of a database, whose state stays as it is unless a
    `fresh` one is wanted.
    """

    seed: int = 0
    fixtures: str | None = DEFAULT
    populate: int = 0
    auth: Sequence[str] = ()
    validate_responses: bool = False
    dynamic: bool = False
    callbacks: bool = False
    webhooks: Sequence[str] = ()
    rate_limit: bool = False
    cors: bool = True
    clock: Clock = wall_clock
    spaces: Limits = field(default_factory=Limits)
    admin: bool = True
    admin_token: str | None = None
    faults: Path | str | None = None
    references: Sequence[str] = ()
    secrets: Sequence[str] = ()
    memory_mib: int = MEMORY_MIB
    store: str = MEMORY
    fresh: bool = False

    def __post_init__(self) -> None:
        said = (
            (self.auth,) if isinstance(self.auth, str) else tuple(self.auth)
        )  # a text is a sequence too, of letters
        object.__setattr__(self, "auth", said)


def make_space(api: Api, settings: Settings, database: Stores | None = None) -> Space:
    """Return an API with its state at the start. Raises an UnderstudyError when anything is wrong
    with it.
    """
    model = load_model(api)
    model = replace(model, security=with_auth(model, settings.auth))
    return space_of(model, api, settings, database)


def with_auth(model: Model, auth: Sequence[str]) -> Security:
    """Return who may call after the settings: `known`, `any`, `off`, `SCHEME=VALUE` for one more
    credential, or `jwks=FILE` for the keys of another issuer, whose tokens are let in. Raises
    SettingsError for a file that holds none.

    A scheme that this API does not have is another one's; `check_auth` finds those that none has.
    """
    security = model.security
    schemes = schemes_of(model)
    for said in auth:
        name, sign, value = said.partition("=")
        if sign and name == KEY_SET:
            security = replace(security, keys=(*security.keys, *read_key_set(Path(value))))
        elif not sign and name in POLICIES:
            security = replace(security, policy=name)
        elif sign and name in schemes:
            given = Credential(name, value, is_private=True)
            security = replace(security, credentials=(*security.credentials, given))
    return security


def schemes_of(model: Model) -> frozenset[str]:
    """Return what a credential may be for: the security schemes of the document, and groups of
    users.
    """
    groups = {each.scheme for each in model.security.credentials}
    return frozenset({*model.security.schemes, *groups, KEY_SET})


def read_key_set(file: Path) -> Sequence[Mapping[str, Any]]:
    """Return the keys of a key set (RFC 7517 section 5). Raises SettingsError."""
    from mockserver.generation.signatures import check_key  # imports PyJWT

    try:
        said = json.loads(file.read_text("utf-8"))
        keys = said.get("keys") if isinstance(said, Mapping) else None
        if not isinstance(keys, list) or not keys:
            raise ValueError('it must be {"keys": [...]}')
        for key in keys:
            check_key(key)
    except (OSError, ValueError) as error:
        raise SettingsError(f"--auth jwks={file}: no key set: {reason_of(error)}") from None
    return keys


def check_auth(models: Sequence[Model], auth: Sequence[str]) -> None:
    """Raise SettingsError for a word that is no policy, and for a scheme that none of the APIs
    has.
    """
    known = frozenset().union(*map(schemes_of, models))
    for said in auth:
        name, sign, _ = said.partition("=")
        if name not in (known if sign else POLICIES):
            schemes = ", ".join(sorted(known - {KEY_SET})) or "none here"
            words = "known, any, off or SCHEME=VALUE, jwks=FILE for a key set"
            raise SettingsError(f"--auth {said}: say {words} (schemes: {schemes})")


def space_of(
    model: Model, api: Api | None, settings: Settings, database: Stores | None = None
) -> Space:
    """Return a model with its state: that which a database has, else the one at the start."""
    wheel = None
    if database is not None:
        wheel = SharedWheel(database.board, model.name, "")
    clock = SteeredClock(settings.clock, wheel)
    supply = SeededSupply(model.document.spec, settings.seed, clock)
    if database is not None and not settings.fresh:
        known = database.begun(model.name)
        if known is not None:
            return Space(
                model,
                known,
                supply,
                clock,
                board=database.board,
            )
    start = MemoryStore()
    space = Space(model, start, supply, clock)
    _fill(space, api, settings)
    if database is None:
        return space
    store = database.begin(model.name, start, anew=settings.fresh)
    if wheel is not None and settings.fresh:
        wheel.forget()
    return replace(space, store=store, board=database.board)


def _fill(space: Space, api: Api | None, settings: Settings) -> None:
    """Put the first records into a space."""
    model, supply = space.model, space.supply
    if settings.fixtures is not None:
        path = fixture_file(api.fixtures if api else None, settings.fixtures)
        seed_examples(model, space.store, supply, _seeded(space, path))
    if settings.populate:
        fresh = SeededSupply(model.document.spec, settings.seed, space.clock, fresh=True)
        Population(model, space.store, supply, fresh).fill(settings.populate)


def open_database(address: str) -> Stores | None:
    """Return the database that an address names, None for memory. Raises SettingsError."""
    if address == MEMORY:
        return None
    kind = address.partition(":")[0]
    extra = "postgresql" if kind.startswith("postgres") else "sql"
    require(extra, f"--store {kind}", "sqlalchemy")
    from mockserver.stores.database import Database
    from mockserver.stores.sql import SqlDatabase

    return SqlDatabase(Database(address))


def _seeded(space: Space, path: Path | None) -> Collection[str]:
    """Put what a file holds, a fixture or a recording, into a space; return the resources that it
    tells of.
    """
    if path is None:
        return ()
    if is_recording(path):
        return seed_recorded(space.model, space.store, path)
    records = read_fixture(path)
    seed(space.model, space.store, space.supply, records, str(path))
    return records


def make_edges(names: Sequence[str], settings: Settings) -> list[Edge]:
    """Return an edge for each API, each under base paths of its own.

    Where two APIs have a path in common, every API moves under its name: `/name/...`.
    """
    apis = [find_api(name, settings.references) for name in names]
    database = open_database(settings.store)
    spaces = [make_space(api, settings, database) for api in apis]
    _check_names(spaces)
    check_auth([space.model for space in spaces], settings.auth)
    edges = [_edge(space, "", settings) for space in spaces]
    if clashes(edges):
        edges = [_edge(space, f"/{quote(space.model.name)}", settings) for space in spaces]
    return edges


def _check_names(spaces: Sequence[Space]) -> None:
    """Raise SettingsError for two APIs of one name: a path or a document could not say which is
    meant.
    """
    names = [space.model.name for space in spaces]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(
            f"two APIs are called {twice!r}: name each once, or rename one's file or folder"
        )


def _edge(space: Space, under: str, settings: Settings) -> Edge:
    return Edge(
        space,
        space.model.base_paths,
        under=under,
        validate_responses=settings.validate_responses,
        dynamic=settings.dynamic,
        callbacks_anywhere=settings.callbacks,
        rate_limit=settings.rate_limit,
        limits=settings.spaces,
        webhooks=settings.webhooks,
    )


def make_app(names: Sequence[str], settings: Settings | None = None) -> App:
    """Return an ASGI application that plays these APIs."""
    settings = settings or Settings()
    return wire(make_edges(names, settings), settings)


def make_control(edges: Sequence[Edge], settings: Settings) -> Control:
    """Return what looks inside and steers: an empty journal and the planned faults. Raises
    SettingsError.
    """
    plan = read_plan(settings.faults) if settings.faults else None
    operations = {
        edge.space.model.name: [each.label for each in edge.space.model.operations]
        for edge in edges
    }
    faults = Faults(plan, operations=operations, board=board_of(edges))
    control = Control(edges, settings.memory_mib, faults, settings.secrets)
    if settings.fresh and control.board.is_shared:
        control.begin_afresh()
    return control


def wire(
    edges: Sequence[Edge],
    settings: Settings,
    control: Control | None = None,
    forward: Forward | None = None,
    sink: Callable[[Entry], None] | None = None,
    journal: bool = False,
    lenient: bool = True,
) -> App:
    """Put what surrounds the edges around them: the stage that chooses, documents, faults, journal
    and CORS.

    `forward` answers in the place of the edges, `sink` gets each entry of the journal, which is
    kept where the control API is open, a sink wants it, or `journal` says so. Where it is not
    `lenient`, a path without its base path leads nowhere. Raises SettingsError when the file of
    faults is wrong.
    """
    control = control or make_control(edges, settings)
    guard = AccessGuard(settings.admin_token)
    pages = Pages([(edge.space.model, edge.bases) for edge in edges], settings.admin)
    shown: App = ConsolePages(pages) if settings.admin else pages
    reserved: App = GuardedPages(shown, guard)
    if settings.admin:
        reserved = Admin(reserved, control, guard)
    dispatcher = Dispatcher(edges, reserved, SpaceDoor(control, guard), forward)
    is_live = forward is not None
    is_durable = any(edge.space.store.is_durable for edge in edges)
    answering: App = ThreadStage(dispatcher) if is_durable else dispatcher
    answering = StubStage(answering, control.stubs, edges)
    app: App = FaultStage(answering, edges, control.faults, is_live)
    if settings.admin or sink is not None or journal:
        sinks: list[Callable[[Entry], None]] = [control.figures.note, control.feed.note]
        if not is_durable:  # what a database keeps takes no memory
            sinks.append(control.memory.note)
        if sink is not None:
            sinks.append(sink)
        app = Recorder(app, control.journal, sinks)
    if settings.cors:
        app = LiveCors(app) if is_live else Cors(app)
    if control.board.is_shared:
        app = LookStage(app, control.board)
    control.app = LocationStage(Compression(app), edges, lenient=lenient and not is_live)
    whole: App = control.app
    return whole
