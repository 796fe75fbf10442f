"""The cache that all processes share: in the database, or in Redis with the database as its fallback.

The cache also counts requests for rate limits. While neither Redis nor the database accepts writes, nothing is counted
and no request is refused.
"""

import base64
import logging
import pickle
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from time import monotonic
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache as DjangoDatabaseCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection, transaction
from django.utils import timezone

from newsroom.db.outages import WRITE_ERRORS

TABLE = "newsroom_cache"
MAX_ENTRIES = 50_000  # with Django's default of 300, counters of attempts would be evicted too soon
RETRY_AFTER = 5.0  # seconds until a Redis server that failed is tried again
# Seconds, both for connecting and for a response. A Redis server on the same network responds in milliseconds.
REDIS_TIMEOUT = 0.5

_ADD = (
    f"INSERT INTO {TABLE} (cache_key, value, expires) VALUES (%s, %s, %s)"  # noqa: S608  # the table name is a constant
    " ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
    f" WHERE {TABLE}.expires < %s"
)
_COUNT = f"SELECT COUNT(*) FROM {TABLE}"  # noqa: S608  # as above
_EXPIRED = f"SELECT cache_key FROM {TABLE} WHERE expires < %s AND cache_key > %s ORDER BY cache_key LIMIT %s"  # noqa: S608  # as above
_EXPIRED_BATCH = 1_000  # rows
_PROBE = "probe"
_HINT = "It looks like redis://:password@host:6379/0; characters with a meaning in addresses are percent-encoded."
logger = logging.getLogger(__name__)


class DatabaseCache(DjangoDatabaseCache):
    """Django's database cache, adapted to a database that may be unable to accept writes."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, {"OPTIONS": {"MAX_ENTRIES": MAX_ENTRIES}, **params})

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store ``value`` unless the key already has a value; return False only if it does.

        Return True if the database accepts no writes. Django's cache would return False, which callers would take
        for an exhausted limit.
        """
        name = self.make_and_validate_key(key, version=version)
        ends = self.get_backend_timeout(timeout)
        until = datetime.max.replace(tzinfo=UTC) if ends is None else datetime.fromtimestamp(ends, UTC)
        expires, now = _adapt(until), _adapt(timezone.now())
        content = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin-1")
        try:
            with _savepoint(), connection.cursor() as cursor:
                self._make_room(cursor)
                # One statement, so that only one of several simultaneous calls adds the value.
                cursor.execute(_ADD, [name, content, expires, now])
                return bool(cursor.rowcount)
        except WRITE_ERRORS:
            return True

    def _make_room(self, cursor: Any) -> None:
        cursor.execute(_COUNT)
        if (count := cursor.fetchone()[0]) > self._max_entries:
            self._cull(connection.alias, cursor, timezone.now().replace(microsecond=0), count)

    def _cull(self, *args: Any) -> None:
        with suppress(*WRITE_ERRORS), _savepoint():
            super()._cull(*args)  # type: ignore[misc]  # not in the stubs

    def _base_delete_many(self, keys: Sequence[str]) -> bool:
        """Delete the keys, and return whether any was deleted. Return False if the database accepts no writes."""
        # Django also calls this method when a read finds that keys have expired.
        with suppress(*WRITE_ERRORS), _savepoint():
            return bool(super()._base_delete_many(keys))  # type: ignore[misc]  # not in the stubs
        return False


class RedisCache(BaseCache):
    """A cache in Redis, or in the database while Redis does not respond."""

    # The times at which to try Redis again, keyed by its URL. Stored on the class, because Django creates an instance
    # per thread.
    _retry_at: ClassVar[dict[str, float]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # Imported here, so that only sites with Redis load the driver.
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as NoConnectionError
        from redis.exceptions import RedisError
        from redis.retry import Retry

        super().__init__(params)
        self._server = server
        self._failure = RedisError
        # One immediate retry, because a restart of Redis closes connections. By default, the driver retries for several
        # seconds.
        retry = Retry(NoBackoff(), 1, supported_errors=(NoConnectionError,))
        options = {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT, "retry": retry}
        self.redis = DjangoRedisCache([server], {**params, "OPTIONS": options})
        self._database = DatabaseCache(TABLE, params)

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self._retry_at.get(self._server, 0.0):
            try:
                return getattr(self.redis, method)(*args, **kwargs)
            except self._failure as error:
                self._retry_at[self._server] = monotonic() + RETRY_AFTER
                logger.warning("Redis does not answer; limits are counted in the database. %s", type(error).__name__)
        return getattr(self._database, method)(*args, **kwargs)

    def is_available(self) -> bool:
        """Return whether Redis itself stores and returns a value."""
        try:
            self.redis.set(_PROBE, 1, 10)
            return bool(self.redis.get(_PROBE) == 1)
        except self._failure:
            return False

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store ``value`` unless the key already has a value; return False only if it does."""
        return bool(self._call("add", key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._call("get", key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._call("set", key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set a new timeout for the key; return whether the key has a value."""
        return bool(self._call("touch", key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Delete the value; return whether there was one."""
        return bool(self._call("delete", key, version))

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Return the values of the given keys. A key without a value is left out."""
        found: dict[str, Any] = self._call("get_many", list(keys), version)
        return found

    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(self._call("has_key", key, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add ``delta`` to the value of the key and return the sum. Raise ValueError if the key has no value."""
        return int(self._call("incr", key, delta, version))

    def set_many(self, data: dict[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[str]:
        """Store the values; return the keys that failed."""
        failed: list[str] = self._call("set_many", data, timeout, version)
        return failed

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._call("delete_many", list(keys), version)

    def clear(self) -> None:
        self._call("clear")


def find_expired_rows(at: datetime, age: timedelta) -> Iterator[list[str]]:
    """Yield batches of the keys of the database cache that expired more than ``age`` ago."""
    last = ""
    while True:
        # A cursor for each batch, because the caller may continue after the connection was closed, or in another thread.
        with connection.cursor() as cursor:
            cursor.execute(_EXPIRED, [_adapt(at - age), last, _EXPIRED_BATCH])
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return
        yield keys
        last = keys[-1]


def delete_expired_rows(keys: Sequence[str], at: datetime, age: timedelta) -> int:
    """Delete those of ``keys`` that expired more than ``age`` ago, and return their number."""
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE expires < %s AND cache_key IN ({marks})",  # noqa: S608  # contains no input
            [_adapt(at - age), *keys],
        )
        return int(cursor.rowcount)


def _adapt(moment: datetime) -> Any:
    """Return the time as the table stores it, to the second."""
    return connection.ops.adapt_datetimefield_value(moment.replace(microsecond=0))


def check_cache_url(**_: Any) -> list[CheckMessage]:
    """Return an error if ``CACHE_URL`` cannot be used, or a warning if no Redis server responds there.

    Without ``CACHE_URL``, return an empty list.
    """
    # No message shows the URL, because it may contain a password.
    if not (address := _cache_url()):
        return []
    if find_spec("redis") is None:
        message = "CACHE_URL names a Redis, but the package redis is not installed."
        return [Error(message, hint="Run make setup, or pip install redis.", id="newsroom.E001")]
    if problem := _describe_url_problem(address):
        return [Error(f"CACHE_URL is wrong: {problem}", hint=_HINT, id="newsroom.E001")]
    if not cast("RedisCache", caches["default"]).is_available():
        message = "Nothing answers at CACHE_URL. The site works; limits are counted in the database."
        return [Warning(message, hint="Start Redis, or correct the address.", id="newsroom.W001")]
    return []


def _cache_url() -> str:
    """Return the Redis URL in the settings, or an empty string if the cache is in the database."""
    cache = settings.CACHES["default"]
    return str(cache["LOCATION"]) if cache["BACKEND"] == f"{__name__}.RedisCache" else ""


def _describe_url_problem(address: str) -> str:
    """Return a description of the problem with a Redis URL, or an empty string if it is valid."""
    from redis import ConnectionPool

    try:
        parts = urlsplit(address)
        # The driver does not fully validate the port or the database number: it ignores some malformed ones.
        if parts.scheme in {"redis", "rediss"}:
            if not parts.hostname:
                return "it names no host."
            parts.hostname.encode("idna")  # as a connection does; raises UnicodeError, a ValueError
            if parts.port == 0:
                return "its port is not valid."
            if not re.fullmatch(r"/?|/[0-9]+", parts.path):
                return "the host must be followed by the number of a database, such as /0."
        ConnectionPool.from_url(address)
    except (ValueError, TypeError) as error:
        # The driver's message quotes the port, which may be a part of the password if the URL is malformed.
        return "it must begin with redis://, rediss:// or unix://." if "scheme" in str(error) else "it cannot be read."
    return ""


@contextmanager
def _savepoint() -> Iterator[None]:
    """In a transaction, run the block in a savepoint, so that a failed statement does not abort the transaction."""
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        yield
