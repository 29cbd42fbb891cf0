"""Sign tokens: claims in, a JSON Web Token out (RFC 7519), and the key set that verifies it (RFC
7517).

The key is made when it is first needed and is that of the process: every mock in it signs with the
same one. PyJWT and cryptography take as long to import as all else of a mock, so they are imported
where they are used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from mockserver.extras import require

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALGORITHM = "RS256"
"""What every client of OpenID Connect can verify (OpenID Connect Core 1.0 section 15.1)."""
KEY_ID = "understudy"
_KEY_BITS = 2048


@cache
def _key() -> RSAPrivateKey:
    """Return the key of this process. Raises MissingExtraError."""
    require("oauth", "a signed token", "jwt", "cryptography")
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def signed(claims: Mapping[str, Any]) -> str:
    """Return a token that holds claims. Raises MissingExtraError."""
    key = _key()
    import jwt

    return jwt.encode(dict(claims), key, algorithm=ALGORITHM, headers={"kid": KEY_ID})


def key_set() -> dict[str, Any]:
    """Return the public keys that verify what is signed here. Raises MissingExtraError."""
    key = _key()
    from jwt.algorithms import RSAAlgorithm

    public: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    public.pop("key_ops", None)
    return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": ALGORITHM}]}
