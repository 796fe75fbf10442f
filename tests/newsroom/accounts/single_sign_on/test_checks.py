"""Single sign-on is configured completely, or not at all."""

import pytest

from newsroom.accounts.single_sign_on.checks import check_configuration

COMPLETE = {
    "OIDC_ISSUER": "https://sso.example",
    "OIDC_NAME": "Example SSO",
    "OIDC_CLIENT_ID": "newsroom",
    "OIDC_CLIENT_SECRET": "secret",
}


def check(settings, **values):
    for name, value in {**dict.fromkeys(COMPLETE, ""), **values}.items():
        setattr(settings, name, value)
    return [message.id for message in check_configuration(None)]


def test_a_complete_configuration_and_none_are_in_order(settings):
    assert check(settings, **COMPLETE) == check(settings) == []


@pytest.mark.parametrize("name", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_a_missing_setting_is_named(settings, name):
    assert check(settings, **{**COMPLETE, name: ""}) == ["accounts.E001"]
    [message] = check_configuration(None)
    assert (message.is_serious(), name in message.msg) == (True, True)


@pytest.mark.parametrize(
    ("issuer", "codes"),
    [
        ("http://sso.example", ["accounts.E002"]),
        ("http://127.0.0.1:3000", []),
        ("https://sso.example?tenant=1", ["accounts.E003"]),
        ("https://sso.example/#x", ["accounts.E003"]),
        ("https://user:password@sso.example", ["accounts.E003"]),
        (f"https://sso.example/{'x' * 200}", ["accounts.E003"]),
    ],
)
def test_an_issuer_must_be_an_encrypted_address(settings, issuer, codes):
    assert check(settings, **{**COMPLETE, "OIDC_ISSUER": issuer}) == codes
    assert "password@" not in "".join(str(message) for message in check_configuration(None))


def test_settings_without_an_issuer_have_no_effect(settings):
    assert check(settings, OIDC_CLIENT_ID="newsroom") == ["accounts.W003"]
    [message] = check_configuration(None)
    assert not message.is_serious()
