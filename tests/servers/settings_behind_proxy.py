"""The settings of tests, for a site behind one proxy."""

from tests.settings import *  # noqa: F403

ALLAUTH_TRUSTED_PROXY_COUNT = 1
