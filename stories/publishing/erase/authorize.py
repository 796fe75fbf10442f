"""Open and close erasures, without which the triggers refuse to delete; wipe the SQLite file afterwards."""

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Self
from uuid import UUID, uuid4

from django.db import Error, OperationalError, connection, transaction
from django.db.models.functions import Now

from newsroom.accounts import sessions
from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.erasure_lines import to_line
from newsroom.audit.models import Erasure, Event
from newsroom.background.failures import delete_error_messages
from newsroom.db.outages import Outage, classify_error
from newsroom.db.sqlite_file import rewrite_file
from newsroom.errors import RefusedError
from newsroom.http import clock
from newsroom.operations import erasures
from newsroom.operations.erasures import Line, LineState
from newsroom.page_cache.commits import confirm_commit
from newsroom.page_cache.invalidation import delete_invalidated_pages
from newsroom.search import index
from stories.drafts.search.index import rebuild_sqlite_index
from stories.models import FAQ, AutosaveSlot, Story, Work, WorkKind
from stories.publishing.erase import traces
from stories.publishing.errors import InvalidStateError
from stories.publishing.pipeline import lock_works

PERMISSION = "stories.erase_work"
MAX_REASON_LENGTH = 5_000


class Scope(StrEnum):
    """What an erasure erases. The file of erasures contains these values."""

    WORK = "work"
    EDITION = "edition"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Order:
    """An order to erase: its reason, and who carries it out.

    ``repeats`` is the line of an earlier erasure that is repeated on a restored database, which may lack the user.
    """

    reason: str
    by: User | None
    by_name: str
    repeats: Line | None = None

    @classmethod
    def from_user(cls, by: User, reason: str) -> Self:
        """Return the order of a user. ``reason`` is stored, so it must not repeat the erased text.

        Raise NotAllowedError if the user may not erase. Raise InvalidStateError if the reason is missing or longer than
        ``MAX_REASON_LENGTH``.
        """
        require_permission(by, PERMISSION, "Only administrators can erase text.")
        stored_reason = reason.strip()
        if not stored_reason or len(stored_reason) > MAX_REASON_LENGTH:
            raise InvalidStateError(
                f"Give the court, the date and the reference number in at most {MAX_REASON_LENGTH:,} characters."
            )
        return cls(stored_reason, by, str(by))

    @classmethod
    def from_line(cls, line: Line) -> Self:
        """Return the order to repeat an earlier erasure."""
        return cls(line.reason, None, line.by, line)

    def write_event(self, work: Work, scope: str) -> None:
        """Write the audit entry for the erasure; ``scope`` describes what was erased, such as “a passage”."""
        after = {"scope": scope}
        if self.repeats is not None:
            after["ordered"] = self.repeats.time.isoformat()
        event = Event.build(work.kind, work.uid, "erased", by=self.by, after=after, reason=self.reason)
        event.by_name = self.by_name
        event.save(force_insert=True)

    def open_row(
        self, kind: str, uid: UUID, scope: str, *, edition: int | None = None, part: UUID | None = None
    ) -> Erasure:
        """Create and return the row of an erasure, which must be closed in the same transaction."""
        repeated = {} if self.repeats is None else {"opened_at": self.repeats.time}
        return Erasure.objects.create(
            kind=kind,
            uid=uid,
            scope=scope,
            edition=edition,
            part=part,
            line_id=uuid4() if self.repeats is None else self.repeats.id,
            reason=self.reason,
            by=self.by,
            by_name=self.by_name,
            **repeated,
        )

    def close_row(self, row: Erasure, *, document: str, files: Collection[str]) -> None:
        """Close an erasure.

        ``document`` and ``files`` are as in ``OpenErasure``. A repeated erasure takes ``document`` from its line, and
        adds the files of that line.
        """
        line = self.repeats
        row.document = line.document if line else document
        row.files = sorted({*files, *(line.files if line else ())})
        Erasure.objects.filter(pk=row.pk).update(document=row.document, files=row.files, closed_at=Now())


@dataclass(slots=True)
class OpenErasure:
    """An erasure while its block runs: the locked work, and what the block records about the erased content.

    ``document`` is the digest of the document of an erased edition; ``files`` are the digests of deleted originals. The
    block sets ``found`` to False if the work did not contain what was to be erased.
    """

    work: Work
    document: str = ""
    files: set[str] = field(default_factory=set)
    found: bool = True


@contextmanager
def open_erasure(
    work: Work,
    scope: Scope,
    order: Order,
    *,
    edition: int | None = None,
    part: UUID | None = None,
    further_works: Iterable[Work] = (),
) -> Iterator[OpenErasure]:
    """Lock the work and open an erasure for the duration of the block.

    After the block, remove traces that any erasure may leave, such as autosaved text, and write the audit entry unless
    nothing was found. Record the erasure in the file of erasures before the commit, and its outcome afterwards, unless
    it repeats an earlier one.

    ``further_works`` are locked in the same query, in the order that all verbs use. Raise InvalidStateError if one of
    the works no longer exists. Raise NotRecordedError or DamagedFileError if the file of erasures cannot be written,
    and the errors of ``confirm_commit``.
    """
    begun: Line | None = None
    try:
        with confirm_commit("Not erased"):
            # These callbacks are registered first, so that they run even if a later one fails to delete a file.
            delete_invalidated_pages()
            if order.repeats is None:
                transaction.on_commit(wipe_sqlite_file, robust=True)
            works = lock_works([work.pk, *(other.pk for other in further_works)])
            locked = works[work.pk]
            row = order.open_row(locked.kind, locked.uid, scope, edition=edition, part=part)
            opened = OpenErasure(locked)
            yield opened
            # Text that is typed but not yet saved may repeat the erased text.
            AutosaveSlot.objects.of_works(works).delete()
            traces.clear_admin_log(Story if locked.kind == WorkKind.STORY else FAQ, [work.pk])
            sessions.clear_messages()
            traces.clear_reports(each.uid for each in works.values())
            traces.clear_notifications(each.uid for each in works.values())
            delete_error_messages()
            if opened.found:
                order.write_event(locked, _describe(scope, edition))
            order.close_row(row, document=opened.document, files=opened.files)
            if order.repeats is None:
                line = replace(to_line(row), state=LineState.BEGUN)
                erasures.append(line)
                begun = line
    except BaseException as error:
        if begun is not None and not _may_be_committed(error):
            _record_failure(begun)
        raise
    if begun is not None:
        # If this fails, the worker adds the missing lines later.
        transaction.on_commit(partial(erasures.add_missing, [begun]), robust=True)


def _describe(scope: Scope, edition: int | None) -> str:
    """Return a description of the scope for the audit log."""
    return {Scope.WORK: "the whole page", Scope.EDITION: f"edition {edition}", Scope.PASSAGE: "a passage"}[scope]


def _may_be_committed(error: BaseException) -> bool:
    """Return whether the transaction may have been committed.

    This is so if the database ended the connection without an answer.
    """
    return isinstance(error, Error) and classify_error(error) in (Outage.LOST, Outage.UNREACHABLE)


def _record_failure(begun: Line) -> None:
    try:
        erasures.append(replace(begun, state=LineState.FAILED, time=clock.now()))
    except RefusedError as error:
        _log.error("Erasure %s was rolled back, but counts as begun: %s", begun.id, error)


_log = logging.getLogger(__name__)


def wipe_sqlite_file() -> None:
    """Rewrite the SQLite file, so that no deleted byte remains in it or in its write-ahead log.

    This waits for locks as long as any other write does. If other connections still hold a lock after that, log an
    error that says what to do. Do nothing on PostgreSQL, which cleans up by itself and whose dumps contain no deleted
    rows.
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
            "The erased text is no longer in the tables, but its bytes may still be in the database file, which other "
            "processes were using. Stop the site and run: sqlite3 FILE 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE);'"
        )
