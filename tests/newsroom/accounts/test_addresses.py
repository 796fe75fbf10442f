"""The addresses of account pages, and which of them require reauthentication."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import signed_in
from tests.factories import PASSWORD

ADDRESSES = {
    "",
    "2fa/",
    "2fa/authenticate/",
    "2fa/reauthenticate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/download/",
    "2fa/recovery-codes/generate/",
    "2fa/totp/activate/",
    "2fa/totp/deactivate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "2fa/webauthn/keys/<int:pk>/edit/",
    "2fa/webauthn/keys/<int:pk>/remove/",
    "2fa/webauthn/login/",
    "2fa/webauthn/reauthenticate/",
    "invitation/<str:token>/",
    "login/",
    "logout/",
    "password/change/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/",
    "password/reset/key/done/",
    "password/set/",
    "reauthenticate/",
    "sessions/",
    "sessions/<int:key>/end/",
    "signed-in/",
}


def list_addresses(pattern: URLPattern | URLResolver, *, before: str = "") -> Iterator[str]:
    """Yield the addresses of a pattern and of all patterns that it includes."""
    address = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
    if isinstance(pattern, URLPattern):
        yield address
    else:
        for included in pattern.url_patterns:
            yield from list_addresses(included, before=address)


def test_account_pages_have_these_addresses_and_no_others():
    addresses = {address for pattern in get_resolver().url_patterns for address in list_addresses(pattern)}
    account_addresses = {address for address in addresses if address.startswith("accounts/")}
    assert {address.removeprefix("accounts/") for address in account_addresses} == ADDRESSES


SENSITIVE = (
    "2fa/recovery-codes/",
    "2fa/recovery-codes/download/",
    "2fa/recovery-codes/generate/",
    "2fa/totp/activate/",
    "2fa/totp/deactivate/",
    "2fa/webauthn/add/",
    "2fa/webauthn/keys/1/edit/",
    "2fa/webauthn/keys/1/remove/",
    "password/set/",
)


@pytest.mark.django_db
@pytest.mark.parametrize("has_factor", [False, True])
def test_sign_in_methods_cannot_be_seen_or_changed_without_reauthentication(editor, has_factor):
    if has_factor:
        TOTP.activate(editor, generate_totp_secret())
        RecoveryCodes.activate(editor)
    else:
        editor.set_password("a-password-that-this-session-did-not-see")
        editor.save()
    client = signed_in(editor, methods=())
    reauthentication = "/accounts/2fa/reauthenticate/" if has_factor else "/accounts/reauthenticate/"
    factors = Authenticator.objects.count()
    for address in SENSITIVE:
        for response in (client.get(f"/accounts/{address}"), client.post(f"/accounts/{address}", {"code": "000000"})):
            is_unavailable = response.status_code in {404, 405}
            is_unavailable = is_unavailable or response["Location"] == "/accounts/password/change/"
            assert is_unavailable or response["Location"].startswith(reauthentication), address
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.count() == factors
