"""The conditions for alerts on workers, the queue, failed tasks and mail."""

from datetime import timedelta

import pytest
from django.tasks import TaskResultStatus

from newsroom.accounts.tasks import mail_account_notice
from newsroom.background import conditions
from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.background.repeated_failures import find_repeated_failure
from newsroom.http import clock
from newsroom.notifications.mail import NotSentError
from newsroom.page_cache.purge import purge
from tests.newsroom.background import sample_tasks
from tests.newsroom.background.test_retries import enqueue_job

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MAIL = mail_account_notice.module_path


def words(find, at=None):
    return [str(diagnosis) for diagnosis in find(at or clock.now())]


def fail(task, *args, times=1, error=None):
    """Enqueue a task and let it fail."""
    job = enqueue_job(task, *args)
    for _ in range(times):
        job.claim("a")
        job.set_failed(error or NotSentError("The mail server answered 451."))
    return job


def mail_to(address, **options):
    return fail(mail_account_notice, address, "A line", "Words", **options)


def succeed(job):
    job.claim("a")
    job.set_successful(None)


def test_a_worker_that_is_restarted_is_not_missed():
    WorkerLife.objects.beat("a")
    WorkerLife.objects.end("a")
    at = WorkerLife.objects.get().seen_at
    assert words(conditions.find_missing_worker, at + 60 * SECOND) == []
    [sentence] = words(conditions.find_missing_worker, at + 61 * SECOND)
    assert sentence.startswith("No worker has run since ")


@pytest.mark.parametrize(("minutes", "wait"), [(5, None), (6, "6 minutes"), (41, "41 minutes"), (300, "5 hours")])
def test_a_task_that_waits_is_named_while_a_worker_runs(minutes, wait):
    WorkerLife.objects.beat("a")
    at = clock.now()
    job = enqueue_job(sample_tasks.return_unserialisable)
    Job.objects.filter(pk=job.pk).update(enqueued_at=at - timedelta(minutes=minutes))
    expected = [f"The oldest task has been queued for {wait}. Start another worker."] if wait else []
    assert words(conditions.find_slow_queue, at) == expected
    WorkerLife.objects.update(seen_at=at - timedelta(minutes=9))
    assert words(conditions.find_slow_queue, at) == []  # the condition “worker” says why


def test_what_another_condition_reports_is_no_slow_queue(monkeypatch):
    WorkerLife.objects.beat("a")
    monkeypatch.setattr(conditions, "_reported_elsewhere", set())
    conditions.report_elsewhere(sample_tasks.return_unserialisable)
    job = enqueue_job(sample_tasks.return_unserialisable)
    Job.objects.filter(pk=job.pk).update(enqueued_at=clock.now() - timedelta(hours=1))
    assert words(conditions.find_slow_queue) == []


def test_failed_tasks_are_counted_and_the_last_is_named():
    assert words(conditions.find_failed_tasks) == []
    fail(sample_tasks.exit_process, times=6)
    remedy = "Decide at the desk, under Failed tasks."
    assert words(conditions.find_failed_tasks) == [f"1 task failed after 6 attempts: exit process. {remedy}"]
    fail(sample_tasks.return_unserialisable, times=6)
    expected = f"2 tasks failed; the last of them after 6 attempts: return unserialisable. {remedy}"
    assert words(conditions.find_failed_tasks) == [expected]


def test_mail_is_refused_after_two_refusals_in_a_row():
    mail_to("ana@lisle.example")
    assert words(conditions.find_refused_mail) == []
    mail_to("ben@lisle.example")
    assert words(conditions.find_refused_mail) == ["The mail server refuses our mail: 451. 2 messages wait."]


def test_mail_that_was_sent_in_between_ends_the_row():
    first = mail_to("ana@lisle.example")
    succeed(enqueue_job(mail_account_notice, "cal@lisle.example", "A line", "Words"))
    mail_to("ben@lisle.example")
    assert words(conditions.find_refused_mail) == []
    first.claim("a")
    first.set_failed(NotSentError("The mail server answered 451."))
    assert len(words(conditions.find_refused_mail)) == 1


def test_a_wrong_address_says_nothing_about_the_mail_server():
    for address in ("ana@lisle.example", "ben@lisle.example"):
        mail_to(address, error=NotSentError("The mail server does not accept e-mail to this address."))
    assert words(conditions.find_refused_mail) == []


def test_a_mail_server_that_does_not_answer_is_named_with_the_reason():
    error = NotSentError("The mail server could not be reached, or closed the connection: ConnectionRefusedError.")
    mail_to("ana@lisle.example", times=2, error=error)
    assert words(conditions.find_refused_mail) == [
        "The mail server does not answer: ConnectionRefusedError. 1 message waits."
    ]


def test_the_next_try_is_the_earliest_of_all_tasks():
    first, second = mail_to("ana@lisle.example", times=2), mail_to("ben@lisle.example")
    Job.objects.filter(pk=first.pk).update(run_after=clock.now() + 90 * SECOND)
    expected = Job.objects.get(pk=second.pk).run_after
    failure = find_repeated_failure([MAIL])
    assert failure is not None
    assert failure.next_at == expected
    Job.objects.update(status=TaskResultStatus.FAILED)
    final = find_repeated_failure([MAIL])
    assert final is not None
    assert final.next_at is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("URLError: <urlopen error [Errno 111] Connection refused>", "Connection refused"),
        ("TimeoutError: timed out", "timed out"),
        ("HTTPError: HTTP Error 403: Forbidden", "HTTP Error 403: Forbidden"),
        ("URLError: <urlopen error timed out>", "timed out"),
    ],
)
def test_the_reason_leaves_out_what_libraries_put_around_it(error, reason):
    fail(purge, ["release"], times=2)
    Failure.objects.update(error=error)
    failure = find_repeated_failure([purge.module_path])
    assert failure is not None
    assert failure.reason == reason


def test_the_edge_is_stale_since_the_first_purge_that_failed(settings):
    fail(purge, ["release"], times=2, error=OSError("timed out"))
    assert words(conditions.find_stale_edge) == []  # the site has no edge any more
    settings.PURGE_URL = "https://edge.example/purge"
    [sentence] = words(conditions.find_stale_edge)
    assert sentence.startswith("The edge was not purged since ")
    assert sentence.endswith("It failed with: timed out.")
