"""Find the jobs that a document promises: operations and resources in, the same with their jobs
out.

    POST /exports        responses 202, headers Location, Retry-After       begins a job
    GET /exports/{id}    {id, status: enum [queued, running, done, failed], url, error}

A job is a record of which a property tells how far it is: its values have a beginning (queued,
running) and a good end (done). That alone may be an order as well as a job: it is a job where an
operation that begins it answers 202, or where reading it may ask for patience (202, Retry-After).
It is begun where records of its collection are made, or by any operation with 202 whose reply is
described by the same schema, or by a link to the read of the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.model.envelopes import one_envelope
from mockserver.model.operations import infer_envelope
from mockserver.model.paths import bare, parameter_names, segments
from mockserver.model.types import (
    DescribedResponse,
    DescribedSchema,
    Job,
    Kind,
    Operation,
    Parent,
    Resource,
    Work,
)
from mockserver.model.types.schema import SchemaTable

ACCEPTED, SEE_OTHER = 202, 303
FIELDS = ("status", "state", "phase", "jobstatus", "runstatus", "processingstatus", "exportstatus")
"""Names of what tells how far a job is."""
WITHIN = ("attributes", "status", "meta", "metadata")
"""Objects in which it may be told."""
WAITING = (
    "created",
    "submitted",
    "accepted",
    "received",
    "requested",
    "initiated",
    "new",
    "scheduled",
    "enqueued",
    "queued",
    "pending",
    "waiting",
    "notstarted",
    "validating",
    "initializing",
)
"""Values before a job is at work, in the order in which they would come."""
WORKING = (
    "started",
    "running",
    "active",
    "processing",
    "inprogress",
    "working",
    "executing",
    "generating",
    "importing",
    "exporting",
    "finalizing",
)
DONE = ("done", "completed", "complete", "succeeded", "success", "successful", "finished", "ready")
FAILED = ("failed", "failure", "error", "errored")
RESULTS = frozenset(
    {
        "result",
        "results",
        "output",
        "outputs",
        "resulturl",
        "resulturi",
        "downloadurl",
        "downloaduri",
        "outputurl",
        "fileurl",
        "reporturl",
        "exporturl",
        "url",
        "download",
        "resultid",
    }
)
ERRORS = frozenset({"error", "errors", "failure", "failurereason", "errormessage", "errorcode"})
ENDS = frozenset(
    {"finishedat", "completedat", "endedat", "finished", "completed", "endtime", "completiontime"}
)
BEGINNINGS = frozenset({"startedat", "starttime", "processingstartedat"})
PROGRESS = frozenset({"progress", "percentcomplete", "percent", "percentage", "progresspercent"})
WHERE_RESULTS_ARE = frozenset(
    {"result", "results", "output", "outputs", "download", "file", "content", "data"}
)
"""Last words of paths below a job."""
SETTABLE = frozenset({Kind.REPLACE, Kind.MERGE, Kind.UPSERT})
STYLES = {"date-time": "now-rfc3339", "date": "now-date"}

Group = Sequence[Operation]
Declared = Mapping[str, Mapping[str, Any]]
"""What the semantics say of resources."""


def with_jobs(
    operations: Sequence[Operation],
    resources: Mapping[str, Resource],
    schemas: SchemaTable,
    declared: Declared,
) -> tuple[tuple[Operation, ...], dict[str, Resource]]:
    """Return the operations and resources with the jobs among them."""
    reads: dict[str, Operation] = {}
    for operation in operations:
        if operation.kind is Kind.READ and operation.method == "GET":
            reads.setdefault(operation.resource or "", operation)
    found = dict(resources)
    settled = list(operations)
    for name, resource in resources.items():
        said = declared.get(name, {})
        is_said = "job" in said
        job = _said(said["job"]) if is_said else _inferred(resource)
        read = reads.get(name)
        if job is None or read is None:
            continue
        begun = [_begun(operation, resource, read, schemas) for operation in settled]
        beginners = [operation for operation in begun if _begins(operation, name)]
        if not is_said and not beginners and not _asks_for_patience(read):
            continue
        wait_s = _wait_s([read, *beginners])
        has_own = is_said and "seconds" in said["job"]
        if wait_s is not None and not has_own:
            job = replace(job, stage_s=wait_s)
        found[name] = replace(resource, job=job)
        settled = [_with_work(operation, name, begun) for operation in begun]
    return tuple(settled), found


def _said(said: Mapping[str, Any] | None) -> Job | None:
    """Return the job that is declared; null is none."""
    if said is None:
        return None
    return Job(
        field=said["field"],
        stages=tuple(said["stages"]),
        done=said["done"],
        failed=said.get("failed"),
        stage_s=float(said.get("seconds", 1.0)),
        results=tuple(said.get("results", ())),
        errors=tuple(said.get("errors", ())),
    )


def _inferred(resource: Resource) -> Job | None:
    """Return the job that the records of a resource may tell of, None where they tell of none."""
    fields = resource.record.all_properties
    holders = {"": fields}
    for name in fields:
        if bare(name) in WITHIN and fields[name].all_properties:
            holders[f"{name}."] = fields[name].all_properties
    for above, known in holders.items():
        for name, schema in known.items():
            if bare(name) not in FIELDS:
                continue
            job = _of_values(f"{above}{name}", schema)
            if job is not None:
                return _with_parts(job, above, known)
    return None


def _of_values(field: str, schema: DescribedSchema) -> Job | None:
    """Return the job that a list of states tells of."""
    values = schema.flat.get("enum") or ()
    by_word = {bare(value): value for value in values if isinstance(value, str)}
    stages = [by_word[word] for word in (*WAITING, *WORKING) if word in by_word]
    done = next(_of(by_word, DONE), None)
    if not stages or done is None:
        return None
    waiting = next(_of(by_word, reversed(WAITING)), None)
    working = next(_of(by_word, WORKING), None)
    passed = [stage for stage in (waiting, working) if stage is not None]
    return Job(field, tuple(passed), done, next(_of(by_word, FAILED), None))


def _of(by_word: Mapping[str, str], words: Any) -> Iterator[str]:
    return (by_word[word] for word in words if word in by_word)


def _with_parts(job: Job, above: str, fields: Mapping[str, DescribedSchema]) -> Job:
    """Return a job with the other properties that tell of it, beside the one of its state."""
    moments, beginnings = {}, {}
    results, errors, progress, whole = [], [], None, 100
    for name, schema in fields.items():
        word, path = bare(name), f"{above}{name}"
        style = STYLES.get(str(schema.get("format")))
        if word in ENDS and style is not None:
            moments[path] = style
        elif word in BEGINNINGS and style is not None:
            beginnings[path] = style
        elif word in RESULTS and path != job.field:
            results.append(path)
        elif word in ERRORS:
            errors.append(path)
        elif word in PROGRESS and schema.type in ("integer", "number"):
            progress, whole = path, int(schema.flat.get("maximum", 100))
    return replace(
        job,
        results=tuple(results),
        errors=tuple(errors),
        moments=moments,
        beginnings=beginnings,
        progress=progress,
        whole=whole,
    )


def _begins(operation: Operation, name: str) -> bool:
    """Tell whether an operation answers a new job with 202."""
    is_made = operation.kind is Kind.CREATE and operation.resource == name
    return is_made and ACCEPTED in operation.described.success_statuses


def _asks_for_patience(read: Operation) -> bool:
    """Tell whether the read of a record documents that it may not be ready. A wait that refusals
    document too is about how often anything may be asked for.
    """
    described = read.described
    if described.documents(ACCEPTED) or described.documents(SEE_OTHER):
        return True
    patient = set()
    for status, response in described.responses.items():
        if response.header("retry-after") is not None:
            patient.add(status)
    return patient == {str(read.success)}


def _begun(
    operation: Operation, resource: Resource, read: Operation, schemas: SchemaTable
) -> Operation:
    """Return an operation as one that begins a job, where its 202 tells of one."""
    described = operation.described
    is_free = operation.is_act or operation.kind in (Kind.STATELESS, Kind.CREATE)
    if not is_free or operation.method == "GET" or operation.resource == resource.name:
        return operation
    if operation.success != ACCEPTED or not _tells_of(operation, resource, read):
        return operation
    record = schemas.schema(resource.schema)
    envelope = infer_envelope(described, Kind.CREATE, resource, record, ACCEPTED)
    response = described.response(ACCEPTED)
    has_location = response.header("location") is not None
    return replace(
        operation,
        kind=Kind.CREATE,
        resource=resource.name,
        created=ACCEPTED,
        envelope=envelope,
        parents=tuple(_parents(operation, resource)),
        location=has_location,
        work=Work(place=read.path),
        reason=f"begins-job of {resource.name}",
    )


def _parents(operation: Operation, resource: Resource) -> Iterator[Parent]:
    """Yield the parents of a path that begins jobs: those that choose where jobs are, and those
    that must only be there.
    """
    own = {parent.param: parent for parent in resource.split}
    needed = {parent.param: parent for parent in operation.parents}
    for name in parameter_names(operation.path):
        parent = needed.get(name)
        if name in own:
            yield own[name]
        elif parent is not None:
            yield replace(parent, splits=False)


def _tells_of(operation: Operation, resource: Resource, read: Operation) -> bool:
    """Tell whether a 202 is about a job: it links to it, or has its schema."""
    response = operation.described.response(ACCEPTED)
    for link in response.links.values():
        target = str(link.get("operationId") or link.get("operationRef") or "")
        if target and target == read.described.operation_id:
            return True
    shown = operation.described.response_schema(ACCEPTED)
    if shown is None:
        return _is_named(response, resource)
    record = one_envelope(shown, resource.name, resource.key)[1]
    if record.name and record.name == resource.record.name:
        return True
    names = record.properties.keys()
    ours = resource.record.properties.keys()
    states = [name for name in names if bare(name) in FIELDS]
    return resource.key in names and bool(states) and names <= ours


def _is_named(response: DescribedResponse, resource: Resource) -> bool:
    """Tell whether the description of a Location names where jobs are."""
    header = response.header("location")
    if header is None:
        return False
    text = header.description.lower()
    _, _, last = resource.name.rpartition(".")
    word = last.lower().rstrip("s")
    return word in text


def _with_work(operation: Operation, name: str, every: Group) -> Operation:
    """Return an operation on jobs with what it has to do with them."""
    if operation.resource != name or operation.work is not None:
        return operation
    if operation.kind is not Kind.READ:
        return replace(operation, work=Work())
    pending, finished, result = None, None, None
    if operation.described.documents(ACCEPTED):
        pending = ACCEPTED
    if operation.described.documents(SEE_OTHER):
        finished = SEE_OTHER
    for other in every:
        steps = segments(other.path)
        is_below = steps[:-1] == segments(operation.path) and other.method == "GET"
        if is_below and bare(steps[-1]) in WHERE_RESULTS_ARE:
            result = other.path
    return replace(operation, work=Work(None, pending, finished, result))


def _wait_s(operations: Group) -> float | None:
    """Return the seconds that a documented Retry-After shows."""
    for operation in operations:
        described = operation.described
        for status in (operation.success, ACCEPTED):
            header = described.response(status).header("retry-after")
            if header is None:
                continue
            plain = header.schema.plain
            shown = [*header.examples, plain.get("example"), plain.get("default")]
            for value in shown:
                if isinstance(value, int) and value > 0:
                    return float(value)
    return None
