"""Invalidation of pages, in the same transaction as the change to the data that they show."""

from contextlib import ContextDecorator
from functools import partial
from threading import local
from types import TracebackType
from typing import Self

from django.db import connection, transaction

from newsroom.http import clock
from newsroom.page_cache.eviction import enqueue_deletion
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import enqueue_purge


class _State(local):
    """The number of open ``invalidation()`` blocks in this thread, and what the outermost one must do at its end."""

    depth = 0
    names: set[str]
    new_names: set[str]
    deletes_pages = False


_state = _State()


class invalidation(ContextDecorator):  # noqa: N801  # lower case like other context managers: with invalidation():
    """Context manager and decorator: a transaction that ends by giving each page key invalidated in it a new version.

    The outermost block also writes the versions for the inner blocks. If an inner block with ``savepoint=False`` raises
    an exception, the enclosing transaction or savepoint is rolled back as well.
    """

    def __init__(self, *, savepoint: bool = True) -> None:
        self._savepoint = savepoint

    def _recreate_cm(self) -> Self:
        return type(self)(savepoint=self._savepoint)

    def __enter__(self) -> Self:
        self._transaction = transaction.atomic(savepoint=self._savepoint)
        self._transaction.__enter__()
        if _state.depth == 0:
            _state.names, _state.new_names, _state.deletes_pages = set(), set(), False
        _state.depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _state.depth -= 1
        if _state.depth == 0 and kind is None:
            try:
                now = clock.now()
                enqueue_purge(_state.names)
                if _state.deletes_pages:
                    enqueue_deletion(_state.names)
                # The versions are written last, in one statement and in sorted order. A transaction that has locked
                # these rows waits for nothing else, so that two transactions never wait for each other.
                if _state.names or _state.new_names:
                    _check_deferred_constraints()
                    PageKey.objects.bump_versions(_state.names, at=now, missing=_state.new_names)
            except BaseException as failure:
                self._transaction.__exit__(type(failure), failure, failure.__traceback__)
                raise
        self._transaction.__exit__(kind, error, trace)


def _check_deferred_constraints() -> None:
    """Check deferred foreign keys before the commit."""
    # PostgreSQL would check them at the commit, and lock the referenced rows (FOR KEY SHARE). Another transaction may
    # have locked these rows and be waiting for our page keys.
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors:
            connection.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def invalidate(*names: str) -> None:
    """Invalidate every page that depends on any of these keys, as soon as the transaction is committed.

    Outside ``invalidation()``, the keys get their new versions immediately.
    """
    if _state.depth:
        _state.names.update(names)
    else:
        enqueue_purge(names)
        PageKey.objects.bump_versions(names, at=clock.now())


def ensure_keys(*names: str) -> None:
    """Ensure that each key has a version, so that the first page that depends on the keys can be stored immediately.

    Inside ``invalidation()``, missing versions are created at the end of the block. Outside, this has no effect, and
    the first request for a page creates the versions.
    """
    if _state.depth:
        _state.new_names.update(names)


def delete_invalidated_pages() -> None:
    """Delete all pages that depend on a key that the outermost block invalidates, after its transaction is committed.

    Pages of all releases are deleted. They are invalid anyway, but their text would remain in the database until they
    are stored again or evicted. A minute later, the worker repeats the deletion for pages that were being built during
    the commit. This must be called inside ``invalidation()``.
    """
    _state.deletes_pages = True
    transaction.on_commit(partial(StoredPage.objects.delete_built_from, _state.names), robust=True)
