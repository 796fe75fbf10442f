"""The slow log: what takes longer than ``SLOW_MS``, without the values of statements."""

import logging
import threading
import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpResponse

from newsroom.accounts.models import User
from newsroom.background.worker import Worker
from newsroom.db.statements import PreparedQuery
from newsroom.operations import request_cost, slow_log
from newsroom.operations.request_log import RequestLogMiddleware
from tests.factories import make_user
from tests.newsroom.background import sample_tasks

SECRET = "a-value-that-is-a-secret"  # noqa: S105 -- a name that no line may contain


@pytest.fixture
def slow(caplog):
    """Return a function that returns the messages of the slow log."""
    return lambda: [each.getMessage() for each in caplog.records if each.name == "newsroom.slow"]


@pytest.fixture
def take_seconds(monkeypatch):
    """Return a function that sets how long each measured step seems to take."""
    passed, step = [0.0], [0.0]

    def tick():
        passed[0] += step[0]
        return passed[0]

    def set_step(seconds: float) -> None:
        step[0] = seconds

    clock = SimpleNamespace(perf_counter=tick, thread_time=time.thread_time)
    monkeypatch.setattr(slow_log, "time", clock)
    monkeypatch.setattr(request_cost.RequestCost, "milliseconds", property(lambda _: step[0] * 1000))
    return set_step


def read_users(name: str = SECRET) -> list[User]:
    return list(User.objects.filter(username=name))


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "count"), [(0.499, 0), (0.5, 1), (9, 1)])
def test_a_statement_is_slow_from_the_limit_on(settings, slow, take_seconds, seconds, count):
    settings.SLOW_MS = 500
    take_seconds(seconds)
    read_users()
    assert len(slow()) == count


@pytest.mark.django_db
def test_a_slow_statement_is_logged_without_its_values(settings, slow, take_seconds, log_lines):
    settings.SLOW_MS = 500
    take_seconds(0.8)
    read_users()
    [message] = slow()
    assert message.startswith('Slow statement: 800 ms, SELECT "accounts_user"."id"')
    assert not [line for line in log_lines.lines if SECRET in line]


@pytest.mark.django_db
def test_a_statement_that_fails_after_a_long_time_is_logged(settings, slow, take_seconds):
    settings.SLOW_MS = 500
    take_seconds(0.8)
    with pytest.raises(Exception, match="no_such_table"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    assert "Slow statement: 800 ms, SELECT 1 FROM no_such_table" in slow()


@pytest.mark.django_db
def test_prepared_statements_are_measured_and_stay_prepared(settings, slow, take_seconds):
    by_name = PreparedQuery(lambda username: User.objects.filter(username=username))
    user = make_user(username=SECRET)
    settings.SLOW_MS = 500
    take_seconds(0.8)
    assert [each.pk for _ in range(3) for each in by_name(username=SECRET)] == [user.pk] * 3
    assert len(slow()) == 3
    assert SECRET not in "".join(slow())


@pytest.mark.django_db
def test_a_long_statement_is_cut_off(settings, slow, take_seconds):
    settings.SLOW_MS = 500
    take_seconds(0.8)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 WHERE 1 IN ({'1, ' * 2_000} 1)")
    assert len(slow()[0]) < slow_log.MAX_LENGTH + 50


@pytest.mark.django_db
def test_nothing_is_slow_when_it_is_switched_off(settings, slow, take_seconds):
    settings.SLOW_MS = 0
    take_seconds(100)
    read_users()
    assert slow() == []


@pytest.mark.parametrize(("seconds", "count"), [(0.4, 0), (0.6, 1)])
def test_a_slow_request_is_logged_with_its_costs(settings, slow, caplog, rf, take_seconds, seconds, count):
    settings.SLOW_MS = 500
    take_seconds(seconds)
    RequestLogMiddleware(lambda _: HttpResponse())(rf.get("/x/?q=secret"))
    assert slow() == ["Slow request: GET /x/ 200, 600.0 ms, 0 queries"] * count
    fields = [each.fields for each in caplog.records if each.name == "newsroom.slow"]
    assert [each["status"] for each in fields] == [200] * count


def test_slow_requests_are_logged_without_the_log_of_requests(settings, slow, rf, take_seconds, caplog):
    settings.SLOW_MS = 500
    take_seconds(0.6)
    with caplog.at_level(logging.WARNING, logger="newsroom.operations.request_log"):
        RequestLogMiddleware(lambda _: HttpResponse())(rf.get("/x/"))
    assert len(slow()) == 1
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("seconds", "count"), [(9.9, 0), (10.0, 1)])
def test_a_task_may_take_twenty_times_as_long(settings, slow, take_seconds, seconds, count):
    settings.SLOW_MS = 500
    take_seconds(seconds)
    with slow_log.measure_task("stories.tasks.announce"):
        pass
    assert slow() == [f"Slow task: stories.tasks.announce, {seconds * 1000:.0f} ms"] * count


@pytest.mark.django_db(transaction=True)
def test_the_worker_measures_its_tasks(settings, slow, tmp_path):
    settings.SLOW_MS = 1
    begun = tmp_path / "file"
    sample_tasks.wait_for_file.enqueue(str(begun))

    def end_later() -> None:
        while not begun.exists():
            time.sleep(0.01)
        time.sleep(0.1)
        (tmp_path / "file.go").touch()

    threading.Thread(target=end_later, daemon=True).start()
    Worker(interval=0, batch=True).run()
    tasks = [message for message in slow() if message.startswith("Slow task: ")]
    assert tasks[0].startswith("Slow task: tests.newsroom.background.sample_tasks.wait_for_file, ")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_wait_for_a_lock_is_named(settings, slow):
    settings.SLOW_MS = 100
    user = make_user()
    is_locked, may_end = threading.Event(), threading.Event()

    def hold_lock() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            is_locked.set()
            may_end.wait(30)
        connections.close_all()

    holder = threading.Thread(target=hold_lock)
    holder.start()
    assert is_locked.wait(30)
    threading.Timer(0.3, may_end.set).start()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
    holder.join()
    assert [message for message in slow() if message.startswith("Slow wait for a lock: ")]


@pytest.mark.django_db
def test_a_connection_is_measured_once():
    read_users()
    for _ in range(2):
        slow_log.watch_connection(connection)
    assert connection.execute_wrappers.count(slow_log.measure_statement) == 1


def test_an_error_of_the_database_passes_through():
    def fail(*_args: object) -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError, match="gone"):
        slow_log.measure_statement(fail, "SELECT 1", None, False, {})
