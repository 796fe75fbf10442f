"""Verify ID tokens (OpenID Connect Core 1.0, 3.1.3.7). Only RS256 and ES256 are accepted."""

from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.crypto import constant_time_compare

from newsroom.accounts.single_sign_on.errors import InvalidAnswerError

LEEWAY_SECONDS = 60  # how far the clocks of the issuer and of this machine may differ
MINIMUM_RSA_BITS = 2048
MAX_SUBJECT_LENGTH = 191  # the length of the column; the standard allows 255
# Parameters of a JSON Web Key (RFC 7518, 6): those that an algorithm requires, and those that are public.
_PARAMETERS = {"RS256": {"kty": "RSA"}, "ES256": {"kty": "EC", "crv": "P-256"}}
_PUBLIC = ("kty", "crv", "n", "e", "x", "y")


def verify_id_token(
    token: object, *, keys: dict[str, Any], issuer: str, client_id: str, nonce: str, at: datetime
) -> dict[str, Any]:
    """Return the claims of an ID token. ``keys`` is the JSON Web Key Set of the issuer.

    Raise InvalidAnswerError unless one of the keys signed the token, and the token was issued for this client and this
    sign-in and is valid at ``at``.
    """
    if not isinstance(token, str):
        raise InvalidAnswerError("There is no ID token.")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in _PARAMETERS:
            raise InvalidAnswerError("The ID token is signed with neither RS256 nor ES256.")
        if "crit" in header:
            raise InvalidAnswerError("The ID token has a header that is not understood.")
        claims = jwt.decode(
            token,
            _find_key(keys, algorithm, header.get("kid")),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            # The times are checked below, against the clock of the request.
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        # An issuer may send anything. No message of these errors contains the token.
        raise InvalidAnswerError(f"The ID token is not valid: {type(error).__name__}.") from error
    _check_claims(claims, client_id=client_id, nonce=nonce, now=at.timestamp())
    return claims


def _find_key(keys: dict[str, Any], algorithm: str, key_id: object) -> Any:
    """Return the key that verifies signatures of ``algorithm``.

    The key must have the ID ``key_id``, unless that is None. Raise InvalidAnswerError if there is no such key, if there
    are several, or if the key is too short.
    """
    listed = keys.get("keys")
    wanted = _PARAMETERS[algorithm]
    matching = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict)
        and all(key.get(name) == value for name, value in wanted.items())
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    ]
    if len(matching) != 1:
        raise InvalidAnswerError(f"The issuer has {len(matching)} keys that could have signed the ID token.")
    key = jwt.PyJWK({name: matching[0][name] for name in _PUBLIC if name in matching[0]}, algorithm).key
    if isinstance(key, RSAPublicKey) and key.key_size < MINIMUM_RSA_BITS:
        raise InvalidAnswerError(f"The issuer has a key of fewer than {MINIMUM_RSA_BITS} bits.")
    return key


def _check_claims(claims: dict[str, Any], *, client_id: str, nonce: str, now: float) -> None:
    subject, audience, party = claims["sub"], claims["aud"], claims.get("azp")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_LENGTH:
        raise InvalidAnswerError("The ID token has no usable subject.")
    if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (None, client_id):
        raise InvalidAnswerError("The ID token was issued to another client.")
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise InvalidAnswerError("The ID token belongs to another sign-in.")
    if read_time(claims, "exp", default=0) <= now - LEEWAY_SECONDS:
        raise InvalidAnswerError("The ID token has expired.")
    if max(read_time(claims, name, default=0) for name in ("iat", "nbf", "auth_time")) > now + LEEWAY_SECONDS:
        raise InvalidAnswerError("The ID token is from the future: do the clocks agree?")


def read_time(claims: dict[str, Any], name: str, *, default: float) -> float:
    """Return the time in a claim, in seconds since 1970, or ``default`` if the claim is missing.

    Raise InvalidAnswerError if the time is not a number.
    """
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidAnswerError(f"The claim {name} of the ID token is not a number.")
    return float(value)
