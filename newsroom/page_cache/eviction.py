"""Throws away stored pages that nobody is answered with any more, a little at a time."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import ON_ITS_WAY
from newsroom.page_cache.release import release
from newsroom.task_queue import enqueue

# A release that is put back finds its pages of the last days; a page that does not hold, and was not stored again for
# so long, nobody has asked for.
UNASKED = timedelta(days=7)
# Of so few rows at once that whoever stores a page meanwhile hardly waits; so many times in one walk.
BATCH = 100
BATCHES = 100


class StalePageSweep:
    """Goes through the stored pages from the oldest on, some thousands at a time, and begins anew at the end.

    Where it has come to is known to this process alone: after another start it begins at the oldest.
    """

    def __init__(self) -> None:
        self._last: StoredPage | None = None

    def go_on(self, *, at: datetime, batch: int = BATCH, batches: int = BATCHES) -> int:
        """Delete what is left behind among the next pages, and return how many there were.

        Each batch is three statements, of which the last alone locks anything, and only what it deletes.
        """
        gone, before = 0, at - UNASKED
        for _ in range(batches):
            # Their contents are not read.
            pages = list(
                StoredPage.objects.stored_before(before, after=self._last).only("stored_at", "keys", "valid_until")[
                    :batch
                ]
            )
            versions = PageKey.objects.versions({name for page in pages for name in page.keys})
            over = [page.pk for page in pages if not _holds(page, versions, at=at)]
            if over:
                # One that was stored again meanwhile is as good as new.
                gone += StoredPage.objects.stored_before(before).filter(pk__in=over).order_by().delete()[0]
            self._last = pages[-1] if len(pages) == batch else None
            if self._last is None:
                break
        return gone


def _holds(page: StoredPage, versions: Mapping[str, int], *, at: datetime) -> bool:
    """Say whether somebody may still be answered with the page."""
    is_in_time = page.release == release() and page.valid_until > at
    return is_in_time and all(versions.get(name) == version for name, version in page.keys.items())


def delete_stale_pages_later(names: Collection[str]) -> None:
    """Have the worker throw away, in a minute, all pages that are built from one of these keys.

    The task is written in the transaction that is open. What was being built meanwhile has been stored by then.
    """
    enqueue(delete_stale_pages.using(run_after=clock.now() + ON_ITS_WAY), sorted(names))


@task
def delete_stale_pages(names: list[str]) -> None:
    """Throw away all pages that are built from one of these keys. Safe to run again."""
    StoredPage.objects.forget(names)


_walk = StalePageSweep()


def evict_unrequested(*, at: datetime) -> int:
    """Go on with the walk of this process; return how many pages were deleted."""
    return _walk.go_on(at=at)
