"""Infer what identifies a record, and what the server makes by itself.

Theory: every property of a record that is no object is a candidate for its key, and so are those of
an object in it. KeyEvidence speaks for a candidate or against it, each kind with a weight; the
candidate with the greatest sum is the key, and none is where no sum is great enough.

    /customers/{customerId}    record {id, name, email}, created by {name, email}

    id      70 prefix-dropped, 8 no request carries it             78
    name    20 usual-key, -25 two records may have the same        -5
    email   none                                                    0

What names the parameter weighs more than what looks like a key anywhere (`id`), and that more than
a usual name (`code`, `name`). A document that says itself which property fills a parameter, by a
link, has the last word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockserver.model.paths import bare, singular, words_of
from mockserver.model.schema.schemas import Direction
from mockserver.model.types import DescribedParameter, DescribedSchema
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

HIDDEN_KEY = "$key"
"""Holds the key of a record whose schema has no property for it; it never leaves the server."""

CONTENT, CONTENT_TYPE = "$content", "$content_type"
"""Hold a body that was sent as it is, bytes or text, and its media type; they leave the server as
that body alone."""

FILE_NAME = "$file_name"
"""Holds the name of an uploaded file; its content is then of bytes, whatever its media type."""

CREATION = "$made"
"""Holds which record was made when, where the key does not tell; it never leaves the server."""

MODIFIED = "$modified"
"""Holds when a record was last changed, where no property does; it never leaves the server."""

RUNNING = "$job"
"""Holds since when a job goes on, and how it will end; it never leaves the server."""

GONE, SINCE = "$gone", "$since"
"""Hold how a record has gone that is not forgotten, and since when it is there; neither leaves the
server."""

ENDS = "$ends"
"""Holds when the time of a record is over, as a number by which records are ordered; it never
leaves the server."""

SERVER_OWN = frozenset(
    {
        HIDDEN_KEY,
        CREATION,
        MODIFIED,
        RUNNING,
        GONE,
        SINCE,
        ENDS,
        CONTENT,
        CONTENT_TYPE,
        FILE_NAME,
    }
)
"""What records hold beside the properties that their API knows."""

_CREATED = re.compile(
    r"^(date_?)?(created|added|inserted|registered|creation)(_?(at|on|date|time|timestamp))?$"
    r"|^create_?(at|on|date|time|timestamp)$",
    re.I,
)
_TOUCHED = re.compile(
    r"^(date_?)?(last_?)?(updated|modified|changed|edited)(_?(at|on|date|time|timestamp))?$"
    r"|^(last_?)?(update|modify)_?(at|on|date|time|timestamp)$",
    re.I,
)
_NUMBERS = ("1", "2", "10", "345", "9876543210")
_NO_NUMBERS = ("a", "a1", "Ab-c", "1a")
_IS_ID = re.compile(r"(^|[_\-.])(id|uuid|guid)$|(?<=[a-z])(Id|ID|Uuid|UUID|Guid)$", re.ASCII)
_ALTERNATIVES = re.compile(r"_or_|(?<=[a-z0-9])Or(?=[A-Z])")
_OFFER = r"(id|uuid|identifier|name|slug|key|code|number|login|username|email|handle|sku)"
_OFFERED = re.compile(rf"\b{_OFFER}(?: or |/)(?:the |its |\w+ )?{_OFFER}\b")
IDS: Mapping[str, int] = {
    "id": 60,
    "pk": 56,
    "uid": 48,
    "uuid": 46,
    "guid": 46,
    "sid": 44,
    "gid": 44,
}
"""Names of keys that say nothing but that they are one, with their weights."""
USUAL: Mapping[str, int] = {
    "key": 30,
    "code": 28,
    "slug": 28,
    "identifier": 27,
    "handle": 26,
    "login": 24,
    "username": 24,
    "name": 20,
    "number": 14,
}
"""Names of properties that often identify where nothing better is, with their weights."""
GENERIC = frozenset({"entity", "object", "resource", "record"})
"""What a record of any kind is called."""
LOGINS = frozenset({"username", "login", "loginname", "userlogin", "screenname", "handle"})
"""What people call the name by which a user is known."""
LABELS = frozenset({"name", "title", "label", "description", "code", "number"})
"""What people call things: two records may have the same."""
DISPLAYED = frozenset({"fullname", "displayname", "firstname", "lastname", "realname", "nickname"})
"""What people are called, which no path names them by."""
COUNTED = frozenset({"index", "number", "iid", "no", "num", "seq", "sequence"})
"""What counts records below what is above them."""
SEQUENCES = frozenset({"seq", "seqno", "seqnum", "sequence", "sequenceno", "sequencenumber"})
"""What counts the records of a list that no path names, each of them once."""
DESCRIBING = ("name", "slug", "login", "username", "handle", "code", "key", "email", "number")
"""Words by which the description of a parameter tells which property it means."""
FORM = ("pattern", "minLength", "maxLength", "example")
"""Words that tell which form a key has."""
_IN_BODY = "$response.body#/"
WRAPPERS = frozenset(
    {"data", "attributes", "metadata", "meta", "properties", "info", "details", "identity", "sys"}
)
"""Objects of a record that tell of nothing but the record."""
INTEGERS = frozenset({"int32", "int64", "uint32", "uint64"})
"""Formats of whole numbers, which texts may have too."""
LEAST = 10
"""What the evidence for a key must weigh."""
UNSURE: Mapping[str, str] = {
    "house-key": "other records of this API have it",
    "only-made-id": "the one id that no request carries",
    "sequence": "what counts the records of a list",
    "usual-key": "a property that often identifies",
    "made-id": "nothing is known of the record",
    "untold-id": "no reply describes the record, so it is called as its parameter is",
    "hidden-key": "no property fits, so the key is in no reply but Location",
}
"""Rules that guess: what each goes by."""
RULES: Mapping[str, str] = {
    "same-name": "named as the parameter",
    "prefix-dropped": "named as the parameter without the name of the resource",
    "name-ends": "named as the end of the parameter",
    "login": "the login of a username",
    "described": "named in the description of the parameter",
    "id-fallback": "named as an id is",
    "house-key": "the key elsewhere in this API",
    "own-id": "named for the resource",
    "only-made-id": "the one id that no request carries",
    "generic-id": "the id of an entity",
    "sequence": "what counts the records of a list",
    "usual-key": "named as a key often is",
    "link": "filled in by a link of the document",
    "resource-name": "the last step of the resource name",
}
"""Rules that weigh, in words."""
OUTCOMES = frozenset(
    {
        "deleted",
        "duplicates",
        "errors",
        "failed",
        "ignored",
        "imported",
        "processed",
        "rejected",
        "removed",
        "skipped",
        "unchanged",
    }
)
"""What counts records that something was done to, or not."""
HOUSE_SHARE = 3
"""How many resources must have a property before it is the API's own word for the key."""

Properties = Mapping[str, DescribedSchema]


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """What is known where a key is looked for: the parameter of the item path and what the document
    says of it, the record, and what requests carry of it.

    `sent` are the properties that requests carry, `demanded` those that a create must carry;
    `house` is the word for keys that this API has, `linked` the property that a link of the
    document puts into the parameter, `read` are the properties that a read of one record shows. A
    record that no reply describes is not told.
    """

    resource: str
    parameter: str | None
    properties: Properties
    described: DescribedParameter | None = None
    sent: frozenset[str] = frozenset()
    demanded: frozenset[str] = frozenset()
    house: str | None = None
    linked: str | None = None
    is_told: bool = True
    read: frozenset[str] = frozenset()

    @property
    def wanted(self) -> str:
        """The name of the parameter without separators."""
        return bare(self.parameter or "id")

    @property
    def names(self) -> tuple[str, str]:
        """What one record is called, and several."""
        name = self.resource.rpartition(".")[2]
        return bare(singular(name)), bare(name)

    @property
    def asks_for_id(self) -> bool:
        """Whether the parameter is called an id."""
        return self.wanted.endswith(("id", "pk"))

    @property
    def words(self) -> frozenset[str]:
        """The words of the parameter's description."""
        text = self.described.description if self.described else ""
        return frozenset(re.findall(r"[a-z]+", text.lower()))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A property that may be the key, dotted where it is in an object."""

    name: str
    schema: DescribedSchema

    @property
    def bare(self) -> str:
        return bare(self.name.rpartition(".")[2])

    @property
    def is_inner(self) -> bool:
        return "." in self.name


@dataclass(frozen=True, slots=True)
class KeyEvidence:
    """What speaks for a candidate, or against it: the weight and the reason, a rule or a few
    words.
    """

    weight: int
    reason: str


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The key of a record, the rule that found it, and all that was weighed, the best first."""

    name: str | None
    rule: str
    weighed: Sequence[tuple[str, Sequence[KeyEvidence]]] = ()

    @property
    def source(self) -> str | None:
        """The property inside an object that holds the key, None where it is one of the record."""
        return self.name if self.name is not None and "." in self.name else None

    @property
    def stored(self) -> str | None:
        """The property under which a record holds its key."""
        return HIDDEN_KEY if self.source else self.name

    @property
    def shown(self) -> tuple[str, ...]:
        """What was weighed, a line for each candidate, the best first."""
        return tuple(_line(name, evidence) for name, evidence in self.weighed)


def _line(name: str, evidence: Sequence[KeyEvidence]) -> str:
    reasons = ", ".join(f"{each.reason} {each.weight:+d}" for each in evidence)
    return f"{name} {_sum(evidence)}: {reasons}"


Witness = Callable[[KeyQuestion, Candidate], KeyEvidence | None]


def infer_key(question: KeyQuestion) -> KeyChoice:
    """Return the property that a path parameter stands for, and why."""
    weighed = []
    for candidate in _candidates(question.properties):
        evidence = list(_evidence(question, candidate))
        if evidence:
            weighed.append((candidate.name, evidence))
    weighed.sort(key=lambda pair: -_sum(pair[1]))
    if weighed and _sum(weighed[0][1]) >= LEAST:
        name, evidence = weighed[0]
        strongest = max(evidence, key=lambda each: each.weight)
        is_guess = strongest.reason == "usual-key" and not _may_be_meant(question, name)
        if question.is_told or not is_guess:
            return KeyChoice(name, strongest.reason, weighed)
    if question.properties and not question.is_told and question.parameter is not None:
        return KeyChoice(_made_name(question), "untold-id", weighed)
    if question.properties:
        return KeyChoice(HIDDEN_KEY, "hidden-key", weighed)
    return KeyChoice("id", "made-id", weighed)


def _may_be_meant(question: KeyQuestion, name: str) -> bool:
    """Tell whether a parameter may mean a property that must be sent, and is called otherwise:
    /queues/{queue} the `name` of a queue.
    """
    wanted = question.wanted
    means_another = question.asks_for_id or any(map(wanted.endswith, USUAL))
    return name in question.demanded and not means_another


def _made_name(question: KeyQuestion) -> str:
    """Return what the key is called of a record that no reply describes: as its parameter, without
    the name of the resource. One that is named for the resource alone is an id.
    """
    words = words_of(question.parameter or "")
    for noun in question.names:
        if bare("".join(words)).startswith(noun):
            rest = bare("".join(words)).removeprefix(noun)
            return rest if rest in USUAL or rest in IDS else "id"
    if question.parameter and (question.wanted in USUAL or question.wanted in IDS):
        return question.parameter
    return "id"


def named_like(parameter: str, properties: Properties) -> str | None:
    """Return the property that is called as a parameter, None when there is none."""
    wanted = bare(parameter)
    scalars = [name for name, schema in properties.items() if _is_scalar(schema)]
    return next((name for name in scalars if bare(name) == wanted), None)


def told_ids(parameter: str, key: str | None, properties: Properties) -> list[str]:
    """Return the ids that a record tells beside a key that is not called as the parameter is: a
    client may take either for what the path asks for.
    """
    if key is None or key == HIDDEN_KEY or bare(key) == bare(parameter):
        return []
    found = []
    for name, schema in properties.items():
        if name != key and bare(name) in IDS and _is_scalar(schema):
            found.append(name)
    return found


def property_for(parameter: str, properties: Properties) -> str | None:
    """Return the property that a parameter stands for: the one that is called so, or is the name of
    what it is: `tag_name` of {tag}.
    """
    return named_like(parameter, properties) or named_like(f"{parameter}_name", properties)


def linked_property(link: Mapping[str, Any], parameter: str) -> str | None:
    """Return the property of a reply by which a link fills a parameter (OpenAPI 3.0.3, Link
    Object).
    """
    parameters = link.get("parameters")
    if not isinstance(parameters, Mapping):
        return None
    for name, expression in parameters.items():
        bare_name = str(name).removeprefix("path.")
        if bare_name == parameter and str(expression).startswith(_IN_BODY):
            steps = str(expression).removeprefix(_IN_BODY).split("/")
            return steps[-1] if len(steps) <= 2 else ".".join(steps[-2:])
    return None


def alternative_parameters(parameter: str) -> list[str]:
    """Return the parameters that one stands for: `projectIdOrKey` for `projectId` and `Key`."""
    parts = _ALTERNATIVES.split(parameter)
    return parts if len(parts) > 1 and all(parts) else [parameter]


def other_keys(
    parameter: str, described: DescribedParameter | None, properties: Properties
) -> list[str | None]:
    """Return the properties for which a parameter may stand, None for the key: `{projectIdOrKey}`,
    or any name that is described as "the domain name or id"; nothing where it stands for one.
    """
    words = alternative_parameters(parameter)
    if len(words) == 1:
        text = described.description if described else ""
        offered = _OFFERED.search(text.lower())
        words = list(offered.groups()) if offered else []
    return [named_like(word, properties) for word in words]


def _candidates(properties: Properties) -> Iterator[Candidate]:
    """Yield what may be the key; what is in an object is not where the record has the same."""
    own = set()
    for name, schema in properties.items():
        if _is_scalar(schema):
            own.add(bare(name))
    for name, schema in properties.items():
        if _is_scalar(schema):
            yield Candidate(name, schema)
            continue
        for inner, child in schema.properties.items():
            if _is_scalar(child) and "." not in name and bare(inner) not in own:
                yield Candidate(f"{name}.{inner}", child)


def _evidence(question: KeyQuestion, candidate: Candidate) -> Iterator[KeyEvidence]:
    """Yield what speaks for a candidate and, where anything does, what speaks against it."""
    found = [witness(question, candidate) for witness in FOR]
    speaking = [evidence for evidence in found if evidence is not None]
    if not speaking:
        return
    yield max(speaking, key=lambda evidence: evidence.weight)
    for witness in BESIDE:
        evidence = witness(question, candidate)
        if evidence is not None:
            yield evidence


def _sum(evidence: Iterable[KeyEvidence]) -> int:
    return sum(each.weight for each in evidence)


def _link(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """A link fills the parameter by the property."""
    return KeyEvidence(200, "link") if candidate.name == question.linked else None


def _same_name(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/things/{sku} is about `sku`, and /namespaces/{name} about `metadata.name`."""
    if candidate.bare != question.wanted:
        return None
    if not candidate.is_inner:
        return KeyEvidence(80, "same-name")
    is_of_another = _is_qualified(question) and _has_own_id(question)
    return KeyEvidence(40 if is_of_another else 68, "same-name")


def _is_qualified(question: KeyQuestion) -> bool:
    """Tell whether the parameter is called by the resource and as an id is: {message_id}."""
    wanted = question.wanted
    for noun in question.names:
        if wanted.startswith(noun) and wanted.removeprefix(noun) in IDS:
            return True
    return False


def _has_own_id(question: KeyQuestion) -> bool:
    """Tell whether a record has a property that is called as an id is and that need not be sent:
    what then is in an object of the record, {id, reply_to: {message_id}}, is the id of another.
    """
    made = question.properties.keys() - question.demanded
    return any(bare(name) in IDS for name in made)


def _prefix_dropped(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/customers/{customer_id} is about `id`, {external_customer_id} about `external_id`."""
    wanted = question.wanted
    one, several = question.names
    forms = (one, several.removesuffix("es"), several)  # statuses are one status
    nouns = [noun for noun in forms if noun in wanted]
    shorter = [wanted.replace(noun, "", 1) for noun in nouns if noun]
    if candidate.bare not in shorter:
        return None
    return KeyEvidence(40 if candidate.is_inner else 70, "prefix-dropped")


def _ends_parameter(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/roles/{customRoleKey} is about `key`, though the record has an `_id` too."""
    ends = question.wanted.endswith(candidate.bare) and candidate.bare in USUAL
    if not ends or candidate.is_inner:
        return None
    return KeyEvidence(74, "name-ending")


def _name_ends(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/tries/{task_try_number} is about `try_number`, /children/{childSku} about `sku`,
    /groups/{groupId} about `attribute_group_id` and /classes/{taxClassId} about `class_id`;
    /leave-plans/{staffLeavePlanId} about `payee_leave_plan_id`.
    """
    wanted, words = words_of(question.parameter or ""), words_of(candidate.name)
    if candidate.is_inner or not words or words == wanted:
        return None
    is_id = _IS_ID.search(candidate.name) is not None
    if is_id and min(len(words), len(wanted)) < 2:
        return None
    if wanted[-len(words) :] == words:
        return KeyEvidence(56 if is_id else 60 + 2 * len(words), "name-ends")
    if is_id and words[-len(wanted) :] == wanted:
        return KeyEvidence(46, "name-ends")
    own = words_of(question.resource.rpartition(".")[2])
    *first, last = own or [""]
    ending = [*first, singular(last), "id"]
    length = len(ending)
    if len(own) > 1 and words[-length:] == ending == wanted[-length:]:
        return KeyEvidence(52, "name-ends")
    return None


def _described_words(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/members/{id}, "Membership ID", is about `membership_id`."""
    words = words_of(candidate.name)
    if candidate.is_inner or question.described is None or len(words) < 2:
        return None
    told = " ".join(words_of(question.described.description))
    named = " ".join(words)
    return KeyEvidence(58, "described") if f" {named} " in f" {told} " else None


def _generic_id(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/invoices/{id} is about `entity_id`, where no `entity_type` tells of what."""
    noun = candidate.bare.removesuffix("id")
    if candidate.is_inner or noun not in GENERIC or not question.asks_for_id:
        return None
    known = map(bare, question.properties)
    return None if f"{noun}type" in known else KeyEvidence(42, "generic-id")


def _login(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/members/{username} is about `login`."""
    if candidate.is_inner or not {question.wanted, candidate.bare} <= LOGINS:
        return None
    return KeyEvidence(72, "login")


def _handle(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/channels/{channelHandle} is about the `name` of a channel, which has to have a form."""
    is_name = candidate.bare in ("name", "username", "slug") and not candidate.is_inner
    if not is_name or not question.wanted.endswith(("handle", "slug")):
        return None
    if not candidate.schema.says("pattern") or candidate.name not in question.sent:
        return None
    return KeyEvidence(104, "the handle of what it is")


def _name_of_it(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/schema/{className} is about `class`, a text."""
    is_text = candidate.schema.own_type == "string"
    if candidate.is_inner or not is_text or question.wanted != f"{candidate.bare}name":
        return None
    return KeyEvidence(66, "named as what the parameter is the name of")


def _text_of_it(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/permissions/{permissionKey}, a text, is about the `permission` of a permission."""
    is_text = candidate.schema.own_type == "string"
    if candidate.is_inner or not is_text:
        return None
    if candidate.bare not in question.names:
        return None
    if question.described is None:
        return None
    if question.described.schema.type != "string":
        return None
    rest = question.wanted.removeprefix(candidate.bare)
    if rest == question.wanted or rest not in ("key", "code", "slug"):
        return None
    return KeyEvidence(72, "named as what the parameter is the name of")


def _counted(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/issues/{index} is about `number`."""
    both = {question.wanted, candidate.bare}
    if candidate.is_inner or not both <= COUNTED:
        return None
    return KeyEvidence(66, "counts as the parameter does")


def _described(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/orgs/{org}, "name of the organization", is about `username`, `login` or `name`."""
    if candidate.is_inner or question.asks_for_id or "id" in question.words:
        return None
    if candidate.bare in question.words.intersection(DESCRIBING):
        return KeyEvidence(72, "described")
    is_displayed = candidate.bare in DISPLAYED
    if "name" in question.words and candidate.bare.endswith("name") and not is_displayed:
        return KeyEvidence(62, "described")
    return None


def _is_an_id(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/people/{person} is about `id`."""
    weight = IDS.get(candidate.bare)
    if weight is None:
        return None
    return KeyEvidence(weight - 50 if candidate.is_inner else weight, "id-fallback")


def _house_word(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/things/{thing} is about `object_id`, as elsewhere in the API."""
    return KeyEvidence(54, "house-key") if candidate.name == question.house else None


def _own_id(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/orders/{ref} is about `order_id`, /gift-wrappings/{ref} about `wrapping_id`."""
    one, _ = question.names
    if candidate.is_inner or not one:
        return None
    *_, last = words_of(question.resource) or [one]
    if candidate.bare == f"{singular(last)}id":
        return KeyEvidence(50, "own-id")
    for loss, ending in enumerate(("id", "uuid", "code", "key", "name", "")):
        if candidate.bare == f"{one}{ending}":
            fits = candidate.bare.endswith("id") or not question.asks_for_id
            return KeyEvidence(50 - loss, "own-id") if fits else None
    return None


def _only_made_id(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """The one `..._id` that no request carries."""
    if candidate.is_inner:
        return None
    made = _made_ids(question.properties, question.sent)
    return KeyEvidence(36, "only-made-id") if made == [candidate.name] else None


def _sequence(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/audit-log is about `seq`, though an entry tells the `document_id` of what it is about."""
    is_unnamed = question.parameter is None and not candidate.is_inner
    if not is_unnamed or candidate.bare not in SEQUENCES or candidate.name in question.sent:
        return None
    return KeyEvidence(40, "sequence")


def _usual(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """`code` and `name` often identify."""
    weight = USUAL.get(candidate.bare)
    if weight is None or candidate.is_inner:
        return None
    return KeyEvidence(weight, "usual-key")


def _shared(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """Two records may have the name that a client gives them."""
    asked = candidate.bare in question.wanted or not question.asks_for_id
    named = asked and candidate.name in question.demanded
    is_label = candidate.bare in LABELS and candidate.name in question.sent
    asks_by_name = candidate.bare == question.wanted or candidate.bare in question.words
    if not is_label or named or asks_by_name:
        return None
    return KeyEvidence(-25, "two records may have the same")


def _of_another(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/tasks/{taskId} is not about the `id` of the `contact` that is sent with a task."""
    top = candidate.name.partition(".")[0]
    if not candidate.is_inner or candidate.bare not in IDS or top not in question.sent:
        return None
    around, (one, several) = bare(top), question.names
    is_own = around in WRAPPERS or one in around or several in around
    if is_own or around in question.wanted:
        return None
    return KeyEvidence(-60, f"a client says of which {top} it is")


def _left_out(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """/companies/{company_id} is about `id` where `company_id` is what a client may send, or not,
    and `id` is the server's own.
    """
    optional = candidate.name in question.sent and candidate.name not in question.demanded
    is_meant = candidate.bare == question.wanted and question.asks_for_id
    if not optional or not is_meant:
        return None
    for name in question.properties:
        if bare(name) in IDS and name not in question.sent:
            return KeyEvidence(-30, f"a client may leave it out, and {name} is the server's own")
    return None


def _listed_alone(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """What tells a record from others is shown by a read of it, if anything is."""
    top = candidate.name.partition(".")[0]
    if not question.read or top in question.read:
        return None
    return KeyEvidence(-30, "a read does not show it")


def _made_by_server(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """What no request carries, the server makes."""
    top = candidate.name.partition(".")[0]
    if candidate.schema.is_read_only:
        return KeyEvidence(12, "read-only")
    if question.sent and top not in question.sent:
        return KeyEvidence(8, "no request carries it")
    return None


def _wrong_type(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """A parameter of one type does not mean a property of another."""
    if question.described is None:
        return None
    wanted, found = question.described.schema, candidate.schema
    if wanted.format == "uuid" and found.own_type in ("integer", "number"):
        return KeyEvidence(-60, "it is a number, and the parameter a UUID")
    if found.own_type == "boolean":
        return KeyEvidence(-60, "it is true or false")
    is_number = wanted.type in ("integer", "number")
    if is_number and found.own_type == "string" and candidate.bare in LABELS:
        return KeyEvidence(-40, "it is a text, and the parameter a number")
    if is_number and found.own_type == "string":
        return KeyEvidence(-25, "it is a text, and the parameter a number")
    told = question.words & set(DESCRIBING)
    if (
        found.own_type == "integer"
        and wanted.type == "string"
        and told
        and not question.asks_for_id
    ):
        return KeyEvidence(-30, "it is a number, and the parameter is described as a text")
    return None


def _alike(question: KeyQuestion, candidate: Candidate) -> KeyEvidence | None:
    """The parameter and the property are described alike."""
    if question.described is None:
        return None
    wanted, found = question.described.schema, candidate.schema
    if wanted.name and wanted.name == found.name:
        names = [child.name for child in question.properties.values()]
        is_usual = names.count(found.name) > 1
        weight = 12 if is_usual else 30
        return KeyEvidence(weight, "the parameter has the same schema")
    for word in ("pattern", "format", "example"):
        if wanted.get(word) is not None and wanted.get(word) == found.get(word):
            return KeyEvidence(12, f"the parameter has the same {word}")
    return None


FOR: tuple[Witness, ...] = (
    _link,
    _same_name,
    _prefix_dropped,
    _ends_parameter,
    _name_ends,
    _login,
    _handle,
    _name_of_it,
    _text_of_it,
    _counted,
    _described,
    _described_words,
    _is_an_id,
    _house_word,
    _own_id,
    _generic_id,
    _only_made_id,
    _sequence,
    _usual,
)
"""What can speak for a candidate by itself; the strongest counts."""
BESIDE: tuple[Witness, ...] = (
    _of_another,
    _shared,
    _left_out,
    _made_by_server,
    _listed_alone,
    _wrong_type,
    _alike,
)
"""What adds to it, or takes from it."""


def _made_ids(names: Iterable[str], sent: Iterable[str]) -> list[str]:
    """Return the ids that no request carries."""
    known = set(sent)
    return [name for name in names if _IS_ID.search(name) and name not in known]


def infer_house_key(schemas: Iterable[tuple[Properties, Iterable[str]]]) -> str | None:
    """Return the API's own word for keys: what records of several resources have, and no request
    carries.

    object_id in every record of a carrier's API; lago_id. `id` needs no such vote.
    """
    votes: Counter[str] = Counter()
    resources = 0
    for properties, sent in schemas:
        if properties and not any(bare(name) == "id" for name in properties):
            resources += 1
            votes.update(_made_ids(properties, sent))
    word, count = next(iter(votes.most_common(1)), ("", 0))
    return word if count >= HOUSE_SHARE and count * 2 >= resources else None


def infer_generator(
    key: str, described: Sequence[DescribedSchema], client_made: bool
) -> str | None:
    """Return how the key of a new record is made; None when the client always sends it.

    `described` are the schemas of the property and of the parameter, which it has to fit: it is a
    text of digits where the one is a text and the other a number.
    """
    if client_made:
        return None
    types = [schema.type for schema in described]
    if types[:1] in (["integer"], ["number"]):
        return "sequence"
    own = described[0] if described else NO_SCHEMA
    if own.get("format") in INTEGERS:
        return "sequence-text"
    has_own_form = bool(own.get("format") or own.get("pattern"))
    if ("integer" in types or "number" in types) and not has_own_form:
        return "sequence-text"
    examples = [str(each.get("example", "")) for each in described]
    if key != HIDDEN_KEY and any(re.fullmatch(r"\d+", example) for example in examples):
        return "sequence-text"
    if any(map(_counts, described)):
        return "sequence-text"
    if any(not schema.flat.keys().isdisjoint(FORM) for schema in described):
        return "formed"
    return "uuid"


def _counts(schema: DescribedSchema) -> bool:
    """Tell whether a text is a counting number of any length, by its pattern:
    `^(0|[1-9][0-9]*)$`.
    """
    if not isinstance(schema.get("pattern"), str):
        return False
    validator = schema.validator(Direction.REQUEST)
    takes_words = any(map(validator.is_valid, _NO_NUMBERS))
    return not takes_words and all(map(validator.is_valid, _NUMBERS))


def infer_stamps(
    properties: Properties, writable: frozenset[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the properties stamped at creation, and those stamped with every change."""
    generated: dict[str, str] = {}
    touched: dict[str, str] = {}
    counts = _counts_of_results(properties)
    for name, schema in properties.items():
        if name in writable or name in counts:
            continue
        style = _style(schema)
        if style and _CREATED.match(name):
            generated[name] = style
        elif style and _TOUCHED.match(name):
            touched[name] = style
    return generated, touched


def _counts_of_results(properties: Properties) -> frozenset[str]:
    """Return the whole numbers that count what became of several records: `created` beside
    `skipped`.
    """
    numbers = {name for name, schema in properties.items() if schema.own_type == "integer"}
    if numbers.isdisjoint(OUTCOMES):
        return frozenset()
    return frozenset(numbers)


def _style(schema: DescribedSchema) -> str | None:
    """Return how a moment is spelled, None where a property can be none."""
    match schema.get("format"):
        case "date-time":
            return "now-rfc3339"
        case "date":
            return "now-date"
    return "now-unix" if schema.own_type == "integer" else None


def _is_scalar(schema: DescribedSchema) -> bool:
    return schema.own_type not in ("object", "array") and "properties" not in schema.plain
