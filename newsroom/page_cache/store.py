"""Store compressed responses, each with its address and the dependencies of its page."""

import gzip
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from zlib import crc32

from django.db import connection

from newsroom.db.outages import WRITE_ERRORS
from newsroom.db.statements import prepared_cursor
from newsroom.db.try_write import try_write
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.models import MAX_ADDRESS_LENGTH

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
_ASSIGNMENTS = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
_INSERT = f"INSERT INTO pages_storedpage ({', '.join(_COLUMNS)})"
_ON_CONFLICT = f"ON CONFLICT (release, address) DO UPDATE SET {_ASSIGNMENTS}"
_STORE_ON_SQLITE = f"{_INSERT} VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, CURRENT_TIMESTAMP) {_ON_CONFLICT}"
# If another process is storing the same page at this moment, its copy is just as good, so this one is skipped.
# The commit does not wait for the disk: a page that is lost in a crash is built again.
_STORE_ON_POSTGRESQL = (
    f"{_INSERT} SELECT %s, %s, %s, %s, %s, %s::bytea, %s::jsonb, %s::timestamptz, %s::timestamptz, now()"  # contains no input
    f" WHERE pg_try_advisory_xact_lock(1886414195, %s) AND set_config('synchronous_commit', 'off', true) = 'off'"
    f" {_ON_CONFLICT}"
)


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response to store. ``content`` is gzip; ``tag`` is the unquoted ETag of the decompressed content."""

    status: int
    tag: str
    headers: Sequence[tuple[str, str]]
    content: bytes


def gzip_body(content: bytes) -> bytes:
    """Return the content as gzip (RFC 1952), with the same bytes every time for the same content."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def store_page(address: str, response: StoredResponse, dependencies: PageDependencies, *, release: str) -> bool:
    """Store ``response`` with the dependencies of its page, and return whether it was stored.

    The statement does not wait for other processes, because a page can be served without being stored. A page is not
    stored if it has no keys, if one of its keys has no version, if it has expired, or if its address is longer than
    ``MAX_ADDRESS_LENGTH``. It is also not stored if the database accepts no writes, if the clocks of this machine and
    the database differ too much, or if another process is storing the page. On SQLite, any concurrent write also
    prevents storing.
    """
    if abs(clock.skew()) > clock.MAX_SKEW_FOR_STORING:
        return False
    if (
        not dependencies.ensure_versions()
        or dependencies.valid_until <= dependencies.at
        or len(address) > MAX_ADDRESS_LENGTH
    ):
        return False
    values: list[str | int | bytes | None] = [
        release,
        address,
        response.status,
        response.tag,
        json.dumps(list(response.headers)),
        response.content,
        json.dumps(dependencies.versions, sort_keys=True, separators=(",", ":")),
        connection.ops.adapt_datetimefield_value(dependencies.at),
        connection.ops.adapt_datetimefield_value(min(dependencies.valid_until, FOREVER)),
    ]
    if connection.vendor == "sqlite":
        return try_write(partial(_execute, _STORE_ON_SQLITE, values))
    lock = crc32(f"{release} {address}".encode()) - 2**31
    try:
        return _execute(_STORE_ON_POSTGRESQL, [*values, lock]) > 0
    except WRITE_ERRORS as error:
        _log.warning("The page at %s is read, but was not stored: %s", address, error)
        return False


def _execute(statement: str, values: list[str | int | bytes | None]) -> int:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
