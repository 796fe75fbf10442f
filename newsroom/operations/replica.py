"""Read a replica of the database for reports and backups, which then cost the primary almost nothing.

Nothing else reads the replica: pages, the desk and the worker query the primary, so that nobody sees outdated content.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from newsroom.db.configure import configure_database
from newsroom.db.outages import ConnectionAttempts, first_line
from newsroom.db.pooler import identify_database
from newsroom.db.postgresql.base import DatabaseWrapper
from newsroom.db.second_connection import complete_config

MAX_LAG = timedelta(seconds=30)
# A replica is not behind if, within this time, it shows everything that the primary has written.
_CATCH_UP = timedelta(seconds=1)
_INTERVAL = 0.02  # seconds between two queries of a replica that is catching up
# Backups connect with Django's backend. With ours, a failure to reach the replica would also prevent connections to the
# primary for a while.
_ENGINE = "django.db.backends.postgresql"
_READ_ONLY = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

logger = logging.getLogger(__name__)


class _ReplicaConnection(DatabaseWrapper):
    """A connection to the replica. If the replica does not answer, connections to the primary are still attempted."""

    attempts = ConnectionAttempts()


class ReplicaRefusedError(Exception):
    """Raised if the replica cannot be read now. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Report[Content]:
    """What a function decorated with ``using_replica`` returned.

    If the replica was refused or failed, ``remark`` says why.
    """

    content: Content
    remark: str = ""


def using_replica[**Arguments, Content](
    make: Callable[Arguments, Content],
) -> Callable[Arguments, Report[Content]]:
    """Decorate a function that only reads the database, so that it reads the replica at ``DATABASE_REPLICA_URL``.

    All its queries run there in one read-only transaction. If there is no replica, or if it is refused or fails, they
    run on the primary. The function may therefore be called twice, and must not return an unevaluated QuerySet.
    """

    @wraps(make)
    def make_report(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Report[Content]:
        remark = ""
        if settings.DATABASE_REPLICA_URL:
            try:
                with open_replica() as replica, _as_default(replica), transaction.atomic():
                    with replica.cursor() as cursor:
                        cursor.execute(_READ_ONLY)
                    return Report(make(*args, **kwargs))
            except ReplicaRefusedError as error:
                remark = f"{error} The primary database was read instead."
            except OperationalError as error:
                logger.debug("The replica failed: %s", error)
                remark = "The replica ended the report. The primary database was read instead."
            logger.warning("%s", remark)
        if connection.vendor != "postgresql":
            return Report(make(*args, **kwargs), remark)
        with transaction.atomic():  # so that rows are fetched in chunks
            return Report(make(*args, **kwargs), remark)

    return make_report


@contextmanager
def open_replica(*, position: str | None = None) -> Iterator[BaseDatabaseWrapper]:
    """Open a connection to the replica for the duration of the block.

    Raise ReplicaRefusedError if it does not answer, is not a replica of the site's database, or lags by more than
    ``MAX_LAG``. With ``position``, a position in the primary's write-ahead log, wait up to ``MAX_LAG`` until the
    replica reaches it.
    """
    replica: BaseDatabaseWrapper = _ReplicaConnection(replica_config(), DEFAULT_DB_ALIAS)
    try:
        try:
            _require_replica(replica)
            _require_small_lag(replica, position)
        except Error as error:
            reason = first_line(error)
            raise ReplicaRefusedError(f"The replica does not answer: {reason.rstrip('.')}.") from error
        yield replica
    finally:
        replica.close()


def replica_config() -> dict[str, Any]:
    """Return the configuration of the replica, without a pool."""
    return complete_config({**configure_database(settings.DATABASE_REPLICA_URL), "ENGINE": _ENGINE})


def _require_replica(replica: BaseDatabaseWrapper) -> None:
    with replica.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        [is_replica] = cursor.fetchone()
    if not is_replica or identify_database(replica) != identify_database(connection):
        raise ReplicaRefusedError("DATABASE_REPLICA_URL names no replica of this database.")


def _require_small_lag(replica: BaseDatabaseWrapper, position: str | None) -> None:
    if position is not None:
        if not _reaches(replica, position, MAX_LAG):
            raise ReplicaRefusedError(f"The replica is more than {MAX_LAG.total_seconds():.0f} s behind.")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn()")
        [newest] = cursor.fetchone()
    if _reaches(replica, newest, _CATCH_UP):
        return
    with replica.cursor() as cursor:
        # This compares the clocks of both servers, and measures from the last commit that the replica shows. The first
        # commit that it lacks may be more recent.
        cursor.execute("SELECT clock_timestamp() - pg_last_xact_replay_timestamp()")
        [lag] = cursor.fetchone()
    if lag is None:
        raise ReplicaRefusedError("The replica is behind, and does not know how far.")
    if lag > MAX_LAG:
        raise ReplicaRefusedError(f"The replica is up to {lag.total_seconds():,.0f} s behind.")


def _reaches(replica: BaseDatabaseWrapper, position: str, within: timedelta) -> bool:
    """Return whether the replica has replayed the primary's log up to ``position`` after at most ``within``."""
    end = time.monotonic() + within.total_seconds()
    with replica.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [position])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() > end:
                return False
            time.sleep(_INTERVAL)


@contextmanager
def _as_default(replica: BaseDatabaseWrapper) -> Iterator[None]:
    """Direct all queries of this thread to the replica during the block."""
    primary = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = replica
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary
