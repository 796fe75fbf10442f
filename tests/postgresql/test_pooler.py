"""Nothing remains in a session that a pooler gives to another client, and PostgreSQL's programs pass a pooler by."""

import pytest
from django.db import OperationalError, connection, transaction

from newsroom.db import pooler
from newsroom.db.timeouts import limit_statements
from newsroom.operations.backup import drill, snapshots, targets
from newsroom.operations.backup.create import create_backup
from newsroom.operations.commands import CannotRunError
from newsroom.operations.doctor import database
from tests.backups import empty_target, make_site
from tests.databases import database_url
from tests.factories import make_topic
from tests.newsroom.operations.test_doctor import diagnose
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


def count_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE NOT is_binary")
        return int(cursor.fetchone()[0])


@pytest.fixture
def pooled(monkeypatch):
    """Make every connection appear to lead to a pooler."""
    for module in (snapshots, targets, database):
        monkeypatch.setattr(module, "is_pooled", lambda _: True)


def test_a_limit_of_statements_ends_with_its_block():
    with limit_statements(0.2):
        assert show("statement_timeout") == "200ms"
        assert connection.in_atomic_block
    assert show("statement_timeout") == "0"
    with transaction.atomic():
        with limit_statements(0.2):
            pass
        assert show("statement_timeout") == "0"


def test_a_statement_that_takes_too_long_is_cancelled():
    with pytest.raises(OperationalError, match="statement timeout"), limit_statements(0.05):
        execute("SELECT pg_sleep(10)")
    assert show("statement_timeout") == "0"


def test_rows_are_fetched_in_chunks_only_in_a_transaction():
    for number in range(9):
        make_topic(slug=f"pier-{number}")
    rows = Topic.objects.iterator(chunk_size=2)
    next(rows)
    assert count_cursors() == 0
    assert len(list(rows)) == 8
    with transaction.atomic():
        rows = Topic.objects.iterator(chunk_size=2)
        next(rows)
        assert count_cursors() == 1
        assert len(list(rows)) == 8


def test_a_pooler_is_told_apart_from_postgresql():
    # Where the tests reach PostgreSQL through a pooler, the variable names the server itself.
    assert pooler.is_pooled(connection) is bool(pooler.settings.DATABASE_DIRECT_URL)
    with targets.default_database(targets.parse_target(pooler.settings.DATABASE_DIRECT_URL or database_url())):
        assert pooler.is_pooled(connection) is False


def test_no_backup_is_made_through_a_pooler(pooled, tmp_path):
    site = make_site(tmp_path)
    with pytest.raises(CannotRunError, match="Set DATABASE_DIRECT_URL to the address of PostgreSQL itself"):
        create_backup(site.store)
    assert not list(site.store.root.glob("2*Z"))


def test_no_backup_is_made_of_another_database(tmp_path, settings):
    site = make_site(tmp_path)
    with empty_target(tmp_path) as url:
        settings.DATABASE_DIRECT_URL = url
        with pytest.raises(CannotRunError, match="DATABASE_DIRECT_URL names another database than DATABASE_URL"):
            create_backup(site.store)


def test_nothing_is_restored_through_a_pooler(pooled, tmp_path):
    with empty_target(tmp_path) as url, pytest.raises(CannotRunError, match="Pass the address of PostgreSQL itself"):
        targets.require_usable(targets.parse_target(url))


def test_a_drill_restores_beside_the_database_itself(settings):
    settings.DATABASE_DIRECT_URL = "postgres://newsroom@db.example/newsroom?sslmode=require"
    assert drill.default_target() == "postgres://newsroom@db.example/newsroom_drill?sslmode=require"


def test_the_doctor_names_what_a_pooler_lacks(pooled, settings, monkeypatch):
    settings.DATABASE_DIRECT_URL = ""
    monkeypatch.setattr(database, "_show", lambda name: {"jit": "on", "plan_cache_mode": "auto"}.get(name, "150000"))
    found = [words for _, words in diagnose("database")]
    assert found[0].startswith("DATABASE_URL leads to a pooler, through which no backup can be made.")
    assert [words.rpartition(". ")[2] for words in found[1:]] == [
        "ALTER ROLE newsroom SET jit = off",
        "ALTER ROLE newsroom SET plan_cache_mode = force_generic_plan",
    ]
