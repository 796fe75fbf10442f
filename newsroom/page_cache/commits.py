"""Find out whether a transaction was committed if the connection is lost before the database reports the result."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.db import Error, connection

from newsroom.db.outages import Outage, classify_error
from newsroom.errors import RefusedError
from newsroom.page_cache.invalidation import invalidation

MAX_WAIT = 2.0  # seconds to wait for a transaction that is still in progress
_POLL_INTERVAL = 0.05  # seconds


class NotCommittedError(RefusedError):
    """Raised if the connection to the database was lost before the change was committed."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words}: the connection to the database was lost, and nothing was changed. Try again.")


@contextmanager
def confirm_commit(otherwise: str) -> Iterator[None]:
    """Run the block in ``invalidation()``; if the connection is lost, find out whether the transaction was committed.

    The result is queried over a new connection. If the transaction was committed, the block ends normally; otherwise,
    raise NotCommittedError, whose message begins with ``otherwise``. Raise a database error if no new connection can be
    made. On SQLite, and inside another transaction, this is the same as ``invalidation()``.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with invalidation():
            yield
        return
    transaction_id: int | None = None
    try:
        with invalidation():
            yield
            transaction_id = _get_transaction_id()
    except Error as error:
        if classify_error(error) not in (Outage.LOST, Outage.UNREACHABLE):
            raise
        connection.close_if_unusable_or_obsolete()
        if transaction_id is None or not _is_committed(transaction_id):
            raise NotCommittedError(otherwise) from error


def _get_transaction_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return int(cursor.fetchone()[0])


def _is_committed(transaction_id: int) -> bool:
    """Return whether a transaction was committed.

    If it is still in progress after ``MAX_WAIT`` seconds, it counts as not committed.
    """
    end = monotonic() + MAX_WAIT
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_xact_status(%s::text::xid8)", [transaction_id])
            status = cursor.fetchone()[0]
            if status != "in progress" or monotonic() > end:
                return bool(status == "committed")
            sleep(_POLL_INTERVAL)
