"""Find out whether a transaction was committed when the connection ended before the database confirmed it."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.db import Error, connection

from newsroom.db.outages import Outage, outage_of
from newsroom.errors import RefusedError
from newsroom.page_cache.invalidation import invalidation

PATIENCE = 2.0  # seconds for a server that is still at it
_LOOK_AGAIN = 0.05  # seconds


class NotCommittedError(RefusedError):
    """The connection to the database was lost before the change was committed."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words}: the connection to the database was lost, and nothing was changed. Try again.")


@contextmanager
def confirmed(otherwise: str) -> Iterator[None]:
    """Begin a transaction as ``changing`` does; where its connection is lost, learn on a new one what became of it.

    A commit that was made ends the block as if it had been confirmed. Raises NotCommittedError, which begins with
    ``otherwise``, where nothing was changed, and an error of the database where no new connection can be made.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with invalidation():
            yield
        return
    number: int | None = None
    try:
        with invalidation():
            yield
            number = _number_of_transaction()
    except Error as error:
        if outage_of(error) not in (Outage.LOST, Outage.UNREACHABLE):
            raise
        connection.close_if_unusable_or_obsolete()
        if number is None or not _is_committed(number):
            raise NotCommittedError(otherwise) from error


def _number_of_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return int(cursor.fetchone()[0])


def _is_committed(number: int) -> bool:
    """Return whether a transaction was committed; one that is not decided in time counts as not."""
    end = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_xact_status(%s::text::xid8)", [number])
            status = cursor.fetchone()[0]
            if status != "in progress" or monotonic() > end:
                return bool(status == "committed")
            sleep(_LOOK_AGAIN)
