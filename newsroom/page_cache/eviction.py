"""Eviction of stored pages: a sweep that deletes stale pages in batches, and a task that deletes pages by page key."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import REPEAT_DELAY
from newsroom.page_cache.release import release
from newsroom.task_queue import enqueue

# Stale pages are kept for this long, so that a release that is deployed again finds its recent pages. A page that has
# not been stored again in this time has not been requested either.
MAX_IDLE_AGE = timedelta(days=7)
# The number of rows in a batch: few enough that a process that is storing a page hardly has to wait.
BATCH_SIZE = 100
# The number of batches in one call.
MAX_BATCHES = 100


class StalePageSweep:
    """A sweep through the stored pages, from the oldest to the newest, and then again from the oldest.

    The position is kept in the memory of this process. After a restart, the sweep begins at the oldest page.
    """

    def __init__(self) -> None:
        self._last: StoredPage | None = None

    def delete_next(self, *, at: datetime, batch: int = BATCH_SIZE, batches: int = MAX_BATCHES) -> int:
        """Delete the stale pages among the next ``batches`` batches, and return how many were deleted.

        Each batch takes at most three statements. Only the deletion locks rows, namely those that it deletes.
        """
        deleted, before = 0, at - MAX_IDLE_AGE
        for _ in range(batches):
            # The contents of the pages are not loaded.
            pages = list(
                StoredPage.objects.stored_before(before, after=self._last).only("stored_at", "keys", "valid_until")[
                    :batch
                ]
            )
            versions = PageKey.objects.versions({name for page in pages for name in page.keys})
            stale = [page.pk for page in pages if not _is_valid(page, versions, at=at)]
            if stale:
                # A page that has been stored again in the meantime is valid, so its age is checked again.
                deleted += StoredPage.objects.stored_before(before).filter(pk__in=stale).order_by().delete()[0]
            self._last = pages[-1] if len(pages) == batch else None
            if self._last is None:
                break
        return deleted


def _is_valid(page: StoredPage, versions: Mapping[str, int], *, at: datetime) -> bool:
    """Return whether the page belongs to the running release, has not expired, and has only current versions."""
    is_in_time = page.release == release() and page.valid_until > at
    return is_in_time and all(versions.get(name) == version for name, version in page.keys.items())


def enqueue_deletion(names: Collection[str]) -> None:
    """Enqueue a task that deletes all pages that depend on any of these keys.

    The task is enqueued in the open transaction, and runs a minute later.
    """
    # After a minute, pages that were being built during the transaction have been stored.
    enqueue(delete_stale_pages.using(run_after=clock.now() + REPEAT_DELAY), sorted(names))


@task
def delete_stale_pages(names: list[str]) -> None:
    """Delete all pages that depend on any of these keys. The task is idempotent."""
    StoredPage.objects.delete_built_from(names)


_sweep = StalePageSweep()


def sweep_stale_pages(*, at: datetime) -> int:
    """Continue the sweep of this process, and return the number of deleted pages."""
    return _sweep.delete_next(at=at)
