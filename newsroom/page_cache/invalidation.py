"""Makes pages invalid in the very transaction that changes what they show."""

from contextlib import ContextDecorator
from functools import partial
from threading import local
from types import TracebackType
from typing import Self

from django.db import connection, transaction

from newsroom.http import clock
from newsroom.page_cache.eviction import delete_stale_pages_later
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import purge_changed


class _Open(local):
    """The blocks of this thread that have begun and not ended, and the names touched in them."""

    depth = 0
    names: set[str]
    begun: set[str]
    forgets = False


_open = _Open()


class invalidation(ContextDecorator):  # noqa: N801  # reads as what happens: with changing():
    """A transaction that ends with new versions for all keys touched in it, the outermost block for the inner ones too.

    They are bumped last, sorted: who holds their rows waits for nothing else, so that two transactions never wait for
    each other. What PostgreSQL would compare at the commit, with rows that others may hold, it compares before that. An
    inner block that fails takes the outer ones along where it has no ``savepoint``.
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
                purge_changed(_open.names)
                if _open.forgets:
                    delete_stale_pages_later(_open.names)
                # In one statement, in one order: two transactions that begin and bump the same keys do not cross.
                begun = _open.begun - _open.names
                if changed := _open.names | (begun - PageKey.objects.versions(begun).keys()):
                    _check_deferred_constraints()
                    PageKey.objects.bump(changed, at=now)
            except BaseException as failure:
                self._transaction.__exit__(type(failure), failure, failure.__traceback__)
                raise
        self._transaction.__exit__(kind, error, trace)


def _check_deferred_constraints() -> None:
    """Check foreign keys now: that locks the rows they lead to (``FOR KEY SHARE``), which somebody may hold who waits for us."""
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors:
            connection.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def invalidate(*names: str) -> None:
    """Make every page invalid that was built from one of these keys, as soon as the transaction is committed.

    Outside ``changing`` they are bumped at once.
    """
    if _open.depth:
        _open.names.update(names)
    else:
        purge_changed(names)
        PageKey.objects.bump(names, at=clock.now())


def ensure_key(*names: str) -> None:
    """See to it that these keys have a version, so that the first page built from them can be kept at once.

    Within ``changing`` that is done at its end; outside, whoever builds does it.
    """
    if _open.depth:
        _open.begun.update(names)


def forget_pages() -> None:
    """Have all pages thrown away, of any release, that are built from a key touched in the outermost block, once that is committed.

    They are invalid anyway, but keep their words until they are built anew. A minute later the worker looks again: what
    was being built at that moment has been stored by then. Within ``changing`` alone.
    """
    _open.forgets = True
    transaction.on_commit(partial(StoredPage.objects.forget, _open.names), robust=True)
