"""Say why a failure of a check is its document's doing: a failure and the document in, the reason
out, empty for none.

Each reason is looked up in the document, or found by reading the request again in another way than
Understudy does (`tests.corpus.readings`). A failure without a reason is Understudy's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from contracts.conformance.failure import Failure
from contracts.openapi import (
    Spec,
    operation_at,
    parameters,
    properties,
    resolved,
    response_at,
    success_schema,
    type_of,
)
from mockserver.generation.supply import SeededSupply
from tests.corpus.readings import IGNORED, is_valid, texts_of, verdicts

MEANT: Mapping[int, frozenset[int]] = {
    400: frozenset({400, 422}),
    401: frozenset({401, 403}),
    403: frozenset({401, 403}),
    404: frozenset({404, 410}),
    405: frozenset({405}),
    406: frozenset({406}),
    409: frozenset({400, 409, 422}),
    413: frozenset({413}),
    415: frozenset({400, 415, 422}),
    422: frozenset({400, 422}),
}
"""The statuses by which a document may mean a refusal (RFC 9110 section 15.5)."""

STATUS = "status_code_conformance"


def undocumented(spec: Spec, statuses: Mapping[str, Mapping[int, int]]) -> list[Failure]:
    """Return a failure for each status that an operation does not document, from a tally of all
    that came back.

    Schemathesis has a check for that; it ends the tests of an operation, and so would hide what
    others find. A 405 is the answer to a method that the document does not have.
    """
    found = []
    for label, counted in statuses.items():
        operation = _operation(spec, label)
        for status in sorted(counted.keys() - {405}) if operation else ():
            if not response_at(operation, status):
                found.append(
                    Failure(STATUS, label, "all", f"{status} is not documented", "", str(status))
                )
    return found


def explanation(failure: Failure, spec: Spec) -> str:
    """Return why a failure is the document's, or the check's, and not the mock's; empty when it is
    the mock's.
    """
    operation = _operation(spec, failure.operation)
    return next(
        (why for why, holds in EXPLANATIONS.items() if operation and holds(failure, spec)), ""
    )


def _operation(spec: Spec, label: str) -> Mapping[str, Any]:
    method, _, path = label.partition(" ")
    item = (spec.get("paths") or {}).get(path)
    return (
        operation_at(spec, path, method)
        if isinstance(item, Mapping) and method.lower() in item
        else {}
    )


def _status(failure: Failure) -> int:
    return int(failure.reply[:3]) if failure.reply[:3].isdigit() else 0


def _names_no_refusal(failure: Failure, spec: Spec) -> bool:
    status = _status(failure)
    responses = set(map(str, _operation(spec, failure.operation).get("responses") or {}))
    meant = {str(each) for each in MEANT.get(status, ())} | {"4XX", "4xx", "default"}
    return failure.check == STATUS and status in MEANT and not responses & meant


def _names_1xx_alone(failure: Failure, spec: Spec) -> bool:
    """Tell whether the only success that is documented is an interim one, no answer (RFC 9110
    section 15.2).
    """
    named = [str(each) for each in _operation(spec, failure.operation).get("responses") or {}]
    final = any(each[:1] in "23" or each == "default" for each in named)
    return (
        failure.check == STATUS
        and _status(failure) == 200
        and not final
        and any(each[:1] == "1" for each in named)
    )


def _cannot_describe_header(failure: Failure, spec: Spec) -> bool:
    """Tell whether all that was wrong is a header that no document can describe."""
    method, _, path = failure.operation.partition(" ")
    declared = {
        str(each.get("name")).lower()
        for each in parameters(spec, path, method)
        if each.get("in") == "header"
    }
    told = re.search(r"Invalid component: (?:parameters? )?(.*?) in header", failure.message)
    missing = re.search(r"required '([^']+)'", failure.message)
    names = re.findall(r"`([^`]+)`", told[1]) if told else [missing[1]] if missing else []
    suits = failure.check in ("missing_required_header", "negative_data_rejection")
    return suits and bool(names) and {name.lower() for name in names} <= IGNORED & declared


def _names_403_alone(failure: Failure, spec: Spec) -> bool:
    """Tell whether missing credentials were refused with 403 because the document has that, and no
    401.
    """
    named = set(map(str, _operation(spec, failure.operation).get("responses") or {}))
    suits = failure.check == "missing_required_header" and "'Authorization'" in failure.message
    return suits and _status(failure) == 403 and "403" in named and "401" not in named


def _is_taken(failure: Failure, spec: Spec) -> bool:
    conflict = "409" not in map(str, _operation(spec, failure.operation).get("responses") or {})
    return failure.check == "positive_data_acceptance" and "is taken" in failure.reply and conflict


def _is_valid_all_the_same(failure: Failure, spec: Spec) -> bool:
    return (
        failure.check == "negative_data_rejection"
        and _status(failure) < 300
        and _verdict(failure, spec) is True
    )


def _is_invalid_all_the_same(failure: Failure, spec: Spec) -> bool:
    return failure.check == "positive_data_acceptance" and _verdict(failure, spec) is False


def _has_no_spelling(failure: Failure, spec: Spec) -> bool:
    """Tell whether an object that is required was sent empty, spread over the query: nothing at all
    was written.
    """
    method, _, path = failure.operation.partition(" ")
    sent = texts_of(path, failure.sent)["query"] if failure.sent else {}
    spread = [
        each
        for each in parameters(spec, path, method)
        if each.get("in") == "query"
        and each.get("required")
        and properties(spec, each.get("schema"))
    ]
    suits = failure.check == "positive_data_acceptance" and bool(spread)
    return suits and not any(
        name.partition("[")[0] in sent for each in spread for name in _names(each, spec)
    )


def _names(parameter: Mapping[str, Any], spec: Spec) -> set[str]:
    return {str(parameter.get("name")), *properties(spec, parameter.get("schema"))}


def _verdict(failure: Failure, spec: Spec) -> bool | None:
    """Tell whether the whole request has a valid reading; None when a part of it cannot be
    judged.
    """
    if failure.sent is None:
        return None
    found = list(verdicts(spec, failure.operation.partition(" ")[2], failure.sent))
    return False if False in found else None if None in found else True


def _form_of_a_list(failure: Failure, spec: Spec) -> bool:
    """Tell whether a form was sent for a schema that is no object, and a form has fields alone."""
    given = failure.sent.headers.get("content-type", "") if failure.sent else ""
    body = _operation(spec, failure.operation).get("requestBody") or {}
    schema = resolved(
        spec, ((body.get("content") or {}).get(given.partition(";")[0]) or {}).get("schema")
    )
    return (
        failure.check == "positive_data_acceptance"
        and "form" in given
        and type_of(schema) == "array"
    )


def _header_contradicts_content(failure: Failure, spec: Spec) -> bool:
    """Tell whether the document has a parameter Content-Type that names what its request body is
    not.
    """
    method, _, path = failure.operation.partition(" ")
    given = (failure.sent.headers.get("content-type", "") if failure.sent else "").partition(";")[0]
    content = (_operation(spec, failure.operation).get("requestBody") or {}).get("content") or {}
    told = [
        each
        for each in parameters(spec, path, method)
        if str(each.get("name")).lower() == "content-type"
    ]
    return (
        failure.check == "positive_data_acceptance"
        and bool(told)
        and bool(content)
        and given not in content
    )


def _xml_of_one_item(failure: Failure, spec: Spec) -> bool:
    """Tell whether an object stood for a list in XML, where a list of one item looks the same (XML
    Object).
    """
    given = failure.sent.headers.get("content-type", "") if failure.sent else ""
    told = re.findall(r"violates `(\w+)` at (\S+) \(was (\w+), became (\w+)\)", failure.message)
    one_item = bool(told) and all((rule, was) == ("type", "array") for rule, _, was, _ in told)
    alone = len(told) == failure.message.count("violates")
    return failure.check == "negative_data_rejection" and "xml" in given and one_item and alone


def _lists_an_unknown_name(failure: Failure, spec: Spec) -> bool:
    """Tell whether a property that tells schemas apart is documented with a value that is the name
    of none.
    """
    told = re.search(r"discriminator property '(.*?)' with value '(.*?)'", failure.message)
    if failure.check != "response_schema_conformance" or told is None:
        return False
    schemas = (spec.get("components") or {}).get("schemas") or {}
    fields = [properties(spec, each).get(told[1], {}) for each in schemas.values()]
    return told[2] not in schemas and any(told[2] in each.get("enum", ()) for each in fields)


def _alternatives_overlap(failure: Failure, spec: Spec) -> bool:
    """Tell whether values made for one alternative of a `oneOf` are values of another one too."""
    if (
        failure.check != "response_schema_conformance"
        or "more than one of the" not in failure.message
    ):
        return False
    at = re.search(r"Schema at (/\S+):", failure.message)
    whole = success_schema(_operation(spec, failure.operation), _status(failure))
    options = resolved(spec, {"$ref": f"#{at[1]}"} if at else whole).get("oneOf") or ()
    for option in options:
        made = [SeededSupply(spec, seed).value(option, "sample") for seed in range(3)]
        if any(
            all(is_valid(spec, other, each) for each in made)
            for other in options
            if other is not option
        ):
            return True
    return False


def _same_shape(failure: Failure, spec: Spec) -> bool:
    """Tell whether the methods that were told besides are those of other templates of the same
    paths.
    """
    told = re.search(r"Undocumented methods advertised: ([A-Z, ]+)", failure.message)
    path = failure.operation.partition(" ")[2]
    shape = re.sub(r"\{[^{}]*\}", "{}", path)
    others = [
        item for other, item in spec["paths"].items() if re.sub(r"\{[^{}]*\}", "{}", other) == shape
    ]
    methods = {name.upper() for item in others for name in item}
    named = set(re.findall(r"[A-Z]+", told[1])) if told else set()
    return failure.check == "allow_header_conformance" and bool(named) and named <= methods


def _shows_an_invalid_example(failure: Failure, spec: Spec) -> bool:
    """Tell whether the reply is an example of the document that its own schema does not allow."""
    answer = failure.calls[-1].answer if failure.calls else None
    if failure.check != "response_schema_conformance" or answer is None:
        return False
    content = response_at(_operation(spec, failure.operation), answer.status).get("content") or {}
    for media in content.values():
        examples = [media["example"]] if "example" in media else []
        named = [
            each.get("value")
            for each in (media.get("examples") or {}).values()
            if isinstance(each, Mapping)
        ]
        if answer.body in examples + named:
            return is_valid(spec, media.get("schema"), answer.body) is False
    return False


def _cannot_be_written(failure: Failure, spec: Spec) -> bool:
    """Tell whether a refusal is documented in media types that hold neither JSON, XML nor text."""
    content = (
        response_at(_operation(spec, failure.operation), _status(failure)).get("content") or {}
    )
    written = any(re.search(r"json|xml|^text/|\*", name) for name in content)
    return (
        failure.check == "content_type_conformance"
        and _status(failure) >= 400
        and bool(content)
        and not written
    )


EXPLANATIONS: Mapping[str, Callable[[Failure, Spec], bool]] = {
    "the document names no refusal of this meaning": _names_no_refusal,
    "the document names no success but an interim one": _names_1xx_alone,
    "a document cannot describe this header as a parameter (OpenAPI 3.0.3)": _cannot_describe_header,
    "the document names 403 and no 401 for credentials": _names_403_alone,
    "a key that the client makes was sent twice, and the document names no 409": _is_taken,
    "the texts that were sent as invalid spell valid values": _is_valid_all_the_same,
    "what was sent as valid breaks the document, as another validator says": _is_invalid_all_the_same,
    "an empty object in a query has no spelling, and the document requires it": _has_no_spelling,
    "a form has fields, and the document wants a list in one": _form_of_a_list,
    "a parameter Content-Type of the document names what its body is not": _header_contradicts_content,
    "in XML an element is a list of one item too": _xml_of_one_item,
    "two templates of the document are the same paths": _same_shape,
    "the alternatives of the document overlap": _alternatives_overlap,
    "the document lists a value for a discriminator that is the name of no schema": _lists_an_unknown_name,
    "an example of the document is not valid by its own schema": _shows_an_invalid_example,
    "the document gives its refusals a media type that cannot be written": _cannot_be_written,
}
