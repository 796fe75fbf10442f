"""Which addresses the pages of accounts have, and no others."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

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


def addresses_under(pattern: URLPattern | URLResolver, *, before: str = "") -> Iterator[str]:
    """Yield the addresses of a pattern and of all that it includes."""
    address = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
    if isinstance(pattern, URLPattern):
        yield address
    else:
        for each in pattern.url_patterns:
            yield from addresses_under(each, before=address)


def test_accounts_have_these_addresses_and_no_others():
    found = {address for pattern in get_resolver().url_patterns for address in addresses_under(pattern)}
    assert {each.removeprefix("accounts/") for each in found if each.startswith("accounts/")} == ADDRESSES
