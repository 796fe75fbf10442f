"""The settings of tests, for a site whose certificate is that of a server of the test."""

import os

from tests.process_settings import *  # noqa: F403

SITE_URL = os.environ["ADDRESS_OF_SITE"]
