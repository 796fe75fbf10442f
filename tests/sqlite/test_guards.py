"""What SQLite does with guards: they vanish with a table that is made anew, and hold against a whole table at once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models

from newsroom.audit.models import Event
from stories.models import Document, Edition, Revision
from stories.publishing import triggers
from stories.publishing.triggers.rules import SENTENCES
from tests.factories import make_published_story


@pytest.mark.django_db(transaction=True)
def test_guards_that_vanished_with_their_table_are_missed():
    column = models.CharField(max_length=10, default="")
    column.set_attributes_from_name("added")
    with connection.schema_editor() as editor:
        editor.add_field(Revision, column)
    assert sorted(triggers.missing()) == [
        "stories_revision: DELETE is not refused (kept)",
        "stories_revision: INSERT is not refused (replaced)",
        "stories_revision: UPDATE is not refused (fixed)",
    ]
    with connection.schema_editor() as editor:
        editor.remove_field(Revision, column)


@pytest.mark.django_db(transaction=True)
def test_nobody_empties_a_database_that_holds_editions():
    make_published_story()
    with pytest.raises(CommandError) as refusal:
        call_command("flush", interactive=False, verbosity=0)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Edition, Revision, Document, Event])
def test_no_row_is_replaced_by_another_of_its_key(model):
    """SQLite deletes the row that ``REPLACE`` meets without asking any trigger about deleting."""
    make_published_story()
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with pytest.raises(IntegrityError, match=SENTENCES[model][0]):
        replace(model, columns, columns)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Edition, Revision, Document])
def test_no_row_is_replaced_by_another_of_its_number_or_digest(model):
    make_published_story()
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    said = columns.replace('"live_until"', '"live_from"')  # a span that meets no other
    with pytest.raises(IntegrityError, match=SENTENCES[model][0]):
        replace(model, columns, said)


def replace(model, columns, said):
    """Write every row of the table once more."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"REPLACE INTO {table} ({columns}) SELECT {said} FROM {table}")  # noqa: S608 -- names of our own
