"""The settings of tests, with alerts by mail to a server of the test, and with a folder of its own."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403

VAR_DIR = Path(os.environ["FOLDER_OF_TEST"])
MEDIA_ROOT = VAR_DIR / "media"
EMAIL_CONFIGURED = True
ALERT_EMAILS = ["operations@lisle.example"]
_OPTIONS = {"host": "127.0.0.1", "port": int(os.environ["PORT_OF_MAIL_SERVER"]), "timeout": 20}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _OPTIONS}}
