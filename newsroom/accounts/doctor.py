"""Examine, for the doctor, whether new passwords are compared with breached ones."""

from collections.abc import Iterator

from django.conf import settings

from newsroom.operations.doctor.registry import Diagnosis, warning


def examine_passwords() -> Iterator[Diagnosis]:
    """Yield a warning if no list of breached passwords is configured. A system check examines a configured list."""
    if not settings.BREACHED_PASSWORDS_FILE:
        yield warning(
            "New passwords are not compared with stolen ones.",
            "Set BREACHED_PASSWORDS_FILE, and run manage.py load_breached_passwords.",
        )
