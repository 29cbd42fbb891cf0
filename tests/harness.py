"""Play a folder of somebody's test harness, and print how many of its cases hold.

    python -m tests.harness FOLDER [--command 'understudy mock ...'] [--list]

A case is a text file of sections, such as those of Prism's harness have: `====test====` (what it is
about), `====spec====` (the document), `====server====` (the arguments of the server, with
`${document}`), `====command====` (a call of curl with `-i`), and `====expect====`,
`====expect-loose====` or `====expect-keysOnly====` (the answer). It holds by its status where that
is the same, and strictly where the media type is, too, and the body: all of it, or the keys of its
object. Portable is what expects no error in the words of the server that it was written for. Cases
with a live server of others (`proxy`) and documents of another kind (`.pc.txt`) are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECTION = re.compile(r"^====([\w-]+)====\r?\n", re.MULTILINE)
READY = "listening on http"
PATIENCE_S = 60.0
OWN_WORDS = ("stoplight.io/prism", "sl-violations")
PORT = "4010"


@dataclass(frozen=True)
class HttpAnswer:
    """An answer as curl shows it."""

    status: int
    media_type: str
    body: str


@dataclass(frozen=True)
class HarnessCase:
    """A case: its file, and what its sections say."""

    name: str
    sections: Mapping[str, str]

    @property
    def expected(self) -> HttpAnswer:
        return answer_of(self.sections[self.expectation])

    @property
    def expectation(self) -> str:
        return next(name for name in self.sections if name.startswith("expect"))

    @property
    def is_played(self) -> bool:
        is_mock = self.sections["server"].strip().startswith("mock ")
        return is_mock and not self.name.endswith(".pc.txt")

    @property
    def is_portable(self) -> bool:
        expected = self.sections[self.expectation]
        return not any(word in expected for word in OWN_WORDS)


@dataclass(frozen=True)
class CaseResult:
    """How a case went."""

    case: HarnessCase
    answer: HttpAnswer | None
    by_status: bool
    strictly: bool


def read_case(text: str, name: str = "") -> HarnessCase:
    parts = SECTION.split(text)[1:]
    return HarnessCase(name, dict(zip(parts[::2], parts[1::2], strict=True)))


def answer_of(text: str) -> HttpAnswer:
    """Return an answer as `curl -i` prints it; what was said before it (100 Continue) is left
    out.
    """
    text = text.strip().replace("\r\n", "\n")
    while re.match(r"HTTP/\S+ 1\d\d", text):
        text = text.partition("\n\n")[2]
    head, _, body = text.partition("\n\n")
    first, *headers = head.split("\n")
    status = re.match(r"HTTP/\S+ (\d+)", first)
    media_types = [line for line in headers if line.lower().startswith("content-type:")]
    media_type = media_types[0].partition(":")[2].partition(";")[0].strip() if media_types else ""
    return HttpAnswer(int(status[1]) if status else 0, media_type, body.strip())


def holds(case: HarnessCase, answer: HttpAnswer) -> bool:
    """Tell whether an answer is as a case expects it, strictly."""
    wanted = case.expected
    if answer.status != wanted.status:
        return False
    if wanted.media_type and answer.media_type != wanted.media_type:
        return False
    given, said = _json(answer.body), _json(wanted.body)
    match case.expectation:
        case "expect":
            return bool(given == said)
        case "expect-keysOnly":
            return isinstance(given, dict) and list(given) == list(said)
    return not wanted.body or type(given) is type(said)


def played(case: HarnessCase, command: str) -> CaseResult:
    """Start a server for a case, ask it, and judge the answer."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "document.yml"
        document.write_text(case.sections["spec"], "utf-8")
        port = _free_port()
        said = case.sections["server"].strip().replace("${document}", str(document))
        arguments = shlex.split(said.replace(f"-p {PORT}", f"-p {port}"))[1:]
        log = Path(folder) / "log"
        with log.open("w") as output:
            server = subprocess.Popen(
                [*shlex.split(command), *arguments], stdout=output, stderr=subprocess.STDOUT
            )
        try:
            answer = _asked(case, port) if _is_ready(server, log) else None
        finally:
            server.terminate()
            server.wait(PATIENCE_S)
    if answer is None:
        return CaseResult(case, None, False, False)
    return CaseResult(case, answer, answer.status == case.expected.status, holds(case, answer))


def _is_ready(server: subprocess.Popen[bytes], log: Path) -> bool:
    for _ in range(int(PATIENCE_S * 20)):
        if READY in log.read_text("utf-8"):
            return True
        try:
            server.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False


def _asked(case: HarnessCase, port: int) -> HttpAnswer | None:
    call = case.sections["command"].strip()
    call = re.sub(rf"(localhost|127\.0\.0\.1):{PORT}", f"127.0.0.1:{port}", call)
    done = subprocess.run(
        call, shell=True, capture_output=True, timeout=PATIENCE_S, check=False, env=_plain()
    )
    text = done.stdout.decode("utf-8", "replace")
    return answer_of(text) if text else None


def _plain() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "NO_PROXY": "*"}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def cases_of(folder: Path) -> Iterator[HarnessCase]:
    for file in sorted(folder.rglob("*.txt")):
        case = read_case(file.read_text("utf-8"), str(file.relative_to(folder)))
        if case.is_played:
            yield case


def figures(results: Sequence[CaseResult]) -> str:
    portable = [result for result in results if result.case.is_portable]
    return (
        f"{sum(each.strictly for each in results)} strictly and "
        f"{sum(each.by_status for each in results)} by status of {len(results)}; "
        f"{sum(each.by_status for each in portable)} by status of {len(portable)} portable ones"
    )


def told(result: CaseResult) -> str:
    """Return a line for a case that does not hold."""
    answer, wanted = result.answer, result.case.expected
    shown = f"{answer.status} {answer.body[:200]!r}" if answer else "no answer"
    mark = "body" if result.by_status else "status"
    kind = "" if result.case.is_portable else " (not portable)"
    return f"{mark}{kind} {result.case.name}: {shown}, not {wanted.status} {wanted.body[:200]!r}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Play the cases of a test harness.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--command", default="understudy mock -q --auth any")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="Show the cases that do not hold.")
    options = parser.parse_args()
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(
            pool.map(lambda case: played(case, options.command), cases_of(options.folder))
        )
    for result in results:
        if options.list and not result.strictly:
            answer = result.answer
            shown = f"{answer.status} {answer.body[:200]!r}" if answer else "no answer"
            mark = "body" if result.by_status else "status"
            wanted = result.case.expected
            kind = "" if result.case.is_portable else " (not portable)"
            print(
                f"{mark}{kind} {result.case.name}: {shown}, not {wanted.status} {wanted.body[:200]!r}"
            )
    print(figures(results))


if __name__ == "__main__":
    main()
