"""The list of failed tasks at the desk, and the decisions of administrators."""

import re

import pytest
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.tasks import TaskResultStatus
from django.urls import reverse
from django.utils import timezone

from newsroom.audit.models import Event
from newsroom.background import failures
from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from tests.factories import make_failure, make_user
from tests.outcomes import find_summary

pytestmark = pytest.mark.django_db
LIST = "/admin/jobs/failure/"


def make_final_failure() -> Failure:
    """Return the failure of a task that has failed on every try."""
    failure = make_failure()
    job = Job.objects.get(pk=failure.task_id)
    while job.status == TaskResultStatus.READY:
        job.claim("a worker")
        job.set_failed(OSError("No space left on device"))
    return Failure.objects.get(pk=failure.pk)


def test_the_list_shows_task_error_number_of_failures_and_next_try(administrator_client):
    failure = make_final_failure()
    make_failure(error=TimeoutError("the post office"))
    page = administrator_client.get(LIST).rendered_content
    assert failure.task_name in page
    assert "OSError: No space left on device" in page
    assert f'<td class="field-times">{failure.times}</td>' in page
    assert "Not scheduled" in page
    assert "TimeoutError: the post office" in page


@pytest.mark.parametrize(("query", "count"), [("", 2), ("?next=itself", 1), ("?next=never", 1)])
def test_the_list_can_be_filtered_by_next_try(administrator_client, query, count):
    make_final_failure()
    make_failure()
    assert administrator_client.get(f"{LIST}{query}").context["cl"].result_count == count


def test_a_failure_shows_the_path_of_its_task(administrator_client):
    failure = make_failure()
    page = administrator_client.get(reverse("admin:jobs_failure_change", args=[failure.pk])).rendered_content
    assert "OSError: No space left on device" in page
    assert "newsroom.media.tasks.prepare_renditions" in page
    for verb in ("retry", "dismiss"):
        assert f'action="{LIST}{failure.pk}/{verb}/"' in page


def test_the_next_try_of_a_running_task_is_now(administrator_client):
    failure = make_failure()
    Job.objects.get(pk=failure.task_id).claim("a worker")
    assert ">Now<" in administrator_client.get(LIST).rendered_content


def test_the_list_says_whether_a_worker_is_alive(administrator_client):
    def load_state():
        page = administrator_client.get(LIST)
        summary = find_summary(page)
        newest = page.context["newest_worker"]
        shows_time = bool(newest) and f"{timezone.localtime(newest.seen_at):%H:%M:%S}" in summary
        return page.context["workers_alive"], shows_time, "manage.py worker" in summary

    assert load_state() == (0, False, True)
    WorkerLife.objects.beat("one")
    assert load_state() == (1, True, False)
    WorkerLife.objects.end("one")
    assert load_state() == (0, True, True)


def test_retrying_resets_the_tries_and_is_logged(administrator_client, administrator):
    failure = make_final_failure()
    response = administrator_client.post(f"{LIST}{failure.pk}/retry/", follow=True)
    (message,) = response.context["messages"]
    assert message.level == messages.SUCCESS
    assert "1" in str(message)
    job = Job.objects.get(pk=failure.task_id)
    assert (job.status, job.finished_at, job.run_after <= clock.now()) == (TaskResultStatus.READY, None, True)
    failure.refresh_from_db()
    assert (failure.tries, failure.times) == (0, 6)
    event = Event.objects.about(failure.task_id).get()
    assert (event.verb, event.by, event.after["task"]) == ("tried again", administrator, "Prepare renditions")


def test_no_longer_retrying_removes_the_failure_and_is_logged(administrator_client):
    failure = make_failure()
    administrator_client.post(f"{LIST}{failure.pk}/dismiss/")
    assert not Failure.objects.exists()
    assert Job.objects.get(pk=failure.task_id).status == TaskResultStatus.FAILED
    assert Event.objects.about(failure.task_id).get().verb == "given up"


def test_several_tasks_can_stop_being_retried_together(administrator_client):
    failures = [make_failure() for _ in range(3)]
    data = {"action": "stop_retrying", "_selected_action": [failure.pk for failure in failures[:2]]}
    response = administrator_client.post(LIST, data, follow=True)
    (message,) = response.context["messages"]
    assert message.level == messages.SUCCESS
    assert "2" in str(message)
    assert Failure.objects.get() == failures[2]


def test_a_running_task_cannot_stop_being_retried(administrator_client, administrator):
    failure = make_failure()
    Job.objects.get(pk=failure.task_id).claim("a worker")
    with pytest.raises(ValidationError) as refused:
        failures.stop_retrying(failure, by=administrator)
    assert refused.value.code == "running"
    response = administrator_client.post(f"{LIST}{failure.pk}/dismiss/", follow=True)
    (message,) = response.context["messages"]
    assert message.level == messages.ERROR
    assert refused.value.message in str(message)
    assert Failure.objects.exists()


def test_a_task_that_has_succeeded_meanwhile_cannot_stop_being_retried(administrator):
    failure = make_failure()
    job = Job.objects.get(pk=failure.task_id)
    job.claim("a worker")
    job.set_successful(1)
    with pytest.raises(ValidationError) as refused:
        failures.stop_retrying(failure, by=administrator)
    assert refused.value.code == "gone"
    assert not Event.objects.exists()


def test_a_missing_failure_answers_404(administrator_client):
    assert administrator_client.post(f"{LIST}7/retry/").status_code == 404


@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator"])
@pytest.mark.parametrize("verb", [failures.retry, failures.stop_retrying])
def test_only_administrators_can_retry_or_stop_retrying(role, verb):
    failure, person = make_failure(), make_user(role=role)
    with pytest.raises(PermissionDenied):
        verb(failure, by=person)
    assert not Event.objects.exists()


def test_audit_entries_do_not_quote_the_error(administrator):
    failure = make_failure(error=ValueError("a draft's secret words"))
    failures.stop_retrying(failure, by=administrator)
    event = Event.objects.about(failure.task_id).get()
    assert "secret" not in f"{event.before}{event.after}{event.reason}"


def test_the_home_page_shows_failures_to_administrators_only(administrator_client, editor_client):
    assert "<h2" in (page_before := administrator_client.get("/admin/").rendered_content)
    assert "No space left" not in page_before
    assert 'class="age overdue"' not in page_before
    failure = make_final_failure()
    page = administrator_client.get("/admin/").rendered_content
    assert "OSError: No space left on device" in page
    assert 'class="age overdue"' in page
    assert f'<a href="{LIST}{failure.pk}/change/">' in page
    assert "No space left" not in editor_client.get("/admin/").rendered_content


def test_the_home_page_shows_a_few_failures_and_links_to_all(administrator_client):
    for _ in range(5):
        make_failure()
    link = rf'<a href="{LIST}">All 6<'
    assert not re.search(link, administrator_client.get("/admin/").rendered_content)
    make_failure()
    page = administrator_client.get("/admin/").rendered_content
    assert page.count("No space left on device") == 5
    assert re.search(link, page)
