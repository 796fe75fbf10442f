"""What PostgreSQL does itself: it compacts its tables, and is told how often for stored pages."""

import pytest
from django.core.management import call_command
from django.db import connection

from newsroom.http import clock
from newsroom.operations.commands import CannotRunError
from newsroom.operations.models import TidyRun
from newsroom.operations.retention import optimize_if_due

pytestmark = pytest.mark.django_db


def test_the_command_is_refused_and_says_what_to_do():
    with pytest.raises(CannotRunError, match="stop the site and run VACUUM FULL in psql, and then VACUUM ANALYZE"):
        call_command("compact")


def test_no_statistics_are_updated_because_autovacuum_does_that():
    assert not optimize_if_due(at=clock.now())
    assert not TidyRun.objects.exists()


def test_stored_pages_are_vacuumed_after_a_twentieth_has_changed():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'pages_storedpage'")
        [options] = cursor.fetchone()
    assert options == ["autovacuum_vacuum_scale_factor=0.05"]
