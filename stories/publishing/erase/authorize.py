"""Open and close erasures, without which the triggers refuse to delete; wipe SQLite files afterwards."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Erasure, Event
from newsroom.background.failures import delete_error_messages
from newsroom.db.sqlite_file import rewrite_file
from newsroom.page_cache.invalidation import delete_invalidated_pages, invalidation
from newsroom.search import index
from stories.drafts.search.index import rebuild_sqlite_index
from stories.models import FAQ, AutosaveSlot, Story, Work, WorkKind
from stories.publishing.erase import traces
from stories.publishing.errors import InvalidStateError
from stories.publishing.pipeline import lock_works

PERMISSION = "stories.erase_work"
MAX_REASON_LENGTH = 5_000


@contextmanager
def open_erasure(
    work: Work, scope: str, *, by: User, reason: str, further_works: Iterable[Work] = ()
) -> Iterator[Work]:
    """Lock the work and open an erasure for the duration of the block.

    After the block, remove traces that any erasure may leave, such as autosaved text, and write the audit entry.

    ``further_works`` are locked in the same query, in the order that all verbs use. ``scope`` describes what is erased,
    such as “a passage”. ``reason`` is stored and must not repeat the erased text. Raise NotAllowedError if the user may
    not erase. Raise InvalidStateError if the reason is missing or longer than ``MAX_REASON_LENGTH``, or if the work no
    longer exists.
    """
    require_permission(by, PERMISSION, "Only administrators erase.")
    stored_reason = reason.strip()
    if not stored_reason or len(stored_reason) > MAX_REASON_LENGTH:
        raise InvalidStateError(f"Say in at most {MAX_REASON_LENGTH:,} characters who ordered this, and when.")
    with invalidation():
        # These callbacks are registered first, so that they run even if a later one fails to delete a file.
        delete_invalidated_pages()
        transaction.on_commit(wipe_sqlite_file, robust=True)
        works = lock_works([work.pk, *(other.pk for other in further_works)])
        locked = works[work.pk]
        erasure = Erasure.objects.create(
            kind=locked.kind, uid=locked.uid, scope=scope, reason=stored_reason, by_id=by.pk, by_name=str(by)
        )
        yield locked
        # Text that is typed but not yet saved may repeat the erased text.
        AutosaveSlot.objects.of_works(works).delete()
        traces.clear_admin_log(Story if locked.kind == WorkKind.STORY else FAQ, [work.pk])
        traces.clear_sessions()
        traces.clear_reports(each.uid for each in works.values())
        traces.clear_notifications(each.uid for each in works.values())
        delete_error_messages()
        Event.objects.write(locked.kind, locked.uid, "erased", by=by, after={"scope": scope}, reason=stored_reason)
        Erasure.objects.filter(pk=erasure.pk).update(closed_at=Now())


_log = logging.getLogger(__name__)


def wipe_sqlite_file() -> None:
    """Rewrite the SQLite file, so that no deleted byte remains in it or in its write-ahead log.

    This waits for locks as long as any other write does. If other connections still hold a lock after that, log an
    error that says what to do. PostgreSQL cleans up by itself, and its dumps contain no deleted rows.
    """
    if connection.vendor != "sqlite":
        return
    try:
        index.purge_deleted_words()
        rebuild_sqlite_index()
        is_wiped = rewrite_file()
    except OperationalError:
        is_wiped = False
    if not is_wiped:
        _log.error(
            "What was erased is gone from the tables, but its bytes may still lie in the database file, which others "
            "were using. Stop the site and run: sqlite3 FILE 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE);'"
        )
