"""Sign the body of a webhook as the document says: a header and what is said of it in, a seal out.

X-Signature: HMAC-SHA256 of the body, hex           9d0c...
X-Hub-Signature-256, example sha256=...             sha256=9d0c...
Signature, "t=timestamp,v1=signature"               t=1767225600,v1=9d0c...
X-Hmac, "base64 encoded HMAC"                       nQw...=
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from mockserver.model.types import DescribedParameter
from mockserver.slots import dataclass

_SIGNED = re.compile(r"signature|hmac|digest", re.I)
_HASH = re.compile(r"sha-?_?(1|256|384|512)(?!\d)", re.I)
_PREFIX = re.compile(r"\b(sha\d+|v\d)=", re.I)
_DATED = re.compile(r"\bt=", re.I)


@dataclass(frozen=True, slots=True)
class Seal:
    """How a body is signed: with which hash, in which spelling, after which prefix; a dated one
    signs the moment, in seconds, and the body (`1767225600.{...}`).
    """

    hash_name: str = "sha256"
    is_base64: bool = False
    prefix: str = ""
    is_dated: bool = False

    def of(self, content: bytes, secret: str, now_s: int) -> str:
        """Return the signature of a body under a secret."""
        signed = content
        if self.is_dated:
            signed = f"{now_s}.".encode() + content
        digest = hmac.new(secret.encode(), signed, getattr(hashlib, self.hash_name)).digest()
        text = digest.hex()
        if self.is_base64:
            text = base64.b64encode(digest).decode()
        if self.is_dated:
            return f"t={now_s},{self.prefix or 'v1='}{text}"
        return f"{self.prefix}{text}"


def seal_of(header: DescribedParameter, words: str = "") -> Seal | None:
    """Return how a header signs a body, None where it does not. What is said of the message counts
    where the header says no hash itself.
    """
    described = f"{header.name} {header.description} {header.schema.get('description', '')}"
    if not _SIGNED.search(described):
        return None
    shown = " ".join([described, *map(str, header.examples), str(header.schema.get("example", ""))])
    pattern = header.schema.get("pattern", "")
    shown = f"{shown} {pattern}"
    found = _HASH.search(shown) or _HASH.search(words)
    prefix = _PREFIX.search(shown)
    return Seal(
        f"sha{found[1]}" if found else "sha256",
        "base64" in shown.lower(),
        prefix[0].lower() if prefix else "",
        _DATED.search(shown) is not None,
    )
