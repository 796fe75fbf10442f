"""The settings of tests, with the secret keys of a test."""

import os

from tests.process_settings import *  # noqa: F403

SECRET_KEY, *SECRET_KEY_FALLBACKS = os.environ["KEYS_OF_TEST"].split()
