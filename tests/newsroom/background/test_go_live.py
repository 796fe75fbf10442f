"""A restored site sends nothing until ``manage.py go_live``, seen by a real mail server, hub and edge."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Thread

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.tasks import TaskResultStatus

from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.background import periodic
from newsroom.background.go_live import go_live
from newsroom.background.models import Failure, Job
from newsroom.errors import RefusedError
from newsroom.http import clock
from newsroom.notifications.models import MailStatus, Notice
from newsroom.operations import site_state
from newsroom.operations.commands import CannotRunError
from newsroom.page_cache.cdn_headers import ALL_TAG
from newsroom.page_cache.purge import purge
from stories.models import Edition
from stories.publishing.tasks import announce_to_engines, announce_to_hub
from tests.clocks import set_clock
from tests.databases import database_url
from tests.factories import make_published_story, make_user
from tests.newsroom.background.test_retries import enqueue_job, run_worker
from tests.newsroom.notifications.test_mail import mail_server, notify_person  # noqa: F401 -- a fixture
from tests.newsroom.page_cache.conftest import edge  # noqa: F401 -- a fixture
from tests.stories.publishing.test_tasks import RecordingServer

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 50


@pytest.fixture
def hub(settings):
    with RecordingServer() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.WEBSUB_HUB = server.address
        yield server
        server.shutdown()


@pytest.fixture
def time(monkeypatch):
    """Stop the clock at the current time."""
    return set_clock(monkeypatch, clock.now())


@pytest.fixture
def restored(mail_server, hub, edge, time):  # noqa: F811
    """Restore a site with open mails, purges and announcements, and move the clock ten minutes ahead."""
    editor = make_user()
    story = make_published_story(by=editor)  # enqueues purges and an announcement to the hub
    for _ in range(MAILS):
        notify_person(editor, at=clock.now())
    assert Job.objects.outbound().count() > MAILS + 1
    restore()
    time.go(minutes=10)
    return story


def restore():
    site_state.begin_restore(delay=0)
    # Tasks are enqueued at the time of the real clock, which may be ahead of one that a test stopped.
    site_state.end_restore(at=clock.now() + timedelta(minutes=5))


def command(*options, **values):
    output = StringIO()
    call_command("go_live", *options, stdout=output, **values)
    return output.getvalue()


def list_sent(mail_server, hub, edge):  # noqa: F811
    return len(mail_server.mails), len(hub.requests), edge.purged_keys


def test_a_restored_site_sends_nothing_in_ten_minutes(restored, mail_server, hub, edge, time):  # noqa: F811
    before = list(Job.objects.outbound().order_by("pk").values())
    for _ in range(10):
        time.go(minutes=1)
        periodic.run_checks(clock.now())
        run_worker()
    assert list_sent(mail_server, hub, edge) == (0, 0, [])
    assert list(Job.objects.outbound().filter(pk__in=[row["id"] for row in before]).order_by("pk").values()) == before


def test_going_live_gives_up_what_waited_and_purges_the_edge_twice(restored, mail_server, hub, edge, time):  # noqa: F811
    waiting = set(Job.objects.outbound().values_list("pk", flat=True))
    output = command("--yes")
    assert list_sent(mail_server, hub, edge) == (0, 0, [ALL_TAG])
    assert all(f"({key})" in output for key in waiting)
    assert f"e-mails about {MAILS} notifications" in output
    assert {task.status for task in Job.objects.filter(pk__in=waiting)} == {TaskResultStatus.FAILED}
    assert not Failure.objects.exists()
    assert Job.objects.is_prompt()
    run_worker()
    assert edge.purged_keys == [ALL_TAG]
    time.go(minutes=1)
    run_worker()
    time.go(hours=30)
    periodic.run_checks(clock.now())
    run_worker()
    assert list_sent(mail_server, hub, edge) == (0, 0, [ALL_TAG, ALL_TAG])
    assert {notice.mail for notice in Notice.objects.all()} == {MailStatus.NONE}
    (event,) = Event.objects.of_kind("site")
    assert f"without {len(waiting)} tasks" in format_entry(event)


def test_what_waited_can_be_sent(restored, mail_server, hub, edge, time):  # noqa: F811
    Job.objects.update(enqueued_at=clock.now() - timedelta(hours=2))
    assert Job.objects.is_prompt(), "Tasks that wait because the site is quiet are not late."
    command("--yes", "--send-waiting")
    assert Job.objects.is_prompt()
    run_worker()
    assert len(mail_server.mails) == MAILS
    assert len(hub.requests) == 1
    assert edge.purged_keys[0] == ALL_TAG
    assert len(edge.purged_keys) > 2
    assert {notice.mail for notice in Notice.objects.all()} == {MailStatus.SENT}


def test_what_came_after_the_restore_is_sent(restored, mail_server, hub, edge):  # noqa: F811
    notify_person(make_user(), at=clock.now())
    newest = Job.objects.latest("enqueued_at")
    Job.objects.filter(pk=newest.pk).update(enqueued_at=clock.now())
    command("--yes")
    assert Job.objects.is_prompt()
    run_worker()
    assert len(mail_server.mails) == 1


def test_an_announcement_that_was_scheduled_for_later_is_not_given_up(restored, hub, time):
    edition = Edition.objects.latest("pk")
    at = clock.now() + timedelta(hours=1)
    later = Job.objects.get(pk=announce_to_hub.using(run_after=at).enqueue(edition.pk).id)
    failed = enqueue_job(announce_to_engines, edition.pk)
    failed.claim("a worker")
    failed.set_failed(OSError("closed"))
    Job.objects.update(enqueued_at=clock.now() - timedelta(hours=2))
    command("--yes")
    assert Job.objects.get(pk=later.pk).status == TaskResultStatus.READY
    assert Job.objects.get(pk=failed.pk).status == TaskResultStatus.FAILED
    time.go(hours=1)
    run_worker()
    assert len(hub.requests) == 1


def test_a_task_that_ran_when_the_backup_was_made_is_given_up_as_well(edge):  # noqa: F811
    job = enqueue_job(purge, ["release"])
    job.claim("a worker of the site before")
    restore()
    command("--yes")
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.FAILED


def test_an_edge_that_refuses_leaves_the_site_quiet(restored, mail_server, hub, edge):  # noqa: F811
    edge.status = 503
    before = list(Job.objects.order_by("pk").values())
    with pytest.raises(CannotRunError, match="The edge was not purged: HTTP Error 503"):
        command("--yes")
    assert site_state.is_quiet()
    assert list(Job.objects.order_by("pk").values()) == before
    assert not Event.objects.of_kind("site").exists()
    edge.status = 200
    command("--yes")
    assert not site_state.is_quiet()


def test_an_edge_that_does_not_answer_leaves_the_site_quiet(edge):  # noqa: F811
    restore()
    edge.shutdown()
    edge.server_close()
    with pytest.raises(CannotRunError, match="The edge was not purged"):
        command("--yes")
    assert site_state.is_quiet()


def test_without_an_edge_nothing_is_purged():
    restore()
    assert "edge" not in command("--yes")
    assert not Job.objects.exists()
    assert not site_state.is_quiet()


def test_a_site_that_is_live_is_refused():
    with pytest.raises(CannotRunError, match="This site is live"):
        command("--yes")


def test_a_site_that_is_being_restored_is_refused():
    site_state.begin_restore(delay=0)
    with pytest.raises(CannotRunError, match="being restored"):
        command("--yes")


def test_a_site_that_the_environment_makes_quiet_is_refused(settings):
    restore()
    settings.QUIET = True
    with pytest.raises(CannotRunError, match="Remove it there"):
        command("--yes")
    settings.QUIET = False
    assert site_state.is_quiet()


@pytest.mark.parametrize(("answer", "is_quiet"), [("y", False), ("Yes", False), ("", True), ("no", True)])
def test_without_an_option_the_command_asks(restored, monkeypatch, answer, is_quiet):
    questions = []

    def ask(question):
        questions.append(question)
        assert site_state.is_quiet()
        return answer

    monkeypatch.setattr("builtins.input", ask)
    if is_quiet:
        with pytest.raises(CannotRunError, match="Nothing was changed"):
            command()
    else:
        assert f"e-mails about {MAILS} notifications" in command()
    assert len(questions) == 1
    assert "edge" in questions[0]
    assert site_state.is_quiet() == is_quiet


def test_without_a_terminal_the_command_changes_nothing_and_ends_with_3():
    restore()
    process = subprocess.run(
        [sys.executable, "manage.py", "go_live"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (3, "Nothing was changed. Answer “y”, or pass --yes.\n")
    assert site_state.is_quiet()


def test_of_two_at_once_only_one_ends_the_quiet_state(edge):  # noqa: F811
    restore()
    enqueue_job(purge, ["release"])

    def run(_):
        try:
            go_live(send_waiting=False)
        except RefusedError as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(run, range(2)))
    assert results == ["This site is live: it already sends e-mails and notifications.", "done"]
    assert Event.objects.of_kind("site").count() == 1
    assert Job.objects.filter(status=TaskResultStatus.READY).count() == 1
