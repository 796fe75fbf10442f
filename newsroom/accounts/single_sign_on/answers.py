"""Verify the answer that a person brings back from the provider."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.http import HttpRequest
from requests import RequestException

from newsroom.accounts.single_sign_on.discovery import get_json
from newsroom.accounts.single_sign_on.errors import InvalidAnswerError, ProviderError, SignInRefusedError
from newsroom.accounts.single_sign_on.id_tokens import read_time, verify_id_token
from newsroom.accounts.single_sign_on.identities import Address
from newsroom.accounts.single_sign_on.provider import Client, make_provider

# The authentication methods if the provider asked for nothing but a password (RFC 8176, 2).
_ONLY_PASSWORD = {"pwd"}
_ERROR_CODE = re.compile(r"[a-z_]{1,50}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer from the provider."""

    claims: dict[str, Any]
    access_token: str
    configuration: dict[str, Any]

    @property
    def subject(self) -> str:
        """The identifier of the person at the issuer; it never changes."""
        subject: str = self.claims["sub"]
        return subject

    @property
    def authenticated_at(self) -> float | None:
        """The time at which the person proved their identity to the provider, or None if the provider does not say.

        Raise InvalidAnswerError if the time is not a number.
        """
        return read_time(self.claims, "auth_time", default=0) or None

    @property
    def has_second_factor(self) -> bool:
        """Whether the provider may have asked for a second factor. False if ``amr`` lists nothing but a password."""
        methods = self.claims.get("amr")
        return not (isinstance(methods, list) and set(map(str, methods)) <= _ONLY_PASSWORD)

    def read_address(self) -> Address:
        """Return the e-mail address, which is requested from the provider if the ID token does not contain it.

        Raise ProviderError if the provider does not answer, and InvalidAnswerError if it answers about somebody else.
        """
        claims = self.claims
        endpoint = self.configuration.get("userinfo_endpoint")
        if "email" not in claims and endpoint:
            claims = get_json(endpoint, access_token=self.access_token)
            if claims.get("sub") != self.subject:
                raise InvalidAnswerError("The claims are about another subject than the ID token.")
        email, is_verified = claims.get("email"), claims.get("email_verified")
        # Some providers send the value as a string.
        return Address(email if isinstance(email, str) else "", is_verified is True or is_verified == "true")


def take_state(request: HttpRequest) -> dict[str, Any]:
    """Return what was stored when the person was sent to the provider, and remove it from the session.

    Raise SignInRefusedError if this browser was not sent there in the last ten minutes, or has already returned.
    """
    state: dict[str, Any] | None = statekit.unstash_state(
        request, provider_id=settings.OIDC_ISSUER, state_id=request.GET.get("state", "")
    )
    if state is None:
        raise SignInRefusedError(
            "This sign-in has expired. Start again.", reason="the state is unknown or was used before", status=400
        )
    return state


def verify_answer(request: HttpRequest, state: dict[str, Any], *, at: datetime) -> Answer:
    """Exchange the code in the request for an ID token, and return the verified answer.

    Raise SignInRefusedError if the provider refused to sign the person in, ProviderError if it does not answer, and
    InvalidAnswerError if the answer cannot be trusted.
    """
    client = make_provider(request).get_oauth2_adapter(request)
    configuration = client.openid_config
    # RFC 9207: an answer from another issuer must not be taken for one from this issuer.
    if request.GET.get("iss", configuration["issuer"]) != configuration["issuer"]:
        raise InvalidAnswerError("The answer came from another issuer.")
    if error := request.GET.get("error"):
        raise _refuse(error)
    if not request.GET.get("code"):
        raise InvalidAnswerError("The answer has no code.")
    tokens = _exchange_code(request, client, state)
    claims = verify_id_token(
        tokens.get("id_token"),
        keys=get_json(configuration["jwks_uri"]),
        issuer=configuration["issuer"],
        client_id=settings.OIDC_CLIENT_ID,
        nonce=state["nonce"],
        at=at,
    )
    return Answer(claims, tokens["access_token"], configuration)


def _refuse(error: str) -> SignInRefusedError:
    code = error if _ERROR_CODE.fullmatch(error) else "an unknown error"
    if code == "access_denied":
        return SignInRefusedError(
            f"{settings.OIDC_NAME} did not let you in, or you cancelled. Try again, or ask an administrator.",
            reason=code,
        )
    return SignInRefusedError(
        f"{settings.OIDC_NAME} refused to sign you in. Try again, or ask an administrator.", reason=code
    )


def _exchange_code(request: HttpRequest, client: Client, state: dict[str, Any]) -> dict[str, Any]:
    app = client.get_provider().app
    try:
        tokens = client.get_access_token_data(
            request, app, client.get_client(request, app), pkce_code_verifier=state["pkce_code_verifier"]
        )
    except RequestException as error:
        raise ProviderError(f"The code could not be exchanged: {type(error).__name__}.") from error
    except (OAuth2Error, KeyError, TypeError, ValueError) as error:
        # From None, because allauth's error quotes the answer, which may contain tokens.
        raise InvalidAnswerError(f"The code was refused: {type(error).__name__}.") from None
    if not isinstance(tokens, dict) or not isinstance(tokens.get("access_token"), str):
        raise InvalidAnswerError("The code was exchanged for something other than tokens.")
    return tokens
