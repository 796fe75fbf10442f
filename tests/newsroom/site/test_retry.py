"""What was only read is answered once more where its connection was lost; nothing that writes, and nobody who waited long."""

import pytest
from django.db import InternalError, OperationalError
from django.http import HttpResponse
from psycopg_pool import PoolTimeout

from newsroom.db.outages import classify_error
from newsroom.site import retry
from newsroom.site.retry import RetryMiddleware, mark_retryable

pytestmark = pytest.mark.database


def lost():
    return OperationalError("the server closed the connection unexpectedly")


def out_of_reach():
    error = OperationalError("no connection in time")
    error.__cause__ = PoolTimeout()
    return error


def asked(rf, method, *failures):
    """Return the answer, and how often the page was built, where the first tries fail with these errors."""
    tries, left = [], list(failures)

    def page(request):
        tries.append(request)
        if not left:
            return HttpResponse("whole")
        answer = HttpResponse(status=503)
        mark_retryable(answer, classify_error(left.pop(0)))
        return answer

    answer = RetryMiddleware(page)(rf.generic(method, "/stories/"))
    assert len({id(request) for request in tries}) == len(tries), "The second try begins anew."
    return answer.status_code, len(tries)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_is_answered_once_more(rf, method):
    assert asked(rf, method, lost()) == (200, 2)


def test_it_is_not_tried_a_third_time(rf):
    assert asked(rf, "GET", lost(), lost()) == (503, 2)


def test_what_writes_is_not_done_twice(rf):
    assert asked(rf, "POST", lost()) == (503, 1)


@pytest.mark.parametrize("error", [out_of_reach(), InternalError("anything else")])
def test_nothing_else_is_tried_again(rf, error):
    assert asked(rf, "GET", error) == (503, 1)


def test_who_waited_long_is_told_to_come_back(rf, monkeypatch):
    now = iter([0.0, retry.RETRY_WITHIN_SECONDS + 0.1])
    monkeypatch.setattr(retry, "monotonic", lambda: next(now))
    assert asked(rf, "GET", lost()) == (503, 1)
