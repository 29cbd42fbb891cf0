"""Flows, their runs, triggers and labels on FastAPI, with habits that its users' servers have:

a label that is there is given back (200, not 201); a trigger gets a key of its own each time it is
written; a run that is deleted is shown as cancelled; pages begin at number 0; a PATCH without a key
is one of all runs and tells how many there were; what names a flow that is not there is 404.
"""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field


class Sent(BaseModel):
    """What a client sends; what is not known is left out."""

    model_config = ConfigDict(extra="ignore")


class Trigger(Sent):
    """When a flow runs by itself."""

    id: UUID = Field(default_factory=uuid4, description="The key of this trigger.")
    kind: str = "event"
    threshold: int = Field(default=1, ge=0, le=100)


class FlowIn(Sent):
    """A flow, as it is sent."""

    name: str = Field(min_length=1, max_length=60, description="The name, e.g. `daily-load`.")
    trigger: Trigger
    tags: list[str] = []


class Flow(FlowIn):
    """A flow, as it is shown."""

    id: UUID


class RunIn(Sent):
    """A run, as it is sent."""

    flow_id: UUID
    note: str = ""


class Run(RunIn):
    """A run, as it is shown."""

    id: UUID
    state: str


class RunPatch(Sent):
    """What may be changed of runs."""

    note: str = ""


class Counted(BaseModel):
    """How many records were changed."""

    count: int


class Page(BaseModel):
    """One page of runs."""

    runs: list[Run]
    total: int


class LabelIn(Sent):
    """A label, as it is sent."""

    title: str = Field(min_length=1, max_length=40)


class Label(LabelIn):
    """A label, as it is shown."""

    id: int


class Missing(BaseModel):
    """Why something is refused."""

    detail: str


NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Missing}}


def application() -> FastAPI:
    """Return a server of its own, which is empty."""
    app = FastAPI(title="Runs")
    flows: dict[UUID, Flow] = {}
    runs: dict[UUID, Run] = {}
    labels: dict[int, Label] = {}
    numbers = count(1)

    def flow_of(key: UUID) -> Flow:
        if key not in flows:
            raise HTTPException(404, "There is no such flow.")
        return flows[key]

    def run_of(key: UUID) -> Run:
        if key not in runs:
            raise HTTPException(404, "There is no such run.")
        return runs[key]

    def written(key: UUID, sent: FlowIn) -> Flow:
        trigger = sent.trigger.model_copy(update={"id": uuid4()})
        flows[key] = Flow(id=key, name=sent.name, trigger=trigger, tags=sent.tags)
        return flows[key]

    @app.get("/flows")
    def list_flows() -> list[Flow]:
        return list(flows.values())

    @app.post("/flows", status_code=201)
    def make_flow(sent: FlowIn) -> Flow:
        return written(uuid4(), sent)

    @app.get("/flows/{flow_id}", responses=NOT_FOUND)
    def show_flow(flow_id: UUID) -> Flow:
        return flow_of(flow_id)

    @app.put("/flows/{flow_id}", responses=NOT_FOUND)
    def replace_flow(flow_id: UUID, sent: FlowIn) -> Flow:
        flow_of(flow_id)
        return written(flow_id, sent)

    @app.get("/flows/name/{name}", responses=NOT_FOUND)
    def find_flow(name: str) -> Flow:
        found = [flow for flow in flows.values() if flow.name == name]
        if not found:
            raise HTTPException(404, "There is no flow of this name.")
        return found[0]

    @app.get("/runs")
    def list_runs(page: int = Query(ge=0), page_size: int = Query(10, ge=1, le=50)) -> Page:
        first = page * page_size
        return Page(runs=list(runs.values())[first : first + page_size], total=len(runs))

    @app.post("/runs", status_code=201, responses=NOT_FOUND)
    def make_run(sent: RunIn) -> Run:
        flow_of(sent.flow_id)
        run = Run(id=uuid4(), state="pending", flow_id=sent.flow_id, note=sent.note)
        runs[run.id] = run
        return run

    @app.patch("/runs")
    def change_runs(sent: RunPatch) -> Counted:
        for key, run in runs.items():
            runs[key] = run.model_copy(update={"note": sent.note})
        return Counted(count=len(runs))

    @app.get("/runs/{run_id}", responses=NOT_FOUND)
    def show_run(run_id: UUID) -> Run:
        return run_of(run_id)

    @app.delete("/runs/{run_id}", responses=NOT_FOUND)
    def cancel_run(run_id: UUID) -> Run:
        runs[run_id] = run_of(run_id).model_copy(update={"state": "cancelled"})
        return runs[run_id]

    @app.get("/labels")
    def list_labels() -> list[Label]:
        return list(labels.values())

    @app.post("/labels", status_code=201)
    def make_label(sent: LabelIn, response: Response) -> Label:
        same = [label for label in labels.values() if label.title == sent.title]
        if same:
            response.status_code = 200
            return same[0]
        label = Label(id=next(numbers), title=sent.title)
        labels[label.id] = label
        return label

    @app.get("/labels/{label_id}", responses=NOT_FOUND)
    def show_label(label_id: int) -> Label:
        if label_id not in labels:
            raise HTTPException(404, "There is no such label.")
        return labels[label_id]

    return app
