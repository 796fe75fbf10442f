"""The state of the site: live, being restored, or quiet.

A restored site is quiet: it serves readers and the desk, but its mail, pings and purges wait in the queue until an
operator runs ``manage.py go_live``. The setting ``QUIET`` forces this state.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from newsroom.operations.models import ROW, SiteState, SiteStatus
from newsroom.operations.wsgi import NOTICE_DELAY

# What administrators read at the desk of a quiet site.
NOT_LIVE = "This site does not send mail or notifications yet. Run manage.py go_live."
# These statements use only columns of the first migration, because a restored database may have the tables of an
# earlier release.
_UPDATE_STATUS = "UPDATE operations_sitestate SET status = %s, restored_at = NULL"
_INSERT_STATUS = "INSERT INTO operations_sitestate (id, status) VALUES (1, %s)"
_SELECT_STATUS = "SELECT status FROM operations_sitestate"


@dataclass(frozen=True, slots=True)
class LoadedBackup:
    """A backup that a restore has loaded into the database.

    ``remarks`` are sentences for the operator about the erasures that were repeated, and ``erased_files`` are the
    digests of files that must not be copied.
    """

    name: str
    remarks: tuple[str, ...] = ()
    erased_files: frozenset[str] = frozenset()


def begin_restore(*, using: str = DEFAULT_DB_ALIAS, delay: float = NOTICE_DELAY) -> bool:
    """Record that the database is being restored, and return True ``delay`` seconds later.

    By then, every process that serves the site from this database answers 503, and no worker takes a task from it. A
    ``delay`` of 0 suffices if no process can be serving it.

    This must be called after the tables have been created and before their rows are loaded. If the state table does not
    exist, do nothing and return False: ``migrate`` creates the table later, and ``end_restore`` writes the state.
    """
    connection = connections[using]
    if SiteState._meta.db_table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        # Not an upsert: a dump creates the primary key only after the rows are loaded.
        cursor.execute(_UPDATE_STATUS, [SiteStatus.RESTORING])
        if not cursor.rowcount:
            cursor.execute(_INSERT_STATUS, [SiteStatus.RESTORING])
    time.sleep(delay)
    return True


def record_loaded(backup: LoadedBackup) -> None:
    """Record that everything but files is restored, so that a restore that is interrupted from now on can go on."""
    SiteState.objects.filter(pk=ROW).update(
        loaded_backup=backup.name, remarks=list(backup.remarks), erased_files=sorted(backup.erased_files)
    )


def is_unfinished_restore() -> bool:
    """Return whether the database contains the tables of a site, but only what an interrupted restore has left there."""
    with connection.cursor() as cursor:
        if SiteState._meta.db_table not in connection.introspection.table_names(cursor):
            return False
        cursor.execute(_SELECT_STATUS)
        statuses = {status for (status,) in cursor.fetchall()}
    if statuses:
        return statuses == {SiteStatus.RESTORING}
    # The restore was interrupted between creating the tables and ``begin_restore``.
    recorder = MigrationRecorder(connection)
    return recorder.has_table() and not recorder.migration_qs.exists()


def find_loaded_backup() -> LoadedBackup | None:
    """Return the backup whose restore was interrupted while it copied files, or None."""
    table = SiteState._meta.db_table
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    if not columns >= {field.column for field in SiteState._meta.local_fields}:
        return None  # the tables of an earlier release, which were not migrated yet
    state = SiteState.objects.restoring().exclude(loaded_backup="").first()
    if state is None:
        return None
    return LoadedBackup(state.loaded_backup, tuple(state.remarks), frozenset(state.erased_files))


def end_restore(*, at: datetime, using: str = DEFAULT_DB_ALIAS) -> None:
    """Record that the restore has ended at ``at``. The site is quiet from now on, whatever its state was before.

    This must be called after ``migrate``. The state changes from being restored to quiet in one step, so that nothing
    is sent in between.
    """
    values = {"status": SiteStatus.QUIET, "restored_at": at, "loaded_backup": "", "remarks": [], "erased_files": []}
    SiteState.objects.using(using).update_or_create(pk=ROW, defaults=values)


def is_restoring(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Return whether the database is being restored."""
    return SiteState.objects.using(using).restoring().exists()


def is_quiet(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Return whether nothing may be sent: the site is quiet or being restored, or the setting ``QUIET`` is on."""
    return settings.QUIET or SiteState.objects.using(using).quiet().exists()
