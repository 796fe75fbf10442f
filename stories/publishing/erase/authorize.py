"""Open and close erasures, which the triggers ask for, in one transaction; wipe SQLite files afterwards."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Erasure, Event
from newsroom.background.cleanup import delete_error_messages
from newsroom.page_cache.invalidation import delete_invalidated_pages, invalidation
from newsroom.search import index
from stories.drafts.search.index import rebuild_sqlite_index
from stories.models import FAQ, AutosaveSlot, Story, Work, WorkKind
from stories.publishing.erase import traces
from stories.publishing.errors import InvalidStateError
from stories.publishing.pipeline import lock_works

PERMISSION = "stories.erase_work"
LONGEST_REASON = 5_000


@contextmanager
def open_erasure(work: Work, scope: str, *, by: User, reason: str, together: Iterable[Work] = ()) -> Iterator[Work]:
    """Lock the work, open an erasure until the block ends, and then write the audit entry.

    ``together`` holds other works, which are locked with it in the order of all verbs. ``scope`` describes what is
    erased, such as “a passage”. ``reason`` is stored and must not repeat what is erased. Raise NotAllowedError if the
    user may not erase. Raise InvalidStateError without a reason, with one over ``LONGEST_REASON`` characters, or if the
    work does not exist any more.
    """
    require_permission(by, PERMISSION, "Only administrators erase.")
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise InvalidStateError(f"Say in at most {LONGEST_REASON:,} characters who ordered this, and when.")
    with invalidation():
        # First of the on_commit callbacks, so that they also run if a file cannot be removed.
        delete_invalidated_pages()
        transaction.on_commit(wipe_sqlite_file, robust=True)
        works = lock_works([work.pk, *(other.pk for other in together)])
        locked = works[work.pk]
        erasure = Erasure.objects.create(
            kind=locked.kind, uid=locked.uid, scope=scope, reason=why, by_id=by.pk, by_name=str(by)
        )
        yield locked
        # Text that is typed but not saved may repeat what is erased.
        AutosaveSlot.objects.of_works(works).delete()
        traces.clear_admin_log(Story if locked.kind == WorkKind.STORY else FAQ, [work.pk])
        traces.clear_sessions()
        traces.clear_reports(each.uid for each in works.values())
        traces.clear_notifications(each.uid for each in works.values())
        delete_error_messages()
        Event.objects.write(locked.kind, locked.uid, "erased", by=by, after={"scope": scope}, reason=why)
        Erasure.objects.filter(pk=erasure.pk).update(closed_at=Now())


_log = logging.getLogger(__name__)


def wipe_sqlite_file() -> None:
    """Rewrite an SQLite file, so that no deleted byte remains in it or in its write-ahead log.

    Wait as long as any write does. If other connections do not let go meanwhile, log what remains to be done.
    PostgreSQL cleans up by itself, and its dumps contain no deleted rows.
    """
    if connection.vendor != "sqlite":
        return
    try:
        index.purge_deleted_words()
        rebuild_sqlite_index()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            before = cursor.fetchone()[0]
            # Otherwise the unused part of a new page may hold earlier contents of its memory.
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
