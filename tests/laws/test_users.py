"""What one user may not see is neither shown to them nor changed by them."""

from __future__ import annotations

import pytest

from contracts.errors import PlanError
from contracts.options import treatment, with_credentials
from contracts.oracle.plain_store import PlainStore
from contracts.secrecy import Secrets
from contracts.shell import curl
from contracts.targets.exchanges import told
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.laws.desks import ANN, BOB, FAULTS, Desk, desk
from tests.laws.servers import events_of, findings_of, tried

MODEL = desk()
LAWS = ("others-are-not-shown", "others-are-not-changed")


def subject_with(fault: str = "", rule: str = "own") -> Subject:
    return Subject(
        with_credentials(MODEL, {"Key": ANN}),
        lambda: Desk(fault, rule),
        PlainStore,
        fresh=True,
        safety=Safety.ALL,
        other_user=with_credentials(MODEL, {"Key": BOB}),
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_open_to_another_user_is_found(fault: str) -> None:
    found = findings_of(events_of(subject_with(fault), *LAWS))
    assert FAULTS[fault] in {each.check for each in found}
    assert {each.check for each in found} <= set(LAWS)


@pytest.mark.parametrize("rule", ["own", "shared", "public", "forbidden"])
def test_a_server_that_keeps_its_rule_is_not_accused(rule: str) -> None:
    events = events_of(subject_with(rule=rule))
    assert [each.message for each in findings_of(events)] == []
    assert tried(events)[LAWS[0], "/notes"] == ""


def test_without_a_second_user_there_are_no_laws_of_users() -> None:
    alone = Subject(
        with_credentials(MODEL, {"Key": ANN}), Desk, PlainStore, fresh=True, safety=Safety.ALL
    )
    assert not {law for law, _ in tried(events_of(alone))} & set(LAWS)


def test_the_story_tells_who_calls_and_hides_the_keys_of_both() -> None:
    (finding,) = findings_of(events_of(subject_with("read"), LAWS[0]))
    secrets = Secrets({ANN}, {"x-key"}, {BOB})
    calls = [each.sent for each in secrets.finding(finding).calls]
    lines = [told(1, sent, None) for sent in calls]
    assert "(as the other user)" not in lines[0]
    assert lines[1].startswith("1. GET /notes/")
    assert "(as the other user)" in lines[1]
    shell = [curl(sent, "http://a.org") for sent in calls]
    assert "${X_KEY}" in shell[0]
    assert "${X_KEY_OTHER}" in shell[1]
    assert not any(key in line for line in [*lines, *shell] for key in (ANN, BOB))


def test_the_credential_of_the_first_user_is_none_of_a_second_one() -> None:
    with pytest.raises(PlanError, match=r"--auth-other Key=.*another user"):
        treatment(
            header=(),
            auth=[f"Key={ANN}"],
            auth_other=[f"Key={ANN}"],
            rate=None,
            max_time=None,
            allow_writes=False,
            disposable=True,
            parent=(),
            cacert=None,
            seed=0,
        )
