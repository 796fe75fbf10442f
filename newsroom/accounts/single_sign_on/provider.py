"""The provider ``openid_connect`` of allauth, configured by the settings instead of rows in the database."""

import secrets
from typing import Any, override

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsroom.accounts.single_sign_on.discovery import read_configuration
from newsroom.http.clock import request_time

SCOPE = ["openid", "email"]
# The values of “process” in the stored state.
SIGN_IN, REAUTHENTICATE = AuthProcess.LOGIN, AuthProcess.REDIRECT
_NONCE_BYTES = 32


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no type annotations
    """The provider in the settings. PKCE is always on; requests cannot add scopes or parameters."""

    @override
    def get_oauth2_adapter(self, request: HttpRequest) -> "Client":
        return Client(request, self)


class Client(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no type annotations
    """This site as a client of the provider."""

    def __init__(self, request: HttpRequest, provider: Provider) -> None:
        super().__init__(request, provider.sub_id)
        self._provider = provider

    @override
    def get_provider(self) -> Provider:
        return self._provider

    @property
    def openid_config(self) -> dict[str, Any]:
        return read_configuration(settings.OIDC_ISSUER)

    @property
    def basic_auth(self) -> bool:
        # The default of OpenID Connect Discovery 1.0, section 3.
        methods = self.openid_config.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return "client_secret_post" not in methods

    @override
    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        # Take the host from the settings: the Host header of a request could name another site.
        return f"{settings.SITE_URL}{reverse('single_sign_on_callback')}"


def make_provider(request: HttpRequest) -> Provider:
    """Return the provider in the settings."""
    app = SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=settings.OIDC_ISSUER,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True, "scope": SCOPE},
    )
    return Provider(request, app=app)


def redirect_to_provider(request: HttpRequest, *, process: str) -> HttpResponse:
    """Redirect to the provider, and store in the session what the answer must match.

    With ``process=REAUTHENTICATE``, the provider must ask the person again, whether or not they are signed in there.
    Raise ProviderError or InvalidAnswerError if the configuration of the provider cannot be read or used.
    """
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    parameters = {"nonce": nonce}
    if process == REAUTHENTICATE:
        parameters |= {"prompt": "login", "max_age": "0"}
    response: HttpResponse = make_provider(request).redirect(
        request,
        process=process,
        next_url=get_next_redirect_url(request),
        auth_params=parameters,
        nonce=nonce,
        began_at=request_time(request).timestamp(),
    )
    return response
