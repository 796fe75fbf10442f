"""Reading public pages before the workers fork."""

import logging
import signal
from threading import Event

import pytest
from django.core.handlers.wsgi import WSGIHandler

from newsroom.operations.warm_up import warm_up
from newsroom.page_cache.models import StoredPage
from tests.factories import make_published_story

# The end of a request closes the connection to the database if it is in a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


class Recorder:
    """A WSGI application that passes requests on, and records the path, the status and whether it was secure."""

    def __init__(self, application):
        self.requests = []
        self._application = application

    def __call__(self, environ, start_response):
        def record(status, *arguments):
            self.requests.append((environ["PATH_INFO"], status, environ["wsgi.url_scheme"]))
            return start_response(status, *arguments)

        return self._application(environ, record)


def answer_with(status, content=b""):
    def application(environ, start_response):
        start_response(status, [])
        return [content]

    return Recorder(application)


def test_a_page_of_each_kind_is_read_once_and_none_is_stored():
    for slug in ("pier", "ferry"):
        make_published_story(slug=slug)
    site = Recorder(WSGIHandler())
    warm_up(site)
    paths = [path for path, *_ in site.requests]
    assert {"/", "/stories/", "/topics/", "/search/", "/feeds/stories.atom"} <= set(paths)
    assert sum(path in ("/stories/pier/", "/stories/ferry/") for path in paths) == 1
    assert {status for _, status, _ in site.requests} == {"200 OK"}
    assert not StoredPage.objects.exists()


def test_the_pages_are_read_over_https_if_readers_use_it(settings):
    settings.SITE_URL = "https://testserver"
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    site = Recorder(WSGIHandler())
    warm_up(site)
    assert site.requests[0] == ("/", "200 OK", "https")


def test_links_to_other_sites_are_not_followed():
    links = b'<a href="https://other.example/stories/"></a> <a href="//other.example/topics/"></a> <a href="/sources/">'
    site = answer_with("200 OK", links)
    warm_up(site)
    assert [path for path, *_ in site.requests] == ["/", "/sources/"]


def test_nothing_is_logged_meanwhile(caplog):
    def application(environ, start_response):
        logging.getLogger("django.request").error("Internal Server Error: /")
        start_response("500 Internal Server Error", [])
        return []

    warm_up(application)
    assert not caplog.records
    logging.getLogger("django.request").error("Internal Server Error: /stories/")
    assert [record.getMessage() for record in caplog.records] == ["Internal Server Error: /stories/"]


def test_nothing_more_is_read_once_a_page_cannot_be_built():
    site = answer_with("503 Service Unavailable", b'<a href="/stories/"></a>')
    warm_up(site)
    assert [path for path, *_ in site.requests] == ["/"]


def test_a_page_that_is_not_answered_does_not_keep_the_server_from_starting():
    seen = []

    def application(environ, start_response):
        seen.append(environ["PATH_INFO"])
        Event().wait()

    before = signal.getsignal(signal.SIGALRM)
    warm_up(application, within=0.1)
    assert seen == ["/"]
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_application_that_raises_does_not_keep_the_server_from_starting():
    seen = []

    def application(environ, start_response):
        seen.append(environ["PATH_INFO"])
        raise RuntimeError("No page can be built.")

    warm_up(application)
    assert seen == ["/"]
