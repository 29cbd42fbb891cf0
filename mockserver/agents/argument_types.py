"""The arguments that tools of the mock share, each with its type and what it means."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

Api = Annotated[
    str | None,
    Field(description="Name of the API, as list_apis tells it; not needed where one is played."),
]
Resource = Annotated[str, Field(description="Name of the resource, as list_apis tells it.")]
Key = Annotated[str | int, Field(description="Key of the record.")]
Under = Annotated[
    list[str] | None,
    Field(description="Keys of the records above it, the topmost first, where it has parents."),
]
Tenant = Annotated[
    str | None,
    Field(description="Whose records are meant, where the path of the API names a tenant."),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="At most so many.")]
Offset = Annotated[int, Field(ge=0, description="So many are left out first.")]
CallPattern = Annotated[
    dict[str, Any],
    Field(
        description=(
            "What a call is like, in words such as method, urlPath, operation (a label: "
            "'GET /shelves'), status (201 or '4XX'), queryParameters, headers, bodyPatterns; "
            "tests are {equalTo}, {contains}, {matches}, {absent}, {equalToJson}. "
            "An empty object means every call."
        )
    ),
]
FaultWords = Annotated[
    dict[str, Any],
    Field(
        description=(
            "Which calls (api, operation, method, path with * and **), how often (chance, nth, "
            "every, times) and what goes wrong: status with retry_after, latency ('250ms'), "
            "reset, truncate, malformed, drip, rate_limit {limit, per}, lost_write, stale_read, "
            "duplicate, fail_job, fail_delivery. "
            "Example: {operation: 'POST /shelves', status: 503, times: 1}."
        )
    ),
]
