"""What may read the replica, and how far it may be behind. The folder postgresql has tests with a real replica."""

import ast
from datetime import timedelta
from unittest.mock import MagicMock

import pytest
from django.conf import settings as django_settings

from newsroom.operations import replica as operations
from tests import source_code


def make_replica(lag: timedelta | None) -> MagicMock:
    """Return a connection to a replica whose newest commit is this old."""
    connection = MagicMock()
    connection.cursor().__enter__().fetchone.return_value = [lag]
    return connection


@pytest.fixture(autouse=True)
def _never_caught_up(monkeypatch):
    monkeypatch.setattr(operations, "connection", make_replica(None))
    monkeypatch.setattr(operations, "_reaches", lambda *_: False)


@pytest.mark.parametrize("seconds", [0, 29, 30])
def test_a_replica_may_be_thirty_seconds_behind(seconds):
    operations._require_small_lag(make_replica(timedelta(seconds=seconds)), None)


@pytest.mark.parametrize(
    ("lag", "sentence"),
    [
        (timedelta(seconds=31), "The replica is up to 31 s behind."),
        (timedelta(hours=1), "The replica is up to 3,600 s behind."),
        (None, "The replica is behind, and does not know how far."),
    ],
)
def test_a_replica_that_is_further_behind_is_refused(lag, sentence):
    with pytest.raises(operations.ReplicaRefusedError) as refused:
        operations._require_small_lag(make_replica(lag), None)
    assert str(refused.value) == sentence


def test_a_backup_waits_thirty_seconds_for_a_position(monkeypatch):
    waits: list[timedelta] = []
    monkeypatch.setattr(operations, "_reaches", lambda replica, position, within: waits.append(within))
    with pytest.raises(operations.ReplicaRefusedError, match=r"^The replica is more than 30 s behind\.$"):
        operations._require_small_lag(make_replica(None), "0/16B3740")
    assert waits == [timedelta(seconds=30)]


def list_modules_that_name(*names: str) -> set[str]:
    """Return the modules whose code, apart from docstrings and comments, contains one of these names."""
    return {
        module
        for module, tree in source_code.modules().items()
        if any(source_code.name_of(node) in names for node in ast.walk(tree))
    }


def test_only_reports_and_backups_read_the_replica():
    reports = {f"{module}.{function.name}" for module, function, _ in source_code.decorated_with("using_replica")}
    assert reports == {"newsroom.import_export.write.write_table", "newsroom.audit.csv_export.write_audit_log"}
    assert list_modules_that_name("open_replica", "replica_config", "DATABASE_REPLICA_URL") == {
        "newsroom.settings",
        "newsroom.operations.replica",
        "newsroom.operations.backup.snapshots",
        "newsroom.operations.doctor.database",
    }


def test_no_router_sends_queries_elsewhere():
    assert django_settings.DATABASE_ROUTERS == []
    assert [*django_settings.DATABASES] == ["default"]
