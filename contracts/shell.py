"""Write a request as a line for a shell: a Sent in, a curl line out.

A masked secret (`***`) becomes an environment variable that is named as the header or the parameter
which it is in, so that the line works for whoever has the secret.
"""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator

from contracts.targets.exchanges import is_text
from contracts.targets.target import Sent
from mockserver.control.masking import MASK

ITS_OWN = frozenset(
    {
        "host",
        "connection",
        "content-length",
        "accept-encoding",
        "user-agent",
        "x-schemathesis-testcaseid",
    }
)
"""Headers that curl sends by itself, or that mean nothing to the server."""
_MASKED_PARAMETER = re.compile(r"(?<=[?&])([^=&]+)=\*\*\*")


def curl(sent: Sent, origin: str) -> str:
    """Return a line that sends the request to a server at `origin` (scheme and host)."""
    parts = ["curl", *_method(sent), *_headers(sent)]
    before = ""
    if sent.content and is_text(sent.content):
        parts += ["--data-raw", shlex.quote(sent.content.decode())]
    elif sent.content:
        before = f"echo {base64.b64encode(sent.content).decode()} | base64 -d | "
        parts += ["--data-binary", "@-"]
    if re.search(r"[\[\]{}]", sent.target):
        parts.append("--globoff")
    if "/." in sent.target:
        parts.append("--path-as-is")
    return before + " ".join([*parts, _url(f"{origin}{sent.target}")])


def variable(name: str) -> str:
    """Return the environment variable for the secret in a header or parameter of this name."""
    return re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").upper() or "SECRET"


def _method(sent: Sent) -> list[str]:
    return ["--head"] if sent.method == "HEAD" else ["-X", shlex.quote(sent.method)]


def _headers(sent: Sent) -> Iterator[str]:
    for name, value in sent.headers.items():
        if name.lower() in ITS_OWN or (name.lower(), value) == ("accept", "*/*"):
            continue
        start, mask, end = value.partition(MASK)
        if mask:
            quoted = (
                shlex.quote(f"{name}: {start}")
                + f'"${{{variable(name)}}}"'
                + (shlex.quote(end) if end else "")
            )
        else:
            quoted = shlex.quote(f"{name}: {value}" if value else f"{name};")
        yield from ("-H", quoted)
    if sent.content and "content-type" not in {name.lower() for name in sent.headers}:
        yield from ("-H", "Content-Type:")  # or curl says that it is a form


def _url(url: str) -> str:
    """Return a URL for the shell, with the variables of its secrets."""
    pieces = _MASKED_PARAMETER.split(url)
    quoted = [shlex.quote(pieces[0])]
    for name, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        quoted.append(
            shlex.quote(f"{name}=")
            + f'"${{{variable(name)}}}"'
            + (shlex.quote(rest) if rest else "")
        )
    return "".join(quoted)
