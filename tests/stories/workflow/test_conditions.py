"""The condition for alerts on live editions of which nobody has been notified."""

from datetime import datetime, timedelta

import pytest

from newsroom.background.models import Job, WorkerLife
from newsroom.http import clock
from newsroom.page_cache.cdn_headers import ALL_TAG
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.purge import enqueue_purge, purge
from newsroom.task_queue import enqueue
from stories import publishing
from stories.models import Edition
from stories.publishing.tasks import announce_to_hub
from stories.workflow.conditions import UNTOLD_AFTER, find_untold_editions
from tests.factories import edition_of, make_published_story, make_story

pytestmark = [pytest.mark.database, pytest.mark.django_db]
SECOND = timedelta(seconds=1)


@pytest.fixture
def edge(settings) -> None:
    settings.PURGE_URL = "https://edge.example/purge"


@pytest.fixture
def edition(edge) -> Edition:
    """Return a live edition whose page is to be purged from the edge."""
    return edition_of(make_published_story(headline="Harbour wall reopens"))


def get_purge() -> Job:
    return Job.objects.get(task_path=purge.module_path)


def due(edition: Edition) -> datetime:
    """Return the moment from which the edition is reported."""
    return max(edition.live_from, get_purge().enqueued_at) + UNTOLD_AFTER


def words(at: datetime) -> list[str]:
    """Return what is reported at a moment, at which a worker is running."""
    WorkerLife.objects.update_or_create(worker_id="a", defaults={"seen_at": at})
    return [str(each) for each in find_untold_editions(at)]


def test_an_edition_whose_purge_waits_is_untold_after_a_minute(edition):
    assert words(due(edition) - SECOND) == []
    [sentence] = words(due(edition))
    assert sentence.startswith("“Harbour wall reopens” is live since ")
    assert sentence.endswith("; the edge has not been notified. See Failed tasks.")


def test_a_purge_that_a_worker_does_not_finish_counts_as_waiting(edition):
    get_purge().claim("a")
    assert len(words(due(edition))) == 1


@pytest.mark.parametrize(
    ("hub", "key", "receivers"),
    [
        ("https://hub.example", "", "the hub and the edge have"),
        ("", "k" * 32, "search engines and the edge have"),
        ("https://hub.example", "k" * 32, "the hub, search engines and the edge have"),
    ],
)
def test_all_who_have_not_been_notified_are_named(hub, key, receivers, edge, settings):
    settings.WEBSUB_HUB, settings.INDEXNOW_KEY = hub, key
    edition = edition_of(make_published_story())
    [sentence] = words(due(edition))
    assert f"; {receivers} not been notified. " in sentence


def test_only_those_are_named_who_have_not_been_notified(edge, settings):
    settings.WEBSUB_HUB = "https://hub.example"
    edition = edition_of(make_published_story())
    job = get_purge()
    at = due(edition)
    job.claim("a")
    job.set_successful(1)
    [sentence] = words(at)
    assert "; the hub has not been notified. " in sentence
    job = Job.objects.get(task_path=announce_to_hub.module_path)
    job.claim("a")
    job.set_successful(1)
    assert words(at) == []


def test_the_second_purge_is_not_waited_for(edition):
    job, at = get_purge(), due(edition)
    job.claim("a")
    job.set_successful(1)
    enqueue(purge, job.args_kwargs["args"][0], is_last=True)
    assert words(at + timedelta(hours=1)) == []


def test_a_purge_because_of_another_change_says_nothing_about_the_edition(edition):
    at = due(edition) + timedelta(hours=1)
    Job.objects.all().delete()
    enqueue_purge([page_key("question", edition.uid)])
    Job.objects.update(enqueued_at=edition.live_from - timedelta(hours=1))
    enqueue_purge([page_key("story", edition.uid)])
    Job.objects.filter(enqueued_at__gt=edition.live_from).update(enqueued_at=edition.live_from + timedelta(minutes=2))
    assert words(at) == []


def test_a_purge_of_another_page_or_of_the_whole_edge_says_nothing_about_the_edition(edition):
    at = due(edition)
    Job.objects.all().delete()
    enqueue(purge, [ALL_TAG])
    enqueue_purge([page_key("question", edition.uid)])
    assert words(at) == []


def test_an_edge_that_fails_repeatedly_is_reported_by_another_condition(edition):
    job, at = get_purge(), due(edition)
    for _ in range(2):
        job.claim("a")
        job.set_failed(OSError("closed"))
    assert words(at) == []


def test_a_site_without_an_edge_waits_for_no_purge(edition, settings):
    settings.PURGE_URL = ""
    assert words(due(edition)) == []


def test_a_scheduled_edition_is_untold_a_minute_after_it_is_live(edge, editor):
    live_from = clock.now() + timedelta(hours=2)
    publishing.schedule(make_story(), by=editor, at=live_from)
    assert words(live_from + UNTOLD_AFTER - SECOND) == []
    assert len(words(live_from + UNTOLD_AFTER)) == 1
