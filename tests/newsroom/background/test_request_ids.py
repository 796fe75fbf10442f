"""A task keeps the id of the request that enqueued it, and the worker logs under this id."""

import json

import pytest
from django.http import HttpResponse
from django_tasks_db.models import DBTaskResult

from newsroom.background.models import Job
from newsroom.background.worker import Worker
from newsroom.http.request_id import current_request_id, use_request_id
from newsroom.operations.request_log import RequestLogMiddleware
from newsroom.task_queue import enqueue
from tests.newsroom.background import sample_tasks

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = "edge-4f1c0a7be2d94c55"


def enqueue_in_request(task, *args) -> Job:
    """Enqueue a task as a request does, and return its row."""
    with use_request_id(REQUEST):
        return Job.objects.get(pk=task.enqueue(*args).id)


def test_a_task_keeps_the_id_of_its_request(settings, rf, tmp_path):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def view(request):
        enqueue(sample_tasks.write_line, str(tmp_path / "file"), "done")
        return HttpResponse()

    RequestLogMiddleware(view)(rf.post("/x/", headers={"X-Request-Id": REQUEST}))
    assert Job.objects.get().request_id == REQUEST


def test_a_task_that_no_request_enqueued_has_no_id(tmp_path):
    job = Job.objects.get(pk=sample_tasks.write_line.enqueue(str(tmp_path / "file"), "done").id)
    assert job.request_id == ""
    assert [*job.args_kwargs] == ["args", "kwargs"]


def test_the_worker_logs_under_the_id_and_forgets_it_after_the_task(tmp_path, log_lines):
    file = tmp_path / "file"
    job = enqueue_in_request(sample_tasks.write_line, str(file), "done")
    sample_tasks.write_line.enqueue(str(file), "again")
    Worker(interval=0, batch=True).run()
    lines = [json.loads(line) for line in log_lines.lines]
    with_id = [line["message"] for line in lines if line.get("request_id") == REQUEST]
    assert len(with_id) == 2  # started and finished
    assert all(str(job.pk) in message for message in with_id)
    assert file.read_text() == "done\nagain\n"
    assert current_request_id() == ""


def test_a_task_that_fails_is_logged_under_the_id_and_keeps_it_for_the_next_try(tmp_path, log_lines):
    job = enqueue_in_request(sample_tasks.fail_without_file, str(tmp_path / "missing"))
    Worker(interval=0, batch=True).run()
    [line] = [json.loads(line) for line in log_lines.lines if "tried again in" in line]
    assert line["request_id"] == REQUEST
    job.refresh_from_db()
    assert job.request_id == REQUEST


def test_a_task_that_a_task_enqueues_has_its_id(tmp_path):
    enqueue_in_request(sample_tasks.enqueue_line, str(tmp_path / "file"), "done")
    Worker(interval=0, batch=True).run()
    assert [job.request_id for job in Job.objects.all()] == [REQUEST, REQUEST]


def test_the_arguments_are_unchanged(tmp_path):
    job = enqueue_in_request(sample_tasks.write_line, str(tmp_path), "word")
    result = DBTaskResult.objects.get(pk=job.pk).task_result
    assert (result.args, result.kwargs) == ([str(tmp_path), "word"], {})
