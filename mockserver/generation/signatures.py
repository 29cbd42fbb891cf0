"""Sign tokens: claims in, a JSON Web Token out (RFC 7519), and the key set that verifies it (RFC
7517); and verify those that others have signed.

The keys are made when they are first needed and are those of the process: every mock in it signs
with the same ones. PyJWT and cryptography take as long to import as all else of a mock, so they are
imported where they are used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from mockserver.extras import require

RS256 = "RS256"
"""What every client of OpenID Connect can verify (OpenID Connect Core 1.0 section 15.1)."""
ES256 = "ES256"
"""ECDSA on P-256, for documents that say so (RFC 7518 section 3.4)."""
KEY_IDS = {RS256: "understudy", ES256: "understudy-es256"}
VERIFIED = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
"""Algorithms of others that are verified: those with public keys."""
_KEY_BITS = 2048


@cache
def _key(algorithm: str) -> Any:
    """Return a key of this process. Raises MissingExtraError."""
    require("oauth", "a signed token", "jwt", "cryptography")
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if algorithm == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def signed(claims: Mapping[str, Any], algorithm: str = RS256) -> str:
    """Return a token that holds claims. Raises MissingExtraError."""
    key = _key(algorithm)
    import jwt

    headers = {"kid": KEY_IDS[algorithm]}
    return jwt.encode(dict(claims), key, algorithm=algorithm, headers=headers)


def key_set(algorithm: str = RS256) -> dict[str, Any]:
    """Return the public keys that verify what is signed here by an algorithm. Raises
    MissingExtraError.
    """
    key = _key(algorithm)
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm

    written = ECAlgorithm if algorithm == ES256 else RSAAlgorithm
    public: dict[str, Any] = json.loads(written.to_jwk(key.public_key()))
    public.pop("key_ops", None)
    return {"keys": [{**public, "kid": KEY_IDS[algorithm], "use": "sig", "alg": algorithm}]}


def verified(
    token: str,
    keys: Sequence[Mapping[str, Any]],
    now_s: float,
) -> Mapping[str, Any] | None:
    """Return the claims of a token that one of these public keys has signed and whose time is not
    over; None for any other one.
    """
    import jwt

    try:
        head = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return None
    algorithm = head.get("alg")
    if algorithm not in VERIFIED:
        return None
    for key in keys:
        if head.get("kid") not in (None, key.get("kid", head.get("kid"))):
            continue
        try:
            public = jwt.PyJWK(dict(key), algorithm)
            claims: dict[str, Any] = jwt.decode(
                token,
                public,
                [algorithm],
                options={"verify_exp": False, "verify_nbf": False, "verify_aud": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        return claims if _is_good(claims, now_s) else None
    return None


def check_key(key: Any) -> None:
    """Raise ValueError for what is no public key."""
    import jwt

    if not isinstance(key, Mapping) or key.get("kty") not in ("RSA", "EC", "OKP"):
        raise ValueError("a key is an object with the kty RSA, EC or OKP (RFC 7517)")
    try:
        jwt.PyJWK(dict(key))
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ValueError(str(error)) from None


def _is_good(claims: Mapping[str, Any], now_s: float) -> bool:
    """Tell whether a token is good at a moment (RFC 7519 sections 4.1.4 and 4.1.5)."""
    ends = claims.get("exp")
    begins = claims.get("nbf")
    if isinstance(ends, int | float) and ends <= now_s:
        return False
    return not (isinstance(begins, int | float) and begins > now_s)
