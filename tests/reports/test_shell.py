from __future__ import annotations

import os
import subprocess

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.shell import curl
from contracts.targets.target import Sent

ORIGIN = "http://127.0.0.1:1"
FAKE = """
curl() {
    for each in "$@"; do printf '%s\\0' "$each"; done
    case "$*" in *"--data-binary @-"*) cat;; esac
    printf '\\0\\1'
}
"""
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x01"))
VISIBLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
REQUESTS = st.builds(
    Sent,
    st.sampled_from(["GET", "POST", "HEAD", "PATCH"]),
    VISIBLE.map(lambda text: f"/{text.replace('***', '')}"),
    st.dictionaries(
        st.sampled_from(["X-A", "X-B"]), VISIBLE.map(lambda text: text.replace("***", ""))
    ),
    st.none()
    | TEXTS.map(str.encode)
    | st.binary().map(lambda content: content.translate(None, b"\x00\x01")),
)


def arguments(lines: list[str], **variables: str) -> list[list[bytes]]:
    """Return what a shell gives curl for each line, and what it pipes into it as the last one."""
    script = FAKE + "\n".join(lines)
    environment = {"PATH": os.environ["PATH"], **variables}
    ran = subprocess.run(
        ["sh"], input=script.encode(), env=environment, capture_output=True, timeout=30, check=True
    )
    return [each.split(b"\0") for each in ran.stdout.split(b"\0\1")[:-1]]


@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(st.lists(REQUESTS, min_size=20, max_size=20))
def test_a_shell_sends_what_was_sent(requests: list[Sent]) -> None:
    for sent, said in zip(
        requests, arguments([curl(each, ORIGIN) for each in requests]), strict=True
    ):
        assert f"{ORIGIN}{sent.target}".encode() in said
        for name, value in sent.headers.items():
            assert (f"{name}: {value}" if value else f"{name};").encode() in said
        if sent.content:
            assert sent.content in (said[-1], *said)
        assert (
            said[:1] == [b"--head"]
            if sent.method == "HEAD"
            else said[:2] == [b"-X", sent.method.encode()]
        )


def test_a_masked_secret_is_a_variable_of_the_shell() -> None:
    sent = Sent(
        "GET", "/a?b=1&api_key=***&c=2", {"Authorization": "Bearer ***", "X-Api-Key": "***"}
    )
    line = curl(sent, ORIGIN)
    assert line == (
        """curl -X GET -H 'Authorization: Bearer '"${AUTHORIZATION}" -H 'X-Api-Key: '"${X_API_KEY}" """
        f"""'{ORIGIN}/a?b=1&'api_key="${{API_KEY}}"'&c=2'"""
    )
    said = arguments([line], AUTHORIZATION="it's", X_API_KEY="$k", API_KEY="q")[0]
    assert said[3:6:2] == [b"Authorization: Bearer it's", b"X-Api-Key: $k"]
    assert said[6] == f"{ORIGIN}/a?b=1&api_key=q&c=2".encode()


def test_a_body_without_a_media_type_is_sent_without_one() -> None:
    assert "-H Content-Type: " in curl(Sent("POST", "/", {}, b"x"), ORIGIN)
    assert "Content-Type" not in curl(Sent("POST", "/", {}), ORIGIN)
