"""What only PostgreSQL can do to rows, and what only it can see."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.triggers.rules import OVERLAP, SENTENCES
from tests.factories import edition_of, make_published_story


@pytest.mark.django_db
@pytest.mark.parametrize("model", SENTENCES)
def test_no_guarded_table_is_emptied_at_once(model):
    with pytest.raises(IntegrityError, match=SENTENCES[model][0]), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.django_db(transaction=True)
def test_nobody_empties_a_database_that_holds_editions():
    make_published_story()
    with pytest.raises(CommandError) as refusal:
        call_command("flush", interactive=False, verbosity=0)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_a_guard_that_was_switched_off_is_missed():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stories_revision DISABLE TRIGGER USER")
    assert "stories_revision: DELETE is not refused (kept)" in triggers.missing()


@pytest.mark.django_db
def test_a_lost_constraint_is_missed_and_laid_again():
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE stories_edition DROP CONSTRAINT "{OVERLAP}"')
    assert triggers.missing() == [OVERLAP]
    triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_an_edition_that_somebody_else_is_writing_keeps_others_out_of_its_time():
    story = make_published_story()
    edition = edition_of(story)
    columns = [field.column for field in Edition._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{name}"' for name in columns)
    other_number = names.replace('"number"', '"number" + %s').replace('"live_until"', "'8000-01-01'")
    copied = f"INSERT INTO stories_edition ({names}) SELECT {other_number} FROM stories_edition WHERE id = %s"  # noqa: S608 -- ours
    Edition.objects.filter(pk=edition.pk).update(live_until=edition.live_from)
    other = connection.copy()
    try:
        with transaction.atomic(), connection.cursor() as mine:
            mine.execute(copied, [1, edition.pk])
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
                with pytest.raises(OperationalError, match="lock timeout"):
                    cursor.execute(copied, [2, edition.pk])
    finally:
        other.close()
