"""The Actions, the GitLab template and the pre-commit hooks call commands as these take it.

Their scripts run as they stand, with a program in the place of `understudy` that writes down its
words, which are then read as the command would read them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.invocations import documents, parsed, text_of

BASH = shutil.which("bash")
ACTIONS = {name: next(documents(Path(f".github/{name}/action.yml"))) for name in ("check", "diff")}
[GITLAB] = documents(Path(".gitlab/understudy.yml"))
[HOOKS] = documents(Path(".pre-commit-hooks.yaml"))
WRITING = f"""#!{sys.executable}
import json, os, sys
with open(os.environ["WORDS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
print("told")
sys.exit(int(os.environ.get("CODE", "0")))
"""
CHECK = {"API": "my api.yaml", "TARGET": "", "OPTIONS": "--max-time=60\n\n--auth=ApiKey=$KEY\n"}
DIFF = {"OLD": "git:origin/main:a b.yaml", "NEW": "a b.yaml", "FAIL_ON": "none", "OPTIONS": ""}
needs_bash = pytest.mark.skipif(BASH is None, reason="no bash here")


def action_script(name: str, step: str) -> str:
    [found] = [each for each in ACTIONS[name]["runs"]["steps"] if each.get("name") == step]
    return str(found["run"])


SCRIPTS = {
    "action check": (action_script("check", "Check"), CHECK),
    "action diff": (action_script("diff", "Compare"), DIFF),
    "gitlab check": (GITLAB[".understudy-check"]["script"][0], CHECK),
    "gitlab diff": (GITLAB[".understudy-diff"]["script"][0], DIFF),
}


def played(
    script: str, variables: Mapping[str, str], folder: Path
) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    """Run a script; return its exit code, and each command that it called with its parameters."""
    assert BASH is not None
    stub = folder / "understudy"
    stub.write_text(WRITING, "utf-8")
    stub.chmod(0o755)
    told = {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "WORDS": str(folder / "words"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "REPORTS": "some reports",
        "REPORT": "report.md",
    }
    command = [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env={**told, **variables}, check=False)
    lines = (folder / "words").read_text("utf-8").splitlines()
    return done.returncode, [parsed(json.loads(line)) for line in lines]


@needs_bash
@pytest.mark.parametrize(("script", "variables"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_calls_commands_as_they_take_it(
    script: str, variables: dict[str, str], tmp_path: Path
) -> None:
    code, called = played(script, variables, tmp_path)
    assert code == 0
    for name, options in called:
        if name == "check":
            assert options["api"] == "my api.yaml"
            assert options["max_time"] == 60
            assert options["auth"] == ("ApiKey=$KEY",)
        else:
            assert (options["old"], options["new"]) == ("git:origin/main:a b.yaml", "a b.yaml")


@needs_bash
@pytest.mark.parametrize("name", ["action check", "gitlab check"])
def test_without_a_target_the_mock_of_the_document_is_checked(name: str, tmp_path: Path) -> None:
    script, variables = SCRIPTS[name]
    _, [(_, options)] = played(script, variables, tmp_path)
    assert (options["mock"], options["target"]) == (True, None)


@needs_bash
@pytest.mark.parametrize("name", ["action check", "gitlab check"])
def test_with_a_target_that_is_checked(name: str, tmp_path: Path) -> None:
    script, variables = SCRIPTS[name]
    url = "http://127.0.0.1:8000"
    _, [(_, options)] = played(script, {**variables, "TARGET": url}, tmp_path)
    assert (options["mock"], options["target"]) == (False, url)


@needs_bash
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_fails_as_its_command_does(name: str, tmp_path: Path) -> None:
    script, variables = SCRIPTS[name]
    if name == "action diff":  # its first call, for annotations, is told to fail at nothing
        script = script.replace("--no-replay", "--no-replay || true")
    assert played(script, {**variables, "CODE": "1"}, tmp_path)[0] == 1


@needs_bash
def test_the_report_of_a_comparison_is_on_the_page_of_the_job(tmp_path: Path) -> None:
    script, variables = SCRIPTS["action diff"]
    played(script, variables, tmp_path)
    assert (tmp_path / "summary.md").read_text("utf-8") == "told\n"


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_takes_inputs_through_the_environment_alone(name: str) -> None:
    """What stands in a script by `${{ }}` would be run as a part of it."""
    action = ACTIONS[name]
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert ("run" in step) is (step.get("shell") == "bash")
    used = text_of(Path(f".github/{name}/action.yml"))
    assert [each for each in action["inputs"] if f"inputs.{each}" not in used] == []


def test_an_action_installs_the_revision_that_it_is_of() -> None:
    for name in ACTIONS:
        script = action_script(name, "Install Understudy")
        assert '"$GITHUB_ACTION_PATH/../..[contracts]"' in script
        assert (ROOT / ".github" / name / "../../pyproject.toml").is_file()


def test_the_reports_of_a_gitlab_job_are_those_that_its_script_writes() -> None:
    for name in (".understudy-check", ".understudy-diff"):
        job = GITLAB[name]
        kept = job["artifacts"]["paths"] + list(job["artifacts"].get("reports", {}).values())
        assert [file for file in kept if file not in job["script"][0]] == []


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_calls_a_command_as_it_takes_it(hook: dict[str, Any]) -> None:
    program, *words = hook["entry"].split()
    name, _ = parsed([*words, *hook["args"]])
    assert (program, hook["pass_filenames"]) == ("understudy", False)
    assert hook["id"] == f"understudy-{name}"
    assert name != "diff" or hook["additional_dependencies"] == [".[contracts]"]
