"""The settings of tests for a restored site, whose mail, announcements and purges go to servers of the test."""

import os

from tests.edge.varnish import SECRET
from tests.process_settings import *  # noqa: F403

EMAIL_CONFIGURED = True
_OPTIONS = {"host": "127.0.0.1", "port": int(os.environ["PORT_OF_MAIL_SERVER"]), "timeout": 20}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _OPTIONS}}
WEBSUB_HUB = os.environ["ADDRESS_OF_HUB"]
PURGE_URL, PURGE_HEADER = f"{os.environ['ADDRESS_OF_EDGE']}/purge", ("X-Purge-Secret", SECRET)
