"""Runs of the retention rules: by the command, by workers, with rules that fail, and with days from ``RETENTION``."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from newsroom.background.models import WorkerLife
from newsroom.http import clock
from newsroom.operations import retention
from newsroom.operations.commands import IncompleteError, LockedError
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import TidyRun
from newsroom.operations.retention import RowRule
from tests.clocks import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(settings, tmp_path, monkeypatch) -> Iterator[dict[str, retention.Rule]]:
    """Replace the registered rules by those that a test registers, and make no pauses."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(retention, "sleep", lambda seconds: None)
    monkeypatch.setattr(retention, "_unfinished", {})
    with patch.dict(retention._rules, clear=True) as registered:
        yield registered


def make_rows(name: str, count: int) -> None:
    """Make rows for the rule with this name, twenty days before ``MONDAY``."""
    WorkerLife.objects.bulk_create(
        WorkerLife(worker_id=f"{name}{number}", seen_at=MONDAY - timedelta(days=20)) for number in range(count)
    )


def register_rule(name: str, days: int = 10, **options: Any) -> None:
    """Register a rule for the workers whose id begins with its name."""

    def find(at, age):
        return [WorkerLife.objects.unseen_since(at - age).filter(worker_id__startswith=name)]

    retention.register(RowRule(name, days, find, **options))


def tidy(days: int = 0, **options) -> dict[str, int]:
    """Run the rules some days after MONDAY, and return the number of deleted rows for each."""
    return {each.name: each.deleted for each in retention.tidy(at=MONDAY + timedelta(days=days), **options)}


def test_each_rule_deletes_what_is_older_than_its_days():
    register_rule("short", days=1)
    register_rule("long", days=200)
    make_rows("short", 2)
    make_rows("long", 3)
    assert tidy() == {"short": 2, "long": 0}
    assert tidy(days=200) == {"short": 0, "long": 3}


def test_rows_are_deleted_in_batches_each_in_a_transaction_of_its_own():
    register_rule("a", batch=3)
    make_rows("a", 7)
    reported = []
    assert tidy(on_progress=reported.append) == {"a": 7}
    assert reported == [3, 6, 7]


def test_a_batch_that_takes_long_is_followed_by_smaller_ones_and_these_by_larger_ones(monkeypatch):
    sizes: list[int] = []
    now = [0.0]
    monkeypatch.setattr(retention, "monotonic", lambda: now[0])

    def remove(rows):
        sizes.append(rows.count())
        # The first rows take a millisecond each, the others none.
        now[0] += sizes[-1] * 0.001 if sum(sizes) < 350 else 0
        return rows.delete()[0]

    register_rule("a", batch=200, remove=remove)
    make_rows("a", 700)
    assert tidy() == {"a": 700}
    assert sizes[:3] == [200, 100, 50]
    assert sum(sizes) == 700
    assert max(sizes[3:]) > 50
    assert max(sizes) == 200


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_between_two_batches():
    register_rule("a", batch=3)
    make_rows("a", 4)
    assert tidy(on_progress=lambda deleted: None if connection.get_autocommit() else pytest.fail("open")) == {"a": 4}
    with CaptureQueriesContext(connection) as queries:
        make_rows("a", 4)
        tidy()
    assert len([query for query in queries if query["sql"].startswith("BEGIN")]) >= 2


def test_a_row_that_changes_after_it_was_found_is_not_deleted():
    def remove(rows):
        WorkerLife.objects.filter(worker_id="a1").update(seen_at=MONDAY)
        return rows.delete()[0]

    register_rule("a", remove=remove)
    make_rows("a", 4)
    assert tidy() == {"a": 3}
    assert WorkerLife.objects.get().worker_id == "a1"


def test_rows_that_a_rule_does_not_delete_do_not_keep_it_from_ending():
    register_rule("a", batch=2, remove=lambda rows: 0)
    make_rows("a", 5)
    assert tidy() == {"a": 0}


def test_only_the_named_rules_run():
    for name in ("a", "b", "c"):
        register_rule(name)
        make_rows(name, 1)
    assert tidy(only=["a", "c"]) == {"a": 1, "c": 1}
    assert WorkerLife.objects.get().worker_id == "b0"


def test_a_rule_that_fails_does_not_prevent_the_others():
    def fail(rows):
        raise ValueError("no such folder")

    register_rule("a", remove=fail)
    register_rule("b")
    make_rows("a", 1)
    make_rows("b", 1)
    outcomes = list(retention.tidy(at=MONDAY))
    assert [(each.name, each.deleted, str(each.error)) for each in outcomes] == [
        ("a", 0, "no such folder"),
        ("b", 1, "None"),
    ]
    stored = TidyRun.objects.exclude(name=retention.OPTIMIZE).order_by("name").values_list("name", "error", "deleted")
    assert list(stored) == [("a", "ValueError", 0), ("b", "", 1)]


def test_an_error_of_the_database_ends_the_run():
    def fail(rows):
        raise OperationalError("the server closed the connection")

    register_rule("a", remove=fail)
    make_rows("a", 1)
    with pytest.raises(OperationalError):
        tidy()


def test_the_days_of_a_rule_come_from_the_settings(settings):
    register_rule("a", days=10)
    make_rows("a", 1)
    settings.RETENTION = {"a": 365}
    assert tidy(days=200) == {"a": 0}
    settings.RETENTION = {"a": 0}
    assert tidy() == {"a": 1}


def test_a_name_without_a_rule_is_an_error_that_lists_the_rules(settings):
    register_rule("notices")
    register_rule("tasks")
    settings.RETENTION = {"tasks": 3, "notice": 365}
    [error] = retention.check_setting()
    assert (error.id, error.msg) == (
        "operations.E002",
        "Entry 2 of RETENTION names no rule. There are: notices, tasks.",
    )
    assert error.is_serious()


def test_nothing_is_stored_longer_than_promised(settings):
    register_rule("addresses", days=90, max_days=90)
    settings.RETENTION = {"addresses": 30}
    assert retention.check_setting() == []
    settings.RETENTION = {"addresses": 91}
    [error] = retention.check_setting()
    assert error.msg == "RETENTION may set addresses to 90 days at most, as the site promises."


def test_a_worker_runs_each_rule_once_an_hour():
    register_rule("a")
    for hours, deleted in ((0, True), (0.9, False), (1.1, True)):
        make_rows("a", 1)
        assert retention.tidy_if_due(MONDAY + timedelta(hours=hours))
        assert WorkerLife.objects.exists() != deleted
        WorkerLife.objects.all().delete()


def test_a_worker_does_not_repeat_what_the_command_has_done():
    register_rule("a")
    tidy()
    make_rows("a", 1)
    assert retention.tidy_if_due(MONDAY + timedelta(minutes=10))
    assert WorkerLife.objects.exists()


def test_a_worker_that_has_nothing_to_do_makes_one_query():
    register_rule("a")
    retention.tidy_if_due(MONDAY)
    with CaptureQueriesContext(connection) as queries:
        retention.tidy_if_due(MONDAY + timedelta(minutes=1))
    assert len(queries) == 1


def test_a_last_run_in_the_future_does_not_prevent_a_run():
    register_rule("a")
    tidy(days=1)
    make_rows("a", 1)
    retention.tidy_if_due(MONDAY)
    assert not WorkerLife.objects.exists()


def test_a_worker_whose_time_is_over_continues_later_and_does_not_begin_again():
    found = []

    def find(at, age):
        for number in range(3):
            found.append(number)
            yield WorkerLife.objects.filter(worker_id=f"a{number}")

    retention.register(RowRule("a", 1, find))
    make_rows("a", 3)
    assert not retention.tidy_if_due(MONDAY, seconds=0)
    assert WorkerLife.objects.count() == 2
    assert not TidyRun.objects.filter(name="a").exists()
    assert retention.tidy_if_due(MONDAY + timedelta(minutes=1))
    assert (WorkerLife.objects.count(), found) == (0, [0, 1, 2])
    assert TidyRun.objects.get(name="a").deleted == 3


def test_a_run_that_the_database_ended_begins_again(monkeypatch):
    fails = iter([True, False])

    def remove(rows):
        if next(fails):
            raise OperationalError("the server closed the connection")
        return rows.delete()[0]

    register_rule("a", remove=remove)
    make_rows("a", 1)
    with pytest.raises(OperationalError):
        retention.tidy_if_due(MONDAY)
    assert retention.tidy_if_due(MONDAY)
    assert not WorkerLife.objects.exists()


def test_a_worker_logs_a_rule_that_fails_once_an_hour(caplog):
    def fail(rows):
        raise ValueError("no such folder")

    register_rule("a", remove=fail)
    make_rows("a", 1)
    retention.tidy_if_due(MONDAY)
    retention.tidy_if_due(MONDAY + timedelta(minutes=5))
    assert caplog.messages == ["Could not tidy a."]


def test_one_process_tidies_at_a_time():
    register_rule("a")
    make_rows("a", 1)
    with exclusive_run(retention.LOCK, refusal="Held."):
        with pytest.raises(LockedError, match="Another process is tidying"):
            tidy()
        with pytest.raises(LockedError):
            call_command("tidy")
        assert not retention.tidy_if_due(MONDAY)
    assert WorkerLife.objects.exists()
    assert tidy() == {"a": 1}


def test_other_locks_may_be_held_meanwhile():
    with exclusive_run("another", refusal="Held."):
        assert tidy() == {}


def test_a_dry_run_deletes_nothing_and_prints_counts(capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    register_rule("a", days=1)
    register_rule("b")
    make_rows("a", 1_200)
    call_command("tidy", dry_run=True)
    assert capsys.readouterr().out.splitlines() == [
        "a: 1,200 would be deleted (after 1 day)",
        "b: 0 would be deleted (after 10 days)",
    ]
    assert WorkerLife.objects.count() == 1_200
    assert not TidyRun.objects.exists()


def test_the_command_prints_what_each_rule_deleted(capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    register_rule("a")
    register_rule("b")
    make_rows("a", 2)
    call_command("tidy", only=["a"])
    assert capsys.readouterr().out == "a: 2 deleted\n"


def test_the_command_is_incomplete_if_a_rule_fails(monkeypatch, capsys):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)

    def fail(rows):
        raise ValueError("no such folder")

    register_rule("a", remove=fail)
    register_rule("b")
    make_rows("a", 1)
    with pytest.raises(IncompleteError, match="a could not be tidied: no such folder"):
        call_command("tidy")
    assert "b: 0 deleted" in capsys.readouterr().out
