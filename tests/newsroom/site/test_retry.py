"""A read request is repeated once if its connection was lost; writes and slow requests are not repeated."""

import pytest
from django.db import InternalError, OperationalError
from django.http import HttpResponse
from psycopg_pool import PoolTimeout

from newsroom.db.outages import classify_error
from newsroom.site import retry
from newsroom.site.retry import RetryMiddleware, mark_retryable

pytestmark = pytest.mark.database


def make_connection_lost():
    return OperationalError("the server closed the connection unexpectedly")


def make_unreachable():
    error = OperationalError("no connection in time")
    error.__cause__ = PoolTimeout()
    return error


def request_page(rf, method, *failures):
    """Return the status and the number of attempts if the first attempts fail with these errors."""
    attempts, failures_left = [], list(failures)

    def page(request):
        attempts.append(request)
        if not failures_left:
            return HttpResponse("whole")
        response = HttpResponse(status=503)
        mark_retryable(response, classify_error(failures_left.pop(0)))
        return response

    response = RetryMiddleware(page)(rf.generic(method, "/stories/"))
    assert len({id(request) for request in attempts}) == len(attempts), "The second attempt has a new request."
    return response.status_code, len(attempts)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_is_repeated_once(rf, method):
    assert request_page(rf, method, make_connection_lost()) == (200, 2)


def test_a_read_is_not_attempted_a_third_time(rf):
    assert request_page(rf, "GET", make_connection_lost(), make_connection_lost()) == (503, 2)


def test_a_write_is_not_repeated(rf):
    assert request_page(rf, "POST", make_connection_lost()) == (503, 1)


@pytest.mark.parametrize("error", [make_unreachable(), InternalError("anything else")])
def test_other_errors_are_not_retried(rf, error):
    assert request_page(rf, "GET", error) == (503, 1)


def test_a_slow_request_is_not_repeated(rf, monkeypatch):
    now = iter([0.0, retry.RETRY_WITHIN_SECONDS + 0.1])
    monkeypatch.setattr(retry, "monotonic", lambda: next(now))
    assert request_page(rf, "GET", make_connection_lost()) == (503, 1)
