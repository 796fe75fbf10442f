"""The JSON that an issuer serves: its configuration (OpenID Connect Discovery 1.0), its keys, and claims."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from newsroom.accounts.single_sign_on.errors import InvalidAnswerError, ProviderError

TIMEOUT_SECONDS = 5
FRESH_SECONDS = 300
# A failure is remembered: otherwise, each sign-in would wait for TIMEOUT_SECONDS while an issuer does not answer.
FAILED_SECONDS = 5
_REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint",)


@dataclass(frozen=True, slots=True)
class _Remembered:
    until: float
    configuration: dict[str, Any]
    error: ProviderError | InvalidAnswerError | None = None


_remembered: dict[str, _Remembered] = {}


def read_configuration(issuer: str) -> dict[str, Any]:
    """Return the configuration of an issuer, at most ``FRESH_SECONDS`` old.

    Raise ProviderError if the issuer does not answer, and InvalidAnswerError if its configuration cannot be used.
    """
    remembered = _remembered.get(issuer)
    if remembered is None or remembered.until < time.monotonic():
        remembered = _remembered[issuer] = _fetch_configuration(issuer)
    if remembered.error is not None:
        # A new exception is raised, because one that is raised again keeps the tracebacks of all requests.
        raise type(remembered.error)(*remembered.error.args)
    return remembered.configuration


def forget_configurations() -> None:
    """Forget the remembered configurations and failures of all issuers."""
    _remembered.clear()


def _fetch_configuration(issuer: str) -> _Remembered:
    try:
        configuration = get_json(f"{issuer}/.well-known/openid-configuration")
        _check_configuration(configuration, issuer)
    except (ProviderError, InvalidAnswerError) as error:
        return _Remembered(time.monotonic() + FAILED_SECONDS, {}, error)
    return _Remembered(time.monotonic() + FRESH_SECONDS, configuration)


def _check_configuration(configuration: dict[str, Any], issuer: str) -> None:
    # The setting has no trailing slash, but some issuers use one in their own name.
    named = configuration.get("issuer")
    if not isinstance(named, str) or named.rstrip("/") != issuer:
        raise InvalidAnswerError("The configuration names another issuer than OIDC_ISSUER.")
    for name in (*_REQUIRED, *(name for name in _OPTIONAL if name in configuration)):
        address = configuration.get(name)
        if not isinstance(address, str) or not _is_as_safe(address, issuer):
            raise InvalidAnswerError(f"The configuration has no usable {name}.")


def _is_as_safe(address: str, issuer: str) -> bool:
    """Return whether a URL uses HTTPS, or HTTP if the URL of the issuer does too."""
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return False
    return scheme == "https" or scheme == urlsplit(issuer).scheme == "http"


def get_json(address: str, *, access_token: str = "") -> dict[str, Any]:
    """Return the JSON object at a URL. Raise ProviderError if the request fails or the answer is something else."""
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    place = f"{urlsplit(address).hostname}{urlsplit(address).path}"
    try:
        response = requests.get(address, headers=headers, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        answer = response.json()
    except requests.RequestException as error:
        raise ProviderError(f"{place} gave no answer: {type(error).__name__}.") from error
    if not isinstance(answer, dict):
        raise ProviderError(f"{place} answered with something other than a JSON object.")
    return answer
