"""Compile a document and a semantics file into a Model; all doubt about an API is settled here,
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.document.document import Document
from mockserver.errors import SemanticsError
from mockserver.model.announcements import announcements_of
from mockserver.model.dependents import with_dependents
from mockserver.model.describe import Schemas, describe, describe_webhooks
from mockserver.model.formula.computation import with_demands, with_formulas
from mockserver.model.issuer.accounts import with_accounts
from mockserver.model.issuer.issuers import NO_DUTIES, Duties, find_duties, with_duties
from mockserver.model.life.beginnings import with_beginnings
from mockserver.model.life.departures import with_departures
from mockserver.model.life.idempotency import with_keys
from mockserver.model.life.jobs import with_jobs
from mockserver.model.life.revisions import with_revisions
from mockserver.model.life.turns import with_turns
from mockserver.model.life.versions import with_versions
from mockserver.model.memberships import with_memberships
from mockserver.model.operations import OperationCompiler, with_heads
from mockserver.model.places.atlas import declared_paths, draw_atlas
from mockserver.model.places.homes import join_places
from mockserver.model.places.pairs import with_pairs
from mockserver.model.places.plainlists import with_value_lists
from mockserver.model.places.registers import with_registers
from mockserver.model.places.survey import survey
from mockserver.model.purpose.kinds import leave_unknowable
from mockserver.model.purpose.origins import with_origins
from mockserver.model.quotas import compile_quotas
from mockserver.model.refusals import compile_errors
from mockserver.model.relatives import with_relatives
from mockserver.model.resources import compile_resources, resource_views, unknown_resources
from mockserver.model.semantics import attempt, tell_mistakes, unknown_names
from mockserver.model.servers import base_paths
from mockserver.model.statistics import with_figures
from mockserver.model.stocks import with_given
from mockserver.model.tenants import compile_tenancy
from mockserver.model.types import Credential, Habits, Model, Operation, Security, XmlHabits
from mockserver.model.uniqueness import with_uniqueness

DEFAULT_CREDENTIAL = "understudy"
"""The key, token, user and password that a mock knows when the semantics name none."""
CLIENTS = "clients"
"""The group of credentials with which clients show themselves to who gives tokens."""
USERS = "users"
"""The group of those with which users do."""


def compile_model(
    document: Document,
    semantics: Mapping[str, Any],
    source: str = "semantics",
) -> Model:
    """Return the Model of an API. Raises SemanticsError when the semantics do not fit the
    document.
    """
    spec = document.spec
    schemas = Schemas(spec)
    described = describe(spec, schemas)
    defaults = semantics.get("defaults", {})
    said_of_operations = semantics.get("operations", {})
    duties = find_duties(described, _schemes(spec), said_of_operations)
    of_records = [each for label, each in described.items() if not duties.plays(label)]
    surveyed = with_value_lists(survey(of_records), declared_paths(semantics))
    joined = join_places(surveyed, declared_paths(semantics))
    registered = with_registers(joined, declared_paths(semantics))
    spots = with_pairs(registered, declared_paths(semantics))
    atlas = draw_atlas(spots, semantics, source)
    resources = with_relatives(compile_resources(atlas, defaults))
    said = semantics.get("resources", {})
    lost = [*atlas.mistakes, *unknown_resources(resources, source)]
    named = unknown_names(semantics, resources, schemas, _schemes(spec), source)
    mistakes = [*lost, *named]
    errors = attempt(mistakes, compile_errors, semantics.get("errors", {}), source)
    security = attempt(mistakes, compile_security, spec, semantics, source, duties)
    habits = attempt(mistakes, compile_habits, spec, defaults, source)
    operations: tuple[Operation, ...] = ()
    if errors is not None and not lost:
        resources, wrong = with_formulas(resources, said, source)
        mistakes += wrong
        views = resource_views(atlas)
        compiler = OperationCompiler(atlas, schemas, resources, views, semantics, errors, source)
        operations = attempt(mistakes, compiler.compile) or ()
        operations, wrong = with_demands(operations, resources, said_of_operations, source)
        mistakes += wrong
    tell_mistakes(mistakes)
    operations, resources = with_memberships(operations, resources, atlas)
    assert errors is not None, "its mistakes have been told"
    assert security is not None, "its mistakes have been told"
    assert habits is not None, "its mistakes have been told"
    operations, resources = with_jobs(operations, resources, schemas, said)
    operations, resources = with_departures(operations, resources, schemas, said)
    known = leave_unknowable(operations, resources, atlas.declared)
    operations = with_figures(with_heads(known), resources)
    operations, resources = with_versions(operations, resources, said, source)
    operations = with_keys(operations, said_of_operations)
    operations, resources = with_turns(operations, resources)
    operations = with_origins(operations, resources)
    resources = with_beginnings(resources, operations)
    resources = with_uniqueness(resources, operations, said)
    resources = with_dependents(resources, operations, said)
    resources = with_revisions(resources, operations, said)
    webhooks = describe_webhooks(spec, schemas)
    return Model(
        document=document,
        base_paths=base_paths(spec),
        resources=with_given(resources, operations, atlas),
        operations=with_accounts(with_duties(operations, described, duties), resources),
        errors=errors,
        security=security,
        schemas=schemas,
        habits=habits,
        made=duties.made,
        announcements=announcements_of(webhooks, operations, resources),
    )


def compile_habits(
    spec: Mapping[str, Any],
    defaults: Mapping[str, Any],
    source: str,
) -> Habits:
    """Return how an API behaves in general. Raises SemanticsError for a rate limit of no sense, and
    for a tenant that no server has.
    """
    return Habits(
        slash=defaults.get("slash", "accept"),
        headers=defaults.get("headers", {}),
        unimplemented=frozenset(defaults.get("unimplemented", ())),
        xml=XmlHabits(**defaults.get("xml", {})),
        extensions=defaults.get("extensions", {}),
        list_headers=defaults.get("list_headers", True),
        format=defaults.get("format", ""),
        empty_segment=defaults.get("empty_segment", "no_route"),
        tenancy=compile_tenancy(spec, defaults.get("tenant"), source),
        quotas=compile_quotas(defaults.get("rate_limit", ()), source),
        request_media_types=tuple(defaults.get("request_media_types", ())),
        empty_query=defaults.get("empty_query", "value"),
        coerce=frozenset(defaults.get("coerce", ())),
    )


def compile_security(
    spec: Mapping[str, Any],
    semantics: Mapping[str, Any],
    source: str,
    duties: Duties = NO_DUTIES,
) -> Security:
    """Return who may call. Without credentials in the semantics, DEFAULT_CREDENTIAL opens every
    scheme, and is the client and the user to whom tokens are given.
    """
    schemes = _schemes(spec)
    said = semantics.get("security", {})
    for name in said:
        if name not in schemes:
            known = f"known schemes: {', '.join(schemes) or 'none'}"
            raise SemanticsError(source, f"no security scheme {name!r}", f"/security/{name}", known)
    credentials = [_credential(each) for each in semantics.get("credentials", ())]
    named = {each.scheme for each in credentials}
    credentials += [
        _default_credential(name, each) for name, each in schemes.items() if name not in named
    ]
    for group in (CLIENTS, USERS) if duties.has_grants else ():
        if group not in named:
            credentials.append(Credential(group, f"{DEFAULT_CREDENTIAL}:{DEFAULT_CREDENTIAL}"))
    return Security(
        credentials=tuple(credentials),
        schemes=schemes,
        prefixes={name: each["prefix"] for name, each in said.items() if "prefix" in each},
        at={name: each["at"].rstrip("/") for name, each in said.items() if "at" in each},
        issued=duties.opened,
    )


def _schemes(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the security schemes of a document by name."""
    components = spec.get("components") or {}
    return components.get("securitySchemes") or {}


def _credential(said: Mapping[str, Any]) -> Credential:
    scopes = frozenset(said["scopes"]) if "scopes" in said else None
    return Credential(said["scheme"], said["value"], scopes)


def _default_credential(name: str, scheme: Mapping[str, Any]) -> Credential:
    basic = str(scheme.get("scheme", "")).lower() == "basic"
    return Credential(
        name, f"{DEFAULT_CREDENTIAL}:{DEFAULT_CREDENTIAL}" if basic else DEFAULT_CREDENTIAL
    )
