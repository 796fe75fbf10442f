"""What an edge is told to forget, when, and what becomes of it where it does not listen."""

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


def waiting():
    """Return what each purge that waits will name."""
    purges = DBTaskResult.objects.filter(task_path=purge.module_path, status=TaskResultStatus.READY)
    return [row.args_kwargs["args"][0] for row in purges.order_by("enqueued_at")]


def work():
    call_command("worker", batch=True, interval=0)


def test_a_change_is_told_in_one_task_whatever_it_touched(edge):
    uid = uuid4()
    with invalidation():
        invalidate("list:stories")
        with invalidation():
            invalidate(page_key("story", uid), "list:stories")
        assert waiting() == []
    assert waiting() == [["list:stories", f"story:{uid.hex[:12]}", "many"]]


def test_a_change_that_is_taken_back_is_not_told(edge):
    with suppress(ValueError), invalidation():
        invalidate("list:stories")
        raise ValueError
    with transaction.atomic():
        invalidate("list:stories")
        transaction.set_rollback(True)
    assert waiting() == []


def test_what_is_touched_alone_is_told_at_once(edge):
    make_topic().save()
    assert any(tag.startswith("topic:") for tags in waiting() for tag in tags)


def test_a_change_of_very_much_empties_the_edge(edge):
    with invalidation():
        invalidate(*(page_key("story", uuid4()) for _ in range(1_001)))
    assert waiting() == [["release"]]


def test_without_an_edge_nobody_is_told_anything(settings):
    make_published_story()
    assert waiting() == []
    assert purge.func(["site"]) == 0


def test_publishing_tells_the_edge_of_the_page_and_of_the_lists_that_hold_it(edge, editor):
    topic = make_topic()
    story = make_published_story(topics=(topic,))
    DBTaskResult.objects.all().delete()
    publishing.withdraw(story, by=editor, notice="The survey was wrong.")
    (tags,) = waiting()
    assert {f"story:{story.uid.hex[:12]}", "list:stories", f"list:topic:{topic.uid.hex[:12]}"} <= set(tags)
    assert f"topic:{topic.uid.hex[:12]}" not in tags


def test_a_purge_goes_before_all_other_work(edge):
    prepare_renditions.enqueue(str(uuid4()))
    invalidate("list:stories")
    assert DBTaskResult.objects.ready().first().task_path == purge.module_path


@pytest.mark.django_db(transaction=True)
def test_the_worker_purges_and_once_more_when_what_was_on_its_way_has_arrived(edge):
    invalidate("list:stories")
    work()
    assert edge.forgotten == ["list:stories", "many"]
    again = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    assert timedelta(seconds=50) < again.run_after - clock.now() <= timedelta(seconds=60)
    DBTaskResult.objects.filter(pk=again.pk).update(run_after=clock.now())
    work()
    assert edge.forgotten == ["list:stories", "many"] * 2
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_an_edge_that_refuses_is_asked_again_and_stands_on_the_list_of_failures(edge):
    edge.status = 503
    invalidate("list:stories")
    work()
    failure = Failure.objects.get()
    assert (failure.task_name, failure.error) == ("Purge", "HTTPError: HTTP Error 503: Service Unavailable")
    assert failure.task.status == TaskResultStatus.READY


def test_both_kinds_of_edge_find_the_keys_in_a_request_of_few(edge):
    tags = [f"story:{number:012}" for number in range(MAX_KEYS + 1)]
    purge_cdn(edge.address, tags, header=("Authorization", "Bearer secret"))
    assert [body["tags"] for _, _, body in edge.asked] == [tags[:MAX_KEYS], tags[MAX_KEYS:]]
    assert edge.forgotten == tags
    assert {(path, headers["Authorization"]) for path, headers, _ in edge.asked} == {("/purge", "Bearer secret")}


def test_the_secret_goes_to_no_other_address(edge):
    edge.status, edge.location = 302, edge.address.replace("/purge", "/elsewhere")
    with pytest.raises(OSError, match="302"):
        purge_cdn(edge.address, ["site"], header=("Authorization", "Bearer secret"))
    assert [path for path, _, _ in edge.asked] == ["/purge"]


@pytest.fixture
def in_new_processes(monkeypatch):
    """Return what lets a worker of a release begin."""

    def begun(name):
        monkeypatch.setattr(purging, "_noticed", set())
        monkeypatch.setattr(purging, "release", lambda: name)
        return purging.purge_for_new_release(clock.now())

    return begun


def test_the_first_worker_of_another_release_empties_the_edge_at_once_and_after_the_deployment(edge, in_new_processes):
    assert in_new_processes("first")
    DBTaskResult.objects.all().delete()
    assert not in_new_processes("first")
    assert in_new_processes("second")
    assert not in_new_processes("second")
    assert waiting() == [["release"], ["release"]]
    later = DBTaskResult.objects.order_by("run_after").first().run_after  # at once is said by the year 9999
    assert timedelta(minutes=9) < later - clock.now() <= timedelta(minutes=10)


def test_a_release_that_is_put_back_empties_the_edge_too(edge, in_new_processes):
    assert [in_new_processes(name) for name in ("first", "second", "first")] == [True, True, True]


def test_a_process_looks_once_which_release_runs(edge, in_new_processes, django_assert_num_queries):
    in_new_processes("first")
    with django_assert_num_queries(0):
        purging.purge_for_new_release(clock.now())


def test_without_an_edge_no_release_is_noticed(settings, in_new_processes):
    assert not in_new_processes("first")


def test_the_command_empties_the_edge(edge):
    call_command("purge", stdout=(said := StringIO()))
    assert edge.forgotten == ["release"]
    assert said.getvalue() == "Purged: release.\n"


def test_the_command_purges_what_is_named(edge):
    uid = uuid4()
    call_command("purge", "site", f"story:{uid.hex}", stdout=StringIO())
    assert edge.forgotten == ["site", f"story:{uid.hex[:12]}", "many"]


def test_the_command_says_that_there_is_no_edge_or_that_it_refuses(settings, edge):
    edge.status = 403
    with pytest.raises(CommandError, match="did not forget: HTTP Error 403"):
        call_command("purge")
    settings.PURGE_URL = ""
    with pytest.raises(CommandError, match="Set PURGE_URL"):
        call_command("purge")
