"""Triggers on SQLite: Django removes them when it rebuilds a table, and ``REPLACE`` must not bypass them."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models

from newsroom.audit.models import Event
from stories.models import Document, Edition, Revision
from stories.publishing import triggers
from stories.publishing.triggers.rules import SENTENCES
from tests.factories import make_published_story


@pytest.mark.django_db(transaction=True)
def test_triggers_lost_with_a_rebuilt_table_are_reported_as_missing():
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
def test_a_database_with_editions_cannot_be_flushed():
    make_published_story()
    with pytest.raises(CommandError) as refusal:
        call_command("flush", interactive=False, verbosity=0)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Edition, Revision, Document, Event])
def test_a_row_cannot_be_replaced_by_one_with_the_same_key(model):
    """On SQLite, ``REPLACE`` deletes a row without running DELETE triggers."""
    make_published_story()
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with pytest.raises(IntegrityError, match=SENTENCES[model][0]):
        replace(model, columns, columns)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Edition, Revision, Document])
def test_a_row_cannot_be_replaced_by_one_with_the_same_number_or_digest(model):
    make_published_story()
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    expressions = columns.replace('"live_until"', '"live_from"')  # an empty span, which overlaps no other
    with pytest.raises(IntegrityError, match=SENTENCES[model][0]):
        replace(model, columns, expressions)


def replace(model, columns, expressions):
    """Replace every row of the table with the values of these expressions."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"REPLACE INTO {table} ({columns}) SELECT {expressions} FROM {table}")  # noqa: S608 -- no user input
