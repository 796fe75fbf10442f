"""The state of the site: it is being restored, then quiet, then live."""

import pytest
from django.db import IntegrityError, connection, transaction

from newsroom.http import clock
from newsroom.operations import site_state
from newsroom.operations.models import SiteState, SiteStatus
from newsroom.operations.site_state import LoadedBackup

pytestmark = pytest.mark.django_db


def test_a_site_without_a_state_is_live():
    assert not SiteState.objects.exists()
    assert (site_state.is_restoring(), site_state.is_quiet()) == (False, False)


def test_a_restore_begins_and_ends_with_a_quiet_site():
    now = clock.now()
    for _ in range(2):
        assert site_state.begin_restore(delay=0)
        assert (site_state.is_restoring(), site_state.is_quiet()) == (True, True)
        site_state.end_restore(at=now)
        assert (site_state.is_restoring(), site_state.is_quiet()) == (False, True)
        assert SiteState.objects.get().restored_at == now


def test_a_restore_without_the_table_begins_without_a_state():
    table = SiteState._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
        assert not site_state.begin_restore(delay=0)
        cursor.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    site_state.end_restore(at=clock.now())
    assert site_state.is_quiet()


def test_a_restored_database_may_lack_columns_of_a_later_migration():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {SiteState._meta.db_table} ADD COLUMN later integer")
    assert site_state.begin_restore(delay=0)


def test_only_the_remains_of_a_restore_are_unfinished():
    assert not site_state.is_unfinished_restore(), "A site that was never restored has no state, but migrations."
    site_state.begin_restore(delay=0)
    assert (site_state.is_unfinished_restore(), site_state.find_loaded_backup()) == (True, None)
    loaded = LoadedBackup("2026-11-28T031500Z", ("A sentence.",), frozenset({"ab" * 32}))
    site_state.record_loaded(loaded)
    assert site_state.find_loaded_backup() == loaded
    site_state.end_restore(at=clock.now())
    assert (site_state.is_unfinished_restore(), site_state.find_loaded_backup()) == (False, None)
    SiteState.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")
    assert site_state.is_unfinished_restore(), "A restore that was killed before it loaded rows leaves none."


def test_tables_of_an_earlier_release_have_no_loaded_backup():
    site_state.begin_restore(delay=0)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {SiteState._meta.db_table} RENAME COLUMN loaded_backup TO elsewhere")
    assert (site_state.is_unfinished_restore(), site_state.find_loaded_backup()) == (True, None)


def test_the_setting_makes_a_live_site_quiet(settings):
    settings.QUIET = True
    assert (site_state.is_restoring(), site_state.is_quiet()) == (False, True)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"pk": 2, "status": SiteStatus.LIVE}, id="a second row"),
        pytest.param({"pk": 1, "status": SiteStatus.QUIET}, id="quiet without the time of a restore"),
    ],
)
def test_the_database_refuses(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteState.objects.create(**values)
