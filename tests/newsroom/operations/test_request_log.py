"""The log of requests: one line for each request that Django answers."""

import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsroom.accounts.models import User
from newsroom.db.outages import Outage
from newsroom.http.request_id import HEADER, current_request_id
from newsroom.operations.request_log import RequestLogMiddleware
from newsroom.site.retry import RetryMiddleware, mark_retryable
from tests.conftest import signed_in
from tests.factories import make_published_story

NAME = "newsroom.operations.request_log"


@pytest.fixture
def requests(caplog):
    """Return a function that returns the message and the fields of each logged request."""
    return lambda: [(each.getMessage(), each.fields) for each in caplog.records if each.name == NAME]


@pytest.mark.django_db
def test_a_request_is_logged_with_its_route_status_and_costs(requests):
    make_published_story(slug="harbour")
    Client().get("/stories/harbour/?from=1")
    [(message, fields)] = requests()
    assert message == "GET /stories/harbour/ 200"
    assert [*fields] == ["method", "route", "status", "ms", "cpu_ms", "queries", "user"]
    assert (fields["method"], fields["route"], fields["status"]) == ("GET", "/stories/<slug_u:slug>/", 200)
    assert fields["user"] is None
    assert fields["ms"] > 0
    assert 0 < fields["cpu_ms"] <= fields["ms"] + 1


@pytest.mark.django_db
def test_all_statements_of_a_request_are_counted(requests):
    with CaptureQueriesContext(connection) as queries:
        Client().get("/about/")
    [(_, fields)] = requests()
    assert fields["queries"] == len(queries) > 0


@pytest.mark.django_db
def test_the_key_of_the_user_is_logged(requests, editor):
    signed_in(editor).get("/admin/")
    Client().get("/admin/login/")
    assert [fields["user"] for _, fields in requests()] == [editor.pk, None]


def test_a_user_that_nothing_asked_for_is_not_looked_up(requests):
    # Without access to the database, a query would fail.
    client = Client()
    client.cookies["sessionid"] = "a-session"
    client.get("/robots.txt")
    [(_, fields)] = requests()
    assert fields["user"] is None


def test_an_address_without_a_route_is_logged(requests, rf):
    RequestLogMiddleware(lambda _: HttpResponse(status=404))(rf.get("/nothing/here"))
    assert requests() == [("GET /nothing/here 404", requests()[0][1])]
    assert requests()[0][1]["route"] == ""


def test_the_line_has_the_id_of_the_response(log_lines):
    response = Client().get("/healthz")
    [line] = [line for line in log_lines.lines if NAME in line]
    assert f'"request_id": "{response.headers[HEADER]}"' in line


@pytest.mark.django_db
def test_what_django_logs_after_the_middleware_has_the_id(log_lines):
    response = Client().get("/stories/never-was/")
    [line] = [line for line in log_lines.lines if "Not Found: /stories/never-was/" in line]
    assert f'"request_id": "{response.headers[HEADER]}"' in line


@pytest.mark.django_db
def test_a_request_that_is_repeated_is_one_line_about_the_second_attempt(requests, rf):
    attempts = []

    def view(request):
        attempts.append(current_request_id())
        request.user = User(pk=len(attempts))
        middleware.process_view(request, view, (), {})
        response = HttpResponse(status=503 if len(attempts) == 1 else 200)
        mark_retryable(response, Outage.LOST if len(attempts) == 1 else None)
        return response

    middleware = RequestLogMiddleware(RetryMiddleware(view))
    middleware(rf.get("/x/"))
    [(message, fields)] = requests()
    assert (message, fields["user"]) == ("GET /x/ 200", 2)
    assert len(attempts) == 2
    assert len(set(attempts)) == 1


def test_a_response_without_a_user_is_logged(requests, rf):
    def respond(request):
        request.user = AnonymousUser()
        return HttpResponse()

    RequestLogMiddleware(respond)(rf.get("/x/"))
    assert requests()[0][1]["user"] is None


def test_lines_are_written_only_in_json(settings):
    assert settings.LOGGING["loggers"][NAME]["level"] == "INFO"
    assert logging.getLogger(NAME).isEnabledFor(logging.INFO)
