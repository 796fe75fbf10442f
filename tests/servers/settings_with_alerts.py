"""The settings of tests, with alerts by mail and to an address of the test, and with a folder of its own."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import SECURITY_CONTACT

VAR_DIR = Path(os.environ["FOLDER_OF_TEST"])
MEDIA_ROOT = VAR_DIR / "media"
EMAIL_CONFIGURED = True
ALERT_EMAILS = ["operations@lisle.example"]
ALERT_URL = os.environ["ADDRESS_FOR_ALERTS"]
# A process with another value has another release.
SECURITY_CONTACT = os.environ.get("CONTACT_OF_RELEASE", SECURITY_CONTACT)
_OPTIONS = {"host": "127.0.0.1", "port": int(os.environ["PORT_OF_MAIL_SERVER"]), "timeout": 20}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _OPTIONS}}
