"""Invalidation of pages, in the same transaction that changes what they show."""

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


class _Open(local):
    """The open ``invalidation()`` blocks of this thread, and the page keys that were invalidated in them."""

    depth = 0
    names: set[str]
    begun: set[str]
    forgets = False


_open = _Open()


class invalidation(ContextDecorator):  # noqa: N801  # reads as what happens: with invalidation():
    """A transaction that ends with new versions of all page keys that were invalidated in it.

    The outermost block writes the versions of the inner ones too. An inner block without ``savepoint`` that fails also
    rolls back the outer ones.
    """

    def __init__(self, *, savepoint: bool = True) -> None:
        self._savepoint = savepoint

    def _recreate_cm(self) -> Self:
        return type(self)(savepoint=self._savepoint)

    def __enter__(self) -> Self:
        self._transaction = transaction.atomic(savepoint=self._savepoint)
        self._transaction.__enter__()
        if _open.depth == 0:
            _open.names, _open.begun, _open.forgets = set(), set(), False
        _open.depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _open.depth -= 1
        if _open.depth == 0 and kind is None:
            try:
                now = clock.now()
                enqueue_purge(_open.names)
                if _open.forgets:
                    enqueue_deletion(_open.names)
                # The versions are written last, in one statement, sorted. A transaction that holds these rows waits for
                # nothing else, so that two transactions never wait for each other.
                begun = _open.begun - _open.names
                if changed := _open.names | (begun - PageKey.objects.versions(begun).keys()):
                    _check_deferred_constraints()
                    PageKey.objects.bump_versions(changed, at=now)
            except BaseException as failure:
                self._transaction.__exit__(type(failure), failure, failure.__traceback__)
                raise
        self._transaction.__exit__(kind, error, trace)


def _check_deferred_constraints() -> None:
    """Check deferred foreign keys before the commit."""
    # PostgreSQL would check them at the commit, and lock the rows that they lead to (FOR KEY SHARE). Another
    # transaction may hold those rows and wait for our page keys.
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors:
            connection.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def invalidate(*names: str) -> None:
    """Invalidate every page that was built from one of these keys, as soon as the transaction is committed.

    Outside ``invalidation()`` the keys get their new versions at once.
    """
    if _open.depth:
        _open.names.update(names)
    else:
        enqueue_purge(names)
        PageKey.objects.bump_versions(names, at=clock.now())


def ensure_keys(*names: str) -> None:
    """Ensure that these keys have a version, so that the first page built from them can be stored at once.

    Inside ``invalidation()`` they get it at its end; outside, the request that builds a page gives it to them.
    """
    if _open.depth:
        _open.begun.update(names)


def delete_invalidated_pages() -> None:
    """Delete all pages, of any release, built from a key invalidated in the outermost block, once that is committed.

    Such pages are invalid anyway, but their text would remain in the database until they are built again. A minute
    later the worker deletes them again, because pages that were being built at the commit have been stored by then.
    Call this only inside ``invalidation()``.
    """
    _open.forgets = True
    transaction.on_commit(partial(StoredPage.objects.delete_built_from, _open.names), robust=True)
