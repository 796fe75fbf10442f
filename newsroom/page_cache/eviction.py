"""Evict stored pages: find stale pages in batches, and delete pages by name or by page key."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.tasks import task

from newsroom.http import clock
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.purge import REPEAT_DELAY
from newsroom.page_cache.release import release
from newsroom.task_queue import enqueue

# The number of rows in a batch: small enough that a process that is storing a page hardly has to wait.
BATCH_SIZE = 100

type PageName = tuple[str, str]  # release and address, the primary key


def find_stale_pages(at: datetime, age: timedelta, *, batch: int = BATCH_SIZE) -> Iterator[list[PageName]]:
    """Yield the names of the stale pages in each batch of pages that were stored longer than ``age`` ago, oldest first.

    Younger stale pages are left out, so that a release that is deployed again finds its recent pages. The contents are
    not loaded.
    """
    last: StoredPage | None = None
    while True:
        old = StoredPage.objects.stored_before(at - age, after=last).only("stored_at", "keys", "valid_until")
        pages = list(old[:batch])
        versions = PageKey.objects.versions({name for page in pages for name in page.keys})
        yield [page.pk for page in pages if not _is_valid(page, versions, at=at)]
        if len(pages) < batch:
            return
        last = pages[-1]


def delete_pages(names: Sequence[PageName], at: datetime, age: timedelta) -> int:
    """Delete the pages in ``names`` that were stored longer than ``age`` ago, and return their number."""
    # A page that has been stored again in the meantime is valid.
    return StoredPage.objects.stored_before(at - age).filter(pk__in=names).order_by().delete()[0] if names else 0


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
