"""Purging: which keys an edge cache is told to purge, when, and what happens if it fails."""

from contextlib import suppress
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from newsroom.background.models import Failure
from newsroom.http import clock
from newsroom.media.tasks import prepare_renditions
from newsroom.page_cache import purge as purging
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.page_cache.purge import purge
from newsroom.pings import MAX_KEYS, purge_cdn
from stories import publishing
from tests.factories import make_published_story, make_topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def list_pending_purges():
    """Return the tags of each pending purge."""
    purges = DBTaskResult.objects.filter(task_path=purge.module_path, status=TaskResultStatus.READY)
    return [row.args_kwargs["args"][0] for row in purges.order_by("enqueued_at")]


def run_worker():
    call_command("worker", batch=True, interval=0)


def test_a_change_enqueues_one_purge_for_all_its_keys(edge):
    uid = uuid4()
    with invalidation():
        invalidate("list:stories")
        with invalidation():
            invalidate(page_key("story", uid), "list:stories")
        assert list_pending_purges() == []
    assert list_pending_purges() == [["list:stories", f"story:{uid.hex[:12]}", "many"]]


def test_a_change_that_is_rolled_back_is_not_purged(edge):
    with suppress(ValueError), invalidation():
        invalidate("list:stories")
        raise ValueError
    with transaction.atomic():
        invalidate("list:stories")
        transaction.set_rollback(True)
    assert list_pending_purges() == []


def test_a_key_invalidated_outside_a_block_is_purged_immediately(edge):
    make_topic().save()
    assert any(tag.startswith("topic:") for tags in list_pending_purges() for tag in tags)


def test_a_change_of_very_many_keys_empties_the_edge(edge):
    with invalidation():
        invalidate(*(page_key("story", uuid4()) for _ in range(1_001)))
    assert list_pending_purges() == [["release"]]


def test_without_an_edge_nothing_is_purged(settings):
    make_published_story()
    assert list_pending_purges() == []
    assert purge.func(["site"]) == 0


def test_withdrawing_a_story_purges_its_page_and_the_lists_with_it(edge, editor):
    topic = make_topic()
    story = make_published_story(topics=(topic,))
    DBTaskResult.objects.all().delete()
    publishing.withdraw(story, by=editor, notice="The survey was wrong.")
    (tags,) = list_pending_purges()
    assert {f"story:{story.uid.hex[:12]}", "list:stories", f"list:topic:{topic.uid.hex[:12]}"} <= set(tags)
    assert f"topic:{topic.uid.hex[:12]}" not in tags


def test_a_purge_runs_before_all_other_tasks(edge):
    prepare_renditions.enqueue(str(uuid4()))
    invalidate("list:stories")
    assert DBTaskResult.objects.ready().first().task_path == purge.module_path


@pytest.mark.django_db(transaction=True)
def test_the_worker_repeats_a_purge_after_a_minute(edge):
    invalidate("list:stories")
    run_worker()
    assert edge.purged_keys == ["list:stories", "many"]
    repetition = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    assert timedelta(seconds=50) < repetition.run_after - clock.now() <= timedelta(seconds=60)
    DBTaskResult.objects.filter(pk=repetition.pk).update(run_after=clock.now())
    run_worker()
    assert edge.purged_keys == ["list:stories", "many"] * 2
    assert list_pending_purges() == []


@pytest.mark.django_db(transaction=True)
def test_a_purge_that_the_edge_refuses_is_retried_and_listed_as_a_failure(edge):
    edge.status = 503
    invalidate("list:stories")
    run_worker()
    failure = Failure.objects.get()
    assert (failure.task_name, failure.error) == ("Purge", "HTTPError: HTTP Error 503: Service Unavailable")
    assert failure.task.status == TaskResultStatus.READY


def test_keys_are_sent_in_limited_requests_in_the_forms_of_both_kinds_of_edge(edge):
    tags = [f"story:{number:012}" for number in range(MAX_KEYS + 1)]
    purge_cdn(edge.address, tags, header=("Authorization", "Bearer secret"))
    assert [body["tags"] for _, _, body in edge.requests] == [tags[:MAX_KEYS], tags[MAX_KEYS:]]
    assert edge.purged_keys == tags
    assert {(path, headers["Authorization"]) for path, headers, _ in edge.requests} == {("/purge", "Bearer secret")}


def test_the_secret_is_not_sent_to_the_target_of_a_redirect(edge):
    edge.status, edge.location = 302, edge.address.replace("/purge", "/elsewhere")
    with pytest.raises(OSError, match="302"):
        purge_cdn(edge.address, ["site"], header=("Authorization", "Bearer secret"))
    assert [path for path, _, _ in edge.requests] == ["/purge"]


@pytest.fixture
def start_new_worker(monkeypatch):
    """Return a function that checks for a new release as a worker in a new process would."""

    def start_worker(name):
        monkeypatch.setattr(purging, "_checked_releases", set())
        monkeypatch.setattr(purging, "release", lambda: name)
        return purging.purge_for_new_release(clock.now())

    return start_worker


def test_the_first_worker_of_a_new_release_empties_the_edge_now_and_after_the_deployment(edge, start_new_worker):
    assert start_new_worker("first")
    DBTaskResult.objects.all().delete()
    assert not start_new_worker("first")
    assert start_new_worker("second")
    assert not start_new_worker("second")
    assert list_pending_purges() == [["release"], ["release"]]
    # A task that runs immediately is stored with the year 9999.
    later = DBTaskResult.objects.order_by("run_after").first().run_after
    assert timedelta(minutes=9) < later - clock.now() <= timedelta(minutes=10)


def test_a_rollback_to_an_earlier_release_also_empties_the_edge(edge, start_new_worker):
    assert [start_new_worker(name) for name in ("first", "second", "first")] == [True, True, True]


def test_a_process_checks_the_release_only_once(edge, start_new_worker, django_assert_num_queries):
    start_new_worker("first")
    with django_assert_num_queries(0):
        purging.purge_for_new_release(clock.now())


def test_without_an_edge_a_new_release_purges_nothing(settings, start_new_worker):
    assert not start_new_worker("first")


def test_the_command_empties_the_edge(edge):
    call_command("purge", stdout=(output := StringIO()))
    assert edge.purged_keys == ["release"]
    assert output.getvalue() == "Purged: release.\n"


def test_the_command_purges_the_given_keys(edge):
    uid = uuid4()
    call_command("purge", "site", f"story:{uid.hex}", stdout=StringIO())
    assert edge.purged_keys == ["site", f"story:{uid.hex[:12]}", "many"]


def test_the_command_fails_without_an_edge_or_if_the_edge_refuses(settings, edge):
    edge.status = 403
    with pytest.raises(CommandError, match="was not purged: HTTP Error 403"):
        call_command("purge")
    settings.PURGE_URL = ""
    with pytest.raises(CommandError, match="Set PURGE_URL"):
        call_command("purge")
