"""The worker of a quiet site: outbound tasks wait in the queue as they are, all others run."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.tasks import TaskResultStatus

from newsroom.accounts.invitations import mail_waiting_invitation
from newsroom.accounts.tasks import mail_account_notice
from newsroom.accounts.waiting_mail import mail_encrypted_text
from newsroom.background import worker as worker_module
from newsroom.background.models import Failure, Job
from newsroom.background.worker import Worker
from newsroom.http import clock
from newsroom.notifications import tasks as notification_tasks
from newsroom.operations import site_state
from newsroom.page_cache.purge import purge
from newsroom.task_queue import list_outbound_paths
from stories.publishing.tasks import announce_to_engines, announce_to_hub
from stories.workflow.reader_reports.replies import mail_reply
from tests import source_code
from tests.factories import make_user
from tests.newsroom.background import sample_tasks
from tests.newsroom.background.test_retries import enqueue_job, run_worker
from tests.newsroom.notifications.test_mail import notify_person

pytestmark = pytest.mark.django_db(transaction=True)

OUTBOUND = (
    (mail_account_notice, "ana@lisle.example", "A line", "Words"),
    (mail_encrypted_text, "ana@lisle.example", "A line", "encrypted"),
    (mail_waiting_invitation, 1),
    (notification_tasks.mail_notice, 1),
    (notification_tasks.mail_digest, 1),
    (purge, ["release"]),
    (announce_to_hub, 1),
    (announce_to_engines, 1),
    (mail_reply, 1),
)
# Tasks that send nothing to anybody outside the site.
INTERNAL = {
    "newsroom.accounts.mfa.encrypt_second_factors",
    "newsroom.media.tasks.make_rendition",
    "newsroom.media.tasks.prepare_renditions",
    "newsroom.media.tasks.store_rendition_digests",
    "newsroom.page_cache.eviction.delete_stale_pages",
    "stories.publishing.editions.related.update_related_stories",
    "stories.workflow.bulk.work_through",
}


@pytest.fixture
def waiting(tmp_path):
    """Enqueue each outbound task, and another task that writes a line; return the file of the line."""
    path = tmp_path / "lines"
    for task, *values in OUTBOUND:
        enqueue_job(task, *values)
    enqueue_job(sample_tasks.write_line, str(path), "done")
    return path


def make_quiet():
    assert site_state.begin_restore(delay=0)
    site_state.end_restore(at=clock.now())


def snapshot():
    """Return the rows of all outbound tasks."""
    return list(Job.objects.outbound().order_by("pk").values())


def test_every_task_is_known_to_be_outbound_or_internal():
    found = {f"{module}.{function.name}" for module, function, _ in source_code.decorated_with("task")}
    source_code.clear_caches()
    outbound = {task.module_path for task, *_ in OUTBOUND}
    assert found == outbound | INTERNAL
    assert list_outbound_paths() == sorted(outbound)


def test_a_new_process_knows_all_outbound_tasks():
    code = (
        "import django; django.setup(); from newsroom.task_queue import list_outbound_paths as names; print(*names())"
    )
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.split() == list_outbound_paths()


def test_outbound_tasks_of_a_quiet_site_wait_untouched_and_others_run(waiting):
    make_quiet()
    before = snapshot()
    run_worker()
    assert waiting.read_text() == "done\n"
    assert snapshot() == before
    assert not Failure.objects.exists()


def test_the_setting_holds_outbound_tasks(waiting, settings):
    settings.QUIET = True
    before = snapshot()
    run_worker()
    assert waiting.read_text() == "done\n"
    assert snapshot() == before


def test_a_live_site_runs_them(waiting):
    run_worker()
    assert not Job.objects.outbound().filter(worker_ids=[]).exists()


@pytest.mark.parametrize("is_forced", [False, True])
def test_no_task_runs_while_the_database_is_being_restored(waiting, settings, is_forced):
    settings.QUIET = is_forced
    site_state.begin_restore(delay=0)
    run_worker()
    assert not waiting.exists()
    assert not Job.objects.exclude(status=TaskResultStatus.READY).exists()


def test_a_worker_that_is_started_during_a_restore_waits_for_its_end(waiting, monkeypatch):
    site_state.begin_restore(delay=0)
    worker = Worker(interval=0, batch=False)
    pauses = []

    def pause(seconds):
        if seconds == worker_module.PAUSE:
            pauses.append(seconds)
            assert not waiting.exists()
        if len(pauses) == 2:
            site_state.end_restore(at=clock.now())
        worker.running = not waiting.exists()

    monkeypatch.setattr(worker_module.time, "sleep", pause)
    worker.run()
    assert len(pauses) == 2
    assert waiting.read_text() == "done\n"


def test_a_query_of_a_live_site_takes_no_task_of_a_restored_one(waiting):
    # The worker makes its query before the transaction in which it takes a task.
    ready = Job.objects.ready().filter(task_path__in=list_outbound_paths())
    make_quiet()
    assert not ready.exists()


def test_a_task_that_ran_when_the_backup_was_made_waits_as_well():
    job = enqueue_job(purge, ["release"])
    job.claim("a worker of the site before")
    make_quiet()
    before = snapshot()
    run_worker()
    assert snapshot() == before
    assert not Failure.objects.exists()


def test_waiting_outbound_tasks_are_not_late(waiting):
    Job.objects.update(enqueued_at=clock.now() - timedelta(days=1))
    assert not Job.objects.is_prompt()
    make_quiet()
    assert {job.task_path for job in Job.objects.overdue()} == {sample_tasks.write_line.module_path}


def test_no_mail_of_notifications_is_enqueued_while_the_site_is_quiet(settings):
    settings.EMAIL_CONFIGURED = True
    person, now = make_user(), clock.now()
    notify_person(person, at=now - timedelta(hours=2))
    Job.objects.all().delete()
    make_quiet()
    assert notification_tasks.enqueue_due_mail(now) == 0
    assert not Job.objects.exists()
