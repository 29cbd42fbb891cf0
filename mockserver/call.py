"""What is asked and what is answered, with no HTTP in it: Call, Reply, Decision and Problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any, Protocol

from mockserver.budget import ValueBudget
from mockserver.lookup import MISSING
from mockserver.model.types import Operation, Schema
from mockserver.model.types.schema import DescribedSchema
from mockserver.slots import dataclass
from mockserver.state import Change


class ProblemKind(StrEnum):
    """Why a call is refused; an API's errors are keyed by these words."""

    MALFORMED = "malformed"  # the body cannot be decoded
    INVALID = "invalid"  # the body, or what it refers to, breaks the document
    INVALID_QUERY = "invalid_query"  # a query or header parameter breaks the document
    INVALID_PATH = "invalid_path"  # a path parameter breaks the document
    UNAUTHORIZED = "unauthorized"  # no credentials
    BAD_CREDENTIALS = "bad_credentials"  # credentials that nobody has
    LOGIN_REFUSED = "login_refused"  # a log-in with a name and password that nobody has
    FORBIDDEN = "forbidden"  # known, but not allowed
    NOT_FOUND = "not_found"  # the record is not there
    GONE = "gone"  # the record is not there any more
    PARENT_NOT_FOUND = "parent_not_found"  # what the record would belong to is not there
    PAGE_NOT_FOUND = "page_not_found"  # past the last page
    NO_ROUTE = "no_route"  # no such path in the document
    METHOD_NOT_ALLOWED = "method_not_allowed"
    METHOD_NOT_IMPLEMENTED = "method_not_implemented"
    NOT_ACCEPTABLE = "not_acceptable"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNSUPPORTED_CODING = "unsupported_coding"
    BODY_TOO_LARGE = "body_too_large"
    LIMIT_EXCEEDED = "limit_exceeded"  # a page larger than the API gives
    TOO_MANY = "too_many"  # the collection is full
    RATE_LIMITED = "rate_limited"  # the caller's quota is used up
    CONFLICT = "conflict"  # the key is taken
    DUPLICATE = "duplicate"  # another record has the same value of a unique property
    STALE = "stale"  # the version that was sent is not that of the record
    PRECONDITION_FAILED = "precondition_failed"  # the record is not as a header wants it
    PRECONDITION_REQUIRED = "precondition_required"  # no header says how it must be
    KEY_REUSED = "key_reused"  # the same idempotency key for another request
    TRANSITION = "transition"  # the state machine has no such move
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a request breaks the document.

    `place` is body, query, path, header or cookie; `path` leads to the value inside it; `rule` is
    the JSON Schema keyword that failed or one of our own words (unknown, read_only, reference,
    unique, missing_envelope); `values` feed the API's message for that rule.
    """

    place: str
    path: tuple[str | int, ...]
    rule: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The innermost property name, empty for the body itself."""
        for step in reversed(self.path):
            if isinstance(step, str):
                return step
        return ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal; the API's own error envelope turns it into status and body.

    `chosen` tells that somebody wanted to see it: nothing is wrong with the call.
    """

    kind: ProblemKind
    message: str = ""
    violations: tuple[Violation, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the scopes that the credential carries and the user it belongs to."""

    name: str = ""
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A decoded request. `violations` are what is wrong with its body, judged once the target is
    known; `fails` tells that the job which it begins is to fail.
    """

    operation: Operation
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Any = MISSING
    principal: Principal | None = None
    violations: tuple[Violation, ...] = ()
    file: RawBody | None = None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which slice of a list this is: `number` counts pages from `first`, `size` is the limit (None:
    all), `total` all matches. `start` is the offset where the API counts records instead of pages,
    from `origin`; `length` how many records are shown where that may be fewer than fit though more
    follow; `onward` and `backward` are the cursors or keys that ask for the pages beside this one,
    where such do.
    """

    number: int
    size: int | None
    total: int
    first: int = 1
    start: int | None = None
    origin: int = 0
    length: int | None = None
    onward: str | None = None
    backward: str | None = None

    @property
    def offset(self) -> int:
        return (
            self.start if self.start is not None else (self.number - self.first) * (self.size or 0)
        )

    @property
    def shown(self) -> int:
        """How many records the page shows."""
        if self.length is not None:
            return self.length
        left = max(0, self.total - self.offset)
        return left if self.size is None else min(self.size, left)

    @property
    def has_next(self) -> bool:
        return bool(self.size) and self.offset + self.shown < self.total

    @property
    def has_previous(self) -> bool:
        return self.offset > 0


@dataclass(frozen=True, slots=True)
class RawBody:
    """A body that is told as it is: text, or bytes as text of one character for each, and its media
    type, empty where that is the usual one. An uploaded file has the name that it was sent with,
    and its text is of bytes whatever its media type.
    """

    text: str
    media_type: str = ""
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one of several records: what was `sent`, as the item of a `place` in the
    request (from 0), and the `value` that it has now or had last, with its `deed` (created, updated
    or deleted), or the problem for which nothing was done.
    """

    place: int
    sent: Any
    deed: str = ""
    key: Any = None
    value: Any = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer before it is put into the API's envelope.

    `value` is a record, a list of records, a number, a raw body or None; `created` tells a new
    record from a changed one; `location` is the key of a record that was made. `version` tells
    which version of it is shown, `moment` when it came to be (seconds since 1970), and `is_known`
    that the caller has it already. `wait_s` is the time until the job that is shown moves on, 0
    once it has ended. `outcomes` are what became of each of several records, where the reply tells
    that.
    """

    value: Any = None
    page: Page | None = None
    created: bool = False
    location: str | None = None
    problem: Problem | None = None
    version: str | None = None
    moment: float | None = None
    is_known: bool = False
    wait_s: float | None = None
    outcomes: tuple[ItemOutcome, ...] | None = None

    @property
    def is_partial(self) -> bool:
        """Whether something could not be done of one of several records."""
        return any(outcome.problem is not None for outcome in self.outcomes or ())


@dataclass(frozen=True, slots=True)
class Decision:
    """A reply and the changes that go with it, not yet applied."""

    reply: Reply
    changes: tuple[Change, ...] = ()


class Refused(Exception):
    """Carries a Problem out of a behavior; `decide` turns it into a Reply, so nothing is
    applied.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Supply(Protocol):
    """Where values come from that nobody sent. The same salt gives the same value for the same
    seed.
    """

    def stamp(self, style: str) -> str:
        """Return the present moment in a style of `now-…`: rfc2822, rfc3339, rfc3339-micros,
        unix.
        """
        ...

    def now(self) -> float:
        """Return the present moment in seconds since 1970."""
        ...

    def uuid(self, salt: str) -> str: ...

    def key(self, schemas: Sequence[DescribedSchema], salt: str) -> str:
        """Return a key in the form that its schemas show."""
        ...

    def digits(self, salt: str, length: int) -> str: ...

    def value(
        self, schema: Schema | DescribedSchema, salt: str, budget: ValueBudget | None = None
    ) -> Any:
        """Return a value that satisfies the schema, MISSING when there is nothing to say. Several
        values may share a budget; without one, each has its own.
        """
        ...
