"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code scanning: a Tally and
stories in, a text out.

A result points at the line of the document that says what was broken; a rule is a check with its
sentence. What the ledger accepts is a suppressed result.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contracts.reports.story import Story
from contracts.reports.summary import reasons
from contracts.reports.tally import Tally
from mockserver.recording import moment

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "SRCROOT"


def sarif(tally: Tally, stories: Sequence[Story]) -> str:
    """Return the report."""
    rules = {each.finding.check: each.finding.sentence for each in stories}
    driver = {
        "name": "Understudy",
        "semanticVersion": version("understudy"),
        "rules": [_rule(check, sentence) for check, sentence in rules.items()],
    }
    order = list(rules)
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "invocations": [_invocation(tally)],
        "originalUriBaseIds": {ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, order.index(each.finding.check)) for each in stories],
    }
    if tally.started is not None:
        run["automationDetails"] = {"id": f"understudy/{tally.started.api}/"}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(check: str, sentence: str) -> dict[str, Any]:
    return {
        "id": check,
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": sentence},
        "defaultConfiguration": {"level": "error"},
    }


def _invocation(tally: Tally) -> dict[str, Any]:
    told = [{"level": "warning", "message": {"text": message}} for message in tally.troubles]
    invocation: dict[str, Any] = {
        "executionSuccessful": tally.exit_code != 2,
        "exitCode": tally.exit_code,
        "exitCodeDescription": reasons(tally),
        "toolExecutionNotifications": told,
    }
    if tally.started is not None:
        invocation["startTimeUtc"] = moment(tally.started.began_s)
        if tally.finished is not None:
            invocation["endTimeUtc"] = moment(tally.started.began_s + tally.finished.took_s)
    return invocation


def _result(story: Story, index: int) -> dict[str, Any]:
    finding = story.finding
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": "\n".join(story.lines())},
        "locations": [_location(story)],
        "partialFingerprints": {"understudy/v1": finding.fingerprint},
        "properties": {
            "phase": finding.phase,
            "operation": finding.operation,
            "seed": finding.seed,
        },
    }
    if finding.accepted:
        justification = {
            "kind": "external",
            "status": "accepted",
            "justification": finding.accepted,
        }
        result["suppressions"] = [justification]
    return result


def _location(story: Story) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(story.source), "region": {"startLine": story.line or 1}}
    location: dict[str, Any] = {"physicalLocation": place}
    if story.finding.operation:
        location["logicalLocations"] = [
            {"fullyQualifiedName": story.finding.operation, "kind": "member"}
        ]
    return location


def _artifact(source: str) -> dict[str, Any]:
    """Return where a document is: relative to the working folder where it is below, else its
    URI.
    """
    if "://" in source:
        return {"uri": quote(source, safe="/:?#[]@!$&'()*+,;=%~")}
    if Path(source).is_absolute():
        return {"uri": Path(source).as_uri()}
    return {"uri": quote(source), "uriBaseId": ROOT}
