"""The validator that refuses breached passwords, and the system checks for its list."""

import logging
from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Info, Warning
from django.core.exceptions import ValidationError

from newsroom.accounts.breached_passwords.lookup import UnusableListError, open_list

_HINT = "Make the list with manage.py load_breached_passwords: see docs/operating.md."
logger = logging.getLogger(__name__)


class BreachedPasswordValidator:
    """A validator for ``AUTH_PASSWORD_VALIDATORS`` that refuses the passwords in the list at ``path``.

    If the list is missing or damaged, the validator accepts any password and logs an error.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError if the password is in the list."""
        try:
            # Opened each time, because passwords are seldom set, and the file may have been replaced.
            with open_list(self._path) as breached_passwords:
                is_breached = password in breached_passwords
        except UnusableListError as error:
            logger.error("Passwords are not compared with stolen ones. %s", error)
            return
        if is_breached:
            message = "This password is in a list of stolen passwords. Choose another one."
            raise ValidationError(message, code="password_breached")

    def get_help_text(self) -> str:
        return "Your password can’t be one from a list of stolen passwords."


def check_list_exists(app_configs: Sequence[AppConfig] | None, **_options: object) -> list[CheckMessage]:
    """Return an Info message if ``BREACHED_PASSWORDS_FILE`` is not set."""
    if settings.BREACHED_PASSWORDS_FILE:
        return []
    message = "BREACHED_PASSWORDS_FILE is not set, so passwords are not compared with stolen ones."
    # No warning: the list is a download of many gigabytes, which a new site does not have yet. The doctor warns.
    return [Info(message, hint=_HINT, id="accounts.I001")]


def check_list_is_usable(app_configs: Sequence[AppConfig] | None, **_options: object) -> list[CheckMessage]:
    """Return a warning if ``BREACHED_PASSWORDS_FILE`` names a file that is missing or damaged."""
    if not settings.BREACHED_PASSWORDS_FILE:
        return []
    try:
        with open_list(Path(settings.BREACHED_PASSWORDS_FILE)):
            return []
    except UnusableListError as error:
        message = f"Passwords are not compared with stolen ones. {error}"
        return [Warning(message, hint=_HINT, id="accounts.W002")]
