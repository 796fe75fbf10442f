"""The gauges of publishing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone

from newsroom.background.models import Failure, Job
from newsroom.http import clock
from newsroom.operations import metrics
from newsroom.page_cache.purge import purge
from stories import publishing
from stories.editions.review_date import Freshness
from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.tasks import announce_to_engines, announce_to_hub, enqueue_pings
from tests.factories import edition_of, make_published_story, make_story

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def read(name: str) -> metrics.Values:
    return metrics._gauges[f"newsroom_{name}"].read()


@pytest.fixture
def announced(settings) -> Edition:
    """Return a live edition whose announcements are in the queue."""
    edition = edition_of(make_published_story())
    settings.WEBSUB_HUB, settings.INDEXNOW_KEY = "https://hub.example", "k" * 32
    enqueue_pings(edition)
    return edition


def test_a_live_edition_is_untold_until_all_its_announcements_are_made(announced):
    assert (read("editions_due_untold"), read("editions_due_untold_seconds")) == (1, pytest.approx(0, abs=30))
    Job.objects.filter(task_path=announce_to_hub.module_path).update(status=TaskResultStatus.SUCCESSFUL)
    assert read("editions_due_untold") == 1
    Job.objects.filter(task_path=announce_to_engines.module_path).update(status=TaskResultStatus.SUCCESSFUL)
    assert (read("editions_due_untold"), read("editions_due_untold_seconds")) == (0, 0)


def test_a_live_edition_is_untold_until_the_edge_has_been_purged(settings):
    settings.PURGE_URL = "https://edge.example/purge"
    make_published_story()
    assert (read("editions_due_untold"), read("editions_due_untold_seconds")) == (1, pytest.approx(0, abs=30))
    Job.objects.filter(task_path=purge.module_path).update(status=TaskResultStatus.SUCCESSFUL)
    assert (read("editions_due_untold"), read("editions_due_untold_seconds")) == (0, 0)


def test_the_time_counts_since_the_edition_was_live(announced, monkeypatch):
    later = announced.live_from + timedelta(minutes=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert read("editions_due_untold_seconds") == 420


def test_an_announcement_that_was_given_up_by_itself_is_untold_until_somebody_decides(announced):
    Job.objects.update(status=TaskResultStatus.FAILED)
    job = Job.objects.filter(task_path=announce_to_hub.module_path).get()
    failure = Failure.objects.count_failure(job, error="closed", at=clock.now())
    assert read("editions_due_untold") == 1
    failure.delete()
    assert read("editions_due_untold") == 0


def test_a_scheduled_edition_is_not_untold_before_it_is_live(announced, monkeypatch):
    before = announced.live_from - timedelta(minutes=7)
    monkeypatch.setattr(clock, "now", lambda: before)
    assert (read("editions_due_untold"), read("editions_due_untold_seconds")) == (0, 0)


def test_the_next_schedule_is_the_earliest(editor, monkeypatch):
    assert read("schedules_next_seconds") is None
    now = clock.now()
    for hours in (5, 2):
        publishing.schedule(make_story(), by=editor, at=now + timedelta(hours=hours))
    monkeypatch.setattr(clock, "now", lambda: now)
    assert read("schedules_next_seconds") == 7_200


def test_a_review_is_overdue_from_the_day_after_its_date():
    today = timezone.localdate(clock.now())
    for days in (-3, -1, 0, 4):
        Freshness.objects.create(uid=make_published_story().uid, review_by=today + timedelta(days=days))
    assert read("reviews_overdue") == 2


def test_missing_triggers_are_counted():
    assert read("triggers_missing") == 0
    triggers.remove(connection)
    assert read("triggers_missing") == len(triggers.missing()) > 0
