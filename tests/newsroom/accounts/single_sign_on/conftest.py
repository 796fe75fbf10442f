"""A site with a provider for single sign-on."""

import pytest
from django.core.cache import cache

from newsroom.accounts.single_sign_on import discovery
from tests.newsroom.accounts.single_sign_on import urls
from tests.newsroom.accounts.single_sign_on.stub_provider import CLIENT_ID, CLIENT_SECRET, StubProvider


@pytest.fixture
def provider(settings):
    """Return a provider, and configure the site for it."""
    stub = StubProvider()
    stub.start()
    settings.OIDC_ISSUER, settings.OIDC_NAME = stub.issuer, "Example SSO"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.SITE_URL = "http://testserver"
    # The URLs of the site itself were made when the tests started, without single sign-on.
    settings.ROOT_URLCONF = urls.__name__
    discovery.forget_configurations()
    cache.clear()
    yield stub
    stub.stop()
    discovery.forget_configurations()
