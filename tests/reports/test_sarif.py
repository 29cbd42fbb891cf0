from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from contracts.events import Event
from contracts.reports.opening import Told
from contracts.reports.sarif import sarif
from contracts.reports.story import Teller
from tests.conftest import ROOT, model_of
from tests.reports.runs import RUNS, broken_run

TEXT = {"text": str}
LOCATION = {
    "physicalLocation": {
        "artifactLocation": {"uri": str, "uriBaseId?": str},
        "region": {"startLine": int},
    },
    "logicalLocations?": [{"fullyQualifiedName": str, "kind": str}],
}
RUN = {
    "tool": {
        "driver": {
            "name": str,
            "semanticVersion": str,
            "rules": [
                {
                    "id": str,
                    "shortDescription": TEXT,
                    "fullDescription": TEXT,
                    "defaultConfiguration": {"level": str},
                }
            ],
        }
    },
    "invocations": [
        {
            "executionSuccessful": bool,
            "exitCode": int,
            "exitCodeDescription": str,
            "toolExecutionNotifications": [{"level": str, "message": TEXT}],
            "startTimeUtc?": str,
            "endTimeUtc?": str,
        }
    ],
    "automationDetails?": {"id": str},
    "originalUriBaseIds": {"SRCROOT": {"uri": str}},
    "columnKind": str,
    "results": [
        {
            "ruleId": str,
            "ruleIndex": int,
            "level": str,
            "message": TEXT,
            "locations": [LOCATION],
            "partialFingerprints": {"understudy/v1": str},
            "properties": {"phase": str, "operation": str, "seed": int},
            "suppressions?": [{"kind": str, "status": str, "justification": str}],
        }
    ],
}
FORM = {"$schema": str, "version": str, "runs": [RUN]}
"""The part of SARIF 2.1.0 that is used: names as the standard has them, `?` after one that may be
absent.
"""


def written(events: list[Event], teller: Teller | None = None) -> Any:
    fold = Told(sarif, teller or Teller(model_of("bookshop")))
    for event in events:
        fold.take(event)
    return json.loads(fold.text())


def hold_to(form: Any, value: Any, place: str = "") -> None:
    if isinstance(form, type):
        assert isinstance(value, form), place
    elif isinstance(form, list):
        for index, each in enumerate(value):
            hold_to(form[0], each, f"{place}/{index}")
    else:
        assert value.keys() <= {name.rstrip("?") for name in form}, place
        assert value.keys() >= {name for name in form if not name.endswith("?")}, place
        for name, inner in form.items():
            if name.rstrip("?") in value:
                hold_to(inner, value[name.rstrip("?")], f"{place}/{name}")


@pytest.mark.parametrize("run", RUNS)
def test_it_has_the_form_of_the_standard(run: str) -> None:
    log = written(RUNS[run])
    hold_to(FORM, log)
    assert log["version"] == "2.1.0"
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    for result in log["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize(
    ("index", "start"),
    [(0, "id:"), (1, "get:"), (2, "get:")],
    ids=["a schema", "an operation", "an item"],
)
def test_a_result_points_at_the_line_of_the_operation_or_schema(
    index: int, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    place = written(broken_run())["runs"][0]["results"][index]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "specs/bookshop/openapi.yaml",
        "uriBaseId": "SRCROOT",
    }
    line = (
        (ROOT / "specs/bookshop/openapi.yaml")
        .read_text()
        .splitlines()[place["region"]["startLine"] - 1]
    )
    assert line.strip().startswith(start), line


def test_a_document_elsewhere_has_a_whole_uri(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = written(broken_run())["runs"][0]
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == f"{tmp_path.as_uri()}/"
    [uri] = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run["results"]
    }
    assert unquote(uri) == f"file://{ROOT}/specs/bookshop/openapi.yaml"


def test_what_is_accepted_is_suppressed_with_its_reason() -> None:
    results = written(broken_run())["runs"][0]["results"]
    assert [each.get("suppressions", [{}])[0].get("justification", "")[:9] for each in results] == [
        "",
        "The proxy",
        "",
    ]
