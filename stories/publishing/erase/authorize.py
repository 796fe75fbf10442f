"""Opens an erasure, which the guards ask for, and closes it: what happens in between is one transaction."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.audit.models import Erasure, Event
from newsroom.background.cleanup import forget_errors
from newsroom.page_cache.invalidation import forget_pages, invalidation
from newsroom.search import index
from stories.drafts.search.index import settle
from stories.models import FAQ, AutosaveSlot, Story, Work, WorkKind
from stories.publishing.erase import traces
from stories.publishing.errors import InvalidStateError
from stories.publishing.pipeline import lock

RIGHT = "stories.erase_work"
LONGEST_REASON = 5_000


@contextmanager
def opened(work: Work, scope: str, *, by: User, reason: str, together: Iterable[Work] = ()) -> Iterator[Work]:
    """Lock the work, and others ``together`` with it in the order of all verbs, and let words be taken out until the block ends; then write down that it was done, by whom and why.

    ``scope`` says in words of ours what is erased, such as “a passage”; ``reason`` is kept and must not repeat what
    has to go. Raises NotAllowedError without the right, NotHereError without a reason or when the work is gone.
    """
    require(by, RIGHT, "Only administrators erase.")
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise InvalidStateError(f"Say in at most {LONGEST_REASON:,} characters who ordered this, and when.")
    with invalidation():
        # First of all that happens after the commit, so that no file that cannot be removed stands in their way.
        forget_pages()
        transaction.on_commit(wipe, robust=True)
        works = lock([work.pk, *(other.pk for other in together)])
        locked = works[work.pk]
        erasure = Erasure.objects.create(
            kind=locked.kind, uid=locked.uid, scope=scope, reason=why, by_id=by.pk, by_name=str(by)
        )
        yield locked
        # What is typed and not saved may repeat what has to go.
        AutosaveSlot.objects.in_works(works).delete()
        traces.clear_log(Story if locked.kind == WorkKind.STORY else FAQ, [work.pk])
        traces.clear_sessions()
        traces.clear_reports(each.uid for each in works.values())
        traces.clear_notices(each.uid for each in works.values())
        forget_errors()
        Event.objects.write(locked.kind, locked.uid, "erased", by=by, after={"scope": scope}, reason=why)
        Erasure.objects.filter(pk=erasure.pk).update(closed_at=Now())


_log = logging.getLogger(__name__)


def wipe() -> None:
    """Write an SQLite file anew, so that no byte of what was deleted is left in it or in the log beside it.

    Waits as long as any write does. Where others do not let go meanwhile, the log of the program says what is left to
    do. PostgreSQL clears away by itself, and its dumps hold no deleted rows.
    """
    if connection.vendor != "sqlite":
        return
    try:
        index.settle()
        settle()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            before = cursor.fetchone()[0]
            # Else what is unused of a new page may hold what its memory held before.
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA secure_delete={before}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
    except OperationalError:
        is_busy = True
    if is_busy:
        _log.error(
            "What was erased is gone from the tables, but its bytes may still lie in the database file, which others "
            "were using. Stop the site and run: sqlite3 FILE 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE);'"
        )
