"""The screen *Health* of the desk, and the sentence of a fault on its home page."""

from datetime import timedelta

import pytest

from newsroom.background.health_screen import HealthView, format_value, list_deliveries, list_problems, make_curve
from newsroom.background.models import Job, WorkerLife
from newsroom.http import clock
from newsroom.operations import gauge_history
from newsroom.operations.alerts.evaluation import evaluate
from newsroom.operations.gauge_history import History, Series
from newsroom.operations.models import Alert, AlertLevel, Backup, Drill, GaugeRecord, SiteState, SiteStatus, TidyRun
from newsroom.page_cache.purge import purge
from newsroom.task_queue import enqueue

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/health/"


@pytest.fixture
def in_order(settings, tmp_path):
    """Make a site on which nothing is wrong."""
    now = clock.now()
    settings.BACKUP_TO = str(tmp_path)
    (tmp_path / "media").mkdir(exist_ok=True)
    WorkerLife.objects.beat("a-worker")
    Backup.objects.create(name="2026-11-28T031500Z", taken_at=now, ended_at=now, is_quick=False)
    TidyRun.objects.create(name="tasks", ended_at=now, deleted=3)
    Drill.objects.create(backup="2026-11-28T031500Z", began_at=now, seconds=9, has_passed=True, sentence="It passed.")


def words_of(response):
    return response.content.decode()


def test_a_site_in_order_says_so_and_when_it_was_checked(administrator_client, in_order):
    page = words_of(administrator_client.get(ADDRESS))
    assert "Everything is in order. Checked at " in page
    assert "data-level" not in page
    for shown in ("2026-11-28T031500Z", "It passed.", "1 worker running"):
        assert shown in page


def test_faults_come_before_warnings_with_their_beginning(administrator_client, in_order, settings):
    settings.BACKUP_TO = ""
    WorkerLife.objects.update(seen_at=clock.now() - timedelta(minutes=9))
    at = clock.now()
    evaluate(at)
    problems = list_problems(clock.now())
    assert [(each.is_red, each.since) for each in problems] == [(True, at), (False, None)]
    page = words_of(administrator_client.get(ADDRESS))
    assert page.index('data-level="red"') < page.index("No worker has run since ") < page.index('data-level="amber"')


def test_only_administrators_may_open_it(editor_client, writer_client, curator_client):
    assert HealthView.permission == "jobs.view_failure"
    assert [client.get(ADDRESS).status_code for client in (editor_client, writer_client, curator_client)] == [403] * 3


def test_everybody_at_the_desk_reads_a_fault_and_nobody_a_warning(writer_client):
    now = clock.now()
    Alert.objects.create(code="edge", level=AlertLevel.RED, words="The edge was not purged.", since=now)
    Alert.objects.create(code="hub", level=AlertLevel.AMBER, words="The hub does not answer.", since=now)
    Alert.objects.create(code="mail", level=AlertLevel.RED, words="Mail is refused.", since=now, ended=now)
    page = words_of(writer_client.get("/admin/"))
    assert "The edge was not purged." in page
    assert "The hub does not answer." not in page
    assert "Mail is refused." not in page


def test_each_screen_says_that_the_site_is_quiet(administrator_client):
    SiteState.objects.create(pk=1, status=SiteStatus.QUIET, restored_at=clock.now())
    for address in (ADDRESS, "/admin/", "/admin/stories/story/", "/admin/help/"):
        assert words_of(administrator_client.get(address)).count("does not send mail") == (
            2 if address == ADDRESS else 1
        )


def test_gauges_are_recorded_once_a_minute(in_order):
    at = clock.now().replace(second=10)
    assert gauge_history.record(at)
    assert not gauge_history.record(at + timedelta(seconds=30))
    assert gauge_history.record(at + timedelta(minutes=1))
    [first, _] = GaugeRecord.objects.order_by("minute")
    assert first.minute == at.replace(second=0, microsecond=0)
    assert first.values["newsroom_workers_alive"] == 1
    assert first.values["newsroom_disk_free_bytes"] > 0
    assert "newsroom_tasks_oldest_seconds" not in first.values


def test_a_history_has_the_worst_value_of_each_part():
    at = clock.now().replace(second=0, microsecond=0)
    for minutes, value in ((1, 1.0), (2, 5.0), (60 * 13, 2.0), (60 * 25, 9.0)):
        GaugeRecord.objects.create(
            minute=at - timedelta(minutes=minutes),
            values={"newsroom_tasks_ready": value, "newsroom_workers_alive": value},
        )
    found = {each.series.name: each for each in gauge_history.read_history(at, parts=2)}
    assert found["newsroom_tasks_ready"].values == [2.0, 5.0]
    assert found["newsroom_workers_alive"].values == [2.0, 1.0]
    assert found["newsroom_tasks_ready"].last == 5.0
    assert found["newsroom_mails_waiting"].values == [None, None]


def test_a_curve_is_broken_where_nothing_was_recorded():
    curve = make_curve(History(Series("newsroom_tasks_ready", "Tasks"), [0.0, 11.0, None, 22.0, None, None]))
    assert curve.lines == ["0,23.0 1,12.0", "3,1.0 3,1.0"]
    assert (curve.latest, curve.worst) == ("22", "22")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, "", "–"), (1234.0, "", "1,234"), (2.1e9, "bytes", "2.0 GB"), (0.0312, "s", "0.0 s"), (-6.1, "s", "-6.1 s"),
        (7200.0, "s", "120 min"),
    ],
)  # fmt: skip
def test_values_have_their_unit(value, unit, words):
    assert format_value(value, unit).replace("\xa0", " ") == words


def test_what_was_sent_to_others_is_listed(settings):
    settings.PURGE_URL = "https://edge.example/purge"
    enqueue(purge, ["release"])
    enqueue(purge, ["release"])
    now = clock.now()
    Job.objects.filter(pk=Job.objects.first().pk).update(status="SUCCESSFUL", finished_at=now)
    [delivery] = list_deliveries()
    assert (delivery.name, delivery.last_at, delivery.waiting, delivery.failing) == ("Purge", now, 1, 0)
