"""Write a request as a line for a shell: a Sent in, a curl line out.

A masked secret (`***`) becomes an environment variable that is named as the header or the parameter
which it is in, so that the line works for whoever has the secret.
"""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator

from contracts.targets.exchanges import OTHERS, is_text
from contracts.targets.target import Sent
from mockserver.control.curl import as_it_is
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
_MASKED_PARAMETER = re.compile(r"(?<=[?&])([^=&]+)=(\*\*\*(?:other\*\*\*)?)")


def curl(sent: Sent, origin: str) -> str:
    """Return a line that sends the request to a server at `origin` (scheme and host)."""
    parts = ["curl", *_method(sent), *_headers(sent)]
    before = ""
    if sent.content and is_text(sent.content):
        parts += ["--data-raw", shlex.quote(sent.content.decode())]
    elif sent.content:
        before = f"echo {base64.b64encode(sent.content).decode()} | base64 -d | "
        parts += ["--data-binary", "@-"]
    parts += as_it_is(sent.target)
    return before + " ".join([*parts, _url(f"{origin}{sent.target}")])


def masked_in(name: str, value: str) -> tuple[str, str, str]:
    """Return what is before the secret in a header, the variable for it, and what is after; no
    variable where there is none.
    """
    mask = OTHERS if OTHERS in value else MASK
    before, found, after = value.partition(mask)
    if not found:
        return value, "", ""
    return before, variable(name, found), after


def variable(name: str, mask: str = MASK) -> str:
    """Return the environment variable for the secret in a header or parameter of this name."""
    name = f"{name}_OTHER" if mask == OTHERS else name
    return re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").upper() or "SECRET"


def _method(sent: Sent) -> list[str]:
    return ["--head"] if sent.method == "HEAD" else ["-X", shlex.quote(sent.method)]


def _headers(sent: Sent) -> Iterator[str]:
    for name, value in sent.headers.items():
        if _is_left_to_curl(name, value):
            continue
        before, secret, after = masked_in(name, value)
        before = f"{name}: {before}" if value else f"{name};"
        yield "-H"
        yield _with_variable(before, secret, after)
    names = {name.lower() for name in sent.headers}
    if sent.content and "content-type" not in names:
        yield "-H"
        yield "Content-Type:"  # or curl says that it is a form


def _is_left_to_curl(name: str, value: str) -> bool:
    """Tell whether curl sends a header by itself."""
    if name.lower() in ITS_OWN:
        return True
    return name.lower() == "accept" and value == "*/*"


def _url(url: str) -> str:
    """Return a URL for the shell, with the variables of its secrets."""
    quoted = []
    start = 0
    for found in _MASKED_PARAMETER.finditer(url):
        name, mask = found.groups()
        before = url[start : found.start()]
        quoted.append(shlex.quote(before))
        secret = variable(name, mask)
        quoted.append(_with_variable(f"{name}=", secret, ""))
        start = found.end()
    rest = url[start:]
    if rest or not quoted:
        quoted.append(shlex.quote(rest))
    return "".join(quoted)


def _with_variable(before: str, secret: str, after: str) -> str:
    """Return a text for the shell, with a variable in it where there is one."""
    quoted = shlex.quote(before)
    if secret:
        quoted += f'"${{{secret}}}"'
    if after:
        quoted += shlex.quote(after)
    return quoted
