"""Examine the machine: its disks, its clock, its software, and the services that the site uses."""

import ctypes
import smtplib
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.mail import mailers
from django.db import connection

from newsroom.http import clock
from newsroom.operations import disks, health
from newsroom.operations.doctor.registry import Diagnosis, fault, warning

WARNING_SHARE = 0.15  # a disk with a smaller free share is reported
_GIGABYTE = 1_000_000_000
_TIME_ERROR = 5  # the result of adjtimex for a clock that is not synchronised
_WARN_BEFORE = timedelta(days=90)
# The end of security updates: https://devguide.python.org/versions, https://www.djangoproject.com/download and
# https://www.postgresql.org/support/versioning.
_END_OF_SUPPORT = {
    "Python 3.12": date(2028, 10, 31),
    "Python 3.13": date(2029, 10, 31),
    "Python 3.14": date(2030, 10, 31),
    "Django 6.1": date(2027, 12, 31),
    "PostgreSQL 15": date(2027, 11, 11),
    "PostgreSQL 16": date(2028, 11, 9),
    "PostgreSQL 17": date(2029, 11, 8),
    "PostgreSQL 18": date(2030, 11, 14),
}


def find_full_disks(at: datetime) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each disk of the site on which little space or few inodes are free, or that hangs.

    Also yield a warning for each folder of ``DISK_FOLDERS`` that cannot be examined.
    """
    examined = set()
    for folder, disk in disks.read_disks().items():
        if isinstance(disk, TimeoutError):
            yield fault(
                f"The disk under {folder} does not answer.", "Check whether it is mounted.", subject=str(folder)
            )
        elif isinstance(disk, OSError):
            yield warning(
                f"The disk under {folder} cannot be examined: {disk.strerror}.",
                "Let the account of the site enter this folder, or correct DISK_FOLDERS.",
                subject=str(folder),
            )
        elif disk.device not in examined:
            examined.add(disk.device)
            yield from _examine_disk(folder, disk)


def _examine_disk(folder: Path, disk: disks.Disk) -> Iterator[Diagnosis]:
    share = disk.free / disk.size if disk.size else 0.0  # some file systems have no size
    sentence = f"{100 * share:.0f} % of the disk under {folder} is free ({disk.free / _GIGABYTE:.1f} GB)."
    remedy = "Delete old backups or enlarge it."
    if disk.is_full:
        yield fault(sentence, remedy, subject=str(folder))
    elif share < WARNING_SHARE:
        yield warning(sentence, remedy, subject=str(folder))
    if disk.free_inodes < disks.MIN_FREE_SHARE:
        yield fault(
            f"Few inodes are free under {folder}: no more files can be made soon.",
            "Delete small files.",
            subject=f"{folder} inodes",
        )


def clock_is_synchronised() -> bool | None:
    """Return whether the clock follows a time server (adjtimex(2)), or None if the system does not say."""
    try:
        # adjtimex fills a structure of 208 bytes. One that contains only zeros changes nothing.
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def find_silent_cache(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if the cache does not answer."""
    if health.passes("cache"):
        return
    if place := urlsplit(str(settings.CACHES["default"]["LOCATION"])).netloc.rpartition("@")[2]:
        yield warning(
            "Redis does not answer; limits are counted in the database.",
            f"Start it at {place}, or correct CACHE_URL.",
            begins_with_name=True,
        )
    else:
        yield warning("The cache in the database does not answer; nothing is counted.", "Run manage.py migrate.")


def examine_mail() -> Iterator[Diagnosis]:
    """Connect and sign in to the mail server without sending mail. Yield a diagnosis if that fails.

    Also yield a warning for each problem with the DNS records of the sender. If no server is configured, yield only a
    warning that says so.
    """
    if not settings.EMAIL_CONFIGURED:
        yield warning("No mail can be sent: password resets and notifications stay at the desk.", "Set EMAIL_URL.")
        return
    mailer = mailers.default
    try:
        mailer.open()
    except smtplib.SMTPAuthenticationError as error:
        yield fault(f"The mail server refuses our password: {error.smtp_code}.", "Correct EMAIL_URL.")
    except (OSError, smtplib.SMTPException) as error:
        yield fault(f"The mail server does not answer: {error}.", "Start it, or correct EMAIL_URL.")
    except ValueError as error:
        # Without its text, which quotes part of the password if a letter of it cannot be sent.
        yield fault(f"Signing in to the mail server fails: {type(error).__name__}.", "Correct EMAIL_URL.")
    finally:
        mailer.close()
    # Imported here, because web servers, which never need it, would otherwise start more slowly and take more memory.
    from newsroom.operations.doctor import sender

    yield from sender.examine_sender(settings.DEFAULT_FROM_EMAIL)


def examine_support() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each program or library whose security updates have ended or end soon."""
    today = clock.now().date()
    parts = [
        f"Python {sys.version_info.major}.{sys.version_info.minor}",
        f"Django {django.VERSION[0]}.{django.VERSION[1]}",
    ]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            parts.append(f"PostgreSQL {cursor.fetchone()[0]}")
    for part in parts:
        end = _END_OF_SUPPORT.get(part)
        if end and today > end - _WARN_BEFORE:
            has_ended = today > end
            verb = "got its last security update on" if has_ended else "gets security updates until"
            yield warning(f"{part} {verb} {end:%-d %B %Y}.", "Upgrade it.", begins_with_name=True)
