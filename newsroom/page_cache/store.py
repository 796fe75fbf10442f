"""Keeps the answer at an address, packed, with what it was built from."""

import gzip
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from zlib import crc32

from django.db import connection

from newsroom.db.outages import UNWRITTEN
from newsroom.db.statements import prepared_cursor
from newsroom.db.try_write import try_write
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.models import LONGEST_ADDRESS

_log = logging.getLogger(__name__)
_COLUMNS = (
    "release",
    "address",
    "status",
    "tag",
    "headers",
    "content",
    "keys",
    "valid_from",
    "valid_until",
    "stored_at",
)
_NEW = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
_INSERT = f"INSERT INTO pages_storedpage ({', '.join(_COLUMNS)})"
_ANEW = f"ON CONFLICT (release, address) DO UPDATE SET {_NEW}"
_ON_SQLITE = f"{_INSERT} VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, CURRENT_TIMESTAMP) {_ANEW}"
# Whoever stores the same page at this moment stores what is as good: nobody waits for them.
_ON_POSTGRESQL = (
    f"{_INSERT} SELECT %s, %s, %s, %s, %s, %s::bytea, %s::jsonb, %s::timestamptz, %s::timestamptz, now()"  # no word came in
    f" WHERE pg_try_advisory_xact_lock(1886414195, %s) {_ANEW}"
)


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What a page answers: ``content`` is packed, ``tag`` that of the content unpacked, without quotation marks."""

    status: int
    tag: str
    headers: Sequence[tuple[str, str]]
    content: bytes


def gzip_body(content: bytes) -> bytes:
    """Return the content as gzip (RFC 1952), the same bytes for the same content."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def store(address: str, answer: StoredResponse, dependencies: PageDependencies, *, release: str) -> bool:
    """Keep ``answer`` for as long as ``dependencies`` says that it holds; return whether it was kept.

    One statement. It is not kept where something that it shows has no version yet, where its time is over already,
    where another transaction writes just now, where the clock of this machine is wrong, or the database takes nothing:
    nobody waits, and the page is read all the same.
    """
    if abs(clock.skew()) > clock.NOTHING_STORED:
        return False
    if not dependencies.is_whole() or dependencies.valid_until <= dependencies.at or len(address) > LONGEST_ADDRESS:
        return False
    values: list[str | int | bytes | None] = [
        release,
        address,
        answer.status,
        answer.tag,
        json.dumps(list(answer.headers)),
        answer.content,
        json.dumps(dependencies.versions, sort_keys=True, separators=(",", ":")),
        connection.ops.adapt_datetimefield_value(dependencies.at),
        connection.ops.adapt_datetimefield_value(min(dependencies.valid_until, FOREVER)),
    ]
    if connection.vendor == "sqlite":
        return try_write(partial(_execute, _ON_SQLITE, values))
    lock = crc32(f"{release} {address}".encode()) - 2**31
    try:
        return _execute(_ON_POSTGRESQL, [*values, lock]) > 0
    except UNWRITTEN as error:
        _log.warning("The page at %s is read, but was not stored: %s", address, error)
        return False


def _execute(statement: str, values: list[str | int | bytes | None]) -> int:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
