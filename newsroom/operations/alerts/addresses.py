"""The e-mail addresses to which alerts are sent, even if the database does not answer."""

import json
import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error

COPY_INTERVAL = timedelta(hours=1)

type ReadAddresses = Callable[[], Iterable[str]]

_readers: list[ReadAddresses] = []


def register_addresses(read: ReadAddresses) -> None:
    """Register a function that reads e-mail addresses of administrators from the database."""
    _readers.append(read)


def read_addresses() -> list[str]:
    """Return ``ALERT_EMAILS``, or the addresses of all active administrators if the setting is empty.

    If the database does not answer, return the addresses that ``write_addresses`` stored, if any.
    """
    if settings.ALERT_EMAILS:
        return list(settings.ALERT_EMAILS)
    try:
        return _read_administrators()
    except Error:
        path = _copy_path()
        return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


def copy_addresses(at: datetime) -> None:
    """Store the addresses of the administrators as ``write_addresses`` does, but at most once an hour."""
    path = _copy_path()
    if path.exists() and at.timestamp() - path.stat().st_mtime < COPY_INTERVAL.total_seconds():
        return
    write_addresses(at)


def write_addresses(at: datetime) -> None:
    """Store the addresses of the administrators in the file that ``read_addresses`` falls back on."""
    path, addresses = _copy_path(), _read_administrators()
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(addresses), encoding="utf-8")
    os.utime(part, (at.timestamp(), at.timestamp()))
    part.replace(path)


def _read_administrators() -> list[str]:
    return sorted({address for read in _readers for address in read() if address})


def _copy_path() -> Path:
    return Path(settings.VAR_DIR) / "alert_addresses"
