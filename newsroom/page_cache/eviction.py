"""Eviction of stored pages: a sweep that deletes stale ones in batches, and a task that deletes them by page key."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import REPEAT_DELAY
from newsroom.page_cache.release import release
from newsroom.task_queue import enqueue

# A release that is deployed again finds its pages of the last days. A stale page that was not stored again for this
# long was not requested in that time.
MAX_IDLE_AGE = timedelta(days=7)
# The number of rows in a batch: so few that a process that stores a page meanwhile hardly waits. Then the number of
# batches in one call.
BATCH_SIZE = 100
MAX_BATCHES = 100


class StalePageSweep:
    """A sweep through the stored pages, from the oldest on; at the end it begins again.

    Its position is known to this process alone: after a restart the sweep begins at the oldest page.
    """

    def __init__(self) -> None:
        self._last: StoredPage | None = None

    def delete_next(self, *, at: datetime, batch: int = BATCH_SIZE, batches: int = MAX_BATCHES) -> int:
        """Delete the stale pages among the next ``batches`` batches, and return how many were deleted.

        Each batch takes three statements. Only the last one locks rows: those that it deletes.
        """
        gone, before = 0, at - MAX_IDLE_AGE
        for _ in range(batches):
            # The contents of the pages are not loaded.
            pages = list(
                StoredPage.objects.stored_before(before, after=self._last).only("stored_at", "keys", "valid_until")[
                    :batch
                ]
            )
            versions = PageKey.objects.versions({name for page in pages for name in page.keys})
            over = [page.pk for page in pages if not _is_valid(page, versions, at=at)]
            if over:
                # A page that was stored again meanwhile is valid, so its age is compared again.
                gone += StoredPage.objects.stored_before(before).filter(pk__in=over).order_by().delete()[0]
            self._last = pages[-1] if len(pages) == batch else None
            if self._last is None:
                break
        return gone


def _is_valid(page: StoredPage, versions: Mapping[str, int], *, at: datetime) -> bool:
    """Return whether the page may still be served: its release is running, its time not over, its versions current."""
    is_in_time = page.release == release() and page.valid_until > at
    return is_in_time and all(versions.get(name) == version for name, version in page.keys.items())


def enqueue_deletion(names: Collection[str]) -> None:
    """Enqueue a task that deletes all pages built from one of these keys, to run in a minute.

    The task is enqueued in the open transaction.
    """
    # By then, pages that were being built during the transaction have been stored.
    enqueue(delete_stale_pages.using(run_after=clock.now() + REPEAT_DELAY), sorted(names))


@task
def delete_stale_pages(names: list[str]) -> None:
    """Delete all pages that are built from one of these keys; safe to run again."""
    StoredPage.objects.delete_built_from(names)


_sweep = StalePageSweep()


def sweep_stale_pages(*, at: datetime) -> int:
    """Continue the sweep of this process; return how many pages were deleted."""
    return _sweep.delete_next(at=at)
