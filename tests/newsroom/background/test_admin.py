"""The list of failed work on the desk, and what administrators decide there."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.tasks import TaskResultStatus
from django.urls import reverse

from newsroom.audit.models import Event
from newsroom.background import failures
from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from tests.factories import make_failure, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LIST = "/admin/jobs/failure/"


def given_up() -> Failure:
    """Make a task that failed as often as it is tried."""
    failure = make_failure()
    job = Job.objects.get(pk=failure.task_id)
    while job.status == TaskResultStatus.READY:
        job.claim("a worker")
        job.set_failed(OSError("No space left on device"))
    return Failure.objects.get(pk=failure.pk)


def test_the_list_says_what_failed_why_how_often_and_what_comes_next(administrator_client):
    failure = given_up()
    make_failure(error=TimeoutError("the post office"))
    page = administrator_client.get(LIST).rendered_content
    assert "Prepare renditions" in page
    assert "OSError: No space left on device" in page
    assert f'<td class="field-times">{failure.times}</td>' in page
    assert "Never, unless you say so" in page
    assert "TimeoutError: the post office" in page


@pytest.mark.parametrize(("asked", "found"), [("", 2), ("?next=itself", 1), ("?next=never", 1)])
def test_the_list_is_narrowed_to_what_waits_for_a_decision(administrator_client, asked, found):
    given_up()
    make_failure()
    assert administrator_client.get(f"{LIST}{asked}").context["cl"].result_count == found


def test_one_failure_shows_where_in_the_program_it_was(administrator_client):
    failure = make_failure()
    page = administrator_client.get(reverse("admin:jobs_failure_change", args=[failure.pk])).rendered_content
    assert "OSError: No space left on device" in page
    assert "newsroom.media.tasks.prepare_renditions" in page
    assert "Try again" in page


def test_what_is_being_tried_now_is_named_so(administrator_client):
    failure = make_failure()
    Job.objects.get(pk=failure.task_id).claim("a worker")
    assert ">Now<" in administrator_client.get(LIST).rendered_content


def test_the_list_says_whether_a_worker_lives(administrator_client):
    assert "No worker was ever started" in administrator_client.get(LIST).rendered_content
    WorkerLife.objects.beat("one")
    assert "1 worker at work" in administrator_client.get(LIST).rendered_content
    WorkerLife.objects.end("one")
    assert "No worker is at work since" in administrator_client.get(LIST).rendered_content


def test_try_again_begins_the_waits_anew_and_is_on_record(administrator_client, administrator):
    failure = given_up()
    response = administrator_client.post(f"{LIST}{failure.pk}/retry/", follow=True)
    assert "1 task is tried again at once." in response.content.decode()
    job = Job.objects.get(pk=failure.task_id)
    assert (job.status, job.finished_at, job.run_after <= clock.now()) == (TaskResultStatus.READY, None, True)
    failure.refresh_from_db()
    assert (failure.tries, failure.times) == (0, 6)
    event = Event.objects.about(failure.task_id).get()
    assert (event.verb, event.by, event.after["task"]) == ("tried again", administrator, "Prepare renditions")


def test_give_up_takes_it_off_the_list_and_is_on_record(administrator_client):
    failure = make_failure()
    administrator_client.post(f"{LIST}{failure.pk}/dismiss/")
    assert not Failure.objects.exists()
    assert Job.objects.get(pk=failure.task_id).status == TaskResultStatus.FAILED
    assert Event.objects.about(failure.task_id).get().verb == "given up"


def test_many_are_decided_on_at_once(administrator_client):
    failures = [make_failure() for _ in range(3)]
    body = {"action": "give_up", "_selected_action": [failure.pk for failure in failures[:2]]}
    response = administrator_client.post(LIST, body, follow=True)
    assert "2 tasks are given up." in response.content.decode()
    assert Failure.objects.get() == failures[2]


def test_what_is_being_tried_is_not_decided_on(administrator_client):
    failure = make_failure()
    Job.objects.get(pk=failure.task_id).claim("a worker")
    response = administrator_client.post(f"{LIST}{failure.pk}/dismiss/", follow=True)
    assert "It is being tried at this moment." in response.content.decode()
    assert Failure.objects.exists()


def test_what_was_done_meanwhile_is_not_decided_on(administrator):
    failure = make_failure()
    job = Job.objects.get(pk=failure.task_id)
    job.claim("a worker")
    job.set_successful(1)
    with pytest.raises(ValidationError, match="off the list"):
        failures.give_up(failure, by=administrator)
    assert not Event.objects.exists()


def test_a_failure_that_is_gone_is_not_found(administrator_client):
    assert administrator_client.post(f"{LIST}7/retry/").status_code == 404


@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator"])
@pytest.mark.parametrize("verb", [failures.retry, failures.give_up])
def test_only_administrators_decide(role, verb):
    failure, person = make_failure(), make_user(role=role)
    with pytest.raises(PermissionDenied):
        verb(failure, by=person)
    assert not Event.objects.exists()


def test_no_event_quotes_the_error(administrator):
    failure = make_failure(error=ValueError("a draft's secret words"))
    failures.give_up(failure, by=administrator)
    event = Event.objects.about(failure.task_id).get()
    assert "secret" not in f"{event.before}{event.after}{event.reason}"


def test_the_home_of_the_desk_names_failures_to_those_who_decide(administrator_client, editor_client):
    assert "<h2" in (before := administrator_client.get("/admin/").rendered_content)
    assert "No space left" not in before
    given_up()
    page = administrator_client.get("/admin/").rendered_content
    assert "OSError: No space left on device" in page
    assert "Decide" in page
    assert "No space left" not in editor_client.get("/admin/").rendered_content


def test_the_home_shows_a_few_failures_and_leads_to_all(administrator_client):
    for _ in range(7):
        make_failure()
    page = administrator_client.get("/admin/").rendered_content
    assert page.count("No space left on device") == 6
    assert f'href="{LIST}">All' in page
