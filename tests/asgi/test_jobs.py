"""Jobs are begun with 202, come to their end by the clock, and fail where a fault says so."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.stage import Answer, Play, Stage, body_of

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time", "nullable": True}
STATES = ["queued", "running", "succeeded", "failed", "cancelled"]
JOB = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": True},
        "status": {"type": "string", "enum": STATES, "readOnly": True},
        "format": TEXT,
        "progress": {"type": "integer", "minimum": 0, "maximum": 100, "readOnly": True},
        "started_at": MOMENT,
        "finished_at": MOMENT,
        "result_url": {"type": "string", "format": "uri", "readOnly": True},
        "error": {
            "type": "object",
            "readOnly": True,
            "required": ["code"],
            "properties": {"code": TEXT},
        },
    },
}
IDENTIFIED = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
WANTED = {"type": "object", "properties": {"format": TEXT}}
TOLD = {
    "Location": {"schema": TEXT},
    "Retry-After": {"schema": {"type": "integer"}, "example": 10},
}


def said(schema: Any = JOB, headers: Any = None) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}} if schema else {}
    found = {"description": "", "content": content}
    return found | ({"headers": headers} if headers else {})


def exports(job: Any = JOB, headers: Any = TOLD, read: Any = None) -> dict[str, Any]:
    reads = read or {"200": said(job, {"Retry-After": TOLD["Retry-After"]}), "404": said(None)}
    return {
        "/exports": {
            "get": {"responses": {"200": said({"type": "array", "items": job})}},
            "post": {"requestBody": body_of(WANTED), "responses": {"202": said(job, headers)}},
        },
        "/exports/{id}": {"parameters": [IDENTIFIED], "get": {"responses": reads}},
    }


def begun(stage: Stage, call: str = "POST /exports") -> tuple[Answer, str]:
    """Begin a job on a clock that stands still; return the answer and where the job is."""
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    answer = stage.ask(call, {"format": "csv"})
    return answer, f"GET {answer.headers['location'].removeprefix('http://testserver')}"


def after(stage: Stage, seconds: float) -> None:
    assert stage.space is not None
    stage.space.clock.advance(seconds=seconds)


def test_a_job_is_begun_with_202_and_comes_to_its_end_by_the_clock(play: Play) -> None:
    stage = play(exports())
    answer, job = begun(stage)
    assert (answer.status, answer.headers["retry-after"], answer.json["status"]) == (
        202,
        "10",
        "queued",
    )
    states = []
    for _ in range(4):
        states.append(stage.ask(job).json["status"])
        after(stage, 10)
    assert states == ["queued", "running", "succeeded", "succeeded"]


def test_only_a_job_that_is_done_has_its_result(play: Play) -> None:
    stage = play(exports())
    answer, job = begun(stage)
    late = {"result_url", "error"}
    assert (late & answer.json.keys(), answer.json["progress"]) == (set(), 0)
    assert (answer.json["started_at"], answer.json["finished_at"]) == (None, None)
    after(stage, 10)
    assert stage.ask(job).json["progress"] == 50
    after(stage, 15)
    done = stage.ask(job).json
    assert (late & done.keys(), done["progress"], done["format"]) == ({"result_url"}, 100, "csv")
    assert done["finished_at"] == "2026-01-01T00:00:25Z"


def test_a_reader_is_told_when_to_come_again_until_the_end(play: Play) -> None:
    stage = play(exports())
    _, job = begun(stage)
    after(stage, 4)
    assert stage.ask(job).headers["retry-after"] == "6"
    after(stage, 60)
    assert "retry-after" not in stage.ask(job).headers


def test_a_list_shows_jobs_where_they_are_now(play: Play) -> None:
    stage = play(exports())
    begun(stage)
    after(stage, 60)
    assert [job["status"] for job in stage.ask("GET /exports").json] == ["succeeded"]


def test_a_call_that_fails_begins_a_job_that_fails(play: Play) -> None:
    fault = "{operation: POST /exports, fail_job: true, times: 1}"
    stage = play(exports(), settings=Settings(cors=False, faults=fault))
    _, job = begun(stage)
    _, other = begun(stage)
    after(stage, 60)
    failed, done = stage.ask(job).json, stage.ask(other).json
    assert (failed["status"], "code" in failed["error"], "result_url" in failed) == (
        "failed",
        True,
        False,
    )
    assert done["status"] == "succeeded"


def test_another_path_begins_a_job_and_tells_where_it_is(play: Play) -> None:
    job = {"$ref": "#/components/schemas/Job"}
    post = {"requestBody": body_of(WANTED), "responses": {"202": said(job, TOLD)}}
    paths = {
        "/reports/{id}/render": {"parameters": [IDENTIFIED], "post": post},
        "/jobs/{job_id}": {
            "parameters": [{**IDENTIFIED, "name": "job_id"}],
            "get": {"responses": {"200": said(job)}},
        },
    }
    stage = play(paths, components={"schemas": {"Job": JOB}})
    answer, job_path = begun(stage, "POST /reports/7/render")
    assert answer.headers["location"] == f"http://testserver/jobs/{answer.json['id']}"
    after(stage, 60)
    assert stage.ask(job_path).json["status"] == "succeeded"


def test_a_read_that_documents_202_answers_so_until_the_end(play: Play) -> None:
    waits = said(None, {"Retry-After": TOLD["Retry-After"]})
    stage = play(exports(read={"200": said(JOB), "202": waits}))
    _, job = begun(stage)
    early = stage.ask(job)
    after(stage, 60)
    assert (early.status, early.body, early.headers["retry-after"]) == (202, b"", "10")
    assert stage.ask(job).status == 200


def test_a_read_that_documents_303_leads_to_the_result_at_the_end(play: Play) -> None:
    leads = said(None, {"Location": {"schema": TEXT}})
    paths = exports(read={"200": said(JOB), "303": leads})
    paths["/exports/{id}/result"] = {
        "parameters": [IDENTIFIED],
        "get": {"responses": {"200": said({"type": "object"})}},
    }
    stage = play(paths)
    answer, job = begun(stage)
    early = stage.ask(job).status
    after(stage, 60)
    late = stage.ask(job)
    assert (early, late.status) == (200, 303)
    assert late.headers["location"] == f"{answer.headers['location']}/result"


def test_the_state_of_a_job_may_be_inside_an_object(play: Play) -> None:
    inner = {"type": "object", "properties": {"status": JOB["properties"]["status"]}}
    job = {
        "type": "object",
        "properties": {"id": JOB["properties"]["id"], "type": TEXT, "attributes": inner},
    }
    stage = play(exports({"type": "object", "properties": {"data": job}}))
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    made = stage.ask("POST /exports", {"format": "csv"}).json["data"]
    after(stage, 60)
    done = stage.ask(f"GET /exports/{made['id']}").json["data"]
    assert (made["attributes"]["status"], done["attributes"]["status"]) == ("queued", "succeeded")


def test_a_job_that_a_client_cancels_goes_no_further(play: Play) -> None:
    paths = exports()
    paths["/exports/{id}"]["patch"] = {
        "requestBody": body_of({"type": "object", "properties": {"status": TEXT}}),
        "responses": {"200": said(JOB)},
    }
    paths["/exports/{id}"]["get"]["responses"]["200"] = said(
        {**JOB, "properties": {**JOB["properties"], "status": {**TEXT, "enum": STATES}}}
    )
    stage = play(paths)
    _, job = begun(stage)
    stage.ask(job.replace("GET", "PATCH"), {"status": "cancelled"})
    after(stage, 60)
    assert stage.ask(job).json["status"] == "cancelled"


def test_an_order_is_no_job(play: Play) -> None:
    paths = exports(headers=None, read={"200": said(JOB)})
    post = paths["/exports"]["post"]
    post["responses"] = {"201": post["responses"]["202"]}
    stage = play(paths)
    assert stage.space is not None
    made = stage.ask("POST /exports", {"format": "csv"}).json
    after(stage, 60)
    assert stage.ask(f"GET /exports/{made['id']}").json == made


@pytest.mark.parametrize("job", [None, {"field": "status", "stages": ["running"], "done": "ok"}])
def test_the_semantics_say_what_a_job_is(play: Play, job: Any) -> None:
    open_state = {**JOB, "properties": {**JOB["properties"], "status": TEXT}}
    stage = play(exports(open_state if job else JOB), {"resources": {"exports": {"job": job}}})
    assert stage.space is not None
    made = stage.ask("POST /exports", {"format": "csv"}).json
    after(stage, 60)
    found = stage.ask(f"GET /exports/{made['id']}").json["status"]
    assert (made["status"], found) == (("running", "ok") if job else (made["status"],) * 2)
