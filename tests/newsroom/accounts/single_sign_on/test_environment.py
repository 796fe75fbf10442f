"""What a process loads with and without a provider of single sign-on."""

import pytest

from tests.test_environment import REQUIRED, start

pytestmark = pytest.mark.audit

ISSUER = {"OIDC_ISSUER": "https://sso.example"}
PROVIDER = {**ISSUER, "OIDC_CLIENT_ID": "newsroom", "OIDC_CLIENT_SECRET": "secret"}
LIST_MODULES = """
import sys, newsroom.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
heavy = ("requests", "jwt", "oauthlib", "allauth.socialaccount.providers.openid_connect", "newsroom.accounts.single_sign_on.views")
print(*(name for name in heavy if name in sys.modules))
"""
PRINT_ADDRESSES = """
import newsroom.wsgi
from django.urls import reverse
names = ("single_sign_on", "single_sign_on_callback", "single_sign_on_reauthenticate")
print(*map(reverse, names))
"""


def test_without_an_issuer_nothing_of_it_is_loaded_and_no_address_leads_to_it():
    assert start(LIST_MODULES, **REQUIRED).stdout == "\n"
    assert "NoReverseMatch" in start(PRINT_ADDRESSES, **REQUIRED).stderr


def test_with_an_issuer_there_are_three_addresses():
    assert (
        start(PRINT_ADDRESSES, **REQUIRED, **PROVIDER).stdout
        == "/accounts/sso/ /accounts/sso/callback/ /accounts/sso/reauthenticate/\n"
    )


def test_the_name_of_the_provider_is_the_host_of_its_issuer_unless_it_is_set():
    code = "from django.conf import settings; print(settings.OIDC_NAME)"
    environment = {"DJANGO_SETTINGS_MODULE": "newsroom.settings", **REQUIRED, **PROVIDER}
    assert start(code, **environment).stdout == "sso.example\n"
    assert start(code, **environment, OIDC_NAME="Example SSO").stdout == "Example SSO\n"


def test_the_secret_may_be_a_file(tmp_path):
    path = tmp_path / "secret"
    path.write_text("from-a-file\n", encoding="utf-8")
    code = "from django.conf import settings; print(settings.OIDC_CLIENT_SECRET)"
    variables = {"DJANGO_SETTINGS_MODULE": "newsroom.settings", **REQUIRED, **ISSUER}
    assert start(code, **variables, OIDC_CLIENT_SECRET_FILE=str(path)).stdout == "from-a-file\n"


@pytest.mark.parametrize("package", ["jwt", "requests"])
def test_a_missing_package_stops_the_start_with_a_sentence(package):
    hide = f"import sys; sys.modules['{package}'] = None; import newsroom.wsgi"
    started = start(hide, **REQUIRED, **PROVIDER)
    assert started.returncode != 0
    assert started.stderr.splitlines()[-1].endswith(
        "OIDC_ISSUER is set, but the packages of single sign-on are missing. Install newsroom[sso], or remove OIDC_ISSUER."
    )


def test_an_incomplete_configuration_is_an_error_of_the_check():
    code = (
        "import newsroom.wsgi; from django.core.checks import run_checks; "
        "print(*(message.id for message in run_checks() if message.is_serious()))"
    )
    assert start(code, **REQUIRED, **ISSUER).stdout == "accounts.E001 accounts.E001\n"
