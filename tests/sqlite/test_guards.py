"""What SQLite does with guards: they vanish with a table that is made anew, and hold against a whole table at once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models

from stories import guards
from stories.models import Edition, Revision
from tests.factories import make_published_story


@pytest.mark.django_db(transaction=True)
def test_guards_that_vanished_with_their_table_are_missed():
    column = models.CharField(max_length=10, default="")
    column.set_attributes_from_name("added")
    with connection.schema_editor() as editor:
        editor.add_field(Revision, column)
    assert sorted(guards.missing()) == [
        "stories_revision: DELETE is not refused (kept)",
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
