"""Triggers and constraints on PostgreSQL, where tables can be truncated and triggers disabled."""

from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from newsroom.db import migrations
from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.triggers.rules import OVERLAP, SENTENCES
from tests.factories import edition_of, make_published_story
from tests.wait import wait_until


@pytest.mark.django_db
@pytest.mark.parametrize("model", SENTENCES)
def test_a_table_with_triggers_cannot_be_truncated(model):
    with pytest.raises(IntegrityError, match=SENTENCES[model][0]), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.django_db(transaction=True)
def test_a_database_with_editions_cannot_be_flushed():
    make_published_story()
    with pytest.raises(CommandError) as refusal:
        call_command("flush", interactive=False, verbosity=0)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_a_disabled_trigger_is_reported_as_missing():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stories_revision DISABLE TRIGGER USER")
    assert "stories_revision: DELETE is not refused (kept)" in triggers.missing()


@pytest.mark.django_db
def test_a_missing_constraint_is_reported_and_installed_again():
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE stories_edition DROP CONSTRAINT "{OVERLAP}"')
    assert triggers.missing() == [OVERLAP]
    triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_an_uncommitted_edition_blocks_overlapping_ones():
    story = make_published_story()
    edition = edition_of(story)
    columns = [field.column for field in Edition._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{name}"' for name in columns)
    other_number = names.replace('"number"', '"number" + %s').replace('"live_until"', "'8000-01-01'")
    copy_sql = f"INSERT INTO stories_edition ({names}) SELECT {other_number} FROM stories_edition WHERE id = %s"  # noqa: S608 -- no user input
    Edition.objects.filter(pk=edition.pk).update(live_until=edition.live_from)
    other = connection.copy()
    try:
        with transaction.atomic(), connection.cursor() as own_cursor:
            own_cursor.execute(copy_sql, [1, edition.pk])
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                with pytest.raises(OperationalError, match="lock timeout"):
                    cursor.execute(copy_sql, [2, edition.pk])
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [triggers.remove, triggers.install])
def test_a_change_of_the_triggers_never_holds_two_tables_together(change):
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'guard\_%' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
    if change is triggers.install:
        triggers.remove()
    editor = connection.copy()
    thread, done = make_thread(change)
    try:
        editor.set_autocommit(False)
        with editor.cursor() as cursor, connection.cursor() as observer:
            cursor.execute(f"LOCK TABLE {tables[-1]} IN ROW EXCLUSIVE MODE")
            thread.start()
            wait_until(lambda: count_waiting(observer, tables[-1]) > 0)
            # A publication uses the tables in another order. With two of them locked, this would be a deadlock.
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            for table in tables:
                cursor.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        editor.commit()
        thread.join()
        assert done == [None]
    finally:
        editor.close()
        if thread.ident:
            thread.join()
        triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_readers_do_not_wait_behind_a_change_that_waits_for_a_backup(monkeypatch):
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", 0.1)
    monkeypatch.setattr(migrations, "PAUSE", 0.1)
    backup, reader = connection.copy(), connection.copy()
    thread, done = make_thread(triggers.remove)
    try:
        backup.set_autocommit(False)
        reader.set_autocommit(False)
        with backup.cursor() as cursor, reader.cursor() as reading, connection.cursor() as observer:
            cursor.execute("LOCK TABLE stories_edition IN ACCESS SHARE MODE")
            thread.start()
            wait_until(lambda: count_waiting(observer, "stories_edition") > 0)
            reading.execute("SET LOCAL lock_timeout = '10s'")
            reading.execute("SELECT count(*) FROM stories_edition")
            assert done == []
        backup.commit()
        reader.commit()
        thread.join()
        assert done == [None]
    finally:
        backup.close()
        reader.close()
        if thread.ident:
            thread.join()
        triggers.install()
    assert triggers.missing() == []


def make_thread(action):
    """Return a thread that calls ``action`` on a connection of its own, and a list that will contain the result."""
    results = []

    def call():
        try:
            results.append(action())
        finally:
            connection.close()

    return Thread(target=call), results


def count_waiting(cursor, table):
    """Return the number of locks on a table that are waited for."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
    [count] = cursor.fetchone()
    return count
