"""Migration operations that keep the code of the previous release working (CONTRIBUTING.md)."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.contrib.postgres import operations as postgresql
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, RemoveField
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from psycopg.errors import LockNotAvailable

logger = logging.getLogger(__name__)

LOCK_TIMEOUT = 2.0  # seconds
TRIES = 3
PAUSE = 1.0  # seconds between two tries
_CANCEL = """
    SELECT pg_cancel_backend(activity.pid) FROM pg_stat_activity AS activity JOIN pg_locks AS locks USING (pid)
    WHERE NOT locks.granted AND locks.waitstart < clock_timestamp() - %s * interval '1 second'
    AND activity.datname = current_database()
    AND activity.query LIKE '%% INDEX CONCURRENTLY %%' AND position(%s IN activity.query) > 0
"""


class ForgetField(Operation):
    """Remove a field from the models, and make its column nullable, in the first of two releases.

    The previous release reads and writes the column. This release does not use it, so the rows that this release adds
    have no value in the column. ``DropColumn`` removes the column in the next release. On SQLite, no other operation
    may alter the table in between, because Django would re-create the table from the models, without the column.
    """

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name = model_name
        self.name = name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return the name and the arguments of this operation."""
        return type(self).__name__, [], {"model_name": self.model_name, "name": self.name}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Remove the field from the models."""
        state.remove_field(app_label, self.model_name.lower(), self.name)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make the column nullable."""
        self._alter(app_label, schema_editor, from_state, is_nullable=True)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Restore the column as it was. Rows without a value get the field's default.

        The operation fails if there are such rows but no default.
        """
        self._alter(app_label, schema_editor, to_state, is_nullable=False)

    def describe(self) -> str:
        """Return a sentence for ``migrate --plan``."""
        return f"Forget field {self.name} of {self.model_name}, whose column becomes nullable"

    def _alter(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState, *, is_nullable: bool
    ) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        if field.null or not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        loose: Field[Any, Any] = field.clone()
        loose.null = True
        loose.set_attributes_from_name(self.name)
        loose.model = model
        before, after = (field, loose) if is_nullable else (loose, field)
        schema_editor.alter_field(model, before, after)


class DropColumn(Operation):
    """Drop the column of a field that the previous release forgot (``ForgetField``), if the table has it.

    ``field`` is the field as it was. The module of the migration must set ``contracts`` to the previous release.
    """

    def __init__(self, model_name: str, name: str, field: "Field[Any, Any]") -> None:
        self.model_name = model_name
        self.name = name
        self.field = field.clone()
        self.field.null = True

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return the name and the arguments of this operation."""
        return type(self).__name__, [], {"model_name": self.model_name, "name": self.name, "field": self.field}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the models do not have the field any more."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the column, if it exists."""
        state = self._state_with_field(app_label, from_state)
        model = state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            found = {each.name for each in connection.introspection.get_table_description(cursor, model._meta.db_table)}
        if column in found:
            RemoveField(self.model_name, self.name).database_forwards(app_label, schema_editor, state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the column again as nullable. Existing rows get the default of the field, if it has one."""
        state = self._state_with_field(app_label, to_state)
        self._add_field().database_forwards(app_label, schema_editor, from_state, state)

    def describe(self) -> str:
        """Return a sentence for ``migrate --plan``."""
        return f"Drop the column of the former field {self.name} of {self.model_name}"

    def _state_with_field(self, app_label: str, state: ProjectState) -> ProjectState:
        with_field = state.clone()
        self._add_field().state_forwards(app_label, with_field)
        return with_field

    def _add_field(self) -> AddField:
        return AddField(self.model_name, self.name, self.field)


class AddIndexConcurrently(AddIndex):
    """Add an index without blocking writes. Use this for tables with more than 100,000 rows.

    The migration needs ``atomic = False``. On PostgreSQL, each of three tries waits up to two seconds for each lock. A
    failed try may leave an invalid index, which the next try, or the next ``migrate``, drops. SQLite locks the whole
    database while it creates an index.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the index.

        On PostgreSQL, raise OperationalError if a lock is not acquired in time, or ValueError in a transaction.
        """
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.in_atomic_block:
            raise ValueError(f"The migration that adds {self.index.name} needs atomic = False.")

        def add() -> None:
            schema_editor.remove_index(model, self.index, concurrently=True)  # type: ignore[call-arg]  # of PostgreSQL
            schema_editor.add_index(model, self.index, concurrently=True)  # type: ignore[call-arg]

        change_concurrently(schema_editor.connection, self.index.name, add)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the index."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.remove_index(model, self.index, concurrently=True)  # type: ignore[call-arg]

    def describe(self) -> str:
        """Return a sentence for ``migrate --plan``."""
        return f"Add index {self.index.name} to {self.model_name} while others write"


class AddConstraintNotValid(postgresql.AddConstraintNotValid):
    """Add a check constraint, in the first of two releases.

    The previous release must not write rows that violate it. On PostgreSQL, the existing rows are checked only by
    ``ValidateConstraint`` in the next release, because checking them here would lock the table for as long as it takes.
    SQLite checks them at once.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the constraint."""
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        operation = postgresql.AddConstraintNotValid if is_postgresql else AddConstraint
        operation.database_forwards(self, app_label, schema_editor, from_state, to_state)


class ValidateConstraint(postgresql.ValidateConstraint):
    """Check the existing rows against a constraint that the previous release added (``AddConstraintNotValid``)."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Validate the constraint on PostgreSQL. Raise IntegrityError if a row violates it."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def change_table(cursor: CursorWrapper, statement: str) -> None:
    """Execute a statement that locks a table. If it does not get the lock in time, try again until it does.

    On PostgreSQL, outside a transaction, each try waits up to ``LOCK_TIMEOUT`` seconds. Other queries, even readers,
    wait behind a statement that waits, and another transaction, such as that of a backup, may use the table for hours.
    """
    connection = cursor.db
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        cursor.execute(statement)
        return
    is_first = True
    while True:
        try:
            with transaction.atomic(connection.alias):
                cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT * 1000:.0f}")
                cursor.execute(statement)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        else:
            return
        if is_first:
            logger.warning("Another transaction uses the table. Trying again until it has ended: %s", statement)
            is_first = False
        time.sleep(PAUSE)


def change_concurrently(connection: BaseDatabaseWrapper, index: str, change: Callable[[], None]) -> None:
    """Call ``change``, which adds or drops the index concurrently. If it does not get a lock in time, try again.

    Raise OperationalError if all ``TRIES`` tries fail.
    """
    for number in range(TRIES):
        try:
            with _limit_lock_waits(connection, index, LOCK_TIMEOUT):
                change()
        except OperationalError:
            if number == TRIES - 1:
                raise
            time.sleep(PAUSE)
        else:
            return


@contextmanager
def _limit_lock_waits(connection: BaseDatabaseWrapper, index: str, seconds: float) -> Iterator[None]:
    """During the block, cancel each statement that adds or drops the index and has waited ``seconds`` for a lock."""
    # These statements cannot run in a transaction. Behind a pooler, a lock_timeout of the session could affect other
    # clients.
    is_over = Event()

    def cancel() -> None:
        own = connection.copy()
        try:
            with own.cursor() as cursor:
                while not is_over.wait(seconds / 4):
                    cursor.execute(_CANCEL, [seconds, f'"{index}"'])
        finally:
            own.close()

    watcher = Thread(target=cancel, name=f"lock waits for {index}", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
